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
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    LayerNormalization,
    MaxPooling2D,
    MultiHeadAttention,
    Multiply,
    ReLU,
    Reshape,
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


def mobilenet() -> Model:
    """Howard et al. 2017: depthwise, then pointwise convolutions."""

    def normalized(x: Any) -> Any:
        return ReLU(max_value=6.0)(BatchNormalization()(x))

    x = image = Input((96, 96, 3))
    x = normalized(Conv2D(32, 3, 2, "same", use_bias=False)(x))
    for filters, strides in ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1)):
        x = normalized(DepthwiseConv2D(3, strides, "same", use_bias=False)(x))
        x = normalized(Conv2D(filters, 1, use_bias=False)(x))
    return Model(image, Dense(10)(GlobalAveragePooling2D()(x)))


def transformer() -> Model:
    """Dosovitskiy et al. 2021: pieces of a picture as a sequence, attention and gelu with normalization before each."""
    image = Input((64, 64, 3))
    x = Reshape((64, 128))(Conv2D(128, 8, 8)(image))
    for _ in range(4):
        y = LayerNormalization()(x)
        x = Add()([x, MultiHeadAttention(4, 32)(y, y)])
        y = Dense(512, activation="gelu")(LayerNormalization()(x))
        x = Add()([x, Dense(128)(y)])
    return Model(image, Dense(10)(Flatten()(LayerNormalization()(x))))


def inception() -> Model:
    """Szegedy et al. 2015: branches side by side, joined along the channels."""

    def convolved(x: Any, filters: int, kernel: int) -> Any:
        return Conv2D(filters, kernel, padding="same", activation="relu")(x)

    x = image = Input((64, 64, 3))
    x = MaxPooling2D()(convolved(x, 32, 3))
    for width in (16, 24, 32):
        branches = [convolved(x, 2 * width, 1)]
        branches.append(convolved(convolved(x, 2 * width, 1), 3 * width, 3))
        branches.append(convolved(convolved(x, width, 1), width, 5))
        branches.append(convolved(MaxPooling2D(3, 1, "same")(x), width, 1))
        x = Concatenate()(branches)
    return Model(image, Dense(10, activation="softmax")(Dropout(0.4)(GlobalAveragePooling2D()(x))))


def preactivation() -> Model:
    """He et al. 2016b: normalization and activation before each convolution."""
    image = Input((48, 48, 3))
    x = Conv2D(48, 3, padding="same")(image)
    for _ in range(4):
        y = Conv2D(48, 3, padding="same")(ReLU()(BatchNormalization()(x)))
        y = Conv2D(48, 3, padding="same")(ReLU()(BatchNormalization()(y)))
        x = Add()([x, y])
    return Model(image, Dense(10)(GlobalAveragePooling2D()(ReLU()(BatchNormalization()(x)))))


def convnext() -> Model:
    """Liu et al. 2022: wide depthwise convolutions, layer normalization, gelu between two dense layers."""
    image = Input((64, 64, 3))
    x = LayerNormalization()(Conv2D(48, 4, 4)(image))
    for level, filters in enumerate((48, 96)):
        if level:
            x = Conv2D(filters, 2, 2)(LayerNormalization()(x))
        for _ in range(3):
            y = LayerNormalization()(DepthwiseConv2D(7, padding="same")(x))
            x = Add()([x, Dense(filters)(Dense(4 * filters, activation="gelu")(y))])
    return Model(image, Dense(10)(GlobalAveragePooling2D()(x)))


def dilated() -> Model:
    """Yu and Koltun 2016: a picture in, one as large out, with growing dilation and tanh."""
    x = image = Input((64, 64, 1))
    for rate in (1, 2, 4, 8, 1):
        x = Conv2D(32, 3, padding="same", dilation_rate=rate, activation="tanh")(x)
    return Model(image, Conv2D(1, 1)(x))


def edsr() -> Model:
    """Lim et al. 2017: residual blocks without normalization, for restoring pictures."""
    image = Input((48, 48, 3))
    x = first = Conv2D(48, 3, padding="same")(image)
    for _ in range(6):
        y = Conv2D(48, 3, padding="same", activation="relu")(x)
        x = Add()([x, Conv2D(48, 3, padding="same")(y)])
    x = UpSampling2D()(Add()([first, Conv2D(48, 3, padding="same")(x)]))
    return Model(image, Conv2D(3, 3, padding="same")(x))


def squeeze() -> Model:
    """Hu et al. 2018: channels weighed by what the whole picture says of them."""
    x = image = Input((48, 48, 3))
    for filters in (32, 64, 96):
        x = ReLU()(BatchNormalization()(Conv2D(filters, 3, padding="same")(x)))
        y = Dense(filters // 4, activation="relu")(GlobalAveragePooling2D()(x))
        x = Multiply()([x, Reshape((1, 1, filters))(Dense(filters, activation="sigmoid")(y))])
        x = MaxPooling2D()(x)
    return Model(image, Dense(10, activation="softmax")(GlobalAveragePooling2D()(x)))


NETWORKS: Final[dict[str, tuple[Callable[[], Model], int]]] = {
    "upsampling": (upsampling, 512),
    "transposed": (transposed, 2048),
    "mlp": (mlp, 2048),
    "vgg": (vgg, 256),
    "resnet": (resnet, 128),
    "densenet": (densenet, 128),
    "unet": (unet, 32),
    "gelu": (gelu, 64),
    "mobilenet": (mobilenet, 64),
    "transformer": (transformer, 128),
    "lenet": (lenet, 1024),
    "inception": (inception, 64),
    "preactivation": (preactivation, 128),
    "convnext": (convnext, 128),
    "dilated": (dilated, 128),
    "edsr": (edsr, 64),
    "squeeze": (squeeze, 128),
}
"""Each with the number of images in a batch."""

CHECKED: Final = ("edsr", "squeeze")
"""Networks that were added when the rules stood: they only judge."""
