"""What notebooks show of sights and claims: pictures with what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lamella.reports.notebook.parts import drawing, grid, heading, lines, picture
from lamella.reports.notebook.plans import title
from lamella.reports.sight_report import layer_pictures, ranges_table
from lamella.texts.words import say

if TYPE_CHECKING:
    from lamella.reports.claims.claim import Claim
    from lamella.reports.notebook.parts import Part
    from lamella.seeing.maps import Sight
    from lamella.texts.languages import Language

BUDGET_PX: Final = 1 << 17
"""Pixels of all sheets of a sight: a notebook keeps its pictures, so they are small."""
_MOST: Final = 20
"""Layers whose maps a cell of a notebook shows."""


def claim_parts(found: Claim, language: Language) -> list[Part]:
    """What is claimed, its picture, what was measured."""
    drawn, claimed = found.draw(language), found.title(language)
    shown = drawing(drawn, claimed) if isinstance(drawn, str) else picture(drawn, claimed, found.width_px)
    return [heading(claimed), shown, lines([found.text(language)])]


def sight_parts(found: Sight, language: Language) -> list[Part]:
    """The layers' ranges as a table, then each layer's maps and filters with what they are."""
    head, rows = ranges_table(found, language)
    parts = [heading(title(found.plan.design, language)), grid(head, rows, {2, 3, 4, 5, 6})]
    layers = found.layers[:_MOST]
    for each in layers:
        parts.append(heading(f"{each.row.node.name} ({each.row.node.type})"))
        for sheet, words in layer_pictures(each, language, BUDGET_PX // len(layers)):
            parts += [picture(sheet.png, words, sheet.width_px), lines([words])]
    if len(layers) < len(found.layers):
        parts.append(lines([say("notebook more", language, count=len(found.layers) - len(layers))]))
    return parts
