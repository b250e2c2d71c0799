"""What upsampling makes of a constant picture: windows that overlap unevenly leave a checkerboard.

Source: A. Odena, V. Dumoulin, C. Olah, "Deconvolution and Checkerboard Artifacts", Distill, 2016.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamella.design import Design
from lamella.layers import Conv2D, Conv2DTranspose, Input, UpSampling2D
from lamella.layers.tracing import trace
from lamella.planning.planner import plan
from lamella.seeing.running import output
from lamella.seeing.starting_weights import random_weights

SIDE_PX: Final = 12
_BORDER_PX: Final = 4
"""Outputs near the border see its zeros."""


class Board(NamedTuple):
    """What became of a constant picture: with equal weights and with one draw of random ones, (height, width) each.

    The energies are the parts of the output's energy that repeat with period 2: with equal weights, and of all draws.
    """

    equal: NDArray[np.float32]
    random: NDArray[np.float32]
    equal_energy: float
    random_energy: float


def boards(draws: int = 32, seed: int = 0) -> dict[str, Board]:
    """By the way of enlarging: "kernel 3" and "kernel 4" (Conv2DTranspose with stride 2), "upsampling" + Conv2D."""
    x = Input((SIDE_PX, SIDE_PX, 1))
    ways = {
        f"kernel {kernel}": trace(x, Conv2DTranspose(1, kernel, strides=2, padding="same", use_bias=False)(x), "up")
        for kernel in (3, 4)
    }
    larger = UpSampling2D(2)(x)
    ways["upsampling"] = trace(x, Conv2D(1, 3, padding="same", use_bias=False)(larger), "up")
    return {name: _board(design, draws, seed) for name, design in ways.items()}


def period_two(values: NDArray[np.floating]) -> tuple[float, float]:
    """The energy of (height, width) that repeats with period 2, and all of its energy, both a mean square a pixel.

    The first is the variance of the means of the four phases: of pixels at even and odd rows and columns.
    """
    phases = [values[y::2, x::2].mean(dtype=np.float64) for y in (0, 1) for x in (0, 1)]
    return float(np.var(phases)), float(np.square(values, dtype=np.float64).mean())


def _board(design: Design, draws: int, seed: int) -> Board:
    known = plan(design)
    image = np.ones((1, SIDE_PX, SIDE_PX, 1), np.float32)
    drawn = [_inside(output(design, random_weights(known, seed + each), image)) for each in range(draws)]
    equal = {name: np.full_like(each, 1 / each.size) for name, each in random_weights(known, seed).items()}
    flat = _inside(output(design, equal, image))
    energies = np.array([period_two(each) for each in drawn])
    part, whole = period_two(flat)
    return Board(flat, drawn[0], part / whole, float(energies[:, 0].sum() / energies[:, 1].sum()))


def _inside(images: NDArray[np.float32]) -> NDArray[np.float32]:
    return images[0, _BORDER_PX:-_BORDER_PX, _BORDER_PX:-_BORDER_PX, 0]
