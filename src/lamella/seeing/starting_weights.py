"""Weights for a design that has none yet: as Keras starts a layer, with a seed, or Sobel's kernels in the first ones.

Source of the start: X. Glorot and Y. Bengio, 2010 (Keras' glorot_uniform). Of the kernels: I. Sobel, G. Feldman, 1968.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod, sqrt
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lamella.design import node_of
from lamella.errors import UsageError, problem
from lamella.planning.plan import Plan, Row
from lamella.texts.languages import phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

ONES: Final = ("gamma", "moving_variance")
ZEROS: Final = ("bias", "beta", "moving_mean", "alpha")

_ACROSS: Final = np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]], np.float32)
_ALONG: Final = np.array([[0, 1, 2], [-1, 0, 1], [-2, -1, 0]], np.float32)
SOBEL: Final = np.stack([turned for k in range(4) for turned in (np.rot90(_ACROSS, k), np.rot90(_ALONG, k))])
"""Eight kernels (8, 3, 3): edges in every direction at steps of 45 degrees, both ways."""

_LEAST: Final = 3


def random_weights(plan: Plan, seed: int) -> dict[str, NDArray[np.float32]]:
    """Weights by "node/weight": Glorot's uniform for kernels, ones for scales, zeros for biases, as Keras starts."""
    random = np.random.default_rng(seed)
    return {
        f"{row.node.name}/{each.name}": _start(each.keras_name, each.shape, random)
        for row in plan.rows
        for each in row.weights or ()
    }


def with_sobel(plan: Plan, weights: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The same with Sobel's kernels in every convolution that reads the picture, its filters taking turns.

    A kernel larger than 3x3 has them in its middle. Raises `UsageError` where no convolution could take them.
    """
    found = dict(weights)
    inputs = {node.name for node in plan.design.inputs}
    for row in plan.rows:
        name = f"{row.node.name}/kernel"
        reads = {node_of(each, plan.by_name) for each in row.node.inputs}
        if row.node.type == "Conv2D" and reads & inputs and name in found and _fits(row):
            found[name] = _sobel(found[name].shape)
    if all(found[name] is weights[name] for name in weights):
        expected = phrase(
            "random or a file: Sobel's kernels need a Conv2D of 3x3 or more that reads the picture",
            "random 또는 파일. Sobel 커널을 쓰려면 이미지를 읽는 3x3 이상의 Conv2D가 있어야 합니다",
        )
        raise UsageError(problem("setting", option="--weights", expected=expected, received="sobel"))
    return found


def _fits(row: Row) -> bool:
    return all(min(each.shape[:2]) >= _LEAST for each in row.weights or () if each.name == "kernel")


def _sobel(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The kernels as (height, width, inputs, filters); over several channels each takes its share of one kernel."""
    height, width, inputs, filters = shape
    kernel = np.zeros(shape, np.float32)
    top, left = (height - _LEAST) // 2, (width - _LEAST) // 2
    for place in range(filters):
        turned = SOBEL[place % len(SOBEL), ..., np.newaxis] / np.float32(inputs)
        kernel[top : top + _LEAST, left : left + _LEAST, :, place] = turned
    return kernel


def _start(name: str, shape: tuple[int, ...], random: np.random.Generator) -> NDArray[np.float32]:
    if name in ONES:
        return np.ones(shape, np.float32)
    if name in ZEROS or not shape:
        return np.zeros(shape, np.float32)
    taps = prod(shape[:-2])
    inputs, units = (shape[-2], shape[-1]) if len(shape) > 1 else (shape[0], shape[0])
    limit = sqrt(6 / (taps * (inputs + units)))
    return random.uniform(-limit, limit, shape).astype(np.float32)
