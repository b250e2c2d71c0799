"""Pooling: the largest number or the mean of each window, over sequences, pictures and volumes."""

from __future__ import annotations

from typing import ClassVar

from lamella.algebra import number
from lamella.design import Shape
from lamella.layers.activations import Range
from lamella.layers.arguments import DATA_FORMAT, argument, choice, each_axis, of_rank, optional
from lamella.layers.base import AxisMap, Engine, Kept, elements
from lamella.layers.spatial import Spatial, window
from lamella.layers.spatial_formulas import (
    placed,
    positions,
    size_lines,
    tap_ranges,
    under_window,
    window_size,
)
from lamella.texts.languages import Text
from lamella.window import Window, window_output

_PADDING = choice("valid", "same")


class Pooling(Spatial):
    """The geometry that maximum and average pooling share; Keras gives only the former a default size."""

    pool_size: tuple[int, ...] = of_rank(each_axis(1, 2))
    strides: tuple[int, ...] | None = of_rank(lambda rank: optional(each_axis(1, 2)(rank)), None)
    padding: str = argument(_PADDING, "valid")
    data_format: str | None = argument(DATA_FORMAT, None)

    joins: ClassVar[str]
    """What is done with a window, as formulas write it."""
    source = "keras/src/layers/pooling/base_pooling.py"

    @property
    def steps(self) -> tuple[int, ...]:
        """The strides; Keras' default is the pool size."""
        return self.pool_size if self.strides is None else self.strides

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        self.need_images(shape)
        fault = self.window_fault("pool_size", self.pool_size, (1,) * self.rank)

        def size(axis: int, size: int) -> int:
            return window_output(size, self.pool_size[axis], self.steps[axis], self.padding)

        return self.resized(shape, shape[self.channel], size, fault)

    def _maps(self, shape: Shape) -> list[Window | None]:
        each = zip(self.axes, self.pool_size, self.steps, strict=True)
        return [window(shape[axis], size, step, self.padding) for axis, size, step in each]

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        """Places outside the input count neither for the largest number nor for the mean."""
        befores = [None if way is None else way.before for way in self._maps(inputs[0])]
        under = under_window(self, self.pool_size, self.steps, (1,) * self.rank, befores)
        joined = f"{self.joins} x[{placed(self, under, 'c')}], {tap_ranges(self, self.pool_size)}"
        each = zip(self.pool_size, self.steps, strict=True)
        how = [window_size(size, step, self.padding) for size, step in each]
        return (
            f"y[{placed(self, positions(self), 'c')}] = {joined}",
            *size_lines(self, inputs[0], output, how),
        )

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return self.seen(self._maps(inputs[0]), channels=True)

    def output_range(self) -> Range:
        return "inputs"


class _MaxPooling(Pooling):
    """The largest number in each window."""

    pool_size: tuple[int, ...] = of_rank(each_axis(1, 2), 2)

    joins = "max"

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """Input and output, and a byte for each output that says where in its window it was (oneDNN's)."""
        return Kept(inputs=True, output=True, mask=number(elements(output)) or 0)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """PyTorch keeps the input and an index of 8 bytes."""
        kept = self.kept(inputs, output)
        return Kept(inputs=True, mask=8 * kept.mask) if engine == "torch" else kept


class MaxPooling1D(_MaxPooling, rank=1):
    """The largest number in each window: (B, length, channels) -> (B, new length, channels)."""

    sentence = Text(
        "Keeps the largest number of each window: a shorter sequence, a wider receptive field, less work after it.",
        "창마다 가장 큰 수만 남깁니다. 시퀀스는 짧아지고 수용 영역은 넓어지며 뒤의 계산이 줄어듭니다.",
    )
    examples = (
        ({}, ((28, 16),)),
        ({"pool_size": 3, "strides": 2, "padding": "same"}, ((7, 8),)),
    )


class MaxPooling2D(_MaxPooling, rank=2):
    """The largest number in each window: (B, height, width, channels) -> the same with a smaller picture."""

    sentence = Text(
        "Keeps the largest number of each window: a smaller picture, a wider receptive field, less work after it.",
        "창마다 가장 큰 수만 남깁니다. 이미지는 작아지고 수용 영역은 넓어지며 뒤의 계산이 줄어듭니다.",
    )
    examples = (
        ({}, ((28, 28, 16),)),
        ({"pool_size": 2, "padding": "same"}, ((7, 7, 8),)),
        ({"pool_size": (3, 2), "strides": (2, 1)}, ((9, 10, 3),)),
    )


class MaxPooling3D(_MaxPooling, rank=3):
    """The largest number in each window: (B, depth, height, width, channels) -> the same with a smaller volume."""

    sentence = Text(
        "Keeps the largest number of each window: a smaller volume, a wider receptive field, less work after it.",
        "창마다 가장 큰 수만 남깁니다. 볼륨은 작아지고 수용 영역은 넓어지며 뒤의 계산이 줄어듭니다.",
    )
    examples = (
        ({}, ((4, 6, 8, 3),)),
        ({"pool_size": (1, 3, 2), "strides": (1, 2, 2), "padding": "same"}, ((3, 7, 5, 2),)),
    )


class _AveragePooling(Pooling):
    """The mean of each window, padding left out of it."""

    joins = "mean"


class AveragePooling1D(_AveragePooling, rank=1):
    """The mean of each window, padding left out of it: (B, length, channels) -> (B, new length, channels)."""

    sentence = Text(
        "Replaces each window by its mean: a shorter, smoother sequence.",
        "창마다 평균을 남겨 시퀀스를 짧고 부드럽게 만듭니다.",
    )
    examples = (
        ({"pool_size": 2}, ((8, 4),)),
        ({"pool_size": 3, "strides": 2, "padding": "same"}, ((9, 3),)),
    )


class AveragePooling2D(_AveragePooling, rank=2):
    """The mean of each window, padding left out of it: (B, height, width, channels) -> a smaller picture."""

    sentence = Text(
        "Replaces each window by its mean: a smaller, smoother picture.",
        "창마다 평균을 남겨 이미지를 작고 부드럽게 만듭니다.",
    )
    examples = (
        ({"pool_size": 2}, ((8, 8, 4),)),
        ({"pool_size": (3, 2), "strides": 2, "padding": "same"}, ((9, 10, 3),)),
    )


class AveragePooling3D(_AveragePooling, rank=3):
    """The mean of each window, padding left out of it: (B, depth, height, width, channels) -> a smaller volume."""

    sentence = Text(
        "Replaces each window by its mean: a smaller, smoother volume.",
        "창마다 평균을 남겨 볼륨을 작고 부드럽게 만듭니다.",
    )
    examples = (
        ({"pool_size": 2}, ((4, 6, 8, 3),)),
        ({"pool_size": (1, 3, 2), "strides": 2, "padding": "same"}, ((3, 7, 5, 2),)),
    )
