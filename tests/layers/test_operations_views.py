"""Which inputs an output of an operation sees, against the gradients that TensorFlow computes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from lamella.design import BATCH, Shape
from lamella.layers import REGISTRY
from lamella.layers.operations.operation import Operation
from lamella.window import IDENTITY, Chain
from oracles import OF_REGULAR, WHOLE_NUMBERS, keras_operation

NO_GRADIENT = {"ops.qr", "ops.rfft", "ops.irfft"}
"""Operations of which TensorFlow gives no gradient, or only for some sizes."""

CHOOSES = {"ops.max_pool", "ops.image.resize"}
"""Operations that see fewer numbers than they look at: only the largest, or those whose weight is not 0."""

OPERATIONS = [
    (name, *each)
    for name in sorted(REGISTRY)
    if name.startswith("ops.") and name not in OF_REGULAR | NO_GRADIENT and REGISTRY[name].views is not Operation.views
    for each in REGISTRY[name].examples
    if len(each[1]) - 1 not in WHOLE_NUMBERS.get(name, ())
]


def dependence(tape: tf.GradientTape, result: Any, image: Any, axis: int, source: int) -> list[set[int]]:
    """For each place along an axis of the output, which places along one of the input its numbers depend on."""
    found = []
    for at in range(result.shape[axis]):
        with tape:
            weights = np.random.default_rng(at).uniform(1, 2, result.shape).astype("float32")
            mask = np.zeros(result.shape, "float32")
            mask[(slice(None),) * axis + (at,)] = 1
            total = tf.reduce_sum(tf.cast(result, "float32") * (weights * mask))
        gradient = tape.gradient(total, image, unconnected_gradients="zero")
        numbers = np.nan_to_num(np.asarray(tf.convert_to_tensor(gradient)))
        rest = tuple(each for each in range(numbers.ndim) if each != source)
        found.append({int(place) for place in np.flatnonzero((numbers != 0).any(axis=rest))})
    return found


@pytest.mark.parametrize(
    ("type_name", "arguments", "shapes"), OPERATIONS, ids=[f"{name}-{n}" for n, (name, *_) in enumerate(OPERATIONS)]
)
def test_gradients_stay_where_views_say(type_name: str, arguments: dict, shapes: tuple[Shape, ...]) -> None:
    inputs = tuple((BATCH, *shape) for shape in shapes)
    layer = REGISTRY[type_name](**arguments)
    output = layer.output_shape(*inputs)
    random = np.random.default_rng(3)
    images = [tf.constant(random.uniform(0.1, 0.9, (2, *shape)).astype("float32")) for shape in shapes]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(images)
        made = keras_operation(type_name, arguments, images)
    result = made[0] if isinstance(made, (list, tuple)) else made
    if not result.dtype.is_floating:
        return
    for shape, ways, image in zip(inputs, layer.views(inputs, output), images, strict=True):
        for axis, (source, way) in ways.items():
            if way is None or isinstance(way, Chain):  # two maps, one behind the other: a picture cut, then resized
                continue
            for at, real in enumerate(dependence(tape, result, image, axis, source)):
                said = {place for place in way.inputs(at) if 0 <= place < shape[source]}
                assert real <= said, f"axis {axis} sees {real} of axis {source}, not {said}"
                assert way == IDENTITY or real == said or type_name in CHOOSES, f"axis {axis}: {real}, not {said}"
