"""Functions that pick numbers by their places, and that make places of numbers."""

from __future__ import annotations

from typing import ClassVar

from lamella.design import BATCH, Shape, Size
from lamella.errors import Problem, problem
from lamella.layers.activations import Range
from lamella.layers.arguments import FLAG, TEXT, Kind, Wrong, argument, integer, is_integer, optional
from lamella.layers.base import AxisMap, Kept, ShapeError
from lamella.layers.operations.operation import AXIS, Operation, broadcast, need_few, open_pairs, place
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY, Map

Places = int | tuple["Places", ...]


def _places(value: object) -> Places:
    if isinstance(value, int) and is_integer(value):
        return value
    if not isinstance(value, (list, tuple)) or not value:
        raise Wrong
    found = tuple(map(_places, value))
    if len({_held(each) for each in found}) > 1:
        raise Wrong
    return found


def _held(value: Places) -> tuple[int, ...]:
    """The shape of nested lists of equal lengths."""
    return (len(value), *_held(value[0])) if isinstance(value, tuple) else ()


def _all(value: Places) -> list[int]:
    return [value] if isinstance(value, int) else [each for part in value for each in _all(part)]


_INDICES = Kind(
    phrase("integers in place of a tensor", "텐서 대신 쓰는 정수들"),
    lambda value: None if value is None else _places(value),
    (0, 2),
)
"""null means that the parameter is a tensor, one of the node's inputs."""


class Take(Operation, type_name="ops.take"):
    """The numbers at the places `indices` along `axis` (null: of all numbers in one row): (B, 9, 4) -> (B, 2, 4)."""

    indices: Places | None = argument(_INDICES, None)
    axis: int | None = argument(optional(AXIS), None)

    tensors: ClassVar[tuple[str, ...]] = ("x", "indices")
    input_count = (1, 2)
    sentence = Text("Picks numbers by their places along an axis.", "축을 따라 정해진 자리의 수를 골라냅니다.")
    source = "keras/src/ops/numpy.py, take"
    examples = (
        ({"axis": 1}, ((4, 3), (2,))),
        ({"indices": (0, 2), "axis": 1}, ((9, 4),)),
        ({"indices": 1, "axis": -1}, ((5, 3),)),
        ({"indices": ((0, 1), (2, 0)), "axis": 2}, ((4, 3),)),
    )

    def _taken(self, inputs: tuple[Shape, ...]) -> Shape:
        """The shape of the indices."""
        return inputs[1] if self.indices is None else _held(self.indices)

    def output_shape(self, *inputs: Shape) -> Shape:
        shape, taken = inputs[0], self._taken(inputs)
        if self.axis is None:
            return taken
        at = place(self.axis, shape)
        size = shape[at]
        for index in [] if self.indices is None else _all(self.indices):
            if isinstance(size, int) and not -size <= index < size:
                raise ShapeError(problem("index outside", type=self.type, index=index, size=size))
        return (*shape[:at], *taken, *shape[at + 1 :])

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        where = "indices" if self.indices is None else str(self.indices)
        along = "" if self.axis is None else f", axis = {place(self.axis, inputs[0])}"
        return (f"y[k] = x[{where}[k]]{along}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """Which number stands at a place, no window says."""
        shape, taken = inputs[0], self._taken(inputs)
        if self.axis is None:
            return ({},) if len(inputs) == 1 else ({}, _places_of(taken, 0))
        at, more = place(self.axis, shape), len(taken) - 1
        seen: dict[int, tuple[int, Map | None]] = {}
        for axis, size in enumerate(shape):
            if axis == at and size != BATCH:
                seen[at if taken else len(output) + axis] = axis, None
            elif axis != at and size != BATCH:
                seen[axis + (more if axis > at else 0)] = axis, IDENTITY
        return (seen,) if len(inputs) == 1 else (seen, _places_of(taken, at))

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return Kept() if self.indices is not None else None

    def output_range(self) -> Range:
        return "inputs" if self.indices is not None else None


def _places_of(taken: Shape, at: int) -> AxisMap:
    return {at + axis: (axis, IDENTITY) for axis, size in enumerate(taken) if size != BATCH}


class TakeAlongAxis(Operation, type_name="ops.take_along_axis"):
    """For each place another number along `axis`, named by a second tensor: (B, 9, 4), (B, 2, 4) -> (B, 2, 4)."""

    axis: int = argument(optional(AXIS), None)

    tensors: ClassVar[tuple[str, ...]] = ("x", "indices")
    input_count = (2, 2)
    sentence = Text("Picks a number along an axis for each place.", "자리마다 축을 따라 수 하나를 골라냅니다.")
    source = "keras/src/ops/operation_utils.py, compute_take_along_axis_output_shape"
    examples = (({"axis": 1}, ((9, 4), (2, 4))), ({"axis": -1}, ((3, 4), (3, 1))), ({"axis": 2}, ((3, 4), (1, 7))))

    def _aligned(self, inputs: tuple[Shape, ...]) -> tuple[int, Shape, Shape]:
        shape, taken = inputs
        if self.axis is None or len(shape) != len(taken):
            raise ShapeError(problem("merge ranks", type=self.type, shapes=[show_shape(each) for each in inputs]))
        at = place(self.axis, shape)
        return at, (*shape[:at], taken[at], *shape[at + 1 :]), taken

    def output_shape(self, *inputs: Shape) -> Shape:
        _, one, other = self._aligned(inputs)
        return broadcast(self.type, (one, other))

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        return open_pairs(self._aligned(inputs)[1:])

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y[k] = x[indices[k]], axis = {self._aligned(inputs)[0]}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        at, _, taken = self._aligned(inputs)
        shape = inputs[0]
        own = [
            axis for axis, size in enumerate(shape) if size != BATCH and (size != 1 or output[axis] == 1 or axis == at)
        ]
        theirs = [axis for axis, size in enumerate(taken) if size != BATCH and (size != 1 or output[axis] == 1)]
        seen: AxisMap = {axis: (axis, None if axis == at else IDENTITY) for axis in own}
        return (seen, {axis: (axis, IDENTITY) for axis in theirs})

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None


class TopK(Operation, type_name="ops.top_k"):
    """The k largest numbers along the last axis, and their places: (B, 9) -> (B, k), (B, k)."""

    k: int = argument(integer(1, 3))
    sorted: bool = argument(FLAG, True)

    sentence = Text(
        "Keeps the largest numbers, and tells where they stood.", "가장 큰 수들을 남기고 그 자리를 알려 줍니다."
    )
    source = "keras/src/ops/math.py, top_k"
    examples = (({"k": 2}, ((4, 3),)), ({"k": 3, "sorted": False}, ((7,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        size = shape[place(-1, shape)]
        if isinstance(size, int) and size < self.k:
            raise ShapeError(problem("index outside", type=self.type, index=self.k, size=size))
        return (*shape[:-1], self.k)

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        return super().output_shapes(*inputs) * 2

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y = (x₁ ≥ x₂ ≥ …), k = {self.k}, axis = {len(inputs[0]) - 1}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return ({axis: (axis, IDENTITY) for axis, size in enumerate(output[:-1]) if size != BATCH},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        """The places, the second result, which are no number of the first."""
        return None


class Unstack(Operation, type_name="ops.unstack"):
    """Each place along `axis` as a tensor of its own: (B, 3, 4) with axis 1 -> three of (B, 4)."""

    num: int | None = argument(optional(integer(1, 3)), None)
    axis: int = argument(AXIS, 0)

    sentence = Text("Takes a tensor apart along an axis.", "텐서를 축을 따라 하나씩 떼어 놓습니다.")
    source = "keras/src/ops/core.py, unstack"
    examples = (({"axis": 1}, ((3, 4),)), ({"num": 2, "axis": -1}, ((4, 2),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        at = place(self.axis, shape)
        return (*shape[:at], *shape[at + 1 :])

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        found = super().output_shapes(*inputs)
        size = inputs[0][place(self.axis, inputs[0])]
        count = size if self.num is None else self.num
        if not isinstance(count, int) or (isinstance(size, int) and count != size):
            facts = {"type": self.type, "index": "num" if self.num is None else self.num}
            raise ShapeError(problem("index outside", **facts, size="?" if size is None else size), found[0])
        need_few(self.type, count)
        return found * count

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y_k = x[k], axis = {place(self.axis, inputs[0])}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """Which place an output is, it does not know."""
        (shape,) = inputs
        at = place(self.axis, shape)
        known = [axis for axis, size in enumerate(shape) if size != BATCH]
        return (
            {
                len(output) + axis if axis == at else axis - (axis > at): (axis, None if axis == at else IDENTITY)
                for axis in known
                if axis != at or shape[axis] != 1
            },
        )

    def output_range(self) -> Range:
        return "inputs"


class OneHot(Operation, type_name="ops.one_hot"):
    """A 1 at the place that a number names, 0 elsewhere, along a new axis: (B, 9) -> (B, 9, num_classes)."""

    num_classes: int = argument(integer(1, 10))
    axis: int = argument(AXIS, -1)
    dtype: str | None = argument(optional(TEXT), None)
    sparse: bool = argument(FLAG, False)

    sentence = Text(
        "Makes a row of zeros with a single 1 of each number.", "수마다 그 자리만 1이고 나머지는 0인 벡터를 만듭니다."
    )
    source = "keras/src/ops/nn.py, one_hot"
    examples = (({"num_classes": 5}, ((4,),)), ({"num_classes": 3, "axis": 1}, ((4, 2),)))

    def _place(self, shape: Shape) -> int:
        """Keras takes the last place, or one that the input has."""
        return len(shape) if self.axis == -1 else place(self.axis if self.axis >= 0 else len(shape), shape)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        at = self._place(shape)
        return (*shape[:at], self.num_classes, *shape[at:])

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y[k] = [x = k], k < {self.num_classes}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        (shape,), at = inputs, self._place(inputs[0])
        return ({axis + (axis >= at): (axis, IDENTITY) for axis, size in enumerate(shape) if size != BATCH},)

    def output_range(self) -> Range:
        return "unit"


class MultiHot(OneHot, type_name="ops.multi_hot"):
    """A 1 at each place that the numbers along axis 1 name: (B, 9) -> (B, num_classes)."""

    num_classes: int | None = argument(optional(integer(1, 10)), None)  # type: ignore[assignment]  # checked below
    axis: int = argument(AXIS, -1)
    dtype: str | None = argument(optional(TEXT), None)
    sparse: bool = argument(FLAG, False)

    tensors: ClassVar[tuple[str, ...]] = ("inputs",)
    sentence = Text("Makes a row with a 1 for each number that occurs.", "나타난 수의 자리에 1을 적은 벡터를 만듭니다.")
    source = "keras/src/ops/nn.py, multi_hot"
    examples = (({"num_classes": 5}, ((4,),)), ({"num_classes": 3}, ((4, 2),)))

    def conflicts(self) -> list[Problem]:
        if self.num_classes is not None:
            return []
        kind = integer(1, 10)
        return [problem("argument missing", argument="num_classes", expected=kind.expected, example=kind.example)]

    def output_shape(self, *inputs: Shape) -> Shape:
        """The row of each number, of which those along axis 1 are joined; of one number an image, all images'."""
        marked = super().output_shape(*inputs)
        return marked[-1:] if len(marked) == 2 else (marked[0], *marked[2:])

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y[k] = max [x = k], k < {self.num_classes}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        (seen,) = super().views(inputs, super().output_shape(*inputs))
        if len(output) == 1:
            return ({},)
        return ({new - (new > 1): way for new, way in seen.items() if new != 1},)
