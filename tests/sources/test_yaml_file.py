"""The design file: what it means, what is wrong in it and where."""

from __future__ import annotations

import pytest

from lamella import api
from lamella.design import INPUT, Node
from lamella.sources.yaml_file import read


def design(text: str):
    return read(text.encode("utf-8"), "d.yaml")


def problems(text: str) -> list[str]:
    return [each.text() for each in design(text).problems]


def graph(text: str) -> dict[str, tuple[str, ...]]:
    return {node.name: node.inputs for node in design(text).nodes}


def test_the_example_of_the_design():
    found = design(
        "name: upsampling autoencoder\n"
        "input: [28, 28, 1]\n"
        "layers:\n"
        "  - Conv2D: {name: edges, filters: 16, kernel_size: 3, padding: same, activation: relu}\n"
        "  - MaxPooling2D: {pool_size: 2, padding: same}\n"
        "  - Conv2D: {filters: 4, kernel_size: 3, padding: same, activation: relu}\n"
        "  - UpSampling2D: {name: up, size: 2}\n"
        "  - Concatenate: {from: [up, edges]}          # `from` only where the way is not the previous layer\n"
        "  - Conv2D: {filters: 1, kernel_size: 3, padding: same, activation: sigmoid}\n"
        'expect: {output: [28, 28, 1], params: "<= 1000", receptive_field: ">= 10"}\n'
    )
    same = {"kernel_size": (3, 3), "padding": "same"}
    assert found.problems == ()
    assert found.name == "upsampling autoencoder"
    assert found.nodes == (
        Node("input", INPUT, {"shape": (28, 28, 1)}),
        Node("edges", "Conv2D", {"filters": 16, **same, "activation": "relu"}, ("input",)),
        Node("max_pooling2d", "MaxPooling2D", {"padding": "same"}, ("edges",)),
        Node("conv2d", "Conv2D", {"filters": 4, **same, "activation": "relu"}, ("max_pooling2d",)),
        Node("up", "UpSampling2D", {}, ("conv2d",)),
        Node("concatenate", "Concatenate", {}, ("up", "edges")),
        Node("conv2d_1", "Conv2D", {"filters": 1, **same, "activation": "sigmoid"}, ("concatenate",)),
    )
    assert found.outputs == {"conv2d_1": "conv2d_1"}
    assert found.expect == {"output": [28, 28, 1], "params": "<= 1000", "receptive_field": ">= 10"}


def test_every_node_and_argument_knows_its_place():
    found = design("input: [4, 4, 1]\nlayers:\n  - Flatten\n  - Dense:\n      units: 3\n      name: d\n      oops: 1\n")
    image, flatten, dense = found.nodes
    assert (image.where.line, image.where.column, image.where.path) == (1, 8, "input")
    assert (flatten.where.line, flatten.where.column, flatten.where.path) == (3, 5, "layers[0]")
    assert str(dense.place()) == "d.yaml:4:5 layers[1] 'd' (Dense)"
    assert str(dense.place("units")) == "d.yaml:5:14 layers[1] 'd' (Dense)"
    assert str(dense.place("name")) == "d.yaml:6:13 layers[1] 'd' (Dense)"
    assert str(dense.place("oops")) == "d.yaml:7:7 layers[1] 'd' (Dense)"
    assert str(dense.place("activation")) == "d.yaml:4:5 layers[1] 'd' (Dense)"


def test_several_inputs_and_outputs_are_named_maps():
    found = design(
        "inputs: {left: [4], right: {shape: [3], batch_size: 8}}\n"
        "layers:\n  - Concatenate: {name: both, from: [left, right]}\n  - Dense: {name: d, units: 2}\n"
        "outputs: {sum: d, raw: both}\n"
    )
    assert [node.name for node in found.inputs] == ["left", "right"]
    assert found.inputs[1].arguments == {"shape": (3,), "batch_size": 8}
    assert found.outputs == {"sum": "d", "raw": "both"}
    assert api.plan(found).outputs == {"sum": ("B", 2), "raw": ("B", 7)}
    assert api.plan(found).batch == 8


@pytest.mark.parametrize(
    ("written", "outputs"),
    [("a", {"a": "a"}), ("[a, b]", {"a": "a", "b": "b"}), ("{x: b}", {"x": "b"}), ("[]", {}), ("{}", {})],
)
def test_outputs(written, outputs):
    text = f"input: [4]\nlayers:\n  - ReLU: {{name: a}}\n  - ReLU: {{name: b}}\noutputs: {written}\n"
    assert (design(text).outputs, problems(text)) == (outputs, [])


def test_the_first_layer_behind_several_inputs_has_no_default():
    text = "inputs: {a: [4], b: [4]}\nlayers:\n  - ReLU\n  - ReLU\n"
    assert graph(text) == {"a": (), "b": (), "re_lu": (), "re_lu_1": ("re_lu",)}


def test_an_input_among_the_layers_takes_none_and_changes_no_default():
    text = "input: [4]\nlayers:\n  - ReLU\n  - ReLU\n  - Input: {shape: [3]}\n  - Flatten\n"
    assert graph(text) == {
        "input": (),
        "re_lu": ("input",),
        "re_lu_1": ("re_lu",),
        "input_1": (),
        "flatten": ("input_1",),
    }


def test_a_shared_layer_is_named_after_the_first_and_counted_once():
    text = (
        "input: [4]\nlayers:\n  - Dense: {name: d, units: 4}\n  - Dense: {shares: d}\n  - Dense: {shares: d}\n"
        "  - Dense: {name: own, shares: d}\n"
    )
    assert graph(text) == {"input": (), "d": ("input",), "d@2": ("d",), "d@3": ("d@2",), "own": ("d@3",)}
    plan = api.plan(design(text))
    assert (plan.totals.params, plan.totals.macs, plan.findings) == (20, 64, ())


def test_a_name_may_be_used_before_its_layer():
    text = "input: [4]\nlayers:\n  - ReLU: {name: last, from: first}\n  - Dense: {name: first, units: 2, from: input}\n"
    text += "outputs: last\n"
    plan = api.plan(design(text))
    assert [row.node.name for row in plan.rows] == ["input", "first", "last"]
    assert (plan.row("last").output_shape, plan.findings) == (("B", 2), ())


def test_automatic_names_step_around_given_ones():
    text = "input: [4]\nlayers:\n  - ReLU\n  - ReLU: {name: re_lu}\n  - ReLU\n  - ReLU: {name: re_lu_2}\n"
    assert list(graph(text)) == ["input", "re_lu_1", "re_lu", "re_lu_3", "re_lu_2"]


def test_comments_and_flow_and_block_are_one():
    block = (
        "# a\ninput:  # b\n  - 4\n  - 4\n  - 1\n# c\nlayers:\n# d\n- Conv2D:  # e\n    filters: 2\n    kernel_size: 3\n"
    )
    flow = "{input: [4, 4, 1], layers: [Conv2D: {filters: 2, kernel_size: [3, 3]}]}"
    assert design(block) == design(flow)


LAYER = "one layer type with its arguments"
WRITE = "Write - Conv2D: {filters: 16, kernel_size: 3}."
NAME = "a name without / or line breaks"
WRONG = {
    "layer: []": 'd.yaml:1:1: A design has no entry "layer". Did you mean layers?',
    "input: [4]\nInput: [5]": 'd.yaml:2:1: A design has no entry "Input". Did you mean input?',
    "wxyz: 1": ('d.yaml:1:1: A design has no entry "wxyz". There is name, input, inputs, layers, outputs, expect.'),
    "name: 5": "d.yaml:1:7: name must be text. Received 5. Try '5'.",
    "name: [a]": "d.yaml:1:7: name must be text. Received a list.",
    "expect: [1]": "d.yaml:1:9: expect must be a mapping such as {params: '<= 1000'}. Received a list.",
    "inputs: [28, 28, 1]": ("d.yaml:1:9: inputs must be names with shapes: {image: [28, 28, 1]}. Received a list."),
    "inputs: {a/b: [4]}": f'd.yaml:1:10: inputs must be {NAME}. Received "a/b".',
    "layers: {Flatten: {}}": (
        f"d.yaml:1:9: layers must be a list of layers, each behind a -. Received a mapping with Flatten. {WRITE}"
    ),
    "layers: Flatten": 'd.yaml:1:9: layers must be a list of layers, each behind a -. Received "Flatten". ' + WRITE,
    "layers:\n  - Flatten:\n    name: f": (
        f"d.yaml:2:5: layers[0] must be {LAYER}. Received a mapping with Flatten, name. "
        "Indent the arguments further than Flatten."
    ),
    "layers: [Flatten, 5]": f"d.yaml:1:19: layers[1] must be {LAYER}. Received 5. {WRITE}",
    "layers: [null]": f"d.yaml:1:10: layers[0] must be {LAYER}. Received null. {WRITE}",
    "layers: [[Flatten]]": f"d.yaml:1:10: layers[0] must be {LAYER}. Received a list. {WRITE}",
    "layers: [{}]": f"d.yaml:1:10: layers[0] must be {LAYER}. Received an empty mapping. {WRITE}",
    "layers:\n  - {Flatten: , ReLU: }": (
        f"d.yaml:2:5: layers[0] must be {LAYER}. Received a mapping with Flatten, ReLU. "
        "Put each layer behind a - of its own."
    ),
    "layers:\n  - Conv2D: 16": (
        "d.yaml:2:5: Conv2D must be arguments with their names. Received 16. "
        "Write - Conv2D: {filters: 16, kernel_size: ...}."
    ),
    "layers:\n  - Dense: [16]": (
        "d.yaml:2:5: Dense must be arguments with their names. Received a list. Write - Dense: {units: 16}."
    ),
    "layers:\n  - ReLU: {name: 5}": f"d.yaml:2:18: name must be {NAME}. Received 5. Try '5'.",
    "layers:\n  - ReLU: {name: true}": f"d.yaml:2:18: name must be {NAME}. Received true.",
    "layers:\n  - ReLU: {name: ''}": f'd.yaml:2:18: name must be {NAME}. Received "".',
    "layers:\n  - ReLU: {name: ' a'}": f'd.yaml:2:18: name must be {NAME}. Received " a".',
    "layers:\n  - ReLU: {name: a/b}": f'd.yaml:2:18: name must be {NAME}. Received "a/b".',
    'layers:\n  - ReLU: {name: "a\\e[1m"}': f'd.yaml:2:18: name must be {NAME}. Received "a\\x1b[1m".',
    "layers:\n  - ReLU: {shares: 5}": f"d.yaml:2:20: shares must be {NAME}. Received 5. Try '5'.",
    "layers:\n  - ReLU: {from: 5}": (
        "d.yaml:2:18: from must be a layer's name or a list of them. Received 5. Try '5'."
    ),
    "layers:\n  - Add: {from: [a, null]}": (
        "d.yaml:2:21: from must be a layer's name or a list of them. Received null."
    ),
    "layers:\n  - Add: {from: {a: b}}": (
        "d.yaml:2:17: from must be a layer's name or a list of them. Received a mapping with a."
    ),
    "outputs: 5": "d.yaml:1:10: outputs must be a layer's name, a list of them, or a mapping. Received 5. Try '5'.",
    "outputs:": ("d.yaml:1:9: outputs must be a layer's name, a list of them, or a mapping. Received null."),
    "outputs: {a: [b]}": f"d.yaml:1:14: outputs.a must be {NAME}. Received a list.",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_in_the_file(text):
    assert problems(text) == [WRONG[text]]


@pytest.mark.parametrize("wrong", ["5", "null", "[Conv2D]", "{Dense: {units: 2}, ReLU: }", "{}", "Densee: {units: 2}"])
def test_what_is_no_layer_lets_nothing_behind_it_look_known(wrong):
    plan = api.plan(design(f"input: [4]\nlayers:\n  - Dense: {{units: 3}}\n  - {wrong}\n  - Dense: {{units: 2}}\n"))
    assert len(plan.rows) == 4
    assert [row.params for row in plan.rows] == [0, 15, None, None]
    assert plan.totals.partial
    assert plan.errors


@pytest.mark.parametrize("wrong", ["[a, 5]", "[a, null]", "[a, {b: c}]", "[a, x/y]"])
def test_a_wrong_name_in_from_is_not_left_out(wrong):
    plan = api.plan(design(f"input: [4]\nlayers:\n  - Dense: {{name: a, units: 3}}\n  - Add: {{from: {wrong}}}\n"))
    assert plan.rows[-1].output_shape is None
    assert plan.errors


def test_what_is_meant_is_read_all_the_same():
    beside = "input: [4]\nlayers:\n  - Dense:\n    units: 3\n    name: d\n"
    mapping = "input: [4]\nlayers:\n  Dense: {units: 3, name: d}\n"
    listed = "inputs: [4]\nlayers:\n  - Dense: {units: 3, name: d}\n"
    for text in (beside, mapping, listed):
        plan = api.plan(design(text))
        assert (plan.totals.params, len(plan.errors)) == (15, 1)
