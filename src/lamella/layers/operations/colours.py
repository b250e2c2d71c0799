"""Functions of pictures that change colours, blur, find edges and compare."""

from __future__ import annotations

from typing import Any, ClassVar

from lamella.algebra import number as number_of
from lamella.design import Shape
from lamella.errors import problem
from lamella.layers.activations import Range
from lamella.layers.arguments import Kind, argument, choice, integer, number, several
from lamella.layers.base import AxisMap, Kept, ShapeError
from lamella.layers.operations.operation import broadcast, shown
from lamella.layers.operations.pictures import DATA_FORMAT, OfPictures
from lamella.layers.spatial import window
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY, Map


class _Colours(OfPictures, abstract=True):
    """Each pixel's channels made into others."""

    needed: ClassVar[tuple[int, ...]]
    """The numbers of channels that are taken."""
    given: ClassVar[int | None] = None
    """The number that is given; None for as many."""

    data_format: str = argument(DATA_FORMAT, "channels_last")

    source = "keras/src/backend/tensorflow/image.py"
    examples = (({}, ((4, 5, 3),)), ({"data_format": "channels_first"}, ((3, 4, 5),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        self.axes(shape)
        channel = self.channel(shape)
        if isinstance(shape[channel], int) and shape[channel] not in self.needed:
            words = phrase("{counts:list} channels", "채널 {counts:list}개", counts=[*map(str, self.needed)])
            facts = {"expected": words, "received": show_shape(shape), "suggestion": ""}
            raise ShapeError(problem("rank", type=self.type, **facts))
        return tuple(self.given if axis == channel and self.given else size for axis, size in enumerate(shape))

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return ({axis: (axis, IDENTITY) for axis in self.axes(inputs[0])},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None

    def output_range(self) -> Range:
        return "inputs"


class RgbToGrayscale(_Colours, type_name="ops.image.rgb_to_grayscale"):
    """One brightness of red, green and blue: (B, height, width, 3) -> (B, height, width, 1)."""

    needed, given = (1, 3), 1
    sentence = Text("Makes a grey picture of a coloured one.", "컬러 이미지를 회색조로 만듭니다.")

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        if inputs[0][self.channel(inputs[0])] == 1:
            return ("y = x",)
        return ("y = 0.2989 · red + 0.587 · green + 0.114 · blue",)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return Kept()


class RgbToHsv(_Colours, type_name="ops.image.rgb_to_hsv"):
    """Hue, saturation and brightness of red, green and blue: (B, height, width, 3) -> (B, height, width, 3)."""

    needed = (3,)
    sentence = Text("Writes colours as hue, saturation and brightness.", "색을 색상, 채도, 명도로 나타냅니다.")

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return ("v = max(red, green, blue), s = (v − min(red, green, blue)) / v, h = the place on the colour circle",)


class HsvToRgb(_Colours, type_name="ops.image.hsv_to_rgb"):
    """Red, green and blue of hue, saturation and brightness: (B, height, width, 3) -> (B, height, width, 3)."""

    needed = (3,)
    sentence = Text("Writes colours as red, green and blue.", "색을 빨강, 초록, 파랑으로 나타냅니다.")

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return ("red, green, blue = v · (1 − s · k), k from the place h on the colour circle",)


class GaussianBlur(OfPictures, type_name="ops.image.gaussian_blur"):
    """Each number averaged with its neighbours, near ones counting more: (B, height, width, channels) -> the same."""

    kernel_size: tuple[int, int] = argument(several(2, 1, 3), (3, 3))
    sigma: tuple[float, ...] = argument(
        Kind(phrase("two numbers", "수 두 개"), lambda value: _pair_of_numbers(value), (1.0, 1.0)), (1.0, 1.0)
    )
    data_format: str = argument(DATA_FORMAT, "channels_last")

    sentence = Text("Blurs a picture with a bell-shaped window.", "종 모양 창으로 이미지를 흐리게 합니다.")
    source = "keras/src/backend/tensorflow/image.py, gaussian_blur"
    examples = (({}, ((6, 5, 2),)), ({"kernel_size": (5, 2), "sigma": (0.5, 2.0)}, ((7, 8, 3),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        self.axes(inputs[0])
        return inputs[0]

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y = Σ x · g / Σ g, g = e^(−t² / (2 · σ²)), window {self.kernel_size}, σ = {self.sigma}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        (shape,) = inputs
        found: dict[int, tuple[int, Map | None]] = {self.channel(shape): (self.channel(shape), IDENTITY)}
        for axis, size in zip(self.axes(shape), self.kernel_size, strict=True):
            found[axis] = axis, window(shape[axis], size, 1, "same")
        return (found,)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return Kept()

    def output_range(self) -> Range:
        return "inputs"


def _pair_of_numbers(value: object) -> tuple[float, ...]:
    parse = number().parse
    each = value if isinstance(value, (list, tuple)) and len(value) == 2 else (value, value)
    found: list[Any] = [parse(one) for one in each]
    return tuple(found)


class SobelEdges(OfPictures, type_name="ops.image.sobel_edges"):
    """How steep a picture is along both axes: (B, height, width, channels) -> (B, height, width, channels, 2)."""

    data_format: str = argument(DATA_FORMAT, "channels_last")

    sentence = Text(
        "Finds edges: how steep a picture is down and across.", "이미지의 세로, 가로 기울기로 가장자리를 찾습니다."
    )
    source = "tensorflow/python/ops/image_ops_impl.py, sobel_edges"
    examples = (({}, ((6, 5, 2),)), ({"data_format": "channels_first"}, ((2, 6, 5),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        sizes = [inputs[0][axis] for axis in self.axes(inputs[0])]
        if 1 in sizes:
            raise ShapeError(problem("index outside", type=self.type, index=2, size=1), (*inputs[0], 2))
        return (*inputs[0], 2)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return ("y = Σ x · k, k = (−1, −2, −1; 0, 0, 0; 1, 2, 1) and its transpose",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """At the border it sees mirrored numbers; inside a window of 3."""
        (shape,) = inputs
        found: dict[int, tuple[int, Map | None]] = {axis: (axis, None) for axis in self.axes(shape)}
        return (found | {self.channel(shape): (self.channel(shape), IDENTITY)},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None


class Ssim(OfPictures, type_name="ops.image.ssim"):
    """How alike two pictures are in brightness, contrast and structure: one number an image."""

    max_val: float = argument(number(), 1.0)
    filter_size: int = argument(integer(1, 11), 11)
    filter_sigma: float = argument(number(), 1.5)
    k1: float = argument(number(), 0.01)
    k2: float = argument(number(), 0.03)
    data_format: str = argument(DATA_FORMAT, "channels_last")

    tensors: ClassVar[tuple[str, ...]] = ("image1", "image2")
    input_count = (2, 2)
    sentence = Text(
        "How alike two pictures are; 1 where they are the same.",
        "두 이미지가 얼마나 닮았는지 나타냅니다. 같으면 1입니다.",
    )
    source = "Wang et al. 2004; keras/src/ops/image.py, ssim"
    examples = (({}, ((12, 13, 3), (12, 13, 3))), ({"filter_size": 5, "max_val": 255}, ((8, 8, 1), (8, 8, 1))))

    def output_shape(self, *inputs: Shape) -> Shape:
        for shape in inputs:
            self.axes(shape)
        one, other = inputs
        broadcast(self.type, inputs)
        wrong = [sizes for sizes in zip(one, other, strict=True) if sizes[0] != sizes[1] and 1 in sizes]
        if wrong:
            raise ShapeError(problem("products", type=self.type, shapes=shown(inputs), sizes=list(wrong[0])), one[:1])
        for axis in self.axes(one):
            size = one[axis]
            if isinstance(size, int) and size < self.filter_size:
                raise ShapeError(problem("index outside", type=self.type, index=self.filter_size, size=size), one[:1])
        return one[:1]

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        first, second = f"({self.k1:g} · {self.max_val:g})²", f"({self.k2:g} · {self.max_val:g})²"
        means = f"(2 · μ₁ · μ₂ + {first}) / (μ₁² + μ₂² + {first})"
        return (f"y = mean of {means} · (2 · σ₁₂ + {second}) / (σ₁² + σ₂² + {second})",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return ({}, {})

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None


class AffineTransform(OfPictures, type_name="ops.image.affine_transform"):
    """Each picture moved, turned, sheared and scaled by 8 numbers of its own: (B, h, w, c), (B, 8) -> (B, h, w, c)."""

    interpolation: str = argument(choice("bilinear", "nearest"), "bilinear")
    fill_mode: str = argument(choice("constant", "nearest", "wrap", "reflect"), "constant")
    fill_value: float = argument(number(), 0.0)
    data_format: str = argument(DATA_FORMAT, "channels_last")

    tensors: ClassVar[tuple[str, ...]] = ("images", "transform")
    input_count = (2, 2)
    sentence = Text(
        "Moves, turns and scales each picture as its numbers say.", "이미지를 주어진 수대로 옮기고 돌리고 늘립니다."
    )
    source = "keras/src/ops/image.py, affine_transform"
    examples = (({}, ((6, 5, 2), (8,))), ({"interpolation": "nearest", "fill_value": 0.5}, ((6, 5, 2), (8,))))

    def output_shape(self, *inputs: Shape) -> Shape:
        images, transform = inputs
        self.axes(images)
        if len(transform) != 2 or transform[0] != images[0] or number_of(transform[1]) not in (8, None):
            facts = {"argument": "transform", "given": show_shape(transform), "shape": show_shape(images)}
            raise ShapeError(problem("statistics", **facts, expected="(B, 8)"), images)
        return images

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return ("y[i, j] = x[(a₃·j + a₄·i + a₅) / k, (a₀·j + a₁·i + a₂) / k], k = a₆·j + a₇·i + 1",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """Where a place looks, the numbers decide."""
        own: dict[int, tuple[int, Map | None]] = {axis: (axis, None) for axis in self.axes(output)}
        return (own | {self.channel(output): (self.channel(output), IDENTITY)}, {})

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None

    def output_range(self) -> Range:
        return "inputs" if 0 <= self.fill_value <= 1 else None
