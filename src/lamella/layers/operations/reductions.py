"""Functions that make one number of all along some axes."""

from __future__ import annotations

from typing import ClassVar, Final

from lamella.design import BATCH, Shape
from lamella.layers.activations import Range
from lamella.layers.arguments import FLAG, Argument, argument, number, optional
from lamella.layers.base import AxisMap, Kept, elements
from lamella.layers.operations.elementwise import Elementwise, row_type
from lamella.layers.operations.operation import AXIS, OPTIONAL_AXES, Operation, place, places
from lamella.texts.languages import Text
from lamella.window import IDENTITY


class Reduction(Operation, abstract=True):
    """One number of all along `axis` (null: of all, those of other images too); with keepdims it stays as size 1."""

    axis: tuple[int, ...] | None = argument(OPTIONAL_AXES, None)
    keepdims: bool = argument(FLAG, False)

    formula: ClassVar[str]
    needs: ClassVar[str]
    gives: ClassVar[Range] = None

    def _reduced(self, shape: Shape) -> tuple[int, ...]:
        if self.axis is None:
            return tuple(range(len(shape)))
        return places((self.axis,) if isinstance(self.axis, int) else self.axis, shape)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        gone = self._reduced(shape)
        if self.keepdims:
            return tuple(1 if axis in gone else size for axis, size in enumerate(shape))
        return tuple(size for axis, size in enumerate(shape) if axis not in gone)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        gone = self._reduced(inputs[0])
        sizes = " · ".join("?" if inputs[0][axis] is None else str(inputs[0][axis]) for axis in gone)
        return (f"y = {self.formula}, axis = {gone}, n = {sizes}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        shape, gone = inputs[0], self._reduced(inputs[0])
        left = [axis for axis in range(len(shape)) if axis not in gone]
        new = {axis: axis if self.keepdims else at for at, axis in enumerate(left)}
        return ({new[axis]: (axis, IDENTITY) for axis in left if shape[axis] != BATCH},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        inner = (elements(inputs[0]) or 0) if self.needs == "deviations" else 0
        return Kept(self.needs in ("input", "both"), self.needs == "both", inner)

    def output_range(self) -> Range:
        return self.gives


# The third column is read off tensorflow/python/ops/math_grad.py (var: tf.math.reduce_variance squares deviations).
_ROWS: Final[tuple[tuple[str, str, str, Range, str, str], ...]] = (
    ("mean", "Σ x / n", "nothing", "inputs", "The average along axes.", "축을 따라 평균을 냅니다."),
    ("sum", "Σ x", "nothing", None, "Adds up along axes.", "축을 따라 더합니다."),
    ("max", "max x", "both", "inputs", "The largest number along axes.", "축을 따라 가장 큰 수입니다."),
    ("min", "min x", "both", "inputs", "The smallest number along axes.", "축을 따라 가장 작은 수입니다."),
    ("amax", "max x", "both", "inputs", "The largest number along the axes.", "그 축들에서 가장 큰 수입니다."),
    ("amin", "min x", "both", "inputs", "The smallest number along the axes.", "그 축들에서 가장 작은 수입니다."),
    ("var", "Σ (x − mean)² / n", "deviations", "inputs", "How far numbers spread.", "수가 퍼진 정도입니다."),
    ("any", "x₁ ∨ x₂ ∨ ...", "nothing", None, "True where one number is not 0.", "하나라도 0이 아니면 참입니다."),
    ("all", "x₁ ∧ x₂ ∧ ...", "nothing", None, "True where no number is 0.", "0이 하나도 없으면 참입니다."),
    ("argmax", "argmax x", "nothing", None, "Where the largest number stands.", "가장 큰 수가 있는 자리입니다."),
    ("argmin", "argmin x", "nothing", None, "Where the smallest number stands.", "가장 작은 수가 있는 자리입니다."),
)

for _name, _formula, _needs, _gives, _en, _ko in _ROWS:
    _single = _name.startswith("arg")
    _more = {"axis": Argument(optional(AXIS), None), "keepdims": Argument(FLAG, False)} if _single else {}
    _more |= {"initial": Argument(optional(number()), None)} if _name in ("max", "min") else {}
    row_type(
        Reduction,
        _name,
        **_more,
        formula=_formula,
        needs=_needs,
        gives=_gives,
        sentence=Text(_en, _ko),
        source=f"keras/src/ops/numpy.py, {_name}",
        examples=(
            ({"axis": -1}, ((4, 3),)),
            ({"axis": 1 if _single else (1, 2), "keepdims": True}, ((4, 4, 2),)),
            ({"axis": 2}, ((4, 5, 2),)),
        ),
    )


class _Along(Elementwise, abstract=True):
    """The same shape, each number divided or set against those along `axis`: (B, ...) -> (B, ...)."""

    def output_shape(self, *inputs: Shape) -> Shape:
        axis = vars(self)["axis"]
        place(-1 if axis is None else axis, inputs[0])
        return inputs[0]

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        whole = place(vars(self)["axis"], output)
        return ({axis: (axis, IDENTITY) for axis, size in enumerate(output) if size != BATCH and axis != whole},)


for _name, _formula, _gives, _en, _ko in (
    ("softmax", "e^x / Σ e^x", "unit", "Shares that sum to 1.", "합이 1이 되는 몫으로 바꿉니다."),
    ("log_softmax", "x − ln Σ e^x", None, "The logarithm of softmax.", "소프트맥스의 로그입니다."),
):
    row_type(
        _Along,
        _name,
        axis=Argument(AXIS, -1),
        formula=_formula + " along axis {axis}",
        needs="output",
        gives=_gives,
        sentence=Text(_en, _ko),
        source=f"keras/src/ops/nn.py, {_name}",
        examples=(({}, ((4, 3),)), ({"axis": 1}, ((4, 4, 2),))),
    )
