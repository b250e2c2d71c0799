"""What operations keep for the backward pass, against what TensorFlow's gradients read of the forward pass."""

from __future__ import annotations

from math import prod
from typing import Any

import pytest
import tensorflow as tf

from lamella.design import BATCH, Shape
from lamella.layers import REGISTRY
from oracles import keras_operation

IMAGES = 22
READS_SHAPES = {"Shape", "ShapeN", "Rank", "Size", "ZerosLike", "OnesLike", "BroadcastGradientArgs"}
"""Steps of a gradient that read no number of the tensor they are given."""

SAME_STORAGE = {"Reshape", "ExpandDims", "Squeeze", "Identity"}
"""Steps that give the same numbers another shape, without a copy."""

OPERATIONS = [(name, *each) for name in sorted(REGISTRY) if name.startswith("ops.") for each in REGISTRY[name].examples]


def storage(tensor: Any) -> Any:
    """The tensor that holds the numbers."""
    while tensor.op.type in SAME_STORAGE:
        tensor = tensor.op.inputs[0]
    return tensor


def read_back(type_name: str, arguments: dict[str, Any], shapes: tuple[Shape, ...]) -> tuple[bool, bool, float, float]:
    """Whether the inputs and the result are read, and of other tensors how many numbers and bytes an image.

    Single numbers and the small rows that hold shapes or orders of axes do not grow with the batch and are left out.
    """
    with tf.Graph().as_default() as graph:
        inputs = [tf.compat.v1.placeholder("float32", (IMAGES, *shape)) for shape in shapes]
        made = keras_operation(type_name, arguments, inputs)
        results = list(made) if isinstance(made, (list, tuple)) else [made]
        forward = set(graph.get_operations())
        gradients = tf.gradients([each for each in results if each.dtype.is_floating], inputs)
        waiting, backward = [each.op for each in gradients if each is not None], set()
        while waiting:
            step = waiting.pop()
            if step not in backward and step not in forward:
                backward.add(step)
                waiting += [each.op for each in step.inputs]
        read = {each.ref() for step in backward if step.type not in READS_SHAPES for each in step.inputs}
    held = {storage(tensor).ref() for tensor in (each.deref() for each in read) if IMAGES in tensor.shape}
    kept = [each for each in (each.deref() for each in held) if each.op in forward and each.op.type != "Const"]
    results = [storage(each) for each in results]
    inside = [each for each in kept if not any(each is other for other in (*inputs, *results))]
    sizes = {flag: [prod(each.shape) for each in inside if (each.dtype == tf.bool) is flag] for flag in (False, True)}
    return (
        any(each is other for each in kept for other in inputs),
        any(each is other for each in kept for other in results),
        sum(sizes[False]) / IMAGES,
        sum(sizes[True]) / IMAGES,
    )


@pytest.mark.parametrize(
    ("type_name", "arguments", "shapes"), OPERATIONS, ids=[f"{name}-{n}" for n, (name, *_) in enumerate(OPERATIONS)]
)
def test_what_is_kept_is_what_gradients_read(type_name: str, arguments: dict, shapes: tuple[Shape, ...]) -> None:
    inputs = tuple((BATCH, *shape) for shape in shapes)
    layer = REGISTRY[type_name](**arguments)
    kept = layer.kept(inputs, layer.output_shape(*inputs))
    if kept is not None:
        found = read_back(type_name, arguments, shapes)
        if type_name == "ops.max_pool":  # oneDNN's kernels keep a byte a number beside the graph
            found = (*found[:3], kept.mask)
        assert kept[:4] == found
        assert not kept.fixed
