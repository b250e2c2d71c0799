"""How often each pixel is used by a stack of convolutions: with padding the size stays and the border counts more."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamella.design import Design
from lamella.layers import Conv2D, Input
from lamella.layers.tracing import trace
from lamella.planning.planner import plan
from lamella.seeing.geometry import Axis, geometry, unused

SIDES_PX = (12, 12)
"""Height and width of the picture that is counted where none is given."""
LAYERS = 4
"""Convolutions that are stacked where nothing else is asked."""


class Use(NamedTuple):
    """`counts` (height, width): on how many ways each pixel reaches the outputs; `output_px`: their (height, width)."""

    counts: NDArray[np.int64]
    output_px: tuple[int, int]

    @property
    def border_share(self) -> float:
        """How much a corner counts beside the pixel that counts most."""
        return float(self.counts[0, 0] / self.counts.max())


class Stride(NamedTuple):
    """One convolution: its output's (height, width), its MACs, what no window holds, how often each pixel is used."""

    stride: int
    output_px: tuple[int, int]
    macs: int
    unseen: int
    counts: NDArray[np.int64]


def paddings(sides_px: tuple[int, int] = SIDES_PX, kernel: int = 3, layers: int = LAYERS) -> dict[str, Use]:
    """A picture's pixels under `layers` convolutions, by padding: "valid" and "same"."""
    return {padding: _use(_stack(sides_px, layers, kernel, 1, padding)) for padding in ("valid", "same")}


def strides(
    sides_px: tuple[int, int] = SIDES_PX, kernel: int = 3, every: tuple[int, ...] = (1, 2, 3, 4)
) -> list[Stride]:
    """One convolution without padding over a picture, by its stride."""
    found = []
    for stride in every:
        design = _stack(sides_px, 1, kernel, stride, "valid")
        known, axes = plan(design), _axes(design)[0]
        use = _use(design)
        found.append(Stride(stride, use.output_px, known.totals.macs, unused(axes)[0], use.counts))
    return found


def _stack(sides_px: tuple[int, int], layers: int, kernel: int, stride: int, padding: str) -> Design:
    x = y = Input((*sides_px, 1))
    for _ in range(layers):
        y = Conv2D(1, kernel, strides=stride, padding=padding)(y)
    return trace(x, y, padding)


def _axes(design: Design) -> list[list[Axis]]:
    known = plan(design)
    found = [geometry(known, row) for row in known.rows[1:]]
    return [each for each in found if each is not None]


def _use(design: Design) -> Use:
    """Both axes by themselves: a window is as many ways along one as along the other, and they multiply."""
    layers = _axes(design)
    rows, columns = (_ways([axes[number] for axes in layers]) for number in (0, 1))
    last = layers[-1]
    return Use(np.outer(rows, columns), (last[0].outputs, last[1].outputs))


def _ways(layers: list[Axis]) -> NDArray[np.int64]:
    """Along one axis every output passes on what it is used."""
    ways = np.ones(layers[-1].outputs, np.int64)
    for axis in reversed(layers):
        before = np.zeros(axis.size, np.int64)
        for place, count in enumerate(ways):
            before[[each for each in axis.lay.window(place) if 0 <= each < axis.size]] += count
        ways = before
    return ways
