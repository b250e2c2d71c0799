"""Functions of each number of one tensor: a row each, with what TensorFlow's backward pass needs of it."""

from __future__ import annotations

from types import new_class
from typing import ClassVar, Final

from lamella.design import Shape
from lamella.layers.activations import Range
from lamella.layers.arguments import FLAG, TEXT, Argument, argument, integer, number, optional
from lamella.layers.base import Kept, Layer
from lamella.layers.operations.operation import Operation
from lamella.texts.languages import Text


class Elementwise(Operation, abstract=True):
    """A function of each number: (B, ...) -> (B, ...)."""

    in_place = True

    formula: ClassVar[str]
    needs: ClassVar[str]
    """Which tensor the derivative is computed from, as in `activations`."""
    gives: ClassVar[Range] = None

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y = {self.formula.format_map(vars(self))}",)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return Kept(inputs=self.needs == "input", output=self.needs == "output")

    def output_range(self) -> Range:
        return self.gives


# The third column is Keras' own source of the derivative: tensorflow/python/ops/math_grad.py and nn_grad.py.
_ROWS: Final[tuple[tuple[str, str, str, Range, str, str], ...]] = (
    ("absolute", "|x|", "input", "inputs", "Leaves the sign out.", "부호를 없앱니다."),
    ("negative", "−x", "nothing", None, "Turns the sign around.", "부호를 바꿉니다."),
    ("exp", "e^x", "output", None, "Raises e to each number.", "e를 각 수만큼 거듭제곱합니다."),
    ("exp2", "2^x", "output", None, "Raises 2 to each number.", "2를 각 수만큼 거듭제곱합니다."),
    ("expm1", "e^x − 1", "input", None, "e to each number, less 1.", "e를 각 수만큼 거듭제곱하고 1을 뺍니다."),
    ("log", "ln x", "input", None, "The natural logarithm.", "자연로그입니다."),
    ("log10", "log₁₀ x", "input", None, "The logarithm to base 10.", "밑이 10인 로그입니다."),
    ("log1p", "ln(1 + x)", "input", "inputs", "The natural logarithm of 1 more.", "1을 더한 수의 자연로그입니다."),
    ("log2", "log₂ x", "input", None, "The logarithm to base 2.", "밑이 2인 로그입니다."),
    ("sqrt", "√x", "output", "inputs", "The square root.", "제곱근입니다."),
    ("rsqrt", "1 / √x", "output", None, "1 over the square root.", "제곱근의 역수입니다."),
    ("square", "x²", "input", "inputs", "Multiplies each number by itself.", "각 수를 제곱합니다."),
    ("reciprocal", "1 / x", "output", None, "1 over each number.", "각 수의 역수입니다."),
    ("sin", "sin x", "input", "inputs", "The sine of an angle in radians.", "라디안 각의 사인입니다."),
    ("cos", "cos x", "input", "inputs", "The cosine of an angle in radians.", "라디안 각의 코사인입니다."),
    ("tan", "tan x", "input", None, "The tangent of an angle in radians.", "라디안 각의 탄젠트입니다."),
    ("arctan", "arctan x", "input", "inputs", "The angle that has this tangent.", "이 값을 탄젠트로 갖는 각입니다."),
    ("tanh", "tanh x", "output", "inputs", "Presses numbers into -1 to 1.", "수를 -1에서 1 사이로 누릅니다."),
    ("erf", "2/√π · ∫₀ˣ e^(−t²) dt", "input", "inputs", "The error function.", "오차 함수입니다."),
    (
        "sign",
        "x / |x|",
        "nothing",
        "inputs",
        "Keeps nothing but the sign: -1, 0 or 1.",
        "부호만 남깁니다. -1, 0, 1입니다.",
    ),
    ("floor", "⌊x⌋", "nothing", "inputs", "Rounds down.", "아래로 반올림 없이 내립니다."),
    ("ceil", "⌈x⌉", "nothing", "inputs", "Rounds up.", "위로 올립니다."),
    ("stop_gradient", "x", "nothing", "inputs", "Lets no gradient back through.", "기울기를 뒤로 보내지 않습니다."),
    ("logical_not", "¬x", "nothing", None, "True where a number is 0.", "수가 0인 곳이 참입니다."),
    ("isnan", "x ≠ x", "nothing", None, "True where there is no number.", "수가 아닌 곳이 참입니다."),
    ("isinf", "|x| = ∞", "nothing", None, "True where a number is infinite.", "무한대인 곳이 참입니다."),
    ("isfinite", "|x| < ∞", "nothing", None, "True where a number is finite.", "유한한 수인 곳이 참입니다."),
    ("relu", "max(x, 0)", "output", "inputs", "Sets negative numbers to zero.", "음수를 0으로 만듭니다."),
    ("relu6", "min(max(x, 0), 6)", "output", "inputs", "Keeps numbers in 0 to 6.", "수를 0에서 6 사이로 자릅니다."),
    ("sigmoid", "1 / (1 + e^(−x))", "output", "unit", "Presses numbers into 0 to 1.", "수를 0에서 1 사이로 누릅니다."),
    ("silu", "x · sigmoid(x)", "input", None, "A smooth ReLU (swish).", "매끄러운 ReLU(swish)입니다."),
    ("softplus", "ln(1 + e^x)", "input", None, "A smooth ReLU above 0.", "늘 0보다 큰 매끄러운 ReLU입니다."),
    (
        "softsign",
        "x / (1 + |x|)",
        "input",
        "inputs",
        "Presses gently into -1 to 1.",
        "-1에서 1 사이로 완만히 누릅니다.",
    ),
    ("log_sigmoid", "−ln(1 + e^(−x))", "input", None, "The logarithm of sigmoid.", "시그모이드의 로그입니다."),
    (
        "hard_sigmoid",
        "min(max(x/6 + 1/2, 0), 1)",
        "input",
        "unit",
        "Sigmoid in straight lines.",
        "직선으로 만든 시그모이드입니다.",
    ),
    (
        "hard_silu",
        "x · hard_sigmoid(x)",
        "input",
        None,
        "Swish in straight lines and a parabola.",
        "직선과 포물선으로 만든 swish입니다.",
    ),
    ("hard_tanh", "min(max(x, −1), 1)", "input", "inputs", "Keeps numbers in -1 to 1.", "-1에서 1 사이로 자릅니다."),
    (
        "selu",
        "1.0507 · (x > 0 ? x : 1.6733 · (e^x − 1))",
        "output",
        None,
        "An ELU that keeps mean and variance steady.",
        "평균과 분산을 일정하게 두는 ELU입니다.",
    ),
)


def row_type(base: type[Layer], name: str, **facts: object) -> None:
    """Makes and so registers the type "ops.NAME" from a row of facts."""
    body = {"__module__": base.__module__, "__doc__": base.__doc__, **facts}
    new_class(name.title().replace("_", ""), (base,), {"type_name": f"ops.{name}"}, lambda space: space.update(body))


for _name, _formula, _needs, _gives, _en, _ko in _ROWS:
    row_type(
        Elementwise,
        _name,
        formula=_formula,
        needs=_needs,
        gives=_gives,
        sentence=Text(_en, _ko),
        source=f"keras/src/ops, {_name}",
        tensors=("variable",) if _name == "stop_gradient" else ("x",),
        examples=(({}, ((4, 3),)), ({}, ((4, 4, 2),))),
    )


def _with_argument(name: str, kind: object, default: object, *others: object) -> dict[str, object]:
    """The bodies' common part of types with one argument: its declaration and an example of it."""
    examples = tuple(({name: other}, ((4, 3),)) for other in others)
    return {name: Argument(kind, default), "examples": (({}, ((4, 4, 2),)), *examples)}  # type: ignore[arg-type]


row_type(
    Elementwise,
    "round",
    **_with_argument("decimals", integer(-9), 0, 2),
    formula="x rounded to {decimals} decimals",
    needs="nothing",
    gives="inputs",
    sentence=Text("Rounds to the nearest number.", "가장 가까운 수로 반올림합니다."),
    source="keras/src/ops/numpy.py, round",
)
row_type(
    Elementwise,
    "gelu",
    **_with_argument("approximate", FLAG, True, False),
    formula="x · Φ(x)",
    needs="input",
    sentence=Text("Weights each number by how likely a smaller one is.", "더 작은 수가 나올 확률로 각 수를 곱합니다."),
    source="Hendrycks and Gimpel 2016; keras/src/ops/nn.py, gelu",
)
row_type(
    Elementwise,
    "leaky_relu",
    **_with_argument("negative_slope", number(), 0.2, 0.1),
    formula="x > 0 ? x : {negative_slope} · x",
    needs="input",
    sentence=Text("Makes negative numbers smaller instead of zero.", "음수를 0으로 하지 않고 작게 줄입니다."),
    source="keras/src/ops/nn.py, leaky_relu",
)
row_type(
    Elementwise,
    "elu",
    **_with_argument("alpha", number(), 1.0, 0.5),
    formula="x > 0 ? x : {alpha} · (e^x − 1)",
    needs="output",
    sentence=Text("Bends negative numbers towards a floor.", "음수를 아래 한계 쪽으로 굽힙니다."),
    source="keras/src/ops/nn.py, elu",
)


class Clip(Elementwise, type_name="ops.clip"):
    """Each number kept between two bounds: (B, ...) -> (B, ...)."""

    x_min: float = argument(number())
    x_max: float = argument(number())

    formula = "min(max(x, {x_min}), {x_max})"
    needs = "input"
    sentence = Text("Cuts numbers off at a lowest and a highest one.", "가장 작은 값과 가장 큰 값에서 자릅니다.")
    source = "keras/src/ops/numpy.py, clip"
    examples = (({"x_min": 0, "x_max": 1}, ((4, 3),)), ({"x_min": -2.5, "x_max": 6}, ((4, 4, 2),)))

    def output_range(self) -> Range:
        return "unit" if 0 <= self.x_min <= self.x_max <= 1 else None


class Cast(Elementwise, type_name="ops.cast"):
    """The same numbers in another type; `dtype` names it: (B, ...) -> (B, ...)."""

    dtype: str = argument(TEXT)

    formula = "x as {dtype}"
    needs = "nothing"
    gives: ClassVar[Range] = "inputs"
    sentence = Text("Stores numbers in another type.", "수를 다른 자료형으로 저장합니다.")
    source = "keras/src/ops/core.py, cast"
    examples = (({"dtype": "float16"}, ((4, 3),)), ({"dtype": "int32"}, ((4, 4, 2),)))


class _Like(Elementwise, abstract=True):
    """A constant in the input's shape: (B, ...) -> (B, ...)."""

    dtype: str | None = argument(optional(TEXT), None)

    needs = "nothing"
    gives: ClassVar[Range] = "unit"
    source = "keras/src/ops/numpy.py"
    examples = (({}, ((4, 3),)), ({"dtype": "float16"}, ((2,),)))


class ZerosLike(_Like, type_name="ops.zeros_like"):
    """Zeros in the input's shape: (B, ...) -> (B, ...)."""

    formula = "0"
    sentence = Text("Zeros in the same shape.", "같은 모양의 0들입니다.")


class OnesLike(_Like, type_name="ops.ones_like"):
    """Ones in the input's shape: (B, ...) -> (B, ...)."""

    formula = "1"
    sentence = Text("Ones in the same shape.", "같은 모양의 1들입니다.")
