"""The same design written in YAML and in Python is one design."""

from __future__ import annotations

import pytest

from lamella import Model, api
from lamella.layers import Add, Concatenate, Conv2D, Dense, Flatten, Input, MaxPooling2D, UpSampling2D
from lamella.sources.yaml_file import read


def chain():
    x = Input((28, 28, 1))
    return Model(x, Flatten()(MaxPooling2D(2)(Conv2D(16, 3, activation="relu")(x))), "chain")


def skip():
    x = Input((8, 8, 2))
    y = Conv2D(2, (3, 3), padding="SAME", name="edges")(x)
    return Model(x, Add()([x, y]))


def shared():
    x = Input((8, 8, 2))
    layer = Conv2D(2, 3, padding="same", name="edges")
    return Model(x, layer(layer(layer(x))))


def two_inputs():
    left, right = Input((4,), name="left"), Input((3,), name="right")
    return Model([left, right], Dense(2)(Concatenate()([left, right])))


def two_outputs():
    x = Input((4,))
    code = Dense(2, name="code")(x)
    return Model(x, [code, Dense(4)(code)])


def named_outputs():
    x = Input((4,))
    code = Dense(2, name="code")(x)
    return Model(x, {"restored": Dense(4)(code), "code": code})


def shared_over_two_inputs():
    a, b = Input((4,), name="a"), Input((4,), batch_size=3, name="b")
    layer = Dense(2, use_bias=False)
    return Model([a, b], Add()([layer(a), layer(b)]))


def defaults_written_out():
    x = Input((4, 4, 1))
    y = Conv2D(1, (1, 1), strides=(1, 1), padding="valid", use_bias=True, activation=None)(x)
    return Model(x, UpSampling2D(size=(2, 2), interpolation="nearest")(y))


IN_YAML = {
    chain: (
        "name: chain\ninput: [28, 28, 1]\nlayers:\n  - Conv2D: {activation: relu, kernel_size: [3, 3], filters: 16}\n"
        "  - MaxPooling2D: {pool_size: 2}\n  - Flatten\n"
    ),
    skip: (
        "input: [8, 8, 2]\nlayers:\n  - Conv2D: {name: edges, filters: 2, kernel_size: 3, padding: same}\n"
        "  - Add: {from: [input, edges]}\n"
    ),
    shared: (
        "input: [8, 8, 2]\nlayers:\n  - Conv2D: {name: edges, filters: 2, kernel_size: 3, padding: same}\n"
        "  - Conv2D: {shares: edges}\n  - Conv2D: {shares: edges}\n"
    ),
    two_inputs: (
        "inputs: {left: [4], right: [3]}\nlayers:\n  - Concatenate: {from: [left, right]}\n  - Dense: {units: 2}\n"
    ),
    two_outputs: (
        "input: [4]\nlayers:\n  - Dense: {name: code, units: 2}\n  - Dense: {units: 4}\noutputs: [code, dense]\n"
    ),
    named_outputs: (
        "input: [4]\nlayers:\n  - Dense: {name: code, units: 2}\n  - Dense: {units: 4}\n"
        "outputs: {restored: dense, code: code}\n"
    ),
    shared_over_two_inputs: (
        "inputs: {a: [4], b: {shape: [4], batch_size: 3}}\nlayers:\n  - Dense: {units: 2, use_bias: false, from: a}\n"
        "  - Dense: {shares: dense, from: b}\n  - Add: {from: [dense, dense@2]}\n"
    ),
    defaults_written_out: (
        "input: [4, 4, 1]\nlayers:\n  - Conv2D: {filters: 1, kernel_size: 1}\n  - UpSampling2D: {}\n"
    ),
}


@pytest.mark.parametrize("make", IN_YAML)
def test_both_ways_of_writing_give_one_design(make):
    from_yaml, from_python = read(IN_YAML[make].encode(), "d.yaml"), make().design
    assert from_yaml.problems == ()
    assert from_yaml == from_python
    assert api.plan(from_yaml).totals == api.plan(from_python).totals
    assert read(api.write(from_python).encode(), "d.yaml") == from_python
