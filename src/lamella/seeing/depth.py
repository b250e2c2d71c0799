"""What depth costs, and how the gradient shrinks on its way back through a stack of dense layers with random weights.

The backward pass is written out: nothing here needs a framework. Source of the remedies: S. Ioffe, C. Szegedy, "Batch
Normalization", 2015; K. He et al., "Deep Residual Learning", 2015.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamella.layers import Dense, Input
from lamella.layers.tracing import trace
from lamella.planning.planner import plan

WAYS: Final = ("plain", "normalised", "skips")
UNITS: Final = 64
_EPSILON: Final = 1e-3
"""Keras' BatchNormalization adds it to the variance."""

Matrix = NDArray[np.float64]


class Depth(NamedTuple):
    """`norms`: by way, the gradient's norm at each layer's kernel, first layer first, over that of the last layer.

    `macs` are those of one layer and of the whole stack.
    """

    norms: dict[str, list[float]]
    macs: tuple[int, int]


def gradients(depth: int = 20, images: int = 64, draws: int = 5, seed: int = 0) -> Depth:
    """Stacks of Dense(64) with sigmoid: "plain", "normalised" (batch normalization before it), with "skips" around.

    Inputs and the gradient at the output are normal; the norms are geometric means over draws of weights.
    """
    norms = {}
    for way in WAYS:
        logs = []
        for draw in range(draws):
            random = np.random.default_rng([seed, draw])
            kernels = glorot(random, depth)
            x, above = random.normal(size=(2, images, UNITS))
            logs.append(np.log([np.linalg.norm(each) for each in kernel_gradients(way, kernels, x, above)]))
        mean = np.mean(logs, 0)
        norms[way] = [float(each) for each in np.exp(mean - mean[-1])]
    return Depth(norms, (_macs(1), _macs(depth)))


def glorot(random: np.random.Generator, depth: int) -> list[Matrix]:
    """Square kernels as Keras starts them."""
    limit = np.sqrt(6 / (2 * UNITS))
    return [random.uniform(-limit, limit, (UNITS, UNITS)) for _ in range(depth)]


def kernel_gradients(way: str, kernels: list[Matrix], x: Matrix, above: Matrix) -> list[Matrix]:
    """The gradient of sum(output * above) for every kernel; x and `above` are (images, units)."""
    inputs, sums, active = [], [], []
    for kernel in kernels:
        inputs.append(x)
        sums.append(x @ kernel)
        active.append(1 / (1 + np.exp(-(_normal(sums[-1]) if way == "normalised" else sums[-1]))))
        x = active[-1] + x if way == "skips" else active[-1]
    found = []
    for kernel, given, total, out in zip(*map(reversed, (kernels, inputs, sums, active)), strict=True):
        through = above * out * (1 - out)
        if way == "normalised":
            through = _normal_back(total, through)
        found.append(given.T @ through)
        above = through @ kernel.T + (above if way == "skips" else 0)
    return found[::-1]


def _normal(values: Matrix) -> Matrix:
    found: Matrix = (values - values.mean(0)) / np.sqrt(values.var(0) + _EPSILON)
    return found


def _normal_back(values: Matrix, above: Matrix) -> Matrix:
    """The gradient behind a batch normalization whose scale is 1 and whose shift is 0."""
    normal = _normal(values)
    inner: Matrix = above - above.mean(0) - normal * (above * normal).mean(0)
    found: Matrix = inner / np.sqrt(values.var(0) + _EPSILON)
    return found


def _macs(depth: int) -> int:
    x = y = Input((UNITS,))
    for _ in range(depth):
        y = Dense(UNITS, activation="sigmoid")(y)
    return plan(trace(x, y, "stack")).totals.macs
