"""Activations as functions of each number of one tensor."""

from __future__ import annotations

from typing import Final

from lamella.design import Shape
from lamella.layers.activations import FORMULAS, Range
from lamella.layers.arguments import FLAG, argument, number
from lamella.layers.base import Kept
from lamella.layers.operations.elementwise import INPUT, OUTPUT, Elementwise, Needs, row_type, rows, with_argument
from lamella.texts.languages import Text

# What TensorFlow's gradients read of the forward pass is compared with them in tests/layers/test_operations_kept.py.
_ROWS: Final[tuple[tuple[str, str, Needs, Range, str, str], ...]] = (
    ("relu", "max(x, 0)", OUTPUT, "inputs", "Sets negative numbers to zero.", "음수를 0으로 만듭니다."),
    ("relu6", "min(max(x, 0), 6)", OUTPUT, "inputs", "Keeps numbers in 0 to 6.", "수를 0에서 6 사이로 제한합니다."),
    ("sigmoid", "1 / (1 + e^(−x))", OUTPUT, "unit", "Presses numbers into 0 to 1.", "수를 0과 1 사이로 압축합니다."),
    ("silu", "x · sigmoid(x)", INPUT, None, "A smooth ReLU (swish).", "매끄러운 ReLU(swish)입니다."),
    ("softplus", "ln(1 + e^x)", INPUT, None, "A smooth ReLU above 0.", "늘 0보다 큰 매끄러운 ReLU입니다."),
    (
        "softsign",
        "x / (1 + |x|)",
        INPUT,
        "inputs",
        "Presses gently into -1 to 1.",
        "-1과 1 사이로 완만하게 압축합니다.",
    ),
    ("log_sigmoid", "−ln(1 + e^(−x))", Needs(inner=1), None, "The logarithm of sigmoid.", "시그모이드의 로그입니다."),
    (
        "hard_sigmoid",
        "min(max(x/6 + 1/2, 0), 1)",
        Needs(inner=1),
        "unit",
        "Sigmoid in straight lines.",
        "직선 조각으로 만든 시그모이드입니다.",
    ),
    (
        "hard_silu",
        "x · hard_sigmoid(x)",
        Needs(inputs=True, inner=2),
        None,
        "Swish in straight lines and a parabola.",
        "직선과 포물선으로 만든 swish입니다.",
    ),
    (
        "hard_tanh",
        "min(max(x, −1), 1)",
        Needs(inputs=True, inner=1),
        "inputs",
        "Keeps numbers in -1 to 1.",
        "수를 -1에서 1 사이로 제한합니다.",
    ),
    (
        "selu",
        "1.0507 · (x > 0 ? x : 1.6733 · (e^x − 1))",
        OUTPUT,
        None,
        "An ELU that keeps mean and variance steady.",
        "평균과 분산을 일정하게 두는 ELU입니다.",
    ),
    (
        "tanh_shrink",
        FORMULAS["tanh_shrink"],
        Needs(inner=1),
        "inputs",
        "Takes tanh away, so that small numbers go to 0.",
        "쌍곡탄젠트를 빼서 작은 수를 0에 가깝게 합니다.",
    ),
    (
        "sparse_plus",
        FORMULAS["sparse_plus"],
        Needs(inner=1, mask=2),
        "inputs",
        "A softplus that is 0 below -1.",
        "-1 아래에서 0이 되는 소프트플러스입니다.",
    ),
    (
        "sparse_sigmoid",
        FORMULAS["sparse_sigmoid"],
        Needs(mask=2),
        "unit",
        "A straight line from 0 at -1 to 1 at 1.",
        "-1에서 0, 1에서 1이 되는 직선입니다.",
    ),
)

rows(Elementwise, _ROWS)


class _Gelu(Elementwise, abstract=True):
    """x · Φ(x), Φ the share of a normal distribution below x: (B, ...) -> (B, ...)."""

    approximate: bool = argument(FLAG, True)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """The inner steps of the formula with tanh, or of that with erfc."""
        return Needs(inputs=self.approximate, inner=3).kept(inputs[0], output)


row_type(
    _Gelu,
    "gelu",
    examples=(({}, ((4, 4, 2),)), ({"approximate": False}, ((4, 3),))),
    formula="x · Φ(x)",
    sentence=Text(
        "Weights each number by how likely a smaller one is.", "각 수에 그보다 작은 수가 나올 확률을 곱합니다."
    ),
    source="Hendrycks and Gimpel 2016; keras/src/ops/nn.py, gelu",
)
row_type(
    Elementwise,
    "leaky_relu",
    **with_argument("negative_slope", number(), 0.2, 0.1),
    formula="x > 0 ? x : {negative_slope} · x",
    needs=INPUT,
    sentence=Text("Makes negative numbers smaller instead of zero.", "음수를 0으로 만들지 않고 작게 줄입니다."),
    source="keras/src/ops/nn.py, leaky_relu",
)


class Elu(Elementwise, type_name="ops.elu"):
    """x above 0, alpha · (e^x − 1) below: (B, ...) -> (B, ...)."""

    alpha: float = argument(number(), 1.0)

    formula = "x > 0 ? x : {alpha} · (e^x − 1)"
    sentence = Text("Bends negative numbers towards a floor.", "음수를 하한 쪽으로 부드럽게 구부립니다.")
    source = "keras/src/ops/nn.py, elu"
    examples = (({}, ((4, 4, 2),)), ({"alpha": 0.5}, ((4, 3),)))

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """With another alpha, TensorFlow's own ELU and a mask of where it is scaled."""
        return (OUTPUT if self.alpha == 1 else Needs(inner=1, mask=1)).kept(inputs[0], output)


row_type(
    Elementwise,
    "celu",
    **with_argument("alpha", number(), 1.0, 0.5),
    formula="max(x, 0) + {alpha} · min(e^(x / {alpha}) − 1, 0)",
    needs=Needs(inputs=True, inner=1),
    sentence=Text("An ELU whose slope has no step.", "기울기가 끊기지 않는 ELU입니다."),
    source="Barron 2017; keras/src/ops/nn.py, celu",
)
row_type(
    Elementwise,
    "hard_shrink",
    **with_argument("threshold", number(), 0.5, 0.2),
    formula="x · [|x| > {threshold}]",
    needs=Needs(mask=1),
    gives="inputs",
    sentence=Text("Sets small numbers to zero.", "작은 수를 0으로 만듭니다."),
    source="keras/src/ops/nn.py, hard_shrink",
)
row_type(
    Elementwise,
    "soft_shrink",
    **with_argument("threshold", number(0), 0.5, 0.2),
    formula="max(x − {threshold}, 0) + min(x + {threshold}, 0)",
    needs=Needs(mask=2),
    gives="inputs",
    sentence=Text("Moves numbers towards zero, small ones onto it.", "수를 0 쪽으로 옮기고, 작은 수는 0으로 만듭니다."),
    source="keras/src/ops/nn.py, soft_shrink",
)
row_type(
    Elementwise,
    "squareplus",
    **with_argument("b", number(), 4.0, 2.0),
    formula="(x + √(x² + {b})) / 2",
    needs=Needs(inputs=True, inner=1),
    sentence=Text("A smooth ReLU without exponentials.", "지수 함수 없이 만든 매끄러운 ReLU입니다."),
    source="Barron 2021; keras/src/ops/nn.py, squareplus",
)


class Threshold(Elementwise, type_name="ops.threshold"):
    """x above the threshold, another number elsewhere: (B, ...) -> (B, ...)."""

    threshold: float = argument(number())
    default_value: float = argument(number())

    formula = "x > {threshold} ? x : {default_value}"
    needs = Needs(mask=1)
    sentence = Text("Puts one number where it is not above a threshold.", "문턱값을 넘지 않는 수를 한 값으로 바꿉니다.")
    source = "keras/src/ops/nn.py, threshold"
    examples = (
        ({"threshold": 0.1, "default_value": 0}, ((4, 3),)),
        ({"threshold": 1, "default_value": -2.5}, ((4, 4, 2),)),
    )

    def output_range(self) -> Range:
        return "inputs" if 0 <= self.default_value <= 1 else None


class Clip(Elementwise, type_name="ops.clip"):
    """Each number kept between two bounds: (B, ...) -> (B, ...)."""

    x_min: float = argument(number())
    x_max: float = argument(number())

    formula = "min(max(x, {x_min}), {x_max})"
    needs = Needs(inputs=True, inner=1)
    sentence = Text("Cuts numbers off at a lowest and a highest one.", "수를 정한 최솟값과 최댓값 사이로 제한합니다.")
    source = "keras/src/ops/numpy.py, clip"
    examples = (({"x_min": 0, "x_max": 1}, ((4, 3),)), ({"x_min": -2.5, "x_max": 6}, ((4, 4, 2),)))

    def output_range(self) -> Range:
        return "unit" if 0 <= self.x_min <= self.x_max <= 1 else None
