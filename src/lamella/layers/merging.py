"""Layers that join several inputs: number by number, or one behind the other."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from lamella.algebra import Expression, is_known
from lamella.design import BATCH, Shape, Size
from lamella.errors import problem
from lamella.layers.activations import Range
from lamella.layers.arguments import argument, integer, number
from lamella.layers.axes import axis_words, place_of, same_places, shown, sizes_differ
from lamella.layers.base import AxisMap, Kept, Layer, ShapeError, elements, without_batch
from lamella.texts.languages import Phrase, Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY


class Merging(Layer, abstract=True):
    """What layers have in common that Keras calls on a list of tensors."""

    input_count: ClassVar[tuple[int, int | None]] = (1, None)

    @classmethod
    def grouped(cls, inputs: Sequence[Any]) -> tuple[Any, ...]:
        return (list(inputs),)


class _Elementwise(Merging, abstract=True):
    """Number by number; an axis of size 1, or one that is missing in front, is repeated, as in Keras."""

    in_place = True

    examples: ClassVar[tuple[tuple[Mapping[str, object], tuple[Shape, ...]], ...]] = (
        ({}, ((4, 4, 8), (4, 4, 8))),
        ({}, ((4, 4, 8), (1, 1, 8), (4, 4, 1))),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        return self._merged(inputs)[-1]

    def other_rank(self, before: tuple[Shape, ...], now: tuple[Shape, ...]) -> tuple[int, int] | None:
        """Inputs of different ranks are aligned only where those of the first use differed too."""
        first, further = {len(shape) for shape in before}, {len(shape) for shape in now}
        if len(first) > 1 or len(further) == 1:
            return None
        return min(first), min(further - first)

    def _merged(self, inputs: tuple[Shape, ...]) -> list[Shape]:
        """The shapes after each input, as one is joined after the other."""
        found: list[Shape] = [(BATCH, *inputs[0][1:])]
        for shape in inputs[1:]:
            found.append((BATCH, *_broadcast(self.type, inputs, found[-1][1:], shape[1:])))
        return found

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        output = self.output_shape(*inputs)
        aligned = ((size, output[axis - len(shape)]) for shape in inputs for axis, size in enumerate(shape) if axis)
        return _equal((size, whole) for size, whole in aligned if size != 1)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return tuple(same_places(shape, output) for shape in inputs)

    def kept_pairs(self, inputs: tuple[Shape, ...]) -> Kept:
        """Where each step needs both of what it joins: the inputs, and what was joined so far."""
        if len(inputs) == 1:
            return Kept()
        return Kept(inputs=True, inner=sum(elements(shape) or 0 for shape in self._merged(inputs)[1:-1]))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        lines = []
        for axis in range(1, len(output)):
            sizes = [shape[axis - len(output)] for shape in inputs if axis - len(output) > -len(shape)]
            if any(isinstance(size, Expression) for size in sizes):
                equal = dict.fromkeys(size for size in sizes if size != 1)
                lines += [" = ".join(map(shown, equal))] if len(equal) > 1 else []
            elif len(set(sizes)) > 1:
                lines.append(f"max({', '.join(map(shown, sizes))}) = {shown(output[axis])}")
        return (f"y = {self.joined([f'x{index}' for index in _indices(len(inputs))])}", *lines)

    @abstractmethod
    def joined(self, names: list[str]) -> str:
        """The formula of one number, from the names of the inputs."""


class Add(_Elementwise):
    """The sum of its inputs, number by number; an axis of size 1 is repeated, as in Keras."""

    hands_on = frozenset({"tensorflow", "torch", "jax"})

    sentence = Text(
        "Adds its inputs number by number, as a skip connection does.",
        "입력들을 수끼리 더합니다. 스킵 연결이 이렇게 합니다.",
    )
    source = "keras/src/layers/merging/base_merge.py"

    def joined(self, names: list[str]) -> str:
        return " + ".join(names)


class Subtract(_Elementwise):
    """The first input less the second, number by number; an axis of size 1 is repeated."""

    input_count = (2, 2)
    sentence = Text(
        "Takes the second input from the first, number by number.",
        "첫 입력에서 둘째 입력을 수끼리 뺍니다.",
    )
    source = "keras/src/layers/merging/subtract.py"
    examples = (({}, ((4, 4, 8), (4, 4, 8))), ({}, ((8,), (4, 1, 1))))

    def joined(self, names: list[str]) -> str:
        return " − ".join(names)


class CustomScaleLayer(_Elementwise):
    """The first input and `scale` times the second, as Inception-ResNet joins its branches."""

    scale: float = argument(number())

    input_count = (2, 2)
    home = "keras.src.applications.inception_resnet_v2"
    sentence = Text(
        "Adds the second input, scaled by a fixed number, to the first.",
        "둘째 입력에 정해진 수를 곱해 첫 입력에 더합니다.",
    )
    source = "Szegedy et al. 2016; keras/src/applications/inception_resnet_v2.py"
    examples = (({"scale": 0.17}, ((4, 4, 8), (4, 4, 8))), ({"scale": 1}, ((4, 1, 8), (4, 3, 8))))

    def output_shape(self, *inputs: Shape) -> Shape:
        if len({len(shape) for shape in inputs}) > 1:
            shapes = [show_shape(without_batch(shape)) for shape in inputs]
            raise ShapeError(problem("merge ranks", type=self.type, shapes=shapes))
        return super().output_shape(*inputs)

    def joined(self, names: list[str]) -> str:
        return f"{names[0]} + {self.scale:g} · {names[1]}"


class Multiply(_Elementwise):
    """The product of its inputs, number by number; an axis of size 1 is repeated."""

    sentence = Text(
        "Multiplies its inputs number by number, as a gate does.",
        "입력들을 수끼리 곱합니다. 게이트가 이렇게 합니다.",
    )
    source = "keras/src/layers/merging/multiply.py"

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return self.kept_pairs(inputs)

    def output_range(self) -> Range:
        return "inputs"

    def joined(self, names: list[str]) -> str:
        return " · ".join(names)


class Average(_Elementwise):
    """The mean of its inputs, number by number; an axis of size 1 is repeated."""

    sentence = Text("Takes the mean of its inputs, number by number.", "입력들의 평균을 수끼리 냅니다.")
    source = "keras/src/layers/merging/average.py"

    def output_range(self) -> Range:
        return "inputs"

    def joined(self, names: list[str]) -> str:
        return f"({' + '.join(names)}) / {len(names)}"


class Maximum(_Elementwise):
    """The largest of its inputs, number by number; an axis of size 1 is repeated."""

    sentence = Text("Takes the largest of its inputs, number by number.", "입력들 가운데 가장 큰 수를 고릅니다.")
    source = "keras/src/layers/merging/maximum.py"

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return self.kept_pairs(inputs)

    def output_range(self) -> Range:
        return "inputs"

    def joined(self, names: list[str]) -> str:
        return f"max({', '.join(names)})"


class Minimum(_Elementwise):
    """The smallest of its inputs, number by number; an axis of size 1 is repeated."""

    sentence = Text("Takes the smallest of its inputs, number by number.", "입력들 가운데 가장 작은 수를 고릅니다.")
    source = "keras/src/layers/merging/minimum.py"

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return self.kept_pairs(inputs)

    def output_range(self) -> Range:
        return "inputs"

    def joined(self, names: list[str]) -> str:
        return f"min({', '.join(names)})"


class Concatenate(Merging):
    """Its inputs one behind the other along an axis, by default the last (the channels)."""

    hands_on = frozenset({"torch"})

    axis: int = argument(integer(-8, -1), -1)

    scatters = True
    sentence = Text(
        "Puts its inputs one behind the other, usually their channels, so that nothing is lost.",
        "입력들을 보통 채널 방향으로 이어 붙입니다. 잃는 것이 없습니다.",
    )
    source = "keras/src/layers/merging/concatenate.py"
    examples = (({}, ((4, 4, 8), (4, 4, 3))), ({"axis": 1}, ((4, 5, 2), (3, 5, 2), (1, 5, 2))))

    def output_shape(self, *inputs: Shape) -> Shape:
        first = inputs[0]
        if len({len(shape) for shape in inputs}) > 1:
            raise ShapeError(problem("merge ranks", type=self.type, shapes=_shown(inputs)))
        axis = self._axis(first)
        along = {other: [shape[other] for shape in inputs] for other in range(1, len(first)) if other != axis}
        differing = {other: sizes for other, sizes in along.items() if len(set(_numbers(sizes))) > 1}
        if differing:
            raise _differ(self.type, inputs, differing, axis)
        known = [_most_known([shape[other] for shape in inputs]) for other in range(len(first))]
        known[axis] = _total([shape[axis] for shape in inputs])
        return tuple(known)

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        output, joined = self.output_shape(*inputs), self._axis(inputs[0])
        return _equal(
            (size, output[axis]) for shape in inputs for axis, size in enumerate(shape) if axis not in (0, joined)
        )

    def _axis(self, shape: Shape) -> int:
        return place_of(self.axis, shape)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """Along the axis itself each number keeps what it sees, but its place tells nothing any more."""
        joined = self._axis(inputs[0])
        return ({axis: (axis, IDENTITY) for axis in range(1, len(output)) if axis != joined},) * len(inputs)

    def output_range(self) -> Range:
        return "inputs"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        axis = self._axis(inputs[0])
        names = ", ".join(f"x{index}" for index in _indices(len(inputs)))
        sizes = " + ".join(shown(shape[axis]) for shape in inputs)
        return (f"y = ({names})", f"{sizes} = {shown(output[axis])}")


def _indices(count: int) -> list[str]:
    """1 to `count` as small numbers below the line."""
    below = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
    return [str(index).translate(below) for index in range(1, count + 1)]


def _most_known(sizes: Sequence[Size]) -> Size:
    """The size that says most: a number, the batch or an expression rather than None."""
    plain = [size for size in sizes if isinstance(size, (int, str))]
    return next(iter([*plain, *(size for size in sizes if size is not None)]), None)


def _broadcast(type_name: str, inputs: tuple[Shape, ...], one: Shape, other: Shape) -> Shape:
    if len(one) < len(other):
        one, other = other, one
    offset = len(one) - len(other)
    merged: list[Size] = list(one[:offset])
    differing: dict[int, list[Size]] = {}
    for axis, (left, right) in enumerate(zip(one[offset:], other, strict=True)):
        if left is None or right is None:
            merged.append(None)
        elif isinstance(left, Expression) or isinstance(right, Expression):
            merged.append(_open(left, right))
        elif left == 1 or right == 1 or left == right:
            merged.append(right if left == 1 else left)
        else:
            differing[axis + offset + 1] = [left, right]
    if differing:
        raise _differ(type_name, inputs, differing, None)
    return tuple(merged)


def _open(left: Size, right: Size) -> Size:
    """What two sizes become of which at least one is open: 1 is repeated, a number decides, else they are equal."""
    if left == 1 or right == 1:
        return right if left == 1 else left
    return left if isinstance(left, int) else right if isinstance(right, int) else left


def _equal(pairs: Iterable[tuple[Size, Size]]) -> tuple[tuple[Size, Size], ...]:
    """Those pairs that have to be equal and are not yet seen to be."""
    return tuple((one, other) for one, other in pairs if one != other and is_known(one) and is_known(other))


def _numbers(sizes: Sequence[Size]) -> list[int]:
    return [size for size in sizes if isinstance(size, int)]


def _differ(
    type_name: str, inputs: tuple[Shape, ...], differing: Mapping[int, Sequence[Size]], joined: int | None
) -> ShapeError:
    """The fault of sizes that differ, by axis; along `joined` they may."""
    four = all(len(shape) == 4 for shape in inputs)
    words = {1: phrase("the height", "높이"), 2: phrase("the width", "너비"), 3: phrase("the channels", "채널")}
    found = [(words[axis] if four else axis_words(axis), sizes) for axis, sizes in differing.items()]
    fix = _made_equal(differing, joined) if four else phrase("Make them equal.", "같게 맞춰 주세요.")
    fault = sizes_differ(type_name, _shown(inputs), found, fix)
    if len({len(shape) for shape in inputs}) == 1:
        left = [None if axis in differing else size for axis, size in enumerate(inputs[0])]
        if joined is not None:
            left[joined] = _total([shape[joined] for shape in inputs])
        fault.shape = tuple(left)
    return fault


def _total(joined: Sequence[Size]) -> Size:
    """The size along the axis of joining; None where one is not known."""
    return None if None in joined else sum(size for size in joined if is_known(size))


def _made_equal(differing: Mapping[int, Sequence[Size]], joined: int | None) -> Phrase:
    """What brings pictures to one size."""
    numbers = {axis: _numbers(sizes) for axis, sizes in differing.items()}
    low, high = (tuple(map(each, numbers.values())) for each in (min, max))
    if set(differing) == {3} and joined is None:
        return phrase(
            "A Conv2D of 1x1 with {high} filters makes them equal.",
            "필터 {high}개인 1x1 Conv2D를 거치면 같아집니다.",
            high=high[0],
        )
    if 3 in differing:
        return phrase("Make them equal.", "같게 맞춰 주세요.")
    one_is_smaller = len({tuple(size == min(sizes) for size in sizes) for sizes in numbers.values()}) == 1
    if one_is_smaller and not any(large % small for small, large in zip(low, high, strict=True)):
        times = tuple(max(numbers.get(axis, [1])) // min(numbers.get(axis, [1])) for axis in (1, 2))
        return phrase(
            "UpSampling2D by {times:value} of the smaller one makes them equal.",
            "작은 쪽을 UpSampling2D로 {times:value}배 하면 같아집니다.",
            times=times[0] if len(set(times)) == 1 else times,
        )
    more = tuple(large - small for small, large in zip(low, high, strict=True))
    return phrase(
        "padding: same in the layers before keeps sizes; else ZeroPadding2D by {more:value} in all, or Cropping2D.",
        "앞 레이어에 padding: same을 쓰거나, 모두 합해 {more:value}만큼 ZeroPadding2D나 Cropping2D를 하세요.",
        more=more[0] if len(set(more)) == 1 else more,
    )


def _shown(inputs: tuple[Shape, ...]) -> list[str]:
    return [show_shape(without_batch(shape)) for shape in inputs]
