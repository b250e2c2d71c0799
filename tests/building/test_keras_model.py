"""The Keras model that lamella builds is the plan's, or is refused."""

from __future__ import annotations

from collections import Counter

import keras
import numpy as np
import pytest
from hypothesis import Phase, given, settings

import lamella
from lamella import Model
from lamella.algebra import number
from lamella.building.keras_model import keras_model
from lamella.design import INPUT, Design, Node, Shape
from lamella.errors import BuildError, DesignError
from lamella.layers import Activation, Conv2D, Conv2DTranspose, Dense, Flatten, Input, MaxPooling2D
from lamella.layers.base import Weight
from lamella.planning.planner import plan
from lamella.sources.yaml_file import read
from oracles import IN_NO_MODEL, keras_graph
from planning.designs import designs

pytestmark = [
    pytest.mark.filterwarnings("ignore:You are using a softmax over axis"),
    pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask attached to it"),
]


@pytest.mark.slow
def test_random_designs_build_what_was_planned() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=250, phases=[Phase.generate, Phase.shrink])
    @given(designs())
    def agree(design: Design) -> None:
        known = plan(design)
        if known.errors:
            with pytest.raises(DesignError, match=r"The design has \d+ error"):
                keras_model(design)
            return
        if seen["built"] % 50 == 0:
            keras.backend.clear_session()
        if any(node.type in IN_NO_MODEL for node in design.nodes):
            return
        unused = {each.where.layer for each in known.findings if each.key == "layer unused"}
        if any(row.params for row in known.rows if row.node.name in unused):
            with pytest.raises(BuildError, match="No output depends on it"):
                keras_model(design)
            seen["with unused weights"] += 1
            return
        model = keras_model(design)
        outputs = model.outputs if isinstance(model.output, dict) else keras.tree.flatten(model.output)
        for each, shape in zip(outputs, known.outputs.values(), strict=True):
            pairs = zip(each.shape, map(number, shape), strict=True)
            assert all(theirs in (None, ours) for theirs, ours in pairs), "EinsumDense leaves sizes open"
        assert model.input_shape == _one(
            [tuple(map(number, known.row(node.name).output_shape)) for node in design.inputs]
        )
        names = {layer.name for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)}
        assert {name for name in names if not name.startswith("squeeze")} <= {node.name for node in design.nodes}
        by_hand = keras_graph(design, lambda *_: False).tensors
        assert [each.shape for each in outputs] == [by_hand[name].shape for name in design.outputs.values()]
        seen["built"] += 1

    agree()
    assert seen["built"] >= 35
    assert seen["with unused weights"] >= 5


def _one(shapes: list[Shape]) -> object:
    return shapes[0] if len(shapes) == 1 else shapes


def autoencoder() -> Model:
    x = Input((12, 12, 1), name="picture")
    code = MaxPooling2D(name="code")(Conv2D(3, 3, padding="same", activation="relu", name="edges")(x))
    y = Conv2DTranspose(1, 3, 2, "same", activation="sigmoid", name="restored")(code)
    return Model(x, y, name="auto encoder/small")


def test_a_model_runs_and_is_named_like_the_design() -> None:
    model = autoencoder().build()
    assert isinstance(model, keras.Model)
    assert model.name == "auto_encoder_small"
    assert [layer.name for layer in model.layers] == ["picture", "edges", "code", "restored"]
    assert model.count_params() == autoencoder().plan().totals.params == 58
    assert model(np.zeros((2, 12, 12, 1), "float32")).shape == (2, 12, 12, 1)


def test_outputs_without_axes_are_outputs_too() -> None:
    design = read(b"input: {shape: [], batch_size: 3}\nlayers:\n  - ops.moments: {axes: 0}\n", "design")
    assert [plan(design).rows[1].output_shape, *plan(design).rows[1].more_shapes] == [(), ()]
    assert keras_model(design).output_shape == ()


def test_outputs_with_names_are_a_mapping() -> None:
    x = Input((4,), name="x")
    y = Dense(3, name="y")(x)
    assert set(Model(x, {"one": y, "two": Dense(2)(y)}).build().output) == {"one", "two"}
    assert isinstance(Model(x, [y, x]).build().output, list)
    assert Model(x, y).build().output.shape == (None, 3)


def test_channels_last_whatever_keras_is_configured_for() -> None:
    keras.config.set_image_data_format("channels_first")
    try:
        model = autoencoder().build()
    finally:
        keras.config.set_image_data_format("channels_last")
    assert model.output_shape == (None, 12, 12, 1)


def test_a_shared_function_keeps_its_arguments() -> None:
    """The second use of an operation has the arguments of the first."""
    nodes = (
        Node("a", INPUT, {"shape": (1, 4, 1)}),
        Node("b", INPUT, {"shape": (1, 5, 1)}),
        Node("first", "ops.squeeze", {"axis": (1,)}, ("a",)),
        Node("again", "ops.squeeze", {}, ("b",), "first"),
    )
    design = Design("squeezed", nodes, {"first": "first", "again": "again"})
    assert [each.shape for each in keras_model(design).output] == [(None, 4, 1), (None, 5, 1)]


def test_shared_weights_are_one_layer() -> None:
    x, z = Input((4,), name="x"), Input((4,), name="z")
    dense = Dense(2, name="dense")
    model = Model([x, z], [dense(x), dense(z)]).build()
    one, other = model([np.ones((1, 4), "float32")] * 2)
    assert np.array_equal(one, other)
    assert model.count_params() == 10


def test_a_design_with_errors_is_not_built() -> None:
    nodes = (Node("x", INPUT, {"shape": (4, 4, 1)}), Node("y", "Conv2D", {"filters": 2, "kernel_size": 9}, ("x",)))
    with pytest.raises(DesignError) as caught:
        lamella.build(Design("broken", nodes, {"y": "y"}))
    first, second = caught.value.problems
    assert first.key == "design has errors"
    assert second.key == "window too large"
    assert "'y' (Conv2D)" in str(caught.value)


def refusal(model: Model) -> str:
    with pytest.raises(BuildError) as caught:
        model.build()
    (found,) = caught.value.problems
    assert found.where.layer or found.key == "keras differs"
    return found.text()


def test_a_wrong_shape_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Activation, "output_shape", lambda _, shape: (*shape[:-1], shape[-1] + 1))
    x = Input((5, 3), name="x")
    text = refusal(Model(x, Activation("relu", name="bent")(x)))
    assert "'bent' (Activation)" in text
    assert "the output shape" in text
    assert "(None, 5, 4)" in text
    assert "(None, 5, 3)" in text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda *_: (Weight("kernel", (4, 3)), Weight("bias", (2,))), "(4, 3)"),
        (lambda *_: (Weight("kernel", (4, 2)),), "'bias'"),
        (lambda *_: (Weight("kernel", (4, 2)), Weight("offset", (2,))), "'offset'"),
        (lambda *_: (Weight("kernel", (4, 2)), Weight("bias", (2,), False)), "False"),
        (lambda *_: (), "the plan []"),
    ],
    ids=["shape", "missing", "name", "trainable", "none"],
)
def test_wrong_weights_are_refused(monkeypatch: pytest.MonkeyPatch, wrong: object, words: str) -> None:
    monkeypatch.setattr(Dense, "weights", wrong)
    x = Input((4,), name="x")
    text = refusal(Model(x, Dense(2, name="mixed")(x)))
    assert "'mixed' (Dense)" in text
    assert "the weights" in text
    assert words in text


def test_weights_that_are_counted_twice_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong total of a model whose layers are each right: weights said to be a second use's own."""
    monkeypatch.setattr("lamella.planning.walk._check_shared", lambda *_: None)
    x, z = Input((4,), name="x"), Input((4,), name="z")
    dense = Dense(2)
    text = refusal(Model([x, z], [dense(x), dense(z)]))
    assert "the parameters" in text
    assert "20" in text
    assert "10" in text


def test_what_keras_refuses_is_told_with_the_layer() -> None:
    x = Input((4, 4, 1), name="x")
    text = refusal(Model(x, Flatten(name="flat")(Conv2D(2, 3, kernel_initializer="no_such_thing", name="edges")(x))))
    assert "'edges' (Conv2D)" in text
    assert "no_such_thing" in text
    assert "\n" not in text


def test_a_layer_called_like_an_operation_is_refused_in_words() -> None:
    """Keras names operations itself: here after the word that a layer has."""
    keras.backend.clear_session()
    x = Input((4,), name="x")
    model = Model(x, Dense(4, name="add")(x) + x)
    with pytest.raises(BuildError, match='Keras refuses this: The name "add" is used 2 times'):
        model.build()
