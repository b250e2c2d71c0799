"""Layers that give the same numbers another shape."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from lamella.algebra import Expression, is_known
from lamella.design import BATCH, Shape, Size
from lamella.errors import problem
from lamella.layers.activations import Range
from lamella.layers.arguments import DATA_FORMAT, Kind, Wrong, argument, is_integer, optional, target_shape
from lamella.layers.base import AxisMap, Layer, ShapeError, elements, without_batch
from lamella.layers.core import axis_fault
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY, Map


class Flatten(Layer):
    """All numbers of one image in a row: (B, ...) -> (B, n). Channels-last order: height, width, channels."""

    data_format: str | None = argument(DATA_FORMAT, None)

    aliases = True
    scatters = True
    sentence = Text(
        "Puts all numbers of an image in one row; which numbers were neighbours is lost.",
        "이미지의 모든 수를 한 줄로 늘어놓습니다. 어떤 수들이 이웃이었는지는 사라집니다.",
    )
    source = "keras/src/layers/reshaping/flatten.py"
    examples = (({}, ((4, 4, 16),)), ({"data_format": "channels_first"}, ((16, 4, 4),)), ({}, ((5,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return BATCH, elements(inputs[0])

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return ({1: (1, IDENTITY)} if len(inputs[0]) == 2 else {},)

    def output_range(self) -> Range:
        return "inputs"


class Reshape(Layer):
    """The same numbers, in the same order, in another shape. `target_shape` is without the batch."""

    target_shape: tuple[int, ...] = argument(target_shape())

    aliases = True
    scatters = True
    sentence = Text("Gives the same numbers another shape.", "같은 수들에 다른 모양을 줍니다.")
    source = "keras/src/layers/reshaping/reshape.py"
    examples = (({"target_shape": (4, 4, 1)}, ((16,),)), ({"target_shape": (-1, 2)}, ((3, 4),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        held = elements(inputs[0])
        fixed = prod(size for size in self.target_shape if size != -1)
        rest: Size = None
        if isinstance(held, Expression):
            rest = held // fixed
        elif held is not None:
            rest, over = divmod(held, fixed)
            if over or (rest != 1 and -1 not in self.target_shape):
                raise self._fault(inputs[0], held, fixed)
        return (BATCH, *(rest if size == -1 else size for size in self.target_shape))

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        held = elements(inputs[0])
        if not isinstance(held, Expression):
            return ()
        return ((prod(size for size in self.output_shape(*inputs)[1:] if is_known(size)), held),)

    def _fault(self, shape: Shape, held: int, fixed: int) -> ShapeError:
        facts = {
            "target": self.target_shape,
            "wanted": fixed,
            "shape": show_shape(without_batch(shape)),
            "held": held,
        }
        return ShapeError(problem("reshape", **facts, suggestion=self._fix(held)), (BATCH, *self.target_shape))

    def _fix(self, held: int) -> object:
        """The first axis changed so that the numbers fit, where that is possible."""
        first, *rest = self.target_shape
        others = prod(size for size in rest if size != -1)
        if first != -1 and held % others == 0 and -1 not in rest:
            return phrase(
                "Try ({shape}).",
                "({shape})은(는) 어떤가요?",
                shape=", ".join(map(str, (held // others, *rest))),
            )
        return phrase("Put -1 for the size that may follow.", "따라 정해질 크기 자리에 -1을 쓰세요.")

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """Where only axes of size 1 come or go, the others keep their meaning."""
        before, after = (
            [axis for axis, size in enumerate(shape) if size not in (1, BATCH)] for shape in (inputs[0], output)
        )
        if [inputs[0][axis] for axis in before] != [output[axis] for axis in after]:
            return ({},)
        return ({new: (old, IDENTITY) for old, new in zip(before, after, strict=True)},)

    def output_range(self) -> Range:
        return "inputs"


def _axes(value: object) -> tuple[int, ...]:
    axes = (value,) if is_integer(value) else value
    if isinstance(axes, Sequence) and not isinstance(axes, str) and axes and all(map(is_integer, axes)):
        return tuple(axes)
    raise Wrong


_AXES = Kind(phrase("an integer or several", "정수 하나 또는 여럿"), _axes, -1)


class Squeeze(Layer, type_name="ops.squeeze", without=("dtype", "trainable", "activity_regularizer")):
    """Axes of size 1 removed: (B, 4, 1) -> (B, 4). `axis` counts the batch as 0; null removes all of them."""

    axis: tuple[int, ...] | None = argument(optional(_AXES), None)

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
            if not -len(shape) <= axis < len(shape):
                raise axis_fault(axis, shape)
            size = shape[axis]
            if size != 1:
                options = [str(each) for each, size in enumerate(shape) if size == 1]
                fix = phrase("Use axis {options:list}.", "axis {options:list}을(를) 쓰세요.", options=options)
                facts = {"axis": axis, "shape": show_shape(shape), "size": "?" if size is None else size}
                raise ShapeError(problem("squeeze", **facts, suggestion=fix if options else ""))
            removed.add(axis % len(shape))
        return removed

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        removed = self._removed(shape)
        return tuple(size for axis, size in enumerate(shape) if axis not in removed)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        removed = self._removed(inputs[0])
        left = [axis for axis in range(len(inputs[0])) if axis not in removed]
        seen: dict[int, tuple[int, Map | None]] = {new: (old, IDENTITY) for new, old in enumerate(left) if old > 0}
        return (seen,)

    def output_range(self) -> Range:
        return "inputs"
