"""Padding with zeros and cropping, over sequences, pictures and volumes."""

from __future__ import annotations

from lamella.design import Shape
from lamella.errors import problem
from lamella.layers.activations import Range
from lamella.layers.arguments import DATA_FORMAT, argument, border, of_rank
from lamella.layers.base import AxisMap, ShapeError
from lamella.layers.spatial import AXIS_NAMES, Spatial
from lamella.layers.spatial_formulas import added, placed, positions, size_lines
from lamella.texts.languages import Text, phrase
from lamella.window import Window

Border = tuple[tuple[int, int], ...]


class _Border(Spatial):
    """Numbers put in front of and behind an input's axes, or taken away (below 0)."""

    @property
    def ends(self) -> Border:
        """How many numbers are added before and after, along each axis."""
        raise NotImplementedError

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        self.need_images(shape)
        return self.resized(shape, shape[self.channel], lambda axis, size: size + sum(self.ends[axis]), self._empty)

    def _empty(self, axis: int, size: int, result: int) -> ShapeError:
        fix = phrase("Crop at most {most} of {size}.", "{size} 중 {most}까지만 잘라 내세요.", most=size - 1, size=size)
        name = AXIS_NAMES[self.rank][axis]
        return ShapeError(problem("output empty", size=result, axis=name, suggestion=fix))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        """Of padding: 0 where the place is outside x."""
        each = zip(positions(self), self.ends, strict=True)
        places = placed(self, [added(position, -before) for position, (before, _) in each], "c")
        how = [added(added("{size}", before), after) for before, after in self.ends]
        sizes = size_lines(self, inputs[0], output, how)
        return (f"y[{placed(self, positions(self), 'c')}] = x[{places}]", *sizes)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return self.seen([Window(before=before) for before, _ in self.ends], channels=True)

    def output_range(self) -> Range:
        return "inputs"


class _ZeroPadding(_Border):
    """Zeros around an input."""

    padding: Border = of_rank(border, 1)
    data_format: str | None = argument(DATA_FORMAT, None)

    @property
    def ends(self) -> Border:
        return self.padding


class ZeroPadding1D(_ZeroPadding, rank=1):
    """Zeros before and after a sequence: (B, length, channels) -> (B, length + zeros, channels)."""

    padding: tuple[int, int]  # type: ignore[assignment]  # of one axis Keras takes no pair of pairs

    sentence = Text(
        "Puts zeros before and after a sequence, so that a window can stand on its ends.",
        "시퀀스 앞뒤에 0을 붙여, 창이 끝에도 놓이게 합니다.",
    )
    source = "keras/src/layers/reshaping/zero_padding1d.py"
    examples = (({}, ((5, 2),)), ({"padding": (0, 3)}, ((5, 2),)))

    @property
    def ends(self) -> Border:
        return (self.padding,)


class ZeroPadding2D(_ZeroPadding, rank=2):
    """Zeros around a picture: (B, height, width, channels) -> the same with a larger picture."""

    sentence = Text(
        "Puts zeros around a picture, so that a window can stand on its border.",
        "이미지 둘레에 0을 둘러, 창이 경계에도 놓이게 합니다.",
    )
    source = "keras/src/layers/reshaping/zero_padding2d.py"
    examples = (({}, ((5, 5, 2),)), ({"padding": ((0, 1), (2, 3))}, ((5, 6, 2),)))


class ZeroPadding3D(_ZeroPadding, rank=3):
    """Zeros around a volume: (B, depth, height, width, channels) -> the same with a larger volume."""

    sentence = Text(
        "Puts zeros around a volume, so that a window can stand on its border.",
        "볼륨 둘레에 0을 둘러, 창이 경계에도 놓이게 합니다.",
    )
    source = "keras/src/layers/reshaping/zero_padding3d.py"
    examples = (({}, ((2, 3, 4, 2),)), ({"padding": ((0, 1), (2, 3), (0, 0))}, ((2, 3, 4, 2),)))


class _Cropping(_Border):
    """What stands at an input's border cut off."""

    cropping: Border = of_rank(border, 1)
    data_format: str | None = argument(DATA_FORMAT, None)

    @property
    def ends(self) -> Border:
        return tuple((-before, -after) for before, after in self.cropping)


class Cropping1D(_Cropping, rank=1, without=("data_format",)):
    """The ends of a sequence cut off: (B, length, channels) -> (B, less, channels)."""

    cropping: tuple[int, int]  # type: ignore[assignment]  # of one axis Keras takes no pair of pairs

    sentence = Text("Cuts numbers off both ends of a sequence.", "시퀀스의 양 끝을 잘라 냅니다.")
    source = "keras/src/layers/reshaping/cropping1d.py"
    examples = (({}, ((5, 2),)), ({"cropping": (0, 3)}, ((5, 2),)))

    @property
    def ends(self) -> Border:
        before, after = self.cropping
        return ((-before, -after),)


class Cropping2D(_Cropping, rank=2):
    """Rows and columns cut off a picture's border: (B, height, width, channels) -> a smaller picture."""

    cropping: Border = of_rank(border, 0)

    sentence = Text("Cuts rows and columns off a picture's border.", "이미지 경계의 행과 열을 잘라 냅니다.")
    source = "keras/src/layers/reshaping/cropping2d.py"
    examples = (({"cropping": 1}, ((5, 5, 2),)), ({"cropping": ((0, 1), (2, 1))}, ((5, 6, 2),)))


class Cropping3D(_Cropping, rank=3):
    """The border of a volume cut off: (B, depth, height, width, channels) -> a smaller volume."""

    sentence = Text("Cuts off a volume's border.", "볼륨의 경계를 잘라 냅니다.")
    source = "keras/src/layers/reshaping/cropping3d.py"
    examples = (({}, ((3, 5, 4, 2),)), ({"cropping": ((0, 1), (2, 1), (0, 0))}, ((3, 5, 4, 2),)))
