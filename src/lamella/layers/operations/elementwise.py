"""Functions of each number of one tensor: a row each, with what TensorFlow's backward pass needs of it."""

from __future__ import annotations

from types import new_class
from typing import ClassVar, Final, NamedTuple

from lamella.design import Shape
from lamella.layers.activations import Range
from lamella.layers.arguments import FLAG, TEXT, Argument, argument, integer, number, optional
from lamella.layers.base import Kept, Layer, elements
from lamella.layers.operations.operation import Operation
from lamella.texts.languages import Text


class Needs(NamedTuple):
    """What the backward pass keeps: the input, the result, and arrays that live inside only.

    Those of the input's size are counted in `inner` (numbers) and `mask` (bytes), those of the result's size, where
    that is another, in `reduced` and `reduced_mask`.
    """

    inputs: bool = False
    output: bool = False
    inner: int = 0
    mask: int = 0
    reduced: int = 0
    reduced_mask: int = 0

    def kept(self, shape: Shape, output: Shape) -> Kept:
        before, after = elements(shape) or 0, elements(output) or 0
        inner = self.inner * before + self.reduced * after
        return Kept(self.inputs, self.output, inner, self.mask * before + self.reduced_mask * after)


NOTHING: Final = Needs()
INPUT: Final = Needs(inputs=True)
OUTPUT: Final = Needs(output=True)


class Elementwise(Operation, abstract=True):
    """A function of each number: (B, ...) -> (B, ...)."""

    in_place = True

    formula: ClassVar[str]
    needs: ClassVar[Needs]
    gives: ClassVar[Range] = None

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y = {self.formula.format_map(vars(self))}",)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return self.needs.kept(inputs[0], output)

    def output_range(self) -> Range:
        return self.gives


# What TensorFlow's gradients read of the forward pass is compared with them in tests/layers/test_operations_kept.py.
_ROWS: Final[tuple[tuple[str, str, Needs, Range, str, str], ...]] = (
    ("absolute", "|x|", INPUT, "inputs", "Leaves the sign out.", "부호를 없앱니다."),
    ("negative", "−x", NOTHING, None, "Turns the sign around.", "부호를 바꿉니다."),
    ("exp", "e^x", OUTPUT, None, "Raises e to each number.", "e를 각 수만큼 거듭제곱합니다."),
    ("exp2", "2^x", OUTPUT, None, "Raises 2 to each number.", "2를 각 수만큼 거듭제곱합니다."),
    ("expm1", "e^x − 1", INPUT, None, "e to each number, less 1.", "e를 각 수만큼 거듭제곱하고 1을 뺍니다."),
    ("log", "ln x", INPUT, None, "The natural logarithm.", "자연로그입니다."),
    ("log10", "log₁₀ x", INPUT, None, "The logarithm to base 10.", "밑이 10인 로그입니다."),
    ("log1p", "ln(1 + x)", INPUT, "inputs", "The natural logarithm of 1 more.", "1을 더한 수의 자연로그입니다."),
    ("log2", "log₂ x", INPUT, None, "The logarithm to base 2.", "밑이 2인 로그입니다."),
    ("sqrt", "√x", OUTPUT, "inputs", "The square root.", "제곱근입니다."),
    ("rsqrt", "1 / √x", OUTPUT, None, "1 over the square root.", "제곱근의 역수입니다."),
    ("square", "x²", INPUT, "inputs", "Multiplies each number by itself.", "각 수를 제곱합니다."),
    ("reciprocal", "1 / x", OUTPUT, None, "1 over each number.", "각 수의 역수입니다."),
    ("sin", "sin x", INPUT, "inputs", "The sine of an angle in radians.", "라디안으로 잰 각의 사인입니다."),
    ("cos", "cos x", INPUT, "inputs", "The cosine of an angle in radians.", "라디안으로 잰 각의 코사인입니다."),
    ("tan", "tan x", INPUT, None, "The tangent of an angle in radians.", "라디안으로 잰 각의 탄젠트입니다."),
    ("arctan", "arctan x", INPUT, "inputs", "The angle that has this tangent.", "이 값을 탄젠트로 갖는 각입니다."),
    ("tanh", "tanh x", OUTPUT, "inputs", "Presses numbers into -1 to 1.", "수를 -1과 1 사이로 압축합니다."),
    ("erf", "2/√π · ∫₀ˣ e^(−t²) dt", INPUT, "inputs", "The error function.", "오차 함수입니다."),
    (
        "sign",
        "x / |x|",
        NOTHING,
        "inputs",
        "Keeps nothing but the sign: -1, 0 or 1.",
        "부호만 남깁니다(-1, 0, 1).",
    ),
    ("floor", "⌊x⌋", NOTHING, "inputs", "Rounds down.", "내림하여 정수로 만듭니다."),
    ("ceil", "⌈x⌉", NOTHING, "inputs", "Rounds up.", "올림하여 정수로 만듭니다."),
    ("stop_gradient", "x", NOTHING, "inputs", "Lets no gradient back through.", "기울기를 뒤로 보내지 않습니다."),
    ("logical_not", "¬x", NOTHING, None, "True where a number is 0.", "수가 0인 자리는 참이 됩니다."),
    ("isnan", "x ≠ x", NOTHING, None, "True where there is no number.", "수가 아닌 자리는 참이 됩니다."),
    ("isinf", "|x| = ∞", NOTHING, None, "True where a number is infinite.", "무한대인 자리는 참이 됩니다."),
    ("isfinite", "|x| < ∞", NOTHING, None, "True where a number is finite.", "유한한 수인 자리는 참이 됩니다."),
    ("arccos", "arccos x", INPUT, None, "The angle that has this cosine.", "이 값을 코사인으로 갖는 각입니다."),
    ("arccosh", "arccosh x", OUTPUT, None, "The inverse of cosh.", "쌍곡코사인의 역함수입니다."),
    ("arcsin", "arcsin x", INPUT, None, "The angle that has this sine.", "이 값을 사인으로 갖는 각입니다."),
    ("arcsinh", "arcsinh x", OUTPUT, "inputs", "The inverse of sinh.", "쌍곡사인의 역함수입니다."),
    ("arctanh", "arctanh x", INPUT, None, "The inverse of tanh.", "쌍곡탄젠트의 역함수입니다."),
    ("cosh", "(e^x + e^(−x)) / 2", INPUT, None, "The hyperbolic cosine.", "쌍곡코사인입니다."),
    ("sinh", "(e^x − e^(−x)) / 2", INPUT, None, "The hyperbolic sine.", "쌍곡사인입니다."),
    ("sinc", "sin(π · x) / (π · x)", Needs(inner=2, mask=1), "inputs", "The sinc function.", "싱크 함수입니다."),
    ("cbrt", "∛x", Needs(inputs=True, inner=2), "inputs", "The cube root.", "세제곱근입니다."),
    ("deg2rad", "x · π / 180", NOTHING, "inputs", "Degrees as radians.", "도를 라디안으로 바꿉니다."),
    ("rad2deg", "x · 180 / π", NOTHING, None, "Radians as degrees.", "라디안을 도로 바꿉니다."),
    ("erfc", "1 − erf(x)", INPUT, "inputs", "What the error function leaves of 1.", "1에서 오차 함수를 뺀 값입니다."),
    ("erfinv", "erf⁻¹(x)", OUTPUT, None, "The inverse of the error function.", "오차 함수의 역함수입니다."),
    ("i0", "Σ (x² / 4)^k / k!²", INPUT, None, "The Bessel function of order 0.", "0차 베셀 함수입니다."),
    ("trunc", "⌊|x|⌋ · x / |x|", NOTHING, "inputs", "Rounds towards 0.", "소수점 아래를 버립니다."),
    ("fabs", "|x|", INPUT, "inputs", "Leaves the sign out.", "부호를 없앱니다."),
    ("copy", "x", NOTHING, "inputs", "The same numbers once more.", "같은 수를 복사합니다."),
    ("conjugate", "x̄", NOTHING, "inputs", "The complex conjugate.", "켤레 복소수입니다."),
    ("real", "Re x", NOTHING, "inputs", "The real part.", "실수부입니다."),
    ("imag", "Im x", NOTHING, None, "The imaginary part.", "허수부입니다."),
    ("angle", "arg x", NOTHING, None, "The angle of a complex number.", "복소수의 편각입니다."),
    ("signbit", "x < 0", NOTHING, None, "True where the sign is minus.", "부호가 음인 자리는 참이 됩니다."),
    ("isneginf", "x = −∞", NOTHING, None, "True where it is -infinity.", "음의 무한대인 자리는 참이 됩니다."),
    ("isposinf", "x = ∞", NOTHING, None, "True where it is infinity.", "양의 무한대인 자리는 참이 됩니다."),
    ("isreal", "Im x = 0", NOTHING, None, "True where a number is real.", "실수인 자리는 참이 됩니다."),
)


def row_type(base: type[Layer], name: str, **facts: object) -> None:
    """Makes and so registers the type "ops.NAME" from a row of facts."""
    body = {"__module__": base.__module__, "__doc__": base.__doc__, **facts}
    new_class(name.title().replace("_", ""), (base,), {"type_name": f"ops.{name}"}, lambda space: space.update(body))


def rows(base: type[Elementwise], table: tuple[tuple[str, str, Needs, Range, str, str], ...], **common: object) -> None:
    """Makes the types of a table."""
    for name, formula, needs, gives, english, korean in table:
        facts = {"source": f"keras/src/ops, {name}", "examples": (({}, ((4, 3),)), ({}, ((4, 4, 2),)))} | common
        facts["tensors"] = ("variable",) if name == "stop_gradient" else ("x",)
        row_type(base, name, formula=formula, needs=needs, gives=gives, sentence=Text(english, korean), **facts)


rows(Elementwise, _ROWS)


def with_argument(name: str, kind: object, default: object, *others: object) -> dict[str, object]:
    """The bodies' common part of types with one argument: its declaration and an example of it."""
    examples = tuple(({name: other}, ((4, 3),)) for other in others)
    return {name: Argument(kind, default), "examples": (({}, ((4, 4, 2),)), *examples)}  # type: ignore[arg-type]


row_type(
    Elementwise,
    "round",
    **with_argument("decimals", integer(-9), 0, 2),
    formula="round(x, {decimals})",
    needs=NOTHING,
    gives="inputs",
    sentence=Text("Rounds to the nearest number.", "가장 가까운 수로 반올림합니다."),
    source="keras/src/ops/numpy.py, round",
)


class Cast(Elementwise, type_name="ops.cast"):
    """The same numbers in another type; `dtype` names it: (B, ...) -> (B, ...)."""

    dtype: str = argument(TEXT)

    formula = "x as {dtype}"
    needs = NOTHING
    gives: ClassVar[Range] = "inputs"
    sentence = Text("Stores numbers in another type.", "수를 다른 자료형으로 저장합니다.")
    source = "keras/src/ops/core.py, cast"
    examples = (({"dtype": "float16"}, ((4, 3),)), ({"dtype": "int32"}, ((4, 4, 2),)))


class SaturateCast(Cast, type_name="ops.saturate_cast"):
    """The same numbers in another type, cut off at its lowest and highest: (B, ...) -> (B, ...)."""

    formula = "min(max(x, lowest), highest) as {dtype}"
    gives: ClassVar[Range] = "inputs"
    sentence = Text("Stores numbers in another type, cut off where it ends.", "다른 자료형의 범위로 잘라 저장합니다.")
    source = "keras/src/ops/core.py, saturate_cast"

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None


class Array(Elementwise, type_name="ops.array"):
    """The same numbers, in another type where `dtype` names one: (B, ...) -> (B, ...)."""

    dtype: str | None = argument(optional(TEXT), None)

    formula = "x"
    needs = NOTHING
    gives: ClassVar[Range] = "inputs"
    sentence = Text(
        "The same numbers, in another type where one is named.", "같은 수를, 자료형을 적었으면 그 자료형으로 둡니다."
    )
    source = "keras/src/ops/numpy.py, array"
    examples = (({}, ((4, 3),)), ({"dtype": "float16"}, ((4, 4, 2),)))


class ConvertToTensor(Array, type_name="ops.convert_to_tensor"):
    """The same numbers, in another type where `dtype` names one: (B, ...) -> (B, ...)."""

    sparse: bool | None = argument(optional(FLAG), None)
    ragged: bool | None = argument(optional(FLAG), None)

    source = "keras/src/ops/core.py, convert_to_tensor"


class NanToNum(Elementwise, type_name="ops.nan_to_num"):
    """Numbers in place of what is none: (B, ...) -> (B, ...)."""

    nan: float = argument(number(), 0.0)
    posinf: float | None = argument(optional(number()), None)
    neginf: float | None = argument(optional(number()), None)

    formula = "x, {nan} (x ≠ x)"
    needs = Needs(mask=3)
    gives: ClassVar[Range] = "inputs"
    sentence = Text("Puts numbers where there are none.", "수가 아닌 값을 수로 바꿉니다.")
    source = "keras/src/ops/numpy.py, nan_to_num"
    examples = (({}, ((4, 3),)), ({"nan": 1.0, "posinf": 9.0}, ((4, 4, 2),)))


class _Like(Elementwise, abstract=True):
    """A constant in the input's shape: (B, ...) -> (B, ...)."""

    dtype: str | None = argument(optional(TEXT), None)

    needs = NOTHING
    gives: ClassVar[Range] = "unit"
    source = "keras/src/ops/numpy.py"
    examples = (({}, ((4, 3),)), ({"dtype": "float16"}, ((2,),)))


class ZerosLike(_Like, type_name="ops.zeros_like"):
    """Zeros in the input's shape: (B, ...) -> (B, ...)."""

    formula = "0"
    sentence = Text("Zeros in the same shape.", "같은 모양을 0으로 채웁니다.")


class OnesLike(_Like, type_name="ops.ones_like"):
    """Ones in the input's shape: (B, ...) -> (B, ...)."""

    formula = "1"
    sentence = Text("Ones in the same shape.", "같은 모양을 1로 채웁니다.")


class EmptyLike(_Like, type_name="ops.empty_like"):
    """Any numbers in the input's shape: (B, ...) -> (B, ...)."""

    formula = "?"
    gives: ClassVar[Range] = None
    sentence = Text("Any numbers in the same shape.", "같은 모양을 만들되 값은 정하지 않습니다.")


class FullLike(Elementwise, type_name="ops.full_like"):
    """One number in the input's shape: (B, ...) -> (B, ...)."""

    fill_value: float = argument(number())
    dtype: str | None = argument(optional(TEXT), None)

    formula = "{fill_value}"
    needs = NOTHING
    sentence = Text("One number everywhere, in the same shape.", "같은 모양을 한 수로 채웁니다.")
    source = "keras/src/ops/numpy.py, full_like"
    examples = (({"fill_value": 2}, ((4, 3),)), ({"fill_value": 0.5, "dtype": "float16"}, ((2,),)))

    def output_range(self) -> Range:
        return "unit" if 0 <= self.fill_value <= 1 else None
