"""Designs of thousands of the same: the time of reading, planning and writing grows as their length does."""

from __future__ import annotations

import time

import pytest

from lamella import api, layers
from lamella.layers.tracing import trace
from lamella.sources.keras_config import design

FEW = 500


def joined(count):
    """One layer of many inputs."""
    inputs = [layers.Input((3,)) for _ in range(count)]
    return trace(inputs, layers.Concatenate()(inputs), "")


def read_often(count):
    """One layer that reads one tensor many times."""
    tensor = layers.Input((3,))
    return trace(tensor, layers.Concatenate()([tensor] * count), "")


def shared(count):
    """One layer that is called many times."""
    inputs = outputs = layers.Input((3,))
    dense = layers.Dense(3)
    for _ in range(count):
        outputs = dense(outputs)
    return trace(inputs, outputs, "")


def alike(count):
    """Names of which Python and Keras allow one only."""
    inputs = layers.Input((3,))
    names = ["x" + "".join("+" if place >> bit & 1 else "-" for bit in range(11)) for place in range(count)]
    return trace(inputs, [layers.Dense(2, name=each)(inputs) for each in names], "")


def stored(count):
    """A Keras model whose layers' names become one, and which gives one output many times."""
    names = ["a" + "".join("/" if place >> bit & 1 else "." for bit in range(11)) for place in range(count)]
    tensor = {"class_name": "__keras_tensor__", "config": {"keras_history": ["i", 0, 0]}}
    listed = [{"class_name": "InputLayer", "config": {"batch_shape": [None, 3]}, "name": "i"}]
    listed += [
        {"class_name": "Dense", "config": {"units": 2}, "name": each, "inbound_nodes": [{"args": [tensor]}]}
        for each in names
    ]
    ends = [[each, 0, 0] for each in (*names, *names[:1] * count)]
    config = {"name": "m", "layers": listed, "input_layers": ["i", 0, 0], "output_layers": ends}
    return design({"class_name": "Functional", "config": config}, "f.keras")


@pytest.mark.parametrize("make", [joined, read_often, shared, alike, stored])
def test_four_times_as_many_take_about_four_times_as_long(make):
    """Twice that is allowed, for the noise; what grows with the square takes sixteen times as long."""

    def seconds(count):
        taken = []
        for _ in range(2):
            start = time.process_time()
            found = make(count)
            api.plan(found)
            api.write(found, "keras")
            taken.append(time.process_time() - start)
        return min(taken)

    seconds(10)
    assert seconds(4 * FEW) < 8 * seconds(FEW)
