"""One output as a solid: height and width of a picture as its height and its depth, channels as its thickness.

Sides are in proportion to square roots, so that 1 and 1,024 channels, or 7 and 512 pixels, stand side by side: a side
four times as long is drawn twice as long, down to 3 px. A vector stands upright; of a volume up to three slices are
drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod, sqrt
from typing import Final, NamedTuple

from lamella.reports.draw.canvas import Canvas

_TALLEST, _THICKEST, _UPRIGHT = 128.0, 60.0, 120.0
_LEAST: Final = 3.0
_COMMON: Final = 64
"""Where all sizes are below this, they are drawn as beside one of this size: a small network looks small."""
_BACK: Final = (0.45, -0.3)
"""How a side that leads away is drawn: so much of its length to the right, so much upwards."""
_SLICES: Final = 3
_UNKNOWN: Final = 34.0

Sizes = tuple[int, ...] | None


class Scale(NamedTuple):
    """The largest pixels, channels and vector of a design: they are drawn as long as any may be."""

    pixels: int
    channels: int
    vector: int

    @classmethod
    def of(cls, sizes: Iterable[Sizes]) -> Scale:
        """The scale for blocks of these sizes."""
        known = [each for each in sizes if each is not None]
        return cls(
            max((max(each[:-1]) for each in known if len(each) > 1), default=_COMMON),
            max((each[-1] for each in known if len(each) > 1), default=_COMMON),
            max((each[0] for each in known if len(each) == 1), default=_COMMON),
        )


class Block(NamedTuple):
    """The sides of one block in px; `slices` of it stand one behind the other."""

    tall: float
    thick: float
    deep: float
    slices: int
    known: bool

    def smaller(self, factor: float) -> Block:
        """The same with its sides times a factor."""
        return Block(self.tall * factor, max(self.thick * factor, _LEAST), self.deep * factor, self.slices, self.known)

    @property
    def wide(self) -> float:
        """How wide it is as drawn."""
        return self.slices * self.thick + (self.slices - 1) * 3 + self.deep * _BACK[0]

    @property
    def high(self) -> float:
        """How high it is as drawn."""
        return self.tall - self.deep * _BACK[1]


def block(sizes: Sizes, scale: Scale) -> Block:
    """The block of an output; a square where a size is not known."""
    if sizes is None or 0 in sizes:
        return Block(_UNKNOWN, _UNKNOWN, 0, 1, False)
    if len(sizes) < 2:
        return Block(_long(prod(sizes), scale.vector, _UPRIGHT), 9, 0, 1, True)
    thick = _long(sizes[-1], scale.channels, _THICKEST)
    if len(sizes) == 2:
        return Block(_long(sizes[0], scale.pixels, _TALLEST), thick, 0, 1, True)
    tall, deep = (_long(each, scale.pixels, _TALLEST) for each in sizes[-3:-1])
    return Block(tall, thick, deep, min(prod(sizes[:-3]), _SLICES), True)


def _long(size: int, largest: int, most: float) -> float:
    return max(_LEAST, most * sqrt(size / max(largest, _COMMON)))


def put_block(canvas: Canvas, each: Block, left: float, middle: float, fill: str, wrong: bool) -> None:
    """Draws a block whose left edge and whose middle, from top to bottom, are given."""
    stroke = "error" if wrong else "edge"
    back, up = each.deep * _BACK[0], each.deep * _BACK[1]
    bottom = middle + each.high / 2
    top = bottom - each.tall
    if not each.known:
        canvas.box(left, top, each.thick, each.tall, "unknown", stroke, dashed=True)
        canvas.words(left + each.thick / 2, middle + 6, "?", "soft", 16, anchor="middle")
        return
    for place in reversed(range(each.slices)):
        x = left + place * (each.thick + 3)
        end = x + each.thick
        if each.deep:
            canvas.polygon([(x, top), (x + back, top + up), (end + back, top + up), (end, top)], fill, stroke)
            canvas.polygon([(end, top), (end + back, top + up), (end + back, bottom + up), (end, bottom)], fill, stroke)
        canvas.polygon([(x, top), (end, top), (end, bottom), (x, bottom)], fill, stroke)
