"""What depth costs, and how the gradient shrinks on its way back through a stack of dense layers.

At the start, and after training on digits: plain, with batch normalization, with skips.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamella.layers import Dense, Input
from lamella.layers.tracing import trace
from lamella.planning.planner import plan
from lamella.seeing.dense_stack import UNITS, WAYS, Matrix, glorot, kernel_gradients, trained
from lamella.training.data import read_digits, to_float

IMAGES: Final = 2000
BATCH: Final = 64
STEPS: Final = 300
RATE: Final = 0.003
TIMES: Final = ("start", "trained")
_MEASURED: Final = 256
"""Images on which the gradient is measured."""


class Depth(NamedTuple):
    """`norms`: by way and time, the gradient's norm at each layer's kernel, first layer first, over the last layer's.

    `losses` are the cross-entropies then; `macs` those of one layer and of the whole stack.
    """

    norms: dict[tuple[str, str], list[float]]
    losses: dict[tuple[str, str], float]
    macs: tuple[int, int]


def gradients(depth: int = 20, draws: int = 2, seed: int = 0, steps: int = STEPS) -> Depth:
    """Stacks of Dense(64) with sigmoid: "plain", "normalised" (batch normalization before it), with "skips" around.

    They tell digits apart, each given as 8x8 means; "start" is before training, "trained" after `steps` steps of Adam.
    The norms are geometric means over draws of weights, the losses means.
    """
    x, labels = digits()
    logs: dict[tuple[str, str], list[Matrix]] = {(way, time): [] for way in WAYS for time in TIMES}
    losses: dict[tuple[str, str], list[float]] = {key: [] for key in logs}
    for draw in range(draws):
        random = np.random.default_rng([seed, draw])
        start, order = glorot(random, depth), random.integers(len(x), size=(steps, BATCH))
        for way in WAYS:
            for time, stack in zip(TIMES, (start, trained(way, start, x, labels, order, RATE)), strict=True):
                found, loss = kernel_gradients(way, stack, x[:_MEASURED], labels[:_MEASURED])
                logs[way, time].append(np.log(np.linalg.norm(found.kernels, axis=(1, 2))))
                losses[way, time].append(loss)
    means = {key: np.mean(each, 0) for key, each in logs.items()}
    norms = {key: [float(each) for each in np.exp(mean - mean[-1])] for key, mean in means.items()}
    return Depth(norms, {key: float(np.mean(each)) for key, each in losses.items()}, (_macs(1), _macs(depth)))


def digits() -> tuple[Matrix, NDArray[np.int64]]:
    """Digits as 64 numbers each, the means of 3x3 pixels, with mean 0 and variance 1 over all; and their labels."""
    found = read_digits()
    inside = to_float(found["train_images"][:IMAGES, 2:-2, 2:-2]).astype(np.float64)
    x = inside.reshape(len(inside), 8, 3, 8, 3).mean((2, 4)).reshape(len(inside), UNITS)
    return (x - x.mean()) / x.std(), found["train_labels"][:IMAGES].astype(np.int64)


def _macs(depth: int) -> int:
    x = y = Input((UNITS,))
    for _ in range(depth):
        y = Dense(UNITS, activation="sigmoid")(y)
    return plan(trace(x, y, "stack")).totals.macs
