"""Functions of two tensors, or of a tensor and a number, number by number; and `where`."""

from __future__ import annotations

from typing import ClassVar, Final

from lamella.design import Shape, Size
from lamella.errors import Problem, problem
from lamella.layers.activations import Range
from lamella.layers.arguments import FLAG, argument, number
from lamella.layers.base import Engine, Kept, elements
from lamella.layers.operations.elementwise import row_type
from lamella.layers.operations.operation import NUMBER_FOR_TENSOR, Operation, array_shape, broadcast, open_pairs
from lamella.texts.languages import Text, phrase


class _Joining(Operation, abstract=True):
    formula: ClassVar[str]

    def arrays(self) -> dict[str, Shape]:
        """The shapes of the arrays of constants by the names of their parameters."""
        found = {name: array_shape(vars(self).get(name)) for name in self.tensors}
        return {name: shape for name, shape in found.items() if shape is not None}

    def output_shape(self, *inputs: Shape) -> Shape:
        return broadcast(self.type, (*inputs, *self.arrays().values()))

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        return open_pairs((*inputs, *self.arrays().values()))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        arrays = self.arrays()
        values = {name: vars(self).get(name) for name in self.tensors}
        given = {name: name if value is None or name in arrays else value for name, value in values.items()}
        sizes = (f"{name} ∈ ℝ^({' × '.join(map(str, shape)) or 1})" for name, shape in arrays.items())
        return (f"y = {self.formula.format_map(given)}", *sizes)

    def memory_known(self, engine: Engine, dtype: str) -> bool:
        """How an engine holds an array of constants is not known."""
        return not self.arrays()

    def conflicts(self) -> list[Problem]:
        if any(vars(self)[name] is None for name in self.tensors):
            return []
        reason = phrase("one of them must be a tensor", "하나는 텐서여야 합니다")
        facts = {"first": self.tensors[0], "second": self.tensors[1], "reason": reason, "received": self.changed()}
        return [problem("arguments conflict", **facts, suggestion="")]


class Pair(_Joining, abstract=True):
    """Two tensors, or a tensor and a number, joined number by number; axes of size 1 are repeated, as in Keras."""

    x1: object = argument(NUMBER_FOR_TENSOR, None)
    x2: object = argument(NUMBER_FOR_TENSOR, None)

    tensors: ClassVar[tuple[str, ...]] = ("x1", "x2")
    input_count = (1, 2)
    needed: ClassVar[str]
    """When the backward pass keeps the inputs: never, always, for two tensors, where x2 is one, or unknown."""

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        two = len(inputs) == 2
        if self.needed == "unknown":
            return None
        if self.needed == "power":
            return Kept(inputs=self.x1 is None, output=self.x2 is None)
        return Kept(inputs={"never": False, "always": True, "two": two, "divisor": two or self.x2 is None}[self.needed])


# What TensorFlow's gradients read of the forward pass is compared with them in tests/layers/test_operations_kept.py.
_ROWS: Final = (
    ("add", "{x1} + {x2}", "never", "Adds number by number.", "같은 자리의 수끼리 더합니다."),
    ("subtract", "{x1} − {x2}", "never", "Subtracts number by number.", "같은 자리의 수끼리 뺍니다."),
    ("multiply", "{x1} · {x2}", "two", "Multiplies number by number.", "같은 자리의 수끼리 곱합니다."),
    ("divide", "{x1} / {x2}", "divisor", "Divides number by number.", "같은 자리의 수끼리 나눕니다."),
    ("true_divide", "{x1} / {x2}", "divisor", "Divides, also whole numbers.", "정수도 소수점 아래까지 나눕니다."),
    ("floor_divide", "⌊{x1} / {x2}⌋", "never", "Divides and rounds down.", "나눈 몫을 내림합니다."),
    ("mod", "{x1} − ⌊{x1} / {x2}⌋ · {x2}", "divisor", "What dividing leaves over.", "나눈 나머지입니다."),
    ("power", "{x1}^{x2}", "power", "Raises each number to a power.", "각 수를 거듭제곱합니다."),
    ("maximum", "max({x1}, {x2})", "always", "The larger of two numbers.", "두 수 가운데 큰 쪽입니다."),
    ("minimum", "min({x1}, {x2})", "always", "The smaller of two numbers.", "두 수 가운데 작은 쪽입니다."),
    ("equal", "{x1} = {x2}", "never", "True where two numbers are equal.", "두 수가 같은 자리는 참이 됩니다."),
    ("not_equal", "{x1} ≠ {x2}", "never", "True where two numbers differ.", "두 수가 다른 자리는 참이 됩니다."),
    ("greater", "{x1} > {x2}", "never", "True where the first is larger.", "첫째가 더 큰 자리는 참이 됩니다."),
    (
        "greater_equal",
        "{x1} ≥ {x2}",
        "never",
        "True where the first is not smaller.",
        "첫째가 작지 않은 자리는 참이 됩니다.",
    ),
    ("less", "{x1} < {x2}", "never", "True where the first is smaller.", "첫째가 더 작은 자리는 참이 됩니다."),
    (
        "less_equal",
        "{x1} ≤ {x2}",
        "never",
        "True where the first is not larger.",
        "첫째가 크지 않은 자리는 참이 됩니다.",
    ),
    ("logical_and", "{x1} ∧ {x2}", "never", "True where both are not 0.", "둘 다 0이 아닌 자리는 참이 됩니다."),
    ("logical_or", "{x1} ∨ {x2}", "never", "True where one is not 0.", "하나라도 0이 아닌 자리는 참이 됩니다."),
    ("logical_xor", "{x1} ⊕ {x2}", "never", "True where just one is not 0.", "하나만 0이 아닌 자리는 참이 됩니다."),
    ("arctan2", "arg({x2} + {x1} · i)", "always", "The angle of a point.", "원점에서 본 점의 각도입니다."),
    ("logaddexp", "ln(e^{x1} + e^{x2})", "unknown", "A smooth maximum.", "매끄러운 최댓값입니다."),
    (
        "logaddexp2",
        "log₂(2^{x1} + 2^{x2})",
        "unknown",
        "A smooth maximum to base 2.",
        "밑이 2인 매끄러운 최댓값입니다.",
    ),
    ("fmax", "max({x1}, {x2})", "unknown", "The larger, or the one that is a number.", "큰 쪽, 또는 수인 쪽입니다."),
    ("fmin", "min({x1}, {x2})", "unknown", "The smaller, or the one that is a number.", "작은 쪽, 또는 수인 쪽입니다."),
    (
        "fmod",
        "{x1} − trunc({x1} / {x2}) · {x2}",
        "unknown",
        "What is left, signed as x1.",
        "x1의 부호를 따르는 나머지입니다.",
    ),
    ("divide_no_nan", "{x1} / {x2}", "divisor", "Divides; 0 where x2 is 0.", "나눕니다. x2가 0이면 0입니다."),
    (
        "nextafter",
        "nextafter({x1}, {x2})",
        "unknown",
        "The next number towards x2.",
        "x2 쪽으로 바로 다음 수입니다.",
    ),
)

for _name, _formula, _needed, _en, _ko in _ROWS:
    row_type(
        Pair,
        _name,
        formula=_formula,
        needed=_needed,
        sentence=Text(_en, _ko),
        source=f"keras/src/ops/numpy.py, {_name}",
        examples=(({}, ((4, 3), (4, 3))), ({"x2": 2}, ((4, 4, 2),)), ({"x1": 3}, ((5,),)), ({}, ((4, 1), (1, 3)))),
    )


class _BothTensors(_Joining, abstract=True):
    """Two tensors joined number by number, of which Keras takes neither as a number."""

    tensors: ClassVar[tuple[str, ...]] = ("x1", "x2")
    input_count = (2, 2)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y = {self.formula}",)

    def conflicts(self) -> list[Problem]:
        return []

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None


for _name, _formula, _en, _ko in (
    ("hypot", "√(x1² + x2²)", "The long side of a right triangle.", "직각삼각형의 빗변입니다."),
    ("heaviside", "x1 > 0 ? 1 : x1 < 0 ? 0 : x2", "A step at 0.", "0에서 오르는 계단입니다."),
):
    row_type(
        _BothTensors,
        _name,
        formula=_formula,
        sentence=Text(_en, _ko),
        source=f"keras/src/ops/numpy.py, {_name}",
        examples=(({}, ((4, 3), (4, 3))), ({}, ((4, 1), (1, 3)))),
    )


class IsClose(Pair, type_name="ops.isclose"):
    """True where two numbers differ by no more than `atol` + `rtol` · |x2|; axes of size 1 are repeated."""

    rtol: float = argument(number(), 1e-5)
    atol: float = argument(number(), 1e-8)
    equal_nan: bool = argument(FLAG, False)

    formula = "|{x1} − {x2}| ≤ atol + rtol · |{x2}|"
    needed = "never"
    sentence = Text("True where two numbers are nearly equal.", "두 수가 거의 같은 자리는 참이 됩니다.")
    source = "keras/src/ops/numpy.py, isclose"
    examples = (({}, ((4, 3), (4, 3))), ({"x2": 1.0, "atol": 0.1}, ((4, 4, 2),)))


class Where(_Joining, type_name="ops.where"):
    """Numbers of x1 where the condition is true, else those of x2; axes of size 1 are repeated."""

    x1: object = argument(NUMBER_FOR_TENSOR, None)
    x2: object = argument(NUMBER_FOR_TENSOR, None)

    tensors = ("condition", "x1", "x2")
    input_count = (1, 3)
    formula = "condition ? {x1} : {x2}"
    sentence = Text("Chooses between two numbers by a condition.", "조건에 따라 두 수 가운데 하나를 고릅니다.")
    source = "keras/src/ops/numpy.py, where"
    examples = (
        ({}, ((4, 3), (4, 3), (4, 3))),
        ({"x2": 0.0}, ((4, 1), (4, 3))),
        ({"x1": 1.0, "x2": 0.0}, ((5,),)),
    )

    def conflicts(self) -> list[Problem]:
        return []

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """The condition, one byte a number, where a gradient goes anywhere."""
        return Kept(mask=elements(inputs[0]) or 0) if len(inputs) > 1 else Kept()

    def output_range(self) -> Range:
        given = [value for value in (self.x1, self.x2) if value is not None]
        return "inputs" if all(isinstance(value, (int, float)) and 0 <= value <= 1 for value in given) else None
