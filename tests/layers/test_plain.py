"""Layers without windows against real Keras: formulas computed as they are written, MACs in loops, weights."""

from __future__ import annotations

import re
from math import prod

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamella.algebra import symbol
from lamella.building.keras_model import keras_weights
from lamella.design import BATCH
from lamella.errors import DesignError
from lamella.layers import (
    REGISTRY,
    Add,
    Concatenate,
    Dot,
    LayerNormalization,
    Multiply,
    Normalization,
    PReLU,
    RMSNormalization,
    Softmax,
)
from lamella.layers.activations import ACTIVATIONS, FORMULAS, WHOLE_AXIS
from lamella.layers.base import ShapeError
from oracles import keras_class

H, W = symbol("H"), symbol("W")
KERAS_NAMES = keras.src.activations.ALL_OBJECTS_DICT
WITH_FORMULAS = [
    name
    for name in REGISTRY
    if REGISTRY[name].__module__.rpartition(".")[2]
    in ("core", "activating", "regularization", "normalization", "scaling", "reshaping", "merging", "dot")
]


def computed(formula: str, x: np.ndarray) -> np.ndarray:
    """The formula of one number, read as it stands."""
    code = formula.replace("−", "-").replace("·", "*").replace("²", "**2").replace("√(", "np.sqrt(")
    code = re.sub(r"\|([^|]+)\|", r"np.abs(\1)", code)
    code = re.sub(r"\[([^\]]+)\]", r"(\1)", code.replace("≥", ">=").replace("≤", "<="))
    code = re.sub(r"e\^(\([^)]*\)|x)", r"np.exp(\1)", code)
    code = re.sub(r"(?<!np\.)\btanh\(", "np.tanh(", code)
    code = re.sub(r"\bln\(", "np.log(", code).replace("erf(", "erf(")
    code = re.sub(r"\bmax\(", "np.maximum(", re.sub(r"\bmin\(", "np.minimum(", code))
    return eval(code, {"np": np, "x": x, "erf": lambda z: np.asarray(keras.ops.erf(z))})  # noqa: S307  (our own formulas)


def test_every_name_of_keras_is_known_but_two() -> None:
    assert set(KERAS_NAMES) - set(ACTIVATIONS) == {"glu", "threshold"}
    assert set(ACTIVATIONS) <= set(KERAS_NAMES)
    assert set(FORMULAS) == set(ACTIVATIONS)


def test_why_the_two_are_left_out() -> None:
    promised = keras.layers.Activation("glu")(keras.Input((4,))).shape[1]
    given = keras.layers.Activation("glu")(np.zeros((2, 4), "float32")).shape[1]
    assert (promised, given) == (4, 2)
    with pytest.raises(TypeError, match="default_value"):
        keras.activations.get("threshold")(np.zeros(3, "float32"))


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - WHOLE_AXIS))
def test_an_activation_computes_its_formula(name: str) -> None:
    x = np.linspace(-6, 8, 57, dtype="float32")
    theirs = np.asarray(keras.activations.get(name)(x))
    assert np.allclose(computed(FORMULAS[name], x), theirs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_an_activation_sees_the_axis_or_its_place(name: str) -> None:
    x = np.linspace(-0.2, 0.2, 5, dtype="float32")[None]
    moved = x.copy()
    moved[0, 0] += 0.1
    before, after = (np.asarray(keras.activations.get(name)(each))[0, 1:] for each in (x, moved))
    assert (not np.allclose(before, after)) == (name in WHOLE_AXIS)


@pytest.mark.parametrize(
    ("type_name", "arguments"),
    [
        *(("ReLU", each) for each in ({}, {"max_value": 2}, {"negative_slope": 0.1}, {"threshold": 1.5})),
        ("ReLU", {"max_value": 3, "negative_slope": 0.2, "threshold": 0.5}),
        *(("ELU", {"alpha": alpha}) for alpha in (1.0, 0.3)),
        *(("LeakyReLU", {"negative_slope": slope}) for slope in (0.3, 0, 2)),
        *(("Rescaling", {"scale": scale, "offset": 0.25}) for scale in (2, -0.5)),
    ],
)
def test_a_layer_computes_its_formula(type_name: str, arguments: dict) -> None:
    x = np.linspace(-6, 8, 57, dtype="float32")[None]
    (formula, *_) = REGISTRY[type_name](**arguments).formulas(((BATCH, 57),), (BATCH, 57))
    theirs = np.asarray(keras_class(type_name)(**arguments)(x))
    assert np.allclose(computed(formula.removeprefix("y = "), x), theirs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("type_name", WITH_FORMULAS)
def test_every_type_says_what_it_computes(type_name: str) -> None:
    for arguments, shapes in REGISTRY[type_name].examples:
        layer, inputs = REGISTRY[type_name](**arguments), tuple((BATCH, *shape) for shape in shapes)
        lines = layer.formulas(inputs, layer.output_shape(*inputs))
        assert lines
        assert all(line.strip() == line and line.count("(") == line.count(")") for line in lines)
        assert lines[0].startswith("y")


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.integers(1, 3), max_size=2), st.lists(st.integers(1, 3), max_size=2), st.integers(1, 4), st.data())
def test_dot_counts_each_product(one: list[int], other: list[int], size: int, data: st.DataObject) -> None:
    places = [data.draw(st.integers(0, len(rest))) for rest in (one, other)]
    shapes = [(*rest[:at], size, *rest[at:]) for rest, at in zip((one, other), places, strict=True)]
    layer, inputs = Dot([at + 1 for at in places]), tuple((BATCH, *shape) for shape in shapes)
    count = 0
    for _ in np.ndindex(*one, *other):
        for _ in range(size):
            count += 1
    output = layer.output_shape(*inputs)
    assert layer.macs(inputs, output) == count
    arrays = [np.random.default_rng(n).normal(size=(2, *shape)).astype("float32") for n, shape in enumerate(shapes)]
    theirs = np.asarray(keras.layers.Dot(list(layer.axes))(arrays))
    assert theirs.shape == (2, *output[1:])
    for image in range(2):
        ours = np.tensordot(arrays[0][image], arrays[1][image], (places[0], places[1]))
        assert np.allclose(theirs[image].ravel(), ours.ravel(), atol=1e-4)


@pytest.mark.filterwarnings("ignore:You passed `rms_scaling")
@pytest.mark.parametrize("scale", [True, False])
def test_the_old_rms_scaling(scale: bool) -> None:
    arguments = {"rms_scaling": True, "scale": scale}
    real = keras.layers.LayerNormalization(**arguments)
    real(keras.Input((4, 3)))
    ours = LayerNormalization(**arguments).weights((BATCH, 4, 3))
    assert sorted((each.name, each.shape, each.trainable) for each in ours) == keras_weights(real)


@pytest.mark.parametrize("shared", [0, -1, (0, 1), 2])
def test_shared_axes_are_counted_as_keras_does(shared: object) -> None:
    real = keras.layers.PReLU(shared_axes=shared)
    real.build((None, 4, 5, 3))
    (alpha,) = PReLU(shared_axes=shared).weights((BATCH, 4, 5, 3))
    assert alpha.shape == tuple(real.alpha.shape)


def test_parameters_of_a_measured_normalization() -> None:
    """A mean and a variance a channel, and how many numbers were measured."""
    weights = Normalization().weights((BATCH, 28, 28, 3))
    assert sum(prod(each.shape) for each in weights) == 2 * 3 + 1
    assert Normalization(mean=0.5, variance=1).weights((BATCH, 28, 28, 3)) == ()


@pytest.mark.parametrize(
    ("layer", "inputs", "output", "pairs"),
    [
        (Add(), ((BATCH, H, 3), (BATCH, 5, 3)), (BATCH, 5, 3), ((H, 5),)),
        (Multiply(), ((BATCH, H, 3), (BATCH, 1, 3)), (BATCH, H, 3), ()),
        (Concatenate(), ((BATCH, H, 3), (BATCH, W, 4)), (BATCH, H, 7), ((W, H),)),
        (Concatenate(axis=1), ((BATCH, H, 3), (BATCH, W, 3)), (BATCH, H + W, 3), ()),
    ],
)
def test_open_sizes_that_must_be_equal(layer: Add, inputs: tuple, output: tuple, pairs: tuple) -> None:
    assert layer.output_shape(*inputs) == output
    assert layer.conditions(*inputs) == pairs


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (
            lambda: Softmax((1, -1)).output_shape((BATCH, 3)),
            "(1, -1) does not name each of 2 axes at most once, or, for an order, all of them. Name each axis once.",
        ),
        (
            lambda: RMSNormalization(1).output_shape((BATCH, 4, 3)),
            "Keras multiplies with a scale of shape (4,) along axis (1,), which does not fit the last axes of Bx4x3. "
            "Use the last axes, axis: (-1,), or Permute the input first.",
        ),
        (
            lambda: Dot(1).output_shape((BATCH, 4, 3), (BATCH, 5)),
            "Dot multiplies 4x3, 5 along axes (1, 1), whose sizes differ: 4, 5. Make them equal.",
        ),
        (
            lambda: Dot(1).output_shape((BATCH, H, 3), (BATCH, 5)),
            "Dot multiplies H × 3, 5 along axes (1, 1), whose sizes differ: H, 5. "
            "Keras needs both to be fixed numbers.",
        ),
        (
            lambda: Normalization(mean=(1, 2), variance=(1, 1)).output_shape((BATCH, 4, 3)),
            "mean of shape 2 does not fit the input 3. Give one number, or 3.",
        ),
    ],
)
def test_what_does_not_fit_is_said(made: object, text: str) -> None:
    with pytest.raises(ShapeError) as caught:
        made()
    assert caught.value.problem.text() == text


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"mean": 1}, "both or none must be given"),
        ({"mean": 1, "variance": (1, 2)}, "they must have the same shape"),
        ({"axis": None, "mean": (1,), "variance": (1,)}, "mean has more axes than axis names"),
    ],
)
def test_figures_that_do_not_go_together(arguments: dict, text: str) -> None:
    with pytest.raises(DesignError, match=text):
        Normalization(**arguments)
    with pytest.raises(ValueError, match="mean"):
        keras.layers.Normalization(**arguments)
