"""Whole designs in ONNX: random ones, open sizes, the note's autoencoders, and that no node is there for nothing."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest

from building.onnx_designs import drawn
from building.onnx_running import Both
from lamella import api
from lamella.building.keras_weights import take_weights
from lamella.building.onnx_model import onnx_model
from lamella.design import INPUT, Design, Node

pytestmark = pytest.mark.filterwarnings("ignore:You are using a softmax over axis")


def sizes_for(design, dice):
    """Sizes of images that a design takes, several where it leaves them open."""
    shapes = [node.arguments["shape"] for node in design.inputs]
    wanted = 3 if any(None in shape for shape in shapes) else 1
    found = []
    for _ in range(60):
        height, width = dice.randint(1, 20), dice.randint(1, 20)
        given = [tuple(_size(each, at, (height, width)) for at, each in enumerate(shape)) for shape in shapes]
        if len(found) < wanted and not api.plan(design, input=given).errors:
            found.append(given)
    return found


def _size(size, place, given):
    return given[place] if size is None else size


@pytest.mark.parametrize("seed", range(60))
def test_random_designs_give_what_keras_gives(seed):
    print("seed", seed)
    dice = random.Random(seed)
    design = drawn(dice)
    print(design.nodes)
    both = Both(design, np.random.default_rng(seed))
    for shapes in sizes_for(design, dice):
        both.compare(both.images(shapes), 3e-5)


def chain(shape, *layers, name="chain"):
    """A design of layers one after the other, and where one says so, after others: (type, arguments, inputs)."""
    nodes = [Node("x", INPUT, {"shape": shape})]
    for place, (type_name, arguments, *read) in enumerate(layers):
        given = dict(arguments)
        own = given.pop("name", f"layer{place}")
        nodes.append(Node(own, type_name, given, tuple(read[0]) if read else (nodes[-1].name,)))
    return Design(name, tuple(nodes), {nodes[-1].name: nodes[-1].name})


def convolution(filters, kernel_size=3, strides=1, **more):
    given = {"filters": filters, "kernel_size": kernel_size, "strides": strides, "padding": "same"}
    return "Conv2D", given | more


def both_of(design):
    print("seed 1")
    return Both(design, np.random.default_rng(1))


def test_a_u_net_of_open_sizes_has_two_transposes():
    design = chain(
        (None, None, 3),
        convolution(8, activation="relu", name="wide"),
        convolution(12, 5, 2, activation="gelu"),
        ("MaxPooling2D", {"pool_size": 2, "padding": "same"}),
        convolution(16, 3, 2, activation="silu"),
        ("BatchNormalization", {}),
        ("Conv2DTranspose", {"filters": 12, "kernel_size": 3, "strides": 2, "padding": "same"}),
        ("UpSampling2D", {}),
        ("Conv2DTranspose", {"filters": 8, "kernel_size": 4, "strides": 2, "padding": "same", "name": "up"}),
        ("Concatenate", {}, ("up", "wide")),
        convolution(3, activation="sigmoid"),
    )
    both = both_of(design)
    for size in ((16, 16), (8, 40), (64, 24)):
        both.compare(both.images([(*size, 3)], 3))
    assert Counter(both.operators)["Transpose"] == 2
    assert [str(size.dim_param) for size in both.proto.graph.input[0].type.tensor_type.shape.dim[:3]] == [
        "batch",
        "H",
        "W",
    ]


@pytest.mark.parametrize("strides", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_same_stands_where_tensorflow_has_it(size, strides):
    """Odd and even sizes that are open, by windows shorter and longer than their strides."""
    window = {"strides": strides, "padding": "same"}
    kinds = [convolution(4, size, strides), ("MaxPooling2D", {"pool_size": size} | window)]
    kinds += [("Conv2DTranspose", {"filters": 2, "kernel_size": size} | window)]
    kinds += [("AveragePooling2D", {"pool_size": size} | window)]
    for kind in kinds:
        both = both_of(chain((None, None, 3), kind))
        for shape in ((1, 1), (2, 3), (7, 7), (8, 16), (17, 12)):
            both.compare(both.images([(*shape, 3)], 1))


def test_resizing_and_what_follows_it_at_open_sizes():
    """Paddings that a convolution takes over, and those that a pooling can't."""
    design = chain(
        (None, None, 3),
        ("ZeroPadding2D", {"padding": ((1, 2), (0, 3))}),
        convolution(4, 3, 2, padding="valid"),
        ("ZeroPadding2D", {}),
        ("MaxPooling2D", {"pool_size": 3, "strides": 2}),
        ("UpSampling2D", {"size": 3, "interpolation": "bilinear"}),
        ("Cropping2D", {"cropping": ((1, 0), (0, 1))}),
        ("Resizing", {"height": 9, "width": 7}),
        ("UpSampling2D", {"interpolation": "bilinear"}),
        ("Dense", {"units": 5, "activation": "softmax"}),
        ("Resizing", {"height": 4, "width": 11, "interpolation": "nearest"}),
    )
    both = both_of(design)
    for size in ((16, 16), (17, 23), (5, 8), (30, 31)):
        both.compare(both.images([(*size, 3)], 3))
    assert Counter(both.operators)["Pad"] == 1
    assert both.operators[:2] == ["Transpose", "Conv"]


POOLED, UP, GROWN = ["Conv", "Relu", "MaxPool"], ["Conv", "Relu", "Resize"], ["ConvTranspose", "Relu", "Resize"]
NOTES = {
    "upsampling-autoencoder": [*POOLED * 3, *UP * 3, "Conv", "Sigmoid"],
    "transposed-autoencoder": [*POOLED * 2, "Conv", "Relu", *GROWN * 3, "ConvTranspose", "Sigmoid"],
}


@pytest.mark.parametrize("name", NOTES)
def test_the_notes_autoencoders_have_no_node_too_many(name):
    """Of one channel the pictures need no Transpose, and each layer is one node, with its activation two."""
    both = both_of(api.ready_design(name))
    both.compare(both.images([(28, 28, 1)], 3))
    assert both.operators == ["Reshape", *NOTES[name], "Reshape"]


def test_the_same_design_gives_the_same_bytes():
    design = api.ready_design("upsampling-autoencoder")
    both = both_of(design)
    assert onnx_model(design, take_weights(both.model, design)) == both.data
    assert (both.proto.opset_import[0].version, both.proto.ir_version, both.proto.producer_name) == (20, 9, "lamella")


def test_shared_layers_have_their_weights_once():
    nodes = (
        Node("a", INPUT, {"shape": (6, 6, 2)}),
        Node("b", INPUT, {"shape": (9, 5, 2)}),
        Node("edges", "Conv2D", {"filters": 3, "kernel_size": 3}, ("a",)),
        Node("again", "Conv2D", {}, ("b",), shares="edges"),
        Node("one", "GlobalMaxPooling2D", {}, ("edges",)),
        Node("two", "GlobalMaxPooling2D", {}, ("again",)),
        Node("sum", "Add", {}, ("one", "two")),
    )
    both = both_of(Design("shared", nodes, {"sum": "sum", "edges of a": "edges"}))
    both.compare(both.images([(6, 6, 2), (9, 5, 2)]))
    arrays = [each.name for each in both.proto.graph.initializer if each.name.startswith("edges/")]
    assert sorted(arrays) == ["edges/bias", "edges/kernel"]
    assert [each.name for each in both.session.get_outputs()] == ["sum", "edges of a"]


def test_an_input_can_be_an_output_and_one_tensor_two():
    nodes = (Node("x", INPUT, {"shape": (4,)}), Node("y", "Dense", {"units": 2}, ("x",)))
    design = Design("twice", nodes, {"first": "y", "second": "y", "same": "x"})
    both = both_of(design)
    (image,) = both.images([(4,)])
    first, second, same = both.by_onnx([image])
    assert np.array_equal(first, second)
    assert np.array_equal(same, image)


def test_channels_first_needs_no_transpose():
    first = {"data_format": "channels_first"}
    design = chain(
        (3, 8, 9),
        convolution(4, **first),
        ("MaxPooling2D", {"pool_size": 2} | first),
        ("BatchNormalization", {"axis": 1}),
        ("Conv2DTranspose", {"filters": 2, "kernel_size": 3, "strides": 2} | first),
    )
    both = both_of(design)
    both.compare(both.images([(3, 8, 9)]))
    assert both.operators == ["Conv", "MaxPool", "BatchNormalization", "ConvTranspose"]
