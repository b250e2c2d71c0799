"""Poolings in ONNX: of windows, and of whole sequences, pictures and volumes."""

from __future__ import annotations

from typing import Any, Final

from lamella.building.onnx_reductions import reduced
from lamella.building.onnx_values import Value
from lamella.building.onnx_windows import axes_of, placed
from lamella.building.onnx_writers import Unwritable, Use, writes
from lamella.layers.pooling import Pooling
from lamella.texts.languages import phrase

RANKS: Final = ("1D", "2D", "3D")


def pooled(use: Use, layer: Pooling, operator: str, fill: float | None, **said: Any) -> Value:
    """A value pooled by a layer's windows."""
    value = use.input
    axes = axes_of(layer, value, layer.pool_size, layer.steps, (1,) * layer.rank, layer.padding)
    source, where = placed(value, layer, axes, fill)
    found = use.graph.add(operator, source, kernel_shape=layer.pool_size, strides=layer.steps, **said, **where)
    return use.gives(found, not layer.channels_first)


@writes(*(f"MaxPooling{rank}" for rank in RANKS))
def max_pooling(use: Use) -> Value:
    return pooled(use, use.layer, "MaxPool", float("-inf"))


@writes(*(f"AveragePooling{rank}" for rank in RANKS))
def average_pooling(use: Use) -> Value:
    """The mean of what lies inside the input."""
    return pooled(use, use.layer, "AveragePool", None, count_include_pad=0)


@writes("ops.max_pool")
def max_pool(use: Use) -> Value:
    return pooled(use, use.layer.layer(use.input.shape), "MaxPool", float("-inf"))


@writes("ops.average_pool")
def average_pool(use: Use) -> Value:
    return pooled(use, use.layer.layer(use.input.shape), "AveragePool", None, count_include_pad=0)


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
