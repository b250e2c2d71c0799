"""Fourier transforms along the last axes; complex numbers are two tensors, a real and an imaginary one."""

from __future__ import annotations

from typing import ClassVar

from lamella.algebra import is_known, number
from lamella.design import BATCH, Shape, Size
from lamella.errors import problem
from lamella.layers.activations import Range
from lamella.layers.arguments import FLAG, TEXT, argument, integer, optional
from lamella.layers.base import AxisMap, Kept, ShapeError
from lamella.layers.operations.operation import Operation, place, shown
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY, Window


class _Transform(Operation, abstract=True):
    """A transform along the last axis, or the last two; each result depends on all numbers along them."""

    depth: ClassVar[int] = 1
    formula: ClassVar[str] = "y[k] = Σ x[n] · e^(−2πi · k · n / N)"
    source = "keras/src/ops/math.py"

    def need(self, shape: Shape, known: bool = False) -> None:
        """Raises `ShapeError` where there are too few axes, or a size that Keras needs is not known."""
        place(-self.depth, shape)
        if known and not all(isinstance(size, int) for size in shape[-self.depth :]):
            words = phrase("last axes of known sizes", "크기를 아는 마지막 축")
            raise ShapeError(problem("rank", type=self.type, expected=words, received=show_shape(shape), suggestion=""))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (self.formula,)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        left = inputs[0][: len(inputs[0]) - self.depth]
        return ({axis: (axis, IDENTITY) for axis, size in enumerate(left) if size != BATCH},) * len(inputs)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None


class _Complex(_Transform, abstract=True):
    """A transform of a real and an imaginary part, which Keras takes as one pair: (B, n), (B, n)."""

    listed = True
    input_count = (2, 2)
    needs_sizes: ClassVar[bool] = True

    def pair(self, inputs: tuple[Shape, ...]) -> Shape:
        """The shape that both parts have."""
        one, other = inputs
        each = zip(one, other, strict=False)
        differ = any(
            number(left) != number(right) or (BATCH in (left, right) and left != right) for left, right in each
        )
        if differ or len(one) != len(other):
            sizes = [show_shape(shape) for shape in inputs]
            raise ShapeError(problem("products", type=self.type, shapes=shown(inputs), sizes=sizes))
        self.need(one, self.needs_sizes)
        return one

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        pairs = zip(*inputs, strict=False)
        return tuple(sizes for sizes in pairs if sizes[0] != sizes[1] and all(map(is_known, sizes)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.pair(inputs)

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        return super().output_shapes(*inputs) * 2


class Fft(_Complex, type_name="ops.fft"):
    """The Fourier transform along the last axis: (B, n), (B, n) -> (B, n), (B, n)."""

    sentence = Text("Writes a row of numbers as its frequencies.", "수열을 주파수로 나타냅니다.")
    examples = (({}, ((4, 8), (4, 8))), ({}, ((3, 4, 5), (3, 4, 5))))


class Fft2(_Complex, type_name="ops.fft2"):
    """The Fourier transform along the last two axes: (B, h, w), (B, h, w) -> the same."""

    depth = 2
    formula = "y[k, l] = Σ x[m, n] · e^(−2πi · (k · m / M + l · n / N))"
    sentence = Text("Writes a picture as its frequencies.", "이미지를 주파수로 나타냅니다.")
    examples = (({}, ((4, 8), (4, 8))), ({}, ((3, 4, 5), (3, 4, 5))))


class Ifft2(_Complex, type_name="ops.ifft2"):
    """The inverse of fft2: (B, h, w), (B, h, w) -> the same."""

    depth = 2
    formula = "y[m, n] = Σ x[k, l] · e^(2πi · (k · m / M + l · n / N)) / (M · N)"
    sentence = Text("Makes a picture of its frequencies.", "주파수로부터 이미지를 되살립니다.")
    examples = (({}, ((4, 8), (4, 8))), ({}, ((3, 4, 5), (3, 4, 5))))


class Rfft(_Transform, type_name="ops.rfft"):
    """The Fourier transform of real numbers, of which half says all: (B, n) -> (B, n // 2 + 1) twice."""

    fft_length: int | None = argument(optional(integer(1, 8)), None)

    sentence = Text("Writes real numbers as their frequencies.", "실수 수열을 주파수로 나타냅니다.")
    examples = (({}, ((4, 8),)), ({"fft_length": 5}, ((9,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        self.need(shape)
        size = shape[-1] if self.fft_length is None else self.fft_length
        return (*shape[:-1], size // 2 + 1 if is_known(size) else None)

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        return super().output_shapes(*inputs) * 2


class Irfft(_Complex, type_name="ops.irfft"):
    """The inverse of rfft: (B, n), (B, n) -> (B, 2 · (n - 1))."""

    fft_length: int | None = argument(optional(integer(1, 8)), None)

    needs_sizes = False
    formula = "y[n] = Σ x[k] · e^(2πi · k · n / N) / N"
    sentence = Text("Makes real numbers of their frequencies.", "주파수로부터 실수 수열을 되살립니다.")
    examples = (({}, ((4, 8), (4, 8))), ({"fft_length": 5}, ((9,), (9,))))

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = self.pair(inputs)
        size = shape[-1]
        if self.fft_length is None and isinstance(size, int) and size < 2:
            raise ShapeError(problem("index outside", type=self.type, index=2, size=size))
        wanted = (size - 1) * 2 if is_known(size) else None
        return (*shape[:-1], self.fft_length if self.fft_length is not None else wanted)

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        return super().output_shapes(*inputs)[:1]


class ExtractSequences(_Transform, type_name="ops.extract_sequences"):
    """Overlapping pieces of the last axis: (B, n) -> (B, pieces, sequence_length)."""

    sequence_length: int = argument(integer(1, 4))
    sequence_stride: int = argument(integer(1, 2))

    sentence = Text("Cuts a row of numbers into overlapping pieces.", "수열을 서로 겹치는 조각으로 자릅니다.")
    examples = (
        ({"sequence_length": 4, "sequence_stride": 2}, ((9,),)),
        ({"sequence_length": 3, "sequence_stride": 3}, ((2, 8),)),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        self.need(shape)
        size = shape[-1]
        if isinstance(size, int) and size < self.sequence_length:
            raise ShapeError(problem("index outside", type=self.type, index=self.sequence_length, size=size))
        pieces = 1 + (size - self.sequence_length) // self.sequence_stride if is_known(size) else None
        return (*shape[:-1], pieces, self.sequence_length)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y[k, n] = x[{self.sequence_stride} · k + n], n < {self.sequence_length}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        (seen,) = super().views(inputs, output)
        at = len(inputs[0]) - 1
        if inputs[0][at] == BATCH:
            return (seen,)
        return ({**seen, at: (at, Window(self.sequence_length, self.sequence_stride))},)

    def output_range(self) -> Range:
        return "inputs"


class Stft(_Transform, type_name="ops.stft"):
    """The Fourier transforms of overlapping pieces: (B, n) -> (B, pieces, fft_length // 2 + 1) twice."""

    sequence_length: int = argument(integer(1, 4))
    sequence_stride: int = argument(integer(1, 2))
    fft_length: int = argument(integer(1, 4))
    window: str | None = argument(optional(TEXT), "hann")
    center: bool = argument(FLAG, True)

    sentence = Text("Writes a sound as frequencies that change.", "소리의 주파수가 어떻게 바뀌는지 나타냅니다.")
    examples = (
        ({"sequence_length": 4, "sequence_stride": 2, "fft_length": 4}, ((9,),)),
        ({"sequence_length": 4, "sequence_stride": 3, "fft_length": 8, "center": False}, ((2, 16),)),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        self.need(shape)
        return (*shape[:-1], self._pieces(shape[-1]), self.fft_length // 2 + 1)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        piece = f"x[{self.sequence_stride} · t + n]" + (", mirrored at the ends" if self.center else "")
        return (f"y[t, k] = Σ_n w[n] · e^(−2πi · k · n / {self.fft_length}) · {piece}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """A piece sees its part of the sound, or what is mirrored at the ends."""
        (seen,) = super().views(inputs, output)
        at = len(inputs[0]) - 1
        return (seen if inputs[0][at] == BATCH else {**seen, at: (at, None)},)

    def _pieces(self, size: Size) -> Size:
        more = self.fft_length // 2 * 2 if self.center else 0
        mirrored = self.fft_length // 2 if self.center else 0  # at most all numbers but the one at the end
        if isinstance(size, int) and (size + more < self.fft_length or size <= mirrored):
            raise ShapeError(problem("index outside", type=self.type, index=self.fft_length, size=size))
        return 1 + (size + more - self.fft_length) // self.sequence_stride if is_known(size) else None

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        return super().output_shapes(*inputs) * 2
