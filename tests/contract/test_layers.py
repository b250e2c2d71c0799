"""What every layer must be: Keras' signature, Keras' shapes and weights, frozen, explained, exact in its errors."""

from __future__ import annotations

import ast
import inspect
from operator import attrgetter

import keras
import numpy as np
import pytest
import tensorflow as tf

from lamella.building.keras_model import keras_weights
from lamella.design import BATCH, INPUT, Node, Shape
from lamella.errors import DesignError
from lamella.layers import ALIASES, REGISTRY, make
from lamella.layers.arguments import REQUIRED
from lamella.layers.augmentation import Augmentation
from lamella.layers.base import Kept, Layer
from lamella.layers.wrapped import CELLS
from oracles import OF_MATRICES, WHOLE_NUMBERS, keras_arguments, keras_class, keras_operation, planned_weights

BASE_ARGUMENTS = {"name", "dtype", "trainable", "activity_regularizer"}
"""What Keras' constructors take through **kwargs. Source: keras/src/layers/layer.py, Layer.__init__"""

NAMED_ONLY = {
    "LayerNormalization": {"rms_scaling"},
    "ops.layer_normalization": {"rms_scaling"},
    **{
        name: {"bounding_box_format", "data_format"}
        for name, kind in REGISTRY.items()
        if issubclass(kind, Augmentation)
    },
}
"""What Keras' constructors take out of **kwargs themselves."""

MULTIPLIES_INPUTS = {
    *("AdditiveAttention", "Attention", "Dot", "ops.matmul", "ops.einsum", "ops.dot_product_attention"),
    *("ops.dot", "ops.inner", "ops.outer", "ops.tensordot", "ops.vdot"),
}
"""Types whose multiply-adds are between their inputs; all others multiply with a weight that Keras calls a kernel."""

LOOKS_UP = {"Embedding", "ReversibleEmbedding"}
"""Layers that pick rows of a matrix and multiply nothing."""

TAKES = {"HashedCrossing": "int32", "StringLookup": "str", "TextVectorization": "str"}
"""What a layer's input holds where that is not any numbers."""

VOCABULARY_SIZE = ("IntegerLookup", "StringLookup", "TextVectorization")
NAMED_ONLY |= {name: {"vocabulary_size"} for name in VOCABULARY_SIZE}

TYPES = sorted(REGISTRY)
EXAMPLES = [(name, *each) for name in TYPES for each in REGISTRY[name].examples]
every_type = pytest.mark.parametrize("type_name", TYPES)
every_example = pytest.mark.parametrize(
    ("type_name", "arguments", "shapes"), EXAMPLES, ids=[f"{name}-{n}" for n, (name, *_) in enumerate(EXAMPLES)]
)


def keras_maker(type_name: str) -> object:
    """Keras' own constructor or function of a layer type."""
    if type_name == INPUT:
        return keras.Input
    if type_name.startswith("ops."):
        return attrgetter(type_name)(keras)
    return keras_class(type_name)


def keras_parameters(type_name: str) -> dict[str, inspect.Parameter]:
    """Keras' parameters in their order, without the tensor of a function and without **kwargs."""
    found = dict(inspect.signature(keras_maker(type_name)).parameters)
    if type_name.startswith("ops."):
        taken = REGISTRY[type_name]
        found = {name: each for name, each in found.items() if name not in taken.tensors or name in taken.arguments}
    return {name: each for name, each in found.items() if each.kind is not inspect.Parameter.VAR_KEYWORD}


def own_arguments(type_name: str) -> list[str]:
    """lamella's arguments that Keras' signature names, in positional order."""
    return [name for name, each in REGISTRY[type_name].arguments.items() if not each.keyword_only]


def built(type_name: str, arguments: dict[str, object], shapes: tuple[Shape, ...]) -> tuple[Layer, tuple[Shape, ...]]:
    return REGISTRY[type_name](**arguments), tuple((BATCH, *shape) for shape in shapes)


NOT_PLANNED = {
    **dict.fromkeys(("Layer", "Wrapper"), "a base class: what it computes is its subclass's"),
    "InputLayer": "a design writes Input",
    "InputSpec": "no layer: what a layer expects of its input",
    "Lambda": "runs code that only Python can follow; a file's Lambda is a row that says so",
    **dict.fromkeys(
        ("FlaxLayer", "JaxLayer", "TFSMLayer", "TorchModuleWrapper"),
        "runs another framework's code; a file's is a row that says so",
    ),
}
"""Classes of `keras.layers` that are no layer type of a design, each with the reason."""


def test_the_catalogue_is_keras_own() -> None:
    """Every class of `keras.layers` is a type, another name for one, a cell, or left out for a reason."""
    theirs = {name for name, each in vars(keras.layers).items() if isinstance(each, type)}
    ours = {name for name in (*REGISTRY, *ALIASES, *CELLS) if not name.startswith("ops.") and name != INPUT}
    assert theirs - ours == set(NOT_PLANNED)
    assert {name for name in ours - theirs if REGISTRY[name].home == "keras.layers"} == set()


@every_example
def test_says_what_it_computes(type_name: str, arguments: dict, shapes: tuple[Shape, ...]) -> None:
    layer, inputs = built(type_name, arguments, shapes)
    lines = layer.formulas(inputs, layer.output_shape(*inputs))
    assert lines
    assert all(line and line == line.strip() and "None" not in line and "\n" not in line for line in lines)


@every_type
def test_positional_arguments_are_keras_own(type_name: str) -> None:
    theirs = [name for name in keras_parameters(type_name) if name not in BASE_ARGUMENTS]
    ours = [name for name in own_arguments(type_name) if name not in BASE_ARGUMENTS]
    if type_name == INPUT:
        # keras.Input goes on with what a design has no use for: sparse, ragged, tensor, optional.
        theirs = theirs[: len(ours)]
    assert ours == theirs


@every_type
def test_activity_regularizer_stands_where_keras_has_it(type_name: str) -> None:
    theirs = [name for name in keras_parameters(type_name) if name != "name"]
    if "activity_regularizer" in theirs:
        assert own_arguments(type_name) == theirs


@every_type
def test_defaults_equal_keras(type_name: str) -> None:
    theirs = keras_parameters(type_name)
    tensors = getattr(REGISTRY[type_name], "tensors", ())
    for name, ours in REGISTRY[type_name].arguments.items():
        if name not in theirs or (type_name == INPUT and name == "shape") or name in tensors:
            continue
        default = theirs[name].default
        if default is inspect.Parameter.empty:
            assert ours.default is REQUIRED, name
        else:
            assert ours.default == ours.kind.parse(default), name


@every_type
def test_keras_accepts_every_argument(type_name: str) -> None:
    """Also those that its signature hides in **kwargs."""
    cls = REGISTRY[type_name]
    arguments, shapes = cls.examples[0]
    layer = cls(**arguments)
    given = {name: vars(layer)[each.attribute] for name, each in cls.arguments.items() if name != "name"}
    if type_name.startswith("ops."):
        given = {name: value for name, value in given.items() if name not in cls.tensors}
        keras_operation(type_name, given, [keras.Input(shape) for shape in shapes])
    else:
        keras_maker(type_name)(**keras_arguments(given), name="given")


@every_type
def test_keyword_only_arguments_are_bases(type_name: str) -> None:
    hidden = {name for name, each in REGISTRY[type_name].arguments.items() if each.keyword_only}
    assert hidden <= BASE_ARGUMENTS | NAMED_ONLY.get(type_name, set())
    assert "name" in hidden


@every_type
def test_is_explained(type_name: str) -> None:
    cls = REGISTRY[type_name]
    english, korean = cls.sentence.fill("en"), cls.sentence.fill("ko")
    assert english.endswith(".")
    assert korean.endswith(".")
    assert english.isascii()
    assert any("가" <= letter <= "힣" for letter in korean)
    assert cls.source
    assert cls.examples
    assert cls.__doc__


@every_type
def test_signature_lists_the_arguments(type_name: str) -> None:
    parameters = inspect.signature(REGISTRY[type_name]).parameters
    assert list(parameters) == list(REGISTRY[type_name].arguments)
    for name, each in REGISTRY[type_name].arguments.items():
        assert (parameters[name].default is inspect.Parameter.empty) == (each.default is REQUIRED)


@every_example
def test_shape_and_weights_equal_keras(type_name: str, arguments: dict, shapes: tuple[Shape, ...]) -> None:
    layer, inputs = built(type_name, arguments, shapes)
    output = layer.output_shape(*inputs)
    if type_name == INPUT:
        assert keras.Input(**arguments).shape == (None, *output[1:])
        return
    symbols = [keras.Input(shape) for shape in shapes]
    theirs = keras_maker(type_name)
    if type_name.startswith("ops."):
        made = keras_operation(type_name, arguments, symbols)
        many = made if isinstance(made, (list, tuple)) else [made]
        expected = [tuple(None if size == BATCH else size for size in each) for each in layer.output_shapes(*inputs)]
        assert [each.shape for each in many] == expected
        assert layer.weights(*inputs) == ()
        return
    real = theirs(**keras_arguments(arguments))
    results = real(*layer.grouped(symbols))
    several = results if isinstance(results, (list, tuple)) else [results]
    assert [each.shape for each in several] == [(None, *each[1:]) for each in layer.output_shapes(*inputs)]
    assert planned_weights(layer.weights(*inputs)) == keras_weights(real)
    assert len({each.name for each in layer.weights(*inputs)}) == len(real.weights), "names are unique in a layer"


@every_example
def test_running_gives_the_shape(type_name: str, arguments: dict, shapes: tuple[Shape, ...]) -> None:
    layer, inputs = built(type_name, arguments, shapes)
    output = layer.output_shape(*inputs)
    if type_name == INPUT:
        assert output == (BATCH, *arguments["shape"])
        return
    whole, given = WHOLE_NUMBERS.get(type_name, ()), TAKES.get(type_name, "float32")
    images = [np.zeros((2, *shape), "int32" if at in whole else given) for at, shape in enumerate(shapes)]
    if type_name in OF_MATRICES:
        images[0] = images[0] + np.eye(*shapes[0][-2:], dtype="float32")
    if given == "str":
        images = [tf.constant(each.tolist()) for each in images]
    if type_name.startswith("ops."):
        result = keras_operation(type_name, arguments, images)
    else:
        result = keras_maker(type_name)(**keras_arguments(arguments))(*layer.grouped(images))
    several = result if isinstance(result, (list, tuple)) else [result]
    for shape, each in zip(layer.output_shapes(*inputs), several, strict=True):
        assert len(each.shape) == len(shape)
        assert all(size in (real, None) or (size == BATCH and real == 2) for size, real in zip(shape, each.shape))


@every_example
def test_facts_are_sane(type_name: str, arguments: dict, shapes: tuple[Shape, ...]) -> None:
    layer, inputs = built(type_name, arguments, shapes)
    output = layer.output_shape(*inputs)
    kept, macs, maps = layer.kept(inputs, output), layer.macs(inputs, output), layer.views(inputs, output)
    if kept is not None:
        assert isinstance(kept, Kept)
        assert kept.fixed >= 0
        one_step = len(layer.work(inputs, output)) < 2 and not type_name.startswith("ops.")
        assert not (one_step and kept.inner and kept.output), (
            "the result before and after an activation is never kept twice"
        )
    several = output.count(BATCH) != 1 or None in output  # then no figure for one image is true
    assert isinstance(macs, int) or several or type_name in OF_MATRICES
    kernels = [each for each in layer.weights(*inputs) if "kernel" in each.name]
    assert (
        type_name in MULTIPLIES_INPUTS
        or macs is None
        or several
        or (macs > 0) == (bool(kernels) and type_name not in LOOKS_UP)
    )
    least, most = layer.input_count
    assert least <= len(shapes)
    assert most is None or len(shapes) <= most
    if inputs:
        assert len(maps) == len(inputs)
    for shape, seen in zip(inputs, maps, strict=bool(inputs)):
        for axis, (source, way) in seen.items():
            assert axis > 0 or output[:1] != (BATCH,)
            assert axis < len(output) or way is None
            assert 0 < source < len(shape)


@every_example
def test_frozen_equal_and_hashed(type_name: str, arguments: dict, shapes: tuple[Shape, ...]) -> None:
    layer, again = REGISTRY[type_name](**arguments), REGISTRY[type_name](**arguments)
    assert layer == again
    assert hash(layer) == hash(again)
    assert layer != REGISTRY[type_name](**arguments, name="other")
    with pytest.raises(AttributeError, match="is frozen"):
        layer.name = "changed"
    assert layer == again


@every_example
def test_repr_makes_the_layer_again(type_name: str, arguments: dict, shapes: tuple[Shape, ...]) -> None:
    layer = REGISTRY[type_name](**arguments)
    written = ast.parse(repr(layer), mode="eval").body
    assert isinstance(written, ast.Call)
    assert ast.unparse(written.func) == type_name
    assert REGISTRY[type_name](**{each.arg: ast.literal_eval(each.value) for each in written.keywords}) == layer


@every_type
def test_a_misspelled_argument_is_suggested(type_name: str) -> None:
    for name in REGISTRY[type_name].arguments:
        typo = name[:2] + name[2:].replace("_", "") + "x"
        with pytest.raises(DesignError) as caught:
            REGISTRY[type_name](**{typo: 1})
        (found,) = [each for each in caught.value.problems if each.key == "argument unknown"]
        assert f"Did you mean {name}?" in found.text(), typo
        assert f'{type_name} has no argument "{typo}".' in found.text()


@every_type
def test_too_many_arguments_are_counted(type_name: str) -> None:
    count = len(own_arguments(type_name))
    with pytest.raises(DesignError, match=f"at most {count} arguments by position. Received {count + 1}"):
        REGISTRY[type_name](*[1] * (count + 1))


@every_type
def test_a_misspelled_type_is_suggested(type_name: str) -> None:
    (found,) = make(Node("one", type_name + "x"))
    assert found.text() == f"'one' ({type_name}x): There is no layer \"{type_name}x\". Did you mean {type_name}?"
