"""What one layer makes of its inputs: shapes, parameters, work, and what speaks against it."""

from __future__ import annotations

from typing import Final, NamedTuple

from lamella.algebra import Expression
from lamella.checks.transposing import overlaps
from lamella.design import BATCH, Shape, Size
from lamella.layers.base import Layer, ShapeError
from lamella.layers.convolution import Sliding
from lamella.layers.pooling import Pooling
from lamella.layers.symbolic import check_batch, wrong_count
from lamella.layers.transposed_convolution import Transposed
from lamella.window import Window

_OF_PLACES: Final = ("rank", "window too large", "output empty")
"""Errors that are decided by the number of axes and by known sizes of a picture alone."""

Shapes = tuple[Shape | None, ...]


class Effect(NamedTuple):
    """The outputs' shapes and what the layer costs; bounds where the inputs are the least or most possible."""

    outputs: Shapes
    params: int = 0
    macs: int = 0
    flaws: int = 0


UNKNOWN: Final = Effect((None,))


def exact(layer: Layer, inputs: Shapes, *, shares: bool) -> Effect | None:
    """The effect on inputs that are known, as a plan has it; None where they don't fit."""
    if None in inputs:
        return UNKNOWN
    given = tuple(shape for shape in inputs if shape is not None)
    if wrong_count(layer, len(given)):
        return None
    try:
        check_batch(layer, given)
        outputs = layer.output_shapes(*given)
        weights = layer.weights(*given)
    except ShapeError:
        return None
    params = 0
    for weight in () if shares else weights:
        count = 1
        for size in weight.shape:
            count *= size
        params += count
    macs = layer.macs(given, outputs[0])
    return Effect(outputs, params, macs if isinstance(macs, int) else 0, flaws(layer, given, outputs))


def outputs_of(layer: Layer, inputs: Shapes) -> Shapes | None:
    """The shapes for inputs of which sizes may be left out (None); None where they fit for no such sizes.

    What the sizes that are left out would decide is unknown.
    """
    if None in inputs:
        return UNKNOWN.outputs
    given = tuple(shape for shape in inputs if shape is not None)
    if wrong_count(layer, len(given)):
        return None
    try:
        check_batch(layer, given)
        return layer.output_shapes(*given)
    except ShapeError as error:
        open_sizes = any(None in shape for shape in given)
        return UNKNOWN.outputs if open_sizes and error.problem.key not in _OF_PLACES else None


def common(one: Shapes | None, other: Shapes | None) -> Shapes | None:
    """What two possible outcomes have in common; sizes in which they differ are left out."""
    if one is None or other is None or len(one) != len(other):
        return None if one is None and other is None else UNKNOWN.outputs
    return tuple(map(_alike, one, other))


def _alike(one: Shape | None, other: Shape | None) -> Shape | None:
    if one is None or other is None or len(one) != len(other):
        return None
    return tuple(left if left == right else None for left, right in zip(one, other, strict=True))


def least(shape: Shape | None) -> Shape | None:
    """The shape with 1 for every size that is left out."""
    return None if shape is None else tuple(1 if size is None else size for size in shape)


def flaws(layer: Layer | None, inputs: Shapes, outputs: Shapes) -> int:
    """How much speaks against a layer: an even kernel, places that no window sees, uneven overlap.

    Even kernels are counted where windows slide, not where they write: there an even overlap wants multiples of the
    stride.
    """
    if isinstance(layer, Transposed):
        axes = zip(layer.kernel_size, layer.strides, layer.dilation_rate, strict=True)
        return sum(len({*overlaps(*axis)}) > 1 for axis in {*axes})
    if not isinstance(layer, (Sliding, Pooling)) or not inputs or inputs[0] is None or outputs[0] is None:
        return 0
    even = isinstance(layer, Sliding) and any(kernel % 2 == 0 for kernel in layer.kernel_size)
    seen_by = layer.views((inputs[0],), outputs[0])[0]
    ways = (seen_by.get(axis, (axis, None))[1] for axis in layer.axes)
    lost = any(
        isinstance(way, Window) and _loses(way, inputs[0][axis], outputs[0][axis])
        for axis, way in zip(layer.axes, ways, strict=True)
    )
    return even + lost


def _loses(way: Window, size: Size, count: Size) -> bool:
    """Whether an axis has places that none of the windows sees."""
    if not isinstance(size, int) or not isinstance(count, int):
        return False
    last = (count - 1) * way.stride - way.before + (way.kernel - 1) * way.dilation
    return last < size - 1 or (way.stride > way.kernel and count > 1)


def fits(shape: Shape | None, wanted: object) -> bool:
    """Whether a shape may be the wanted one (without its batch), as far as its sizes are known."""
    if shape is None or not isinstance(wanted, list):
        return True
    sizes = [size for size in shape if size != BATCH]
    if len(sizes) != len(wanted):
        return False
    return all(
        size is None or isinstance(size, Expression) or size == each for size, each in zip(sizes, wanted, strict=True)
    )
