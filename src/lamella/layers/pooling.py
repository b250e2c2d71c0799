"""Pooling over pictures."""

from __future__ import annotations

from lamella.algebra import number
from lamella.design import Shape
from lamella.layers.activations import Range
from lamella.layers.arguments import DATA_FORMAT, FLAG, argument, choice, optional, pair
from lamella.layers.base import AxisMap, Engine, Kept, Layer, elements
from lamella.layers.spatial import axes, each_axis, need_picture, window_fault, windows, with_channels
from lamella.texts.languages import Text
from lamella.window import IDENTITY, window_output

_PADDING = choice("valid", "same")


class _Pooling2D(Layer, abstract=True):
    """The geometry that maximum and average pooling share; Keras gives only the former a default size."""

    pool_size: tuple[int, int]
    strides: tuple[int, int] | None
    padding: str
    data_format: str | None

    @property
    def steps(self) -> tuple[int, int]:
        """The strides; Keras' default is the pool size."""
        return self.pool_size if self.strides is None else self.strides

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        need_picture(self.type, shape, self.data_format)
        return each_axis(
            shape,
            self.data_format,
            shape[axes(self.data_format)[1]],
            lambda axis, size: window_output(size, self.pool_size[axis], self.steps[axis], self.padding),
            window_fault("pool_size", self.pool_size, (1, 1)),
        )

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        seen = windows(inputs[0], self.data_format, self.pool_size, self.steps, self.padding)
        return (with_channels(seen, self.data_format),)

    def output_range(self) -> Range:
        return "inputs"


class MaxPooling2D(_Pooling2D):
    """The largest number in each window: (B, height, width, channels) -> the same with a smaller picture."""

    pool_size: tuple[int, int] = argument(pair(1, 2), (2, 2))
    strides: tuple[int, int] | None = argument(optional(pair(1, 2)), None)
    padding: str = argument(_PADDING, "valid")
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Keeps the largest number of each window: a smaller picture, a wider receptive field, less work after it.",
        "창마다 가장 큰 수만 남깁니다. 이미지는 작아지고 수용 영역은 넓어지며 뒤의 계산이 줄어듭니다.",
    )
    source = "keras/src/layers/pooling/base_pooling.py"
    examples = (
        ({}, ((28, 28, 16),)),
        ({"pool_size": 2, "padding": "same"}, ((7, 7, 8),)),
        ({"pool_size": (3, 2), "strides": (2, 1)}, ((9, 10, 3),)),
    )

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """TensorFlow's oneDNN keeps input and output, and of each output in one byte where in its window it was."""
        return Kept(inputs=True, output=True, mask=number(elements(output)) or 0)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """PyTorch keeps the input and an index of 8 bytes."""
        if engine == "torch":
            return Kept(inputs=True, mask=8 * (number(elements(output)) or 0))
        return self.kept(inputs, output)


class AveragePooling2D(_Pooling2D):
    """The mean of each window, padding left out of it."""

    pool_size: tuple[int, int] = argument(pair(1, 2))
    strides: tuple[int, int] | None = argument(optional(pair(1, 2)), None)
    padding: str = argument(_PADDING, "valid")
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Replaces each window by its mean: a smaller, smoother picture.",
        "창마다 평균을 남겨 이미지를 작고 부드럽게 만듭니다.",
    )
    source = "keras/src/layers/pooling/base_pooling.py"
    examples = (
        ({"pool_size": 2}, ((8, 8, 4),)),
        ({"pool_size": (3, 2), "strides": 2, "padding": "same"}, ((9, 10, 3),)),
    )


class GlobalAveragePooling2D(Layer):
    """The mean of each channel's whole picture: (B, height, width, channels) -> (B, channels)."""

    data_format: str | None = argument(DATA_FORMAT, None)
    keepdims: bool = argument(FLAG, False)

    sentence = Text(
        "Leaves one number a channel, its mean over the whole picture.",
        "채널마다 이미지 전체의 평균 하나만 남깁니다.",
    )
    source = "keras/src/layers/pooling/base_global_pooling.py"
    examples = (({}, ((7, 5, 12),)), ({"keepdims": True}, ((7, 5, 12),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        need_picture(self.type, shape, self.data_format)
        spatial, channel = axes(self.data_format)
        if not self.keepdims:
            return shape[0], shape[channel]
        return tuple(1 if axis in spatial else size for axis, size in enumerate(shape))

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        channel = axes(self.data_format)[1]
        return ({channel if self.keepdims else 1: (channel, IDENTITY)},)

    def output_range(self) -> Range:
        return "inputs"
