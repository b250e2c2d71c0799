"""Pictures of one layer: every step of a window, and what a place sees, against brute force and Keras' gradients."""

from __future__ import annotations

from itertools import product

import keras
import numpy as np
import pytest
import tensorflow as tf
from pictures import said, steps, words_outside

import lamella
from lamella import Model
from lamella.errors import UsageError
from lamella.layers import (
    Add,
    AveragePooling2D,
    Concatenate,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    Dense,
    Flatten,
    Input,
    MaxPooling2D,
    Resizing,
    UpSampling2D,
)  # fmt: skip
from lamella.seeing.cone import cone


def window_of(layer, shape, language="en"):
    x = Input(shape)
    model = Model(x, layer(x))
    return model, lamella.draw(model, "window", model.design.nodes[-1].name, language=language)


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "dilation", "padding"),
    [(7, 3, 1, 1, "valid"), (8, 3, 2, 1, "same"), (9, 2, 1, 3, "valid"), (10, 3, 1, 2, "same"), (6, 1, 1, 1, "valid")],
)
def test_a_step_shows_what_one_output_sees(size, kernel, stride, dilation, padding):
    _, svg = window_of(Conv2D(1, kernel, stride, padding, dilation_rate=dilation), (size, size, 1))
    extent = dilation * (kernel - 1) + 1
    count = -(-size // stride) if padding == "same" else (size - extent) // stride + 1
    # places are counted from the first cell, padding in front among them
    along = [{output * stride + dilation * tap for tap in range(kernel)} for output in range(count)]
    wanted = [set(product(rows, columns)) for rows, columns in product(along, along)]
    assert steps(svg, "seen") == wanted
    assert steps(svg, "made") == [{each} for each in product(range(count), range(count))]
    assert "Shown" not in said(svg)


@pytest.mark.parametrize(("size", "kernel", "stride"), [(3, 3, 2), (4, 2, 2), (4, 4, 3), (5, 2, 1)])
def test_a_step_of_a_transposed_layer_shows_where_one_input_is_written(size, kernel, stride):
    _, svg = window_of(Conv2DTranspose(1, kernel, stride), (size, size, 1))
    along = [{each * stride + tap for tap in range(kernel)} for each in range(size)]
    assert steps(svg, "made") == [set(product(rows, columns)) for rows, columns in product(along, along)]
    assert steps(svg, "seen") == [{each} for each in product(range(size), range(size))]
    assert "summed there in all" in said(svg)


def test_pooling_in_steps_of_its_size():
    _, svg = window_of(MaxPooling2D(2), (6, 4, 3))
    wanted = [{(2 * y + a, 2 * x + b) for a in (0, 1) for b in (0, 1)} for y in range(3) for x in range(2)]
    assert steps(svg, "seen") == wanted


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (Conv2D(1, 3), (40, 28, 1), "Shown along the height: the first 16 of 40 inputs and 14 of 38 outputs."),
        (Conv2D(1, 3, padding="same"), (40, 40, 1), "the first 15 of 40 inputs and 14 of 40 outputs."),
        (Conv2D(1, 21), (40, 40, 1), "the first 16 of 40 inputs and 1 of 20 outputs."),
        (Conv2DTranspose(1, 2, 2), (20, 20, 1), "the first 16 of 40 outputs and 8 of 20 inputs."),
        (Conv1D(1, 3), (40, 1), "Shown along the length"),
        (Conv3D(1, 2), (3, 5, 5, 1), "Height and width; along the depth"),
        (UpSampling2D(3), (9, 9, 1), "the first 16 of 27 outputs"),
        (Resizing(7, 9), (5, 21, 1), "Shown along the width"),
    ],
)
def test_what_is_left_out_is_said(layer, shape, words):
    _, svg = window_of(layer, shape)
    assert words in said(svg)
    assert words_outside(svg) == []
    assert 'class="still" display="none"' in svg
    assert "prefers-reduced-motion" in svg


def test_a_picture_at_rest_shows_a_step():
    _, svg = window_of(Conv2D(1, 3), (9, 9, 1))
    moving = svg.split('class="moving"')[1].split("</g>")[0]
    still = svg.split('class="still"')[1].split("</g>")[0]
    assert moving.count('opacity="1"') == still.count("<rect") > 9


def gradient(model, layer, place):
    """The first and last input, along height and width, on which one output depends (weights 1, numbers above 0)."""
    whole = model.build()
    for weight in whole.weights:
        weight.assign(np.ones(weight.shape, "float32"))
    inner = keras.Model(whole.inputs, whole.get_layer(layer).output)
    shape = (1, *(whole.inputs[0].shape[1:]))
    images = tf.Variable(np.random.default_rng(0).uniform(0.5, 1, shape).astype("float32"))
    with tf.GradientTape() as tape:
        result = tf.reduce_sum(inner(images)[(0, *place)])
    found = np.abs(tape.gradient(result, images).numpy()[0]).sum(axis=-1)
    return [(int(each[0]), int(each[-1])) for each in (np.flatnonzero(found.sum(axis=1 - axis)) for axis in (0, 1))]


def networks():
    x = Input((21, 17, 2))
    y = Conv2D(3, (3, 5), 2, padding="same", name="a")(x)
    z = AveragePooling2D((2, 3), name="pool")(y)
    z = UpSampling2D((2, 3), name="up")(z)
    z = Conv2DTranspose(3, 3, (1, 1), padding="same", name="t")(z)
    yield Model(x, z)
    x = Input((16, 16, 1))
    a = Conv2D(2, 3, padding="same", dilation_rate=2, name="wide")(x)
    b = Conv2D(2, 1, name="narrow")(x)
    c = Concatenate(name="both")([Add(name="sum")([a, b]), b])
    yield Model(x, Conv2D(1, (2, 3), 3, name="last")(c))
    x = Input((9, 8, 1))
    yield Model(x, Dense(3, name="dense")(Flatten()(AveragePooling2D(2)(Conv2D(1, 2, padding="same")(x)))))


@pytest.mark.parametrize("number", range(3))
def test_a_cone_reaches_as_far_as_keras_gradient(number):
    model = list(networks())[number]
    plan = model.plan()
    chosen = np.random.default_rng(number)
    for row in plan.rows[1:]:
        if row.node.type == "Flatten":
            continue
        sizes = row.output_shape[1:-1] or row.output_shape[1:]
        for _ in range(4):
            place = tuple(int(chosen.integers(size)) for size in sizes)
            seen = cone(plan, row, dict(enumerate(place)))
            assert seen[-1].row.node.type == "Input"
            assert list(seen[-1].extents[:2]) == gradient(model, row.node.name, place), (row.node.name, place)


def test_the_largest_cone_is_the_plans_field():
    for model in list(networks())[:2]:
        plan = model.plan()
        for row in plan.rows[1:]:
            (field,) = row.receptive_fields
            places = list(product(*map(range, row.output_shape[1:3])))
            ends = [cone(plan, row, dict(enumerate(place)))[-1].extents for place in places]
            assert tuple(max(each[axis][1] - each[axis][0] + 1 for each in ends) for axis in (0, 1)) == field.seen


def test_what_is_not_known_is_said():
    model = list(networks())[2]
    svg = lamella.draw(model, "field", "flatten", place=(3,), language="en")
    assert "not known" in said(svg)
    assert words_outside(svg) == []
    assert "not known" not in said(lamella.draw(model, "field", "dense", language="en"))


def test_a_cone_of_unlike_axes_has_two_columns():
    svg = lamella.draw(next(networks()), "field", "t", language="ko")
    assert "높이" in said(svg)
    assert "너비" in said(svg)
    assert words_outside(svg) == []
    assert "높이, 너비" in said(lamella.draw(list(networks())[1], "field", "wide", place=(8, 8), language="ko"))


def test_a_layer_without_windows_has_no_window():
    with pytest.raises(UsageError, match="Dense slides over no places"):
        lamella.draw(list(networks())[2], "window", "dense")
