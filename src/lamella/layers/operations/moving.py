"""Functions that move numbers to other places, or put new ones around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from lamella.algebra import is_known
from lamella.design import BATCH, Shape, Size
from lamella.errors import Problem, problem
from lamella.layers.activations import Range
from lamella.layers.arguments import Kind, Wrong, argument, choice, is_integer, number, optional
from lamella.layers.base import AxisMap, ShapeError
from lamella.layers.operations.operation import AXES, AXIS, OPTIONAL_AXES, one_or_each, place, places
from lamella.layers.operations.shapes import Moving, Ordering
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY, Window


class Moveaxis(Ordering, type_name="ops.moveaxis"):
    """Axes taken from the places `source` to `destination`, the batch counted as 0: (B, 4, 6, 2) -> (B, 2, 4, 6)."""

    taken: tuple[int, ...] = argument(AXES, called="source")
    destination: tuple[int, ...] = argument(AXES)

    sentence = Text("Moves axes to other places.", "축을 다른 자리로 옮깁니다.")
    source = "keras/src/ops/numpy.py, moveaxis"
    examples = (
        ({"source": -1, "destination": 1}, ((4, 6, 2),)),
        ({"source": (1, 2), "destination": (-1, 1)}, ((4, 6, 2),)),
    )

    def conflicts(self) -> list[Problem]:
        if len(self.taken) == len(self.destination):
            return []
        reason = phrase("each axis needs one place", "축마다 자리가 하나씩 있어야 합니다")
        facts = {"first": "source", "second": "destination", "reason": reason, "received": self.changed()}
        return [problem("arguments conflict", **facts, suggestion="")]

    def order(self, shape: Shape) -> tuple[int, ...]:
        taken, wanted = places(self.taken, shape), places(self.destination, shape)
        found = [axis for axis in range(len(shape)) if axis not in taken]
        for at, axis in sorted(zip(wanted, taken, strict=True)):
            found.insert(at, axis)
        return tuple(found)


class _Turning(Moving, abstract=True):
    """The same shape with numbers in another order along some axes."""

    def turned(self, shape: Shape) -> tuple[int, ...]:
        """The axes along which numbers move."""
        raise NotImplementedError

    def output_shape(self, *inputs: Shape) -> Shape:
        self.turned(inputs[0])
        return inputs[0]

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """A place is seen from one at the other end, or around it: no window says that."""
        (shape,), turned = inputs, self.turned(inputs[0])
        sizes = enumerate(shape)
        return ({axis: (axis, None if axis in turned else IDENTITY) for axis, size in sizes if size != BATCH},)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y[i] = x[n − 1 − i], axis = {self.turned(inputs[0])}",)


class Flip(_Turning, type_name="ops.flip"):
    """The numbers along `axis` (null: along all, the images too) from the last to the first: (B, ...) -> (B, ...)."""

    axis: tuple[int, ...] | None = argument(OPTIONAL_AXES, None)

    sentence = Text("Turns axes around, as a mirror does.", "거울처럼 축의 앞뒤를 뒤집습니다.")
    source = "keras/src/ops/numpy.py, flip"
    examples = (({"axis": 1}, ((4, 3),)), ({"axis": (1, 2)}, ((4, 4, 2),)), ({}, ((3,),)))

    def turned(self, shape: Shape) -> tuple[int, ...]:
        return tuple(range(len(shape))) if self.axis is None else places(self.axis, shape)


class Flipud(_Turning, type_name="ops.flipud"):
    """The first axis, mostly that of the images, from the last to the first: (B, ...) -> (B, ...)."""

    sentence = Text("Turns the first axis around.", "첫째 축의 앞뒤를 뒤집습니다.")
    source = "keras/src/ops/numpy.py, flipud"
    examples = (({}, ((4, 3),)), ({}, ((5,),)))

    def turned(self, shape: Shape) -> tuple[int, ...]:
        return (place(0, shape),)


class Fliplr(_Turning, type_name="ops.fliplr"):
    """The second axis from the last to the first: (B, n, ...) -> (B, n, ...)."""

    sentence = Text("Turns the second axis around.", "둘째 축의 앞뒤를 뒤집습니다.")
    source = "keras/src/ops/numpy.py, fliplr"
    examples = (({}, ((4, 3),)), ({}, ((5,),)))

    def turned(self, shape: Shape) -> tuple[int, ...]:
        return (place(1, shape),)


_STEPS = one_or_each(example=1)


class Roll(_Turning, type_name="ops.roll"):
    """Numbers moved on by `shift` along `axis`, those past the end to the front: (B, ...) -> (B, ...).

    Without an axis all numbers of all images are moved as one row.
    """

    shift: int | tuple[int, ...] = argument(_STEPS)
    axis: int | tuple[int, ...] | None = argument(optional(_STEPS), None)

    sentence = Text(
        "Moves numbers on; those past the end come in front.", "수를 옆으로 밀고, 끝을 넘은 수는 앞으로 돌립니다."
    )
    source = "keras/src/ops/numpy.py, roll"
    examples = (
        ({"shift": 2, "axis": 1}, ((5, 3),)),
        ({"shift": (1, -1), "axis": (1, 2)}, ((4, 4, 2),)),
        ({"shift": 1}, ((4,),)),
    )

    def conflicts(self) -> list[Problem]:
        both = [len(each) if isinstance(each, tuple) else None for each in (self.shift, self.axis)]
        if both[0] == both[1] or (both == [None, 1]):
            return []
        reason = phrase("each axis needs one step", "축마다 shift가 하나씩 있어야 합니다")
        facts = {"first": "shift", "second": "axis", "reason": reason, "received": self.changed()}
        return [problem("arguments conflict", **facts, suggestion="")]

    def turned(self, shape: Shape) -> tuple[int, ...]:
        if self.axis is None:
            return tuple(range(len(shape)))
        return places((self.axis,) if isinstance(self.axis, int) else self.axis, shape)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y[i] = x[(i − s) mod n], s = {self.shift}, axis = {self.turned(inputs[0])}",)


class Rot90(Moving, type_name="ops.rot90"):
    """Quarter turns, `k` of them, from the first of two axes to the second: (B, 4, 6, 1), (1, 2) -> (B, 6, 4, 1)."""

    k: int = argument(AXIS, 1)
    axes: tuple[int, ...] = argument(AXES, (0, 1))

    tensors: ClassVar[tuple[str, ...]] = ("array",)
    sentence = Text("Turns a picture by quarters.", "이미지를 90도씩 돌립니다.")
    source = "keras/src/ops/numpy.py, rot90"
    examples = (({"axes": (1, 2)}, ((4, 6, 2),)), ({"k": 2, "axes": (-3, -2)}, ((5, 5, 1),)))

    def conflicts(self) -> list[Problem]:
        if len(self.axes) == 2:
            return []
        reason = phrase("a turn goes from one axis to another", "한 축에서 다른 축으로 돌립니다")
        facts = {"first": "k", "second": "axes", "reason": reason, "received": self.changed()}
        return [problem("arguments conflict", **facts, suggestion="")]

    def _order(self, shape: Shape) -> list[int]:
        one, other = places(self.axes, shape)
        order = list(range(len(shape)))
        if self.k % 2:
            order[one], order[other] = other, one
        elif shape[one] != shape[other]:
            reason = phrase(
                "Keras takes the sizes for swapped after half turns too", "Keras는 반 바퀴에서도 크기가 바뀐다고 봅니다"
            )
            facts = {"first": "k", "second": "axes", "reason": reason, "received": self.changed()}
            fix = phrase("Use ops.flip over both axes.", "두 축에 ops.flip을 쓰세요.")
            raise ShapeError(problem("arguments conflict", **facts, suggestion=fix), shape)
        return order

    def output_shape(self, *inputs: Shape) -> Shape:
        return tuple(inputs[0][axis] for axis in self._order(inputs[0]))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        rule = ("x[i, j]", "x[j, n − 1 − i]", "x[n − 1 − i, m − 1 − j]", "x[n − 1 − j, i]")[self.k % 4]
        return (f"y[i, j] = {rule}, axes = {places(self.axes, inputs[0])}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        shape, turned = inputs[0], places(self.axes, inputs[0]) if self.k % 4 else ()
        order = enumerate(self._order(shape))
        known = [(new, old) for new, old in order if shape[old] != BATCH and output[new] != BATCH]
        return ({new: (old, None if old in turned else IDENTITY) for new, old in known},)


Widths = tuple[tuple[int, int], ...]


def _widths(value: object) -> Widths:
    """Pairs of sizes before and after: one for all axes, or one for each; the batch is an axis too."""
    if isinstance(value, int) and is_integer(value):
        value = (value, value)
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise Wrong
    if len(value) == 2 and all(map(is_integer, value)):
        value = (value,)
    pairs = [tuple(each) * (3 - len(each)) if isinstance(each, (list, tuple)) else () for each in value]
    if any(len(pair) != 2 or not all(is_integer(each) and each >= 0 for each in pair) for pair in pairs):
        raise Wrong
    return tuple((before, after) for before, after in pairs)


_WIDTHS = Kind(
    phrase("a pair of integers >= 0 for each axis, the batch included", "축마다 0 이상의 정수 한 쌍(batch 포함)"),
    _widths,
    ((0, 0), (1, 1), (1, 1), (0, 0)),
)


class Pad(Moving, type_name="ops.pad"):
    """Numbers around a tensor: a pair for each axis, before and after, the batch first: (B, 5) -> (B, 8)."""

    pad_width: Widths = argument(_WIDTHS)
    mode: str = argument(choice("constant", "reflect", "symmetric"), "constant")
    constant_values: float | None = argument(optional(number()), None)

    sentence = Text(
        "Puts numbers around a tensor: one number, or the tensor's own mirrored.",
        "텐서 둘레에 한 수 또는 거울처럼 비친 수를 두릅니다.",
    )
    source = "keras/src/ops/numpy.py, pad; tensorflow/core/kernels/image/mirror_pad_op.h"
    examples = (
        ({"pad_width": ((0, 0), (1, 2))}, ((5,),)),
        ({"pad_width": ((0, 0), (1, 1), (2, 0), (0, 0)), "mode": "reflect"}, ((4, 5, 2),)),
        ({"pad_width": ((0, 0), (4, 0), (0, 1)), "mode": "symmetric"}, ((4, 3),)),
        ({"pad_width": ((0, 0), (0, 3)), "constant_values": 0.5}, ((4,),)),
    )

    def conflicts(self) -> list[Problem]:
        if self.mode == "constant" or self.constant_values is None:
            return []
        reason = phrase("mirrored numbers are no constant", "거울처럼 비친 수는 상수가 아닙니다")
        facts = {"first": "mode", "second": "constant_values", "reason": reason, "received": self.changed()}
        return [problem("arguments conflict", **facts, suggestion="")]

    def _pairs(self, shape: Shape) -> Widths:
        pairs = self.pad_width * len(shape) if len(self.pad_width) == 1 else self.pad_width
        if len(pairs) != len(shape):
            raise ShapeError(problem("too many indices", count=len(pairs), shape=show_shape(shape)))
        return pairs

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        pairs = self._pairs(shape)
        for size, pair in zip(shape, pairs, strict=True):
            most = size if self.mode == "symmetric" else size - 1 if isinstance(size, int) else None
            if self.mode != "constant" and isinstance(size, int) and isinstance(most, int) and max(pair) > most:
                raise ShapeError(problem("index outside", type=self.type, index=max(pair), size=size))
        return tuple(_padded(size, sum(pair)) for size, pair in zip(shape, pairs, strict=True))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        outside = "mirrored" if self.mode != "constant" else f"{self.constant_values or 0:g}"
        before = ", ".join(str(pair[0]) for pair in self._pairs(inputs[0]))
        return (f"y[i] = x[i − b], {outside} outside, b = ({before})",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """What mirrored numbers are seen, no window says."""
        (shape,) = inputs
        known = [
            (axis, pair)
            for axis, pair in enumerate(self._pairs(shape))
            if shape[axis] != BATCH and output[axis] != BATCH
        ]
        plain = self.mode == "constant"
        return ({axis: (axis, Window(before=pair[0]) if plain or not any(pair) else None) for axis, pair in known},)

    def output_range(self) -> Range:
        return "inputs" if 0 <= (self.constant_values or 0) <= 1 else None


def _padded(size: Size, more: int) -> Size:
    """A size and more; of the batch that is no size that has a name."""
    if not more:
        return size
    return size + more if is_known(size) else None
