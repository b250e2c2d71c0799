"""Sheets of small pictures: every pixel stands where it should, and nothing else goes into the file."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from lamella.errors import DataError
from lamella.reports.draw.sheet import rows


def opened(png: bytes) -> np.ndarray:
    """(height, width, channels) of uint8."""
    levels = np.asarray(Image.open(io.BytesIO(png)))
    return levels if levels.ndim == 3 else levels[..., None]


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("scale", "gap_px"), [(1, 0), (1, 2), (3, 2), (4, 1)])
def test_every_pixel_is_a_square_at_its_place(scale: int, gap_px: int, channels: int) -> None:
    levels = np.random.default_rng(0).integers(0, 256, (2, 3, 5, 4, channels), dtype=np.uint8)
    sheet = opened(rows(list(levels / np.float32(255)), scale, gap_px))
    step_y, step_x = 5 * scale + gap_px, 4 * scale + gap_px
    assert sheet.shape == (2 * step_y - gap_px, 3 * step_x - gap_px, channels)
    gap = np.ones(sheet.shape[:2], bool)
    for row, column, y, x in np.ndindex(2, 3, 5, 4):
        top, left = row * step_y + y * scale, column * step_x + x * scale
        square = sheet[top : top + scale, left : left + scale]
        assert (square == levels[row, column, y, x]).all()
        gap[top : top + scale, left : left + scale] = False
    assert (sheet[gap] == 128).all()


def test_a_shorter_row_ends_earlier() -> None:
    sheet = opened(rows([np.ones((3, 2, 2, 1)), np.ones((1, 2, 2, 1))], scale=1, gap_px=1))
    assert sheet[3:, :2].min() == 255
    assert (sheet[3:, 2:] == 128).all()


def test_ten_digits_over_ten_are_clearly_visible() -> None:
    assert opened(rows([np.zeros((10, 28, 28, 1))] * 2)).shape == (170, 858, 1)


def test_the_same_pictures_give_the_same_bytes_with_nothing_but_pixels() -> None:
    images = [np.random.default_rng(1).random((2, 6, 6, 1))]
    png = rows(images)
    assert png == rows(images)
    assert Image.open(io.BytesIO(png)).info == {}


def test_the_input_is_left_as_it_was() -> None:
    images = np.random.default_rng(2).random((1, 2, 6, 6, 1))
    before = images.copy()
    rows(list(images))
    np.testing.assert_array_equal(images, before)


@pytest.mark.parametrize(
    "images",
    [[], [np.zeros((0, 2, 2, 1))], [np.zeros((1, 2, 2, 1)), np.zeros((1, 2, 3, 1))]],
    ids=["no row", "no picture", "two shapes"],
)
def test_a_sheet_needs_pictures_of_one_shape(images: list[np.ndarray]) -> None:
    with pytest.raises(ValueError, match=r"A sheet needs pictures of one shape\. Received rows"):
        rows(images)


def test_nan_is_an_error() -> None:
    with pytest.raises(DataError, match="has pixels that are not numbers"):
        rows([np.full((1, 2, 2, 1), np.nan)])
