"""Layers that join several inputs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lamella.algebra import Expression, is_known
from lamella.design import BATCH, Shape, Size
from lamella.errors import problem
from lamella.layers.activations import Range
from lamella.layers.arguments import argument, integer
from lamella.layers.base import AxisMap, Layer, ShapeError, without_batch
from lamella.layers.core import axis_fault
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY


class _Merging(Layer, abstract=True):
    """What layers have in common that Keras calls on a list of tensors."""

    input_count = (1, None)

    @classmethod
    def grouped(cls, inputs: Sequence[Any]) -> tuple[Any, ...]:
        return (list(inputs),)


class Add(_Merging):
    """The sum of its inputs, number by number; an axis of size 1 is repeated, as in Keras."""

    sentence = Text(
        "Adds its inputs number by number, as a skip connection does.",
        "입력들을 수끼리 더합니다. 스킵 연결이 이렇게 합니다.",
    )
    source = "keras/src/layers/merging/base_merge.py"
    examples = (({}, ((4, 4, 8), (4, 4, 8))), ({}, ((4, 4, 8), (1, 1, 8), (4, 4, 1))))

    def output_shape(self, *inputs: Shape) -> Shape:
        merged = inputs[0][1:]
        for shape in inputs[1:]:
            merged = _broadcast(self.type, inputs, merged, shape[1:])
        return (BATCH, *merged)

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        output = self.output_shape(*inputs)
        aligned = ((size, output[axis - len(shape)]) for shape in inputs for axis, size in enumerate(shape) if axis)
        return _equal((size, whole) for size, whole in aligned if size != 1)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """Axes are aligned at the end; an axis that is repeated is seen whole, which is its one place."""
        found: list[AxisMap] = []
        for shape in inputs:
            offset = len(output) - len(shape)
            axes = [axis for axis in range(1, len(shape)) if shape[axis] == output[axis + offset]]
            found.append({axis + offset: (axis, IDENTITY) for axis in axes})
        return tuple(found)


class Concatenate(_Merging):
    """Its inputs one behind the other along an axis, by default the last (the channels)."""

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
        for other in range(1, len(first)):
            sizes = [shape[other] for shape in inputs]
            if other != axis and len({size for size in sizes if isinstance(size, int)}) > 1:
                raise _differ(self.type, inputs, other, sizes, axis)
        joined = [shape[axis] for shape in inputs]
        total = sum(size for size in joined if is_known(size))
        known = [_most_known([shape[other] for shape in inputs]) for other in range(len(first))]
        known[axis] = None if None in joined else total
        return tuple(known)

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        output, joined = self.output_shape(*inputs), self._axis(inputs[0])
        return _equal(
            (size, output[axis]) for shape in inputs for axis, size in enumerate(shape) if axis not in (0, joined)
        )

    def _axis(self, shape: Shape) -> int:
        if not -len(shape) <= self.axis < len(shape) or shape[self.axis] == BATCH:
            raise axis_fault(self.axis, shape)
        return self.axis % len(shape)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """Along the axis itself each number keeps what it sees, but its place tells nothing any more."""
        joined = self._axis(inputs[0])
        return ({axis: (axis, IDENTITY) for axis in range(1, len(output)) if axis != joined},) * len(inputs)

    def output_range(self) -> Range:
        return "inputs"


def _most_known(sizes: Sequence[Size]) -> Size:
    """The size that says most: a number, the batch or an expression rather than None."""
    plain = [size for size in sizes if isinstance(size, (int, str))]
    return next(iter([*plain, *(size for size in sizes if size is not None)]), None)


def _broadcast(type_name: str, inputs: tuple[Shape, ...], one: Shape, other: Shape) -> Shape:
    if len(one) < len(other):
        one, other = other, one
    offset = len(one) - len(other)
    merged: list[Size] = list(one[:offset])
    for axis, (left, right) in enumerate(zip(one[offset:], other, strict=True)):
        if left is None or right is None:
            merged.append(None)
        elif isinstance(left, Expression) or isinstance(right, Expression):
            merged.append(_open(left, right))
        elif left == 1 or right == 1 or left == right:
            merged.append(right if left == 1 else left)
        else:
            raise _differ(type_name, inputs, axis + offset + 1, [left, right], None)
    return tuple(merged)


def _open(left: Size, right: Size) -> Size:
    """What two sizes become of which at least one is open: 1 is repeated, a number decides, else they are equal."""
    if left == 1 or right == 1:
        return right if left == 1 else left
    return left if isinstance(left, int) else right if isinstance(right, int) else left


def _equal(pairs: Iterable[tuple[Size, Size]]) -> tuple[tuple[Size, Size], ...]:
    """Those pairs that have to be equal and are not yet seen to be."""
    return tuple((one, other) for one, other in pairs if one != other and is_known(one) and is_known(other))


def _differ(type_name: str, inputs: tuple[Shape, ...], axis: int, sizes: list[Size], joined: int | None) -> ShapeError:
    names = {
        1: phrase("the height", "높이"),
        2: phrase("the width", "너비"),
        3: phrase("the channels", "채널"),
    }
    four = all(len(shape) == 4 for shape in inputs)
    numbers = [size for size in sizes if isinstance(size, int)]
    low, high = min(numbers), max(numbers)
    facts: dict[str, object] = {"low": low, "high": high, "more": high - low}
    if four and axis < 3 and high % low == 0:
        fix = phrase(
            "UpSampling2D by {times} brings {low} to {high}.",
            "UpSampling2D로 {times}배 하면 {low}이(가) {high}이(가) 됩니다.",
            times=high // low,
            **facts,
        )
    elif four and axis < 3:
        fix = phrase(
            "padding: same in the layers before keeps sizes; else ZeroPadding2D by {more} in all, or Cropping2D.",
            "앞 레이어에 padding: same을 쓰거나, 모두 합해 {more}만큼 ZeroPadding2D나 Cropping2D를 하세요.",
            **facts,
        )
    elif four and joined is None:
        fix = phrase(
            "A Conv2D of 1x1 with {high} filters makes them equal.",
            "필터 {high}개인 1x1 Conv2D를 거치면 같아집니다.",
            **facts,
        )
    else:
        fix = phrase("Make them equal.", "같게 맞춰 주세요.")
    partial = None
    if len({len(shape) for shape in inputs}) == 1:
        partial = tuple(None if each in (axis, joined) else size for each, size in enumerate(inputs[0]))
    axis_name = names[axis] if four else phrase("axis {axis}", "axis {axis}", axis=axis)
    return ShapeError(
        problem("merge shapes", type=type_name, shapes=_shown(inputs), axis=axis_name, sizes=sizes, suggestion=fix),
        partial,
    )


def _shown(inputs: tuple[Shape, ...]) -> list[str]:
    return [show_shape(without_batch(shape)) for shape in inputs]
