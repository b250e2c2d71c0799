"""A layer's geometry as SVG: the input with its padding, the windows on it, what none sees, how often each is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lamella.reports.document import escaped
from lamella.reports.geometry_text import shown
from lamella.reports.table import width
from lamella.seeing.geometry import Axis, Lay

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


def geometry(axes: Sequence[Axis], title: str, legend: Sequence[str]) -> str:
    """The last two axes as a picture, one axis as a strip; of long axes the beginning and the end. Below the legend."""
    columns, rows = axes[-1].lay, axes[-2].lay if len(axes) > 1 else None
    across, down = shown(columns), shown(rows) if rows is not None else [0]
    left, top = _MARGIN, 2 * _LINE
    parts = []
    for y, vertical in enumerate(down):
        for x, place in enumerate(across):
            parts += _place(columns, rows, place, vertical, left + x * _CELL, top + y * _CELL)
    parts += _windows(columns, rows, across, down, left, top)
    parts += _numbers(columns, rows, across, down, left, top)
    bottom = top + len(down) * _CELL + _LINE
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


def _place(columns: Lay, rows: Lay | None, place: int | None, vertical: int | None, x: int, y: int) -> list[str]:
    """One place, the darker the more windows hold it, with their number; what is outside; a cross where none."""
    if place is None or vertical is None:
        return [f'<text class="count" x="{x + _CELL / 2:g}" y="{y + 15}">…</text>']
    box = f'x="{x}" y="{y}" width="{_CELL}" height="{_CELL}"'
    if not 0 <= place < columns.places or (rows is not None and not 0 <= vertical < rows.places):
        return [f'<rect class="padding" {box}/>']
    count = columns.counts[place] * (rows.counts[vertical] if rows is not None else 1)
    most = max(columns.counts) * (max(rows.counts) if rows is not None else 1)
    found = [f'<rect class="place" {box} fill-opacity="{0.08 + 0.6 * count / max(most, 1):.2f}"/>']
    if not count:
        return [*found, f'<path class="lost" d="M{x + 5} {y + 5}l12 12m0-12l-12 12"/>']
    return [*found, f'<text class="count" x="{x + _CELL / 2:g}" y="{y + 15}">{count}</text>']


def _windows(
    columns: Lay, rows: Lay | None, across: Sequence[int | None], down: Sequence[int | None], left: int, top: int
) -> list[str]:
    """The first window, the one beside it, and the last."""
    parts = []
    last = columns.windows - 1, (rows.windows - 1 if rows is not None else 0)
    chosen = {(0, 0): "window", (min(1, last[0]), 0): "window next", last: "window"}
    for (column, line), kind in chosen.items():
        xs = [across.index(each) for each in columns.window(column) if each in across]
        ys = [down.index(each) for each in rows.window(line) if each in down] if rows is not None else [0]
        for x, wide in _runs(xs):
            for y, high in _runs(ys):
                box = left + x * _CELL, top + y * _CELL, wide * _CELL, high * _CELL
                parts.append('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>'.format(kind, *box))
    return parts


def _numbers(
    columns: Lay, rows: Lay | None, across: Sequence[int | None], down: Sequence[int | None], left: int, top: int
) -> list[str]:
    """The positions along both sides."""
    every = 2 if columns.places > 999 else 1  # four digits are wider than a place
    parts = [
        f'<text class="count" x="{left + (x + 0.5) * _CELL:g}" y="{top - 6}">{place}</text>'
        for x, place in enumerate(across)
        if place is not None and 0 <= place < columns.places and place % every == 0
    ]
    if rows is not None:
        parts += [
            f'<text class="count" x="{left - 16}" y="{top + y * _CELL + 15}">{place}</text>'
            for y, place in enumerate(down)
            if place is not None and 0 <= place < rows.places
        ]
    return parts


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Where places beside each other begin, and how many they are: a dilated window is in pieces."""
    begins = [each for each in places if each - 1 not in places]
    return [(each, next(count for count in range(1, len(places) + 1) if each + count not in places)) for each in begins]
