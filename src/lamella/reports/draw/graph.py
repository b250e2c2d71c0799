"""A design as a graph: a box for each layer with its figures, a line for each tensor, inputs at the top: data to SVG.

Lines pass between boxes, never through one. A long graph is cut into pieces that stand side by side, then below each
other; a line that is cut names where it goes and where it comes from.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from lamella.reports.draw.canvas import Canvas
from lamella.reports.draw.layered import Layered, layered
from lamella.reports.draw.lettering import broken, cut, width_px
from lamella.reports.draw.parts import Drawn, Part
from lamella.texts.languages import Language
from lamella.texts.words import say

_SIZE: Final = 13.0
_SMALL: Final = 11.5
_LINE: Final = 16.0
_COLUMNS: Final = 34
_BETWEEN: Final = 34.0
_APART: Final = 22.0
_PASSING: Final = 10.0
_TALLEST: Final = 1500.0
"""Longer pieces than this, in px, are hard to follow on a screen."""
_STUB: Final = 16.0


class _Box(NamedTuple):
    """The lines in a box, each with its colour and size, and the box's sides."""

    lines: tuple[tuple[str, str, float], ...]
    wide: float
    high: float


class _Piece(NamedTuple):
    """A run of layers of the graph that is drawn in one place, with its sides and where its own left is."""

    layers: range
    wide: float
    high: float
    left: float


def graph(drawn: Drawn, language: Language, width: float) -> str:
    """The SVG, in pieces that fill about `width` px."""
    canvas = Canvas()
    canvas.words(0, 16, drawn.title, size=18, bold=True)
    canvas.words(0, 38, drawn.totals, "soft")
    y = 58.0
    columns = int(width / (_SMALL * 0.6))
    for tone, texts in (("soft", drawn.notes), ("error", drawn.errors)):
        for line in (line for text in texts for line in broken(text, columns, 4)):
            canvas.words(0, y, line, tone, _SMALL)
            y += _LINE
    found = layered([part.reads for part in drawn.parts])
    boxes = [_box(part, language) for part in drawn.parts]
    widths = [_PASSING if spot.node is None else boxes[spot.node].wide for spot in found.spots]
    xs = found.xs(widths, _APART)
    heights = [
        max((boxes[node].high for spot in layer if (node := found.spots[spot].node) is not None), default=0)
        for layer in found.layers
    ]
    x, top, low = 0.0, y, y
    for piece in _pieces(found, xs, widths, heights):
        if x and x + piece.wide > width:
            x, top = 0.0, low + 40
        _put_piece(canvas, drawn.parts, found, boxes, xs, heights, piece, x - piece.left, top, language)
        low = max(low, top + piece.high)
        x += piece.wide + 46
    return canvas.svg(drawn.title, say("drawn graph", language, count=len(drawn.parts)))


def _box(part: Part, language: Language) -> _Box:
    lines = [
        (cut(part.name, _COLUMNS), "error" if part.errors else "ink", _SIZE),
        *((each, "ink", _SMALL) for each in broken(f"{part.type} {part.shape}", _COLUMNS, 3)),
        *((each, "soft", _SMALL) for each in broken(part.figures, _COLUMNS + 6, 4)),
        *((cut(say("drawn comes from", language, name=name), _COLUMNS), "soft", _SMALL) for name in part.others),
        *((each, "error", _SMALL) for text in part.errors for each in broken(text, _COLUMNS + 6, 6)),
    ]
    wide = max(width_px(text, size) for text, _, size in lines) + 20
    return _Box(tuple(lines), wide, len(lines) * _LINE + 12)


def _pieces(found: Layered, xs: list[float], widths: list[float], heights: list[float]) -> list[_Piece]:
    """The layers in runs that are not too tall, the ends of lines that are cut included."""
    runs: list[list[int]] = [[]]
    high = 0.0
    for layer, each in enumerate(heights):
        if runs[-1] and high + each > _TALLEST:
            runs.append([])
            high = 0.0
        runs[-1].append(layer)
        high += each + _BETWEEN
    pieces = []
    for run in runs:
        spots = [spot for layer in run for spot in found.layers[layer]]
        left = min((xs[spot] - widths[spot] / 2 for spot in spots), default=0)
        right = max((xs[spot] + widths[spot] / 2 for spot in spots), default=0)
        tall = sum(heights[layer] + _BETWEEN for layer in run) + 2 * _STUB
        pieces.append(_Piece(range(run[0], run[-1] + 1) if run else range(0), right - left, tall, left))
    return pieces


def _put_piece(
    canvas: Canvas,
    parts: tuple[Part, ...],
    found: Layered,
    boxes: list[_Box],
    xs: list[float],
    heights: list[float],
    piece: _Piece,
    shift: float,
    top: float,
    language: Language,
) -> None:
    tops, y = dict[int, float](), top + _STUB
    for layer in piece.layers:
        tops[layer] = y
        y += heights[layer] + _BETWEEN
    for begin, end in found.lines:
        _put_line(canvas, parts, found, boxes, xs, heights, tops, (begin, end), shift, language)
    for target, names in _arriving(parts, found, tops).items():
        text = cut(say("drawn comes from", language, name=", ".join(names)), _COLUMNS)
        canvas.words(xs[target] + shift, top - 4, text, "soft", 10, anchor="middle")
    for layer, high in tops.items():
        for spot in found.layers[layer]:
            node, x = found.spots[spot].node, xs[spot] + shift
            if node is None:
                low = high + heights[layer]
                canvas.line(f"M{x:.1f} {high:.1f}V{low:.1f}", [(x, high), (x, low)], "skip")
            else:
                _put_box(canvas, parts[node], boxes[node], x, high)


def _put_line(
    canvas: Canvas,
    parts: tuple[Part, ...],
    found: Layered,
    boxes: list[_Box],
    xs: list[float],
    heights: list[float],
    tops: dict[int, float],
    line: tuple[int, int],
    shift: float,
    language: Language,
) -> None:
    """A line from one layer to the next, or the end of one that is cut, with the name of what is at the other."""
    one, other = (found.spots[each] for each in line)
    (x, end_x) = (xs[each] + shift for each in line)
    if one.layer not in tops and other.layer not in tops:
        return
    passing = one.node is None or other.node is None
    stroke = "skip" if passing else "edge"
    if one.layer in tops:
        leave = tops[one.layer] + (heights[one.layer] if one.node is None else boxes[one.node].high)
    arrow = other.node is not None
    if one.layer not in tops:
        stop = tops[other.layer]
        canvas.line(
            f"M{end_x:.1f} {stop - _STUB:.1f}V{stop - 5 * arrow:.1f}",
            [(end_x, stop - _STUB), (end_x, stop)],
            stroke,
            arrow=arrow,
        )
        return
    bottom = tops[one.layer] + heights[one.layer]
    if other.layer not in tops:
        stop = bottom + _STUB
        canvas.line(f"M{x:.1f} {leave:.1f}V{stop - 5:.1f}", [(x, leave), (x, stop)], stroke, arrow=True)
        if other.node is not None:
            name = say("drawn goes on", language, name=parts[other.node].name)
            canvas.words(x, stop + 12, cut(name, _COLUMNS), "soft", 10, anchor="middle")
        return
    stop = tops[other.layer]
    middle = (bottom + stop) / 2
    bend = f"C{x:.1f} {middle:.1f} {end_x:.1f} {middle:.1f} {end_x:.1f} {stop - 5 * arrow:.1f}"
    way = f"M{x:.1f} {leave:.1f}V{bottom:.1f}{bend}"
    canvas.line(way, [(x, leave), (end_x, stop - 10), (end_x, stop)], stroke, arrow=arrow)


def _arriving(parts: tuple[Part, ...], found: Layered, tops: dict[int, float]) -> dict[int, list[str]]:
    """By the spot at which lines arrive from another piece: the names of the layers they come from."""
    names: dict[int, list[str]] = {}
    for begin, end in found.lines:
        if found.spots[end].layer in tops and found.spots[begin].layer not in tops:
            names.setdefault(end, []).append(parts[_source(found, begin)].name)
    return names


def _source(found: Layered, spot: int) -> int:
    """The node from which a passing line comes."""
    while (node := found.spots[spot].node) is None:
        spot = found.before[spot]
    return node


def _put_box(canvas: Canvas, part: Part, box: _Box, x: float, y: float) -> None:
    wrong = bool(part.errors)
    hint = " ".join([f"{part.name} ({part.type}): {part.shape}.", *part.errors])
    left = x - box.wide / 2
    canvas.box(
        left, y, box.wide, box.high, "box", "error" if wrong else "edge", round_px=5, thick=2 if wrong else 1, hint=hint
    )
    canvas.box(left, y, 5, box.high, part.family, "edge", round_px=2)
    for number, (text, tone, size) in enumerate(box.lines):
        canvas.words(left + 13, y + 17 + number * _LINE, text, tone, size, bold=not number)
