"""The arrays that each optimizer keeps for a weight. Source: `build` in keras/src/optimizers/."""

from __future__ import annotations

from math import prod
from typing import Final

from lamella.layers.base import Engine

OPTIMIZERS: Final[dict[str, int]] = {
    "sgd": 0,
    "momentum": 1,
    "rmsprop": 1,
    "adam": 2,
    "adamw": 2,
    "amsgrad": 3,
    "adamax": 2,
    "nadam": 2,
    "adagrad": 1,
    "adadelta": 2,
    "ftrl": 2,
    "lion": 1,
    "lamb": 2,
    "adafactor": 1,
    "muon": 1,
    "schedulefreeadamw": 2,
}
"""By Keras' names, arrays of a weight's own size; "momentum" is sgd with momentum, "amsgrad" adam with amsgrad.

The others are as Keras makes them without arguments. The step's number and the learning rate are left out: 12 bytes.
"""

_UPDATING: Final[dict[str, int]] = {
    "sgd": 0,
    "momentum": 1,
    "rmsprop": 3,
    "adam": 2,
    "adamw": 3,
    "amsgrad": 3,
    "adamax": 3,
    "nadam": 3,
    "adagrad": 1,
    "adadelta": 8,
    "ftrl": 9,
    "lion": 6,
    "lamb": 1,
    "adafactor": 2,
    "muon": 9,
    "schedulefreeadamw": 3,
}
"""Arrays of the largest weight's size that all updates together need besides, measured on TensorFlow."""
_UPDATING_IN_TORCH: Final = 2
"""At most in PyTorch, which updates one weight after the other in few steps."""

_PLACE_HOLDERS: Final = 2 * 4
"""Adafactor's bytes for a weight that has no rows and columns: two whole numbers in their stead."""


def slot_bytes(optimizer: str, name: str, shape: tuple[int, ...], number_bytes: int) -> int:
    """Bytes of an optimizer's arrays for one trained weight, `name` with its layer's.

    >>> slot_bytes("adam", "dense/kernel", (20, 30), 4), slot_bytes("adafactor", "dense/kernel", (20, 30), 4)
    (4800, 2600)
    """
    numbers = prod(shape)
    arrays = OPTIMIZERS[optimizer] * numbers
    if optimizer == "adafactor":
        if len(shape) < 2:
            return arrays * number_bytes + _PLACE_HOLDERS
        arrays += prod(shape[:-1]) + prod(shape[:-2]) * shape[-1]
    if optimizer == "muon" and (len(shape) != 2 or "embedding" in name.lower()):
        arrays += numbers  # Adam's second array
    return arrays * number_bytes


def updating(optimizer: str, engine: Engine) -> int:
    """How many arrays of the largest weight's size the update needs besides; XLA writes in place."""
    if engine == "jax":
        return 0
    return min(_UPDATING[optimizer], _UPDATING_IN_TORCH) if engine == "torch" else _UPDATING[optimizer]
