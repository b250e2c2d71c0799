"""Several lines over one axis, each with its name at its end: data to SVG. The ticks are those of the loss curve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from lamella.reports.document import escaped
from lamella.reports.draw.loss_curve import round_ticks, text_width_px, tick_names

_TOP_PX: Final = 36
_BOTTOM_PX: Final = 46
_PLOT: Final = (400, 250)
_LINE_PX: Final = 18
_MOST_TICKS: Final = 7
_MOST_MARKERS: Final = 24

_STYLE: Final = """
.lines { --ink: #1b1d21; --soft: #555b66; --ground: #ffffff; --line: #d4d8de; --s0: #1f5fa8; --s1: #a84300;
  --s2: #1d6b3a; --s3: #7a3f9d;
  font: 14px system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans KR", "Noto Sans CJK KR",
  "Apple SD Gothic Neo", "Malgun Gothic", sans-serif; }
@media screen and (prefers-color-scheme: dark) { .lines { --ink: #e6e8ec; --soft: #a9b0bb; --ground: #16181c;
  --line: #3a3f48; --s0: #7db7f0; --s1: #f2a56b; --s2: #7fd39b; --s3: #cfa3ec; } }
.lines .ground { fill: var(--ground); }
.lines text { fill: var(--soft); font-variant-numeric: tabular-nums; }
.lines .grid { stroke: var(--line); }
.lines .axis { stroke: var(--soft); }
.lines polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
.lines .name { stroke: var(--ground); stroke-width: 4; paint-order: stroke; font-weight: 600; }
"""
_COLOURS: Final = 4
_DASHES: Final = ("", "7 4", "2 4", "9 3 2 3")


class Line(NamedTuple):
    """A name and points (x, y); its colour and its dash (0: none), by default those of its place among the lines."""

    name: str
    points: Sequence[tuple[float, float]]
    colour: int | None = None
    dash: int | None = None


def lines(drawn: Sequence[Line], title: str, across: str, up: str, log_x: bool = False, log_y: bool = False) -> str:
    """The SVG of lines; `across` and `up` name the axes, which are logarithmic where asked.

    Up to four lines differ in dash as well as in colour; of more, each says its own. Raises `ValueError` where a
    number can't be drawn on its axis.
    """
    points = [point for line in drawn for point in line.points]
    axes = [_Axis.of([point[0] for point in points], log_x), _Axis.of([point[1] for point in points], log_y)]
    left = 24 + max(map(text_width_px, axes[1].names))
    width = left + _PLOT[0] + 22 + max(text_width_px(line.name) for line in drawn)
    height = _TOP_PX + _PLOT[1] + _BOTTOM_PX
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lines" role="img" width="{width:.0f}" height="{height}" '
        f'viewBox="0 0 {width:.0f} {height}" aria-label="{escaped(title)}"><style>{_STYLE}</style>'
        f'<rect class="ground" width="{width:.0f}" height="{height}"/><text x="12" y="20">{escaped(up)}</text>'
    ]
    parts += _frame(axes, left, across)
    ends = []
    for place, line in enumerate(drawn):
        spots = [(left + axes[0].share(x) * _PLOT[0], _y(axes[1].share(y))) for x, y in line.points]
        shade, dashes = (place if each is None else each for each in (line.colour, line.dash))
        colour, dash = f"var(--s{shade % _COLOURS})", _DASHES[dashes % len(_DASHES)]
        ordered = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        parts.append(f'<polyline points="{ordered}" stroke="{colour}" stroke-dasharray="{dash}"/>')
        every = max(1, math.ceil(len(spots) / _MOST_MARKERS))
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in spots[::every]]
        ends.append((spots[-1][1], spots[-1][0], line.name, colour))
    return "\n".join([*parts, *_names(ends), "</svg>"])


class _Axis(NamedTuple):
    """Where numbers stand along an axis: its ticks, in logarithms where it is logarithmic, and their names."""

    ticks: list[float]
    names: list[str]
    log: bool

    @classmethod
    def of(cls, values: Sequence[float], log: bool) -> _Axis:
        low, high = min(values), max(values)
        if not math.isfinite(low) or not math.isfinite(high) or (log and low <= 0):
            raise ValueError(f"An axis needs finite numbers, a logarithmic one above 0. Received {low} to {high}.")
        if log:
            first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
            last = max(last, first + 1)
            step = -(-(last - first) // _MOST_TICKS)
            last = first + -(-(last - first) // step) * step
            ticks = [float(each) for each in range(first, last + 1, step)]
            return cls(ticks, [_power(each) for each in range(first, last + 1, step)], log)
        room = 0.05 * abs(low) + 1e-9 if high - low < 1e-9 * max(abs(high), 1) else 0.0
        ticks = round_ticks(low - room, high + room, _MOST_TICKS)
        return cls(ticks, tick_names(ticks), log)

    def share(self, value: float) -> float:
        placed = math.log10(value) if self.log else value
        return (placed - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])


def _power(exponent: int) -> str:
    return f"{10**exponent:g}" if -3 <= exponent <= 4 else f"1e{exponent}"


def _y(share: float) -> float:
    return _TOP_PX + (1 - share) * _PLOT[1]


def _frame(axes: Sequence[_Axis], left: float, across: str) -> list[str]:
    bottom, right = _TOP_PX + _PLOT[1], left + _PLOT[0]
    parts = []
    for tick, name in zip(axes[1].ticks, axes[1].names, strict=True):
        y = _y((tick - axes[1].ticks[0]) / (axes[1].ticks[-1] - axes[1].ticks[0]))
        parts += [
            f'<line class="grid" x1="{left:.1f}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>',
            f'<text x="{left - 10:.1f}" y="{y + 5:.1f}" text-anchor="end">{name}</text>',
        ]
    parts.append(f'<line class="axis" x1="{left:.1f}" x2="{right:.1f}" y1="{bottom}" y2="{bottom}"/>')
    for tick, name in zip(axes[0].ticks, axes[0].names, strict=True):
        x = left + (tick - axes[0].ticks[0]) / (axes[0].ticks[-1] - axes[0].ticks[0]) * _PLOT[0]
        parts += [
            f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{bottom}" y2="{bottom + 5}"/>',
            f'<text x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{name}</text>',
        ]
    middle = left + _PLOT[0] / 2
    return [*parts, f'<text x="{middle:.1f}" y="{bottom + 40}" text-anchor="middle">{escaped(across)}</text>']


def _names(ends: Sequence[tuple[float, float, str, str]]) -> list[str]:
    """Each name behind its line's last point, pushed down, and at the bottom up, where two would touch."""
    parts: list[str] = []
    heights: list[float] = []
    ordered = sorted(ends)
    for y, *_ in ordered:
        heights.append(max(y, heights[-1] + _LINE_PX) if heights else y)
    lowest = float(_TOP_PX + _PLOT[1])
    for place in reversed(range(len(heights))):
        heights[place] = min(heights[place], lowest)
        lowest = heights[place] - _LINE_PX
    for height, (_, x, name, colour) in zip(heights, ordered, strict=True):
        parts.append(
            f'<text class="name" x="{x + 12:.1f}" y="{height + 5:.1f}" style="fill: {colour}">{escaped(name)}</text>'
        )
    return parts
