"""The laws of written Keras code: run by Keras, run by lamella and read as data, it gives the same design."""

from __future__ import annotations

import ast
import inspect
import math
import subprocess
import sys
from collections import Counter
from io import BytesIO

import keras
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from keras.src.backend.common import global_state

from building.keras_code import run_by_keras, run_by_lamella, whole
from lamella import api
from lamella.building.code_names import layers_in, made_inside
from lamella.building.keras_code import write
from lamella.building.keras_names import keras_model_name, keras_names
from lamella.building.keras_pen import quoted
from lamella.design import INPUT, Design, Node
from lamella.errors import BuildError, DesignError
from lamella.layers import REGISTRY, normal_form
from lamella.layers.operations import keras_word
from lamella.layers.registry import snake_case
from lamella.layers.weight_rules import DEFAULTS
from lamella.sources.keras_code_file import load
from oracles import IN_NO_MODEL
from planning.designs import designs
from sources.test_keras_round_trip import whole as all_read
from sources.test_yaml_writer import ODD_NAMES

pytestmark = [
    pytest.mark.filterwarnings("ignore:You are using a softmax over axis"),
    pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask attached to it"),
]

DESIGNS = 300


def check(design: Design) -> str:
    """Both laws. What Keras itself stores otherwise than it was given is taken from the model that lamella builds."""
    text = write(design)
    keras.backend.clear_session(free_memory=False)
    names = keras_names(design)
    built = whole(api.read(api.build(design)))
    assert whole(api.read(run_by_keras(text))) == built
    again = run_by_lamella(text)
    assert read(text) == again
    assert whole(again) == whole(design, names)
    assert again.name == (keras_model_name(design) or "")
    return text


def one_layer(type_name: str, arguments: dict[str, object], shapes: tuple[object, ...]) -> Design:
    nodes = [Node(f"x{place}", INPUT, {"shape": shape}) for place, shape in enumerate(shapes)]
    inputs = tuple(node.name for node in nodes)
    nodes.append(Node("y", type_name, normal_form(type_name, dict(arguments)), inputs))
    return Design("", tuple(nodes), {"y": "y"})


@pytest.mark.parametrize("name", api.ready_designs())
def test_ready_designs(name):
    design = api.ready_design(name)
    again = run_by_lamella(check(design))
    assert (again.nodes, again.outputs) == (design.nodes, design.outputs)


@pytest.mark.parametrize("type_name", [name for name in REGISTRY if name != INPUT])
def test_every_layer_type(type_name):
    for arguments, shapes in REGISTRY[type_name].examples:
        seeded = {"seed": 3} if type_name == "RandomCrop" else {}  # where none is given Keras draws one
        design = one_layer(type_name, {**arguments, **seeded}, shapes)
        if type_name in IN_NO_MODEL:
            with pytest.raises(BuildError, match="cycle"):
                check(design)
        else:
            check(design)


@pytest.mark.slow
def test_random_designs():
    seen: Counter[str] = Counter()

    @settings(max_examples=DESIGNS, phases=[Phase.generate, Phase.shrink])
    @given(designs())
    def there_and_back(drawn: Design) -> None:
        design = all_read(drawn)
        if api.plan(design).errors:
            with pytest.raises(DesignError, match=r"The design has \d+ error"):
                write(design)
            seen["refused"] += 1
            return
        try:
            check(design)
        except BuildError:  # what lamella's builder can't make is no matter of the code
            seen["not built"] += 1
            return
        seen["agreed"] += 1

    there_and_back()
    assert seen["agreed"] >= DESIGNS // 3
    assert seen["refused"] >= DESIGNS // 10
    assert seen["not built"] <= DESIGNS // 50


@pytest.mark.parametrize("name", ["ResNet50", "MobileNetV3Small", "EfficientNetB0", "InceptionV3"])
def test_networks_of_keras(name):
    size = {"input_shape": (224, 224, 3)} if name == "MobileNetV3Small" else {}
    keras.backend.clear_session(free_memory=False)
    design = api.read(getattr(keras.applications, name)(weights=None, **size))
    text = write(design)
    found = api.read(run_by_keras(text))
    assert whole(found) == whole(design) == whole(read(text))
    assert formatted(text) == text
    assert api.plan(found).totals == api.plan(design).totals
    keras.backend.clear_session(free_memory=False)


def chain(*nodes: Node, shape: tuple[int | None, ...] = (4, 3), title: str = "m") -> Design:
    """A design of an input and nodes, its last node the output."""
    last = nodes[-1].name
    return Design(title, (Node("a", INPUT, {"shape": shape}), *nodes), {last: last})


def read(text: str) -> Design:
    return load(BytesIO(text.encode()), "model.py")


def test_what_is_written_is_what_a_person_would_write():
    design = Design(
        "two ways",
        (
            Node("image", INPUT, {"shape": (28, 28, 1)}),
            Node("edges", "Conv2D", {"filters": 16, "kernel_size": (3, 3), "padding": "same"}, ("image",)),
            Node("pool 1", "MaxPooling2D", {"pool_size": (3, 3), "strides": (2, 1)}, ("edges",)),
            Node("class", "Conv2D", {"filters": 16, "kernel_size": (1, 3)}, ("pool 1",)),
            Node("batch_normalization", "BatchNormalization", {}, ("class",)),
            Node("up", "UpSampling2D", {}, ("pool 1",)),
            Node("print", "Dense", {"units": 16}, ("up",)),
            Node("print@2", "Dense", {}, ("batch_normalization",), "print"),
            Node("global_max_pooling2d", "GlobalMaxPooling2D", {}, ("print",)),
            Node("mean", "ops.mean", {"axis": (1, 2)}, ("print@2",)),
            Node("add", "ops.add", {}, ("global_max_pooling2d", "mean")),
            Node("half", "ops.multiply", {"x2": 0.5}, ("add",)),
            Node("first", "ops.get_item", {"key": ({"start": None, "stop": None, "step": None}, 0)}, ("half",)),
        ),
        {"first": "first", "all": "add"},
    )
    assert check(design) == (
        "import keras\n"
        "from keras import layers, ops\n"
        "\n"
        'inputs = keras.Input((28, 28, 1), name="image")\n'
        'x = layers.Conv2D(16, 3, padding="same", name="edges")(inputs)\n'
        'pool_1 = layers.MaxPooling2D(pool_size=3, strides=(2, 1), name="pool_1")(x)\n'
        'x = layers.Conv2D(16, (1, 3), name="class")(pool_1)\n'
        "batch_normalization = layers.BatchNormalization()(x)\n"
        'x = layers.UpSampling2D(name="up")(pool_1)\n'
        'print_ = layers.Dense(16, name="print")\n'
        "x = print_(x)\n"
        "print_2 = print_(batch_normalization)\n"
        "global_max_pooling2d = layers.GlobalMaxPooling2D()(x)\n"
        "x = ops.mean(print_2, axis=(1, 2))\n"
        "add = ops.add(global_max_pooling2d, x)\n"
        "x = ops.multiply(add, 0.5)\n"
        "first = x[:, 0]\n"
        "\n"
        'model = keras.Model(inputs, {"first": first, "all": add}, name="two_ways")\n'
    )


def test_long_lines_are_broken_as_ruff_breaks_them():
    wide = {"filters": 256, "kernel_size": (3, 3), "strides": (2, 2), "padding": "same", "use_bias": False}
    long = {**wide, "kernel_initializer": "he_normal", "bias_initializer": "he_normal", "activation": "relu"}
    design = chain(
        Node("a_long_name_for_a_layer", "Conv2D", wide, ("a",)),
        Node("a_longer_name_for_a_layer", "Conv2D", long, ("a_long_name_for_a_layer",)),
        shape=(8, 8, 1),
    )
    text = write(design)
    assert formatted(text) == text
    assert text.splitlines()[4:-2] == [
        "x = layers.Conv2D(",
        '    256, 3, strides=2, padding="same", use_bias=False, name="a_long_name_for_a_layer"',
        ")(inputs)",
        "outputs = layers.Conv2D(",
        "    256,",
        "    3,",
        "    strides=2,",
        '    padding="same",',
        '    activation="relu",',
        "    use_bias=False,",
        '    kernel_initializer="he_normal",',
        '    bias_initializer="he_normal",',
        '    name="a_longer_name_for_a_layer",',
        ")(x)",
    ]


@pytest.mark.parametrize("name", [*ODD_NAMES, '"); import os; ("', "'\"\\", "'''", '"""', "\\", "{x}", "%s"])
def test_no_name_or_value_leaves_its_quotes(name):
    """The code holds the calls that it should and no other, and each text of the design as one literal."""
    regularizer = {"class_name": "OrthogonalRegularizer", "config": {"factor": 0.5, "mode": name}}
    arguments = {"units": 3, "kernel_initializer": name, "bias_constraint": {name: [name]}}
    nodes = (
        Node(name, INPUT, {"shape": (4, 3)}),
        Node(f"{name}.", "Dense", {**arguments, "kernel_regularizer": regularizer}, (name,)),
        Node(f"{name}@2", "Dense", {}, (f"{name}.",), f"{name}."),
    )
    text = write(Design(name, nodes, {name: f"{name}@2", f"{name}!": f"{name}."}))
    tree = ast.parse(text)
    calls = sorted(ast.unparse(each.func) for each in ast.walk(tree) if isinstance(each, ast.Call))
    known = ["keras.Input", "keras.Model", "keras.regularizers.OrthogonalRegularizer", "layers.Dense"]
    assert [each for each in calls if each in known] == known
    assert len(calls) == len(known) + 2
    assert [type(each).__name__ for each in tree.body] == ["Import", "ImportFrom", *["Assign"] * 5]
    texts = [each.value for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    assert texts.count(name) >= 5
    found = read(text).nodes[1].arguments
    assert found["kernel_regularizer"]["config"] == regularizer["config"]
    assert {key: found[key] for key in arguments} == arguments


@given(st.text())
def test_a_text_is_the_value_of_its_literal(text):
    assert ast.literal_eval(quoted(text)) == text


def formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 1e-300, 0.1, -2.5, 3, 2**70, True, None, "", [], {}])
def test_a_value_comes_back_with_its_type(value):
    design = chain(Node("d", "Dense", {"units": 2, "kernel_initializer": value}, ("a",)))
    found = read(write(design)).nodes[1].arguments["kernel_initializer"]
    assert (repr(found), type(found)) == (repr(value), type(value))


RULES = [(module, name) for module, names in DEFAULTS.items() for name in names]
OTHERS = {"scale": 2.5, "l1": 0.05, "l2": 0.05, "factor": 0.3, "value": 2.0, "gain": 0.5, "mean": 0.25, "seed": 7}
OTHERS |= {"minval": -0.5, "max_value": 3, "axis": 1}


@pytest.mark.parametrize(("module", "class_name"), RULES)
def test_initializers_regularizers_and_constraints_are_calls(module, class_name):
    """With Keras' defaults by their short name, else by the arguments that differ; as Keras itself stores them."""
    kind, known = getattr(getattr(keras, module), class_name), DEFAULTS[module][class_name]
    if known:
        assert list(known) == list(inspect.signature(kind).parameters)
    changed = {key: value for key, value in OTHERS.items() if key in known}
    for arguments in ({}, changed):
        inputs = keras.Input((4, 4), name="a")
        layer = keras.layers.Dense(4, name="d", **{f"kernel_{module[:-1]}": kind(**arguments)})
        text = check(api.read(keras.Model(inputs, layer(inputs), name="m")))
        by_name = not arguments and class_name not in ("Constant", "L1L2")
        assert (f"keras.{module}.{class_name}(" in text) != by_name
        assert all(f"{key}=" in text for key in arguments)


@pytest.mark.parametrize("type_name", [name for name in REGISTRY if name not in (INPUT, *IN_NO_MODEL)])
def test_what_keras_names_by_itself_is_known(type_name):
    """The layers that Keras makes, and so counts, while a layer is made and called."""
    for arguments, shapes in REGISTRY[type_name].examples:
        given = normal_form(type_name, dict(arguments))
        run_by_keras(write(one_layer(type_name, arguments, shapes)))
        words = {snake_case(each) for each in REGISTRY if not each.startswith("ops.")}
        inside = Counter([*map(snake_case, layers_in(type_name, given)), *made_inside(type_name, given)])
        if type_name.startswith("ops."):
            inside[snake_case(keras_word(type_name))] += 1
        counts = global_state.get_global_attribute("object_name_uids")
        assert {word: counts[word] for word in words & {*counts}} == {word: inside[word] for word in words & {*inside}}


def test_a_layer_called_like_an_operation_gets_another_name():
    """Keras names operations itself and takes no name twice."""
    design = chain(
        Node("add", "Dense", {"units": 3}, ("a",)),
        Node("sum", "ops.add", {}, ("add", "a")),
        Node("add_1", "Dense", {"units": 3}, ("sum",)),
        Node("more", "ops.add", {"x2": 1}, ("add_1",)),
    )
    names = [node.name for node in api.read(run_by_keras(write(design))).nodes]
    assert names == ["a", "add_2", "add", "add_1_2", "add_1"]


def test_names_that_keras_gives_by_itself_are_left_to_it():
    def names_written(*names: str) -> int:
        nodes, before = [], "a"
        for name in names:
            nodes.append(Node(name, "Dense", {"units": 3}, (before,)))
            before = name
        return check(chain(*nodes)).count("name=") - 2

    assert names_written("dense", "dense_1", "dense_2") == 0
    assert names_written("dense", "dense_5") == 1
    assert names_written("dense_1", "dense") == 2


def test_several_results_and_lists_of_one():
    design = Design(
        "m",
        (
            Node("a", INPUT, {"shape": (4, 6)}),
            Node("lstm", "LSTM", {"units": 3, "return_sequences": True, "return_state": True}, ("a",)),
            Node("again", "LSTM", {"units": 3}, ("lstm", "lstm:1", "lstm:2")),
            Node("split", "ops.split", {"indices_or_sections": 1, "axis": 1}, ("again",)),
            Node("parts", "ops.split", {"indices_or_sections": 3, "axis": 1}, ("split",)),
        ),
        {"parts:1": "parts:1"},
    )
    lines = check(design).splitlines()[3:-2]
    assert lines == [
        'inputs = keras.Input((4, 6), name="a")',
        "x, lstm_1, lstm_2 = layers.LSTM(3, return_sequences=True, return_state=True)(inputs)",
        'x = layers.LSTM(3, name="again")(x, [lstm_1, lstm_2])',
        "(x,) = ops.split(x, 1, axis=1)",
        "_, outputs, _ = ops.split(x, 3, axis=1)",
    ]


def test_every_node_that_no_code_makes_is_named():
    own = {"class_name": "Mine", "config": {}, "module": "my.own", "registered_name": "Custom>Mine"}
    design = chain(
        Node("b", "Mine", {}, ("a",), gives=((4, 3),)),
        Node("c", "Dense", {"units": 3, "kernel_initializer": own}, ("b",)),
        Node("d", "TimeDistributed", {"layer": {"Dense": {"units": 2, "bias_initializer": own}}}, ("c",)),
        Node("e", "Theirs", {}, ("d",), gives=((4, 3),)),
    )
    with pytest.raises(BuildError) as caught:
        write(design)
    assert [each.where.layer for each in caught.value.problems] == ["b", "e", "c", "d"]
    assert "'c' (Dense): kernel_initializer holds \"Mine\", which is no object of Keras' own" in str(caught.value)
