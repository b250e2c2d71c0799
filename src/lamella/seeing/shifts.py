"""How much features change when the picture moves by a pixel, by the way in which they were made smaller.

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
_FILTERS: Final = 8
_MOVES: Final = ((0, 1), (1, 0), (0, -1), (-1, 0))


def consistencies(images: int = 64, draws: int = 5, seed: int = 0) -> dict[str, float]:
    """By way: the mean cosine between the features of digits and those of the same digits moved by one pixel.

    Two convolutions with ReLU and random weights, each made smaller by 2; 1 is no change at all. The digits have an
    empty border of 4 px, so that none is cut off.
    """
    digits = to_float(read_digits()["test_images"][:images, ..., None])
    return {way: float(np.mean([_consistency(way, digits, seed + draw) for draw in range(draws)])) for way in WAYS}


def _consistency(way: str, digits: NDArray[np.float32], seed: int) -> float:
    design = _design(way)
    weights = random_weights(plan(design), seed)
    blur = np.outer([1, 2, 1], [1, 2, 1]).astype(np.float32) / np.float32(16)
    for name, each in weights.items():
        if name.startswith("depthwise"):
            weights[name] = np.ones_like(each) * blur[..., None, None]
    still = output(design, weights, digits).reshape(len(digits), -1)
    found = []
    for move in _MOVES:
        moved = output(design, weights, np.roll(digits, move, (1, 2))).reshape(len(digits), -1)
        lengths = np.linalg.norm(still, axis=1) * np.linalg.norm(moved, axis=1)
        found.append((still * moved).sum(1) / lengths)
    return float(np.mean(found))


def _design(way: str) -> Design:
    x = y = Input((28, 28, 1))
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
