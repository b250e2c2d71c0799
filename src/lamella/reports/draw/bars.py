"""A few numbers as bars, one below the other, each with its name and its number: data to SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lamella.reports.document import escaped
from lamella.reports.draw.loss_curve import text_width_px

_BAR_PX: Final = 22
_STEP_PX: Final = 34
_LONG_PX: Final = 360
_TOP_PX: Final = 38

_STYLE: Final = """
.bars { --ink: #1b1d21; --soft: #555b66; --ground: #ffffff; --use: #1f5fa8; --line: #d4d8de; font: 14px system-ui,
  -apple-system, "Segoe UI", "Noto Sans", "Noto Sans KR", "Noto Sans CJK KR", "Apple SD Gothic Neo", "Malgun Gothic",
  sans-serif; }
@media screen and (prefers-color-scheme: dark) { .bars { --ink: #e6e8ec; --soft: #a9b0bb; --ground: #16181c;
  --use: #7db7f0; --line: #3a3f48; } }
.bars .ground { fill: var(--ground); }
.bars text { fill: var(--ink); font-variant-numeric: tabular-nums; }
.bars .axis { fill: var(--soft); }
.bars .bar { fill: var(--use); }
.bars .most { stroke: var(--soft); stroke-dasharray: 3 3; }
"""


def bars(named: Sequence[tuple[str, float]], title: str, axis: str, most: float, form: str = ".3f") -> str:
    """Bars from 0 to `most`, where a dotted line stands; the numbers, from 0 to `most`, are written in `form`."""
    left = 24 + max(text_width_px(name) for name, _ in named)
    width, height = left + _LONG_PX + 80, _TOP_PX + len(named) * _STEP_PX + 12
    end = left + _LONG_PX
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bars" role="img" width="{width:.0f}" height="{height}" '
        f'viewBox="0 0 {width:.0f} {height}" aria-label="{escaped(title)}"><style>{_STYLE}</style>'
        f'<rect class="ground" width="{width:.0f}" height="{height}"/>'
        f'<text class="axis" x="12" y="20">{escaped(axis)}</text>'
        f'<line class="most" x1="{end:.1f}" x2="{end:.1f}" y1="{_TOP_PX - 6}" y2="{height - 6}"/>'
    ]
    for place, (name, value) in enumerate(named):
        y, long = _TOP_PX + place * _STEP_PX, value / most * _LONG_PX
        parts += [
            f'<text x="{left - 12:.1f}" y="{y + 16}" text-anchor="end">{escaped(name)}</text>',
            f'<rect class="bar" x="{left:.1f}" y="{y}" width="{long:.1f}" height="{_BAR_PX}"/>',
            f'<text x="{end + 8:.1f}" y="{y + 16}">{value:{form}}</text>',
        ]
    return "\n".join([*parts, "</svg>"])
