"""Adaptive pooling: windows that share a sequence, picture or volume out to a wanted number of outputs."""

from __future__ import annotations

from math import gcd
from typing import ClassVar

from lamella.design import Shape
from lamella.layers.activations import Range
from lamella.layers.arguments import DATA_FORMAT, argument, each_axis, of_rank
from lamella.layers.axes import shown
from lamella.layers.base import AxisMap, Kept
from lamella.layers.spatial import POSITIONS, TAPS, Spatial
from lamella.layers.spatial_formulas import placed, positions, size_lines
from lamella.texts.languages import Text
from lamella.window import Shares


class _AdaptivePooling(Spatial):
    """(B, ..., channels) -> (B, output_size, channels), whatever the input's size."""

    output_size: tuple[int, ...] = of_rank(each_axis(1, 4))
    data_format: str | None = argument(DATA_FORMAT, None)

    joins: ClassVar[str]
    """What is done with a window, as formulas write it."""
    source = "keras/src/layers/pooling/base_adaptive_pooling.py; keras/src/backend/tensorflow/nn.py"

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        self.need_images(shape)
        sizes = dict(zip(self.axes, self.output_size, strict=True))
        return tuple(sizes.get(axis, size) for axis, size in enumerate(shape))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        ranges = []
        each = zip(POSITIONS, TAPS, self.axes, self.output_size, strict=False)
        for position, tap, axis, wanted in each:
            size = shown(inputs[0][axis])
            ranges.append(f"⌊{position}·{size} / {wanted}⌋ ≤ {tap} < ({position} + 1)·{size} / {wanted}")
        joined = f"{self.joins} x[{placed(self, TAPS[: self.rank], 'c')}], {', '.join(ranges)}"
        sizes = size_lines(self, inputs[0], output, [f"{size}" for size in self.output_size])
        return (f"y[{placed(self, positions(self), 'c')}] = {joined}", *sizes)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        maps = []
        for axis, wanted in zip(self.axes, self.output_size, strict=True):
            size = inputs[0][axis]
            common = gcd(size, wanted) if isinstance(size, int) else 0
            maps.append(Shares(size // common, wanted // common) if isinstance(size, int) else None)
        return self.seen(maps, channels=True)

    def output_range(self) -> Range:
        return "inputs"


class _AdaptiveAverage(_AdaptivePooling):
    """The mean of each window."""

    joins = "mean"


class _AdaptiveMax(_AdaptivePooling):
    """The largest number of each window."""

    joins = "max"

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """One axis after the other, the largest of windows of both sizes that occur, at every place.

        Each of these poolings keeps its input and its output; of what lies between two axes, both.
        """
        sizes = [inputs[0][axis] for axis in self.axes]
        inner, channels = 0, inputs[0][self.channel]
        for which, (size, wanted) in enumerate(zip(list(sizes), self.output_size, strict=True)):
            if not isinstance(size, int) or not isinstance(channels, int):
                return Kept(inputs=True)
            small = -(-size // wanted)
            across = channels
            for other, each in enumerate(sizes):
                across *= each if other != which and isinstance(each, int) else 1
            inner += across * (max(size - small + 1, 0) + max(size - small, 0))
            sizes[which] = wanted
            inner += across * wanted if which + 1 < self.rank else 0
        return Kept(inputs=True, inner=inner)


class AdaptiveAveragePooling1D(_AdaptiveAverage, rank=1):
    """The mean of each share of a sequence: (B, length, channels) -> (B, *output_size, channels)."""

    sentence = Text(
        "Shares a sequence out to as many windows as wanted and keeps the mean of each.",
        "시퀀스를 원하는 수의 창으로 나누고 창마다 평균을 남깁니다.",
    )
    examples = (({"output_size": 4}, ((10, 3),)), ({"output_size": 7}, ((5, 2),)))


class AdaptiveAveragePooling2D(_AdaptiveAverage, rank=2):
    """The mean of each share of a picture: (B, height, width, channels) -> (B, *output_size, channels)."""

    sentence = Text(
        "Shares a picture out to as many windows as wanted and keeps the mean of each.",
        "이미지를 원하는 수의 창으로 나누고 창마다 평균을 남깁니다.",
    )
    examples = (({"output_size": 2}, ((6, 8, 3),)), ({"output_size": (3, 5)}, ((7, 4, 2),)))


class AdaptiveAveragePooling3D(_AdaptiveAverage, rank=3):
    """The mean of each share of a volume: (B, depth, height, width, channels) -> (B, *sizes, channels)."""

    sentence = Text(
        "Shares a volume out to as many windows as wanted and keeps the mean of each.",
        "볼륨을 원하는 수의 창으로 나누고 창마다 평균을 남깁니다.",
    )
    examples = (({"output_size": 2}, ((4, 5, 6, 3),)), ({"output_size": (1, 3, 2)}, ((2, 7, 3, 2),)))


class AdaptiveMaxPooling1D(_AdaptiveMax, rank=1):
    """The largest number of each share of a sequence: (B, length, channels) -> (B, *output_size, channels)."""

    sentence = Text(
        "Shares a sequence out to as many windows as wanted and keeps the largest number of each.",
        "시퀀스를 원하는 수의 창으로 나누고 창마다 가장 큰 수를 남깁니다.",
    )
    examples = (({"output_size": 4}, ((10, 3),)), ({"output_size": 7}, ((5, 2),)))


class AdaptiveMaxPooling2D(_AdaptiveMax, rank=2):
    """The largest number of each share of a picture: (B, height, width, channels) -> (B, *output_size, channels)."""

    sentence = Text(
        "Shares a picture out to as many windows as wanted and keeps the largest number of each.",
        "이미지를 원하는 수의 창으로 나누고 창마다 가장 큰 수를 남깁니다.",
    )
    examples = (({"output_size": 2}, ((6, 8, 3),)), ({"output_size": (3, 5)}, ((7, 4, 2),)))


class AdaptiveMaxPooling3D(_AdaptiveMax, rank=3):
    """The largest number of each share of a volume: (B, depth, height, width, channels) -> (B, *sizes, channels)."""

    sentence = Text(
        "Shares a volume out to as many windows as wanted and keeps the largest number of each.",
        "볼륨을 원하는 수의 창으로 나누고 창마다 가장 큰 수를 남깁니다.",
    )
    examples = (({"output_size": 2}, ((4, 5, 6, 3),)), ({"output_size": (1, 3, 2)}, ((2, 7, 3, 2),)))
