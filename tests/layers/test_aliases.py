"""Keras' other names for its layers mean the same types here."""

from __future__ import annotations

import keras
import pytest

import lamella.layers
from lamella.layers import ALIASES, REGISTRY
from lamella.sources.yaml_file import read


def test_the_table_is_keras_own() -> None:
    names = {name: each.__name__ for name, each in vars(keras.layers).items() if isinstance(each, type)}
    assert {name: main for name, main in names.items() if main != name and main in REGISTRY} == ALIASES


@pytest.mark.parametrize("name", ALIASES)
def test_an_alias_is_the_type(name: str) -> None:
    assert getattr(lamella.layers, name) is REGISTRY[ALIASES[name]]
    assert name in lamella.layers.__all__


def test_a_design_gets_the_main_type() -> None:
    text = "input: [8, 8, 1]\nlayers:\n- Convolution2D: {filters: 2, kernel_size: [3, 3]}\n- MaxPool2D\n- AvgPool2D:\n"
    design = read(text.encode(), "design.yaml")
    assert not design.problems
    assert [node.type for node in design.nodes[1:3]] == ["Conv2D", "MaxPooling2D"]
    assert design.nodes[3].type == "AveragePooling2D"
    assert [node.name for node in design.nodes[1:]] == ["conv2d", "max_pooling2d", "average_pooling2d"]
