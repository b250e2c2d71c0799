"""Layers that change a picture's size without weights."""

from __future__ import annotations

from lamella import algebra
from lamella.design import Shape
from lamella.errors import problem
from lamella.layers.activations import Range
from lamella.layers.arguments import DATA_FORMAT, argument, border, choice, pair
from lamella.layers.base import AxisMap, Engine, Kept, Layer, ShapeError, elements
from lamella.layers.spatial import AXIS_NAMES, axes, each_axis, need_picture, with_channels
from lamella.texts.languages import Text, phrase
from lamella.window import Map, TransposedWindow, Window

Border = tuple[tuple[int, int], tuple[int, int]]


class UpSampling2D(Layer):
    """Each number repeated (nearest) or numbers between them (the other interpolations)."""

    size: tuple[int, int] = argument(pair(1, 2), (2, 2))
    data_format: str | None = argument(DATA_FORMAT, None)
    interpolation: str = argument(choice("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"), "nearest")

    sentence = Text(
        "Enlarges a picture by repeating its numbers; it has nothing to learn.",
        "수를 되풀이해 이미지를 키웁니다. 학습할 것은 없습니다.",
    )
    source = "keras/src/layers/reshaping/up_sampling2d.py"
    examples = (
        ({}, ((4, 4, 8),)),
        ({"size": (3, 2)}, ((5, 7, 2),)),
        ({"interpolation": "bilinear"}, ((4, 4, 8),)),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        need_picture(self.type, shape, self.data_format)
        channels = shape[axes(self.data_format)[1]]
        return each_axis(shape, self.data_format, channels, lambda axis, size: size * self.size[axis])

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """Nearest: a transposed window of the factor's size. Of the others lamella does not know the window."""
        seen: dict[int, tuple[int, Map | None]] = {}
        for factor, axis in zip(self.size, axes(self.data_format)[0], strict=True):
            known = self.interpolation == "nearest"
            seen[axis] = (axis, TransposedWindow(factor, factor) if known else None)
        return (with_channels(seen, self.data_format),)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """Keras repeats rows, then columns; PyTorch copies both pictures into another order and back."""
        if self.interpolation != "nearest":
            return Kept()
        before, after = algebra.number(elements(inputs[0])) or 0, algebra.number(elements(output)) or 0
        if engine == "torch":
            return Kept(forward=before + after)
        half = before * self.size[0]
        return Kept(forward=half, backward=half)

    def output_range(self) -> Range:
        """The cubic and Lanczos interpolations overshoot."""
        return "inputs" if self.interpolation in ("nearest", "bilinear") else None


class ZeroPadding2D(Layer):
    """Zeros around a picture."""

    padding: Border = argument(border(), ((1, 1), (1, 1)))
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Puts zeros around a picture, so that a window can stand on its border.",
        "이미지 둘레에 0을 둘러, 창이 가장자리에도 놓이게 합니다.",
    )
    source = "keras/src/layers/reshaping/zero_padding2d.py"
    examples = (({}, ((5, 5, 2),)), ({"padding": ((0, 1), (2, 3))}, ((5, 6, 2),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        need_picture(self.type, shape, self.data_format)
        channels = shape[axes(self.data_format)[1]]
        return each_axis(shape, self.data_format, channels, lambda axis, size: size + sum(self.padding[axis]))

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return (_shifted(tuple(before for before, _ in self.padding), self.data_format),)

    def output_range(self) -> Range:
        return "inputs"


class Cropping2D(Layer):
    """Rows and columns cut off a picture's border."""

    cropping: Border = argument(border(), ((0, 0), (0, 0)))
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text("Cuts rows and columns off a picture's border.", "이미지 가장자리의 행과 열을 잘라 냅니다.")
    source = "keras/src/layers/reshaping/cropping2d.py"
    examples = (({"cropping": 1}, ((5, 5, 2),)), ({"cropping": ((0, 1), (2, 1))}, ((5, 6, 2),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        need_picture(self.type, shape, self.data_format)
        channels = shape[axes(self.data_format)[1]]
        return each_axis(shape, self.data_format, channels, lambda axis, size: size - sum(self.cropping[axis]), _empty)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return (_shifted(tuple(-before for before, _ in self.cropping), self.data_format),)

    def output_range(self) -> Range:
        return "inputs"


def _shifted(before: tuple[int, ...], data_format: str | None) -> AxisMap:
    spatial = axes(data_format)[0]
    seen: dict[int, tuple[int, Map | None]] = {
        axis: (axis, Window(before=shift)) for shift, axis in zip(before, spatial, strict=True)
    }
    return with_channels(seen, data_format)


def _empty(axis: int, size: int, result: int) -> ShapeError:
    fix = phrase("Crop at most {most} of {size}.", "{size} 중 {most}까지만 잘라 내세요.", most=size - 1, size=size)
    return ShapeError(problem("output empty", size=result, axis=AXIS_NAMES[axis], suggestion=fix))
