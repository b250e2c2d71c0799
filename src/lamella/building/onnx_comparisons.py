"""Comparisons in ONNX, and what reads them: true and false are 1 and 0, as every number of a graph is float32."""

from __future__ import annotations

from typing import Final

from lamella.building.onnx_elementwise import operands
from lamella.building.onnx_values import Value
from lamella.building.onnx_writers import NO_WRITER, Unwritable, Use, writes

_FLAGS: Final[dict[str, str]] = {"isnan": "IsNaN", "isinf": "IsInf"}

_COMPARED: Final = {
    "equal": "Equal",
    "greater": "Greater",
    "greater_equal": "GreaterOrEqual",
    "less": "Less",
    "less_equal": "LessOrEqual",
}


def _as_numbers(use: Use, name: str) -> str:
    return use.graph.add("Cast", name, to=use.graph.onnx.TensorProto.FLOAT)


@writes(*(f"ops.{name}" for name in _COMPARED), "ops.not_equal")
def compared(use: Use) -> Value:
    names, moved = operands(use, ("x1", "x2"))
    word = use.layer.type.removeprefix("ops.")
    if word == "not_equal":
        found = use.graph.add("Not", use.graph.add("Equal", *names))
    else:
        found = use.graph.add(_COMPARED[word], *names)
    return use.gives(_as_numbers(use, found), moved, flags=True)


@writes("ops.isfinite", "ops.isneginf", "ops.isposinf")
def infinite(use: Use) -> Value:
    value, graph = use.input, use.graph
    if use.layer.type == "ops.isfinite":
        found = graph.add("Not", graph.add("Or", graph.add("IsNaN", value.name()), graph.add("IsInf", value.name())))
    else:
        side = "detect_negative" if use.layer.type == "ops.isposinf" else "detect_positive"
        found = graph.add("IsInf", value.name(), **{side: 0})
    return value.like(_as_numbers(use, found), flags=True)


@writes(*(f"ops.{name}" for name in _FLAGS))
def asked(use: Use) -> Value:
    value = use.input
    return value.like(
        _as_numbers(use, use.graph.add(_FLAGS[use.layer.type.removeprefix("ops.")], value.name())), flags=True
    )


@writes("ops.logical_and", "ops.logical_or", "ops.logical_xor", "ops.logical_not", flags=True)
def logical(use: Use) -> Value:
    """True is what is not 0."""
    word = use.layer.type.removeprefix("ops.logical_")
    names, moved = operands(use, ("x1", "x2") if word != "not" else ("x",))
    asked_of = [use.graph.add("Cast", name, to=use.graph.onnx.TensorProto.BOOL) for name in names]
    return use.gives(_as_numbers(use, use.graph.add(word.title(), *asked_of)), moved, flags=True)


@writes("ops.where", flags=False)
def where(use: Use) -> Value:
    """Only the condition may be true and false; of two whole numbers Keras makes whole numbers."""
    if any(value.flags for value in use.inputs[1:]):
        raise Unwritable(NO_WRITER)
    (condition, *names), moved = operands(use, ("condition", "x1", "x2"))
    chosen = use.graph.add("Cast", condition, to=use.graph.onnx.TensorProto.BOOL)
    whole = all(isinstance(each, int) for each in (use.layer.x1, use.layer.x2))
    return use.gives(use.graph.add("Where", chosen, *names), moved, flags=whole)
