"""The law of the design file: reading what was written gives the same design, whatever it holds."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lamella import api
from lamella.design import INPUT, Design, Node
from lamella.layers import REGISTRY, normal_form
from lamella.layers.arguments import NAME, Wrong
from lamella.sources.yaml_file import read
from lamella.sources.yaml_writer import write
from planning.designs import designs as working_designs

ODD_NAMES = [
    *("yes", "no", "on", "Off", "true", "False", "null", "Null", "~", "any", "y", "n", ".inf", ".nan", "nan", "-", "?"),
    *("1", "010", "1e-3", "-5", ".5", "1_000", "0x1F", "0b1", "12:30", "2024-01-31", "=", "<<", "*a", "&a", "!a", "%a"),
    *("a b", "a: b", "a #b", "#a", "a, b", "[a]", "{a}", "a'b", 'a"b', "'a'", '"a"', "a\\b", "@a", "edges@2", "a@b"),
    *(
        "인코더",
        "층 하나",
        "カメラ",
        "é",
        "e\u0301",
        "😀",
        "a\u00b7b",
        "input",
        "input_1",
        "conv2d",
        "conv2d_1",
        "re_lu",
    ),
    *("---", "...", "|", ">", "- a", "? a", ": a", "`a", "a:", "a -b", "from", "name", "shares", "layers", "x" * 300),
]


def is_name(text: str) -> bool:
    try:
        return bool(NAME.parse(text))
    except Wrong:
        return False


names = st.one_of(st.sampled_from(ODD_NAMES), st.text(min_size=1, max_size=8).filter(is_name))
texts = st.one_of(st.sampled_from(ODD_NAMES), st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
plain = st.recursive(
    st.one_of(texts, st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.floats(allow_nan=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=5,
)
LAYERS = [(kind, dict(arguments)) for kind, each in REGISTRY.items() for arguments, _ in each.examples]


@st.composite
def designs(draw: st.DrawFn) -> Design:
    """Any graph of registered layers: its shapes need not fit, its arguments stand in their normal form."""
    nodes: list[Node] = []
    unused = draw(st.lists(names, min_size=9, max_size=9, unique=True))
    for name in unused[: draw(st.integers(1, 8))]:
        earlier = [node.name for node in nodes]
        kind, arguments = draw(st.sampled_from(LAYERS))
        arguments = dict(arguments)
        if not nodes or draw(st.integers(0, 5)) == 0:
            kind, arguments = INPUT, {"shape": tuple(draw(st.lists(st.one_of(st.none(), st.integers(1, 99)))))}
        shared = [node for node in nodes if node.type == kind and node.shares is None and kind != INPUT]
        shares = draw(st.sampled_from(shared)).name if shared and draw(st.booleans()) else None
        if "kernel_initializer" in REGISTRY[kind].arguments and draw(st.booleans()):
            arguments["kernel_initializer"] = draw(plain)
        inputs = () if kind == INPUT else tuple(draw(st.lists(st.sampled_from([*unused, *earlier]), max_size=3)))
        if earlier and kind != INPUT and draw(st.booleans()):
            inputs = (earlier[-1],)
        nodes.append(Node(name, kind, {} if shares else normal_form(kind, arguments), inputs, shares))
    listed = draw(st.lists(st.sampled_from(unused), unique=True, max_size=3))
    mapped = draw(st.dictionaries(texts, st.sampled_from(unused), max_size=3))
    outputs = draw(st.sampled_from([{name: name for name in listed}, mapped, {nodes[-1].name: nodes[-1].name}]))
    return Design(draw(texts), tuple(nodes), outputs, draw(st.dictionaries(texts, plain, max_size=2)))


def again(design: Design) -> Design:
    found = read(write(design).encode("utf-8"), "again.yaml")
    assert found.problems == ()
    return found


@given(designs())
@example(Design("", (), {}))
def test_read_of_write_is_the_design(design):
    assert again(design) == design


@pytest.mark.slow
@settings(max_examples=300)
@given(working_designs())
def test_designs_that_mostly_work_come_back(drawn):
    """With all layer types and their arguments, several inputs, outputs and second uses."""
    nodes = tuple(replace(node, arguments=normal_form(node.type, dict(node.arguments))) for node in drawn.nodes)
    design = replace(drawn, nodes=nodes)
    assert again(design) == design


@given(designs())
def test_what_was_written_is_written_again_the_same(design):
    assert write(again(design)) == write(design)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_an_odd_name_comes_back_everywhere(name):
    nodes = (
        Node(name, INPUT, {"shape": (4,)}),
        Node("b", "Dense", {"units": 2, "kernel_initializer": {name: name}}, (name,)),
        Node(f"{name}.", "Add", {}, (name, "b")),
        Node(f"{name}@2", "Dense", {}, (name,), "b"),
    )
    design = Design(name, nodes, {name: f"{name}.", "other": name}, {name: name})
    assert again(design) == design


@pytest.mark.parametrize("value", [math.inf, -math.inf, 1e-300, 1e22, -0.5, 3.0, 0, -7, True, None, "1e5", "", [], {}])
def test_a_value_comes_back_with_its_type(value):
    design = Design("", (Node("d", "Dense", {"units": 2, "kernel_initializer": value}),), {"d": "d"})
    found = again(design).nodes[0].arguments["kernel_initializer"]
    assert (found, type(found)) == (value, type(value))


def test_not_a_number_comes_back():
    design = Design("", (Node("d", "Dense", {"units": 2, "kernel_initializer": math.nan}),), {"d": "d"})
    assert math.isnan(again(design).nodes[0].arguments["kernel_initializer"])


@pytest.mark.parametrize("name", api.ready_designs())
def test_ready_designs_come_back(name):
    design = api.ready_design(name)
    assert again(design) == design
    assert api.plan(again(design)).totals == api.plan(design).totals


def test_what_is_written_is_what_a_person_would_write():
    nodes = (
        Node("input", INPUT, {"shape": (28, 28, 1)}),
        Node("edges", "Conv2D", {"filters": 16, "kernel_size": (3, 3), "padding": "same"}, ("input",)),
        Node("max_pooling2d", "MaxPooling2D", {}, ("edges",)),
        Node("up", "UpSampling2D", {}, ("max_pooling2d",)),
        Node("concatenate", "Concatenate", {}, ("up", "edges")),
        Node("edges@2", "Conv2D", {}, ("concatenate",), "edges"),
        Node("flatten", "Flatten", {}, ("up",)),
    )
    assert write(Design("two ways", nodes, {"flatten": "flatten"}, {"params": "<= 1000"})) == (
        "name: two ways\n"
        "input: [28, 28, 1]\n"
        "layers:\n"
        "  - Conv2D: {name: edges, filters: 16, kernel_size: [3, 3], padding: same}\n"
        "  - MaxPooling2D\n"
        "  - UpSampling2D: {name: up}\n"
        "  - Concatenate: {from: [up, edges]}\n"
        "  - Conv2D: {shares: edges}\n"
        "  - Flatten: {from: up}\n"
        'expect: {params: "<= 1000"}\n'
    )


@pytest.mark.parametrize("word", ["yes", "No", "on", "OFF", "y", "n", "true", "null", "any"])
def test_a_word_that_another_reader_of_yaml_may_take_for_a_value_stands_in_quotes(word):
    assert write(Design(word, (Node("a", INPUT, {"shape": (4,)}),), {"a": "a"})).startswith(f'name: "{word}"\n')


def test_an_input_behind_a_layer_stays_there():
    nodes = (
        Node("a", INPUT, {"shape": (4,)}),
        Node("b", "Dense", {"units": 2}, ("a",)),
        Node("c", INPUT, {"shape": (2,)}),
        Node("add", "Add", {}, ("b", "c")),
        Node("re_lu", "ReLU", {}, ("add",)),
    )
    design = Design("", nodes, {"re_lu": "re_lu", "b": "b"})
    assert again(design) == design
