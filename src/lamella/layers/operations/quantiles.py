"""Averages with Keras' other arguments, and the numbers that stand at a share of all along an axis."""

from __future__ import annotations

from typing import ClassVar

from lamella.design import Shape
from lamella.layers.activations import Range
from lamella.layers.arguments import FLAG, NOTHING, Kind, argument, choice, number, optional
from lamella.layers.base import AxisMap
from lamella.layers.operations.elementwise import NOTHING as KEEPS_NOTHING
from lamella.layers.operations.operation import AXIS, OPTIONAL_AXES
from lamella.layers.operations.reductions import Reducing
from lamella.texts.languages import Text, phrase


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


def _one_or_several(high: float) -> Kind:
    """A number from 0 to `high`, or a list of two or more: the shape that Keras gives for one has an axis too few."""
    one = number(0, high)

    def parse(value: object) -> object:
        return tuple(map(one.parse, value)) if isinstance(value, (list, tuple)) and len(value) > 1 else one.parse(value)

    words = phrase("{kind}, or a list of two or more such", "{kind} 또는 그런 수 둘 이상의 목록", kind=one.expected)
    return Kind(words, parse, one.example)


class _Quantile(Reducing, abstract=True):
    """The number below which a share `q` of all along `axis` lies (null: of all numbers of all images).

    Of several shares the output has one after the other along a first axis.
    """

    q: float | tuple[float, ...] = argument(_one_or_several(1))
    axis: tuple[int, ...] | None = argument(OPTIONAL_AXES, None)
    method: str = argument(choice("linear", "lower", "higher", "midpoint", "nearest"), "linear")
    keepdims: bool = argument(FLAG, False)

    needs = None
    gives: ClassVar[Range] = "inputs"
    formula = "quantile(x)"
    source = "keras/src/backend/tensorflow/numpy.py, quantile"
    examples = (
        ({"q": 0.5, "axis": -1}, ((4, 3),)),
        ({"q": 0.25, "axis": (1, 2), "keepdims": True}, ((4, 4, 2),)),
        ({"q": [0.1, 0.5, 0.9], "axis": 1}, ((4, 3),)),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        return (*self._several(), *super().output_shape(*inputs))

    def _several(self) -> tuple[int, ...]:
        return (len(self.q),) if isinstance(self.q, tuple) else ()

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        shares = self.q if isinstance(self.q, tuple) else (self.q,)
        named = ", ".join(f"{each:g}" for each in shares)
        return tuple(f"{line}, q = {named}" for line in super().formulas(inputs, output))

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        behind = len(self._several())
        return tuple({axis + behind: seen for axis, seen in each.items()} for each in super().views(inputs, output))


class Quantile(_Quantile, type_name="ops.quantile"):
    """The number below which a share `q` of all along `axis` lies: (B, 9) -> (B,)."""

    sentence = Text(
        "The number below which a share of the others lies.", "다른 수의 일정 비율이 그 아래에 있는 값입니다."
    )


class Percentile(_Quantile, type_name="ops.percentile"):
    """The number below which `q` percent of all along `axis` lie: (B, 9) -> (B,)."""

    q: float | tuple[float, ...] = argument(_one_or_several(100))
    axis: tuple[int, ...] | None = argument(OPTIONAL_AXES, None)
    method: str = argument(choice("linear", "lower", "higher", "midpoint", "nearest"), "linear")
    keepdims: bool = argument(FLAG, False)

    formula = "percentile(x)"
    sentence = Text(
        "The number below which so many percent of the others lie.", "다른 수의 q퍼센트가 그 아래에 있는 값입니다."
    )
    examples = (
        ({"q": 50, "axis": -1}, ((4, 3),)),
        ({"q": 25, "axis": (1, 2), "keepdims": True}, ((4, 4, 2),)),
        ({"q": [5, 95], "axis": -1}, ((4, 3),)),
    )
