"""Operations in Keras models, with constants among their inputs; layers that Keras exports under another name."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers, ops

from lamella import api
from lamella.design import Node


def test_operations_and_their_constants():
    x = keras.Input((4, 1), name="x")
    found = api.read(keras.Model(x, ops.squeeze(x, axis=-1)))
    squeeze = Node(found.nodes[1].name, "ops.squeeze", found.nodes[1].arguments, ("x",))
    assert found.nodes[1] == squeeze
    assert squeeze.arguments["axis"] in (-1, (-1,))


@pytest.mark.parametrize("ending", ["", ".keras", ".h5"])
def test_an_array_among_the_inputs_of_an_operation_is_not_known_and_no_mistake(ending, tmp_path):
    x = keras.Input((3, 5), name="x")
    model = keras.Model(x, layers.Dense(2, name="d")((ops.ones((3, 5)) + x) * np.ones((3, 5), "float32")))
    if ending:
        model.save(tmp_path / f"m{ending}")
    plan = api.plan(tmp_path / f"m{ending}" if ending else model)
    assert plan.errors == ()
    assert [found.key for found in plan.findings] == ["layer opaque"] * 2
    assert [str(found.facts["type"].facts["argument"]) for found in plan.findings] == ["x1", "x2"]
    assert (plan.row("d").output_shape, plan.row("d").params, plan.totals.partial) == (("B", 3, 2), 12, True)


def test_h5_files_name_operations_without_their_modules(tmp_path):
    x = keras.Input((4, 6, 3), name="x")
    y = ops.image.resize(ops.relu(ops.reshape(x, (-1, 6, 4, 3))), (3, 2))
    y = layers.Concatenate()([layers.Reshape((18,))(y), layers.Softmax()(ops.softmax(ops.reshape(x, (-1, 72))))])
    model = keras.Model(x, ops.mean(y, axis=-1, keepdims=True))
    model.save(tmp_path / "m.h5")
    assert api.read(tmp_path / "m.h5") == api.read(model)


def test_a_layer_whose_class_has_another_name_than_keras_exports(tmp_path):
    x = keras.Input((6, 16), name="x")
    model = keras.Model(x, layers.GroupQueryAttention(8, 4, 2, name="g")(x, x))
    model.save(tmp_path / "m.h5")
    assert api.read(tmp_path / "m.h5") == api.read(model)
