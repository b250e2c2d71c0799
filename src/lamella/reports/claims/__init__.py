"""What is claimed of layers, each measured, drawn and said with its numbers: `CLAIMS`, `ON_PICTURES` by name."""

from __future__ import annotations

from lamella.reports.claims import fits, photographs, pooling, trained, windows
from lamella.reports.claims.claim import CLAIMS as CLAIMS
from lamella.reports.claims.claim import ON_PICTURES as ON_PICTURES
from lamella.reports.claims.claim import Claim as Claim

__all__ = ["CLAIMS", "ON_PICTURES", "Claim", "fits", "photographs", "pooling", "trained", "windows"]
