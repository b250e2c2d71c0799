"""Matrices of numbers as squares side by side, the stronger the more, with their numbers where there is room: SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lamella.reports.document import escaped
from lamella.reports.draw.loss_curve import text_width_px

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SIDE_PX: Final = 264
_GAP_PX: Final = 24
_TOP_PX: Final = 34
_MOST_NUMBERED: Final = 12
"""Places along a side that numbers still fit into."""
_DIGITS: Final = 3

_STYLE: Final = """
.heat-maps { --ink: #1b1d21; --ground: #ffffff; --use: #1f5fa8; --lost: #a84300;
  font: 13px system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans KR", "Noto Sans CJK KR",
  "Apple SD Gothic Neo", "Malgun Gothic", sans-serif; }
@media screen and (prefers-color-scheme: dark) { .heat-maps { --ink: #e6e8ec; --ground: #16181c; --use: #7db7f0;
  --lost: #f2a56b; } }
.heat-maps .ground { fill: var(--ground); }
.heat-maps .title { fill: var(--ink); font-weight: 600; }
.heat-maps .place { fill: var(--use); }
.heat-maps .edge { fill: none; stroke: var(--ink); }
.heat-maps .lost { fill: none; stroke: var(--lost); stroke-width: 2; }
.heat-maps .count { fill: var(--ink); text-anchor: middle; font-size: 9px; }
"""


def heat_maps(maps: Sequence[tuple[str, NDArray[Any]]], title: str, columns: int = 2) -> str:
    """Matrices (height, width) of numbers >= 0 with a title each; every one has its own scale from 0 to its largest.

    Of small ones a place that is 0 is crossed out. The same input gives the same text.
    """
    wide = _SIDE_PX + _GAP_PX
    wide = max(wide, *(round(text_width_px(name)) + _GAP_PX for name, _ in maps))
    high = _TOP_PX + _SIDE_PX
    lines = -(-len(maps) // columns)
    width, height = min(columns, len(maps)) * wide + _GAP_PX, lines * high + _GAP_PX
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="heat-maps" role="img" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" aria-label="{escaped(title)}"><style>{_STYLE}</style>'
        f'<rect class="ground" width="{width}" height="{height}"/>'
    ]
    for place, (name, values) in enumerate(maps):
        left, top = _GAP_PX + place % columns * wide, place // columns * high + _TOP_PX
        parts.append(f'<text class="title" x="{left}" y="{top - 10}">{escaped(name)}</text>')
        parts += _map(values, left, top)
    return "\n".join([*parts, "</svg>"])


def _map(values: NDArray[Any], left: int, top: int) -> list[str]:
    rows, columns = values.shape
    side = _SIDE_PX / max(rows, columns)
    most = float(values.max()) or 1.0
    numbered = max(rows, columns) <= _MOST_NUMBERED and most < 10**_DIGITS and np.issubdtype(values.dtype, np.integer)
    parts = []
    for (y, x), value in np.ndenumerate(values):
        at_x, at_y = left + x * side, top + y * side
        box = f'x="{at_x:.2f}" y="{at_y:.2f}" width="{side:.2f}" height="{side:.2f}"'
        if value:
            parts.append(f'<rect class="place" {box} fill-opacity="{0.05 + 0.65 * value / most:.2f}"/>')
        elif max(rows, columns) <= _MOST_NUMBERED:
            inner, long = side * 0.3, side * 0.4
            parts.append(
                f'<path class="lost" d="M{at_x + inner:.1f} {at_y + inner:.1f}l{long:.1f} {long:.1f}m0 -{long:.1f}'
                f'l-{long:.1f} {long:.1f}"/>'
            )
        if numbered and value:
            parts.append(f'<text class="count" x="{at_x + side / 2:.1f}" y="{at_y + side / 2 + 3:.1f}">{value}</text>')
    size = f'width="{columns * side:.2f}" height="{rows * side:.2f}"'
    return [*parts, f'<rect class="edge" x="{left}" y="{top}" {size}/>']
