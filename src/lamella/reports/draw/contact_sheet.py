"""Many small maps on one sheet, in one scale: data to PNG. A pixel stays a pixel; the page enlarges it."""

from __future__ import annotations

from collections.abc import Collection
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from lamella.pictures import encode

if TYPE_CHECKING:
    from numpy.typing import NDArray

GROUND: Final = (0.30, 0.42, 0.60)
"""Between the maps: blue, which no map is."""
DEAD: Final = (0.85, 0.45, 0.15)
WIDTH_PX: Final = 864
_LONGEST_PX: Final = 96
"""Larger maps are made smaller by the mean of whole blocks."""
_ENLARGED: Final = 12


class Sheet(NamedTuple):
    """A PNG, how many maps are on it, and how wide to show it."""

    png: bytes
    shown: int
    width_px: int


def contact_sheet(
    maps: NDArray[np.floating[Any]],
    dead: Collection[int] = (),
    budget_px: int = 1 << 18,
    signed: bool | None = None,
) -> Sheet:
    """Maps (n, height, width), or with colours (n, height, width, 3), in rows; the places in `dead` are filled.

    All share one scale: from 0 (black) to the largest number (white), or where numbers are below 0 (or `signed`), 0
    is the middle grey and the largest distance from it black or white. As many maps are shown, from the first, as
    `budget_px` pixels hold.
    """
    small = _small(maps)
    count = max(1, min(len(small), budget_px // (small.shape[1] * small.shape[2])))
    grey = _shades(small[:count], bool(maps.min() < 0) if signed is None else signed)
    height, width = grey.shape[1:3]
    columns = min(count, max(1, ceil(sqrt(count * 2.5 * (height + 1) / (width + 1)))))
    lines = -(-count // columns)
    sheet = np.empty((lines * (height + 1) + 1, columns * (width + 1) + 1, 3), np.float32)
    sheet[:] = GROUND
    for place in range(count):
        top, left = (place // columns) * (height + 1) + 1, (place % columns) * (width + 1) + 1
        sheet[top : top + height, left : left + width] = DEAD if place in dead else grey[place]
    scale = max(1, min(_ENLARGED, WIDTH_PX // sheet.shape[1]))
    return Sheet(encode(sheet), count, sheet.shape[1] * scale)


def _small(maps: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """No side longer than `_LONGEST_PX`: means of whole blocks, what is left over at the ends cut off."""
    height, width = (max(1, -(-side // _LONGEST_PX)) for side in maps.shape[1:3])
    if height == width == 1:
        return maps
    block = min(max(height, width), *maps.shape[1:3])
    return blocks(maps, (block, block))


def blocks(maps: NDArray[np.floating[Any]], block: tuple[int, int]) -> NDArray[np.floating[Any]]:
    """The means of whole blocks, of (rows, columns) pixels, of maps (n, height, width) or (n, height, width, 3)."""
    high, wide = block
    rows, columns = maps.shape[1] // high, maps.shape[2] // wide
    cut = maps[:, : rows * high, : columns * wide]
    return cut.reshape(len(maps), rows, high, columns, wide, *maps.shape[3:]).mean((2, 4))  # type: ignore[no-any-return]


def _shades(maps: NDArray[np.floating[Any]], signed: bool) -> NDArray[np.floating[Any]]:
    """The maps as (n, height, width, 3) in [0, 1]."""
    far = float(np.abs(maps).max()) or 1.0
    levels = maps / far / 2 + 0.5 if signed else maps / far
    return np.broadcast_to(levels if levels.ndim == 4 else levels[..., np.newaxis], (*levels.shape[:3], 3))


def folded(row: NDArray[np.floating[Any]], columns: int = 32) -> NDArray[np.floating[Any]]:
    """A row of numbers (n,) as one map in lines of `columns`, one below the other; the last is filled up with 0."""
    wide = min(columns, len(row))
    return np.pad(row, (0, -len(row) % wide)).reshape(1, -1, wide)
