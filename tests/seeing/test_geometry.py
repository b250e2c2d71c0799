"""How often places are used, against windows that are laid down one by one; pictures say the same."""

import re
from functools import reduce
from xml.etree import ElementTree

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from lamella import Model
from lamella.layers import REGISTRY, Conv1D, Conv2D, Conv2DTranspose, Dense, Input, UpSampling2D
from lamella.reports.geometry_text import geometry_svg, geometry_text
from lamella.seeing.geometry import geometry, unused


@given(st.integers(3, 60), st.integers(1, 7), st.integers(1, 5), st.sampled_from(["valid", "same"]))
def test_uses(size, kernel, stride, padding):
    if kernel > size:
        return
    x = Input((size, 2))
    plan = Model(x, Conv1D(3, kernel, stride, padding)(x)).plan()
    (axis,) = geometry(plan, plan.rows[-1])
    outputs = (size - kernel) // stride + 1 if padding == "valid" else -(-size // stride)
    total = max(0, (outputs - 1) * stride + kernel - size) if padding == "same" else 0
    used = [0] * size
    for output in range(outputs):
        for place in range(output * stride - total // 2, output * stride - total // 2 + kernel):
            if 0 <= place < size:
                used[place] += 1
    assert list(axis.used) == used
    assert (axis.lay.before, axis.lay.after, axis.outputs) == (total // 2, total - total // 2, outputs)
    text = geometry_text([axis], "en")
    assert (f"{len(axis.unseen)} used by no output" in text) == bool(axis.unseen)
    assert all(len(line) < 160 for line in text.splitlines())


@pytest.mark.parametrize(
    ("kind", "sizes", "arguments"),
    [
        ("Conv1D", (17,), {"filters": 1, "kernel_size": 3, "dilation_rate": 4, "padding": "causal"}),
        ("Conv1D", (17,), {"filters": 1, "kernel_size": 3, "strides": 5, "padding": "valid"}),
        ("Conv2D", (11, 14), {"filters": 1, "kernel_size": (3, 2), "strides": (2, 3), "padding": "same"}),
        ("Conv2D", (14, 9), {"filters": 1, "kernel_size": 3, "dilation_rate": (2, 3)}),
        ("Conv2D", (19, 23), {"filters": 1, "kernel_size": 2, "strides": (5, 4)}),
        ("Conv3D", (5, 6, 8), {"filters": 1, "kernel_size": (2, 3, 3), "strides": 2, "padding": "same"}),
        ("DepthwiseConv2D", (9, 12), {"kernel_size": 3, "strides": 2, "padding": "same"}),
        ("SeparableConv1D", (12,), {"filters": 1, "kernel_size": 4, "strides": 3}),
        ("Conv2DTranspose", (5, 4), {"filters": 1, "kernel_size": 3, "strides": 2}),
        ("Conv2DTranspose", (5, 4), {"filters": 1, "kernel_size": (5, 2), "strides": (2, 3), "padding": "same"}),
        (
            "Conv1DTranspose",
            (6,),
            {"filters": 1, "kernel_size": 4, "strides": 3, "output_padding": 2, "padding": "same"},
        ),
        ("Conv3DTranspose", (3, 2, 4), {"filters": 1, "kernel_size": 2, "strides": 2}),
        ("AveragePooling2D", (9, 10), {"pool_size": (3, 2), "strides": (2, 3)}),
        ("AveragePooling1D", (9,), {"pool_size": 2, "padding": "valid", "strides": 4}),
        ("UpSampling2D", (4, 3), {"size": (2, 3)}),
        ("UpSampling1D", (5,), {"size": 3}),
        ("ZeroPadding2D", (4, 3), {"padding": ((1, 0), (2, 3))}),
        ("Cropping2D", (7, 6), {"cropping": ((1, 2), (0, 3))}),
    ],
)
def test_a_layer_of_ones_says_how_often_each_place_is_used(kind, sizes, arguments):
    """Keras' gradient of the sum of all outputs, with every weight 1, is that number; the output is the sums."""
    x = Input((*sizes, 1))
    plan = Model(x, REGISTRY[kind](**arguments)(x)).plan()
    axes = geometry(plan, plan.rows[-1])
    layer = getattr(keras.layers, kind)(**arguments)
    ones = tf.Variable(tf.ones((1, *sizes, 1)))
    layer.build(ones.shape)
    layer.set_weights([np.ones_like(each) if each.ndim > 1 else each for each in layer.get_weights()])
    with tf.GradientTape() as tape:
        result = layer(ones)
    taps = np.prod(layer.pool_size) if kind.startswith("Average") else 1  # of an average each place counts its share
    used = tape.gradient(result, ones)[0, ..., 0] * taps
    np.testing.assert_allclose(used, reduce(np.multiply.outer, [np.array(axis.used) for axis in axes]))
    if all(axis.writes for axis in axes):
        counts = reduce(np.multiply.outer, [np.array(axis.lay.counts) for axis in axes])
        np.testing.assert_allclose(result[0, ..., 0], counts)
    count, every = unused(axes)
    assert (count, every) == (np.count_nonzero(used == 0), np.prod(sizes))


def test_channels_first_is_the_same():
    x, y = Input((9, 12, 1)), Input((1, 9, 12))
    plans = [Model(x, Conv2D(2, 3, 2)(x)).plan(), Model(y, Conv2D(2, 3, 2, data_format="channels_first")(y)).plan()]
    last, first = (geometry(plan, plan.rows[-1]) for plan in plans)
    assert first == last


def test_the_lost_border_of_a_whole_picture_is_told():
    x = Input((1080, 1920, 3))
    plan = Model(x, Conv2D(8, 3, 5)(x)).plan()
    axes = geometry(plan, plan.rows[-1])
    assert unused(axes) == (1080 * 1920 - 216 * 3 * 384 * 3, 1080 * 1920)
    assert "Of the 2,073,600 places of the input 1,327,104 are used by no output (64.0 %)." in geometry_text(axes, "en")


def picture(layer, *sizes):
    x = Input((*sizes, 1))
    plan = Model(x, layer(x)).plan()
    row = plan.rows[-1]
    return ElementTree.fromstring(geometry_svg(plan, row, geometry(plan, row), "ko"))


def classes(svg):
    return [each.get("class", "").split()[0] for each in svg.iter() if each.get("class")]


def test_a_picture_has_every_place_once():
    found = classes(picture(Conv2D(1, 3, 2, "same"), 7, 8))
    assert found.count("place") == 56
    assert found.count("padding") == 9 * 9 - 56
    assert found.count("window") == 3
    assert found.count("lost") == 0


def test_places_that_no_window_sees_are_crossed():
    assert classes(picture(Conv2D(1, 5, 5), 12, 12)).count("lost") == 144 - 100


def test_counts_in_a_picture_are_products_of_both_axes():
    svg = picture(Conv2DTranspose(1, 3, 2), 3, 3)
    numbers = [each.text for each in svg.iter() if each.get("class") == "count" and float(each.get("y")) > 40]
    assert (numbers.count("4"), classes(svg).count("place")) == (5, 49)  # two places where windows overlap, each way


def test_layers_without_places_have_none():
    x = Input((4, 4, 1))
    plan = Model(x, Dense(2)(UpSampling2D(2)(x))).plan()
    assert geometry(plan, plan.rows[-1]) is None
    assert [axis.outputs for axis in geometry(plan, plan.rows[1])] == [8, 8]
    assert re.search("height, width: 4 → 8, each input writes", geometry_text(geometry(plan, plan.rows[1]), "en"))
