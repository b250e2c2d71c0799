"""What one output sees of the picture, with and without pooling and behind upsampling: by the plan, and by gradients.

Source of the effective field: W. Luo, Y. Li, R. Urtasun, R. Zemel, "Understanding the Effective Receptive Field", 2016.
"""

from __future__ import annotations

from math import sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamella.design import Design
from lamella.layers import AveragePooling2D, Conv2D, Input, UpSampling2D
from lamella.layers.tracing import trace
from lamella.planning.planner import plan
from lamella.seeing.cone import cone
from lamella.seeing.running import output
from lamella.seeing.starting_weights import random_weights

SIDE_PX: Final = 32
PHASES: Final = 4
"""Behind an upsampling by 4, outputs that lie 4 apart see alike, and those between do not."""
_HELD: Final = 0.95


class Field(NamedTuple):
    """What one output sees of a picture of `SIDE_PX`.

    `seen` is the receptive field by the plan, the first and last pixel along both axes; `reached` the same of the
    pixels that do change the output. `effective_px`: the side of a square as large as the fewest pixels that hold 95 %
    of the squared influence. `influence` (height, width): the mean absolute gradient of the output for each pixel.
    """

    seen: tuple[int, int]
    reached: tuple[int, int]
    effective_px: float
    influence: NDArray[np.float64]

    @property
    def theory_px(self) -> int:
        """The side of the receptive field by the plan."""
        return self.seen[1] - self.seen[0] + 1

    @property
    def reached_px(self) -> int:
        return self.reached[1] - self.reached[0] + 1


def fields(draws: int = 4, seed: int = 0) -> dict[str, Field]:
    """Three convolutions of 3x3 with random weights: "convolution" alone, "pooling" with a 2x2 average behind each.

    "phase 0" to "phase 3": two of the poolings, then UpSampling2D(4) and a convolution, of which four neighbouring
    outputs along the diagonal are taken. Averages rather than maxima: they are linear, so that the gradient is the
    same for every picture, and a change of a single pixel shows it.
    """
    ways = {"convolution": (0, 0), "pooling": (3, 0)} | {f"phase {phase}": (2, phase) for phase in range(PHASES)}
    found = {}
    for name, (poolings, phase) in ways.items():
        design = _design(poolings, name.startswith("phase"))
        side = plan(design).rows[-1].output_shape
        assert side is not None
        assert isinstance(side[1], int), "every size of this design is known"
        found[name] = _field(design, side[1] // 2 + phase, draws, seed)
    return found


def influence(design: Design, place: int, draws: int, seed: int) -> NDArray[np.float64]:
    """How much the output at (place, place) changes for a change of 1 in every pixel, meaned over draws of weights."""
    known = plan(design)
    pixels = np.eye(SIDE_PX * SIDE_PX, dtype=np.float32).reshape(-1, SIDE_PX, SIDE_PX, 1)
    nothing = np.zeros((1, SIDE_PX, SIDE_PX, 1), np.float32)
    total = np.zeros(SIDE_PX * SIDE_PX)
    for draw in range(draws):
        weights = random_weights(known, seed + draw)
        changed, before = output(design, weights, pixels), output(design, weights, nothing)
        total += np.abs(changed - before)[:, place, place].mean(-1, dtype=np.float64)
    return total.reshape(SIDE_PX, SIDE_PX) / draws


def laid_on(field: Field, shape: tuple[int, int]) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """The influence on a picture of another (height, width), and by how much it was moved down and to the right.

    The output's own place moves to the middle, by whole multiples of 8 px, the distance of two outputs behind three
    poolings, so that it stays a place that the network has.
    """
    down, right = (8 * ((side - SIDE_PX) // 16) for side in shape)
    found = np.zeros(shape)
    found[down : down + SIDE_PX, right : right + SIDE_PX] = field.influence
    return found, (down, right)


def _design(poolings: int, back: bool) -> Design:
    x = y = Input((SIDE_PX, SIDE_PX, 1))
    for number in range(3):
        y = Conv2D(8, 3, padding="same")(y)
        y = AveragePooling2D(2)(y) if number < poolings else y
    if back:
        y = Conv2D(8, 3, padding="same")(UpSampling2D(PHASES)(y))
    return trace(x, y, "field")


def _field(design: Design, place: int, draws: int, seed: int) -> Field:
    known = plan(design)
    found = influence(design, place, draws, seed)
    rows = np.flatnonzero(found.any(1))
    ordered = np.sort(np.square(found), axis=None)[::-1].cumsum()
    pixels = 1 + int(np.searchsorted(ordered, _HELD * ordered[-1]))
    theory = cone(known, known.rows[-1], {0: place, 1: place})[-1].extents[0]
    assert theory is not None, "every size of this design is known"
    return Field(theory, (int(rows[0]), int(rows[-1])), sqrt(pixels), found)
