"""What the middle output sees of the picture, with and without pooling: by the plan, and by changing every pixel.

Source of the effective field: W. Luo, Y. Li, R. Urtasun, R. Zemel, "Understanding the Effective Receptive Field", 2016.
"""

from __future__ import annotations

from math import sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamella.design import Design
from lamella.layers import AveragePooling2D, Conv2D, Input
from lamella.layers.tracing import trace
from lamella.planning.planner import plan
from lamella.seeing.running import output
from lamella.seeing.starting_weights import random_weights

SIDE_PX: Final = 32
_HELD: Final = 0.95


class Field(NamedTuple):
    """`theory_px`: the side of the receptive field by the plan; `reached_px`: of the pixels that change the output.

    `effective_px`: the side of a square as large as the fewest pixels that hold 95 % of the squared influence.
    `influence` (height, width): the mean absolute change of the output for a change of each pixel.
    """

    theory_px: int
    reached_px: int
    effective_px: float
    influence: NDArray[np.float64]


def fields(draws: int = 4, seed: int = 0) -> dict[str, Field]:
    """Three convolutions of 3x3 with random weights: "convolution" alone, "pooling" with a 2x2 average behind each.

    Averages rather than maxima: they are linear, so that every pixel that is seen shows in a single change.
    """
    return {name: _field(_design(name == "pooling"), draws, seed) for name in ("convolution", "pooling")}


def influence(design: Design, draws: int, seed: int) -> NDArray[np.float64]:
    """How much the output in the middle changes for a change of 1 in every pixel, meaned over draws of weights."""
    known = plan(design)
    pixels = np.eye(SIDE_PX * SIDE_PX, dtype=np.float32).reshape(-1, SIDE_PX, SIDE_PX, 1)
    nothing = np.zeros((1, SIDE_PX, SIDE_PX, 1), np.float32)
    total = np.zeros(SIDE_PX * SIDE_PX)
    for draw in range(draws):
        weights = random_weights(known, seed + draw)
        changed, before = output(design, weights, pixels), output(design, weights, nothing)
        middle = changed.shape[1] // 2
        total += np.abs(changed - before)[:, middle, middle].mean(-1, dtype=np.float64)
    return total.reshape(SIDE_PX, SIDE_PX) / draws


def _design(pooled: bool) -> Design:
    x = y = Input((SIDE_PX, SIDE_PX, 1))
    for _ in range(3):
        y = Conv2D(8, 3, padding="same")(y)
        y = AveragePooling2D(2)(y) if pooled else y
    return trace(x, y, "field")


def _field(design: Design, draws: int, seed: int) -> Field:
    found = influence(design, draws, seed)
    rows = np.flatnonzero(found.any(1))
    ordered = np.sort(np.square(found), axis=None)[::-1].cumsum()
    pixels = 1 + int(np.searchsorted(ordered, _HELD * ordered[-1]))
    theory = plan(design).rows[-1].receptive_fields[0].max[0]
    assert theory is not None, "every size of this design is known"
    return Field(theory, int(rows[-1] - rows[0] + 1), sqrt(pixels), found)
