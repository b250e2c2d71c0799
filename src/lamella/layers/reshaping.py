"""Layers that give the same numbers another shape or order."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from lamella.algebra import Expression, is_known
from lamella.design import BATCH, Shape, Size
from lamella.errors import problem
from lamella.layers.activations import Range
from lamella.layers.arguments import DATA_FORMAT, Kind, Wrong, argument, integer, is_integer, target_shape
from lamella.layers.axes import letters, need_rank, shown
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

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        sizes = list(inputs[0][1:])
        names = letters(len(sizes)).split(", ")
        order = list(range(len(sizes)))
        if self.data_format == "channels_first" and order:
            order = [*order[1:], 0]
        place = names[order[0]] if order else "0"
        for axis in order[1:]:
            place = f"({place}) · {shown(sizes[axis])} + {names[axis]}"
        held = " · ".join(shown(sizes[axis]) for axis in order) or "1"
        return (f"y[{place}] = x[{', '.join(names)}]", f"{held} = {shown(output[1])}")


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
                "이렇게 해 보세요: ({shape}).",
                shape=", ".join(map(str, (held // others, *rest))),
            )
        return phrase("Put -1 for the size that may follow.", "따라 정해질 크기 자리에 -1을 쓰세요.")

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return (kept_axes(inputs[0], output),)

    def output_range(self) -> Range:
        return "inputs"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        before, after = (" · ".join(map(shown, shape[1:])) or "1" for shape in (inputs[0], output))
        return ("y[n] = x[n]", f"{before} = {after}")


class RepeatVector(Layer):
    """The whole input n times in a row: (B, channels) -> (B, n, channels)."""

    n: int = argument(integer(1, 10))

    sentence = Text(
        "Repeats a row of numbers, so that each step of a sequence gets it.",
        "한 줄의 수를 되풀이해, 시퀀스의 모든 단계가 받게 합니다.",
    )
    source = "keras/src/layers/reshaping/repeat_vector.py"
    examples = (({"n": 3}, ((5,),)), ({"n": 1}, ((2,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        need_rank(self.type, inputs[0], 2, phrase("Flatten it.", "Flatten 하세요."))
        return (BATCH, self.n, inputs[0][1])

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return ({2: (1, IDENTITY)},)

    def output_range(self) -> Range:
        return "inputs"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return ("y[i, c] = x[c]",)


def _order(value: object) -> tuple[int, ...]:
    order = (value,) if is_integer(value) else value
    if isinstance(order, Sequence) and not isinstance(order, str) and all(map(is_integer, order)) and order:
        if sorted(order) == list(range(1, len(order) + 1)):
            return tuple(order)
        if sorted(order) == list(range(len(order))):
            raise Wrong(tuple(each + 1 for each in order))
    raise Wrong


_ORDER = Kind(phrase("each number from 1 to the number of axes once", "1부터 축 개수까지의 수 한 번씩"), _order, (2, 1))


class Permute(Layer):
    """The axes in another order: with dims (2, 1), (B, 3, 5) -> (B, 5, 3). The batch stays first and is not counted."""

    dims: tuple[int, ...] = argument(_ORDER)

    sentence = Text("Puts the axes in another order.", "축의 순서를 바꿉니다.")
    source = "keras/src/layers/reshaping/permute.py"
    examples = (({"dims": (2, 1)}, ((3, 5),)), ({"dims": (3, 1, 2)}, ((4, 5, 3),)), ({"dims": (1,)}, ((4,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        need_rank(self.type, inputs[0], len(self.dims) + 1)
        return (BATCH, *(inputs[0][each] for each in self.dims))

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return ({new: (old, IDENTITY) for new, old in enumerate(self.dims, 1)},)

    def output_range(self) -> Range:
        return "inputs"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        names = letters(len(self.dims)).split(", ")
        return (f"y[{', '.join(names[each - 1] for each in self.dims)}] = x[{', '.join(names)}]",)


def kept_axes(before: Shape, after: Shape) -> AxisMap:
    """What a new shape sees of the old one: where only axes of size 1 come or go, the others keep their meaning."""
    old, new = ([axis for axis, size in enumerate(shape) if size not in (1, BATCH)] for shape in (before, after))
    if [before[axis] for axis in old] != [after[axis] for axis in new] or BATCH not in after:
        return {}
    return {there: (here, IDENTITY) for here, there in zip(old, new, strict=True)}
