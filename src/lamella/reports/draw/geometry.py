"""A layer's geometry as SVG: the input with its padding, the windows on it, what none sees, how often each is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from lamella.reports.document import escaped
from lamella.reports.geometry_text import shown
from lamella.reports.table import width
from lamella.seeing.geometry import Axis

_CELL: Final = 22
_MARGIN: Final = 54
_LINE: Final = 20

_STYLE: Final = """
.geometry { --ink: #1b1d21; --soft: #555b66; --ground: #ffffff; --pad: #e8ebef; --use: #1f5fa8; --lost: #a84300;
  font: 12px system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans KR", "Apple SD Gothic Neo",
  "Malgun Gothic", sans-serif; }
@media screen and (prefers-color-scheme: dark) { .geometry { --ink: #e6e8ec; --soft: #a9b0bb; --ground: #16181c;
  --pad: #2a2e35; --use: #7db7f0; --lost: #f2a56b; } }
.geometry .ground { fill: var(--ground); }
.geometry text { fill: var(--soft); font-variant-numeric: tabular-nums; }
.geometry .place { stroke: var(--soft); stroke-width: .5; fill: var(--use); }
.geometry .padding { stroke: var(--soft); stroke-width: .5; stroke-dasharray: 2 2; fill: var(--pad); }
.geometry .lost { stroke: var(--lost); stroke-width: 1.5; fill: none; }
.geometry .window { fill: none; stroke: var(--ink); stroke-width: 2; }
.geometry .window.next { stroke-dasharray: 5 3; }
.geometry .count { fill: var(--ink); text-anchor: middle; font-size: 10px; }
.geometry .title { fill: var(--ink); font-weight: 600; }
"""


def geometry(axes: Sequence[Axis], title: str, words: Mapping[str, str]) -> str:
    """The last two axes as a picture, one axis as a strip; of long axes the beginning and the end.

    `words` has the sentences of the legend: "places", "padding", "unseen", "window", "next".
    """
    rows = axes[-2] if len(axes) > 1 else None
    across, down = shown(axes[-1]), shown(rows) if rows is not None else [0]
    left, top = _MARGIN, 2 * _LINE
    parts = []
    for y, vertical in enumerate(down):
        for x, place in enumerate(across):
            parts += _place(axes[-1], rows, place, vertical, left + x * _CELL, top + y * _CELL)
    parts += _windows(axes[-1], rows, across, down, left, top)
    parts += _numbers(axes[-1], rows, across, down, left, top)
    bottom = top + len(down) * _CELL + _LINE
    legend = [text for key, text in words.items() if key != "unseen" or any(axis.unseen for axis in axes)]
    wide = left + len(across) * _CELL + 20
    wide = max(wide, *(30 + 7 * width(text) for text in (title, *legend)))
    high = bottom + _LINE * (len(legend) + 1)
    lines = [
        f'<text x="12" y="{bottom + _LINE * (index + 1)}">{escaped(text)}</text>' for index, text in enumerate(legend)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="geometry" viewBox="0 0 {wide} {high}" width="{wide}" '
        f'height="{high}" role="img" aria-label="{escaped(title)}"><style>{_STYLE}</style>'
        f'<rect class="ground" width="{wide}" height="{high}"/>'
        f'<text class="title" x="12" y="18">{escaped(title)}</text>' + "".join([*parts, *lines]) + "</svg>\n"
    )


def _place(axis: Axis, rows: Axis | None, place: int | None, vertical: int | None, x: int, y: int) -> list[str]:
    """One place of the input, the darker the more outputs see it, with their number; padding; a cross where none."""
    if place is None or vertical is None:
        return [f'<text class="count" x="{x + _CELL / 2:g}" y="{y + 15}">…</text>']
    box = f'x="{x}" y="{y}" width="{_CELL}" height="{_CELL}"'
    if not 0 <= place < axis.size or (rows is not None and not 0 <= vertical < rows.size):
        return [f'<rect class="padding" {box}/>']
    count = axis.used[place] * (rows.used[vertical] if rows is not None else 1)
    most = max(axis.used) * (max(rows.used) if rows is not None else 1)
    found = [f'<rect class="place" {box} fill-opacity="{0.08 + 0.6 * count / max(most, 1):.2f}"/>']
    if not count:
        return [*found, f'<path class="lost" d="M{x + 5} {y + 5}l12 12m0-12l-12 12"/>']
    return [*found, f'<text class="count" x="{x + _CELL / 2:g}" y="{y + 15}">{count}</text>']


def _windows(
    axis: Axis, rows: Axis | None, across: Sequence[int | None], down: Sequence[int | None], left: int, top: int
) -> list[str]:
    """The first window, the one beside it, and the last."""
    parts = []
    last = axis.outputs - 1, (rows.outputs - 1 if rows is not None else 0)
    chosen = {(0, 0): "window", (min(1, last[0]), 0): "window next", last: "window"}
    for (column, line), kind in chosen.items():
        xs = [across.index(each) for each in axis.inputs(column) if each in across]
        ys = [down.index(each) for each in rows.inputs(line) if each in down] if rows is not None else [0]
        if xs and ys:
            box = min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1
            x, y, wide, high = (each * _CELL for each in box)
            parts.append(f'<rect class="{kind}" x="{left + x}" y="{top + y}" width="{wide}" height="{high}"/>')
    return parts


def _numbers(
    axis: Axis, rows: Axis | None, across: Sequence[int | None], down: Sequence[int | None], left: int, top: int
) -> list[str]:
    """The positions along both sides."""
    every = 2 if axis.size > 999 else 1  # four digits are wider than a place
    parts = [
        f'<text class="count" x="{left + (x + 0.5) * _CELL:g}" y="{top - 6}">{place}</text>'
        for x, place in enumerate(across)
        if place is not None and 0 <= place < axis.size and place % every == 0
    ]
    if rows is not None:
        parts += [
            f'<text class="count" x="{left - 16}" y="{top + y * _CELL + 15}">{place}</text>'
            for y, place in enumerate(down)
            if place is not None and 0 <= place < rows.size
        ]
    return parts
