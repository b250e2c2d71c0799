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
from lamella.training.data import read_digits, to_float

SIDE_PX: Final = 12
_BORDER_PX: Final = 4
"""Outputs near the border see its zeros."""
_HALF_PX: Final = 14
"""The side of a digit made half as large."""

Weights = dict[str, NDArray[np.float32]]


class Board(NamedTuple):
    """What became of a constant picture, (height, width) each: with equal, with random and with trained weights.

    The energies are the parts of the output's energy that repeat with period 2; the random one is of all draws, of
    which `random` is the first. `error` is the mean squared error that the trained weights leave.
    """

    equal: NDArray[np.float32]
    random: NDArray[np.float32]
    trained: NDArray[np.float32]
    equal_energy: float
    random_energy: float
    trained_energy: float
    error: float


def boards(draws: int = 32, seed: int = 0, images: int = 1000) -> dict[str, Board]:
    """By the way of enlarging: "kernel 3" and "kernel 4" (Conv2DTranspose with stride 2), "upsampling" + Conv2D.

    Trained is on digits, to be given back from halves of them. One layer without activation is a linear map, so the
    weights that no training could better are solved for exactly.
    """
    constant, halves = _ways(SIDE_PX), _ways(_HALF_PX)
    digits = to_float(read_digits()["train_images"][:images])
    return {name: _board(constant[name], halves[name], digits, draws, seed) for name in constant}


def period_two(values: NDArray[np.floating]) -> tuple[float, float]:
    """The energy of (height, width) that repeats with period 2, and all of its energy, both a mean square a pixel.

    The first is the variance of the means of the four phases: of pixels at even and odd rows and columns.
    """
    phases = [values[y::2, x::2].mean(dtype=np.float64) for y in (0, 1) for x in (0, 1)]
    return float(np.var(phases)), float(np.square(values, dtype=np.float64).mean())


def trained(design: Design, digits: NDArray[np.float32]) -> tuple[Weights, float]:
    """The kernel of a design of one that brings digits (n, 28, 28) back best from their halves, and its error."""
    ((key, kernel),) = random_weights(plan(design), 0).items()
    halves = digits.reshape(len(digits), _HALF_PX, 2, _HALF_PX, 2).mean((2, 4))[..., np.newaxis]
    alone = np.eye(kernel.size, dtype=np.float32).reshape(-1, *kernel.shape)
    parts = np.stack([output(design, {key: each}, halves).ravel() for each in alone]).astype(np.float64)
    target = digits.ravel().astype(np.float64)
    best = np.linalg.solve(parts @ parts.T, parts @ target)
    error = float(np.square(best @ parts - target).mean())
    return {key: best.reshape(kernel.shape).astype(np.float32)}, error


def _ways(side_px: int) -> dict[str, Design]:
    x = Input((side_px, side_px, 1))
    ways = {
        f"kernel {kernel}": trace(x, Conv2DTranspose(1, kernel, strides=2, padding="same", use_bias=False)(x), "up")
        for kernel in (3, 4)
    }
    larger = UpSampling2D(2)(x)
    ways["upsampling"] = trace(x, Conv2D(1, 3, padding="same", use_bias=False)(larger), "up")
    return ways


def _board(constant: Design, halves: Design, digits: NDArray[np.float32], draws: int, seed: int) -> Board:
    known = plan(constant)
    image = np.ones((1, SIDE_PX, SIDE_PX, 1), np.float32)
    drawn = [_inside(output(constant, random_weights(known, seed + each), image)) for each in range(draws)]
    equal: Weights = {name: np.full_like(each, 1 / each.size) for name, each in random_weights(known, seed).items()}
    weights, error = trained(halves, digits)
    flat, fitted = (_inside(output(constant, each, image)) for each in (equal, weights))
    energies = np.array([period_two(each) for each in drawn])
    shares = [part / whole for part, whole in map(period_two, (flat, fitted))]
    random_share = float(energies[:, 0].sum() / energies[:, 1].sum())
    return Board(flat, drawn[0], fitted, shares[0], random_share, shares[1], error)


def _inside(images: NDArray[np.float32]) -> NDArray[np.float32]:
    return images[0, _BORDER_PX:-_BORDER_PX, _BORDER_PX:-_BORDER_PX, 0]
