"""The same fit with and without a bias: one unit that shall turn a picture into its negative, solved exactly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lamella.training.data import read_digits, to_float


class Fit(NamedTuple):
    """The best weight and bias of a unit by least squares, and the mean squared error that is left."""

    weight: float
    bias: float
    error: float


def fits(images: int = 1000) -> dict[str, Fit]:
    """A unit that maps every pixel x of digits to 1 - x, "with" a bias and "without"."""
    x = to_float(read_digits()["train_images"][:images, ..., None]).ravel().astype(np.float64)
    target = 1 - x
    centred = x - x.mean()
    slope = float(centred @ (target - target.mean()) / (centred @ centred))
    alone = float(x @ target / (x @ x))
    found = {"with": (slope, float(target.mean() - slope * x.mean())), "without": (alone, 0.0)}
    return {name: Fit(w, b, float(np.square(w * x + b - target).mean())) for name, (w, b) in found.items()}
