"""A layer's window going over its input, output by output: data to an SVG that moves without a program (SMIL).

Where a viewer does not move pictures, or its reader asks for less motion, one step in the middle stands still. Of a
transposed layer the window goes over the output, where what inputs write is summed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Final, NamedTuple

from lamella.reports.draw.canvas import Canvas, px
from lamella.reports.draw.lettering import broken
from lamella.seeing.geometry import Axis
from lamella.seeing.passage import Passage, passages
from lamella.texts.languages import Language
from lamella.texts.words import say

_CELL: Final = 24.0
_APART: Final = 64.0
_SECONDS: Final = 24.0
"""A round takes about so long, a step no longer than `_SLOWEST` and no shorter than `_FASTEST`."""
_SLOWEST, _FASTEST = 0.8, 0.12

Cell = tuple[int, int]
Frames = frozenset[int]


class _Film(NamedTuple):
    """Every step: the window's number along both axes, in reading order; how long a round takes; what stands still."""

    steps: tuple[Cell, ...]
    seconds: float
    still: int

    @classmethod
    def of(cls, rows: Passage | None, columns: Passage) -> _Film:
        """The film over the shown windows of two axes, or of one."""
        steps = tuple(product(range(len(rows.held) if rows else 1), range(len(columns.held))))
        step = min(_SLOWEST, max(_FASTEST, _SECONDS / len(steps)))
        lines, wide = len(rows.held) if rows else 1, len(columns.held)
        return cls(steps, step * len(steps), (lines // 2) * wide + wide // 2)

    def from_then(self, frames: dict[Cell, Frames]) -> dict[Cell, Frames]:
        """The same cells, there from their first step on."""
        return {cell: frozenset(range(min(when), len(self.steps))) for cell, when in frames.items() if when}


def window(axes: Sequence[Axis], title: str, language: Language) -> str:
    """The SVG of the last two axes; one axis is a strip."""
    *above, columns = passages(axes)
    rows = above[0] if above else None
    film = _Film.of(rows, columns)
    writes = any(axis.writes for axis in axes[-2:])
    canvas = Canvas()
    canvas.moves = True
    canvas.words(0, 16, title, size=16, bold=True)
    left, top = 30.0, 70.0
    places = _cells(rows.places if rows else range(1), columns.places)
    windows = _cells(range(len(rows.held)) if rows else range(1), range(len(columns.held)))
    first, second = (windows, places) if writes else (places, windows)
    names = [say(f"window {key}", language) for key in ("input", "output")]
    right = left + _span(first) + _APART
    for name, x in zip(names, (left, right), strict=True):
        canvas.words(x, top - 26, name, "soft", 12, bold=True)
    middle = top + max(_height(first), _height(second)) / 2
    canvas.line(
        f"M{px(right - 50)} {px(middle)}H{px(right - 34)}", [(right - 50, middle), (right - 29, middle)], arrow=True
    )
    at_places = _put_grid(canvas, places, right if writes else left, top, rows, columns)
    at_windows = _put_grid(canvas, windows, left if writes else right, top, None, None)
    on = {cell: _held(film, rows, columns, cell) for cell in places}
    now = {cell: frozenset({film.steps.index(cell)}) for cell in windows}
    if writes:
        layers = [(at_places, film.from_then(on), "done"), (at_places, on, "made"), (at_windows, now, "seen")]
    else:
        layers = [(at_places, on, "seen"), (at_windows, film.from_then(now), "done"), (at_windows, now, "made")]
    canvas.open_group('class="moving"')
    for spots, frames, fill in layers:
        for cell, when in frames.items():
            _put_moving(canvas, spots[cell], when, film, fill)
    canvas.close_group()
    canvas.open_group('class="still" display="none"')
    for spots, frames, fill in layers:
        for cell, when in frames.items():
            if film.still in when:
                canvas.box(*spots[cell], _CELL, _CELL, fill, "edge")
    canvas.close_group()
    if writes:
        _put_counts(canvas, at_places, rows, columns)
    y = top + max(_height(first), _height(second)) + 34
    _put_legend(canvas, axes, [*above, columns], y, language, writes)
    return canvas.svg(title, say(f"window {'writes' if writes else 'reads'}", language))


def _cells(rows: Iterable[int], columns: Iterable[int]) -> list[Cell]:
    return list(product(rows, list(columns)))


def _span(cells: Sequence[Cell]) -> float:
    return (max(x for _, x in cells) - min(x for _, x in cells) + 1) * _CELL


def _height(cells: Sequence[Cell]) -> float:
    return (max(y for y, _ in cells) - min(y for y, _ in cells) + 1) * _CELL


def _put_grid(
    canvas: Canvas,
    cells: Sequence[Cell],
    left: float,
    top: float,
    rows: Passage | None,
    columns: Passage | None,
) -> dict[Cell, tuple[float, float]]:
    """Draws the cells, those outside dashed, and their numbers along two sides; gives where each stands."""
    low_y, low_x = min(y for y, _ in cells), min(x for _, x in cells)
    spots = {(y, x): (left + (x - low_x) * _CELL, top + (y - low_y) * _CELL) for y, x in cells}
    for (y, x), spot in spots.items():
        outside = columns is not None and not _inside(rows, columns, (y, x))
        canvas.box(*spot, _CELL, _CELL, "outside" if outside else "box", "line", dashed=outside)
    for x in sorted({x for _, x in cells}):
        if columns is None or 0 <= x < columns.lay.places:
            canvas.words(spots[low_y, x][0] + _CELL / 2, top - 6, str(x), "soft", 10, anchor="middle")
    lines = sorted({y for y, _ in cells})
    for y in lines if len(lines) > 1 else []:
        if rows is None or 0 <= y < rows.lay.places:
            canvas.words(left - 6, spots[y, low_x][1] + 16, str(y), "soft", 10, anchor="end")
    return spots


def _inside(rows: Passage | None, columns: Passage, cell: Cell) -> bool:
    """Whether a place is one of the tensor's own."""
    y, x = cell
    return 0 <= x < columns.lay.places and (rows is None or 0 <= y < rows.lay.places)


def _held(film: _Film, rows: Passage | None, columns: Passage, cell: Cell) -> Frames:
    """The steps whose window holds a place."""
    y, x = cell
    return frozenset(
        step
        for step, (line, column) in enumerate(film.steps)
        if x in columns.held[column] and (rows is None or y in rows.held[line])
    )


def _put_moving(canvas: Canvas, spot: tuple[float, float], when: Frames, film: _Film, fill: str) -> None:
    """A cell that is there in some steps; at rest it is as in the still step."""
    if not when:
        return
    count = len(film.steps)
    turns = [step for step in range(count) if not step or (step in when) != (step - 1 in when)]
    values = ";".join(str(int(step in when)) for step in turns)
    times = ";".join(f"{step / count:.4f}".rstrip("0").rstrip(".") for step in turns)
    move = (
        f'<animate attributeName="opacity" calcMode="discrete" dur="{film.seconds:.2f}s" repeatCount="indefinite" '
        f'values="{values}" keyTimes="{times}"/>'
    )
    canvas.box(*spot, _CELL, _CELL, fill, "edge", inside=move, more=f' opacity="{int(film.still in when)}"')


def _put_counts(canvas: Canvas, spots: dict[Cell, tuple[float, float]], rows: Passage | None, columns: Passage) -> None:
    """How many windows are summed in each place, of the whole layer."""
    for (y, x), (left, top) in spots.items():
        if _inside(rows, columns, (y, x)):
            count = columns.lay.counts[x] * (rows.lay.counts[y] if rows else 1)
            canvas.words(left + _CELL / 2, top + 16, str(count), "ink", 10, anchor="middle")


def _put_legend(
    canvas: Canvas, axes: Sequence[Axis], shown: Sequence[Passage], y: float, language: Language, writes: bool
) -> None:
    kind = "output" if writes else "input"
    notes = [say(f"window {'writes' if writes else 'reads'}", language)]
    if any(axis.lay.before or axis.lay.after for axis in axes[-2:]):
        notes.append(say(f"legend {kind} padding", language))
    for axis, each in zip(axes[-2:], shown, strict=True):
        lay, name = axis.lay, axis.name
        facts = {"axis": name, "size": axis.size, "outputs": axis.outputs, "before": lay.before, "after": lay.after}
        notes.append(say(f"lay {kind} outside" if lay.before or lay.after else f"lay {kind} inside", language, **facts))
        if not each.whole:
            shares = {"places": min(each.places.stop, lay.places), "of": lay.places}
            shares |= {"windows": len(each.held), "every": lay.windows}
            notes.append(say(f"window cropped {kind}", language, axis=name, **shares))
    if len(axes) > 2:
        notes.append(say(f"legend {kind} slice", language))
    for line in (line for note in notes for line in broken(note, 96, 3)):
        canvas.words(0, y, line, "soft", 12)
        y += 18
