"""How often numbers fall into each of some intervals, as bars, with some of the numbers marked: data to SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from lamella.reports.draw.canvas import Canvas, px
from lamella.reports.draw.lettering import width_px
from lamella.reports.draw.loss_curve import axis_range, round_ticks, tick_names

_BINS: Final = 12
_LEVELS: Final = 4
_HIGH: Final = 200.0
_WIDE: Final = 440.0
_SMALL: Final = 12.0
_MARKS: Final = 20.0
"""Px of a line of words over the bars."""


class Interval(NamedTuple):
    """From `low` to below `high` (the last: up to it), as an axis writes them, and how many are in it."""

    low: str
    high: str
    images: int


def intervals(values: Sequence[float]) -> list[Interval]:
    """About a dozen intervals between round numbers, over all of at least one finite value."""
    names = tick_names(round_ticks(*axis_range(values), _BINS))
    edges = [float(name) for name in names]  # what is written, which a product may miss by a bit
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    return [Interval(*ends, int(count)) for ends, count in zip(pairwise(names), counts, strict=True)]


def histogram(values: Sequence[float], words: Mapping[str, str], marks: Sequence[tuple[str, float]]) -> str:
    """The SVG of these values in `intervals`; each of `marks`, in rising order, is a line with its words over the bars.

    `words` holds "title", "text" (the drawing in a sentence), "across" and "up" (the axes' names). The same input gives
    the same text.
    """
    canvas = Canvas()
    found = intervals(values)
    edges = round_ticks(*axis_range(values), _BINS)
    levels = round_ticks(0, max(_LEVELS, *(each.images for each in found)), _LEVELS)
    top = len(marks) * _MARKS + 8
    bottom = top + _HIGH

    def x(value: float) -> float:
        return (value - edges[0]) / (edges[-1] - edges[0]) * _WIDE

    def y(count: float) -> float:
        return bottom - count / levels[-1] * _HIGH

    for level, name in zip(levels, tick_names(levels), strict=True):
        canvas.line(f"M0 {px(y(level))}H{px(_WIDE)}", [(0, y(level)), (_WIDE, y(level))], "line", thick=1)
        canvas.words(-8, y(level) + 4, name, "soft", _SMALL, anchor="end")
    step = _WIDE / len(found)
    for place, each in enumerate(found):
        if each.images:
            high = bottom - y(each.images)
            canvas.box(place * step + 1, bottom - high, step - 2, high, "seen", "skip")
    for place, name in enumerate([found[0].low, *(each.high for each in found)]):
        if place % _every(step, name) == 0:
            canvas.words(place * step, bottom + 18, name, "soft", _SMALL, anchor="middle")
    for line, (name, value) in enumerate(marks):
        at, high = x(value), line * _MARKS + 12
        canvas.line(f"M{px(at)} {px(high + 4)}V{px(bottom)}", [(at, high + 4), (at, bottom)], "made", thick=2)
        half = width_px(name, _SMALL, bold=True) / 2
        canvas.words(min(max(at, half), _WIDE - half), high, name, size=_SMALL, anchor="middle", bold=True)
    canvas.words(_WIDE / 2, bottom + 40, words["across"], "soft", anchor="middle")
    canvas.words(-36, top - 14 - len(marks) * _MARKS, words["up"], "soft")
    return canvas.svg(words["title"], words["text"])


def _every(step: float, name: str) -> int:
    """Which names of the axis have room beside each other."""
    return 1 if width_px(name, _SMALL) + 6 < step else 2
