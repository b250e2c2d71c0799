"""Sums of products over axes of two tensors: inner and outer products, and what numpy calls dot and tensordot."""

from __future__ import annotations

from typing import ClassVar

from lamella.algebra import is_known
from lamella.design import BATCH, Shape, Size
from lamella.errors import problem
from lamella.layers.arguments import Kind, Wrong, argument, is_integer
from lamella.layers.base import AxisMap, Kept, ShapeError, Work
from lamella.layers.operations.operation import Operation, place, places, raveled, shown
from lamella.layers.operations.products import of_one_image
from lamella.texts.languages import Text, phrase
from lamella.window import IDENTITY

Summed = tuple[tuple[int, ...], tuple[int, ...]]
"""The axes of the first tensor that are summed over, and those of the second, in the same order."""


class Contraction(Operation, abstract=True):
    """Products of the numbers of two tensors, summed over pairs of axes; the other axes follow one another."""

    tensors: ClassVar[tuple[str, ...]] = ("x1", "x2")
    input_count = (2, 2)
    source = "keras/src/ops/numpy.py"

    def summed(self, one: Shape, other: Shape) -> Summed:
        """The axes that are summed over, each counted from 0."""
        raise NotImplementedError

    def _agreed(self, one: Shape, other: Shape) -> Summed:
        found = self.summed(one, other)
        for left, right in zip(*found, strict=True):
            sizes = [one[left], other[right]]
            if sizes[0] != sizes[1] and None not in sizes and all(isinstance(each, (int, str)) for each in sizes):
                raise ShapeError(problem("products", type=self.type, shapes=shown((one, other)), sizes=sizes))
        return found

    def output_shape(self, *inputs: Shape) -> Shape:
        gone = self._agreed(*inputs)
        pairs = zip(inputs, gone, strict=True)
        return tuple(size for shape, axes in pairs for axis, size in enumerate(shape) if axis not in axes)

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        one, other = inputs
        pairs = [(one[left], other[right]) for left, right in zip(*self._agreed(one, other), strict=True)]
        return tuple(pair for pair in pairs if pair[0] != pair[1] and all(map(is_known, pair)))

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        one, other = inputs
        each = zip(*self._agreed(one, other), strict=True)
        inner = [other[right] if one[left] is None else one[left] for left, right in each]
        return (Work(of_one_image((*output, *inner))),)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        left, right = self._agreed(*inputs)
        if not left:
            return ("y[i, j] = x1[i] · x2[j]",)
        return (f"y[i, j] = Σ_k x1[i, k] · x2[k, j], k along {left} of x1 and {right} of x2",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        maps, new = [], 0
        for shape, axes in zip(inputs, self._agreed(*inputs), strict=True):
            found = {}
            for axis in range(len(shape)):
                if axis not in axes:
                    found[new] = axis
                    new += 1
            maps.append({at: (axis, IDENTITY) for at, axis in found.items() if shape[axis] != BATCH})
        return tuple(maps)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        """TensorFlow reshapes and transposes as the sizes need; which copies it keeps is not known."""
        return None


class Dot(Contraction, type_name="ops.dot"):
    """Sums over the last axis of x1 and the last but one of x2 (of a row its only one)."""

    sentence = Text(
        "Multiplies and sums along the axes where two tensors meet.", "두 텐서가 만나는 축을 따라 곱하고 더합니다."
    )
    examples = (({}, ((), (5,))), ({}, ((3,), (2, 3, 5))))

    def summed(self, one: Shape, other: Shape) -> Summed:
        return (place(-1, one),), (place(-2 if len(other) > 1 else -1, other),)


class Inner(Contraction, type_name="ops.inner"):
    """Sums over the last axis of both: (B, 4, 3), (B, 5, 3) -> (B, 4, B, 5)."""

    sentence = Text(
        "Multiplies and sums along the last axis of two tensors.", "두 텐서의 마지막 축을 따라 곱하고 더합니다."
    )
    examples = (({}, ((3,), (3,))), ({}, ((4, 3), (5, 3))))

    def summed(self, one: Shape, other: Shape) -> Summed:
        return (place(-1, one),), (place(-1, other),)


def _axes(value: object) -> int | Summed:
    """How many axes meet, the last of the one and the first of the other; or which ones of both."""
    if isinstance(value, int) and is_integer(value) and value >= 0:
        return value
    if isinstance(value, (list, tuple)) and len(value) == 2:
        one, other = ((each,) if is_integer(each) else each for each in value)
        lists = isinstance(one, (list, tuple)) and isinstance(other, (list, tuple))
        if lists and len(one) == len(other) and all(map(is_integer, (*one, *other))):
            return tuple(one), tuple(other)
    raise Wrong


_AXES = Kind(
    phrase("a number of axes, or the axes of both tensors", "축의 개수, 또는 두 텐서 각각의 축"),
    _axes,
    ((2,), (1,)),
)


class Tensordot(Contraction, type_name="ops.tensordot"):
    """Sums over `axes`: the last ones of x1 and the first of x2, or those named of both."""

    axes: int | Summed = argument(_AXES, 2)

    sentence = Text(
        "Multiplies and sums along chosen axes of two tensors.", "고른 축을 따라 두 텐서를 곱하고 더합니다."
    )
    examples = (
        ({"axes": ((2,), (1,))}, ((4, 3), (3, 5))),
        ({"axes": ((1, 0), (1, 0))}, ((4, 3), (4, 5))),
        ({"axes": 0}, ((2,), (3,))),
    )

    def summed(self, one: Shape, other: Shape) -> Summed:
        if isinstance(self.axes, int):
            count = self.axes
            last = tuple(place(axis - count, one) for axis in range(count))
            return last, tuple(place(axis, other) for axis in range(count))
        return places(self.axes[0], one), places(self.axes[1], other)


class Outer(Contraction, type_name="ops.outer"):
    """Every number of x1 with every number of x2, those of all images: (B,), (B,) -> (B, B)."""

    sentence = Text(
        "Multiplies every number of one tensor with every number of another.",
        "한 텐서의 모든 수와 다른 텐서의 모든 수를 곱합니다.",
    )
    examples = (({}, ((3,), (2,))), ({}, ((), (4, 2))))

    def summed(self, one: Shape, other: Shape) -> Summed:
        return (), ()

    def output_shape(self, *inputs: Shape) -> Shape:
        return (*raveled(inputs[0]), *raveled(inputs[1]))

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        return (Work(of_one_image((*inputs[0], *inputs[1]))),)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return ({}, {})


class Vdot(Contraction, type_name="ops.vdot"):
    """The sum of all products, over all images: (B, 4), (B, 4) -> one number."""

    sentence = Text(
        "Multiplies two tensors number by number and sums everything.", "두 텐서를 수끼리 곱해 모두 더합니다."
    )
    examples = (({}, ((3,), (3,))), ({}, ((4, 2), (4, 2))))

    def summed(self, one: Shape, other: Shape) -> Summed:
        if len(one) != len(other):
            raise ShapeError(problem("merge ranks", type=self.type, shapes=shown((one, other))))
        return tuple(range(len(one))), tuple(range(len(other)))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return ("y = Σ x1[k] · x2[k]",)
