"""Living Keras models of which layers were frozen: what still learns, in every form of the design."""

from __future__ import annotations

from math import prod

import keras
import pytest

import lamella
from lamella import api
from lamella.errors import LamellaError
from lamella.sources import yaml_file


def attending(layer, shape=(4, 8)):
    x = keras.Input(shape)
    y = layer(x, x) if "Attention" in type(layer).__name__ else layer(x)
    return keras.Model(x, keras.layers.Dense(2)(y)), layer


CASES = {
    "heads": lambda: attending(keras.layers.MultiHeadAttention(2, 4)),
    "groups": lambda: attending(keras.layers.GroupQueryAttention(4, 2, 1)),
    "pictures": lambda: attending(keras.layers.ConvLSTM2D(3, 3), (4, 8, 8, 2)),
    "wrapped": lambda: attending(keras.layers.TimeDistributed(keras.layers.Dense(3))),
    "ways": lambda: attending(keras.layers.Bidirectional(keras.layers.LSTM(3))),
}


def numbers(weights):
    return sum(prod(each.shape) for each in weights)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("frozen", [False, True])
def test_what_learns_is_what_keras_trains(case, frozen, tmp_path):
    model, layer = CASES[case]()
    layer.trainable = not frozen
    known = lamella.plan(model)
    expected = numbers(model.trainable_weights)
    assert known.totals.trainable_params == expected
    assert known.totals.params == model.count_params()
    again = yaml_file.read(api.write(known.design).encode(), "d.yaml")
    assert [node.frozen for node in again.nodes] == [node.frozen for node in known.design.nodes]
    built = api.build(again)
    assert numbers(built.trainable_weights) == expected
    file = tmp_path / "m.keras"
    model.save(file)
    loaded = keras.models.load_model(file)
    kept = numbers(loaded.trainable_weights)
    assert lamella.plan(file).totals.trainable_params == kept


def test_keras_code_can_not_say_it():
    model, layer = CASES["heads"]()
    layer.trainable = False
    with pytest.raises(LamellaError, match="frozen after it was made"):
        api.write(model, "keras")


def test_frozen_is_true_or_left_out():
    text = b"input: [4, 8]\nlayers:\n  - Dense: {units: 3, frozen: 5}\n"
    known = lamella.plan(yaml_file.read(text, "d.yaml"))
    assert [each.where.line for each in known.errors] == [3]
