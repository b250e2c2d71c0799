"""Keras' own way of writing gives the same Design as nodes do, and says at the call what does not fit."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import Phase, given, settings
from keras.src.utils.naming import to_snake_case

from lamella import Model
from lamella.algebra import number
from lamella.design import INPUT, Design, Node, output_reference
from lamella.errors import DesignError
from lamella.layers import REGISTRY, Add, Concatenate, Conv2D, Dense, Flatten, Input, MaxPooling2D, normal_form
from lamella.layers.base import Layer
from lamella.layers.registry import snake_case
from lamella.layers.symbolic import SymbolicTensor
from lamella.layers.tracing import trace
from lamella.planning.planner import plan
from planning.designs import designs

PLAN_ONLY = {"shares other input", "shares other rank", "no size fits"}
"""Said by the plan: a layer is frozen and does not remember its first use, and open sizes have to fit all layers."""


def called(design: Design) -> dict[str, SymbolicTensor]:
    """The design written as calls: a symbolic tensor for each node."""
    tensors: dict[str, SymbolicTensor] = {}
    layers: dict[str, Layer] = {}
    for node in design.nodes:
        if node.type == INPUT:
            tensors[node.name] = Input(**node.arguments, name=node.name)
            continue
        if node.shares is None:
            layers[node.name] = REGISTRY[node.type](**node.arguments, name=node.name)
        read = [tensors[name] for name in node.inputs]
        made = layers[node.shares or node.name](*read)
        results = made if isinstance(made, tuple) else (made,)
        tensors |= {output_reference(node.name, place): each for place, each in enumerate(results)}
    return tensors


def expected_nodes(design: Design) -> list[Node]:
    """The inputs and what the outputs are made from; the first needed use of a layer has its name and arguments."""
    by_name = {node.name: node for node in design.nodes}
    needed = set(design.outputs.values())
    for node in reversed(design.nodes):
        needed |= set(node.inputs) if node.name in needed else set()
    first: dict[str, str] = {}
    names: dict[str, str] = {}
    found = []
    for node in sorted(design.nodes, key=lambda each: each.type != INPUT):
        if node.type != INPUT and node.name not in needed:
            continue
        layer = node.shares or node.name
        shares = first.get(layer)
        uses = sum(1 for each in found if layer in (each.name, each.shares)) + 1
        names[node.name] = layer if shares is None else f"{layer}@{uses}"
        first.setdefault(layer, names[node.name])
        arguments = {} if shares else normal_form(node.type, dict(by_name[layer].arguments))
        found.append(Node(names[node.name], node.type, arguments, tuple(names[each] for each in node.inputs), shares))
    return found


@pytest.mark.slow
@settings(max_examples=200, phases=[Phase.generate, Phase.shrink])
@given(designs())
def test_calls_give_the_same_design_as_nodes(design: Design) -> None:
    errors = {each.key for each in plan(design).errors}
    if errors - PLAN_ONLY:
        with pytest.raises(DesignError):
            called(design)
        return
    tensors = called(design)
    if errors:
        return
    rows = plan(design).by_name
    for name, tensor in tensors.items():
        if tensor.place:
            continue
        shape = rows[name].output_shape
        assert tensor.shape == tuple(map(number, shape))
        assert all(number(each) is None for each in shape[-1:]) or tensor.full_shape[-1] == shape[-1]
    traced = trace(
        [tensors[node.name] for node in design.inputs],
        {name: tensors[node] for name, node in design.outputs.items()},
        design.name,
    )
    assert traced.name == design.name
    assert list(traced.nodes) == expected_nodes(design)
    assert list(traced.outputs) == list(design.outputs)


@pytest.mark.parametrize("type_name", sorted(set(REGISTRY) - {INPUT}))
def test_automatic_names_are_keras_own(type_name: str) -> None:
    assert snake_case(type_name) == to_snake_case(type_name.removeprefix("ops.").removeprefix("image."))


def test_automatic_names_count_and_avoid_those_given() -> None:
    x, z = Input((8, 8, 1)), Input((8, 8, 1))
    a = Conv2D(2, 3, name="conv2d_1")(x)
    b, c, d = Conv2D(2, 3)(x), Conv2D(2, 3)(x), Conv2D(2, 3)(z)
    nodes = Model([x, z], Add()([a, b, c, d])).design.nodes
    assert [node.name for node in nodes] == ["input", "input_1", "conv2d_1", "conv2d", "conv2d_2", "conv2d_3", "add"]
    assert nodes[-1].inputs == ("conv2d_1", "conv2d", "conv2d_2", "conv2d_3")


def test_a_shared_layer_is_named_once_and_has_weights_once() -> None:
    x, z = Input((4,), name="x"), Input((4,), name="z")
    edges = Dense(3, name="edges")
    model = Model([x, z], Add()([edges(x), edges(z), edges(x)]))
    assert [(node.name, node.shares) for node in model.design.nodes[2:5]] == [
        ("edges", None),
        ("edges@2", "edges"),
        ("edges@3", "edges"),
    ]
    assert model.plan().totals.params == 15


def test_several_inputs_and_outputs() -> None:
    x, z = Input((8, 8, 1), name="picture"), Input((5,), name="numbers")
    code = Flatten(name="code")(MaxPooling2D()(x))
    both = Concatenate(name="both")([code, z])
    design = Model([z, x], {"label": Dense(2, name="dense")(both), "code": code}, name="two").design
    assert [node.name for node in design.inputs] == ["numbers", "picture"]
    assert design.outputs == {"label": "dense", "code": "code"}
    assert plan(design).outputs == {"label": ("B", 2), "code": ("B", 16)}
    assert Model([z, x], [both, code]).design.outputs == {"both": "both", "code": "code"}


def test_an_input_with_a_batch_shape() -> None:
    x = Input(batch_shape=(5, 8, 8, 1))
    assert x.shape == (5, 8, 8, 1)
    assert Conv2D(2, 3)(x).shape == (5, 6, 6, 2)
    assert Model(x, Conv2D(2, 3)(x)).plan().batch == 5
    assert Input((None, 8, 1)).shape == (None, None, 8, 1)


def test_what_was_called_keeps_its_place() -> None:
    x = Input((8, 8, 1))
    y = Conv2D(2, 3)(x)
    node = Model(x, y).design.nodes[1]
    assert node.where.file == __file__
    assert node.where.line == test_what_was_called_keeps_its_place.__code__.co_firstlineno + 2


CELLS = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
cells = ["from lamella.layers import *", "x = Input((8, 8, 1))\\ny = Conv2D(2, 3)(x)", "import lamella"]
cells += ["(lamella.Model(x, y).design.nodes[1].where.file, lamella.Model(x, y).design.nodes[1].where.line)"]
for cell in cells:
    done = shell.run_cell(cell, store_history=True)
print(done.result)
"""


def test_in_a_notebook_the_place_is_the_cell() -> None:
    pytest.importorskip("IPython")
    done = subprocess.run([sys.executable, "-c", CELLS], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "('In[2]', 2)"


PICTURE = Input((8, 8, 2), name="picture")
BAD_CALLS = [
    (lambda: Conv2D(2, 9)(PICTURE), "(Conv2D): kernel_size (9, 9) reaches over the input, which is only 8 along"),
    (lambda: Conv2D(2, 3, name="edges")(Input((8, 8))), "'edges' (Conv2D): Conv2D needs an input of 4 axes"),
    (lambda: Conv2D(4, 3, groups=4)(PICTURE), "groups 4 must divide the 2 input channels. Use one of 1, 2."),
    (
        lambda: Add()([PICTURE, Input((7, 8, 2))]),
        "(Add): Add can't join 8x8x2, 7x8x2: the sizes differ along the height (8, 7). padding",
    ),
    (lambda: Dense(2)([PICTURE, PICTURE]), "(Dense): Dense takes 1 input. Received 2."),
    (lambda: Concatenate()([]), "(Concatenate): Concatenate takes at least 1 inputs. Received 0."),
    (lambda: Dense(2)("picture"), "(Dense): Dense takes symbolic tensors, made by lamella.layers.Input. Received str."),
    (lambda: Dense(2)(Input((None,))), "Dense has weights and needs to know its number of input channels."),
    (lambda: Conv2D(0, 3), "(Conv2D): filters must be an integer >= 1. Received 0. Try 1."),
    (lambda: Conv2D(2), "(Conv2D): kernel_size is required: 2 integers >= 1."),
    (lambda: Model(Input((3,)), Dense(2)(Input((4,), name="other"))), 'There is no layer named "other". Add it to'),
    (
        lambda: Model([], Dense(2)(Input((4,)))),
        "Model takes one or more symbolic tensors as its inputs. Received list.",
    ),
    (lambda: Model(Input((4,)), None), "Model takes one or more symbolic tensors as its outputs. Received NoneType."),
]


@pytest.mark.parametrize(("bad", "words"), BAD_CALLS, ids=range(len(BAD_CALLS)))
def test_an_error_at_the_call_says_what_is_wrong(bad: object, words: str) -> None:
    with pytest.raises(DesignError) as caught:
        bad()
    assert words in str(caught.value)
