"""Layers in layers of Keras models: what stands in every step, and what is used elsewhere too."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from lamella import api


def test_a_layer_that_is_wrapped_and_used_elsewhere_is_counted_once(tmp_path):
    x, sequence = keras.Input((4,)), keras.Input((5, 4))
    for turn in ("plain first", "wrapped first", "wrapped twice"):
        dense, cell = layers.Dense(3, name="d"), layers.GRUCell(2, name="g")
        wrapped = layers.TimeDistributed(dense, name="t")
        calls = [dense(x), wrapped(sequence)] if turn == "plain first" else [wrapped(sequence), dense(x)]
        if turn == "wrapped twice":
            calls[1] = layers.TimeDistributed(dense, name="d")(sequence)
        model = keras.Model([x, sequence], [*calls, *(layers.RNN(cell, name=f"rnn{n}")(sequence) for n in range(2))])
        plan = api.plan(model)
        second = "t" if turn == "plain first" else "d"
        assert plan.totals.params == model.count_params()
        assert plan.totals.partial
        said = [(each.where.layer, each.message()) for each in plan.findings if each.key == "layer opaque"]
        assert [name for name, _ in said] == [second, "rnn1"]
        assert f"with weights of {'d' if second == 't' else 't'}: " in said[0][1]
    dense = layers.Dense(3, name="d")
    calls = [dense(x), layers.TimeDistributed(dense, name="t")(sequence)]
    keras.Model([x, sequence], calls).save(tmp_path / "m.keras")
    assert api.plan(tmp_path / "m.keras").totals.params == 15


@pytest.mark.parametrize("ending", ["", ".keras", ".h5"])
def test_a_chain_in_every_step_is_written_out(ending, tmp_path):
    chain = [layers.Conv2D(4, 3, name="c"), layers.BatchNormalization(name="b"), layers.Flatten(name="f")]
    inner = keras.Sequential([keras.Input((8, 7, 2)), *chain, layers.Dense(5, name="d")])
    x, again = keras.Input((6, 8, 7, 2), name="x"), keras.Input((3, 8, 7, 2), name="again")
    each = layers.TimeDistributed(inner, name="each")
    model = keras.Model([x, again], [layers.LSTM(3)(each(x)), each(again)])
    if ending:
        model.save(tmp_path / f"m{ending}")
    plan = api.plan(tmp_path / f"m{ending}" if ending else model)
    assert (plan.findings, plan.totals.partial) == ((), False)
    assert plan.totals.params == model.count_params()
    assert plan.row("each.d").macs == 6 * (6 * 5 * 4) * 5
    assert plan.row("each.c@2").macs == 3 * (6 * 5 * 4) * (3 * 3 * 2)
    built = api.build(plan.design)
    built.set_weights(model.get_weights())
    images = [np.random.default_rng(0).normal(size=(2, *each.shape[1:])).astype("float32") for each in (x, again)]
    for ours, theirs in zip(built(images), model(images), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
