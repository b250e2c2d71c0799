"""Global pooling: one number of each channel, over whole sequences, pictures and volumes."""

from __future__ import annotations

from typing import ClassVar

from lamella.design import Shape
from lamella.layers.activations import Range
from lamella.layers.arguments import DATA_FORMAT, FLAG, argument
from lamella.layers.base import AxisMap, Kept
from lamella.layers.spatial import Spatial
from lamella.layers.spatial_formulas import placed, positions, size_lines
from lamella.texts.languages import Text
from lamella.window import IDENTITY


class _GlobalPooling(Spatial):
    """(B, ..., channels) -> (B, channels)."""

    data_format: str | None = argument(DATA_FORMAT, None)
    keepdims: bool = argument(FLAG, False)

    joins: ClassVar[str]
    """What is done with all numbers of a channel, as formulas write it."""
    source = "keras/src/layers/pooling/base_global_pooling.py"

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        self.need_images(shape)
        if not self.keepdims:
            return shape[0], shape[self.channel]
        return tuple(1 if axis in self.axes else size for axis, size in enumerate(shape))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        result = placed(self, ["0"] * self.rank, "c") if self.keepdims else "c"
        sizes = size_lines(self, inputs[0], output, ["1"] * self.rank) if self.keepdims else ()
        return (f"y[{result}] = {self.joins} x[{placed(self, positions(self), 'c')}]", *sizes)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return ({self.channel if self.keepdims else 1: (self.channel, IDENTITY)},)

    def output_range(self) -> Range:
        return "inputs"


class _GlobalAverage(_GlobalPooling):
    """The mean of each channel."""

    joins = "mean"


class _GlobalMax(_GlobalPooling):
    """The largest number of each channel."""

    joins = "max"

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """The gradient goes where the input equals the output."""
        return Kept(inputs=True, output=True)


class GlobalAveragePooling1D(_GlobalAverage, rank=1):
    """The mean of each channel's whole sequence: (B, length, channels) -> (B, channels)."""

    call_tensors: ClassVar[tuple[str, ...]] = ("mask",)
    sentence = Text(
        "Leaves one number a channel, its mean over the whole sequence.",
        "채널마다 시퀀스 전체의 평균 하나만 남깁니다.",
    )
    examples = (({}, ((7, 12),)), ({"keepdims": True}, ((7, 12),)))


class GlobalAveragePooling2D(_GlobalAverage, rank=2):
    """The mean of each channel's whole picture: (B, height, width, channels) -> (B, channels)."""

    sentence = Text(
        "Leaves one number a channel, its mean over the whole picture.",
        "채널마다 이미지 전체의 평균 하나만 남깁니다.",
    )
    examples = (({}, ((7, 5, 12),)), ({"keepdims": True}, ((7, 5, 12),)))


class GlobalAveragePooling3D(_GlobalAverage, rank=3):
    """The mean of each channel's whole volume: (B, depth, height, width, channels) -> (B, channels)."""

    sentence = Text(
        "Leaves one number a channel, its mean over the whole volume.",
        "채널마다 볼륨 전체의 평균 하나만 남깁니다.",
    )
    examples = (({}, ((3, 5, 4, 6),)), ({"keepdims": True}, ((3, 5, 4, 6),)))


class GlobalMaxPooling1D(_GlobalMax, rank=1):
    """The largest number of each channel's whole sequence: (B, length, channels) -> (B, channels)."""

    sentence = Text(
        "Leaves one number a channel, the largest of the whole sequence.",
        "채널마다 시퀀스 전체에서 가장 큰 수 하나만 남깁니다.",
    )
    examples = (({}, ((7, 12),)), ({"keepdims": True}, ((7, 12),)))


class GlobalMaxPooling2D(_GlobalMax, rank=2):
    """The largest number of each channel's whole picture: (B, height, width, channels) -> (B, channels)."""

    sentence = Text(
        "Leaves one number a channel, the largest of the whole picture.",
        "채널마다 이미지 전체에서 가장 큰 수 하나만 남깁니다.",
    )
    examples = (({}, ((7, 5, 12),)), ({"keepdims": True}, ((7, 5, 12),)))


class GlobalMaxPooling3D(_GlobalMax, rank=3):
    """The largest number of each channel's whole volume: (B, depth, height, width, channels) -> (B, channels)."""

    sentence = Text(
        "Leaves one number a channel, the largest of the whole volume.",
        "채널마다 볼륨 전체에서 가장 큰 수 하나만 남깁니다.",
    )
    examples = (({}, ((3, 5, 4, 6),)), ({"keepdims": True}, ((3, 5, 4, 6),)))
