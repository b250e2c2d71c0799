"""What one place of a layer sees, back to the input, as a cone over the axes of all tensors between: data to SVG.

Each tensor is a bar as long as the picture, with a cell for each of its places; what is seen of it is filled.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from lamella import units
from lamella.layers.base import without_batch
from lamella.reports.draw.canvas import Canvas
from lamella.reports.draw.lettering import broken, cut, width_px
from lamella.seeing.cone import Seen
from lamella.texts.languages import Language, plain
from lamella.texts.words import say

_BAR: Final = 16.0
_PITCH: Final = 46.0
_LONG: Final = 400.0
_TICKS: Final = 64
"""Up to so many cells are told apart by lines."""


class Panel(NamedTuple):
    """One axis of the picture: its name and which axis of each tensor follows it, None where it has no such axis."""

    name: str
    axes: tuple[int | None, ...]


def cone_picture(seen: Sequence[Seen], panels: Sequence[Panel], title: str, language: Language) -> str:
    """The SVG: tensors from top to bottom, the inputs last, a column for each panel."""
    canvas = Canvas()
    canvas.words(0, 16, title, size=16, bold=True)
    labels = [cut(plain(each.row.node.name, 200), 26) for each in seen]
    shapes = [cut(units.shape(without_batch(each.row.output_shape or ())), 26) for each in seen]
    left = max(width_px(text, 13) for text in (*labels, *shapes)) + 28
    top = 62.0
    for index, (label, shape) in enumerate(zip(labels, shapes, strict=True)):
        y = top + index * _PITCH
        canvas.words(
            0, y + 8, label, size=13, bold=True, hint=f"{seen[index].row.node.name} ({seen[index].row.node.type})"
        )
        canvas.words(0, y + 24, shape, "soft", 11)
    x = left
    for panel in panels:
        canvas.words(x, top - 12, panel.name, "soft", 12, bold=True)
        x = _put_panel(canvas, seen, panel, x, top, language) + 36
    y = top + len(seen) * _PITCH + 14
    for line in broken(say("cone means", language), int(max(x - 36, 400) / 7.2), 4):
        canvas.words(0, y, line, "soft", 12)
        y += 17
    return canvas.svg(title, say("cone means", language))


def _put_panel(
    canvas: Canvas, seen: Sequence[Seen], panel: Panel, left: float, top: float, language: Language
) -> float:
    """One column; gives its right edge."""
    place = {each.row.node.name: index for index, each in enumerate(seen)}
    for index, each in enumerate(seen):
        end = _filled(each, panel.axes[index], left)
        for name in each.by:
            begin = _filled(seen[place[name]], panel.axes[place[name]], left)
            if begin is not None and end is not None:
                high, low = top + place[name] * _PITCH + _BAR, top + index * _PITCH
                corners = [(begin[0], high), (begin[1], high), (end[1], low), (end[0], low)]
                canvas.polygon(corners, "seen", opacity=0.35)
    right = left + _LONG
    for index, each in enumerate(seen):
        y = top + index * _PITCH
        axis = panel.axes[index]
        size, filled = _size(each, axis), _filled(each, axis, left)
        canvas.box(left, y, _LONG, _BAR, "box", "edge", dashed=filled is None)
        if filled is not None:
            canvas.box(filled[0], y, filled[1] - filled[0], _BAR, "made" if not index else "seen", "edge")
        if 1 < size <= _TICKS:
            way = "".join(f"M{left + _LONG * cell / size:.1f} {y:.1f}v{_BAR:.0f}" for cell in range(1, size))
            canvas.line(way, [(left, y), (right, y + _BAR)], "line", thick=0.6)
        text = _range(each, axis, size, language)
        right = max(right, left + _LONG + 10 + canvas.words(left + _LONG + 10, y + 12, text, "soft", 12))
    return right


def _size(each: Seen, axis: int | None) -> int:
    size = 0 if axis is None or each.row.output_shape is None else each.row.output_shape[axis + 1]
    return size if isinstance(size, int) else 0


def _filled(each: Seen, axis: int | None, left: float) -> tuple[float, float] | None:
    """From where to where a bar is filled, in px; None where that is not known."""
    extent, size = None if axis is None else each.extents[axis], _size(each, axis)
    if extent is None or not size:
        return None
    return left + _LONG * extent[0] / size, left + _LONG * (extent[1] + 1) / size


def _range(each: Seen, axis: int | None, size: int, language: Language) -> str:
    extent = None if axis is None else each.extents[axis]
    if extent is None:
        return say("not known", language)
    first, last = extent
    places = str(first) if first == last else f"{first}–{last}"
    return say("cone range", language, places=places, count=last - first + 1, size=size)
