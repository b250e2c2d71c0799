"""Layers that give the same numbers another shape."""

from __future__ import annotations

from math import prod

from lamella.algebra import Expression, is_known
from lamella.design import BATCH, Shape, Size
from lamella.errors import problem
from lamella.layers.activations import Range
from lamella.layers.arguments import DATA_FORMAT, argument, target_shape
from lamella.layers.base import AxisMap, Layer, ShapeError, elements, without_batch
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY


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
        return (kept_axes(inputs[0], output),)

    def output_range(self) -> Range:
        return "inputs"


def kept_axes(before: Shape, after: Shape) -> AxisMap:
    """What a new shape sees of the old one: where only axes of size 1 come or go, the others keep their meaning."""
    old, new = ([axis for axis, size in enumerate(shape) if size not in (1, BATCH)] for shape in (before, after))
    if [before[axis] for axis in old] != [after[axis] for axis in new] or BATCH not in after:
        return {}
    return {there: (here, IDENTITY) for here, there in zip(old, new, strict=True)}
