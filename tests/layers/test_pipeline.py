"""A pipeline says what its layers say one behind the other in a design."""

from __future__ import annotations

import keras
import pytest

from lamella.design import BATCH, INPUT, Design, Node
from lamella.errors import DesignError
from lamella.layers import LSTM, CenterCrop, Conv2D, Input, Pipeline, RandomFlip
from lamella.planning.planner import plan

CHAINS = [
    ([{"Conv2D": {"filters": 2, "kernel_size": 3}}, {"MaxPooling2D": {}}, {"RandomFlip": {}}], (12, 9, 3)),
    ([{"Conv2D": {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}}, {"UpSampling2D": {}}], (12, 9, 3)),
    ([{"Permute": {"dims": (2, 1, 3)}}, {"Conv2D": {"filters": 2, "kernel_size": (3, 1)}}], (12, 9, 3)),
    (
        [{"Conv2D": {"filters": 2, "kernel_size": 3}}, {"GlobalAveragePooling2D": {}}, {"Dense": {"units": 2}}],
        (12, 9, 3),
    ),
    ([{"LSTM": {"units": 2, "return_sequences": True}}, {"Conv1D": {"filters": 2, "kernel_size": 2}}], (7, 3)),
    ([{"Dense": {"units": 4}}, {"RepeatVector": {"n": 3}}], (5,)),
    ([{"Conv2D": {"filters": 2, "kernel_size": 3}}, {"Flatten": {}}, {"Dense": {"units": 3}}], (8, 7, 2)),
    ([{"Conv1D": {"filters": 2, "kernel_size": 2}}, {"Reshape": {"target_shape": (2, -1)}}], (7, 3)),
    ([{"Pipeline": {"layers": [{"ZeroPadding2D": {}}, {"Conv2D": {"filters": 1, "kernel_size": 5}}]}}], (8, 7, 1)),
]


def one_by_one(layers: list, shape: tuple[int, ...]) -> Design:
    nodes = [Node("x", INPUT, {"shape": shape})]
    for place, data in enumerate(layers):
        ((name, arguments),) = data.items()
        nodes.append(Node(f"layer_{place}", name, dict(arguments), (nodes[-1].name,)))
    return Design("chain", tuple(nodes), {"y": nodes[-1].name})


@pytest.mark.parametrize(("layers", "shape"), CHAINS)
def test_is_its_layers_one_by_one(layers: list, shape: tuple[int, ...]) -> None:
    nodes = (Node("x", INPUT, {"shape": shape}), Node("layer", "Pipeline", {"layers": layers}, ("x",)))
    known, single = plan(Design("pipeline", nodes, {"y": "layer"})), plan(one_by_one(layers, shape))
    assert (known.errors, single.errors) == ((), ())
    one, last = known.row("layer"), single.rows[-1]
    assert one.output_shape == last.output_shape
    assert known.totals.params == single.totals.params
    assert known.totals.macs == single.totals.macs
    ours, theirs = one.receptive_fields[0], last.receptive_fields[0]
    for axis, (said, true) in enumerate(zip(ours, theirs, strict=True)):
        if axis and isinstance(said, tuple):
            assert all(each in (None, other) for each, other in zip(said, true, strict=True))
    assert Pipeline(layers).output_shape((BATCH, *shape)) == one.output_shape


def test_windows_are_followed_through() -> None:
    layers, shape = CHAINS[0]
    nodes = (Node("x", INPUT, {"shape": shape}), Node("layer", "Pipeline", {"layers": layers}, ("x",)))
    known = plan(Design("pipeline", nodes, {"y": "layer"}))
    assert known.row("layer").receptive_fields == plan(one_by_one(layers, shape)).rows[-1].receptive_fields


def test_takes_layers_themselves() -> None:
    layer = Pipeline([RandomFlip(), CenterCrop(4, 4), Conv2D(2, 3)])
    assert layer(Input((8, 9, 1))).shape == (None, 2, 2, 2)
    real = keras.layers.Pipeline([keras.layers.RandomFlip(), keras.layers.CenterCrop(4, 4), keras.layers.Conv2D(2, 3)])
    assert real(keras.Input((8, 9, 1))).shape == (None, 2, 2, 2)


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([], "a list of layers"),
        ([{"Add": {}}], "does not take one tensor"),
        ([{"Conv2D": {"filters": 0, "kernel_size": 3}}], "filters must be an integer >= 1"),
    ],
)
def test_wrong_layers_are_named(layers: list, said: str) -> None:
    with pytest.raises(DesignError) as caught:
        Pipeline(layers)
    assert said in str(caught.value)


def test_several_outputs_go_no_further() -> None:
    with pytest.raises(DesignError, match="several outputs"):
        Pipeline([LSTM(2, return_state=True)])(Input((4, 3)))
