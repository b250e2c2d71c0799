"""Reductions in ONNX: sums, means and extremes over axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lamella.building.onnx_values import Value
from lamella.building.onnx_writers import NO_WRITER, Unwritable, Use, writes
from lamella.layers.operations.operation import places

_OPERATORS: Final = {
    "ops.mean": "ReduceMean",
    "ops.sum": "ReduceSum",
    "ops.max": "ReduceMax",
    "ops.amax": "ReduceMax",
    "ops.min": "ReduceMin",
    "ops.amin": "ReduceMin",
    "ops.prod": "ReduceProd",
    "ops.logsumexp": "ReduceLogSumExp",
}


def reduced(use: Use, value: Value, operator: str, axes: Sequence[int], keepdims: bool) -> Value:
    """A value reduced over axes of the design's shape, in the layout that it has.

    Where axes go, the rest keep the layout only if the last one is among them.
    """
    last = len(value.shape) - 1
    moved = value.moved and (keepdims or 0 not in axes)
    found = use.graph.add(
        operator,
        value.name(moved),
        use.graph.integers([value.axis(axis, moved) for axis in axes]),
        keepdims=int(keepdims),
    )
    return use.gives(found, moved and (keepdims or last not in axes))


def _axes(use: Use) -> tuple[int, ...]:
    """The axes of an operation; all of them where it names none."""
    shape, axis = use.input.shape, use.layer.axis
    if axis is None:
        return tuple(range(len(shape)))
    return places((axis,) if isinstance(axis, int) else axis, shape)


@writes(*_OPERATORS)
def reduction(use: Use) -> Value:
    if vars(use.layer).get("initial") is not None:
        raise Unwritable(NO_WRITER)
    return reduced(use, use.input, _OPERATORS[use.layer.type], _axes(use), use.layer.keepdims)


@writes("ops.var", "ops.std")
def spread(use: Use) -> Value:
    """The mean of the squared distances from the mean, or its root."""
    value, axes, graph = use.input, _axes(use), use.graph
    places_now = graph.integers([value.axis(axis, value.moved) for axis in axes])
    away = graph.add("Sub", value.name(), graph.add("ReduceMean", value.name(), places_now, keepdims=1))
    squared = value.like(graph.add("Mul", away, away))
    found = reduced(use, squared, "ReduceMean", axes, use.layer.keepdims)
    return found.put(lambda graph, x: graph.add("Sqrt", x)) if use.layer.type == "ops.std" else found


@writes("ops.ptp")
def extent(use: Use) -> Value:
    """The largest number less the smallest."""
    most, least = (
        reduced(use, use.input, operator, _axes(use), use.layer.keepdims) for operator in ("ReduceMax", "ReduceMin")
    )
    return most.like(use.graph.add("Sub", most.name(), least.name()))


@writes("ops.argmax", "ops.argmin")
def extreme_place(use: Use) -> Value:
    """The first place of the largest number, or of the smallest, along one axis."""
    layer, value, graph = use.layer, use.input, use.graph
    if not isinstance(layer.axis, int):
        raise Unwritable(NO_WRITER)
    (at,) = _axes(use)
    operator = "ArgMax" if layer.type == "ops.argmax" else "ArgMin"
    found = graph.add(operator, value.name(False), axis=at, keepdims=int(layer.keepdims))
    return use.gives(graph.add("Cast", found, to=graph.onnx.TensorProto.FLOAT), flags=True)


@writes("ops.cumsum")
def cumulated(use: Use) -> Value:
    layer, value, graph = use.layer, use.input, use.graph
    if layer.axis is None:
        raise Unwritable(NO_WRITER)
    (at,) = _axes(use)
    return value.like(graph.add("CumSum", value.name(), graph.integer(value.axis(at, value.moved))))


@writes("ops.moments")
def moments(use: Use) -> list[Value]:
    """Mean and variance."""
    layer, value, graph = use.layer, use.input, use.graph
    axes = places((layer.axes,) if isinstance(layer.axes, int) else layer.axes, value.shape)
    inside = graph.integers([value.axis(axis, value.moved) for axis in axes])
    away = graph.add("Sub", value.name(), graph.add("ReduceMean", value.name(), inside, keepdims=1))
    squared = value.like(graph.add("Mul", away, away))
    return [reduced(use, each, "ReduceMean", axes, layer.keepdims) for each in (value, squared)]
