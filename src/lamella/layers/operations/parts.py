"""Parts of a tensor: a block of it, the diagonals of its matrices, and their sums."""

from __future__ import annotations

from typing import ClassVar

from lamella.algebra import is_known
from lamella.design import BATCH, Shape, Size
from lamella.errors import Problem, problem
from lamella.layers.activations import Range
from lamella.layers.arguments import Kind, Wrong, argument, is_integer
from lamella.layers.base import AxisMap, Kept, ShapeError
from lamella.layers.operations.operation import AXIS, Operation, place
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY, Map, Window


def _row(least: int) -> Kind:
    def parse(value: object) -> tuple[int, ...]:
        if isinstance(value, (list, tuple)) and value and all(is_integer(each) and each >= least for each in value):
            return tuple(value)
        raise Wrong

    return Kind(
        phrase("an integer >= {least} for each axis", "축마다 {least} 이상의 정수 하나", least=least), parse, (0, 1)
    )


class Slice(Operation, type_name="ops.slice"):
    """A block that begins at `start_indices`: its size along each axis, the batch first, -1 for the rest."""

    start_indices: tuple[int, ...] = argument(_row(0))
    shape: tuple[int, ...] = argument(_row(-1))

    tensors: ClassVar[tuple[str, ...]] = ("inputs",)
    sentence = Text("Cuts a block out of a tensor.", "텐서에서 한 덩어리를 잘라 냅니다.")
    source = "keras/src/ops/core.py, slice"
    examples = (
        ({"start_indices": (0, 1, 0), "shape": (-1, 2, 3)}, ((4, 3),)),
        ({"start_indices": (0, 2), "shape": (-1, -1)}, ((5,),)),
    )

    def conflicts(self) -> list[Problem]:
        if len(self.start_indices) == len(self.shape):
            return []
        reason = phrase("each axis needs a start and a size", "축마다 시작과 크기가 있어야 합니다")
        facts = {"first": "start_indices", "second": "shape", "reason": reason, "received": self.changed()}
        return [problem("arguments conflict", **facts, suggestion="")]

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if len(shape) != len(self.shape):
            raise ShapeError(problem("too many indices", count=len(self.shape), shape=show_shape(shape)))
        found: list[Size] = []
        for size, start, wanted in zip(shape, self.start_indices, self.shape, strict=True):
            if isinstance(size, int) and start + max(wanted, 0) > size:
                raise ShapeError(problem("index outside", type=self.type, index=start + max(wanted, 0), size=size))
            rest = size if not start else size - start if is_known(size) else None
            found.append(rest if wanted == -1 else wanted)
        return tuple(found)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y[i] = x[i + s], s = {self.start_indices}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        starts = enumerate(self.start_indices)
        return ({axis: (axis, Window(before=-start)) for axis, start in starts if inputs[0][axis] != BATCH},)

    def output_range(self) -> Range:
        return "inputs"


class _Diagonals(Operation, abstract=True):
    """The diagonals of the matrices in two axes."""

    offset: int = argument(AXIS, 0)
    axis1: int = argument(AXIS, 0)
    axis2: int = argument(AXIS, 1)

    def _pair(self, shape: Shape) -> tuple[int, int]:
        one, other = place(self.axis1, shape), place(self.axis2, shape)
        if one == other:
            raise ShapeError(problem("axes twice", axes=(self.axis1, self.axis2), rank=len(shape)))
        return one, other

    def _left(self, shape: Shape) -> list[int]:
        """The axes that stay."""
        return [axis for axis in range(len(shape)) if axis not in self._pair(shape)]

    def _length(self, shape: Shape) -> Size:
        """How many numbers a diagonal has. Raises `ShapeError` where there is none."""
        rows, columns = (shape[axis] for axis in self._pair(shape))
        if not isinstance(rows, int) or not isinstance(columns, int):
            return None
        length = min(columns - self.offset if self.offset > 0 else rows + self.offset, rows, columns)
        if length < 1:
            raise ShapeError(problem("index outside", type=self.type, index=self.offset, size=min(rows, columns)))
        return length

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """Of both axes of a matrix, the places on its diagonal."""
        (shape,) = inputs
        seen: dict[int, tuple[int, Map | None]] = {
            new: (axis, IDENTITY) for new, axis in enumerate(self._left(shape)) if shape[axis] != BATCH
        }
        beyond = [axis for axis in self._pair(shape) if shape[axis] != BATCH]
        return (seen | {len(output) + at: (axis, None) for at, axis in enumerate(beyond)},)


class Diagonal(_Diagonals, type_name="ops.diagonal"):
    """The diagonals as a last axis: (B, 4, 5) with axes 1 and 2 -> (B, 4)."""

    sentence = Text("Takes the diagonals of matrices.", "행렬의 대각선을 꺼냅니다.")
    source = "keras/src/ops/numpy.py, diagonal"
    examples = (
        ({"axis1": 1, "axis2": 2}, ((4, 5),)),
        ({"offset": -1, "axis1": -1, "axis2": 1}, ((4, 3, 5),)),
        ({"offset": 2, "axis1": 1, "axis2": 2}, ((4, 5, 2),)),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        return (*(shape[axis] for axis in self._left(shape)), self._length(shape))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y[i] = x[i, i + {self.offset}], axes = {self._pair(inputs[0])}",)

    def output_range(self) -> Range:
        return "inputs"


class Trace(_Diagonals, type_name="ops.trace"):
    """The sum of each diagonal: (B, 4, 4) with axes 1 and 2 -> (B,)."""

    sentence = Text("Adds up the diagonals of matrices.", "행렬의 대각선을 더합니다.")
    source = "keras/src/ops/numpy.py, trace"
    examples = (({"axis1": 1, "axis2": 2}, ((4, 5),)), ({"offset": 1, "axis1": -1, "axis2": 1}, ((4, 3, 5),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        self._length(shape)
        rows, columns = (shape[axis] for axis in self._pair(shape))
        if isinstance(rows, int) and isinstance(columns, int) and self.offset:
            # Keras' mask for TensorFlow is too large where the diagonal ends at the last row (or column) before it.
            long = columns - self.offset > rows if self.offset > 0 else rows + self.offset > columns
            if long:
                raise ShapeError(problem("index outside", type=self.type, index=self.offset, size=min(rows, columns)))
        return tuple(shape[axis] for axis in self._left(shape))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y = Σ_i x[i, i + {self.offset}], axes = {self._pair(inputs[0])}",)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None
