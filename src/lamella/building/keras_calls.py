"""How each node of a design is called in Keras: the one place that both the builder and the writer of code use.

`keras` is Keras itself, or what stands for it while its calls are written down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from lamella.design import INPUT, Design, Node
from lamella.errors import BuildError, DesignError, Problem, problem
from lamella.layers.base import Layer
from lamella.layers.operations.operation import Operation, array_shape
from lamella.layers.wrapped import layer_of
from lamella.planning.plan import Plan, Row


def check_buildable(plan: Plan, others: Sequence[Problem] = ()) -> None:
    """Raises `DesignError` with the errors of the plan.

    Raises `BuildError` with every layer that lamella does not know, and with `others`.
    """
    if plan.errors:
        raise DesignError([problem("design has errors", count=len(plan.errors)), *plan.errors])
    lost = [each for each in plan.findings if each.key == "model mask"]
    if lost:
        raise BuildError(lost)
    opaque = [node for row in plan.rows if (node := _not_made(row)) is not None]
    if opaque or others:
        unknown = [problem("layer opaque build", node.place(node.unknown), type=node.words()) for node in opaque]
        raise BuildError([*unknown, *others])


def _not_made(row: Row) -> Node | None:
    """The node where it is one that lamella does not know, or holds an array of which it knows the shape alone."""
    if row.node.gives is not None:
        return row.node
    held = (key for key, value in row.node.arguments.items() if isinstance(row.layer, Operation) and array_shape(value))
    return next((replace(row.node, unknown=key) for key in held), None)


def called(
    keras: Any, row: Row, first: Node, name: str | None, layers: dict[str, Any], tensors: Mapping[str, Any]
) -> Any:
    """What one node gives, which reads some of the `tensors`.

    `first` is the node whose layer it uses, mostly itself, and `name` that layer's.

    Adds the layer to `layers`, from which later uses take it, unless it stands there already.
    """
    node, layer = row.node, row.layer
    inputs = [tensors[each] for each in node.inputs]
    assert layer is not None, "a plan without errors knows every layer"
    if node.type == INPUT:
        return keras.Input(**node.arguments, name=name)
    if isinstance(layer, Operation):
        return layer.applied(attrgetter(node.type)(keras), inputs, first.arguments)
    if node.shares is not None:
        layers[node.name] = layers[node.shares]
    elif node.name not in layers:
        layers[node.name] = made(keras, layer, name)
    said = {key: _said(value, tensors) for key, value in node.called.items()}
    return layers[node.name](*layer.grouped(inputs), **said)


def _said(value: object, tensors: Mapping[str, Any]) -> Any:
    """A value of a call: a flag, a tensor, or a list with one for each input."""
    if isinstance(value, tuple):
        return [_said(each, tensors) for each in value]
    return tensors[value] if isinstance(value, str) else value


def made(keras: Any, layer: Layer, name: str | None = None) -> Any:
    """A layer in Keras, with the layers inside it."""

    def inner(value: Any) -> Any:
        if value is None:
            return None
        return made(keras, layer_of(value)) if isinstance(value, Mapping) else [inner(each) for each in value]

    # Keras' own default may come from the user's configuration; lamella's is channels-last.
    arguments: dict[str, Any] = {"data_format": "channels_last"} if "data_format" in layer.arguments else {}
    for key, value in layer.changed().items():
        arguments[key] = inner(value) if layer.arguments[key].kind.layers else value
    kind = attrgetter(f"{layer.home.removeprefix('keras.')}.{layer.type}")(keras)
    return kind(**arguments | ({"name": name} if name else {}))


def model_outputs(design: Design, tensors: dict[str, Any]) -> Any:
    """The outputs as Keras' model takes them: one tensor, a list, or a mapping where they have names of their own."""
    if any(name != node for name, node in design.outputs.items()):
        return {name: tensors[node] for name, node in design.outputs.items()}
    found = [tensors[node] for node in design.outputs.values()]
    return found[0] if len(found) == 1 else found
