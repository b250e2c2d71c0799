"""What can't be written as ONNX is refused in one error that names every place, before any weight is looked at."""

from __future__ import annotations

import numpy as np
import pytest

from lamella.building.onnx_model import onnx_model
from lamella.design import INPUT, Design, Node
from lamella.errors import BuildError, DesignError
from lamella.sources.yaml_file import read

DESIGN = """\
input: [12, 6]
layers:
  - Conv1D: {name: edges, filters: 4, kernel_size: 3, activation: sparsemax}
  - LSTM: {name: steps, units: 3, return_sequences: true}
  - Mine: {name: own, gives: [12, 3]}
  - Dense: {name: last, units: 2, dtype: float16}
  - BatchNormalization: {call: {training: true}}
"""


def test_every_layer_is_named_with_its_place_and_reason():
    with pytest.raises(BuildError) as refused:
        onnx_model(read(DESIGN.encode(), "d.yaml"), {})
    lines = [each.text().partition(" Replace")[0].partition(" Load")[0] for each in refused.value.problems]
    assert sorted(lines) == [
        "d.yaml:3:5 layers[0] 'edges' (Conv1D): Conv1D can't be written as ONNX: its activation sparsemax has no ONNX.",
        "d.yaml:4:5 layers[1] 'steps' (LSTM): LSTM can't be written as ONNX: lamella has no ONNX for this layer.",
        "d.yaml:5:5 layers[2] 'own' (Mine): lamella does not know Mine and can't have Keras make it.",
        "d.yaml:6:5 layers[3] 'last' (Dense): Dense can't be written as ONNX: its dtype is not float32.",
        "d.yaml:7:5 layers[4] 'batch_normalization' (BatchNormalization): BatchNormalization can't be written as ONNX: "
        "its call says training.",
    ]
    assert refused.value.problems[-1].fix("ko")


def test_a_design_with_errors_has_only_those():
    with pytest.raises(DesignError, match="The design has 1 error"):
        onnx_model(read(b"input: [8, 8, 1]\nlayers:\n  - Conv2D: {filters: 0, kernel_size: 3}\n", "d.yaml"), {})


def dense():
    return Design("d", (Node("x", INPUT, {"shape": (3,)}), Node("out", "Dense", {"units": 2}, ("x",))), {"out": "out"})


def test_weights_must_be_those_of_the_design():
    with pytest.raises(BuildError) as refused:
        onnx_model(dense(), {"out/kernel": np.zeros((3, 4), "float32")})
    assert [each.text() for each in refused.value.problems] == [
        "'out' (Dense): The weight out/kernel must have the shape (3, 2). Received (3, 4). "
        "Take the weights of a model of this design.",
        "'out' (Dense): The weight out/bias must have the shape (2,). Received null. "
        "Take the weights of a model of this design.",
    ]


def test_what_reads_true_and_false_as_numbers_is_refused():
    nodes = (
        Node("x", INPUT, {"shape": (3,)}),
        Node("above", "ops.greater", {"x2": 0}, ("x",)),
        Node("row", "Reshape", {"target_shape": (1, 3)}, ("above",)),
        Node("twice", "ops.add", {}, ("row", "row")),
    )
    with pytest.raises(BuildError, match=r"'twice' .* it reads true and false, or whole numbers"):
        onnx_model(Design("d", nodes, {"twice": "twice"}), {})


def test_a_layer_that_leads_nowhere_is_no_part_of_it():
    nodes = (
        Node("x", INPUT, {"shape": (4, 3)}),
        Node("lost", "LSTM", {"units": 2}, ("x",)),
        Node("out", "Flatten", {}, ("x",)),
    )
    assert onnx_model(Design("d", nodes, {"out": "out"}), {})


def test_more_than_one_file_can_hold_is_refused(monkeypatch):
    monkeypatch.setattr("lamella.building.onnx_model._LARGEST_BYTES", 31)
    weights = {"out/kernel": np.zeros((3, 2), "float32"), "out/bias": np.zeros(2, "float32")}
    with pytest.raises(BuildError, match=r"An ONNX file holds at most 31 bytes of weights\. Received 32\."):
        onnx_model(dense(), weights)
