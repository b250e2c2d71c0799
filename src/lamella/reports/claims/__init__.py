"""What is claimed of layers, each measured, drawn and said with its numbers: `CLAIMS` by name."""

from __future__ import annotations

from lamella.reports.claims import fits, pooling, trained, windows
from lamella.reports.claims.claim import CLAIMS as CLAIMS
from lamella.reports.claims.claim import Claim as Claim

__all__ = ["CLAIMS", "Claim", "fits", "pooling", "trained", "windows"]
