"""What notebooks show of sights and claims: pictures with what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lamella.reports.notebook.parts import drawing, grid, heading, lines, picture
from lamella.reports.notebook.plans import title
from lamella.reports.sight_report import layer_pictures, ranges_table, taken_picture
from lamella.texts.words import say

if TYPE_CHECKING:
    from lamella.reports.claims.claim import Claim
    from lamella.reports.draw.contact_sheet import Sheet
    from lamella.reports.notebook.parts import Part
    from lamella.seeing.maps import Sight
    from lamella.texts.languages import Language

_BUDGET_PX: Final = 1 << 17
"""Pixels of all sheets of a sight: a notebook keeps its pictures, so they are small."""
_TAKEN_PX: Final = 480
"""How wide the picture itself is shown at most."""
_MOST: Final = 20
"""Layers whose maps a cell of a notebook shows."""


def claim_parts(found: Claim, language: Language) -> list[Part]:
    """What is claimed, its picture, what was measured."""
    claimed = found.title(language)
    return [heading(claimed), drawing(found.draw(language), claimed), lines([found.text(language)])]


def sight_parts(found: Sight, language: Language) -> list[Part]:
    """The picture, the layers' ranges as a table, then each layer's maps and filters with what they are."""
    layers = found.layers[:_MOST]
    budget = _BUDGET_PX // (len(layers) + 1)
    sheet, words = taken_picture(found, language, budget)
    small = sheet._replace(width_px=min(sheet.width_px, _TAKEN_PX))
    parts = [heading(title(found.plan.design, language)), *_shown(small, words)]
    head, rows = ranges_table(found, language)
    parts.append(grid(head, rows, {2, 3, 4, 5, 6}))
    for each in layers:
        parts.append(heading(f"{each.row.node.name} ({each.row.node.type})"))
        for sheet, words in layer_pictures(each, language, budget):
            parts += _shown(sheet, words)
    if len(layers) < len(found.layers):
        parts.append(lines([say("notebook more", language, count=len(found.layers) - len(layers))]))
    return parts


def _shown(sheet: Sheet, words: str) -> list[Part]:
    return [picture(sheet.png, words, sheet.width_px), lines([words])]
