"""What layers have in common that change pictures at random while training, and hand them on as they are afterwards."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from math import isnan
from typing import ClassVar, Final

from lamella.design import Shape
from lamella.errors import problem
from lamella.layers.activations import Range
from lamella.layers.arguments import TEXT, Kind, Wrong, argument, choice, integer, optional
from lamella.layers.base import Kept, ShapeError
from lamella.layers.spatial import Spatial
from lamella.layers.spatial_formulas import placed, positions
from lamella.texts.languages import Phrase, phrase
from lamella.units import shape as show_shape

Pair = tuple[float, float]


def _numbers(value: object) -> list[float] | None:
    """One number, or two in a list; None for anything else."""
    given = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    found = [float(each) for each in given if isinstance(each, (int, float)) and not isinstance(each, bool)]
    right = len(found) == len(given) and len(found) in (1, 2) and not any(map(isnan, found))
    return found if right else None


def _within(value: object, low: float, high: float) -> list[float]:
    """One number or two in a range, in ascending order. Raises `Wrong`."""
    found = _numbers(value)
    if found is None:
        raise Wrong
    if not all(low <= each <= high for each in found):
        near = [min(max(each, low), high) for each in found]
        raise Wrong(near[0] if len(near) == 1 else tuple(near))
    return sorted(found)


def between(low: float, high: float) -> Kind:
    """The two ends of what a random number is drawn from, as Keras keeps them.

    One number f stands for -f to f, as far as the range goes.
    """

    def parse(value: object) -> Pair:
        found = _within(value, low, high)
        if len(found) == 2:
            return found[0], found[1]
        (one,) = found
        return max(-abs(one), float(low)), abs(one)

    return Kind(_range_words(low, high), parse, min(0.5, high) if low < 0.5 else low)


def _range_words(low: float, high: float) -> Phrase:
    return phrase(
        "a number from {low} to {high}, or two of them", "{low}에서 {high} 사이의 수 하나 또는 둘", low=low, high=high
    )


def as_given(low: float, high: float, *, above: bool = False) -> Kind:
    """One number or two in a range, which Keras keeps as they were given; `above`: the lower end is no part of it."""

    def parse(value: object) -> float | Pair:
        found = _within(value, low, high)
        if above and found[0] == low:
            raise Wrong
        return found[0] if len(found) == 1 else (found[0], found[1])

    return Kind(_range_words(low, high), parse, 0.2)


def both_ways(value: float | Pair) -> Pair:
    """The two ends of what one number given, or two, stand for."""
    return value if isinstance(value, tuple) else (-abs(value), abs(value))


def _value_range(value: object) -> tuple[float, float]:
    found = _numbers(value)
    if found is None or len(found) != 2 or found[0] == found[1]:
        raise Wrong((0, 255))
    low, high = sorted(found)
    return low, high


VALUE_RANGE: Final = Kind(
    phrase("the smallest and the largest number of a picture", "이미지에 담기는 가장 작은 수와 가장 큰 수"),
    _value_range,
    (0, 255),
)
SEED: Final = optional(integer(0))
FILL_MODE: Final = choice("reflect", "wrap", "constant", "nearest")
INTERPOLATION: Final = choice("bilinear", "nearest")


def signed(number: float) -> str:
    """A number with the field's minus."""
    return f"{number or 0:g}".replace("-", "−")


def drawn(ends: Pair) -> str:
    """What a number is drawn from: U(−0.2, 0.2)."""
    return f"U({signed(ends[0])}, {signed(ends[1])})"


def times(number: float, text: str) -> str:
    return text if number == 1 else f"{signed(number)} · {text}"


def over(value_range: Pair, share: str) -> str:
    """A part from 0 to 1 of the range of a picture's numbers."""
    low, high = value_range
    return times(high - low, share) if low == 0 else f"{signed(low)} + {times(high - low, share)}"


def of_bytes(value_range: Pair) -> str:
    """The numbers of a picture brought to the range of bytes."""
    low, high = value_range
    if value_range == (0, 255):
        return "x"
    return times(255 / high, "x") if low == 0 else times(255 / (high - low), f"(x − {signed(low)})")


def clipped(text: str, value_range: Pair) -> str:
    return f"clip({text}, {signed(value_range[0])}, {signed(value_range[1])})"


class Augmentation(Spatial):
    """Pictures changed at random while training, and handed on afterwards: the shape is the input's.

    Facts are those of the trained network. Keras keeps where its random numbers stand as state that is no weight.
    """

    bounding_box_format: str | None = argument(optional(TEXT), None, kw_only=True)

    leaves_pictures: ClassVar[bool] = True
    """Whether pictures come out as they came once the network is trained."""
    channels: ClassVar[tuple[int, ...]] = ()
    """How many channels pictures may have where training needs colours; any where empty."""

    call_flags: ClassVar[Mapping[str, bool]] = {"training": True}

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        self.need_images(shape)
        self.need_colours(shape)
        return shape

    @property
    def colours(self) -> tuple[int, ...]:
        """`channels`, where the arguments decide."""
        return self.channels

    def need_colours(self, shape: Shape) -> None:
        """Raises `ShapeError` where training would fail on so many channels."""
        found = shape[self.channel]
        if self.colours and isinstance(found, int) and found not in self.colours:
            facts = {"type": self.type, "expected": list(self.colours), "received": show_shape(shape)}
            raise ShapeError(problem("colours", **facts), shape)

    @abstractmethod
    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        """What is computed while training."""

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return ("y = x", *(f"training: {line}" for line in self.training_formulas(inputs[0])))

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        """Not known where weights come before it, whose gradients go through it."""
        return None

    def output_range(self) -> Range:
        """Once trained."""
        return "inputs"

    def at(self, *places: str) -> str:
        """An index of x or y: the places along the height and the width, and the channel."""
        return placed(self, places or positions(self), "c")

    def sides(self, shape: Shape) -> tuple[str, str]:
        """Height and width as numbers, or as letters where they are not known."""
        height, width = (shape[axis] for axis in self.axes)
        return "h" if height is None else f"{height}", "w" if width is None else f"{width}"

    def last(self, shape: Shape) -> tuple[str, str]:
        """The last row and the last column."""
        sizes = (shape[axis] for axis in self.axes)
        found = [
            str(size - 1) if isinstance(size, int) else f"{side} − 1"
            for size, side in zip(sizes, self.sides(shape), strict=True)
        ]
        return found[0], found[1]

    def middle(self, shape: Shape) -> tuple[str, str]:
        """Where the middle of the picture is."""
        found = [
            f"{(size - 1) / 2:g}" if isinstance(size, int) else f"({side} − 1) / 2"
            for size, side in zip((shape[axis] for axis in self.axes), self.sides(shape), strict=True)
        ]
        return found[0], found[1]


def some(ends: Pair) -> str:
    """With what probability a picture is changed at all."""
    return f"P ~ {drawn(ends)}" if ends[0] != ends[1] else f"P = {ends[0]:g}"
