"""What a layer says of the range of its output, against what Keras computes."""

import inspect

import keras
import numpy as np
import pytest

from lamella.answers import training_warnings
from lamella.design import INPUT
from lamella.layers import REGISTRY
from lamella.layers.activations import ACTIVATIONS, UNIT_RANGE
from lamella.sources.yaml_file import read
from oracles import keras_arguments, keras_class, keras_operation

EXAMPLES = [
    (name, arguments, shapes)
    for name in sorted(REGISTRY)
    for arguments, shapes in REGISTRY[name].examples
    if name != INPUT and REGISTRY[name](**arguments).output_range() is not None
]


def run(name, arguments, arrays):
    if name.startswith("ops."):
        made = keras_operation(name, arguments, arrays)
        return np.concatenate([np.ravel(each) for each in (made if isinstance(made, list) else [made])])
    layer = keras_class(name)(**keras_arguments(arguments))
    afterwards = {"training": False} if "training" in inspect.signature(layer.call).parameters else {}
    return np.asarray(layer(*REGISTRY[name].grouped(arrays), **afterwards))


@pytest.mark.parametrize(("name", "arguments", "shapes"), EXAMPLES, ids=[f"{n}-{e[0]}" for n, e in enumerate(EXAMPLES)])
def test_numbers_stay_in_the_range(name, arguments, shapes):
    random = np.random.default_rng(3)
    always = REGISTRY[name](**arguments).output_range() == "unit"
    draw = (lambda size: random.normal(0, 50, size)) if always else (lambda size: random.uniform(0, 1, size))
    found = run(name, arguments, [draw((4, *shape)).astype("float32") for shape in shapes])
    assert found.min() >= 0
    assert found.max() <= 1


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_are_bounded_where_they_are_said_to_be(name):
    found = np.asarray(keras.activations.get(name)(np.linspace(-20, 20, 400, dtype="float32").reshape(4, 100)))
    if name in UNIT_RANGE:
        assert found.min() >= 0
        assert found.max() <= 1
    else:
        assert found.min() < 0 or found.max() > 1


@pytest.mark.parametrize(
    ("layers", "warned"),
    [
        ("[Conv2D: {filters: 1, kernel_size: 1, activation: sigmoid}]", False),
        ("[Conv2D: {filters: 1, kernel_size: 1, activation: sigmoid}, Cropping2D: {cropping: 1}, Flatten]", False),
        ("[Conv2D: {filters: 1, kernel_size: 1}, ReLU: {max_value: 1}]", False),
        ("[MaxPooling2D, UpSampling2D]", False),
        ("[Conv2D: {filters: 1, kernel_size: 1, activation: relu}]", True),
        ("[MaxPooling2D, UpSampling2D: {interpolation: bicubic}]", True),
        ("[Activation: {activation: sigmoid}, BatchNormalization]", True),
        ("[ReLU: {name: a}, Add: {from: [a, input]}]", True),
    ],
)
def test_an_output_that_can_leave_the_range_is_warned_of(layers, warned):
    found = training_warnings(read(f"{{input: [8, 8, 1], layers: {layers}}}".encode(), "d.yaml"))
    assert [each.code for each in found] == ["LAM216"] * warned
