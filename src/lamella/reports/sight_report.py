"""The report of what layers see of one picture: ranges in a table, then every layer's maps and first filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lamella.reports.document import Section, document, paragraph, picture, table
from lamella.reports.draw.contact_sheet import Sheet, contact_sheet, folded
from lamella.seeing.maps import LayerSeen, Sight
from lamella.texts.languages import Language, Phrase
from lamella.texts.words import WORDS, say
from lamella.units import shape as show_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

BUDGET_PX: Final = 1 << 20
"""Pixels of all sheets: three bytes each, packed, and a third more in the page, they stay below 5 MiB."""
_COLUMNS: Final = 64
_NAMED: Final = 12


def sight_report(sight: Sight, weights: Phrase, language: Language) -> str:
    """One HTML file below 5 MiB, whatever the design's size. `weights` says where they are from."""
    budget = BUDGET_PX // (len(sight.layers) + 1)
    title = say("see title", language, name=sight.plan.design.name or say("unnamed", language))
    sections = [
        _picture(sight, weights, language, budget),
        Section(say("see ranges", language), _ranges(sight, language)),
        *(Section(layer_title(each), layer_html(each, language, budget)) for each in sight.layers),
    ]
    return document(title, language, sections)


def sheets(layer: LayerSeen, budget_px: int = BUDGET_PX) -> dict[str, Sheet]:
    """A layer's pictures: "maps", and "filters" where they are pictures themselves."""
    signed = layer.least < 0
    vector = len(layer.shape) < 2
    maps = folded(layer.maps[0, 0], _COLUMNS) if vector else layer.maps
    dead = [place for place, channel in enumerate(layer.channels) if channel in layer.dead]
    found = {"maps": contact_sheet(maps, dead, budget_px, signed)}
    if layer.kernels is not None:
        height, width, inputs, filters = layer.kernels.shape
        turned = np.moveaxis(layer.kernels, -1, 0)
        small = turned if inputs == 3 else turned.reshape(filters, height, width)
        found["filters"] = contact_sheet(small, (), budget_px, True)
    return found


def _picture(sight: Sight, weights: Phrase, language: Language, budget: int) -> Section:
    sheet, words = taken_picture(sight, language, budget)
    from_where = weights.words.fill(language, **weights.facts)
    return Section(say("see picture", language), _shown(sheet, words) + paragraph(words) + paragraph(from_where))


def taken_words(sight: Sight, language: Language) -> str:
    """The picture's file, and how it was fitted to what the design takes."""
    taken = sight.picture
    facts = {"file": taken.path.name, "shape": show_shape(taken.pixels.shape)}
    if not taken.fitted:
        return say("see picture as is", language, **facts)
    width, height = taken.original_size
    return say("see picture fitted", language, width=width, height=height, mode=taken.original_mode, **facts)


def taken_picture(sight: Sight, language: Language, budget_px: int) -> tuple[Sheet, str]:
    """The picture as the design takes it, and what it is in words."""
    pixels = sight.picture.pixels
    grey = pixels if pixels.shape[-1] == 3 else pixels[..., 0]
    return contact_sheet(grey[np.newaxis], (), budget_px, False), taken_words(sight, language)


def ranges_table(sight: Sight, language: Language) -> tuple[list[str], list[list[str]]]:
    """Head and rows: each layer's range, zeros and dead channels."""
    head = [
        say(key, language) for key in ("layer", "output", "see least", "see mean", "see most", "see zeros", "see dead")
    ]
    rows = [
        [
            each.row.node.name,
            show_shape(each.shape),
            *(f"{value:.3g}" for value in (each.least, each.mean, each.most)),
            f"{each.zeros:.1%}",
            f"{len(each.dead)} / {len(each.energy)}",
        ]
        for each in sight.layers
    ]
    return head, rows


def _ranges(sight: Sight, language: Language) -> str:
    head, rows = ranges_table(sight, language)
    return table(head, rows, {1, 2, 3, 4, 5, 6}, say("see ranges caption", language))


def layer_pictures(layer: LayerSeen, language: Language, budget_px: int) -> list[tuple[Sheet, str]]:
    """A layer's sheets, its maps and where there are any its first filters, each with what it is."""
    drawn = sheets(layer, budget_px)
    found = [(drawn["maps"], _said(layer, drawn["maps"].shown, language))]
    if layer.kernels is not None:
        far = float(np.abs(layer.kernels).max())
        found.append((drawn["filters"], _filters_said(layer.kernels.shape, drawn["filters"].shown, far, language)))
    return found


def layer_title(layer: LayerSeen) -> str:
    """A layer's name and type."""
    return f"{layer.row.node.name} ({layer.row.node.type})"


def layer_html(layer: LayerSeen, language: Language, budget: int) -> str:
    """A layer's maps and filters, in `budget` pixels each, with what they show in words."""
    maps, *filters = (_shown(*each) + paragraph(each[1]) for each in layer_pictures(layer, language, budget))
    html = maps
    if len(layer.dead) == len(layer.energy):
        html += paragraph(say("see all dead", language))
    elif layer.dead:
        html += paragraph(say("see dead named", language, names=_named(layer.dead, language)))
    return html + "".join(filters)


def _said(layer: LayerSeen, shown: int, language: Language) -> str:
    far = f"{max(abs(layer.least), abs(layer.most)):.3g}"
    scale = say("see scale signed" if layer.least < 0 else "see scale positive", language, far=far)
    if len(layer.shape) < 2:
        return say("see vector", language, count=len(layer.energy), columns=_COLUMNS, scale=scale)
    if not layer.channels:
        return say("see sequence", language, scale=scale)
    names = _named(layer.channels[:shown], language)
    return say("see maps", language, shown=shown, count=len(layer.energy), channels=names, scale=scale)


def _named(numbers: Sequence[int], language: Language) -> str:
    """Channels by their numbers, the first ones where they are many."""
    first, more = list(numbers[:_NAMED]), len(numbers) - _NAMED
    return say("names more", language, names=first, more=more) if more > 0 else ", ".join(map(str, first))


def _filters_said(kernel: tuple[int, ...], shown: int, far: float, language: Language) -> str:
    facts = {"count": kernel[-1], "shape": show_shape(kernel[:-1]), "far": f"{far:.3g}"}
    if shown < kernel[-1]:
        return say("see filters some", language, shown=shown, **facts)
    return say("see filters", language, **facts)


def _shown(sheet: Sheet, alt: str) -> str:
    return picture(sheet.png, alt, sheet.width_px)


def weights_words(kind: str, **facts: object) -> Phrase:
    """Where the weights are from, in words: a run, a file, random or Sobel's."""
    return Phrase(WORDS[f"see weights {kind}"], facts)
