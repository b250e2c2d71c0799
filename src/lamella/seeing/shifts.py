"""How much features change when the picture moves, by the way in which they were made smaller.

Source: R. Zhang, "Making Convolutional Networks Shift-Invariant Again", 2019 (blur pooling).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from lamella.design import Design
from lamella.layers import AveragePooling2D, Conv2D, DepthwiseConv2D, Input, MaxPooling2D
from lamella.layers.tracing import trace
from lamella.planning.planner import plan
from lamella.seeing.running import output
from lamella.seeing.starting_weights import random_weights
from lamella.training.data import read_digits, to_float

WAYS: Final = ("strides", "max pooling", "average pooling", "blur pooling")
MOST_PX: Final = 4
"""So far the picture is moved, in each direction."""
_FILTERS: Final = 8
_DIRECTIONS: Final = ((0, 1), (1, 0), (0, -1), (-1, 0))
_MOVES: Final = tuple((y * px, x * px) for px in range(1, MOST_PX + 1) for y, x in _DIRECTIONS)


def consistencies(images: int = 64, draws: int = 5, seed: int = 0) -> dict[str, list[float]]:
    """By way: the mean cosine between the features of digits and those of the same digits moved by 1 to 4 px.

    Two convolutions with ReLU and random weights, each made smaller by 2; 1 is no change at all.
    """
    return _by_way(moved(to_float(read_digits()["test_images"][:images, ..., None])), draws, seed)


def moved(digits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Digits (images, height, width, 1) as they are and after every move: (moves, images, ..., 1), `MOST_PX` larger.

    The larger border keeps every stroke: without it, a digit that reaches near its border would come in again on
    the other side.
    """
    around = (MOST_PX, MOST_PX)
    wide = np.pad(digits, ((0, 0), around, around, (0, 0)))
    return np.stack([wide, *(np.roll(wide, move, (1, 2)) for move in _MOVES)])


def picture_consistencies(pixels: NDArray[np.float32], draws: int = 5, seed: int = 0) -> dict[str, list[float]]:
    """The same of a picture (height, width): of its inside, `MOST_PX` from the border, and of windows moved from it."""
    height, width = (side - 2 * MOST_PX for side in pixels.shape)
    windows = [
        pixels[MOST_PX - y : MOST_PX - y + height, MOST_PX - x : MOST_PX - x + width] for y, x in ((0, 0), *_MOVES)
    ]
    return _by_way(np.stack(windows)[:, np.newaxis, ..., np.newaxis], draws, seed)


def _by_way(views: NDArray[np.float32], draws: int, seed: int) -> dict[str, list[float]]:
    """Of views (moves, images, height, width, 1), the first not moved: a mean for every distance."""
    found = {}
    for way in WAYS:
        cosines = np.mean([_cosines(way, views, seed + draw) for draw in range(draws)], 0)
        found[way] = [float(each) for each in cosines.reshape(MOST_PX, len(_DIRECTIONS)).mean(1)]
    return found


def _cosines(way: str, views: NDArray[np.float32], seed: int) -> NDArray[np.float64]:
    """For each move the mean over images of the cosine between the features of what moved and what did not.

    Where one of them is nothing at all, it is 0.
    """
    moves, images, *shape = views.shape
    design = _design(way, tuple(shape))
    weights = random_weights(plan(design), seed)
    blur = np.outer([1, 2, 1], [1, 2, 1]).astype(np.float32) / np.float32(16)
    for name, each in weights.items():
        if name.startswith("depthwise"):
            weights[name] = np.ones_like(each) * blur[..., None, None]
    still, *others = output(design, weights, views.reshape(-1, *shape)).reshape(moves, images, -1).astype(np.float64)
    lengths = np.linalg.norm(still, axis=1) * np.linalg.norm(others, axis=2)
    products = (np.stack(others) * still).sum(2)
    found: NDArray[np.float64] = np.divide(products, lengths, np.zeros_like(lengths), where=lengths > 0).mean(1)
    return found


def _design(way: str, shape: tuple[int, ...]) -> Design:
    x = y = Input(shape)
    for _ in range(2):
        y = Conv2D(_FILTERS, 3, strides=2 if way == "strides" else 1, padding="same", activation="relu")(y)
        if way == "max pooling":
            y = MaxPooling2D(2)(y)
        elif way == "average pooling":
            y = AveragePooling2D(2)(y)
        elif way == "blur pooling":
            y = MaxPooling2D(2, strides=1, padding="same")(y)
            y = DepthwiseConv2D(3, strides=2, padding="same", use_bias=False)(y)
    return trace(x, y, way)
