"""Convolutional recurrent layers: work by literal loops, what an output sees by moving the input in real Keras."""

from __future__ import annotations

import re
from itertools import product

import keras
import numpy as np
import pytest

from lamella.design import Shape
from lamella.layers import Bidirectional, ConvLSTM1D, ConvLSTM2D, ConvLSTM3D, Input, TimeDistributed
from lamella.layers.base import Layer, ShapeError
from lamella.planning.field import identity_field, through
from lamella.planning.planner import plan
from lamella.sources.yaml_file import read

LAYERS = [
    (ConvLSTM1D(2, 3), (3, 7, 2)),
    (ConvLSTM1D(1, 4, strides=3, padding="same"), (4, 11, 1)),
    (ConvLSTM2D(2, (3, 2), padding="same", use_bias=False), (3, 5, 4, 1)),
    (ConvLSTM2D(1, 2, dilation_rate=(1, 2)), (2, 4, 6, 3)),
    (ConvLSTM3D(2, (1, 2, 3), strides=2), (2, 3, 4, 5, 1)),
]


@pytest.mark.parametrize(("layer", "shape"), LAYERS)
def test_work_is_two_convolutions_for_each_gate_in_every_step(layer: ConvLSTM2D, shape: tuple[int, ...]) -> None:
    whole = ("B", *shape)
    output = layer.output_shape(whole)
    count = 0
    for _ in product(*map(range, (shape[0], 4, *output[1:-1], layer.filters))):
        for _ in product(*map(range, layer.kernel_size)):
            count += shape[-1] + layer.filters
    assert layer.macs((whole,), output) == count
    both = Bidirectional(layer)
    assert both.macs((whole,), both.output_shape(whole)) == 2 * count
    videos = ("B", 3, *shape)
    steps = TimeDistributed(layer)
    assert steps.macs((videos,), steps.output_shape(videos)) == 3 * count


def run(layer: Layer, shape: tuple[int, ...], given: int) -> list[np.ndarray]:
    """For each axis of the sequence, or of a state, how far each output's place changes with each place there."""
    random = np.random.default_rng(5)
    real = getattr(keras.layers, layer.type)(**layer.changed())
    states = layer.state_shapes(("B", *shape))
    inputs = [np.zeros((1, *shape), "float32"), *(np.full((1, *each[1:]), 0.3, "float32") for each in states)]

    def call(tensors: list[np.ndarray]) -> np.ndarray:
        return np.array(real(tensors[0], initial_state=tensors[1:]))

    still = call(inputs)
    # Small numbers, so that no gate is shut or open altogether.
    real.set_weights([random.uniform(0.05, 0.3, each.shape).astype("float32") for each in real.get_weights()])
    still = call(inputs)
    found = []
    for axis in range(1, inputs[given].ndim):
        rows = []
        for place in range(inputs[given].shape[axis]):
            moved = [each.copy() for each in inputs]
            np.moveaxis(moved[given], axis, 0)[place] += 0.5
            rows.append(call(moved)[0] != still[0])
        found.append(np.stack(rows))
    return found


@pytest.mark.parametrize(("layer", "shape"), LAYERS)
@pytest.mark.parametrize("given", [0, 1, 2])
def test_the_last_output_sees_as_far_as_its_steps_carry(layer: ConvLSTM2D, shape: tuple[int, ...], given: int) -> None:
    """The sequence, the first output, and the first memory."""
    whole = ("B", *shape)
    inputs = (whole, *layer.state_shapes(whole))
    output = layer.output_shape(*inputs)
    seen = {source: (axis, way) for axis, (source, way) in layer.views(inputs, output)[given].items()}
    for number, changed in enumerate(run(layer, shape, given)):
        if number + 1 not in seen:
            assert changed.all(), "seen whole"
            continue
        axis, way = seen[number + 1]
        field = through(identity_field(inputs[given][number + 1]), way, output[axis])
        places = np.moveaxis(changed, axis, 1)
        places = places.reshape(*places.shape[:2], -1).any(axis=2).T
        hits = [np.flatnonzero(each) for each in places]
        assert [field.seen(unit) for unit in range(output[axis])] == [(each[0], each[-1]) for each in hits]


def test_what_each_of_several_outputs_sees_is_left_open() -> None:
    layer, shape = ConvLSTM2D(2, (3, 1), return_sequences=True), ("B", 4, 6, 5, 1)
    (seen,) = layer.views((shape,), layer.output_shape(shape))
    assert seen[1] == (1, None)
    assert seen[2] == (2, None)
    assert seen[3][1] is not None, "a window of one spreads nothing"
    (seen,) = ConvLSTM1D(2, 3).views((("B", None, 6, 1),), ("B", 4, 2))
    assert seen == {1: (2, None)}


def test_both_ways_joined_along_a_row_are_left_open() -> None:
    layer, shape = Bidirectional(ConvLSTM2D(2, 3, data_format="channels_first")), ("B", 4, 1, 6, 5)
    output = layer.output_shape(shape)
    assert output == ("B", 2, 4, 6)
    (seen,) = layer.views((shape,), output)
    assert seen[2][1] is not None
    assert seen[3] == (4, None)


@pytest.mark.parametrize("size", ["[5, null, 8, 1]", "[5, 8, null, 1]"])
def test_open_pictures_are_refused_as_in_keras(size: str) -> None:
    known = plan(read(f"input: {size}\nlayers:\n- ConvLSTM2D: {{filters: 2, kernel_size: 3}}\n".encode(), "d.yaml"))
    (found,) = known.errors
    assert found.key == "step unknown"
    assert ("height" if size.startswith("[5, null") else "width") in found.text()


def test_a_shared_layer_takes_one_size() -> None:
    text = """
inputs: {a: [4, 8, 9, 2], b: [5, 8, 9, 2], c: [4, 7, 9, 2]}
layers:
- ConvLSTM2D: {name: one, filters: 2, kernel_size: 3, from: a}
- ConvLSTM2D: {name: two, shares: one, from: b}
- ConvLSTM2D: {name: three, shares: one, from: c}
outputs: [one, two, three]
"""
    (found,) = plan(read(text.encode(), "d.yaml")).errors
    assert found.where.layer == "three"
    assert "whose step is (8, 9, 2); this input needs (7, 9, 2)" in found.text()
    real = keras.layers.ConvLSTM2D(2, 3)
    real(np.zeros((1, 4, 8, 9, 2), "float32"))
    with pytest.raises(ValueError, match="incompatible"):
        real(np.zeros((1, 4, 7, 9, 2), "float32"))


def test_two_ways_of_different_size_are_refused() -> None:
    backward = ConvLSTM1D(2, 2, go_backwards=True)
    with pytest.raises(Exception, match="different sizes"):
        Bidirectional(ConvLSTM1D(2, 3), backward_layer=backward)(Input((4, 8, 1)))
    forward, backward = ConvLSTM1D(2, 3, padding="same"), ConvLSTM1D(2, 2, padding="same", go_backwards=True)
    layer, shape = Bidirectional(forward, backward_layer=backward), ("B", 4, 8, 1)
    assert layer.output_shape(shape) == ("B", 8, 4)
    assert layer.views((shape,), ("B", 8, 4)) == ({1: (2, None)},), "each way sees another part"


@pytest.mark.parametrize(
    ("layer", "shape", "left"),
    [
        (ConvLSTM1D(2, 9, return_sequences=True), (5, 8, 1), ("B", 5, None, 2)),
        (ConvLSTM2D(2, (3, 9), return_sequences=True), (5, 7, 8, 1), ("B", 5, 5, None, 2)),
        (ConvLSTM2D(2, (3, 9)), (5, 7, 8, 1), ("B", 5, None, 2)),
        (
            ConvLSTM3D(2, (3, 9, 1), padding="valid", return_sequences=True),
            (None, 7, 8, 6, 1),
            ("B", None, 5, None, 6, 2),
        ),
        (ConvLSTM2D(2, 3, padding="same", return_sequences=True), (5, None, 8, 1), ("B", 5, None, 8, 2)),
    ],
)
def test_what_is_known_stays_where_the_input_does_not_fit(layer: Layer, shape: Shape, left: Shape) -> None:
    with pytest.raises(ShapeError) as caught:
        layer.output_shape(("B", *shape))
    assert caught.value.shape == left


def test_one_letter_stands_for_one_thing() -> None:
    shape = ("B", 3, 6, 5, 2)
    lines = Bidirectional(ConvLSTM2D(2, 3)).formulas((shape,), ("B", 4, 3, 4))
    heads = [re.match(r"[^[=]*(\[t\])?", line)[0].strip() for line in lines]
    assert len(heads) == len(set(heads))
    assert "H′[t] = o′[t] · tanh(C′[t])" in lines
    assert any("H′[t+1] ∗ U′_i + b′_i" in line for line in lines)
    assert "y = [H, H′]" in lines
