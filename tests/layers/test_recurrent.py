"""Recurrent layers and layers around others: work by literal loops, weights in and out, layers as data."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from lamella import Model, api
from lamella.algebra import symbol
from lamella.building.keras_weights import put_weights, take_weights
from lamella.errors import DesignError
from lamella.layers import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    Conv1D,
    Conv2D,
    Dense,
    Flatten,
    GRUCell,
    Input,
    LSTMCell,
    Reshape,
    SimpleRNN,
    SpectralNormalization,
    TimeDistributed,
)
from lamella.layers.tracing import trace
from lamella.sources.yaml_file import read

GATES = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}


def counted(gates: int, steps: int, features: int, units: int) -> int:
    count = 0
    for _ in range(steps):
        for _ in range(gates):
            for _ in range(units):
                for _ in range(features):
                    count += 1
                for _ in range(units):
                    count += 1
    return count


@pytest.mark.parametrize("layer", [SimpleRNN(4), LSTM(3), GRU(5), GRU(2, reset_after=False), LSTM(2, use_bias=False)])
@pytest.mark.parametrize(("steps", "features"), [(1, 1), (5, 3), (4, 7)])
def test_work_is_every_gate_in_every_step(layer, steps, features):
    shape = ("B", steps, features)
    expected = counted(GATES[layer.type], steps, features, layer.units)
    assert layer.macs((shape,), layer.output_shape(shape)) == expected
    both = Bidirectional(layer)
    assert both.macs((shape,), both.output_shape(shape)) == 2 * expected
    weights = sum(np.prod(each.shape) for each in layer.weights(shape) if "kernel" in each.name)
    assert expected == steps * weights, "each weight but the bias is used once in each step"


def test_stacked_cells_read_each_other():
    shape = ("B", 5, 3)
    layer = RNN([LSTMCell(4), GRUCell(2)])
    assert layer.macs((shape,), layer.output_shape(shape)) == counted(4, 5, 3, 4) + counted(3, 5, 4, 2)
    assert [each.name for each in layer.weights(shape)][::3] == ["cell_0/kernel", "cell_1/kernel"]


def test_open_steps_give_an_expression():
    steps = symbol("T")
    shape = ("B", steps, 3)
    assert LSTM(2).macs((shape,), LSTM(2).output_shape(shape)) == 40 * steps
    assert GRU(2, return_sequences=True).output_shape(shape) == ("B", steps, 2)
    assert LSTM(2).macs((("B", None, 3),), ("B", 2)) is None


@pytest.mark.parametrize(
    ("inner", "shape"), [(Dense(4), (5, 3)), (Conv2D(2, 3, strides=2), (4, 9, 8, 3)), (LSTM(2), (3, 5, 4))]
)
def test_time_distributed_is_the_inner_layer_times_steps(inner, shape):
    layer, whole, one = TimeDistributed(inner), ("B", *shape), ("B", *shape[1:])
    once = inner.macs((one,), inner.output_shape(one))
    assert once
    assert layer.macs((whole,), layer.output_shape(whole)) == shape[0] * once


def test_time_distributed_around_a_layer_that_scatters_or_keeps_a_state():
    x = Input((6, 8, 3), batch_size=2)
    flat = TimeDistributed(Flatten())(TimeDistributed(Conv1D(4, 3))(x))
    plan = Model(x, Dense(5)(TimeDistributed(LSTM(2, stateful=True))(TimeDistributed(Reshape((4, -1)))(flat)))).plan()
    assert not plan.findings
    assert [row.output_shape[1:] for row in plan.rows[2:]] == [(6, 24), (6, 4, 6), (6, 2), (6, 5)]
    image, conv, flat, *_, last = (row.receptive_fields[0].max for row in plan.rows)
    assert (image, conv, flat, last) == ((1, 1), (1, 3), (1, None), (None, None))
    assert Model(x, TimeDistributed(Flatten())(x)).build().output_shape == (2, 6, 24)


def networks():
    x, h, c = Input((5, 3), name="x"), Input((4,), name="h"), Input((4,), name="c")
    y = Bidirectional(LSTM(4, return_sequences=True, name="both"))(x)
    z = LSTM(4)(y, initial_state=[h, c])
    w = TimeDistributed(Bidirectional(RNN([GRUCell(2), LSTMCell(3)]), merge_mode="sum"))(Input((2, 5, 3)))
    yield Model([x, h, c], z)
    yield Model(w.call.inputs[0], w)
    several = Bidirectional(GRU(2, return_state=True), merge_mode=None)(x)
    yield Model(x, list(several))
    yield Model(x, SpectralNormalization(Dense(2))(x))


@pytest.mark.parametrize("model", list(networks()), ids=["states", "nested", "several", "spectral"])
def test_written_read_and_built(model):
    assert read(api.write(model).encode(), "d.yaml") == model.design
    assert not model.plan().findings
    real = model.build()
    assert real.count_params() == model.plan().totals.params


def test_weights_of_both_directions_are_put_back():
    x = Input((5, 3))
    model = Model(x, Bidirectional(LSTM(4))(x))
    one, other = model.build(), model.build()
    taken = take_weights(one, model.design)
    assert list(taken)[::3] == ["bidirectional/forward/kernel", "bidirectional/backward/kernel"]
    put_weights(other, model.design, taken)
    images = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    assert np.array_equal(keras.ops.convert_to_numpy(one(images)), keras.ops.convert_to_numpy(other(images)))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Bidirectional(Dense(2)), "Bidirectional can't wrap Dense: it is no recurrent layer."),
        (lambda: Bidirectional({"LSTM": {"units": 0}}), "layer, the LSTM inside: units must be an integer >= 1."),
        (lambda: Bidirectional({"LSTN": {"units": 1}}), 'the LSTN inside: There is no layer "LSTN". Did you mean'),
        (lambda: Bidirectional(3), "layer must be a layer such as {LSTM: {units: 4}}. Received 3."),
        (lambda: Bidirectional(LSTM(2), backward_layer=LSTM(2)), "both go in one direction"),
        (lambda: RNN([GRUCell(2), GRUCell(2)], return_state=True), "return_state and cell don't go together"),
        (lambda: LSTM(4)(Input((5, 3)), initial_state=[Input((4,))]), "takes 1 input, or 3 with its states."),
        (lambda: GRU(4)(Input((5, 3)), initial_state=Input((3,))), "needs the initial state 1 to be"),
        (lambda: SpectralNormalization(LSTM(4)), "it has no kernel of its own"),
        (lambda: TimeDistributed(Conv2D(2, 9))(Input((3, 4, 4, 1))), "the Conv2D inside: kernel_size (9, 9) reaches"),
    ],
)
def test_errors_name_the_layer_inside(make, said):
    with pytest.raises(DesignError) as caught:
        make()
    assert said in str(caught.value)


def test_a_layer_that_is_wrapped_may_not_be_used_elsewhere():
    x, one, several = Input((5, 4)), Input((4,)), Input((2, 5, 4))
    dense, cell = Dense(3), GRUCell(2)
    for outputs in (
        [TimeDistributed(dense)(x), dense(one)],
        [TimeDistributed(dense)(x), TimeDistributed(TimeDistributed(dense))(several)],
        RNN([cell, cell])(x),
    ):
        with pytest.raises(DesignError, match="the same layer is used elsewhere too"):
            trace([x, one, several], outputs, "d")
    lstm, wrapped = LSTM(3), TimeDistributed(dense)
    assert Model(x, [Bidirectional(lstm)(x), lstm(x), wrapped(x), wrapped(wrapped(x)[:, :, :1] + x)]).design


def nested(count, make=TimeDistributed):
    """A Dense with so many layers around it."""
    layer = Dense(3)
    for _ in range(count):
        layer = make(layer)
    return layer


def as_data(layer):
    """The same around plain data, as a file holds it."""
    (data,) = (layer,) if isinstance(layer, dict) else ({layer.type: layer.changed()},)
    return {"TimeDistributed": {"layer": data}}


def test_layers_around_layers_are_made_once_each():
    shape = (2,) * 31
    x = Input(shape)
    plan = Model(x, nested(30)(x)).plan()
    assert (plan.totals.params, plan.totals.macs) == (9, 2**31 * 3)
    assert TimeDistributed(nested(29, as_data)) == nested(30)


@pytest.mark.parametrize("count", [31, 60, 400, 3000])
@pytest.mark.parametrize("make", [TimeDistributed, as_data])
def test_layers_around_layers_have_an_end(count, make):
    with pytest.raises(DesignError, match="more than 30 layers stand around each other") as caught:
        TimeDistributed(nested(count, make))
    assert len(str(caught.value)) < 300


def test_a_state_across_batches_needs_their_size():
    x, y = Input((5, 3)), Input((5, 3), batch_size=2)
    assert [each.key for each in Model(x, GRU(2, stateful=True)(x)).plan().errors] == ["batch open"]
    assert Model(y, GRU(2, stateful=True)(y)).build().count_params() == 42
