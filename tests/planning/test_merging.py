"""Every merge of two small tensors: lamella and Keras join them to the same shape, or both refuse."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from lamella.design import BATCH
from lamella.layers import REGISTRY
from lamella.layers.base import ShapeError
from lamella.planning.planner import plan
from lamella.sources.yaml_file import read
from oracles import keras_class

SHAPES = [*product((1, 2, 3)), *product((1, 2, 3), repeat=2), *product((1, 2), repeat=3)]
MERGES = [
    *((name, {}) for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")),
    *(("Dot", {"axes": axes}) for axes in (1, -1, (1, 2), (2, -1))),
    *(("Concatenate", {"axis": axis}) for axis in (-1, -2, -3)),
]


def ours(type_name: str, arguments: dict[str, int], shapes: tuple[tuple[int, ...], ...]) -> tuple[int, ...] | None:
    try:
        return REGISTRY[type_name](**arguments).output_shape(*((BATCH, *shape) for shape in shapes))[1:]
    except ShapeError:
        return None


def theirs(type_name: str, arguments: dict[str, int], shapes: tuple[tuple[int, ...], ...]) -> tuple[int, ...] | None:
    """The shape of one image that running the layer gives; None where it refuses or does not keep the batch."""
    try:
        found = keras_class(type_name)(**arguments)([np.zeros((5, *shape)) for shape in shapes])
    except Exception:  # Keras' own checks raise ValueError, TensorFlow's share no base with it
        return None
    return tuple(found.shape[1:]) if found.shape[0] == 5 else None


@pytest.mark.parametrize(("type_name", "arguments"), MERGES, ids=str)
def test_two_tensors(type_name: str, arguments: dict[str, int]) -> None:
    joined = 0
    for shapes in product(SHAPES, repeat=2):
        expected = theirs(type_name, arguments, shapes)
        assert ours(type_name, arguments, shapes) == expected, shapes
        joined += expected is not None
    assert 0 < joined < len(SHAPES) ** 2


@pytest.mark.parametrize("shapes", [*product([(2, 1), (1, 3), (2, 3), (3,), (1,)], repeat=3)], ids=str)
def test_three_tensors_are_added(shapes: tuple[tuple[int, ...], ...]) -> None:
    assert ours("Add", {}, shapes) == theirs("Add", {}, shapes)


def test_a_shared_normalization_needs_as_many_axes_as_its_first_use():
    design = read(
        b"input: [4, 4, 3]\nlayers:\n  - BatchNormalization: {name: a}\n"
        b"  - GlobalAveragePooling2D\n  - BatchNormalization: {shares: a}\n",
        "d.yaml",
    )
    (found,) = plan(design).errors
    assert "whose input has 4 axes; this input has 2. Reshape one of the inputs." in found.text()


def test_what_follows_from_an_error_is_no_error_of_its_own():
    text = (
        b"input: [26, 26, 1]\nlayers:\n  - Conv2D: {name: a, filters: 64, kernel_size: 1}\n"
        b"  - Conv2D: {name: b, filters: 48, kernel_size: 1, from: input}\n  - Add: {from: [a, b]}\n  - ReLU\n"
        b"  - Conv2D: {filters: 3, kernel_size: 3}\n  - Dense: {units: 0}\n"
    )
    assert [each.code for each in plan(read(text, "d.yaml")).errors] == ["LAM024", "LAM001"]
