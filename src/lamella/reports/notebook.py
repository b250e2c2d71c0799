"""What a notebook shows of a plan: its table and its picture as HTML without programs or styles of a page."""

from __future__ import annotations

from typing import Final

from lamella.planning.plan import Plan
from lamella.reports.document import escaped
from lamella.reports.draw.design_picture import design_picture
from lamella.reports.plan_text import plan_summary, plan_table
from lamella.texts.languages import Language, chosen_language
from lamella.texts.words import say

_MOST: Final = 100
"""Layers that a cell of a notebook shows."""
_CELL: Final = "padding:2px 10px;text-align:{};white-space:nowrap"


def notebook_html(plan: Plan, language: Language | None = None) -> str:
    """The plan's table, its totals, its errors, and its outputs as blocks; of a large design the first layers."""
    words = language or chosen_language()
    head, rows = plan_table(plan, words)
    title = plan.design.name or say("unnamed", words)
    shown = plan.rows[:_MOST]
    lines = [
        f'<div lang="{words}">',
        f"<p><b>{escaped(title)}</b></p>",
        '<table style="border-collapse:collapse">',
        _line(head, "th"),
        *(_line(row, "td") for row in rows[:_MOST]),
        "</table>",
    ]
    if len(shown) < len(rows):
        lines.append(f"<p>{escaped(say('notebook more', words, count=len(rows) - len(shown)))}</p>")
    totals = "<br/>".join(escaped(f"{name} {text}".strip()) for name, text in plan_summary(plan, words))
    lines.append(f"<p>{totals}</p>")
    lines += [
        f'<p style="color:#b3261e">{escaped(f"{each.code} {each.text(words)}")}</p>' for each in plan.errors[:_MOST]
    ]
    if shown:
        lines.append(design_picture(plan, "stack", words, 960, shown, adapting=False))
    return "\n".join([*lines, "</div>"])


def _line(cells: list[str], tag: str) -> str:
    sides = ("left", "left", "right", "right", "left", "right")
    parts = [
        f'<{tag} style="{_CELL.format(side)}">{escaped(cell)}</{tag}>' for side, cell in zip(sides, cells, strict=True)
    ]
    return f"<tr>{''.join(parts)}</tr>"
