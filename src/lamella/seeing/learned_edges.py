"""What the first filters of a trained classifier look like: how alike they are to Sobel's, beside random ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamella.design import Design
from lamella.layers import Conv2D, Dense, Flatten, Input, MaxPooling2D
from lamella.layers.tracing import trace
from lamella.planning.planner import plan
from lamella.seeing.small_training import CLASSES, classifier, digits
from lamella.seeing.starting_weights import SOBEL, random_weights

_FILTERS = 8
_SIDE = 3


class Alike(NamedTuple):
    """Kernels (n, 3, 3), for each the largest absolute cosine with a Sobel kernel, and the part that is constant.

    `constant` is the part of a kernel's energy in its mean: an edge detector has none.
    """

    kernels: NDArray[np.float32]
    cosines: NDArray[np.float64]
    constant: NDArray[np.float64]


def filters(images: int = 4000, epochs: int = 6, seed: int = 0) -> tuple[dict[str, Alike], float]:
    """The first layer's kernels as they began, "before", and were "learned", 2,000 "random" ones; and the accuracy."""
    design = _design()
    trained = classifier(design, digits(images, 1000), epochs, seed)
    name = next(each for each in trained.weights if each.startswith("edges"))
    random = np.random.default_rng(seed).normal(size=(2000, _SIDE, _SIDE)).astype(np.float32)
    before = random_weights(plan(design), seed)[name]
    kernels = {"before": _apart(before), "learned": _apart(trained.weights[name]), "random": random}
    return {word: alike(each) for word, each in kernels.items()}, trained.accuracy


def alike(kernels: NDArray[np.float32]) -> Alike:
    """How alike kernels (n, 3, 3) are to Sobel's eight, whatever the sign and a shift by a pixel."""
    found = np.zeros(len(kernels))
    for sobel in SOBEL:
        for y in (-1, 0, 1):
            for x in (-1, 0, 1):
                moved = np.zeros((_SIDE, _SIDE))
                rows, columns = slice(max(y, 0), _SIDE + min(y, 0)), slice(max(x, 0), _SIDE + min(x, 0))
                moved[rows, columns] = sobel[max(-y, 0) : _SIDE - max(y, 0), max(-x, 0) : _SIDE - max(x, 0)]
                if moved.any():
                    dots = np.abs((kernels * moved).sum((1, 2)))
                    lengths = np.linalg.norm(kernels, axis=(1, 2)) * np.linalg.norm(moved)
                    found = np.maximum(found, dots / lengths)
    energy = np.square(kernels).sum((1, 2))
    return Alike(kernels, found, (_SIDE**2 * np.square(kernels.mean((1, 2))) / energy).astype(np.float64))


def _design() -> Design:
    x = Input((28, 28, 1))
    y = MaxPooling2D(2)(Conv2D(_FILTERS, _SIDE, activation="relu", name="edges")(x))
    y = MaxPooling2D(2)(Conv2D(16, _SIDE, activation="relu")(y))
    return trace(x, Dense(CLASSES, activation="softmax")(Flatten()(y)), "edges")


def _apart(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.ascontiguousarray(np.moveaxis(kernel[:, :, 0], -1, 0))
