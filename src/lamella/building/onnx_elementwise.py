"""Operations in ONNX on single numbers of one tensor, of two, and of a tensor and a number."""

from __future__ import annotations

from math import log, pi
from typing import TYPE_CHECKING, Final

import numpy as np

from lamella.building.onnx_activations import one, scaled
from lamella.building.onnx_values import Value, together
from lamella.building.onnx_writers import NO_WRITER, Unwritable, Use, writes

if TYPE_CHECKING:
    from collections.abc import Callable

    from lamella.building.onnx_graph import Function, Graph

    Join = Callable[[Graph, str, str], str]


def _square(graph: Graph, x: str) -> str:
    return graph.add("Mul", x, x)


def _rsqrt(graph: Graph, x: str) -> str:
    return graph.add("Reciprocal", graph.add("Sqrt", x))


def _expm1(graph: Graph, x: str) -> str:
    """tanh(x / 2) · (e^x + 1): e^x − 1 itself has no digits left where x is small."""
    return graph.add("Mul", graph.add("Tanh", scaled(graph, x, 0.5)), scaled(graph, graph.add("Exp", x), 1, 1))


def _log1p(graph: Graph, x: str) -> str:
    """2 · artanh(x / (x + 2)) where 1 + x would lose x' digits; beyond, where x / (x + 2) nears 1, ln(1 + x)."""
    small = graph.add("Less", graph.add("Abs", x), graph.number(0.5))
    near = scaled(graph, graph.add("Atanh", graph.add("Div", x, scaled(graph, x, 1, 2))), 2)
    return graph.add("Where", small, near, graph.add("Log", scaled(graph, x, 1, 1)))


def _erfc(graph: Graph, x: str) -> str:
    """1 − erf(x), to 1e-7 of 1: relative to itself it is exact below 1 only, and 0 from about 4 on."""
    return graph.add("Sub", graph.number(1), graph.add("Erf", x))


def _trunc(graph: Graph, x: str) -> str:
    return graph.add("Mul", graph.add("Sign", x), graph.add("Floor", graph.add("Abs", x)))


def _cbrt(graph: Graph, x: str) -> str:
    root = graph.add("Pow", graph.add("Abs", x), graph.number(1 / 3))
    return graph.add("Mul", graph.add("Sign", x), root)


def _sinc(graph: Graph, x: str) -> str:
    """1 where x is 0."""
    turned = scaled(graph, x, pi)
    none = graph.add("Equal", turned, graph.number(0))
    return graph.add("Where", none, graph.number(1), graph.add("Div", graph.add("Sin", turned), turned))


def _times(factor: float) -> Function:
    return lambda graph, x: scaled(graph, x, factor)


def _log(base: float) -> Function:
    return lambda graph, x: scaled(graph, graph.add("Log", x), 1 / log(base))


_ONE: Final[dict[str, Function]] = {
    "absolute": one("Abs"),
    "fabs": one("Abs"),
    "negative": one("Neg"),
    "exp": one("Exp"),
    "exp2": lambda graph, x: graph.add("Pow", graph.number(2), x),
    "expm1": _expm1,
    "log": one("Log"),
    "log10": _log(10),
    "log2": _log(2),
    "log1p": _log1p,
    "sqrt": one("Sqrt"),
    "rsqrt": _rsqrt,
    "square": _square,
    "reciprocal": one("Reciprocal"),
    "sin": one("Sin"),
    "cos": one("Cos"),
    "tan": one("Tan"),
    "arcsin": one("Asin"),
    "arccos": one("Acos"),
    "arctan": one("Atan"),
    "sinh": one("Sinh"),
    "cosh": one("Cosh"),
    "tanh": one("Tanh"),
    "arcsinh": one("Asinh"),
    "arccosh": one("Acosh"),
    "arctanh": one("Atanh"),
    "erf": one("Erf"),
    "erfc": _erfc,
    "sign": one("Sign"),
    "floor": one("Floor"),
    "ceil": one("Ceil"),
    "trunc": _trunc,
    "cbrt": _cbrt,
    "sinc": _sinc,
    "deg2rad": _times(pi / 180),
    "rad2deg": _times(180 / pi),
}
"""Functions of one number by their Keras names."""


@writes(*(f"ops.{name}" for name in _ONE))
def of_one(use: Use) -> Value:
    return use.input.put(_ONE[use.layer.type.removeprefix("ops.")])


@writes("ops.round")
def rounded(use: Use) -> Value:
    """ONNX rounds halves to even, as TensorFlow does."""
    if use.layer.decimals:
        raise Unwritable(NO_WRITER)
    return use.input.put(one("Round"))


@writes("ops.zeros_like", "ops.ones_like", "ops.full_like")
def filled(use: Use) -> Value:
    """One number in the input's shape."""
    number = {"ops.zeros_like": 0.0, "ops.ones_like": 1.0}.get(use.layer.type, vars(use.layer).get("fill_value"))
    graph, value = use.graph, use.input
    shape = graph.add("Shape", value.name())
    return value.like(graph.add("Expand", graph.number(float(number or 0)), shape))


@writes("ops.nan_to_num")
def nan_to_num(use: Use) -> Value:
    """Infinite numbers too; the largest that there are where nothing is said."""
    layer, graph, value = use.layer, use.graph, use.input
    limits = np.finfo(np.float32)
    highest = limits.max if layer.posinf is None else layer.posinf
    lowest = limits.min if layer.neginf is None else layer.neginf
    found = value.name()
    for asked, new in (
        (graph.add("IsNaN", found), layer.nan),
        (graph.add("IsInf", found, detect_negative=0), highest),
        (graph.add("IsInf", found, detect_positive=0), lowest),
    ):
        found = graph.add("Where", asked, graph.number(float(new)), found)
    return value.like(found)


def _floor_divide(graph: Graph, x: str, y: str) -> str:
    return graph.add("Floor", graph.add("Div", x, y))


def _mod(graph: Graph, x: str, y: str) -> str:
    """What is left has the sign of the divisor; ONNX' own has that of what is divided."""
    return graph.add("Sub", x, graph.add("Mul", _floor_divide(graph, x, y), y))


def _logaddexp(graph: Graph, x: str, y: str) -> str:
    far = graph.add("Neg", graph.add("Abs", graph.add("Sub", x, y)))
    return graph.add("Add", graph.add("Max", x, y), graph.add("Softplus", far))


def _logaddexp2(graph: Graph, x: str, y: str) -> str:
    """By the natural logarithm: log2(2^x + 2^y) = ln(e^(x ln 2) + e^(y ln 2)) / ln 2."""
    powers = (scaled(graph, each, log(2)) for each in (x, y))
    return scaled(graph, _logaddexp(graph, *powers), 1 / log(2))


def _hypot(graph: Graph, x: str, y: str) -> str:
    return graph.add("Sqrt", graph.add("Add", _square(graph, x), _square(graph, y)))


def _divide_no_nan(graph: Graph, x: str, y: str) -> str:
    none = graph.add("Equal", y, graph.number(0))
    return graph.add("Where", none, graph.number(0), graph.add("Div", x, y))


def _joined(operator: str) -> Join:
    return lambda graph, x, y: graph.add(operator, x, y)


_TWO: Final[dict[str, Join]] = {
    "add": _joined("Add"),
    "subtract": _joined("Sub"),
    "multiply": _joined("Mul"),
    "divide": _joined("Div"),
    "true_divide": _joined("Div"),
    "floor_divide": _floor_divide,
    "mod": _mod,
    "fmod": lambda graph, x, y: graph.add("Mod", x, y, fmod=1),
    "power": _joined("Pow"),
    "maximum": _joined("Max"),
    "minimum": _joined("Min"),
    "logaddexp": _logaddexp,
    "logaddexp2": _logaddexp2,
    "hypot": _hypot,
    "divide_no_nan": _divide_no_nan,
}
"""Functions of two numbers by their Keras names."""


def operands(use: Use, names: tuple[str, ...]) -> tuple[list[str], bool]:
    """The tensors of an operation by its parameters' names, in one layout, a number where one was given.

    Of fewer axes one is joined at the last ones, as NumPy does; that is the design's order.
    """
    inputs = iter(use.inputs)
    given = [vars(use.layer).get(name) for name in names]
    values = [next(inputs) if each is None else each for each in given]
    tensors = [value for value in values if isinstance(value, Value)]
    same = len({len(value.shape) for value in tensors}) == 1
    moved = together(tensors) if same else False
    found = []
    for value in values:
        if not isinstance(value, (Value, bool, int, float)):
            raise Unwritable(NO_WRITER)
        found.append(value.name(moved) if isinstance(value, Value) else use.graph.number(float(value)))
    return found, moved


@writes(*(f"ops.{name}" for name in _TWO))
def of_two(use: Use) -> Value:
    names, moved = operands(use, ("x1", "x2"))
    return use.gives(_TWO[use.layer.type.removeprefix("ops.")](use.graph, *names), moved)
