"""A design as its outputs drawn to scale, side by side in the order in which they are computed: data to SVG.

What is not read by the next layer goes in an arc above the row; where arcs would pile up, or lead into another row, the
two ends bear one number.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NamedTuple

from lamella.reports.draw.blocks import Block, Scale, block, put_block
from lamella.reports.draw.canvas import Canvas
from lamella.reports.draw.lettering import broken, cut, width_px
from lamella.reports.draw.parts import Drawn, Part, family_words
from lamella.texts.languages import Language
from lamella.texts.words import say

_SIZE: Final = 13.0
_SMALL: Final = 12.0
_LINE: Final = 17.0
_GAP: Final = 20.0
_COLUMNS: Final = 19
_LANE: Final = 13.0
_LANES: Final = 7
_SMALLER: Final = 0.5
_TURNED: Final = 44.0
"""How far apart layers stand whose words are turned."""


class _Row(NamedTuple):
    """Parts from `first` on that stand in one row, with the middles of their blocks."""

    first: int
    lefts: tuple[float, ...]

    def holds(self, index: int) -> bool:
        return self.first <= index < self.first + len(self.lefts)


def stack(drawn: Drawn, language: Language, width: float) -> str:
    """The SVG, about `width` px wide where that is enough for one layer."""
    canvas = Canvas()
    canvas.words(0, 16, drawn.title, size=18, bold=True)
    canvas.words(0, 38, drawn.totals, "soft")
    scale = Scale.of(part.sizes for part in drawn.parts)
    blocks = [block(part.sizes, scale) for part in drawn.parts]
    rows, turned, blocks = _rows(drawn.parts, blocks, width)
    numbers = _numbered(drawn.parts, rows)
    y = 56.0
    for row in rows:
        y = _put_row(canvas, drawn.parts, blocks, row, y, turned, numbers)
    _below(canvas, drawn, language, y + 10, max(width, canvas.right))
    return canvas.svg(drawn.title, say("drawn stack", language, count=len(drawn.parts)))


def _rows(parts: tuple[Part, ...], blocks: list[Block], width: float) -> tuple[list[_Row], bool, list[Block]]:
    """What stands in which row, and whether words are turned: one row of small blocks before arcs cut in two."""
    labels = [max(width_px(text, size) for text, size in _label(part)) for part in parts]
    wide = [max(each.wide, label) for each, label in zip(blocks, labels, strict=True)]
    straight = _filled(wide, blocks, width, _GAP)
    arcs = any(index - source > 1 for index, part in enumerate(parts) for source in part.reads)
    if len(straight) > 1 and arcs:
        small = [each.smaller(_SMALLER) for each in blocks]
        steps = [max(each.wide + 12, _TURNED) for each in small]
        if sum(steps) <= 1.3 * width:
            return _filled(steps, small, 2 * width, 0), True, small
    return straight, False, blocks


def _filled(wide: list[float], blocks: list[Block], width: float, gap: float) -> list[_Row]:
    rows: list[_Row] = []
    first, x, lefts = 0, 0.0, list[float]()
    for index, (each, own) in enumerate(zip(wide, blocks, strict=True)):
        if lefts and x + each > width:
            rows.append(_Row(first, tuple(lefts)))
            first, x, lefts = index, 0.0, []
        lefts.append(x + (each - own.wide) / 2)
        x += each + gap
    return [*rows, _Row(first, tuple(lefts))]


def _label(part: Part) -> list[tuple[str, float]]:
    """The lines below a block, each with the size of its letters; wide shapes may be broken once."""
    kind = cut(part.type, _COLUMNS)
    shapes = broken(part.shape, _COLUMNS + 4, 3)
    return [(cut(part.name, _COLUMNS), _SIZE), (kind, _SMALL), *((each, _SMALL) for each in shapes)]


def _arcs(parts: tuple[Part, ...], row: _Row) -> dict[tuple[int, int], int]:
    """The lane of each arc within a row, short ones lowest; those that find none are left out."""
    spans = [
        (index - source, source, index)
        for index in range(row.first, row.first + len(row.lefts))
        for source in parts[index].reads
        if index - source > 1 and row.holds(source)
    ]
    lanes: list[list[tuple[int, int]]] = [[] for _ in range(_LANES)]
    found = {}
    for _, source, index in sorted(spans):
        for number, lane in enumerate(lanes):
            if all(index <= begin or end <= source for begin, end in lane):
                lane.append((source, index))
                found[source, index] = number
                break
    return found


def _numbered(parts: tuple[Part, ...], rows: list[_Row]) -> dict[tuple[int, int], int]:
    """The number of each connection that is not drawn, the same for all that come from one layer."""
    shown = {pair for row in rows for pair in _arcs(parts, row)}
    sources: dict[int, int] = {}
    found = {}
    for index, part in enumerate(parts):
        for source in part.reads:
            if index - source > 1 and (source, index) not in shown:
                found[source, index] = sources.setdefault(source, len(sources) + 1)
    return found


def _put_row(
    canvas: Canvas,
    parts: tuple[Part, ...],
    blocks: list[Block],
    row: _Row,
    y: float,
    turned: bool,
    numbers: dict[tuple[int, int], int],
) -> float:
    """Draws a row from `y` on; gives where the next begins."""
    arcs = _arcs(parts, row)
    own = range(row.first, row.first + len(row.lefts))
    lanes = max(arcs.values(), default=-1) + 1
    marked = any(index in pair for index in own for pair in numbers)
    highest = max(blocks[index].high for index in own)
    top = y + lanes * _LANE + (18 if lanes else 0) + (16 if marked else 0)
    middle = top + highest / 2
    lefts = dict(zip(own, row.lefts, strict=True))
    for (source, index), lane in arcs.items():
        begin, end = (lefts[each] + blocks[each].wide / 2 for each in (source, index))
        high = top - (16 if marked else 0) - 14 - lane * _LANE
        begin, end = begin + 4, end - 4
        start, stop = (middle - blocks[each].high / 2 - 3 for each in (source, index))
        way = f"M{begin:.1f} {start:.1f}V{high + 6:.1f}q0 -6 6 -6H{end - 6:.1f}q6 0 6 6V{stop:.1f}"
        canvas.line(way, [(begin, start), (begin, high), (end, high), (end, stop)], "skip", arrow=True)
    for index in own:
        part, each, left = parts[index], blocks[index], lefts[index]
        put_block(canvas, each, left, middle, part.family, bool(part.errors))
        _put_marks(canvas, left + each.wide / 2, middle - each.high / 2 - 5, index, numbers)
    for before, after in pairwise(own):
        if before in parts[after].reads:
            begin, end = lefts[before] + blocks[before].wide + 3, lefts[after] - 2
            if end - begin > 5:
                canvas.line(f"M{begin:.1f} {middle:.1f}H{end - 5:.1f}", [(begin, middle), (end, middle)], arrow=True)
    return _put_labels(canvas, parts, blocks, lefts, middle + highest / 2 + 18, turned)


def _put_marks(canvas: Canvas, x: float, y: float, index: int, numbers: dict[tuple[int, int], int]) -> None:
    """The numbers of what comes from elsewhere and of what goes there."""
    arriving = sorted({number for (_, end), number in numbers.items() if end == index})
    leaving = sorted({number for (begin, _), number in numbers.items() if begin == index})
    if arriving:  # beside the middle, where an arc may come down
        canvas.words(x - 10, y, cut(f"{','.join(map(str, arriving))}→", 9), "soft", 11, anchor="end", bold=True)
    if leaving:
        canvas.words(x + 10, y, f"→{leaving[0]}", "soft", 11, bold=True)


def _put_labels(
    canvas: Canvas, parts: tuple[Part, ...], blocks: list[Block], lefts: dict[int, float], y: float, turned: bool
) -> float:
    low = y
    for index, left in lefts.items():
        part, x = parts[index], left + blocks[index].wide / 2
        fill = "error" if part.errors else "ink"
        hint = f"{part.name} ({part.type}): {part.shape}, {part.figures}"
        if turned:
            wide = canvas.words(x - 8, y, cut(part.name, 24), fill, _SIZE, turned=True, bold=True, hint=hint)
            wide = max(wide, canvas.words(x - 8 - 17 * 0.7, y + 17 * 0.7, part.shape, "soft", _SMALL, turned=True))
            low = max(low, y + wide * 0.72 + 12)
            continue
        for number, (text, size) in enumerate(_label(part)):
            tone = fill if not number else "soft"
            canvas.words(
                x, y + number * _LINE, text, tone, size, anchor="middle", bold=not number, hint="" if number else hint
            )
            low = max(low, y + number * _LINE)
    return low + 26


def _below(canvas: Canvas, drawn: Drawn, language: Language, y: float, width: float) -> None:
    """The colours by their names, what was drawn how, and every error with its words."""
    x = 0.0
    for family in drawn.families:
        text = family_words(family, language)
        wide = 30 + width_px(text, _SMALL)
        if x and x + wide > width:
            x, y = 0.0, y + 22
        canvas.box(x, y, 14, 14, family, "edge", dashed=family == "unknown")
        canvas.words(x + 20, y + 11.5, text, "soft", _SMALL)
        x += wide + 12
    y += 38
    columns = int(width / (_SMALL * 0.6))
    for note in (say("drawn scale", language), *drawn.scale_notes, *drawn.notes):
        for line in broken(note, columns, 4):
            canvas.words(0, y, line, "soft", _SMALL)
            y += _LINE
    for text in errors_of(drawn):
        for line in broken(text, columns, 5):
            canvas.words(0, y, line, "error", _SMALL)
            y += _LINE


def errors_of(drawn: Drawn) -> list[str]:
    """Every error with the layer it belongs to."""
    return [*drawn.errors, *(f"{part.name} ({part.type}): {text}" for part in drawn.parts for text in part.errors)]
