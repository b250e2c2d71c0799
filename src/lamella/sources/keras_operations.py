"""Keras' operations on symbolic tensors (x + y, keras.ops.reshape) as layer types of lamella's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from lamella.layers import REGISTRY, normal_form
from lamella.layers.arguments import Argument
from lamella.layers.operations import operation_type
from lamella.layers.operations.operation import NUMBER_FOR_TENSOR
from lamella.layers.registry import snake_case
from lamella.sources.keras_calls import Call, tensors
from lamella.sources.keras_values import Kind, Unknown, plain

_EVERY_LAYER: Final = ("trainable", "dtype")
"""What Keras writes of every layer and of no operation."""


def is_operation(data: Mapping[str, object]) -> bool:
    """Whether a serialized node is an operation and no layer; .h5 files, without modules, tell by what they lack."""
    module, config = data.get("module"), data["config"]
    if isinstance(module, str):
        return module.startswith("keras.src.ops")
    if "module" in data or not isinstance(config, Mapping) or not config.keys().isdisjoint(_EVERY_LAYER):
        return False
    return config.keys() <= {"name"} or (_type(data) is not None and _called_as_in_keras_3(data))


def _called_as_in_keras_3(data: Mapping[str, object]) -> bool:
    """Keras 2 had no operations; what it wrote of layers may lack anything."""
    listed = data.get("inbound_nodes")
    return isinstance(listed, (list, tuple)) and len(listed) > 0 and isinstance(listed[0], Mapping)


def _type(data: Mapping[str, object]) -> str | None:
    module = data.get("module")
    return operation_type(module if isinstance(module, str) else None, str(data["class_name"]))


def operation_kind(data: Mapping[str, object], call: Call) -> Kind:
    """The type and arguments of an operation: what it was made with, and the constants that it was called with."""
    class_name, config = str(data["class_name"]), data["config"]
    name = _type(data)
    given = {key: each for key, each in config.items() if key != "name"} if isinstance(config, Mapping) else {}
    order = operation_parameters(data)
    placed = [(place, each) for place, each in enumerate(call.given) if each is not None]
    constants = [(place, each) for place, each in placed if not any(tensors(each))]
    given |= {order[place] if place < len(order) else f"{place}": each for place, each in constants}
    given |= {key: each for key, each in call.named.items() if not any(tensors(each))}
    try:
        known = REGISTRY[name].arguments if name else {}
        arguments = {key: plain(each) for key, each in given.items() if each is not None or _says(known.get(key))}
    except Unknown:
        return Kind(name or f"ops.{snake_case(class_name)}", {}, True)
    if name is None or not {*arguments} <= {*REGISTRY[name].arguments}:
        return Kind(name or f"ops.{snake_case(class_name)}", arguments, True)
    for key, value in arguments.items():
        if known[key].kind is NUMBER_FOR_TENSOR and isinstance(value, list):
            # The numbers of an array are no part of a design.
            shape = _array_shape(value)
            if shape is None or any(_meets_batch(shape, each.shape or ()) for each in call.tensors()):
                return Kind(name, {other: each for other, each in arguments.items() if other != key}, True, key)
            arguments[key] = {"shape": list(shape)}
    return Kind(name, normal_form(name, arguments), False)


def _array_shape(value: object) -> tuple[int, ...] | None:
    """The shape of an array in lists of lists; None where they are not all as long."""
    if not isinstance(value, list):
        return ()
    inner = {_array_shape(each) for each in value} or {()}
    shape = inner.pop()
    return None if inner or shape is None else (len(value), *shape)


def _meets_batch(array: tuple[int, ...], image: Sequence[int | None]) -> bool:
    """Whether an array has a size where the number of images of a tensor stands."""
    return len(array) > len(image) and array[-len(image) - 1] != 1


def _says(declared: Argument | None) -> bool:
    """Whether null says something of an argument: it is another value than the default."""
    return declared is not None and declared.default is not None


def operation_parameters(data: Mapping[str, object]) -> Sequence[str]:
    """Keras' parameters of an operation in their order, by which positional values are named."""
    name = _type(data)
    if name is None:
        return ()
    found: Sequence[str] = getattr(REGISTRY[name], "parameters", ("x", *REGISTRY[name].arguments))
    return found
