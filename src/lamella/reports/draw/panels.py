"""Small pictures in named rows, each pixel a square, with what is claimed of them laid over: data to SVG.

Pixels are drawn as runs of one grey, not embedded as a file: sharp at every size, shown wherever an SVG is, and the
same bytes on every machine.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from lamella.reports.document import escaped
from lamella.reports.draw.loss_curve import text_width_px

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GAP_PX: Final = 22
_NAME_PX: Final = 24
_HEADING_PX: Final = 26
_LEVELS: Final = 20
"""Greys that are told apart: a photograph looks whole, and neighbours of one grey are one run."""
_SHADES: Final = 16
_FILTER: Final = 8

_STYLE: Final = """
.panels { --ink: #1b1d21; --soft: #555b66; --ground: #ffffff;
  font: 13px system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans KR", "Noto Sans CJK KR",
  "Apple SD Gothic Neo", "Malgun Gothic", sans-serif; }
@media screen and (prefers-color-scheme: dark) { .panels { --ink: #e6e8ec; --soft: #a9b0bb; --ground: #16181c; } }
.panels .ground { fill: var(--ground); }
.panels text { fill: var(--ink); font-variant-numeric: tabular-nums; }
.panels .heading { font-weight: 600; }
.panels .name { fill: var(--soft); }
.panels .edge { fill: none; stroke: var(--soft); }
.panels .over { stroke: #e8710a; }
.panels .halo { fill: none; stroke: #ffffff; stroke-width: 4; }
.panels .frame { fill: none; stroke: #c2410c; stroke-width: 2; }
"""


class Panel(NamedTuple):
    """A picture (height, width) in [0, 1] with its name below.

    `over` (height, width) in [0, 1] is how strongly orange covers each pixel. `frame` are its first and last row and
    its first and last column, drawn around what lies between them.
    """

    name: str
    grey: NDArray[np.floating[Any]]
    over: NDArray[np.floating[Any]] | None = None
    frame: tuple[int, int, int, int] | None = None


def panels(
    rows: Sequence[tuple[str, Sequence[Panel]]], title: str, side_px: int = 288, small_px: int | None = None
) -> str:
    """Rows of panels below a heading each ("": none); the longer side of every panel is `side_px` or little less.

    Of rows of filters, pictures of fewer than `_FILTER` pixels along their sides, it is `small_px` where that is given.
    A pixel is a whole number of px, where there is room for it, and panels of one place in their rows stand one below
    the other. A picture that several panels show is written once. The same input gives the same text.
    """
    drawn: dict[str, str] = {}
    parts: list[str] = []
    columns: dict[tuple[bool, int], float] = {}
    for _, shown in rows:
        for place, panel in enumerate(shown):
            kind = _is_filter(panel) and small_px is not None, place
            wide = panel.grey.shape[1] * _step(panel, side_px, small_px)
            columns[kind] = max(columns.get(kind, 0.0), wide, text_width_px(panel.name))
    top, right = float(_GAP_PX), 0.0
    for heading, shown in rows:
        if heading:
            parts.append(f'<text class="heading" x="{_GAP_PX}" y="{top + 8:.0f}">{escaped(heading)}</text>')
            right = max(right, text_width_px(heading) + 2 * _GAP_PX)
            top += _HEADING_PX
        left, high = float(_GAP_PX), 0.0
        for place, panel in enumerate(shown):
            step = _step(panel, side_px, small_px)
            parts += _panel(panel, left, top, step, drawn)
            left += columns[_is_filter(panel) and small_px is not None, place] + _GAP_PX
            high = max(high, panel.grey.shape[0] * step)
        right = max(right, left)
        named = any(panel.name for panel in shown)
        top += high + (_NAME_PX if named else 0) + _GAP_PX / 2
    defined = f"<defs>{''.join(drawn.values())}</defs>"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="panels" role="img" width="{right:.0f}" height="{top:.0f}" '
        f'viewBox="0 0 {right:.0f} {top:.0f}" aria-label="{escaped(title)}"><style>{_STYLE}</style>{defined}'
        f'<rect class="ground" width="{right:.0f}" height="{top:.0f}"/>'
    )
    return "\n".join([head, *parts, "</svg>"])


def _is_filter(panel: Panel) -> bool:
    return int(max(panel.grey.shape)) < _FILTER


def _step(panel: Panel, side_px: int, small_px: int | None) -> float:
    """How many px a pixel of a panel takes."""
    side = small_px if small_px is not None and _is_filter(panel) else side_px
    places = int(max(panel.grey.shape))
    return side // places or side / places


def _panel(panel: Panel, left: float, top: float, step: float, drawn: dict[str, str]) -> list[str]:
    height, width = panel.grey.shape
    levels = np.rint(np.clip(panel.grey, 0, 1) * (_LEVELS - 1)).astype(np.int64)
    name = f"g{zlib.crc32(levels.tobytes()):08x}-{height}"
    drawn.setdefault(name, f'<g id="{name}" fill="none">{_greys(levels)}</g>')
    inside = [f'<use href="#{name}"/>']
    if panel.over is not None:
        shades = np.rint(np.clip(panel.over, 0, 1) * _SHADES).astype(np.int64)
        inside += [
            f'<path class="over" stroke-opacity="{0.9 * shade / _SHADES:.2f}" d="{way}"/>'
            for shade, way in _runs(shades).items()
            if shade
        ]
    parts = [
        f'<g transform="translate({left:.0f} {top:.0f}) scale({step:g})" shape-rendering="crispEdges">',
        *inside,
        "</g>",
        f'<rect class="edge" x="{left:.0f}" y="{top:.0f}" width="{width * step:.1f}" height="{height * step:.1f}"/>',
    ]
    if panel.frame is not None:
        y, last_y, x, last_x = panel.frame
        box = (
            f'x="{left + x * step:.1f}" y="{top + y * step:.1f}" width="{(last_x - x + 1) * step:.1f}" '
            f'height="{(last_y - y + 1) * step:.1f}"'
        )
        parts += [f'<rect class="{each}" {box}/>' for each in ("halo", "frame")]
    baseline = top + height * step + 17
    return [*parts, f'<text class="name" x="{left:.0f}" y="{baseline:.0f}">{escaped(panel.name)}</text>']


def _greys(levels: NDArray[np.int64]) -> str:
    parts = []
    for level, way in _runs(levels).items():
        shade = round(level * 255 / (_LEVELS - 1))
        parts.append(f'<path stroke="#{shade:02x}{shade:02x}{shade:02x}" d="{way}"/>')
    return "".join(parts)


def _runs(levels: NDArray[np.int64]) -> dict[int, str]:
    """For each level the path of its runs along rows, a line of thickness 1 in the middle of each row."""
    ways: dict[int, list[str]] = {}
    for y, row in enumerate(levels.tolist()):
        x = 0
        for level, run in groupby(row):
            long = len(list(run))
            ways.setdefault(level, []).append(f"M{x} {y}.5h{long}")
            x += long
    return {level: "".join(way) for level, way in sorted(ways.items())}
