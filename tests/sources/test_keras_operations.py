"""Operations in Keras models, with constants among their inputs; layers that Keras exports under another name."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers, ops

from lamella import LamellaError, api
from lamella.design import Node


def test_operations_and_their_constants():
    x = keras.Input((4, 1), name="x")
    found = api.read(keras.Model(x, ops.squeeze(x, axis=-1)))
    squeeze = Node(found.nodes[1].name, "ops.squeeze", found.nodes[1].arguments, ("x",))
    assert found.nodes[1] == squeeze
    assert squeeze.arguments["axis"] in (-1, (-1,))


@pytest.mark.parametrize("ending", ["", ".keras", ".h5"])
def test_of_an_array_in_place_of_a_tensor_the_shape_is_known(ending, tmp_path):
    x = keras.Input((3, 1), name="x")
    y = layers.Dense(2, name="d")((ops.ones((3, 5)) + x) * np.ones(5, "float32"))
    z = ops.maximum(ops.where(x > 0, x, np.ones((1, 3, 1), "float32")), np.ones((3, 1), "float32"))
    beyond = ops.power(np.ones((4, 1, 1, 7), "float32"), x)
    model = keras.Model(x, [y, z, beyond, ops.power(np.ones((2, 1, 7), "float32"), x)])
    if ending:
        model.save(tmp_path / f"m{ending}")
    plan = api.plan(tmp_path / f"m{ending}" if ending else model)
    (two_images,) = plan.findings
    assert (two_images.key, two_images.severity) == ("layer opaque", "warning")
    shapes = [shape and tuple(None if size == "B" else size for size in shape) for shape in plan.outputs.values()]
    assert shapes[:3] == model.output_shape[:3]
    assert (plan.row("d").macs, plan.totals.params) == (3 * 5 * 2, model.count_params())
    assert plan.row("d").receptive_fields[0].max
    assert plan.memory.inference_peak_bytes is None
    with pytest.raises(LamellaError, match=r"lamella does not know ops\.add with x1 and can't have Keras make it"):
        api.build(plan.design)


def test_an_array_of_constants_in_a_design_file(tmp_path):
    text = "input: [4, 3]\nlayers:\n  - ops.multiply: {x2: {shape: [3]}}\n"
    (tmp_path / "d.yaml").write_text(text)
    plan = api.plan(tmp_path / "d.yaml")
    assert (plan.errors, plan.rows[1].output_shape, plan.totals.partial) == ((), ("B", 4, 3), False)
    assert plan.rows[1].layer.formulas((("B", 4, 3),), ("B", 4, 3)) == ("y = x1 · x2", "x2 ∈ ℝ^(3)")
    assert text.partition("layers")[2] in api.write(plan.design, "yaml")
    (tmp_path / "d.yaml").write_text(text.replace("[3]", "[4, 2]"))
    assert [found.key for found in api.plan(tmp_path / "d.yaml").errors] == ["merge shapes"]
    (tmp_path / "d.yaml").write_text(text.replace("{shape: [3]}", "[1, 2, 3]"))
    (error,) = api.plan(tmp_path / "d.yaml").errors
    assert "x2 must be a number in place of a tensor, or {shape: [4, 3]} for an array of constants" in error.text()
    assert "{shape: [4, 3]}" in error.text("ko")


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
