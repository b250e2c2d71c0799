"""The product of two inputs along an axis of each."""

from __future__ import annotations

from collections.abc import Sequence

from lamella.algebra import Expression
from lamella.design import BATCH, Shape, Size
from lamella.errors import problem
from lamella.layers.arguments import FLAG, Kind, Wrong, argument, is_integer
from lamella.layers.axes import letters, place_of, shown
from lamella.layers.base import AxisMap, Kept, ShapeError, Work, elements, without_batch
from lamella.layers.merging import Merging
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY


def _axes(value: object) -> int | tuple[int, ...]:
    if isinstance(value, int) and is_integer(value):
        return value
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2 and all(map(is_integer, value)):
        return tuple(value)
    raise Wrong


_AXES = Kind(phrase("an integer, or one for each input", "정수 하나, 또는 입력마다 하나"), _axes, -1)


class Dot(Merging):
    """The sums of products of two inputs along an axis of each: (B, i, n) and (B, j, n) -> (B, i, j) with axes -1."""

    axes: int | tuple[int, int] = argument(_AXES)
    normalize: bool = argument(FLAG, False)

    input_count = (2, 2)
    sentence = Text(
        "Multiplies two inputs and adds up along an axis: how alike their rows are.",
        "두 입력을 곱해 한 축을 따라 더합니다. 줄들이 서로 얼마나 닮았는지 나타냅니다.",
    )
    source = "keras/src/layers/merging/dot.py"
    examples = (
        ({"axes": -1}, ((5,), (5,))),
        ({"axes": (1, 2)}, ((4, 3), (2, 4))),
        ({"axes": 1, "normalize": True}, ((4, 3), (4,))),
        ({"axes": -1}, ((2, 3, 4), (5, 4))),
    )

    def _places(self, inputs: tuple[Shape, ...]) -> tuple[int, int]:
        one, other = (self.axes, self.axes) if isinstance(self.axes, int) else self.axes
        return place_of(one, inputs[0]), place_of(other, inputs[1])

    def _left(self, inputs: tuple[Shape, ...]) -> list[list[int]]:
        """The axes of each input that stay."""
        pairs = zip(inputs, self._places(inputs), strict=True)
        return [[axis for axis in range(1, len(shape)) if axis != place] for shape, place in pairs]

    def output_shape(self, *inputs: Shape) -> Shape:
        places = self._places(inputs)
        sizes = [shape[place] for shape, place in zip(inputs, places, strict=True)]
        both_open = all(isinstance(size, Expression) for size in sizes)
        if sizes[0] != sizes[1] and not both_open:
            fix = phrase("Make them equal.", "같게 맞춰 주세요.")
            if not all(isinstance(size, int) for size in sizes):
                fix = phrase("Keras needs both to be fixed numbers.", "Keras에는 둘 다 정해진 수여야 합니다.")
            shapes = [show_shape(without_batch(shape)) for shape in inputs]
            facts = {"type": self.type, "shapes": shapes, "axes": places, "sizes": list(map(shown, sizes))}
            raise ShapeError(problem("dot sizes", **facts, suggestion=fix))
        left = self._left(inputs)
        found = [shape[axis] for shape, axes in zip(inputs, left, strict=True) for axis in axes]
        return (BATCH, *(found or [1]))

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        one, other = (shape[place] for shape, place in zip(inputs, self._places(inputs), strict=True))
        return ((one, other),) if one != other else ()

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        return (Work((*output[1:], inputs[0][self._places(inputs)[0]])),)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        one, other = self._left(inputs)
        return (
            {new: (old, IDENTITY) for new, old in enumerate(one, 1)},
            {new: (old, IDENTITY) for new, old in enumerate(other, 1 + len(one))},
        )

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """Both factors; normalized ones live inside, besides the inputs that they came from."""
        return Kept(inputs=True, inner=sum(elements(shape) or 0 for shape in inputs) if self.normalize else 0)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        places, left = self._places(inputs), self._left(inputs)
        free = letters(sum(map(len, left))).split(", ") if any(left) else []
        names = [free[: len(left[0])], free[len(left[0]) :]]
        terms = []
        for index, (each, place) in enumerate(zip(names, places, strict=True)):
            spots = [*each[: place - 1], "n", *each[place - 1 :]]
            term = f"x{'₁₂'[index]}[{', '.join(spots)}]"
            length = f"x{'₁₂'[index]}[{', '.join('m' if spot == 'n' else spot for spot in spots)}]²"
            terms.append(f"{term} / √(Σ {length})" if self.normalize else term)
        return (f"y[{', '.join(free) or '0'}] = Σ {' · '.join(terms)}",)
