"""Layers in ONNX that join several inputs, number by number or by products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lamella.building.onnx_activations import scaled
from lamella.building.onnx_normalization import of_length_one
from lamella.building.onnx_values import Value, together
from lamella.building.onnx_writers import Use, writes
from lamella.layers.axes import place_of

_MANY: Final = {"Add": "Sum", "Average": "Mean", "Maximum": "Max", "Minimum": "Min"}
"""Operators that take any number of inputs."""


def aligned(values: Sequence[Value]) -> tuple[list[str], bool]:
    """The tensors in one layout, those of fewer axes with axes of 1 behind the images, as Keras joins them."""
    rank = max(len(value.shape) for value in values)
    full = [value for value in values if len(value.shape) == rank]
    moved = together(full) if len(full) == len(values) else False
    names = []
    for value in values:
        name, more = value.name(moved), rank - len(value.shape)
        graph = value.graph
        names.append(graph.add("Unsqueeze", name, graph.integers(range(1, 1 + more))) if more else name)
    return names, moved


@writes("Add", "Average", "Maximum", "Minimum")
def merging(use: Use) -> Value:
    if len(use.inputs) == 1:
        return use.input
    names, moved = aligned(use.inputs)
    operator = "Add" if use.layer.type == "Add" and len(names) == 2 else _MANY[use.layer.type]
    return use.gives(use.graph.add(operator, *names), moved)


@writes("Multiply")
def multiply(use: Use) -> Value:
    if len(use.inputs) == 1:
        return use.input
    (found, *names), moved = aligned(use.inputs)
    for name in names:
        found = use.graph.add("Mul", found, name)
    return use.gives(found, moved)


@writes("Subtract")
def subtract(use: Use) -> Value:
    names, moved = aligned(use.inputs)
    return use.gives(use.graph.add("Sub", *names), moved)


@writes("CustomScaleLayer")
def custom_scale(use: Use) -> Value:
    (one, other), moved = aligned(use.inputs)
    return use.gives(use.graph.add("Add", one, scaled(use.graph, other, use.layer.scale)), moved)


@writes("Dot")
def dot(use: Use) -> Value:
    """The images go side by side; a letter for each other axis, and one for those along which it is summed."""
    layer, graph = use.layer, use.graph
    axes = (layer.axes, layer.axes) if isinstance(layer.axes, int) else layer.axes
    free = iter("cdefghijklmnopqrstuvwxyz")
    terms, result, names = [], "b", []
    for value, axis in zip(use.inputs, axes, strict=True):
        at = place_of(axis, value.shape)
        letters = ["b", *("a" if each == at else next(free) for each in range(1, len(value.shape)))]
        result += "".join(letter for letter in letters if letter not in "ab")
        terms.append("".join(letters))
        value = of_length_one(value, [at], 1e-7) if layer.normalize else value
        names.append(value.name(False))
    found = graph.add("Einsum", *names, equation=f"{','.join(terms)}->{result}")
    if result == "b":
        found = graph.add("Unsqueeze", found, graph.integers([1]))
    return use.gives(found)


@writes("ops.matmul")
def matmul(use: Use) -> Value:
    return use.gives(use.graph.add("MatMul", *(value.name(False) for value in use.inputs)))


@writes("ops.einsum")
def einsum(use: Use) -> Value:
    names = [value.name(False) for value in use.inputs]
    return use.gives(use.graph.add("Einsum", *names, equation=use.layer.subscripts))
