"""Functions that make one number of all along some axes."""

from __future__ import annotations

from typing import ClassVar, Final

from lamella.design import BATCH, Shape
from lamella.layers.activations import Range
from lamella.layers.arguments import FLAG, TEXT, Argument, argument, number, optional
from lamella.layers.axes import shown
from lamella.layers.base import AxisMap, Kept
from lamella.layers.operations.elementwise import INPUT, NOTHING, Needs, row_type
from lamella.layers.operations.operation import AXIS, OPTIONAL_AXES, Operation, places
from lamella.texts.languages import Text
from lamella.window import IDENTITY


class Reducing(Operation, abstract=True):
    """One number of all along `axis` (null: of all, those of other images too)."""

    axis: tuple[int, ...] | None = argument(OPTIONAL_AXES, None)

    keepdims: bool = False
    formula: ClassVar[str]
    needs: ClassVar[Needs | None]
    """None where it is not known."""
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
        sizes = " · ".join(shown(inputs[0][axis]) for axis in gone)
        return (f"y = {self.formula}, axis = {gone}, n = {sizes}",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        shape, gone = inputs[0], self._reduced(inputs[0])
        left = [axis for axis in range(len(shape)) if axis not in gone]
        new = {axis: axis if self.keepdims else at for at, axis in enumerate(left)}
        return ({new[axis]: (axis, IDENTITY) for axis in left if shape[axis] != BATCH},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None if self.needs is None else self.needs.kept(inputs[0], output)

    def output_range(self) -> Range:
        return self.gives


class Reduction(Reducing, abstract=True):
    """One number of all along `axis` (null: of all, those of other images too); with keepdims it stays as size 1."""

    keepdims: bool = argument(FLAG, False)


class _Count(Reducing, abstract=True):
    """How many along `axis` (null: of all, those of other images too)."""


_Row = tuple[str, str, Needs | None, Range, str, str]
_BOTH: Final = Needs(inputs=True, output=True)

# What TensorFlow's gradients read of the forward pass is compared with them in tests/layers/test_operations_kept.py.
_ROWS: Final[tuple[_Row, ...]] = (
    ("mean", "Σ x / n", NOTHING, "inputs", "The average along axes.", "축을 따라 평균을 냅니다."),
    ("sum", "Σ x", NOTHING, None, "Adds up along axes.", "축을 따라 더합니다."),
    ("max", "max x", _BOTH, "inputs", "The largest number along axes.", "축을 따라 가장 큰 수입니다."),
    ("min", "min x", _BOTH, "inputs", "The smallest number along axes.", "축을 따라 가장 작은 수입니다."),
    ("amax", "max x", _BOTH, "inputs", "The largest number along the axes.", "그 축들에서 가장 큰 수입니다."),
    ("amin", "min x", _BOTH, "inputs", "The smallest number along the axes.", "그 축들에서 가장 작은 수입니다."),
    ("var", "Σ (x − mean)² / n", Needs(inner=1), "inputs", "The variance.", "수가 흩어진 정도(분산)입니다."),
    (
        "std",
        "√(Σ (x − mean)² / n)",
        Needs(output=True, inner=1),
        "inputs",
        "The standard deviation.",
        "표준편차입니다.",
    ),
    ("prod", "Π x", INPUT, "inputs", "Multiplies along axes.", "축을 따라 곱합니다."),
    (
        "ptp",
        "max x − min x",
        Needs(inputs=True, reduced=2),
        "inputs",
        "Largest less smallest.",
        "최댓값과 최솟값의 차이입니다.",
    ),
    ("median", "median(x)", None, "inputs", "The number in the middle.", "중앙값입니다."),
    ("logsumexp", "ln Σ e^x", Needs(inner=1, reduced=1), None, "A smooth maximum.", "매끄러운 최댓값입니다."),
    ("count_nonzero", "Σ [x ≠ 0]", NOTHING, None, "Counts what is not 0.", "0이 아닌 수를 셉니다."),
    ("any", "x₁ ∨ x₂ ∨ ...", NOTHING, None, "True where one number is not 0.", "하나라도 0이 아니면 참입니다."),
    ("all", "x₁ ∧ x₂ ∧ ...", NOTHING, None, "True where no number is 0.", "0이 하나도 없으면 참입니다."),
    ("argmax", "argmax x", NOTHING, None, "Where the largest number stands.", "가장 큰 수가 있는 자리입니다."),
    ("argmin", "argmin x", NOTHING, None, "Where the smallest number stands.", "가장 작은 수가 있는 자리입니다."),
)

# The same, over what is a number; where none is, there is none in the result.
_WITHOUT_NAN: Final[tuple[_Row, ...]] = (
    (
        "nanmean",
        "Σ x / n",
        Needs(mask=1, reduced=1),
        "inputs",
        "The average of the numbers.",
        "수인 값들의 평균입니다.",
    ),
    ("nansum", "Σ x", Needs(mask=1), None, "Adds up the numbers.", "수인 값들을 더합니다."),
    ("nanmax", "max x", None, "inputs", "The largest of the numbers.", "수인 값 가운데 가장 큰 수입니다."),
    ("nanmin", "min x", None, "inputs", "The smallest of the numbers.", "수인 값 가운데 가장 작은 수입니다."),
    ("nanvar", "Σ (x − mean)² / n", None, "inputs", "The variance of the numbers.", "수인 값들의 분산입니다."),
    ("nanstd", "√(Σ (x − mean)² / n)", None, "inputs", "Their standard deviation.", "수인 값들의 표준편차입니다."),
    ("nanprod", "Π x", Needs(inner=1, mask=1), "inputs", "Multiplies the numbers.", "수인 값들을 곱합니다."),
    ("nanmedian", "median(x)", None, "inputs", "The number in the middle.", "수인 값들의 중앙값입니다."),
    ("nanargmax", "argmax x", NOTHING, None, "Where the largest number stands.", "가장 큰 수가 있는 자리입니다."),
    ("nanargmin", "argmin x", NOTHING, None, "Where the smallest number stands.", "가장 작은 수가 있는 자리입니다."),
)


def _arguments(name: str) -> dict[str, Argument]:
    """What Keras' function takes besides or instead of `axis` and `keepdims`."""
    if "arg" in name:
        return {"axis": Argument(optional(AXIS), None), "keepdims": Argument(FLAG, False)}
    if name in ("max", "min"):
        return {"initial": Argument(optional(number()), None)}
    return {"dtype": Argument(optional(TEXT), None)} if name == "prod" else {}


for _name, _formula, _needs, _gives, _en, _ko in (*_ROWS, *_WITHOUT_NAN):
    _single = "arg" in _name
    _examples: list[tuple[dict[str, object], tuple[Shape, ...]]] = [
        ({"axis": -1}, ((4, 3),)),
        ({"axis": 1 if _single else (1, 2), "keepdims": True}, ((4, 4, 2),)),
        ({"axis": 2}, ((4, 5, 2),)),
    ]
    row_type(
        _Count if _name == "count_nonzero" else Reduction,
        _name,
        **_arguments(_name),
        formula=_formula,
        needs=_needs,
        gives=_gives,
        sentence=Text(_en, _ko),
        source=f"keras/src/ops, {_name}",
        examples=tuple(each for each in _examples if _name != "count_nonzero" or "keepdims" not in each[0]),
    )
