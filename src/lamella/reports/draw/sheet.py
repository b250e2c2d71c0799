"""A sheet of small pictures in rows, for example ten digits above the same ten restored: data to PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lamella.pictures import encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

GAP = 0.5
"""The grey between pictures: it parts black ones from black ones and white ones from white ones."""


def rows(images: Sequence[NDArray[np.floating[Any]]], scale: int = 3, gap_px: int = 2) -> bytes:
    """The PNG of pictures (n, height, width, channels) in [0, 1], one row for each array.

    Every pixel becomes a square of `scale` x `scale` px, so nothing is smoothed. Columns stand one below the
    other, `gap_px` apart; a row with fewer pictures ends earlier. The same input gives the same bytes.
    Raises `ValueError` where there is no picture or the rows hold pictures of different shapes, `DataError`
    where a pixel is NaN.
    """
    shapes = {row.shape[1:] for row in images}
    columns = max((len(row) for row in images), default=0)
    if len(shapes) != 1 or not columns:
        raise ValueError(f"A sheet needs pictures of one shape. Received rows {[row.shape for row in images]}.")
    height, width, channels = shapes.pop()
    step_y, step_x = height * scale + gap_px, width * scale + gap_px
    sheet = np.full((len(images) * step_y - gap_px, columns * step_x - gap_px, channels), GAP, np.float32)
    for y, row in enumerate(images):
        for x, image in enumerate(row):
            top, left = y * step_y, x * step_x
            large = image.repeat(scale, axis=0).repeat(scale, axis=1)
            sheet[top : top + height * scale, left : left + width * scale] = large
    return encode(sheet)
