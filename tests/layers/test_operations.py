"""Functions of `keras.ops`: written as Keras writes them, built and run as Keras does, MACs by a literal loop."""

from __future__ import annotations

import itertools
import subprocess
import sys
from math import prod
from operator import attrgetter

import keras
import numpy as np
import pytest

from lamella import Model, ops
from lamella.errors import DesignError
from lamella.layers import REGISTRY, Conv2D, Dense, Flatten, Input
from lamella.layers.operations import operation_type
from lamella.layers.operations.operation import Operation

OPERATORS = {
    "2 - x": lambda x: 2 - x,
    "x - 2": lambda x: x - 2,
    "x + x * 3": lambda x: x + x * 3,
    "1 / (2 + abs(x))": lambda x: 1 / (2 + abs(x)),
    "(x + 3) ** 2 // 2 % 3": lambda x: (x + 3) ** 2 // 2 % 3,
    "2 ** -x": lambda x: 2**-x,
    "x[:, 0]": lambda x: x[:, 0],
    "x[..., 1::2]": lambda x: x[..., 1::2],
    "x[:, None, -2:]": lambda x: x[:, None, -2:],
    "(x > 0) & ~(x > 1)": lambda x: (x > 0) & ~(x > 1),
}


@pytest.mark.parametrize("words", OPERATORS)
def test_operators_build_what_keras_builds(words: str) -> None:
    x, y = Input((4, 6)), keras.Input((4, 6))
    ours, theirs = Model(x, OPERATORS[words](x)).build(), keras.Model(y, OPERATORS[words](y))
    assert [type(each).__name__ for each in ours.operations] == [type(each).__name__ for each in theirs.operations]
    image = np.random.default_rng(1).normal(size=(3, 4, 6)).astype("float32")
    np.testing.assert_array_equal(np.asarray(ours(image)), np.asarray(theirs(image)))


@pytest.mark.parametrize("name", sorted(each for each in REGISTRY if each.startswith("ops.")))
def test_every_type_is_found_by_what_a_keras_file_says(name: str) -> None:
    kind = REGISTRY[name]
    assert issubclass(kind, Operation)
    arguments, shapes = kind.examples[0]
    x = [keras.Input(shape) for shape in shapes]
    made = kind.applied(attrgetter(name)(keras), x, arguments)
    first = made[0] if isinstance(made, (list, tuple)) else made
    source = type(first._keras_history.operation)
    assert operation_type(source.__module__, source.__name__) == name


def test_matrix_products_are_counted_as_loops() -> None:
    x, y = Input((2, 4, 3)), Input((2, 3, 5))
    count = sum(1 for _ in itertools.product(range(2), range(4), range(5), range(3)))
    assert Model([x, y], ops.matmul(x, y)).plan().totals.macs == count
    assert Model([x, y], ops.einsum("bhij,bhjk->bhik", x, y)).plan().totals.macs == count
    assert Model([x, y], x @ y).plan().totals.macs == count == prod((2, 4, 5, 3))


def test_inner_products_are_counted_as_loops() -> None:
    x, y = Input((4, 3)), Input((5, 3))
    mean = ops.mean(y, axis=0)
    count = sum(1 for _ in itertools.product(range(4), range(5), range(3)))
    for each in (ops.inner(x, mean), ops.tensordot(x, mean, axes=((2,), (1,))), ops.dot(x, ops.transpose(mean))):
        assert Model([x, y], each).plan().rows[-1].macs == count
    assert Model([x, y], ops.outer(x, mean)).plan().rows[-1].macs == 4 * 3 * 5 * 3
    assert Model([x, y], ops.vdot(x, x)).plan().rows[-1].macs == 12
    assert Model([x, y], ops.inner(x, y)).plan().rows[-1].macs is None, "each image with every other"


def test_pixel_shuffle_by_reshape_and_transpose() -> None:
    x = Input((5, 7, 8))
    y = ops.transpose(ops.reshape(x, (-1, 5, 7, 2, 2, 2)), (0, 1, 3, 2, 4, 5))
    model = Model(x, ops.reshape(y, (-1, 10, 14, 2)))
    assert model.plan().outputs == {"reshape_1": ("B", 10, 14, 2)}
    assert model.build().output_shape == (None, 10, 14, 2)


def test_where_the_batch_goes_is_followed() -> None:
    x = Input((4, 6))
    assert ops.transpose(x, (1, 0, 2)).full_shape == (4, "B", 6)
    assert ops.mean(x, axis=0).full_shape == (4, 6)
    assert Model(x, ops.mean(x, axis=0)).plan().memory.inference_peak_bytes is None
    with pytest.raises(DesignError, match="the batch"):
        Dense(2)(ops.transpose(x, (1, 0, 2)))


def test_a_slice_is_a_shifted_window() -> None:
    x = Input((12, 12, 1))
    (field,) = Model(x, Conv2D(1, 3)(x[:, 2:, ::2])).plan().rows[-1].receptive_fields
    assert (field.start, field.max, field.stride) == ((2, 0), (3, 5), ((1, 1), (2, 1)))


def test_two_numbers_make_no_tensor() -> None:
    with pytest.raises(DesignError, match="one of them must be a tensor"):
        REGISTRY["ops.add"](x1=1, x2=2)


def test_operations_are_loaded_only_where_they_are_asked_for() -> None:
    """There are many of them, and most designs need none."""
    lines = (
        "import sys, lamella.layers as layers",
        "loaded = lambda: 'lamella.layers.operations.elementwise' in sys.modules",
        "x = layers.Input((8, 8, 1))",
        "y = layers.Conv2D(2, 3)(x)",
        "assert not loaded()",
        "assert (y + 1).shape == (None, 6, 6, 2)",
        "assert loaded()",
    )
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True)


def test_functions_of_pictures_have_their_own_place() -> None:
    x = Input((8, 9, 3))
    assert ops.image.resize(x, (4, 5)).shape == (None, 4, 5, 3)
    assert "resize" in dir(ops.image)
    assert "image" in dir(ops)
    with pytest.raises(AttributeError, match=r"no attribute 'image\.none'"):
        _ = ops.image.none


@pytest.mark.parametrize(
    "cut",
    [
        lambda x: ops.split(x, 10**12, axis=1),
        lambda x: ops.array_split(x, 10**12, axis=1),
        lambda x: ops.unstack(x, axis=1),
        lambda x: ops.unstack(x, num=10**12, axis=1),
    ],
)
def test_very_many_outputs_are_refused_at_once(cut):
    with pytest.raises(DesignError):
        cut(Input((10**12, 3)))


def test_images_multiplied_with_images_are_no_batch() -> None:
    x = Input((3,))
    y = ops.inner(x, x)
    known = Model(x, [y, ops.outer(y, y), ops.ravel(y), Flatten()(y)]).plan()
    assert [row.output_shape for row in known.rows[1:]] == [("B", "B"), (None, None), (None,), ("B", None)]
