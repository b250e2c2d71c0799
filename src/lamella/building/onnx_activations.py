"""Activations in ONNX: those that layers name, and those that are layers or operations with arguments of their own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from lamella.building.onnx_writers import Unwritable, Use, writes
from lamella.layers.axes import places_of
from lamella.texts.languages import phrase

if TYPE_CHECKING:
    from lamella.building.onnx_graph import Function, Graph
    from lamella.building.onnx_values import Value


def one(operator: str, **attributes: Any) -> Function:
    """A function that is one node."""

    def function(graph: Graph, x: str) -> str:
        return graph.add(operator, x, **attributes)

    return function


def clipped(low: float, high: float) -> Function:
    """Numbers kept in a range."""

    def function(graph: Graph, x: str) -> str:
        return graph.add("Clip", x, graph.number(low), graph.number(high))

    return function


def scaled(graph: Graph, x: str, factor: float, offset: float = 0.0) -> str:
    """x · factor + offset, without what changes nothing."""
    if factor != 1:
        x = graph.add("Mul", x, graph.number(factor))
    return graph.add("Add", x, graph.number(offset)) if offset else x


def silu(graph: Graph, x: str) -> str:
    """x · sigmoid(x); an operator of its own only from version 24 on."""
    return graph.add("Mul", x, graph.add("Sigmoid", x))


def log_sigmoid(graph: Graph, x: str) -> str:
    """−ln(1 + e^(−x)), which stays exact where the sigmoid is 0."""
    return graph.add("Neg", graph.add("Softplus", graph.add("Neg", x)))


def tanh_shrink(graph: Graph, x: str) -> str:
    """x − tanh(x)."""
    return graph.add("Sub", x, graph.add("Tanh", x))


def sparse_plus(graph: Graph, x: str) -> str:
    """(c + 1)² / 4 + max(x − 1, 0), c being x kept in −1 to 1: the three pieces joined."""
    half = scaled(graph, scaled(graph, clipped(-1, 1)(graph, x), 1, 1), 0.5)
    return graph.add("Add", graph.add("Mul", half, half), graph.add("Relu", scaled(graph, x, 1, -1)))


def squareplus(graph: Graph, x: str, b: float = 4.0) -> str:
    """(x + √(x² + b)) / 2."""
    root = graph.add("Sqrt", scaled(graph, graph.add("Mul", x, x), 1, b))
    return scaled(graph, graph.add("Add", x, root), 0.5)


def gelu_by_tanh(graph: Graph, x: str) -> str:
    """GELU as its formula with tanh."""
    return graph.add("Gelu", x, approximate="tanh")


ACTIVATIONS: Final[dict[str, Function]] = {
    "relu": one("Relu"),
    "relu6": clipped(0, 6),
    "sigmoid": one("Sigmoid"),
    "tanh": one("Tanh"),
    "exponential": one("Exp"),
    "elu": one("Elu"),
    "selu": one("Selu"),
    "celu": one("Celu"),
    "gelu": one("Gelu"),
    "silu": silu,
    "swish": silu,
    "mish": one("Mish"),
    "softplus": one("Softplus"),
    "softsign": one("Softsign"),
    "squareplus": squareplus,
    "leaky_relu": one("LeakyRelu", alpha=0.2),
    "log_sigmoid": log_sigmoid,
    "hard_sigmoid": one("HardSigmoid", alpha=1 / 6, beta=0.5),
    "hard_silu": one("HardSwish"),
    "hard_swish": one("HardSwish"),
    "hard_tanh": clipped(-1, 1),
    "hard_shrink": one("Shrink", lambd=0.5, bias=0.0),
    "soft_shrink": one("Shrink", lambd=0.5, bias=0.5),
    "tanh_shrink": tanh_shrink,
    "sparse_plus": sparse_plus,
    "sparse_sigmoid": one("HardSigmoid", alpha=0.5, beta=0.5),
}
"""What each name but "linear" stands for, of single numbers."""

_ALONG: Final = {"softmax": "Softmax", "log_softmax": "LogSoftmax"}
"""Those along the last axis."""


def activated(value: Value, name: str | None) -> Value:
    """A value through the activation that a layer names. Raises `Unwritable`."""
    name = name or "linear"
    if name in _ALONG:
        return along(value, _ALONG[name], len(value.shape) - 1)
    if name == "linear":
        return value
    if name not in ACTIVATIONS:
        reason = phrase("its activation {name} has no ONNX", "활성화 {name}의 ONNX 표현이 없습니다", name=name)
        raise Unwritable(reason)
    return value.put(ACTIVATIONS[name])


def along(value: Value, operator: str, place: int, **attributes: Any) -> Value:
    """An operator along an axis of the design's shape."""
    axis = value.axis(place, value.moved)
    return value.like(value.graph.add(operator, value.name(), axis=axis, **attributes))


@writes("Activation")
def activation(use: Use) -> Value:
    return activated(use.input, use.layer.activation)


@writes("ReLU")
def relu(use: Use) -> Value:
    """max(x, 0) with a ceiling, a slope below the threshold, a threshold."""
    highest, slope, threshold = use.layer.max_value, use.layer.negative_slope or 0.0, use.layer.threshold or 0.0

    def function(graph: Graph, x: str) -> str:
        if slope and not threshold:
            found = graph.add("LeakyRelu", x, alpha=slope)
            return found if highest is None else graph.add("Min", found, graph.number(highest))
        if not threshold:
            return graph.add("Relu", x) if highest is None else clipped(0, highest)(graph, x)
        found = graph.add("ThresholdedRelu", x, alpha=threshold)
        if highest is not None:
            found = clipped(0, highest)(graph, found)
        if slope:
            below = graph.add("Min", scaled(graph, x, 1, -threshold), graph.number(0))
            found = graph.add("Add", found, scaled(graph, below, slope))
        return found

    return use.input.put(function)


@writes("ELU", "ops.elu")
def elu(use: Use) -> Value:
    return use.input.put(one("Elu", alpha=use.layer.alpha))


@writes("LeakyReLU", "ops.leaky_relu")
def leaky_relu(use: Use) -> Value:
    return use.input.put(one("LeakyRelu", alpha=use.layer.negative_slope))


@writes("PReLU")
def prelu(use: Use) -> Value:
    """The slopes stand in the design's order, and are turned with the value."""
    value = use.input
    moved = value.moved
    slopes = use.weight("alpha", lambda alpha: alpha.transpose(-1, *range(alpha.ndim - 1)) if moved else alpha)
    return value.like(value.graph.add("PRelu", value.name(), slopes))


@writes("Softmax")
def softmax(use: Use) -> Value:
    """Over several axes e^x is divided by its sum over all of them."""
    value, places = use.input, places_of(use.layer.axis, use.input.shape)
    if len(places) == 1:
        return along(value, "Softmax", places[0])
    axes = use.graph.integers([value.axis(place, value.moved) for place in places])
    total = use.graph.add("ReduceLogSumExp", value.name(), axes, keepdims=1)
    return value.like(use.graph.add("Exp", use.graph.add("Sub", value.name(), total)))


@writes("ops.softmax", "ops.log_softmax")
def softmax_operation(use: Use) -> Value:
    """Without an axis all numbers of all images share one sum."""
    axes, value = use.layer.axis, use.input
    operator = _ALONG[use.layer.type.removeprefix("ops.")]
    if not isinstance(axes, int):
        raise Unwritable(phrase("it joins several axes", "여러 축을 한꺼번에 묶습니다"))
    return along(value, operator, axes % len(value.shape))


_SAME_WORD: Final = (
    *("relu", "relu6", "sigmoid", "silu", "softplus", "softsign", "log_sigmoid", "hard_sigmoid", "hard_silu"),
    *("hard_tanh", "selu", "tanh_shrink", "sparse_plus", "sparse_sigmoid"),
)


@writes(*(f"ops.{name}" for name in _SAME_WORD))
def named_operation(use: Use) -> Value:
    return activated(use.input, use.layer.type.removeprefix("ops."))


@writes("ops.gelu")
def gelu(use: Use) -> Value:
    return use.input.put(gelu_by_tanh if use.layer.approximate else one("Gelu"))


@writes("ops.celu")
def celu(use: Use) -> Value:
    return use.input.put(one("Celu", alpha=use.layer.alpha))


@writes("ops.hard_shrink")
def hard_shrink(use: Use) -> Value:
    return use.input.put(one("Shrink", lambd=use.layer.threshold, bias=0.0))


@writes("ops.soft_shrink")
def soft_shrink(use: Use) -> Value:
    return use.input.put(one("Shrink", lambd=use.layer.threshold, bias=use.layer.threshold))


@writes("ops.squareplus")
def squareplus_operation(use: Use) -> Value:
    return use.input.put(partial(squareplus, b=use.layer.b))


@writes("ops.threshold")
def threshold(use: Use) -> Value:
    """x where it is above the threshold, else another number."""

    def function(graph: Graph, x: str) -> str:
        above = graph.add("Greater", x, graph.number(use.layer.threshold))
        return graph.add("Where", above, x, graph.number(use.layer.default_value))

    return use.input.put(function)


@writes("ops.clip")
def clip(use: Use) -> Value:
    return use.input.put(clipped(use.layer.x_min, use.layer.x_max))


@writes("ops.glu")
def glu(use: Use) -> Value:
    """The first half along an axis, times the sigmoid of the second."""
    value, graph = use.input, use.graph
    axis = value.axis(use.layer.axis % len(value.shape), value.moved)
    one_half, other = graph.add_several("Split", 2, value.name(), axis=axis, num_outputs=2)
    return use.gives(graph.add("Mul", one_half, graph.add("Sigmoid", other)), value.moved)
