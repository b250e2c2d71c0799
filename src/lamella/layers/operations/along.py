"""Functions that set each number against the others along an axis: shares, running totals, order."""

from __future__ import annotations

from typing import ClassVar

from lamella.algebra import is_known
from lamella.design import BATCH, Shape, Size
from lamella.errors import problem
from lamella.layers.activations import Range
from lamella.layers.arguments import TEXT, Argument, argument, integer, number, optional
from lamella.layers.base import AxisMap, Kept, ShapeError
from lamella.layers.operations.elementwise import INPUT, NOTHING, OUTPUT, Needs, row_type
from lamella.layers.operations.operation import AXIS, OPTIONAL_AXES, Operation, place, places, raveled
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY, Window


class Along(Operation, abstract=True):
    """A number for each number, of all along `axis` (null: of all, those of other images too)."""

    axis: int | None = argument(optional(AXIS), None)

    formula: ClassVar[str]
    needs: ClassVar[Needs | None]
    gives: ClassVar[Range] = None
    flattens: ClassVar[bool] = False
    """Whether without an axis the result is one row."""
    partly: ClassVar[bool] = False
    """Whether a number sees only some of those along the axis, and no window says which."""

    def _whole(self, shape: Shape) -> tuple[int, ...]:
        return tuple(range(len(shape))) if self.axis is None else (place(self.axis, shape),)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        self._whole(shape)
        return raveled(shape) if self.flattens and self.axis is None else shape

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        along = "" if self.axis is None else f", axis = {place(self.axis, inputs[0])}"
        return (f"y = {self.formula.format_map(vars(self))}{along}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        (shape,), whole = inputs, self._whole(inputs[0])
        if self.axis is None and self.flattens:
            return ({},)
        seen = [axis for axis, size in enumerate(shape) if size != BATCH and (axis not in whole or self.partly)]
        return ({axis: (axis, None if axis in whole else IDENTITY) for axis in seen},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        (shape,), whole = inputs, self._whole(inputs[0])
        if self.needs is None or self.axis is None:
            return None
        return self.needs.kept(shape, tuple(size for axis, size in enumerate(shape) if axis not in whole))

    def output_range(self) -> Range:
        return self.gives


class _Shares(Along, abstract=True):
    """Each number divided or set against those along `axis`: (B, ...) -> (B, ...)."""

    axis: int | None = argument(optional(AXIS), -1)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        """TensorFlow's softmax runs along the last axis; for another one it is given a transposed copy."""
        if self.axis is None or place(self.axis, output) == len(output) - 1:
            return OUTPUT.kept(inputs[0], output) if self.axis is not None else None
        return Needs(inner=1).kept(inputs[0], output)


for _name, _formula, _gives, _en, _ko in (
    ("softmax", "e^x / Σ e^x", "unit", "Shares that sum to 1.", "합이 1인 비율로 바꿉니다."),
    ("log_softmax", "x − ln Σ e^x", None, "The logarithm of softmax.", "소프트맥스의 로그입니다."),
):
    row_type(
        _Shares,
        _name,
        formula=_formula,
        gives=_gives,
        sentence=Text(_en, _ko),
        source=f"keras/src/ops/nn.py, {_name}",
        examples=(({}, ((4, 3),)), ({"axis": 1}, ((4, 4, 2),)), ({"axis": None}, ((3,),))),
    )


class Sparsemax(Along, type_name="ops.sparsemax"):
    """Shares that sum to 1, small ones 0: (B, ...) -> (B, ...)."""

    axis: int = argument(AXIS, -1)

    formula = "max(x − t, 0), Σ max(x − t, 0) = 1"
    needs = Needs(inner=2, mask=1, reduced=1)
    sentence = Text(
        "Shares that sum to 1, of which small ones are 0.", "합이 1인 비율로 바꾸고 작은 것은 0으로 만듭니다."
    )
    source = "Martins and Astudillo 2016; keras/src/ops/nn.py, sparsemax"
    examples = (({}, ((4, 3),)), ({"axis": -1}, ((4, 4, 2),)))


class Normalize(Operation, type_name="ops.normalize"):
    """Numbers divided by their norm along `axis` (null: by that of all images): (B, ...) -> (B, ...)."""

    axis: tuple[int, ...] | None = argument(OPTIONAL_AXES, (-1,))
    order: float = argument(number(), 2.0)
    epsilon: float | None = argument(optional(number()), None)

    sentence = Text("Divides numbers by their length along an axis.", "축을 따라 잰 길이로 수를 나눕니다.")
    source = "keras/src/ops/nn.py, normalize"
    examples = (({}, ((4, 3),)), ({"axis": 1, "order": 1}, ((4, 4, 2),)), ({"axis": (1, 2)}, ((4, 5, 2),)))

    def _whole(self, shape: Shape) -> tuple[int, ...]:
        return tuple(range(len(shape))) if self.axis is None else places(self.axis, shape)

    def output_shape(self, *inputs: Shape) -> Shape:
        self._whole(inputs[0])
        return inputs[0]

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        norm = "√(Σ x²)" if self.order == 2 else f"(Σ |x|^{self.order:g})^(1/{self.order:g})"
        return (f"y = x / max({norm}, ε), axis = {self._whole(inputs[0])}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        whole = self._whole(output)
        return ({axis: (axis, IDENTITY) for axis, size in enumerate(output) if axis not in whole and size != BATCH},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        """The inverse of the norm, before and after it is bounded; other orders than 2 are not known."""
        (shape,), whole = inputs, self._whole(inputs[0])
        left = tuple(size for axis, size in enumerate(shape) if axis not in whole)
        if self.order != 2 or BATCH not in left:
            return None
        return Needs(inputs=True, reduced=2).kept(shape, left)


_DTYPE = {"dtype": Argument(optional(TEXT), None)}
for _name, _formula, _keeps, _gives, _en, _ko in (
    ("cumsum", "Σ x[j], j ≤ i", NOTHING, None, "Running totals.", "앞에서부터 더해 간 누적합입니다."),
    ("cumprod", "Π x[j], j ≤ i", INPUT, "inputs", "Running products.", "앞에서부터 곱해 간 누적곱입니다."),
    (
        "nancumsum",
        "Σ x[j], j ≤ i",
        Needs(mask=3),
        None,
        "Running totals of the numbers.",
        "수인 값들의 누적합입니다.",
    ),
    (
        "nancumprod",
        "Π x[j], j ≤ i",
        None,
        "inputs",
        "Running products of the numbers.",
        "수인 값들의 누적곱입니다.",
    ),
):
    row_type(
        Along,
        _name,
        **_DTYPE,
        formula=_formula,
        needs=_keeps,
        gives=_gives,
        flattens=True,
        partly=True,
        sentence=Text(_en, _ko),
        source=f"keras/src/ops/numpy.py, {_name}",
        examples=(({"axis": 1}, ((4, 3),)), ({"axis": -1}, ((4, 4, 2),)), ({}, ((3,),))),
    )


class Sort(Along, type_name="ops.sort"):
    """The numbers along `axis` in ascending order: (B, ...) -> (B, ...)."""

    axis: int | None = argument(optional(AXIS), -1)

    flattens = True
    formula = "sort(x)"
    needs = Needs(inner=1)
    gives: ClassVar[Range] = "inputs"
    sentence = Text("Puts numbers in ascending order along an axis.", "축을 따라 수를 작은 것부터 늘어놓습니다.")
    source = "keras/src/ops/numpy.py, sort"
    examples = (({}, ((4, 3),)), ({"axis": 1}, ((4, 4, 2),)), ({"axis": None}, ((3,),)))


class Argsort(Along, type_name="ops.argsort"):
    """The places that the numbers along `axis` would be sorted from: (B, ...) -> (B, ...)."""

    axis: int | None = argument(optional(AXIS), -1)

    flattens = True
    formula = "argsort(x)"
    needs = NOTHING
    sentence = Text("Where the numbers in ascending order stand.", "작은 것부터 늘어놓았을 때 각 수가 있던 자리입니다.")
    source = "keras/src/ops/numpy.py, argsort"
    examples = (({}, ((4, 3),)), ({"axis": 1}, ((4, 4, 2),)), ({"axis": None}, ((3,),)))


class Tri(Operation, abstract=True):
    """A matrix in the last two axes with zeros on one side of a diagonal: (B, ..., n, m) -> (B, ..., n, m)."""

    k: int = argument(integer(-(2**31), 0), 0)

    keeps: ClassVar[str]
    source = "keras/src/ops/numpy.py"
    examples = (({}, ((4, 3),)), ({"k": 1}, ((2, 3, 3),)), ({"k": -1}, ((5, 4),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        if len(inputs[0]) < 2:
            words = phrase("at least 2 axes", "축 2개 이상")
            received = show_shape(inputs[0])
            raise ShapeError(problem("rank", type=self.type, expected=words, received=received, suggestion=""))
        return inputs[0]

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y[i, j] = x[i, j] · [j − i {self.keeps} {self.k}]",)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """A mask where the diagonal itself is cut, for which TensorFlow has no function of its own."""
        cut = self.k < 0 if self.keeps == "≤" else self.k > 0
        return Needs(mask=int(cut)).kept(inputs[0], output)

    def output_range(self) -> Range:
        return "inputs"


class Tril(Tri, type_name="ops.tril"):
    """The lower triangle of matrices: (B, ..., n, m) -> (B, ..., n, m)."""

    keeps = "≤"
    sentence = Text("Sets what is above a diagonal to zero.", "대각선 위쪽을 0으로 만듭니다.")


class Triu(Tri, type_name="ops.triu"):
    """The upper triangle of matrices: (B, ..., n, m) -> (B, ..., n, m)."""

    keeps = "≥"
    sentence = Text("Sets what is below a diagonal to zero.", "대각선 아래쪽을 0으로 만듭니다.")


class Diff(Operation, type_name="ops.diff"):
    """The differences of neighbours along `axis`, n times: (B, 9) -> (B, 8)."""

    n: int = argument(integer(0), 1)
    axis: int = argument(AXIS, -1)

    tensors: ClassVar[tuple[str, ...]] = ("a",)
    sentence = Text("Takes each number away from the next one.", "다음 수에서 앞의 수를 뺍니다.")
    source = "keras/src/ops/numpy.py, diff"
    examples = (({}, ((9,),)), ({"n": 2, "axis": 1}, ((5, 3),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        at = place(self.axis, shape)
        return (*shape[:at], shortened(shape[at], self.n), *shape[at + 1 :])

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y[i] = x[i + 1] − x[i]{f', {self.n} times' if self.n != 1 else ''}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        at = place(self.axis, inputs[0])
        way = Window(self.n + 1)
        sizes = enumerate(inputs[0])
        return ({axis: (axis, way if axis == at else IDENTITY) for axis, size in sizes if size != BATCH},)


def shortened(size: Size, less: int) -> Size:
    """A size less a number, at least 0; of the batch that is no size that has a name."""
    if less == 0:
        return size
    if isinstance(size, int):
        return max(size - less, 0)
    return size - less if is_known(size) else None
