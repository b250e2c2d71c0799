"""The pictures of a whole design: of a plan to SVG."""

from __future__ import annotations

from collections.abc import Sequence

from lamella.planning.plan import Plan, Row
from lamella.reports.draw.graph import graph
from lamella.reports.draw.parts import drawn
from lamella.reports.draw.stack import stack
from lamella.texts.languages import Language


def design_picture(plan: Plan, kind: str, language: Language, width: float, rows: Sequence[Row] | None = None) -> str:
    """A design as a "stack" or a "graph", or those of its rows; see `lamella.draw`."""
    found = drawn(plan, language, rows)
    return (graph if kind == "graph" else stack)(found, language, width)
