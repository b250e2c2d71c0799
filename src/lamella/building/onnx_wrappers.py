"""Layers around others in ONNX: what is inside is written as it is by itself."""

from __future__ import annotations

from lamella.building.onnx_values import Value
from lamella.building.onnx_writers import WRITERS, Unwritable, Use, check_dtype, writes
from lamella.design import BATCH, Shape
from lamella.layers.base import Layer
from lamella.texts.languages import phrase


def inside(use: Use, layer: Layer, value: Value, shape: Shape, part: str = "") -> Value:
    """What a layer inside another gives; `part` is how the names of its weights begin."""
    if layer.type not in WRITERS:
        words = phrase(
            "lamella has no ONNX for {type} in it", "안에 있는 {type}의 ONNX 표현이 없습니다", type=layer.type
        )
        raise Unwritable(words)
    check_dtype(layer)
    weights = {name.removeprefix(part): array for name, array in use.weights.items() if name.startswith(part)}
    owner = f"{use.owner}/{part}".rstrip("/")
    made = WRITERS[layer.type](Use(use.graph, layer, [value], [shape], weights, owner))
    assert isinstance(made, Value), "layers around others take those of one output"
    return made


@writes("SpectralNormalization")
def spectral_normalization(use: Use) -> Value:
    """Once trained the kernel is what it was last divided to."""
    return inside(use, use.layer.inner, use.input, use.shape)


@writes("Pipeline")
def pipeline(use: Use) -> Value:
    shapes, value = use.layer.shapes(use.input.shape), use.input
    for place, layer in enumerate(use.layer.inner):
        value = inside(use, layer, value, shapes[place + 1], f"{place}/")
    return value


@writes("TimeDistributed")
def time_distributed(use: Use) -> Value:
    """The steps of all images side by side as so many images, and taken apart again."""
    graph, before, after = use.graph, use.input.shape, use.shape
    step = (BATCH, *before[2:])
    row = graph.add("Reshape", use.input.in_a_row(), graph.integers([-1, *use.known(before[2:])]))
    made = inside(use, use.layer.inner, Value(graph, step, row), (BATCH, *after[2:]))
    return use.gives(graph.add("Reshape", made.in_a_row(), graph.integers([-1, *use.known(after[1:])])))
