"""Published figures: parameters, MACs, transposed convolutions and receptive fields that others have counted."""

from itertools import product

import pytest

from lamella import Model, ops
from lamella.layers import (
    Add,
    Concatenate,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Flatten,
    Input,
    MaxPooling2D,
    UpSampling2D,
    ZeroPadding2D,
)


def vgg(counts):
    """VGG at 224: blocks of 3x3 convolutions, each with a pooling; the pools are named pool1 to pool5."""
    x = image = Input((224, 224, 3))
    for block, (filters, count) in enumerate(zip((64, 128, 256, 512, 512), counts), start=1):
        for number in range(1, count + 1):
            x = Conv2D(filters, 3, padding="same", activation="relu", name=f"conv{block}_{number}")(x)
        x = MaxPooling2D(2, name=f"pool{block}")(x)
    x = Dense(4096, "relu")(Flatten()(x))
    return Model(image, Dense(1000, "softmax")(Dense(4096, "relu")(x))).plan()


def alexnet():
    """torchvision's AlexNet at 224, its padding written as layers."""
    x = image = Input((224, 224, 3))
    x = MaxPooling2D(3, 2)(Conv2D(64, 11, 4, activation="relu")(ZeroPadding2D(2)(x)))
    x = MaxPooling2D(3, 2)(Conv2D(192, 5, activation="relu")(ZeroPadding2D(2)(x)))
    for filters in (384, 256, 256):
        x = Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = Flatten()(MaxPooling2D(3, 2)(x))
    return Model(image, Dense(1000)(Dense(4096, "relu")(Dense(4096, "relu")(x)))).plan()


@pytest.mark.parametrize(
    ("plan", "params", "macs"),
    [
        (vgg((2, 2, 3, 3, 3)), 138_357_544, 15_470_264_320),
        (vgg((2, 2, 4, 4, 4)), 143_667_240, None),
        (alexnet(), 61_100_840, 714_188_480),
    ],
    ids=["VGG16", "VGG19", "AlexNet"],
)
def test_torchvision_counts(plan, params, macs):
    """Source: torchvision 0.29.1 (VGG19: 19.632 G MACs)."""
    assert plan.totals.params == params
    assert not plan.totals.partial
    assert plan.totals.macs == macs if macs else round(plan.totals.macs / 1e9, 3) == 19.632


def test_keras_blog_autoencoder():
    """Keras' blog, "Building Autoencoders in Keras": 4,385 parameters, the sum of its layers."""
    x = image = Input((28, 28, 1))
    for filters in (16, 8, 8):
        x = MaxPooling2D(2, padding="same")(Conv2D(filters, 3, padding="same", activation="relu")(x))
    for filters, padding in ((8, "same"), (8, "same"), (16, "valid")):
        x = UpSampling2D(2)(Conv2D(filters, 3, padding=padding, activation="relu")(x))
    plan = Model(image, Conv2D(1, 3, padding="same", activation="sigmoid")(x)).plan()
    assert plan.totals.params == 4_385
    assert plan.rows[-1].output_shape[1:] == (28, 28, 1)


@pytest.mark.parametrize(
    ("channels", "filters", "kernel", "stride", "padding", "size", "output", "macs"),
    [
        (3, 1, 2, 2, "valid", 2, 4, 48),
        (32, 1, 3, 1, "valid", 1, 3, 288),
        (4, 6, 4, 2, "same", 8, 16, 49_152 // 2),
    ],
    ids=["thop 92", "fvcore 78", "DeepSpeed 8323, one image"],
)
def test_transposed_convolution_counts(channels, filters, kernel, stride, padding, size, output, macs):
    """Multiply-adds of transposed convolutions from the issues of tools that once counted them wrongly.

    Sources: Lyken17/pytorch-OpCounter 92, facebookresearch/fvcore 78, DeepSpeed pull request 8323.
    """
    x = Input((size, size, channels))
    row = Model(x, Conv2DTranspose(filters, kernel, stride, padding)(x)).plan().rows[-1]
    assert row.output_shape == ("B", output, output, filters)
    assert row.macs == macs
    assert row.macs == sum(
        1 for _ in product(range(size), range(size), range(kernel), range(kernel), range(channels), range(filters))
    )


def test_grouped_transposed_convolution_counts():
    """Keras has no groups there: 4 groups of one channel are 4 layers, each over its own channel.

    Source: DeepSpeed pull request 8323 (4 channels in 4 groups, kernel 3, stride 2, padding 1, output padding 1, two
    images: 4608).
    """
    x = Input((8, 8, 4))
    branches = [Conv2DTranspose(1, 3, 2, "same")(channel) for channel in ops.split(x, 4, axis=-1)]
    plan = Model(x, Concatenate()(branches)).plan()
    assert not plan.totals.partial
    assert plan.rows[-1].output_shape == ("B", 16, 16, 4)
    assert 2 * plan.totals.macs == 4_608
    assert plan.totals.params == 4 * (3 * 3 + 1)


@pytest.mark.parametrize(
    ("name", "size", "stride", "padding"),
    [
        ("conv1_1", 3, 1, 1),
        ("pool1", 6, 2, 2),
        ("pool2", 16, 4, 6),
        ("pool3", 44, 8, 18),
        ("pool4", 100, 16, 42),
        ("pool5", 212, 32, 90),
    ],
)
def test_vgg_receptive_fields(name, size, stride, padding):
    """Source: google-research/receptive_field (TF-slim)."""
    (field,) = vgg((2, 2, 3, 3, 3)).row(name).receptive_fields
    assert field.min == field.max == (size, size)
    assert field.stride == ((stride, 1), (stride, 1))
    assert field.start == (-padding, -padding)
    assert field.seen == (min(size, 224),) * 2 or name == "pool5"


@pytest.mark.parametrize(("depth", "kernel", "size"), [(3, 2, 54), (3, 3, 100), (4, 3, 204), (3, 9, 360)])
def test_u_net_receptive_fields(depth, kernel, size):
    """Maximum over phases. Source: vinloo/u-net-receptive-field-study."""
    x = image = Input((512, 512, 1))

    def twice(tensor):
        return Conv2D(1, kernel, padding="same")(Conv2D(1, kernel, padding="same")(tensor))

    skips = []
    for _ in range(depth):
        x = twice(x)
        skips.append(x)
        x = MaxPooling2D(2)(x)
    x = twice(x)
    for skip in reversed(skips):
        x = twice(Add()([Conv2DTranspose(1, 2, 2)(x), skip]))
    (field,) = Model(image, x).plan().rows[-1].receptive_fields
    assert field.max == (size, size)
