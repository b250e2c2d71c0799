"""The layers that bring a size back, found by trying them with their own rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lamella.window import transposed_output

Sizes = tuple[int, ...]


class Undo(NamedTuple):
    """A layer with its arguments."""

    type: str
    arguments: dict[str, object]


def transposed(given: Sizes, wanted: Sizes, extents: Sizes, strides: Sizes) -> dict[str, object] | None:
    """Arguments of a transposed convolution from one size to another along every axis; None where there is none.

    Kernels near `extents`, rather multiples of the stride, which overlap evenly; output padding only where needed.
    """
    axes = list(zip(given, wanted, extents, strides, strict=True))
    for padded in (False, True):
        for padding in ("same", "valid"):
            found = [_axis(*axis, padding, padded) for axis in axes]
            chosen = [each for each in found if each is not None]
            if len(chosen) < len(found):
                continue
            arguments: dict[str, object] = {"kernel_size": tuple(kernel for kernel, _ in chosen), "strides": strides}
            arguments["padding"] = padding
            if padded:
                arguments["output_padding"] = tuple(extra for _, extra in chosen)
            return arguments
    return None


def _axis(given: int, wanted: int, extent: int, stride: int, padding: str, padded: bool) -> tuple[int, int] | None:
    """The best kernel and output padding along one axis."""
    for kernel in _kernels(extent, stride):
        for extra in range(stride) if padded else (None,):
            if transposed_output(given, kernel, stride, padding, extra) == wanted:
                return kernel, extra or 0
    return None


def _kernels(extent: int, stride: int) -> Iterator[int]:
    """Kernels in the order of preference: even overlap first, then without holes, near the encoder's own, odd."""
    candidates = range(1, max(extent, stride) + 2 * stride + 2)
    yield from sorted(
        candidates, key=lambda each: (each % stride != 0, each < stride, abs(each - extent), each % 2 == 0)
    )


def enlarged(given: Sizes, wanted: Sizes, strides: Sizes, way: str) -> list[Undo]:
    """Layers without weights from one size to another: repeating by the strides and cutting or padding, or resizing."""
    rank = len(given)
    if way == "resize" and rank == 2:
        return [Undo("Resizing", {"height": wanted[0], "width": wanted[1]})]
    found = []
    if max(strides) > 1:
        found.append(Undo(f"UpSampling{rank}D", {"size": strides if rank > 1 else strides[0]}))
    now = tuple(size * step for size, step in zip(given, strides, strict=True))
    return [*found, *cropped(now, wanted)]


def cropped(given: Sizes, wanted: Sizes) -> list[Undo]:
    """Cutting and padding from one size to another, half on each side, the odd one at the end."""
    rank = len(given)
    cut = [max(0, size - goal) for size, goal in zip(given, wanted, strict=True)]
    pad = [max(0, goal - size) for size, goal in zip(given, wanted, strict=True)]
    found = []
    for kind, argument, totals in (("Cropping", "cropping", cut), ("ZeroPadding", "padding", pad)):
        if max(totals):
            sides = tuple((total // 2, total - total // 2) for total in totals)
            found.append(Undo(f"{kind}{rank}D", {argument: sides if rank > 1 else sides[0]}))
    return found
