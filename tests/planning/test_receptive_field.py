"""Receptive fields against brute force: each input row and column is perturbed, and the outputs that move are seen."""

from itertools import pairwise
from math import prod

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamella import Model
from lamella.layers import Add, Conv2D, Dense, Flatten, GlobalAveragePooling2D, Input, MaxPooling2D, UpSampling2D
from lamella.planning.planner import plan
from oracles import forward
from planning.field_designs import field_designs

BRUTE = settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def extents(known, axis, name):
    """For each position of the node along one axis: first and last input that moves it, or None."""
    height, width = known.rows[0].output_shape[1:3]
    size = (height, width)[axis]
    images = np.zeros((size, height, width, 1), "float32")
    for index in range(size):
        images[index, index if axis == 0 else slice(None), index if axis == 1 else slice(None)] = 1
    moved = forward(known, {known.rows[0].node.name: images})[name].max(axis=(3, 2 - axis)) > 0
    return [(int(seen[0]), int(seen[-1])) if len(seen := np.flatnonzero(column)) else None for column in moved.T]


def length(extent):
    return 0 if extent is None else extent[1] - extent[0] + 1


def last_field(known):
    (name,) = known.design.outputs.values()
    return name, known.row(name).receptive_fields[0]


@BRUTE
@given(field_designs(st.integers(1, 12), largest=40))
def test_what_is_really_seen(design):
    known = plan(design)
    name, field = last_field(known)
    for axis in range(2):
        found = extents(known, axis, name)
        if 0 in field.seen:  # along one axis every window falls into padding: nothing moves the output at all
            assert found == [None] * len(found)
        elif field.seen[axis] is not None:
            assert field.seen[axis] == max(map(length, found))


@BRUTE
@given(field_designs(st.integers(30, 40), largest=90, most=4))
def test_size_stride_and_start_where_the_image_is_large(design):
    known = plan(design)
    name, field = last_field(known)
    height, width = known.rows[0].output_shape[1:3]
    nothing = {known.rows[0].node.name: np.zeros((1, height, width, 1), "float32")}
    for axis in range(2):
        if field.stride[axis] is None:
            continue
        found = extents(known, axis, name)
        ends = (1.0, 0.0) if axis == 0 else (0.0, 1.0)
        outside = forward(known, nothing, ends)[name][0].max(axis=(2, 1 - axis)) > 0
        inside = np.flatnonzero(~outside).tolist()
        repeats = prod(
            (row.layer.strides if row.node.type == "Conv2DTranspose" else row.layer.size)[axis]
            for row in known.rows
            if row.node.type in ("Conv2DTranspose", "UpSampling2D")
        )
        if len(inside) < repeats or any(b - a != 1 for a, b in pairwise(inside)):
            continue
        sizes = [length(found[index]) for index in inside]
        assert (min(sizes), max(sizes)) == (field.min[axis], field.max[axis])
        numerator, denominator = field.stride[axis]
        for index in inside:
            if index % repeats == 0 and field.start[axis] is not None:
                assert found[index][0] == field.start[axis] + index * numerator // denominator


def branches(second):
    x = Input((32, 32, 1))
    return Model(x, Add()([Conv2D(1, 5, padding="same")(x), second(x)])).plan().rows[-1].receptive_fields[0]


@pytest.mark.parametrize(
    ("second", "aligned"),
    [
        (lambda x: Conv2D(1, 3, padding="same")(x), True),
        (lambda x: x, True),
        (lambda x: UpSampling2D(2)(MaxPooling2D(2)(x)), True),
        (lambda x: Conv2D(1, 2, padding="same")(x), False),
    ],
)
def test_alignment_of_branches(second, aligned):
    field = branches(second)
    assert field.aligned == aligned
    assert field.max == (5, 5)


def test_everything_is_seen_behind_a_global_layer():
    x = Input((9, 14, 2))
    for y in (GlobalAveragePooling2D()(Conv2D(3, 3)(x)), Dense(2)(Flatten()(Conv2D(3, 3)(x)))):
        (field,) = Model(x, y).plan().rows[-1].receptive_fields
        assert field.min == field.max == field.seen == (9, 14)
        assert field.stride == ((0, 1), (0, 1))


def test_a_number_behind_flatten_sees_what_it_saw():
    x = Input((9, 14, 2))
    (field,) = Model(x, Flatten()(Conv2D(3, 3)(x))).plan().rows[-1].receptive_fields
    assert (field.min, field.max, field.start, field.stride) == ((3, 3), (3, 3), (None, None), (None, None))


def test_a_large_image_costs_no_more_than_a_small_one():
    def table(size):
        x = y = Input((size, size, 1))
        for _ in range(6):
            y = MaxPooling2D(2, padding="same")(Conv2D(1, 3, padding="same")(y))
        return Model(x, y).plan().rows[-1].receptive_fields[0]

    assert table(2**20).max == table(2**9).max == table(2**20).seen


def test_a_window_of_one_is_a_window():
    x = Input((8, 9, 3))
    (field,) = Model(x, MaxPooling2D((1, 2))(x)).plan().rows[-1].receptive_fields
    assert field.max == (1, 2)
