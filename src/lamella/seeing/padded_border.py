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


class Use(NamedTuple):
    """`counts` (height, width): on how many ways each pixel reaches the outputs; `output_px` is the side of these."""

    counts: NDArray[np.int64]
    output_px: int

    @property
    def border_share(self) -> float:
        """How much a corner counts beside the pixel that counts most."""
        return float(self.counts[0, 0] / self.counts.max())


class Stride(NamedTuple):
    """One convolution: the side of its output, its MACs, what no window holds, and how often each pixel is used."""

    stride: int
    output_px: int
    macs: int
    unseen: int
    counts: NDArray[np.int64]


def paddings(size_px: int = 12, kernel: int = 3, layers: int = 4) -> dict[str, Use]:
    """A square picture's pixels under `layers` convolutions, by padding: "valid" and "same"."""
    return {padding: _use(_stack(size_px, layers, kernel, 1, padding)) for padding in ("valid", "same")}


def strides(size_px: int = 12, kernel: int = 3, every: tuple[int, ...] = (1, 2, 3, 4)) -> list[Stride]:
    """One convolution without padding over a square picture, by its stride."""
    found = []
    for stride in every:
        design = _stack(size_px, 1, kernel, stride, "valid")
        known, axes = plan(design), _axes(design)[0]
        use = _use(design)
        found.append(Stride(stride, use.output_px, known.totals.macs, unused(axes)[0], use.counts))
    return found


def _stack(size_px: int, layers: int, kernel: int, stride: int, padding: str) -> Design:
    x = y = Input((size_px, size_px, 1))
    for _ in range(layers):
        y = Conv2D(1, kernel, strides=stride, padding=padding)(y)
    return trace(x, y, padding)


def _axes(design: Design) -> list[list[Axis]]:
    known = plan(design)
    found = [geometry(known, row) for row in known.rows[1:]]
    return [each for each in found if each is not None]


def _use(design: Design) -> Use:
    """Along each axis every output passes on what it is used; both axes are the same."""
    layers = _axes(design)
    ways = np.ones(layers[-1][0].outputs, np.int64)
    for axes in reversed(layers):
        before = np.zeros(axes[0].size, np.int64)
        for place, count in enumerate(ways):
            held = [each for each in axes[0].lay.window(place) if 0 <= each < axes[0].size]
            before[held] += count
        ways = before
    return Use(np.outer(ways, ways), layers[-1][0].outputs)
