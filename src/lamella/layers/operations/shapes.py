"""Functions that give the same numbers another shape or order."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from lamella.design import BATCH, Shape, Size
from lamella.errors import problem
from lamella.layers.activations import Range
from lamella.layers.arguments import argument, integer, optional, target_shape
from lamella.layers.axes import shown
from lamella.layers.base import AxisMap, ShapeError, elements
from lamella.layers.operations.operation import AXES, AXIS, OPTIONAL_AXES, Operation, place, places, raveled, unsaid
from lamella.layers.reshaping import kept_axes
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY, Map, TransposedWindow


class Moving(Operation, abstract=True):
    """Numbers that only change their place."""

    def output_range(self) -> Range:
        return "inputs"


class Reshape(Moving, type_name="ops.reshape"):
    """The same numbers in another shape, the batch included: (B, 6, 6) with (-1, 36) -> (B, 36)."""

    newshape: tuple[int, ...] = argument(target_shape())

    aliases = True
    scatters = True
    sentence = Text(
        "Gives the same numbers, those of all images, another shape.", "모든 이미지의 수에 다른 모양을 줍니다."
    )
    source = "keras/src/ops/operation_utils.py, compute_reshape_output_shape"
    examples = (({"newshape": (-1, 36)}, ((6, 6),)), ({"newshape": (-1, 2, 3, 1)}, ((3, 2),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        held, fixed = elements(shape), prod(size for size in self.newshape if size != -1)
        if -1 not in self.newshape and (BATCH in shape or (isinstance(held, int) and held != fixed)):
            fix = phrase("Put -1 where the number of images stands.", "이미지 수의 자리에 -1을 쓰세요.")
            facts = {
                "target": self.newshape,
                "wanted": fixed,
                "shape": show_shape(shape),
                "held": "?" if held is None else held,
            }
            raise ShapeError(problem("reshape", **facts, suggestion=fix))
        return tuple(self._rest(shape, held, fixed) if size == -1 else size for size in self.newshape)

    def _rest(self, shape: Shape, held: int | None, fixed: int) -> Size:
        """The size of the open axis: the batch where it is exactly that, a number where the input has none.

        What one image holds must fit, else it does for some numbers of images only.
        """
        if not isinstance(held, int):
            return None  # of open sizes, as Keras does
        rest, over = divmod(held, fixed)
        if over != 0:
            facts = {"target": self.newshape, "wanted": fixed, "shape": show_shape(shape), "held": held}
            raise ShapeError(problem("reshape", **facts, suggestion=""))
        if BATCH in shape:
            return BATCH if rest == 1 else None
        return rest

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"{show_shape(inputs[0])} = {show_shape(output)}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return (kept_axes(inputs[0], output),)


class Ravel(Moving, type_name="ops.ravel"):
    """All numbers of all images in one row: (B, ...) -> (B·n,), whose size is not known."""

    aliases = True
    scatters = True
    sentence = Text("Puts the numbers of all images in one row.", "모든 이미지의 수를 한 줄로 늘어놓습니다.")
    source = "keras/src/ops/numpy.py, ravel"
    examples = (({}, ((4, 3),)), ({}, ((5,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return raveled(inputs[0])

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"n = {' · '.join(map(shown, inputs[0])) or '1'}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return ({},)


class Ordering(Moving, abstract=True):
    """The same axes in another order; the batch may move with them."""

    def order(self, shape: Shape) -> tuple[int, ...]:
        """For each output axis, which input axis it is."""
        raise NotImplementedError

    def output_shape(self, *inputs: Shape) -> Shape:
        return tuple(inputs[0][axis] for axis in self.order(inputs[0]))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        order = self.order(inputs[0])
        new = ", ".join(f"i{at}" for at in range(len(order)))
        old = ", ".join(f"i{order.index(axis)}" for axis in range(len(order)))
        return (f"y[{new}] = x[{old}]",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        (shape,) = inputs
        return ({new: (old, IDENTITY) for new, old in enumerate(self.order(shape)) if shape[old] != BATCH},)


class Transpose(Ordering, type_name="ops.transpose"):
    """The axes in the order of `axes`, the batch counted as 0: (B, 4, 6) with (0, 2, 1) -> (B, 6, 4)."""

    axes: tuple[int, ...] | None = argument(OPTIONAL_AXES, None)

    sentence = Text("Puts the axes in another order.", "축의 순서를 바꿉니다.")
    source = "keras/src/ops/operation_utils.py, compute_transpose_output_shape"
    examples = (({"axes": (0, 2, 1)}, ((4, 6),)), ({"axes": (0, 3, 1, -2)}, ((4, 6, 2),)))

    def order(self, shape: Shape) -> tuple[int, ...]:
        if self.axes is None:
            return tuple(reversed(range(len(shape))))
        found = places(self.axes, shape)
        if len(found) != len(shape):
            raise ShapeError(problem("axes twice", axes=self.axes, rank=len(shape)))
        return found


class Swapaxes(Ordering, type_name="ops.swapaxes"):
    """Two axes in each other's place: (B, 4, 6) -> (B, 6, 4)."""

    axis1: int = argument(AXIS)
    axis2: int = argument(AXIS)

    sentence = Text("Lets two axes change places.", "두 축의 자리를 서로 바꿉니다.")
    source = "keras/src/ops/numpy.py, swapaxes"
    examples = (({"axis1": 1, "axis2": -1}, ((4, 6, 2),)), ({"axis1": 1, "axis2": 2}, ((4, 6),)))

    def order(self, shape: Shape) -> tuple[int, ...]:
        found = list(range(len(shape)))
        one, other = place(self.axis1, shape), place(self.axis2, shape)
        found[one], found[other] = found[other], found[one]
        return tuple(found)


class ExpandDims(Moving, type_name="ops.expand_dims"):
    """New axes of size 1 at the places `axis` of the output: (B, 4) with -1 -> (B, 4, 1)."""

    axis: tuple[int, ...] = argument(AXES)

    aliases = True
    sentence = Text("Adds axes of size 1.", "크기가 1인 축을 추가합니다.")
    source = "keras/src/ops/operation_utils.py, compute_expand_dims_output_shape"
    examples = (({"axis": -1}, ((4,),)), ({"axis": (1, 3)}, ((4, 3),)))

    def _old(self, shape: Shape) -> list[int]:
        """For each axis of the input, its place in the output."""
        new = places(self.axis, shape, len(self.axis))
        return [axis for axis in range(len(shape) + len(new)) if axis not in new]

    def output_shape(self, *inputs: Shape) -> Shape:
        old = self._old(inputs[0])
        sizes: list[Size] = [1] * (len(inputs[0]) + len(self.axis))
        for at, size in zip(old, inputs[0], strict=True):
            sizes[at] = size
        return tuple(sizes)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"{show_shape(inputs[0])} = {show_shape(output)}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        pairs = enumerate(self._old(inputs[0]))
        return ({new: (old, IDENTITY) for old, new in pairs if inputs[0][old] != BATCH},)


class Squeeze(Moving, type_name="ops.squeeze"):
    """Axes of size 1 removed: (B, 4, 1) -> (B, 4). `axis` counts the batch as 0; null removes all of them."""

    axis: tuple[int, ...] | None = argument(OPTIONAL_AXES, None)

    aliases = True
    scatters = True
    sentence = Text("Removes axes of size 1.", "크기가 1인 축을 없앱니다.")
    source = "keras/src/ops/numpy.py, squeeze"
    examples = (({}, ((4, 1),)), ({"axis": -1}, ((4, 3, 1),)), ({"axis": (1, 3)}, ((1, 5, 1),)))

    def _removed(self, shape: Shape) -> set[int]:
        if self.axis is None:
            return {axis for axis, size in enumerate(shape) if size == 1}
        removed = set()
        for axis in self.axis:
            size = shape[place(axis, shape)]
            if size != 1:
                options = [str(each) for each, size in enumerate(shape) if size == 1]
                fix = phrase("Use axis {options:list}.", "쓸 수 있는 axis: {options:list}.", options=options)
                facts = {"axis": axis, "shape": show_shape(shape), "size": "?" if size is None else size}
                raise ShapeError(problem("squeeze", **facts, suggestion=fix if options else ""))
            removed.add(axis % len(shape))
        return removed

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        removed = self._removed(shape)
        return tuple(size for axis, size in enumerate(shape) if axis not in removed)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"{show_shape(inputs[0])} = {show_shape(output)}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        removed = self._removed(inputs[0])
        left = [axis for axis in range(len(inputs[0])) if axis not in removed]
        seen: dict[int, tuple[int, Map | None]] = {
            new: (old, IDENTITY) for new, old in enumerate(left) if inputs[0][old] != BATCH
        }
        return (seen,)


class Repeat(Moving, type_name="ops.repeat"):
    """Each number along `axis` `repeats` times in a row: (B, 4, 2) with 3, axis 1 -> (B, 12, 2)."""

    repeats: int = argument(integer(1, 2))
    axis: int | None = argument(optional(AXIS), None)

    sentence = Text("Repeats each number along an axis.", "축을 따라 각 수를 여러 번 되풀이합니다.")
    source = "keras/src/ops/numpy.py, repeat"
    examples = (({"repeats": 3, "axis": 1}, ((4, 2),)), ({"repeats": 2, "axis": -1}, ((4, 3, 2),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if self.axis is None:
            held = elements(shape)
            return (None if held is None or BATCH in shape else held * self.repeats,)
        sizes = list(shape)
        at = place(self.axis, shape)
        sizes[at] = multiplied(shape[at], self.repeats)
        return tuple(sizes)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y[i] = x[⌊i / {self.repeats}⌋]",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        (shape,) = inputs
        if self.axis is None:
            return (unsaid(shape),)
        at = place(self.axis, shape)
        way: Map = TransposedWindow(self.repeats, self.repeats) if self.repeats > 1 else IDENTITY
        found = {axis: (axis, way if axis == at else IDENTITY) for axis, size in enumerate(shape) if size != BATCH}
        return (found,)


def multiplied(size: Size, times: int) -> Size:
    """So many times a size; of the batch that is no size that has a name."""
    if times == 1:
        return size
    return None if size is None or isinstance(size, str) else size * times


class Tile(Moving, type_name="ops.tile"):
    """The whole tensor several times along each axis; `repeats` counts from the last axis: (B, 4) with 2 -> (B, 8)."""

    repeats: tuple[int, ...] = argument(AXES)

    sentence = Text("Lays copies of the whole side by side.", "전체를 복사해 나란히 놓습니다.")
    source = "keras/src/ops/numpy.py, tile"
    examples = (({"repeats": (1, 3, 2)}, ((4, 2),)), ({"repeats": (1, 1, 1, 2)}, ((4, 3, 2),)))

    def _times(self, shape: Shape) -> Sequence[int]:
        return (*[1] * (len(shape) - len(self.repeats)), *self.repeats)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        times = self._times(shape)
        sizes = (*[1] * (len(times) - len(shape)), *shape)
        return tuple(map(multiplied, sizes, times))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y[i] = x[i mod n], {show_shape(output)}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """A copy's place does not tell by a window which number it is."""
        (shape,), times = inputs, self._times(inputs[0])
        more = len(times) - len(shape)
        found: AxisMap = {
            axis + more: (axis, IDENTITY if times[axis + more] == 1 else None)
            for axis, size in enumerate(shape)
            if size != BATCH
        }
        return (found,)
