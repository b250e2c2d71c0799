"""Stacks of dense layers with sigmoid, forward and backward written out: nothing here needs a framework.

Source of the remedies against shrinking gradients: S. Ioffe, C. Szegedy, "Batch Normalization", 2015; K. He et al.,
"Deep Residual Learning", 2015. Of Adam: D. Kingma, J. Ba, 2015, with Keras' defaults.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

WAYS: Final = ("plain", "normalised", "skips")
UNITS: Final = 64
CLASSES: Final = 10
_EPSILON: Final = 1e-3
"""Keras' BatchNormalization adds it to the variance."""

Matrix = NDArray[np.float64]


class Stack(NamedTuple):
    """The kernels of a stack (layers, units, units) and of the layer that reads classes from it (units, classes)."""

    kernels: Matrix
    readout: Matrix


def glorot(random: np.random.Generator, depth: int) -> Stack:
    """Kernels as Keras starts them."""
    limits = [np.sqrt(6 / (UNITS + units)) for units in (UNITS, CLASSES)]
    kernels = random.uniform(-limits[0], limits[0], (depth, UNITS, UNITS))
    return Stack(kernels, random.uniform(-limits[1], limits[1], (UNITS, CLASSES)))


def kernel_gradients(way: str, stack: Stack, x: Matrix, labels: NDArray[np.int64]) -> tuple[Stack, float]:
    """The gradient of the cross-entropy for every kernel, and that loss; x is (images, units)."""
    inputs, sums, active = [], [], []
    for kernel in stack.kernels:
        inputs.append(x)
        sums.append(x @ kernel)
        active.append(1 / (1 + np.exp(-(_normal(sums[-1]) if way == "normalised" else sums[-1]))))
        x = active[-1] + x if way == "skips" else active[-1]
    scores = x @ stack.readout
    scores -= scores.max(1, keepdims=True)
    chances = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    right = np.arange(len(labels)), labels
    loss = float(-np.log(chances[right]).mean())
    chances[right] -= 1
    error = chances / len(labels)
    readout, above = x.T @ error, error @ stack.readout.T
    found = []
    for kernel, given, total, out in zip(*map(reversed, (list(stack.kernels), inputs, sums, active)), strict=True):
        through = above * out * (1 - out)
        if way == "normalised":
            through = _normal_back(total, through)
        found.append(given.T @ through)
        above = through @ kernel.T + (above if way == "skips" else 0)
    return Stack(np.stack(found[::-1]), readout), loss


def trained(
    way: str, stack: Stack, x: Matrix, labels: NDArray[np.int64], order: NDArray[np.int64], rate: float
) -> Stack:
    """The stack after a step of Adam for every batch; `order` (steps, batch) says which images each has."""
    first, second = (Stack(*(np.zeros_like(each) for each in stack)) for _ in range(2))
    for step, batch in enumerate(order, 1):
        found, _ = kernel_gradients(way, stack, x[batch], labels[batch])
        first = Stack(*(0.9 * old + 0.1 * new for old, new in zip(first, found, strict=True)))
        second = Stack(*(0.999 * old + 0.001 * new**2 for old, new in zip(second, found, strict=True)))
        pace = rate * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        stack = Stack(*(w - pace * m / (np.sqrt(v) + 1e-7) for w, m, v in zip(stack, first, second, strict=True)))
    return stack


def _normal(values: Matrix) -> Matrix:
    found: Matrix = (values - values.mean(0)) / np.sqrt(values.var(0) + _EPSILON)
    return found


def _normal_back(values: Matrix, above: Matrix) -> Matrix:
    """The gradient behind a batch normalization whose scale is 1 and whose shift is 0."""
    normal = _normal(values)
    inner: Matrix = above - above.mean(0) - normal * (above * normal).mean(0)
    found: Matrix = inner / np.sqrt(values.var(0) + _EPSILON)
    return found
