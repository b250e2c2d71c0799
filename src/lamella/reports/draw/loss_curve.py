"""The loss over the epochs of a training, on the training images and on those held out: data to SVG.

The two lines differ in dash, marker and a label at their end, so colour is never needed to tell them apart.
Ticks are round: 1, 2 or 5 times a power of ten (P. S. Heckbert, "Nice numbers for graph labels", Graphics Gems,
1990).
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from lamella.reports.document import escaped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SERIES = {"loss": "training", "val_loss": "held_out"}
"""The key in a row of the history: the word at the line's end."""

TOP, BOTTOM, PLOT_WIDTH, PLOT_HEIGHT, LINE_PX = 52, 46, 400, 230, 18
MOST_MARKERS = 24
HUGE, TINY = 1e100, 1e-100
"""Losses beyond these have lost their meaning; an axis over them would have lost its own."""

STYLE = """
.loss-curve { --ink: #1b1d21; --soft: #555b66; --ground: #ffffff; --line: #d4d8de; --one: #1f5fa8;
  --two: #a84300; font: 14px system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans KR",
  "Noto Sans CJK KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif; }
@media screen and (prefers-color-scheme: dark) {
  .loss-curve { --ink: #e6e8ec; --soft: #a9b0bb; --ground: #16181c; --line: #3a3f48; --one: #7db7f0;
    --two: #f2a56b; }
}
.loss-curve .ground { fill: var(--ground); }
.loss-curve text { fill: var(--soft); font-variant-numeric: tabular-nums; }
.loss-curve .grid { stroke: var(--line); }
.loss-curve .axis { stroke: var(--soft); }
.loss-curve .best { stroke: var(--soft); stroke-dasharray: 1 4; stroke-width: 2; stroke-linecap: round; }
.loss-curve .ring { fill: none; stroke: var(--ink); stroke-width: 1.5; }
.loss-curve polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
.loss-curve .loss { stroke: var(--one); fill: var(--one); }
.loss-curve .val_loss { stroke: var(--two); fill: var(--ground); stroke-width: 2; }
.loss-curve polyline.loss, .loss-curve polyline.val_loss { fill: none; }
.loss-curve polyline.val_loss { stroke-dasharray: 6 4; }
.loss-curve .name { stroke: var(--ground); stroke-width: 4; paint-order: stroke; font-weight: 600; }
.loss-curve .name.loss { fill: var(--one); }
.loss-curve .name.val_loss { fill: var(--two); }
"""


@dataclass(frozen=True)
class Frame:
    """From epochs and losses to px in the drawing; the ticks' first and last are its edges."""

    left: float
    epochs: tuple[int, int]
    losses: list[float]

    @property
    def right(self) -> float:
        return self.left + PLOT_WIDTH

    def x(self, epoch: float) -> float:
        first, last = self.epochs
        share = 0.5 if first == last else (epoch - first) / (last - first)
        return self.left + share * PLOT_WIDTH

    def y(self, loss: float) -> float:
        low, high = self.losses[0], self.losses[-1]
        return TOP + (high - loss) / (high - low) * PLOT_HEIGHT


def loss_curve(history: Sequence[Mapping[str, float]], best_epoch: int | None, words: Mapping[str, str]) -> str:
    """The SVG of a training's history: rows with "epoch" (from 1), "loss" and, where known, "val_loss".

    `words` holds title, epoch, loss, training, held_out and best in the reader's language. A loss that is not
    finite leaves a gap. `best_epoch` is marked where the history has it. The same input gives the same text.
    """
    lines = {
        key: [(int(row["epoch"]), row[key] if _drawable(row.get(key)) else None) for row in history] for key in SERIES
    }
    losses = [loss for line in lines.values() for _, loss in line if loss is not None]
    epochs = [epoch for epoch, _ in lines["loss"]] or [1]
    best_epoch = best_epoch if best_epoch in epochs else None
    ticks = round_ticks(*axis_range(losses), 6)
    names = tick_names(ticks)
    frame = Frame(24 + max(map(text_width_px, names)), (min(epochs), max(epochs)), ticks)
    width = frame.right + 22 + max(text_width_px(words[word]) for word in SERIES.values())
    height = TOP + PLOT_HEIGHT + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="loss-curve" role="img" width="{width:.0f}" '
        f'height="{height}" viewBox="0 0 {width:.0f} {height}">',
        f"<title>{escaped(words['title'])}</title>",
        f"<desc>{escaped(_description(lines, best_epoch, words))}</desc>",
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{width:.0f}" height="{height}"/>',
        *_axes(frame, names, words),
        *(_best(frame, best_epoch, lines["val_loss"], words) if best_epoch is not None else []),
        *(part for key, line in lines.items() for part in _line(frame, key, line)),
        *_line_names(frame, lines, words),
        "</svg>",
    ]
    return "\n".join(parts)


def _drawable(loss: float | None) -> bool:
    return loss is not None and math.isfinite(loss) and abs(loss) < HUGE


def axis_range(losses: Sequence[float]) -> tuple[float, float]:
    """The lowest and highest number; some room around them where they are as good as equal."""
    if not losses:
        return 0.0, 1.0
    low, high = min(losses), max(losses)
    size = max(abs(low), abs(high))
    if size < TINY:
        return -0.5, 0.5
    return (low, high) if high - low > 1e-9 * size else (low - 0.05 * size, high + 0.05 * size)


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10 times a power of ten that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10, 20) if factor * power >= least * (1 - 1e-9))


def round_ticks(low: float, high: float, count: int) -> list[float]:
    """Round numbers at even steps, from one at or below `low` to one at or above `high`.

    >>> round_ticks(1, 7, 4)
    [0.0, 2.0, 4.0, 6.0, 8.0]
    """
    step = _round_step((high - low) / count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [index * step for index in range(first, last + 1)]


def tick_names(ticks: list[float]) -> list[str]:
    """The ticks with as many digits as tell them apart.

    >>> tick_names([0.0, 0.05, 0.1])
    ['0.00', '0.05', '0.10']
    """
    place = math.floor(math.log10(ticks[1] - ticks[0]) + 1e-6)
    largest = math.floor(math.log10(max(abs(ticks[0]), abs(ticks[-1]))) + 1e-9)
    form = f".{max(0, -place)}f" if place >= -4 and largest < 6 else f".{largest - place}e"
    return [format(tick, form) for tick in ticks]


def _epoch_ticks(first: int, last: int) -> list[int]:
    """The first epoch and round ones up to the last."""
    step = max(1, round(_round_step(max(1, last - first) / 8)))
    return [first, *(epoch for epoch in range(first + 1, last + 1) if epoch % step == 0)]


def _axes(frame: Frame, names: list[str], words: Mapping[str, str]) -> list[str]:
    bottom = TOP + PLOT_HEIGHT
    parts = [f'<text x="12" y="20">{escaped(words["loss"])}</text>']
    for tick, name in zip(frame.losses, names, strict=True):
        y = frame.y(tick)
        parts += [
            f'<line class="grid" x1="{frame.left:.1f}" x2="{frame.right:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>',
            f'<text x="{frame.left - 10:.1f}" y="{y + 5:.1f}" text-anchor="end">{name}</text>',
        ]
    parts.append(f'<line class="axis" x1="{frame.left:.1f}" x2="{frame.right:.1f}" y1="{bottom}" y2="{bottom}"/>')
    for epoch in _epoch_ticks(*frame.epochs):
        x = frame.x(epoch)
        parts += [
            f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{bottom}" y2="{bottom + 5}"/>',
            f'<text x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{epoch}</text>',
        ]
    middle = frame.left + PLOT_WIDTH / 2
    name = escaped(words["epoch"])
    return [*parts, f'<text x="{middle:.1f}" y="{bottom + 40}" text-anchor="middle">{name}</text>']


def _best(frame: Frame, epoch: int, held_out: list[tuple[int, float | None]], words: Mapping[str, str]) -> list[str]:
    """A dotted line through the best epoch, its name above, a ring around its held-out loss."""
    x, text = frame.x(epoch), f"{words['best']} {epoch}"
    middle = min(max(x, 12 + text_width_px(text) / 2), frame.right + 12 - text_width_px(text) / 2)
    rings = [
        f'<circle class="ring" cx="{x:.1f}" cy="{frame.y(loss):.1f}" r="8"/>'
        for at, loss in held_out
        if at == epoch and loss is not None
    ]
    return [
        f'<line class="best" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" y2="{TOP + PLOT_HEIGHT}"/>',
        f'<text x="{middle:.1f}" y="{TOP - 14}" text-anchor="middle">{escaped(text)}</text>',
        *rings,
    ]


def _line(frame: Frame, key: str, line: list[tuple[int, float | None]]) -> list[str]:
    """One loss as lines between gaps, with markers at even steps and where a point stands alone."""
    parts = []
    shown = []
    every = max(1, math.ceil(len(line) / MOST_MARKERS))
    for known, group in groupby(enumerate(line), key=lambda item: item[1][1] is not None):
        if not known:
            continue
        run = [(index, frame.x(epoch), frame.y(loss)) for index, (epoch, loss) in group if loss is not None]
        points = " ".join(f"{x:.1f},{y:.1f}" for _, x, y in run)
        parts += [f'<polyline class="{key}" points="{points}"/>'] if len(run) > 1 else []
        shown += [(x, y) for index, x, y in run if index % every == 0 or len(run) == 1]
    for x, y in shown:
        if key == "loss":
            parts.append(f'<circle class="loss" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>')
        else:
            parts.append(f'<rect class="{key}" x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6"/>')
    return parts


def _line_names(
    frame: Frame, lines: Mapping[str, list[tuple[int, float | None]]], words: Mapping[str, str]
) -> list[str]:
    """Each line's name behind its last point, kept apart where the lines end close together."""
    ends = []
    for key, line in lines.items():
        known = [(epoch, loss) for epoch, loss in line if loss is not None]
        if known:
            ends.append((frame.y(known[-1][1]), frame.x(known[-1][0]), key))
    ends.sort()
    lowest = TOP + PLOT_HEIGHT - LINE_PX / 2
    heights = [min(y, lowest) for y, _, _ in ends]
    if len(heights) == 2 and heights[1] - heights[0] < LINE_PX:
        middle = min(max(sum(heights) / 2, TOP + LINE_PX / 2), lowest - LINE_PX / 2)
        heights = [middle - LINE_PX / 2, middle + LINE_PX / 2]
    return [
        f'<text class="name {key}" x="{x + 12:.1f}" y="{y + 5:.1f}">{escaped(words[SERIES[key]])}</text>'
        for y, (_, x, key) in zip(heights, ends, strict=True)
    ]


def _description(
    lines: Mapping[str, list[tuple[int, float | None]]], best_epoch: int | None, words: Mapping[str, str]
) -> str:
    """The drawing in a sentence: each line's first and last loss, the best epoch."""
    parts = []
    for key, line in lines.items():
        known = [(epoch, loss) for epoch, loss in line if loss is not None]
        ends = [f"{words['epoch']} {epoch}: {loss:.4g}" for epoch, loss in (known[:1] + known[1:][-1:])]
        parts += [f"{words[SERIES[key]]}: {', '.join(ends)}"] if ends else []
    parts += [f"{words['best']}: {best_epoch}"] if best_epoch is not None else []
    return "; ".join(parts)


def text_width_px(text: str) -> float:
    """About how wide a text is: a Hangul syllable takes twice a Latin letter."""
    return sum(14.0 if unicodedata.east_asian_width(char) in "WF" else 8.0 for char in text)
