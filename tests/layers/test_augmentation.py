"""Layers that change pictures while training: the identity in real Keras afterwards, and Keras' arguments."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from lamella.algebra import symbol
from lamella.errors import DesignError
from lamella.layers import (
    REGISTRY,
    AutoContrast,
    Input,
    RandomColorJitter,
    RandomContrast,
    RandomCrop,
    RandomErasing,
    RandomGaussianBlur,
    RandomHue,
    RandomShear,
    RandomZoom,
)
from lamella.layers.augmentation import Augmentation
from lamella.layers.base import Layer, ShapeError
from lamella.planning.planner import plan
from lamella.sources.yaml_file import read
from lamella.window import IDENTITY

TYPES = sorted(name for name, kind in REGISTRY.items() if issubclass(kind, Augmentation))
EXAMPLES = [(name, *each) for name in TYPES for each in REGISTRY[name].examples]
every_example = pytest.mark.parametrize(("type_name", "arguments", "shapes"), EXAMPLES)


def real(layer: Layer) -> keras.layers.Layer:
    return getattr(keras.layers, layer.type)(**layer.changed())


@every_example
def test_says_the_identity_exactly_where_keras_is(type_name: str, arguments: dict, shapes: tuple) -> None:
    layer, inputs = REGISTRY[type_name](**arguments), (("B", *shapes[0]),)
    images = np.random.default_rng(3).uniform(0, 1, (4, *shapes[0])).astype("float32")
    after = np.asarray(real(layer)(images, training=False))
    lines = layer.formulas(inputs, layer.output_shape(*inputs))
    assert (lines[0] == "y = x") == np.array_equal(after, images) == layer.leaves_pictures
    assert layer.macs(inputs, layer.output_shape(*inputs)) == 0


@every_example
def test_keeps_its_arguments_as_keras_does(type_name: str, arguments: dict, shapes: tuple) -> None:
    layer = REGISTRY[type_name](**arguments)
    kept = getattr(keras.layers, type_name)(**arguments).get_config()
    for name, each in layer.arguments.items():
        stored = {("MaxNumBoundingBoxes", "fill_value"), ("RandomCrop", "seed"), ("RandomGrayscale", "seed")}
        if name in ("name", "dtype", "data_format", "activity_regularizer", "bounding_box_format"):
            continue
        if (type_name, name) not in stored:
            assert each.kind.parse(kept[name]) == vars(layer)[each.attribute], name


@every_example
def test_leaves_open_sizes_open(type_name: str, arguments: dict, shapes: tuple) -> None:
    layer = REGISTRY[type_name](**arguments)
    channels = shapes[0][layer.channel - 1]
    sizes = [symbol("H"), None]
    sizes.insert(0 if layer.channels_first else 2, channels)
    output = layer.output_shape(("B", *sizes))
    theirs = real(layer)(keras.Input([channels if size == channels else None for size in sizes])).shape
    assert tuple(size if isinstance(size, int) else None for size in output) == theirs
    assert layer.formulas((("B", *sizes),), output)


@pytest.mark.parametrize(
    ("made", "kept"),
    [
        (RandomContrast(0.2).factor, (0, 0.2)),
        (RandomZoom(0.2).height_factor, 0.2),
        (RandomShear(0.2).x_factor, 0.2),
        (RandomShear((-0.2, 0.2)).x_factor, 0.2),
        (RandomGaussianBlur(kernel_size=5).kernel_size, (5, 5)),
        (RandomErasing(scale=0.3).scale, (0, 0.3)),
    ],
)
def test_one_number_stands_for_a_range(made: object, kept: object) -> None:
    assert made == kept


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: RandomContrast(1.5), "factor must be a number from 0 to 1, or two of them. Received 1.5. Try 1"),
        (lambda: RandomZoom(-1), "height_factor must be a number from -1 to 1, or two of them"),
        (lambda: RandomGaussianBlur(kernel_size=4), "kernel_size must be an odd integer >= 1, or two of them"),
        (lambda: RandomContrast(0.1, value_range=(1, 1)), "value_range must be the smallest and the largest number"),
    ],
)
def test_wrong_numbers_are_refused(make, said: str) -> None:
    with pytest.raises(DesignError) as caught:
        make()
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("layer", "channels"),
    [
        (RandomHue(0.2), 1),
        (RandomHue(0.2), 4),
        (RandomColorJitter(hue_factor=0.2), 1),
        (RandomErasing(fill_value=(1, 2, 3)), 2),
    ],
)
def test_pictures_without_their_colours_are_refused(layer: Layer, channels: int) -> None:
    with pytest.raises(DesignError, match=r"channels while training. Received Bx6x5x"):
        layer(Input((6, 5, channels)))
    with pytest.raises(Exception, match="call"):
        real(layer)(np.zeros((2, 6, 5, channels), "float32"), training=True)


def test_one_picture_is_no_batch() -> None:
    with pytest.raises(ShapeError, match="4 axes"):
        REGISTRY["RandomFlip"]().output_shape(("B", 6, 5))


def test_a_crop_of_the_same_size_moves_nothing() -> None:
    layer, shape = RandomCrop(6, 5), ("B", 6, 7, 3)
    assert layer.views((shape,), layer.output_shape(shape)) == ({1: (1, IDENTITY), 2: (2, None), 3: (3, IDENTITY)},)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_stretching_the_contrast_sees_two_axes_whole(data_format: str) -> None:
    """The first two behind the batch, in Keras whatever the data format."""
    layer, shape = AutoContrast(value_range=(0, 1), data_format=data_format), (4, 5, 3)
    images = np.random.default_rng(3).uniform(0.2, 0.8, (1, *shape)).astype("float32")
    images[0, 2, 3, 1] = 0.9
    moved = images.copy()
    moved[0, 2, 3, 1] = 1.0
    changed = np.asarray(real(layer)(images)) != np.asarray(real(layer)(moved))
    assert changed[0, :, :, 1].sum() >= 18, "all but the brightest and the darkest"
    assert not changed[..., [0, 2]].any()
    assert layer.views((("B", *shape),), ("B", *shape)) == ({3: (3, IDENTITY)},)


BEFORE = "input: [8, 8, 3]\nlayers:\n- RandomFlip\n- RandomContrast: {factor: 0.1}\n- Flatten\n- Dense: {units: 2}\n"


def test_in_front_of_all_weights_no_gradient_needs_it() -> None:
    known = plan(read(BEFORE.encode(), "d.yaml"))
    plain = plan(read(BEFORE.replace("- RandomFlip\n- RandomContrast: {factor: 0.1}\n", "").encode(), "d.yaml"))
    assert known.memory.saved_bytes is not None
    assert known.memory.saved_bytes >= plain.memory.saved_bytes
    behind = BEFORE.replace("- RandomFlip", "- Conv2D: {filters: 3, kernel_size: 1}\n- RandomFlip")
    assert plan(read(behind.encode(), "d.yaml")).memory.saved_bytes is None
