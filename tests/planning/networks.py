"""Published networks, written with lamella's layers."""

from __future__ import annotations

from lamella import Model
from lamella.layers import (
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    ReLU,
    ZeroPadding2D,
)
from lamella.layers.symbolic import SymbolicTensor as Tensor


def normalized(
    x: Tensor, filters: int, kernel: int = 1, stride: int = 1, groups: int = 1, bias: bool = False, relu: bool = True
) -> Tensor:
    """Convolution with PyTorch's symmetric padding, batch normalization, ReLU."""
    x = ZeroPadding2D(kernel // 2)(x) if kernel > 1 else x
    x = BatchNormalization()(Conv2D(filters, kernel, stride, groups=groups, use_bias=bias)(x))
    return ReLU()(x) if relu else x


def basic_block(x: Tensor, filters: int, stride: int) -> Tensor:
    """ResNet-18's block. Source: He et al. 2016; torchvision/models/resnet.py, BasicBlock"""
    y = normalized(normalized(x, filters, 3, stride), filters, 3, relu=False)
    same = stride == 1 and x.shape[-1] == filters
    return ReLU()(Add()([y, x if same else normalized(x, filters, 1, stride, relu=False)]))


def bottleneck(x: Tensor, filters: int, stride: int, groups: int = 1, width: int = 0, bias: bool = False) -> Tensor:
    """ResNet-50's block with the stride in the 3x3. Source: torchvision/models/resnet.py, Bottleneck"""
    width = width or filters
    y = normalized(normalized(x, width, bias=bias), width, 3, stride, groups, bias)
    y = normalized(y, 4 * filters, bias=bias, relu=False)
    same = stride == 1 and x.shape[-1] == 4 * filters
    return ReLU()(Add()([y, x if same else normalized(x, 4 * filters, 1, stride, bias=bias, relu=False)]))


def resnet(blocks: tuple[int, ...], basic: bool = False, groups: int = 1, bias: bool = False) -> Model:
    """ResNet and, with 32 groups, ResNeXt 32x4d; with `bias` as keras.applications counts it."""
    image = Input((224, 224, 3))
    x = MaxPooling2D(3, 2)(ZeroPadding2D(1)(normalized(image, 64, 7, 2, bias=bias)))
    for level, count in enumerate(blocks):
        filters = 64 * 2**level
        for unit in range(count):
            stride = 2 if level and not unit else 1
            if basic:
                x = basic_block(x, filters, stride)
            else:
                x = bottleneck(x, filters, stride, groups, filters * 2 if groups > 1 else 0, bias)
    return Model(image, Dense(1000)(GlobalAveragePooling2D()(x)))


def mobilenet_v2() -> Model:
    """Source: Sandler et al. 2018; torchvision/models/mobilenetv2.py"""
    image = Input((224, 224, 3))
    x = normalized(image, 32, 3, 2)
    settings = [
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    ]
    for expansion, filters, count, first_stride in settings:
        for unit in range(count):
            stride, channels = (first_stride if not unit else 1), x.shape[-1]
            y = normalized(x, channels * expansion) if expansion > 1 else x
            y = normalized(y, channels * expansion, 3, stride, groups=channels * expansion)
            y = normalized(y, filters, relu=False)
            x = Add()([x, y]) if stride == 1 and channels == filters else y
    return Model(image, Dense(1000)(GlobalAveragePooling2D()(normalized(x, 1280))))


def squeezenet() -> Model:
    """SqueezeNet 1.0; a pooling with ceil_mode is "same" here. Source: torchvision/models/squeezenet.py"""

    def fire(x: Tensor, squeezed: int, expanded: int) -> Tensor:
        x = Conv2D(squeezed, 1, activation="relu")(x)
        wide = Conv2D(expanded, 3, padding="same", activation="relu")(x)
        return Concatenate()([Conv2D(expanded, 1, activation="relu")(x), wide])

    image = Input((224, 224, 3))
    x = MaxPooling2D(3, 2)(Conv2D(96, 7, 2, activation="relu")(image))
    x = fire(fire(fire(x, 16, 64), 16, 64), 32, 128)
    x = MaxPooling2D(3, 2, "same")(x)
    x = fire(fire(fire(fire(x, 32, 128), 48, 192), 48, 192), 64, 256)
    x = fire(MaxPooling2D(3, 2)(x), 64, 256)
    return Model(image, GlobalAveragePooling2D()(Conv2D(1000, 1, activation="relu")(x)))


def densenet121() -> Model:
    """Source: Huang et al. 2017; torchvision/models/densenet.py"""

    def before(x: Tensor) -> Tensor:
        return Activation("relu")(BatchNormalization()(x))

    image = Input((224, 224, 3))
    x = MaxPooling2D(3, 2)(ZeroPadding2D(1)(normalized(image, 64, 7, 2)))
    for level, count in enumerate((6, 12, 24, 16)):
        if level:
            x = AveragePooling2D(2)(Conv2D(x.shape[-1] // 2, 1, use_bias=False)(before(x)))
        for _ in range(count):
            y = Conv2D(128, 1, use_bias=False)(before(x))
            x = Concatenate()([x, Conv2D(32, 3, padding="same", use_bias=False)(before(y))])
    return Model(image, Dense(1000)(GlobalAveragePooling2D()(before(x))))


def slim_alexnet() -> Model:
    """alexnet_v2's geometry, one channel. Source: TF-slim nets/alexnet.py"""
    image = Input((224, 224, 1))
    x = MaxPooling2D(3, 2, name="pool1")(Conv2D(1, 11, 4)(image))
    x = MaxPooling2D(3, 2)(Conv2D(1, 5, padding="same", name="conv2")(x))
    for _ in range(3):
        x = Conv2D(1, 3, padding="same")(x)
    return Model(image, MaxPooling2D(3, 2, name="pool5")(x))


def slim_mobilenet() -> Model:
    """mobilenet_v1's geometry, one channel. Source: TF-slim nets/mobilenet_v1.py"""
    x = image = Input((224, 224, 1))
    for number, stride in enumerate((2, 1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)):
        x = Conv2D(1, 3, stride, "same")(x)
        x = Conv2D(1, 1, name=f"Conv2d_{number}")(x) if number else x
    return Model(image, x)


def slim_resnet() -> Model:
    """resnet_v1_50's geometry, one channel, the stride in a block's last unit. Source: TF-slim nets/resnet_v1.py"""
    image = Input((224, 224, 1))
    x = MaxPooling2D(3, 2, "same")(Conv2D(1, 7, 2)(ZeroPadding2D(3)(image)))
    for block, count in enumerate((3, 4, 6, 3), start=1):
        for unit in range(1, count + 1):
            stride = 2 if unit == count and block < 4 else 1
            y = Conv2D(1, 1)(Conv2D(1, 3, stride)(ZeroPadding2D(1)(Conv2D(1, 1)(x))))
            x = Add(name=f"block{block}" if unit == count else None)([MaxPooling2D(1, stride)(x), y])
    return Model(image, x)
