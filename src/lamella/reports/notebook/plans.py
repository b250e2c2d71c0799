"""What a notebook shows of a plan: its table, totals, findings, and its outputs as blocks; of a design its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lamella.planning.planner import plan as plan_design
from lamella.reports.draw.design_picture import design_picture
from lamella.reports.notebook.parts import drawing, facts, grid, heading, lines
from lamella.reports.notebook.problems import findings_table
from lamella.reports.plan_text import plan_limits, plan_summary, plan_table
from lamella.texts.languages import plain
from lamella.texts.words import say

if TYPE_CHECKING:
    from lamella.design import Design
    from lamella.planning.plan import Plan
    from lamella.reports.notebook.parts import Part
    from lamella.texts.languages import Language

_MOST: Final = 100
"""Layers that a cell of a notebook shows."""
_WIDTH_PX: Final = 960


def design_parts(design: Design, language: Language) -> list[Part]:
    """A design's plan."""
    return plan_parts(plan_design(design), language)


def plan_parts(plan: Plan, language: Language) -> list[Part]:
    """The whole plan; of a large design the first layers."""
    head, rows = plan_table(plan, language)
    parts = [heading(title(plan.design, language)), grid(head, rows[:_MOST], {2, 3, 5})]
    if len(rows) > _MOST:
        parts.append(lines([say("notebook more", language, count=len(rows) - _MOST)]))
    parts.append(facts(plan_summary(plan, language)))
    if limits := plan_limits(plan, language):
        parts.append(lines(limits))
    if plan.findings:
        parts.append(findings_table(plan.findings[:_MOST], language))
    if rows:
        svg = design_picture(plan, "stack", language, _WIDTH_PX, plan.rows[:_MOST])
        parts.append(drawing(svg, say("drawn stack", language, count=min(len(rows), _MOST))))
    return parts


def title(design: Design, language: Language) -> str:
    """A design's name on one line."""
    return plain(design.name, 200) or say("unnamed", language)
