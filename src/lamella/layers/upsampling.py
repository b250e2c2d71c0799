"""Upsampling: numbers repeated, or numbers between them, over sequences, pictures and volumes."""

from __future__ import annotations

from lamella.algebra import number
from lamella.design import Shape
from lamella.layers.activations import Range
from lamella.layers.arguments import DATA_FORMAT, argument, choice, each_axis, integer, of_rank
from lamella.layers.base import AxisMap, Engine, Kept, elements
from lamella.layers.resizing import INTERPOLATIONS, RADIUS
from lamella.layers.spatial import Spatial
from lamella.layers.spatial_formulas import placed, positions, resampled, size_lines
from lamella.texts.languages import Text
from lamella.window import Resampling, TransposedWindow


class _UpSampling(Spatial):
    """Each number repeated along every axis."""

    size: tuple[int, ...] = of_rank(each_axis(1, 2), 2)
    data_format: str | None = argument(DATA_FORMAT, None)

    interpolation: str = "nearest"

    @property
    def factors(self) -> tuple[int, ...]:
        """How many times larger each axis becomes."""
        return self.size

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        self.need_images(shape)
        return self.resized(shape, shape[self.channel], lambda axis, size: size * self.factors[axis])

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        each = list(zip(positions(self), self.factors, strict=True))
        sizes = size_lines(self, inputs[0], output, [f"{{size}}·{factor}" for factor in self.factors])
        result = f"y[{placed(self, positions(self), 'c')}] = "
        if self.interpolation == "nearest":
            places = [f"⌊{position} / {factor}⌋" if factor > 1 else position for position, factor in each]
            return (f"{result}x[{placed(self, places, 'c')}]", *sizes)
        scales = [f"/ {factor}" for factor in self.factors]
        return (result + resampled(self, self.interpolation, scales), *sizes)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """Nearest: a transposed window of the factor's size."""
        if self.interpolation == "nearest":
            return self.seen([TransposedWindow(factor, factor) for factor in self.factors], channels=True)
        radius = RADIUS[self.interpolation]
        return self.seen([Resampling(1, factor, radius) for factor in self.factors], channels=True)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """Keras repeats along one axis after the other; PyTorch turns a picture's axes around and back."""
        if self.interpolation != "nearest":
            return Kept()
        before, after = number(elements(inputs[0])) or 0, number(elements(output)) or 0
        if engine == "torch":
            return Kept(forward=before + after)
        half = after // self.factors[-1] if self.rank > 1 else 0
        return Kept(forward=half, backward=half)

    def output_range(self) -> Range:
        """The cubic and Lanczos interpolations overshoot."""
        return "inputs" if self.interpolation in ("nearest", "bilinear") else None


class UpSampling1D(_UpSampling, rank=1, without=("data_format",)):
    """Each number of a sequence repeated: (B, length, channels) -> (B, length * size, channels)."""

    size: int = argument(integer(1, 2), 2)  # type: ignore[assignment]  # Keras takes no tuple here

    sentence = Text(
        "Lengthens a sequence by repeating its numbers; it has nothing to learn.",
        "수를 되풀이해 시퀀스를 늘립니다. 학습할 것은 없습니다.",
    )
    source = "keras/src/layers/reshaping/up_sampling1d.py"
    examples = (({}, ((4, 8),)), ({"size": 3}, ((5, 2),)))

    @property
    def factors(self) -> tuple[int, ...]:
        return (self.size,)


class UpSampling2D(_UpSampling, rank=2):
    """Each number of a picture repeated (nearest) or numbers between them: (B, height, width, channels) -> larger."""

    interpolation: str = argument(choice(*INTERPOLATIONS), "nearest")

    sentence = Text(
        "Enlarges a picture by repeating its numbers; it has nothing to learn.",
        "수를 되풀이해 이미지를 키웁니다. 학습할 것은 없습니다.",
    )
    source = "keras/src/layers/reshaping/up_sampling2d.py; tensorflow/core/kernels/image/image_resizer_state.h"
    examples = (
        ({}, ((4, 4, 8),)),
        ({"size": (3, 2)}, ((5, 7, 2),)),
        ({"interpolation": "bilinear"}, ((4, 4, 8),)),
        ({"size": (2, 3), "interpolation": "lanczos3"}, ((4, 5, 2),)),
    )


class UpSampling3D(_UpSampling, rank=3):
    """Each number of a volume repeated: (B, depth, height, width, channels) -> the same with a larger volume."""

    sentence = Text(
        "Enlarges a volume by repeating its numbers; it has nothing to learn.",
        "수를 되풀이해 볼륨을 키웁니다. 학습할 것은 없습니다.",
    )
    source = "keras/src/layers/reshaping/up_sampling3d.py"
    examples = (({}, ((2, 3, 4, 3),)), ({"size": (1, 3, 2)}, ((3, 2, 4, 2),)))
