"""What lamella is compared with: Keras by plain calls, without lamella's builder, and a forward pass in NumPy."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from math import ceil
from operator import attrgetter
from typing import Any

import keras
import numpy as np

from lamella.design import INPUT, Design, Node
from lamella.layers import REGISTRY
from lamella.layers.operations.indexing import python_key
from lamella.planning.plan import Plan

Array = np.ndarray
Pair = tuple[int, int]

IN_NO_MODEL = {"Equalization": "Keras hands on its symbolic input itself, and then finds a cycle"}
"""Types that work alone and not in a Keras model."""

OPEN = 19
"""The size that stands for one that a design leaves open when its layers run."""


ONE_LIST = {f"ops.{name}" for name in ("concatenate", "stack", "hstack", "vstack", "dstack")}
"""Operations that join all their inputs, which Keras takes in one list."""

COMPLEX = {f"ops.{name}" for name in ("fft", "fft2", "ifft2", "irfft")}
"""Operations on a pair of a real and an imaginary tensor."""

OF_MATRICES = {
    *(f"ops.{name}" for name in ("inv", "cholesky", "cholesky_inverse", "det", "logdet", "eigh", "pinv")),
    *(f"ops.{name}" for name in ("matrix_rank", "qr", "svd", "solve", "solve_triangular")),
}
"""Operations on matrices: how many multiply-adds they take is not known."""

OF_REGULAR = {f"ops.{name}" for name in ("inv", "cholesky", "cholesky_inverse", "logdet", "solve", "solve_triangular")}
"""Those that fail on zeros."""

WHOLE_NUMBERS = {"ops.take": (1,)}
"""Inputs of operations that run on whole numbers only, by their places."""


@dataclass
class KerasGraph:
    """What Keras says of each node: its symbolic tensor, its layer, the array it gives, or why it refuses."""

    tensors: dict[str, Any] = field(default_factory=dict)
    layers: dict[str, Any] = field(default_factory=dict)
    arrays: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    """Nodes that Keras builds and that then fail to run."""


def keras_class(type_name: str) -> Any:
    """Keras' class of a layer type, or of a cell."""
    return getattr(import_module(REGISTRY[type_name].home if type_name in REGISTRY else "keras.layers"), type_name)


def planned_weights(weights: Any) -> list[tuple[str, tuple[int, ...], bool]]:
    """The same of lamella's, each without the part inside the layer that owns it."""
    return [(each.name.split("/")[-1], each.shape, each.trainable) for each in weights]


def keras_arguments(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A layer's arguments as Keras takes them: layers inside it are made of their data."""
    return {key: _made(value) if key in _LAYERS else value for key, value in arguments.items()}


_LAYERS = {"layer", "backward_layer", "cell", "cells", "layers"}


def _made(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_made(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    ((type_name, arguments),) = value.items()
    return keras_class(type_name)(**keras_arguments(arguments))


def keras_graph(design: Design, runs: Callable[[Node, Mapping[str, object]], bool] = lambda *_: True) -> KerasGraph:
    """Builds every node whose inputs, and whose first use, exist, then runs it on zeros, two images at once.

    Where `runs(node, its arguments)` is false the node is not run, and zeros of its symbolic shape go on, if its
    images stand in front and what Keras leaves open is a size of an open input.
    """
    found = KerasGraph()
    first = {node.name: node for node in design.nodes}
    has_open_inputs = any(None in node.arguments.get("shape", (None,)) for node in design.inputs)
    for node in design.nodes:
        if not all(name in found.tensors for name in (*node.inputs, *filter(None, [node.shares]))):
            continue
        arguments = first[node.shares or node.name].arguments
        try:
            _add(found.tensors, node.name, _symbolic(node, arguments, found))
        except Exception as error:  # a layer that computes while it is built raises TensorFlow's errors too
            found.refused[node.name] = str(error)
            continue
        if not all(name in found.arrays for name in node.inputs):
            continue
        if node.type == INPUT or not runs(node, arguments):
            batch, *sizes = found.tensors[node.name].shape or [1]
            if batch is None and (has_open_inputs or None not in sizes):
                shape = (OPEN if size is None else size for size in sizes)
                found.arrays[node.name] = np.zeros((2, *shape), "float32")
            continue
        try:
            made = _apply(node, arguments, found, [found.arrays[name] for name in node.inputs])
            results = made if isinstance(made, (list, tuple)) else [made]
            # Comparisons give booleans, some functions integers: a plan has one dtype, and so have the arrays.
            _add(found.arrays, node.name, [keras.ops.cast(each, "float32") for each in results])
        except Exception as error:  # TensorFlow's errors share no other base
            found.failed[node.name] = str(error)
    return found


def _add(among: dict[str, Any], name: str, result: Any) -> None:
    """A node's results: the first by its name, each further one as NAME:1, NAME:2."""
    for place, each in enumerate(result if isinstance(result, (list, tuple)) else [result]):
        among[f"{name}:{place}" if place else name] = each


def _symbolic(node: Node, arguments: Mapping[str, Any], found: KerasGraph) -> Any:
    if node.type == INPUT:
        return keras.Input(**arguments)
    if not node.type.startswith("ops."):
        if node.shares is None:
            found.layers[node.name] = keras_class(node.type)(**keras_arguments(arguments))
        else:
            found.layers[node.name] = found.layers[node.shares]
    return _apply(node, arguments, found, [found.tensors[name] for name in node.inputs])


def _apply(node: Node, arguments: Mapping[str, Any], found: KerasGraph, inputs: list[Any]) -> Any:
    if node.type.startswith("ops."):
        return keras_operation(node.type, arguments, inputs)
    return found.layers[node.name](*REGISTRY[node.type].grouped(inputs))


def keras_operation(type_name: str, arguments: Mapping[str, Any], inputs: Sequence[Any]) -> Any:
    """A function of `keras.ops`: its inputs fill the parameters, in Keras' order, that have no other value."""
    if type_name == "ops.get_item":
        return inputs[0][python_key(arguments["key"])]
    function = attrgetter(type_name)(keras)
    if type_name == "ops.einsum":
        return function(arguments["subscripts"], *inputs)
    if type_name in ONE_LIST | COMPLEX:
        return function(list(inputs), **arguments)
    names = list(inspect.signature(function).parameters)
    free = [name for name in names if arguments.get(name) is None]
    if len(inputs) > len(free):
        raise TypeError("more tensors than parameters")
    return function(**dict(zip(free, inputs, strict=False)), **arguments)


Ends = tuple[float, float]
"""The numbers that stand beyond an image's ends along its height and along its width."""


def forward(known: Plan, images: Mapping[str, Array], beyond: Ends = (0.0, 0.0)) -> dict[str, Array]:
    """What every node gives for images (n, height, width, channels) with random positive weights and no bias.

    Nothing can cancel, so an output is above 0 exactly where it sees an input above 0; with `beyond` above 0,
    where it sees past an end. Only the sizes of transposed convolutions are taken from the plan.
    """
    found: dict[str, Array] = {}
    for row in known.rows:
        node, layer = row.node, row.layer
        inputs = [found[name] for name in node.inputs]
        random = np.random.default_rng(sum((node.shares or node.name).encode()))
        found[node.name] = (
            images[node.name] if not inputs else _numbers(layer, inputs, row.output_shape, random, beyond)
        )
        assert found[node.name].shape[1:] == row.output_shape[1:], node
    return found


def _numbers(layer: Any, inputs: list[Array], shape: Any, random: np.random.Generator, beyond: Ends) -> Array:
    image = inputs[0]

    def weights(*sizes: int) -> Array:
        return random.uniform(0.5, 1.5, sizes).astype("float32")

    match layer.type:
        case "Conv2D":
            kernel = weights(*layer.kernel_size, image.shape[3], layer.filters)
            group = np.arange(image.shape[3])[:, None] * layer.groups // image.shape[3]
            kernel *= group == np.arange(layer.filters) * layer.groups // layer.filters
            under = taps(image, layer.kernel_size, layer.strides, layer.padding, layer.dilation_rate, beyond)
            return sum(part @ kernel[at] for at, part in under)
        case "Conv2DTranspose":
            kernel = weights(*layer.kernel_size, image.shape[3], layer.filters)
            return transposed(image, kernel, layer.strides, layer.padding, layer.dilation_rate, shape[1:3], beyond)
        case "MaxPooling2D" | "AveragePooling2D":
            under = taps(image, layer.pool_size, layer.strides or layer.pool_size, layer.padding, (1, 1), beyond)
            join = np.max if layer.type == "MaxPooling2D" else np.mean
            return join(np.stack([part for _, part in under]), axis=0)
        case "GlobalAveragePooling2D":
            return image.mean(axis=(1, 2), keepdims=layer.keepdims)
        case "UpSampling2D":
            return image.repeat(layer.size[0], axis=1).repeat(layer.size[1], axis=2)
        case "ZeroPadding2D":
            return padded(image, layer.padding, beyond)
        case "Cropping2D":
            (top, bottom), (left, right) = layer.cropping
            return image[:, top : image.shape[1] - bottom, left : image.shape[2] - right]
        case "Dense":
            return image @ weights(image.shape[-1], layer.units)
        case "Add":
            return sum(inputs)
        case "Concatenate":
            return np.concatenate(inputs, layer.axis)
        case "Flatten" | "Reshape":
            return image.reshape(len(image), *shape[1:])
        case "Activation" | "ReLU" | "Dropout" | "BatchNormalization":
            return image
    raise NotImplementedError(layer.type)


def padded(image: Array, sizes: Sequence[tuple[int, int]], beyond: Ends) -> Array:
    """The image with more rows and columns, which hold the numbers of their ends."""
    rows = np.pad(image, ((0, 0), sizes[0], (0, 0), (0, 0)), constant_values=beyond[0])
    return np.pad(rows, ((0, 0), (0, 0), sizes[1], (0, 0)), constant_values=beyond[1])


def same_ends(size: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """TensorFlow's padding "same" before and after. Source: tensorflow/core/framework/kernel_shape_util.cc"""
    needed = (ceil(size / stride) - 1) * stride + (kernel - 1) * dilation + 1
    return (max(needed - size, 0) // 2, (max(needed - size, 0) + 1) // 2)


def taps(
    image: Array, kernel: Pair, strides: Pair, padding: str, dilation: Pair, beyond: Ends
) -> Iterator[tuple[Pair, Array]]:
    """For each position in the window, what lies under it of all outputs."""
    ends = [same_ends(*each) for each in zip(image.shape[1:3], kernel, strides, dilation, strict=True)]
    whole = padded(image, ends if padding == "same" else ((0, 0), (0, 0)), beyond)
    spans = [size - (k - 1) * d for size, k, d in zip(whole.shape[1:3], kernel, dilation, strict=True)]
    for i, j in np.ndindex(*kernel):
        top, left = i * dilation[0], j * dilation[1]
        yield (i, j), whole[:, top : top + spans[0] : strides[0], left : left + spans[1] : strides[1]]


def transposed(
    image: Array, kernel: Array, strides: Pair, padding: str, dilation: Pair, size: Pair, beyond: Ends
) -> Array:
    """TensorFlow's transposed convolution: each input writes where a convolution of the result would read."""
    more = [(k - 1) * d // s + 2 for k, d, s in zip(kernel.shape, dilation, strides, strict=False)]
    source = padded(image, [(extra, extra) for extra in more], beyond)
    whole = [(n - 1) * s + (k - 1) * d + 1 for n, s, k, d in zip(source.shape[1:], strides, kernel.shape, dilation)]
    result = np.zeros((len(image), *whole, kernel.shape[3]), "float32")
    for i, j in np.ndindex(*kernel.shape[:2]):
        top, left = i * dilation[0], j * dilation[1]
        spans = [(n - 1) * s + 1 for n, s in zip(source.shape[1:], strides, strict=False)]
        result[:, top : top + spans[0] : strides[0], left : left + spans[1] : strides[1]] += source @ kernel[i, j]
    ends = [same_ends(*each)[0] if padding == "same" else 0 for each in zip(size, kernel.shape, strides, dilation)]
    first = [extra * s + end for extra, s, end in zip(more, strides, ends, strict=True)]
    return result[:, first[0] : first[0] + size[0], first[1] : first[1] + size[1]]
