"""Poolings in ONNX: of windows, and of whole sequences, pictures and volumes."""

from __future__ import annotations

from typing import Any, Final

from lamella.building.onnx_reductions import reduced
from lamella.building.onnx_values import Value
from lamella.building.onnx_windows import Axis, axes_of, computed, placed, widened
from lamella.building.onnx_writers import Unwritable, Use, writes
from lamella.layers.pooling import Pooling
from lamella.texts.languages import phrase

RANKS: Final = ("1D", "2D", "3D")


def largest(use: Use, layer: Pooling) -> Value:
    """The largest number of each window."""
    value, axes = use.input, _axes(use.input, layer)
    source, where = placed(value, layer, axes, float("-inf"))
    found = use.graph.add("MaxPool", source, kernel_shape=layer.pool_size, strides=layer.steps, **where)
    return use.gives(found, not layer.channels_first)


def mean(use: Use, layer: Pooling) -> Value:
    """The mean of what of each window lies inside the input.

    Where the padding is computed it holds zeros, which count: the mean is divided by that of ones.
    """
    value, graph, axes = use.input, use.graph, _axes(use.input, layer)
    said: dict[str, Any] = {"kernel_shape": layer.pool_size, "strides": layer.steps, "count_include_pad": 0}
    source, where = placed(value, layer, axes, 0.0)
    found = graph.add("AveragePool", source, **said, **where)
    if computed(axes):
        sizes = graph.add("Shape", value.name(not layer.channels_first), start=2)
        ones = graph.add("Expand", graph.number(1), graph.add("Concat", graph.integers([1, 1]), sizes, axis=0))
        share = graph.add("AveragePool", widened(graph, ones, axes, 0.0), **said)
        found = graph.add("Div", found, share)
    return use.gives(found, not layer.channels_first)


def _axes(value: Value, layer: Pooling) -> list[Axis]:
    return axes_of(layer, value, layer.pool_size, layer.steps, (1,) * layer.rank, layer.padding)


@writes(*(f"MaxPooling{rank}" for rank in RANKS))
def max_pooling(use: Use) -> Value:
    return largest(use, use.layer)


@writes(*(f"AveragePooling{rank}" for rank in RANKS))
def average_pooling(use: Use) -> Value:
    return mean(use, use.layer)


@writes("ops.max_pool")
def max_pool(use: Use) -> Value:
    return largest(use, use.layer.layer(use.input.shape))


@writes("ops.average_pool")
def average_pool(use: Use) -> Value:
    return mean(use, use.layer.layer(use.input.shape))


def shared_out(use: Use, operator: str, **said: Any) -> Value:
    """A pooling whose windows share the input out evenly: as large as their stride."""
    layer, value = use.layer, use.input
    sizes = use.known([value.shape[axis] for axis in layer.axes])
    pairs = list(zip(sizes, layer.output_size, strict=True))
    if any(size % wanted for size, wanted in pairs):
        raise Unwritable(phrase("its windows overlap or differ in size", "창들이 겹치거나 크기가 서로 다릅니다"))
    window = [size // wanted for size, wanted in pairs]
    moved = not layer.channels_first
    found = use.graph.add(operator, value.name(moved), kernel_shape=window, strides=window, auto_pad="VALID", **said)
    return use.gives(found, moved)


@writes(*(f"AdaptiveAveragePooling{rank}" for rank in RANKS))
def adaptive_average(use: Use) -> Value:
    return shared_out(use, "AveragePool", count_include_pad=0)


@writes(*(f"AdaptiveMaxPooling{rank}" for rank in RANKS))
def adaptive_max(use: Use) -> Value:
    return shared_out(use, "MaxPool")


@writes(*(f"GlobalAveragePooling{rank}" for rank in RANKS))
def global_average(use: Use) -> Value:
    return reduced(use, use.input, "ReduceMean", tuple(use.layer.axes), use.layer.keepdims)


@writes(*(f"GlobalMaxPooling{rank}" for rank in RANKS))
def global_max(use: Use) -> Value:
    return reduced(use, use.input, "ReduceMax", tuple(use.layer.axes), use.layer.keepdims)
