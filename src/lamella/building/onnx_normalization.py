"""Normalization in ONNX, as it is once a network is trained: statistics are given, or those of the image itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lamella.building.onnx_activations import scaled
from lamella.building.onnx_values import Value, fixed
from lamella.building.onnx_writers import Use, writes
from lamella.layers.axes import place_of, places_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


def spread(value: Value, array: NDArray[Any], places: Sequence[int]) -> NDArray[Any]:
    """Numbers along axes of the design's shape, in the shape in which they join the value as it stands."""
    sizes = [1] * len(value.shape)
    for at, size in zip(sorted(places), array.shape, strict=True):
        sizes[at] = size
    found = array.reshape(sizes)
    return found.transpose(0, -1, *range(1, len(sizes) - 1)) if value.moved else found


def scaled_and_shifted(use: Use, value: Value, scale: NDArray[Any] | None, shift: NDArray[Any] | None) -> Value:
    """x · scale + shift, of arrays that can be joined with the value as it stands."""
    graph, name = use.graph, value.name()
    if scale is not None:
        name = graph.add("Mul", name, graph.weight(scale, f"{use.owner}/scale"))
    if shift is not None:
        name = graph.add("Add", name, graph.weight(shift, f"{use.owner}/shift"))
    return value.like(name)


@writes("BatchNormalization")
def batch_normalization(use: Use) -> Value:
    """One node where the channels stand at 1; elsewhere a factor and a summand of each channel."""
    value, layer, graph = use.input, use.layer, use.graph
    at, given = place_of(layer.axis, value.shape), use.weights
    mean, variance = given["moving_mean"], given["moving_variance"]
    gamma = given.get("gamma", np.ones_like(mean))
    beta = given.get("beta", np.zeros_like(mean))
    if value.axis(at, value.moved) == 1:
        words = ("gamma", gamma), ("beta", beta), ("moving_mean", mean), ("moving_variance", variance)
        arrays = [graph.weight(array, f"{use.owner}/{name}") for name, array in words]
        return value.like(graph.add("BatchNormalization", value.name(), *arrays, epsilon=layer.epsilon))
    factor = gamma / np.sqrt(variance + np.float32(layer.epsilon))
    arrays_now = (spread(value, array, [at]) for array in (factor, beta - mean * factor))
    return scaled_and_shifted(use, value, *arrays_now)


@writes("LayerNormalization")
def layer_normalization(use: Use) -> Value:
    """One node over the last axes; over others mean and deviation step by step.

    With `rms_scaling` Keras divides by the deviation and leaves the mean. It takes the weights as they lie in
    memory for the axes in ascending order, however these were written.
    """
    layer, graph, given = use.layer, use.graph, use.weights
    value = use.input
    places = places_of(layer.axis, value.shape)
    rank = len(value.shape)
    sizes = fixed([value.shape[at] for at in places])
    if places == tuple(range(rank - len(places), rank)) and sizes is not None and not layer.rms_scaling:
        scale = use.weight("gamma", lambda gamma: gamma.reshape(sizes)) or graph.weight(np.ones(sizes), "ones")
        shift = use.weight("beta", lambda beta: beta.reshape(sizes))
        inputs = [value.name(False), scale, *filter(None, [shift])]
        return use.gives(graph.add("LayerNormalization", *inputs, axis=-len(places), epsilon=layer.epsilon))
    axes = graph.integers([value.axis(at, value.moved) for at in places])
    name = value.name()
    away = graph.add("Sub", name, graph.add("ReduceMean", name, axes, keepdims=1))
    variance = graph.add("ReduceMean", graph.add("Mul", away, away), axes, keepdims=1)
    deviation = graph.add("Sqrt", scaled(graph, variance, 1, layer.epsilon))
    found = value.like(graph.add("Div", name if layer.rms_scaling else away, deviation))
    arrays = [given[word].reshape(sizes or -1) if word in given else None for word in ("gamma", "beta")]
    spread_out = (None if array is None else spread(found, array, places) for array in arrays)
    return scaled_and_shifted(use, found, *spread_out)


@writes("GroupNormalization")
def group_normalization(use: Use) -> Value:
    """Groups of channels as the channels of an InstanceNormalization, each over all of its numbers."""
    value, layer, graph, given = use.input, use.layer, use.graph, use.weights
    at = place_of(layer.axis, value.shape)
    (channels,) = use.known([value.shape[at]])
    groups = channels if layer.groups == -1 else layer.groups
    moved = at == len(value.shape) - 1
    name, order = value.name(moved), list[int]()
    if value.axis(at, moved) != 1:
        others = [axis for axis in range(1, len(value.shape)) if axis != at]
        order = [0, at, *others]
        name = graph.add("Transpose", name, perm=order)
    rows = graph.add("Reshape", name, graph.integers([0, groups, -1]))
    ones, zeros = np.ones(groups, np.float32), np.zeros(groups, np.float32)
    arrays = graph.weight(ones, "ones"), graph.weight(zeros, "zeros")
    rows = graph.add("InstanceNormalization", rows, *arrays, epsilon=layer.epsilon)
    back = graph.add("Reshape", rows, graph.add("Shape", name))
    if order:
        back = graph.add("Transpose", back, perm=[order.index(axis) for axis in range(len(order))])
    found = use.gives(back, moved)
    gamma, beta = (None if word not in given else spread(found, given[word], [at]) for word in ("gamma", "beta"))
    return scaled_and_shifted(use, found, gamma, beta)


@writes("RMSNormalization")
def rms_normalization(use: Use) -> Value:
    """Keras multiplies with the scale as it is: it stands along the last axes."""
    value, graph = use.input, use.graph
    places, name = places_of(use.layer.axis, value.shape), value.name(False)
    squares = graph.add("ReduceMean", graph.add("Mul", name, name), graph.integers(places), keepdims=1)
    size = graph.add("Sqrt", scaled(graph, squares, 1, use.layer.epsilon))
    return use.gives(graph.add("Mul", graph.add("Div", name, size), use.weight("scale")))


@writes("UnitNormalization")
def unit_normalization(use: Use) -> Value:
    return of_length_one(use.input, places_of(use.layer.axis, use.input.shape), 1e-12)


def of_length_one(value: Value, places: Sequence[int], least: float) -> Value:
    """A value divided by its length along axes, or by the least length."""
    graph = value.graph
    axes = graph.integers([value.axis(at, value.moved) for at in places])
    length = graph.add("ReduceL2", value.name(), axes, keepdims=1)
    return value.like(graph.add("Div", value.name(), graph.add("Max", length, graph.number(least))))


@writes("Normalization")
def normalization(use: Use) -> Value:
    """By figures that were given, or measured and kept with the model."""
    value, layer = use.input, use.layer
    places = places_of(layer.axis or (), value.shape)
    sizes = use.known([value.shape[at] for at in places])
    mean, variance = (
        spread(value, np.broadcast_to(np.asarray(given, np.float32), sizes), places)
        for given in (
            use.weights.get("mean", layer.mean),
            use.weights.get("variance", layer.variance),
        )
    )
    deviation = np.maximum(np.sqrt(variance), np.float32(1e-7))
    if layer.invert:
        return scaled_and_shifted(use, value, deviation, mean)
    graph = use.graph
    centred = graph.add("Sub", value.name(), graph.weight(mean, f"{use.owner}/mean"))
    return value.like(graph.add("Div", centred, graph.weight(deviation, f"{use.owner}/deviation")))


@writes("Rescaling")
def rescaling(use: Use) -> Value:
    """Lists of numbers stand along the last axes."""
    value = use.input

    def joined(given: Any, neutral: float) -> NDArray[Any] | None:
        array = np.asarray(given, np.float32)
        if np.all(array == neutral):
            return None
        return array if not array.ndim else _at_the_end(value, array)

    return scaled_and_shifted(use, value, joined(use.layer.scale, 1), joined(use.layer.offset, 0))


def _at_the_end(value: Value, array: NDArray[Any]) -> NDArray[Any]:
    """An array along the last axes, in the shape in which it joins the value as it stands."""
    rank = len(value.shape)
    sizes = (1,) * (rank - array.ndim) + array.shape
    found = array.reshape(sizes)
    return found.transpose(0, -1, *range(1, rank - 1)) if value.moved else found


@writes("LayerScale")
def layer_scale(use: Use) -> Value:
    return scaled_and_shifted(use, use.input, _at_the_end(use.input, use.weights["gamma"]), None)
