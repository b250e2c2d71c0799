"""The networks whose memory is measured, each with its batch; written with lamella's layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from lamella import Model
from lamella.api import ready_design
from lamella.layers import (
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    ReLU,
    UpSampling2D,
)


def upsampling() -> Model:
    return Model.of(ready_design("upsampling-autoencoder"))


def transposed() -> Model:
    return Model.of(ready_design("transposed-autoencoder"))


def lenet() -> Model:
    x = image = Input((28, 28, 1))
    x = AveragePooling2D(2)(Conv2D(6, 5, padding="same", activation="tanh")(x))
    x = AveragePooling2D(2)(Conv2D(16, 5, activation="tanh")(x))
    for units in (120, 84):
        x = Dense(units, activation="tanh")(Flatten()(x))
    return Model(image, Dense(10, activation="softmax")(x))


def mlp() -> Model:
    x = image = Input((28, 28, 1))
    x = Flatten()(x)
    for _ in range(3):
        x = Dropout(0.2)(Dense(2048, activation="relu")(x))
    return Model(image, Dense(10, activation="softmax")(x))


def vgg() -> Model:
    """Simonyan and Zisserman 2015, for small pictures."""
    x = image = Input((32, 32, 3))
    for filters, count in ((64, 2), (128, 2), (256, 3)):
        for _ in range(count):
            x = Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = MaxPooling2D()(x)
    x = Dense(512, activation="relu")(Flatten()(x))
    return Model(image, Dense(10, activation="softmax")(Dropout(0.5)(x)))


def resnet() -> Model:
    """He et al. 2016, with batch normalization and projections."""

    def normalized(x: Any, filters: int, kernel: int, strides: int) -> Any:
        return BatchNormalization()(Conv2D(filters, kernel, strides, "same", use_bias=False)(x))

    image = Input((64, 64, 3))
    x = ReLU()(normalized(image, 32, 3, 1))
    for filters, strides in ((32, 1), (64, 2), (128, 2)):
        for step in (strides, 1):
            y = ReLU()(normalized(x, filters, 3, step))
            y = normalized(y, filters, 3, 1)
            x = x if step == 1 and x.shape[-1] == filters else normalized(x, filters, 1, step)
            x = ReLU()(Add()([x, y]))
    return Model(image, Dense(10)(GlobalAveragePooling2D()(x)))


def unet() -> Model:
    """Ronneberger et al. 2015, with transposed convolutions and concatenations."""

    def twice(x: Any, filters: int) -> Any:
        for _ in range(2):
            x = Conv2D(filters, 3, padding="same", activation="relu")(x)
        return x

    x = image = Input((128, 128, 3))
    passed = []
    for filters in (16, 32, 64):
        x = twice(x, filters)
        passed.append(x)
        x = MaxPooling2D()(x)
    x = twice(x, 128)
    for filters, skip in zip((64, 32, 16), reversed(passed), strict=True):
        x = Conv2DTranspose(filters, 2, 2, "same")(x)
        x = twice(Concatenate()([x, skip]), filters)
    return Model(image, Conv2D(1, 1, activation="sigmoid")(x))


def densenet() -> Model:
    """Huang et al. 2017."""

    def before(x: Any) -> Any:
        return Activation("relu")(BatchNormalization()(x))

    image = Input((32, 32, 3))
    x = Conv2D(24, 3, padding="same", use_bias=False)(image)
    for level in range(3):
        if level:
            x = AveragePooling2D(2)(Conv2D(x.shape[-1] // 2, 1, use_bias=False)(before(x)))
        for _ in range(4):
            y = Conv2D(48, 1, use_bias=False)(before(x))
            x = Concatenate()([x, Conv2D(12, 3, padding="same", use_bias=False)(before(y))])
    return Model(image, Dense(10)(GlobalAveragePooling2D()(before(x))))


def gelu() -> Model:
    """Convolutions whose activations need what goes into them, and bilinear growth."""
    x = image = Input((64, 64, 3))
    for filters, activation in ((32, "gelu"), (48, "silu"), (64, "leaky_relu")):
        x = MaxPooling2D()(Conv2D(filters, 3, padding="same", activation=activation)(x))
    for filters in (48, 32, 16):
        x = Conv2D(filters, 3, padding="same", activation="elu")(UpSampling2D(2, interpolation="bilinear")(x))
    return Model(image, Conv2D(3, 3, padding="same", activation="sigmoid")(x))


NETWORKS: Final[dict[str, tuple[Callable[[], Model], int]]] = {
    "lenet": (lenet, 128),
    "mlp": (mlp, 256),
    "upsampling": (upsampling, 512),
    "transposed": (transposed, 2048),
    "vgg": (vgg, 256),
    "resnet": (resnet, 128),
    "unet": (unet, 32),
    "densenet": (densenet, 128),
    "gelu": (gelu, 64),
}
