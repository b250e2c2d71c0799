"""Which inputs an output of an operation sees, against the gradients that TensorFlow computes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from lamella.design import BATCH, Shape
from lamella.layers import REGISTRY
from lamella.window import IDENTITY, Map
from oracles import OF_REGULAR, WHOLE_NUMBERS, keras_operation

MOST = 4000
"""Larger tables of gradients would take long."""

OPERATIONS = [
    (name, *each)
    for name in sorted(REGISTRY)
    if name.startswith("ops.") and name not in OF_REGULAR
    for each in REGISTRY[name].examples
    if len(each[1]) - 1 not in WHOLE_NUMBERS.get(name, ())
]


def dependence(type_name: str, arguments: dict[str, Any], shapes: tuple[Shape, ...]) -> list[np.ndarray]:
    """For each input of one image: whether an output's gradient reaches a number, by both places."""
    random = np.random.default_rng(3)
    inputs = [tf.constant(random.uniform(0.1, 0.9, (1, *shape)).astype("float32")) for shape in shapes]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(inputs)
        made = keras_operation(type_name, arguments, inputs)
        result = made[0] if isinstance(made, (list, tuple)) else made
    if not result.dtype.is_floating:
        return []
    assert tf.size(result) * max(tf.size(each) for each in inputs) < MOST**2
    found = tape.jacobian(result, inputs, experimental_use_pfor=False, unconnected_gradients="zero")
    return [np.asarray(tf.convert_to_tensor(each)) != 0 for each in found]


def seen_along(depends: np.ndarray, rank: int, output_axis: int, input_axis: int) -> np.ndarray:
    """Whether places along two axes, one of the output and one of the input, depend on each other at all."""
    rest = tuple(axis for axis in range(depends.ndim) if axis not in (output_axis, rank + input_axis))
    return depends.any(axis=rest)


@pytest.mark.parametrize(
    ("type_name", "arguments", "shapes"), OPERATIONS, ids=[f"{name}-{n}" for n, (name, *_) in enumerate(OPERATIONS)]
)
def test_gradients_stay_where_views_say(type_name: str, arguments: dict, shapes: tuple[Shape, ...]) -> None:
    inputs = tuple((BATCH, *shape) for shape in shapes)
    layer = REGISTRY[type_name](**arguments)
    output = layer.output_shape(*inputs)
    maps: tuple[Mapping[int, tuple[int, Map | None]], ...] = layer.views(inputs, output)
    for shape, ways, depends in zip(inputs, maps, dependence(type_name, arguments, shapes), strict=False):
        for axis, (source, way) in ways.items():
            if way is None:
                continue
            table = seen_along(depends, len(output), axis, source)
            places = range(shape[source]) if isinstance(shape[source], int) else range(1)
            for at, row in enumerate(table):
                said = {place for place in way.inputs(at) if place in places}
                real = {int(place) for place in np.flatnonzero(row)}
                assert real <= said, f"axis {axis} sees {real} of axis {source}, not {said}"
                assert way == IDENTITY or real == said or not table.any(), f"axis {axis}: {real}, not {said}"
