"""The edges of a picture: what Sobel's kernels and other filters answer to it, and how alike their answers are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamella.layers import Conv2D, Input
from lamella.layers.tracing import trace
from lamella.seeing.learned_edges import Alike
from lamella.seeing.running import output
from lamella.seeing.starting_weights import SOBEL


class Edges(NamedTuple):
    """Maps (height, width) of one picture: Sobel's magnitude, and the answers of filters without their signs.

    `alike` has, by kind of filters, the correlation of each one's map with Sobel's magnitude.
    """

    sobel: NDArray[np.float32]
    learned: NDArray[np.float32]
    random: NDArray[np.float32]
    alike: dict[str, NDArray[np.float64]]


def sobel_magnitude(pixels: NDArray[np.float32], stride: int = 1) -> NDArray[np.float32]:
    """The length of Sobel's gradient at every place that a 3x3 window without padding has on a picture."""
    both = answers(pixels, np.stack([SOBEL[0], SOBEL[2]]), stride)
    found: NDArray[np.float32] = np.hypot(*both)
    return found


def answers(pixels: NDArray[np.float32], kernels: NDArray[np.float32], stride: int = 1) -> NDArray[np.float32]:
    """What filters (n, height, width) answer to a picture, without padding and bias: n maps, signed."""
    x = Input((*pixels.shape, 1))
    y = Conv2D(len(kernels), kernels.shape[1:], strides=stride, use_bias=False, name="filters")(x)
    weights = {"filters/kernel": np.ascontiguousarray(np.moveaxis(kernels, 0, -1)[:, :, np.newaxis])}
    return np.moveaxis(output(trace(x, y, "edges"), weights, pixels[np.newaxis, ..., np.newaxis])[0], -1, 0)


def picture_edges(pixels: NDArray[np.float32], filters: dict[str, Alike], random: int = 200) -> Edges:
    """Sobel's magnitude beside the maps of the "learned" filters and of the first `random` of the "random" ones."""
    sobel = sobel_magnitude(pixels)
    maps = {"learned": filters["learned"].kernels, "random": filters["random"].kernels[:random]}
    found = {word: np.abs(answers(pixels, each)) for word, each in maps.items()}
    alike = {word: _correlations(each, sobel) for word, each in found.items()}
    return Edges(sobel, found["learned"], found["random"], alike)


def _correlations(maps: NDArray[np.float32], with_map: NDArray[np.float32]) -> NDArray[np.float64]:
    """Of maps that are not constant, each with another."""
    ours, theirs = (each - each.mean((-2, -1), keepdims=True, dtype=np.float64) for each in (maps, with_map))
    lengths = np.linalg.norm(ours, axis=(1, 2)) * np.linalg.norm(theirs)
    found: NDArray[np.float64] = (ours * theirs).sum((1, 2)) / lengths
    return found
