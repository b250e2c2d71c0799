"""A photograph as claims take it: grey, small enough that single pixels show, large enough for what is measured."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamella import pictures
from lamella.errors import DataError, Place, problem

LONGEST_PX: Final = 96
"""A larger picture is made smaller, its longer side to so much: a border of 4 px could not be seen in a photograph."""
_LEAST_CONTRAST: Final = 1 / 255
"""One level of a picture file; with less than that between darkest and brightest there is nothing to see."""


class GreyPicture(NamedTuple):
    """`pixels` (height, width) in [0, 1]; `original` is the file's (width, height) in px."""

    file: str
    pixels: NDArray[np.float32]
    original: tuple[int, int]

    @property
    def facts(self) -> dict[str, object]:
        """Its name and its size, as claims say them."""
        height, width = self.pixels.shape
        return {"file": self.file, "width": width, "height": height}


def grey_picture(path: Path, name: str, least_px: int, border_px: int = 0) -> GreyPicture:
    """A PNG or JPEG picture in grey for the claim `name`, its longer side at most `LONGEST_PX`.

    Colours become grey, transparent pixels stand over black. Raises `DataError` where the file can't be read, where a
    side is shorter than `least_px` (once the picture has been made smaller), and where all pixels are alike but those
    of its border of `border_px`.
    """
    with pictures.quiet():
        whole = pictures.read(path, (None, None, 1))
        width, height = whole.original_size
        share = min(1.0, LONGEST_PX / max(width, height))
        small = max(1, round(height * share)), max(1, round(width * share))
        if min(small) < least_px:
            made = f"{small[0]}x{small[1]}"
            facts = {"name": name, "least": least_px, "made": made, "width": width, "height": height}
            raise DataError(problem("claim picture small", Place(file=str(path)), longest=LONGEST_PX, **facts))
        pixels = whole.pixels if share == 1 else pictures.read(path, (*small, 1)).pixels
    inside = pixels[border_px : len(pixels) - border_px, border_px : pixels.shape[1] - border_px]
    if np.ptp(inside) < _LEAST_CONTRAST:
        level = round(float(inside.mean()) * 255)
        raise DataError(problem("claim picture flat", Place(file=str(path)), level=level, name=name))
    return GreyPicture(path.name, pixels[..., 0], (width, height))
