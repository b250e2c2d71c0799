"""What one layer makes of its inputs: shapes, parameters, work, and what speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Final, NamedTuple

from lamella.algebra import Expression
from lamella.checks.transposing import overlaps
from lamella.checks.wasting import repeated_axes
from lamella.design import Shape, Size
from lamella.layers.base import Layer, ShapeError, without_batch
from lamella.layers.convolution import Sliding
from lamella.layers.fixed_batch import fit
from lamella.layers.pooling import Pooling
from lamella.layers.symbolic import wrong_count
from lamella.layers.transposed_convolution import Transposed
from lamella.window import Map, TransposedWindow, Window

_OF_PLACES: Final = ("rank", "window too large", "output empty", "merge shapes")
"""Errors that are decided by the number of axes and by known sizes of a picture alone."""

Shapes = tuple[Shape | None, ...]


class Effect(NamedTuple):
    """The outputs' shapes and what the layer costs; bounds where the inputs are the least or most possible."""

    outputs: Shapes
    params: int = 0
    macs: int = 0
    flaws: int = 0


UNKNOWN: Final = Effect((None,))


def exact(layer: Layer, inputs: Shapes, batches: Sequence[int | None], *, shares: bool) -> Effect | None:
    """The effect on inputs of so many images that are known, as a plan has it; None where they don't fit."""
    if None in inputs:
        return UNKNOWN
    given = tuple(shape for shape in inputs if shape is not None)
    if wrong_count(layer, len(given)):
        return None
    try:
        fitted = fit(layer, given, batches)
        weights = layer.weights(*fitted.inputs)
    except ShapeError:
        return None
    outputs = fitted.outputs
    params = 0 if shares else sum(prod(weight.shape) for weight in weights)
    macs = None if fitted.whole else layer.macs(fitted.inputs, outputs[0])
    return Effect(outputs, params, macs if isinstance(macs, int) else 0, flaws(layer, given, outputs))


def outputs_of(layer: Layer, inputs: Shapes, batches: Sequence[int | None]) -> Shapes | None:
    """The shapes for inputs of which sizes may be left out (None); None where they fit for no such sizes.

    What the sizes that are left out would decide is unknown.
    """
    if None in inputs:
        return UNKNOWN.outputs
    given = tuple(shape for shape in inputs if shape is not None)
    if wrong_count(layer, len(given)):
        return None
    try:
        return fit(layer, given, batches).outputs
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
    """How much speaks against a layer: an even kernel, places that no window sees, uneven overlap, empty outputs.

    Even kernels are counted where windows slide, not where they write: there an even overlap wants multiples of the
    stride. An Add, Subtract or Average that repeats one of its inputs counts too.
    """
    if any(None in (shape or (None,)) for shape in inputs[1:]) or not inputs or inputs[0] is None:
        return 0
    given = tuple(shape for shape in inputs if shape is not None)
    if layer is not None and len(given) > 1:
        return int(bool(repeated_axes(layer.type, given)))
    if not isinstance(layer, (Sliding, Pooling, Transposed)) or outputs[0] is None:
        return 0
    seen_by = layer.views(given, outputs[0])[0]
    axes = [(seen_by.get(axis, (axis, None))[1], given[0][axis], outputs[0][axis]) for axis in layer.axes]
    lost = any(_misses(*axis) for axis in axes)
    if isinstance(layer, Transposed):
        each = zip(layer.kernel_size, layer.strides, layer.dilation_rate, strict=True)
        return lost + sum(len({*overlaps(*axis)}) > 1 for axis in {*each})
    return lost + (isinstance(layer, Sliding) and any(kernel % 2 == 0 for kernel in layer.kernel_size))


def _misses(way: Map | None, size: Size, count: Size) -> bool:
    """Whether an axis has places that no window sees, or outputs behind all that is written to."""
    if not isinstance(size, int) or not isinstance(count, int):
        return False
    if isinstance(way, TransposedWindow):
        return (size - 1) * way.stride - way.before + (way.kernel - 1) * way.dilation < count - 1
    if not isinstance(way, Window):
        return False
    last = (count - 1) * way.stride - way.before + (way.kernel - 1) * way.dilation
    return last < size - 1 or (way.stride > way.kernel and count > 1)


def fits(shape: Shape | None, wanted: object) -> bool:
    """Whether a shape may be the wanted one (without its batch), as far as its sizes are known."""
    if shape is None or not isinstance(wanted, list):
        return True
    sizes = without_batch(shape)
    if len(sizes) != len(wanted):
        return False
    return all(
        size is None or isinstance(size, Expression) or size == each for size, each in zip(sizes, wanted, strict=True)
    )
