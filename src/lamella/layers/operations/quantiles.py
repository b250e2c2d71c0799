"""Averages with Keras' other arguments, and the numbers that stand at a share of all along an axis."""

from __future__ import annotations

from typing import ClassVar

from lamella.design import Shape
from lamella.layers.activations import Range
from lamella.layers.arguments import FLAG, NOTHING, argument, choice, number, optional
from lamella.layers.operations.elementwise import NOTHING as KEEPS_NOTHING
from lamella.layers.operations.operation import AXIS, OPTIONAL_AXES
from lamella.layers.operations.reductions import Reducing
from lamella.texts.languages import Text


class Average(Reducing, type_name="ops.average"):
    """The average along one axis (null: of all numbers of all images), each number counting the same."""

    axis: int | None = argument(optional(AXIS), None)  # type: ignore[assignment]  # of several Keras knows no average
    weighed: None = argument(NOTHING, None, called="weights")

    formula = "Σ x / n"
    needs = KEEPS_NOTHING
    gives: ClassVar[Range] = "inputs"
    sentence = Text("The average along an axis.", "축을 따라 평균을 냅니다.")
    source = "keras/src/ops/numpy.py, average"
    examples = (({"axis": 1}, ((4, 3),)), ({"axis": -1}, ((4, 4, 2),)))


class _Quantile(Reducing, abstract=True):
    """The number below which a share `q` of all along `axis` lies (null: of all numbers of all images)."""

    q: float = argument(number(0, 1))
    axis: tuple[int, ...] | None = argument(OPTIONAL_AXES, None)
    method: str = argument(choice("linear", "lower", "higher", "midpoint", "nearest"), "linear")
    keepdims: bool = argument(FLAG, False)

    needs = None
    gives: ClassVar[Range] = "inputs"
    formula = "quantile(x)"
    source = "keras/src/backend/tensorflow/numpy.py, quantile"
    examples = (({"q": 0.5, "axis": -1}, ((4, 3),)), ({"q": 0.25, "axis": (1, 2), "keepdims": True}, ((4, 4, 2),)))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return tuple(f"{line}, q = {self.q:g}" for line in super().formulas(inputs, output))


class Quantile(_Quantile, type_name="ops.quantile"):
    """The number below which a share `q` of all along `axis` lies: (B, 9) -> (B,)."""

    sentence = Text(
        "The number below which a share of the others lies.", "다른 수의 일정 비율이 그 아래에 있는 값입니다."
    )


class Percentile(_Quantile, type_name="ops.percentile"):
    """The number below which `q` percent of all along `axis` lie: (B, 9) -> (B,)."""

    q: float = argument(number(0, 100))
    axis: tuple[int, ...] | None = argument(OPTIONAL_AXES, None)
    method: str = argument(choice("linear", "lower", "higher", "midpoint", "nearest"), "linear")
    keepdims: bool = argument(FLAG, False)

    formula = "percentile(x)"
    sentence = Text(
        "The number below which so many percent of the others lie.", "다른 수의 q퍼센트가 그 아래에 있는 값입니다."
    )
    examples = (({"q": 50, "axis": -1}, ((4, 3),)), ({"q": 25, "axis": (1, 2), "keepdims": True}, ((4, 4, 2),)))
