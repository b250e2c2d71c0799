"""What dense layers do to how many numbers there are, and to how many of them say something of their own."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamella.layers import Dense, Flatten, Input
from lamella.layers.tracing import trace
from lamella.planning.planner import plan
from lamella.seeing.running import output
from lamella.seeing.starting_weights import random_weights
from lamella.training.data import read_digits, to_float


class Spread(NamedTuple):
    """`numbers` of an image, the `rank` of all images' numbers as a matrix, and its singular values, largest first."""

    numbers: int
    rank: int
    values: NDArray[np.float64]


def spreads(images: int = 800, seed: int = 0) -> dict[str, Spread]:
    """Digits as they are ("pixels"), behind a Dense of 64 ("condensed") and of 1,024 units (with ReLU and without).

    The weights are random. The rank is counted in float32's precision, as numpy.linalg.matrix_rank does.
    """
    digits = to_float(read_digits()["train_images"][:images, ..., None])
    found = {"pixels": _spread(digits.reshape(images, -1))}
    ways = {"condensed": (64, "linear"), "enriched": (1024, "linear"), "enriched relu": (1024, "relu")}
    for name, (units, activation) in ways.items():
        x = Input((28, 28, 1))
        design = trace(x, Dense(units, activation=activation)(Flatten()(x)), name)
        found[name] = _spread(output(design, random_weights(plan(design), seed), digits))
    return found


def _spread(values: NDArray[np.float32]) -> Spread:
    singular = np.linalg.svd(values.astype(np.float64), compute_uv=False)
    least = singular[0] * max(values.shape) * np.finfo(np.float32).eps
    return Spread(values.shape[1], int((singular > least).sum()), singular)
