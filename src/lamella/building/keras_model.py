"""A Design as a real `keras.Model`, handed over only when Keras agrees with the plan."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from lamella.algebra import number
from lamella.building.engines import load_keras
from lamella.building.keras_calls import called, check_buildable, model_outputs
from lamella.building.keras_names import keras_model_name, keras_names
from lamella.design import BATCH, Design, Shape, origin, output_reference
from lamella.errors import BuildError, Place, problem
from lamella.planning.plan import Plan, Row
from lamella.planning.planner import plan as plan_design
from lamella.texts.languages import phrase, plain

if TYPE_CHECKING:
    import keras


def keras_model(design: Design, plan: Plan | None = None) -> keras.Model:
    """The design's `keras.Model`, its layers named like the nodes as far as Keras allows (see `keras_names`).

    Raises `DesignError` where the plan has errors, `BuildError` where Keras refuses a layer or differs from the
    plan in a shape, a weight or the parameters (as where a layer with weights leads to no output: Keras' model
    leaves it out), and `MissingEngineError` without Keras.
    """
    plan = plan or plan_design(design)
    check_buildable(plan)
    keras = load_keras()
    tensors: dict[str, Any] = {}
    layers: dict[str, Any] = {}
    names = keras_names(design)
    for row in plan.rows:
        node = row.node
        try:
            first = origin(node, design)
            given = [tensors[name] for name in node.inputs]
            made = called(keras, row, first, names[first.name], layers, tensors)
        except (ValueError, TypeError, NotImplementedError) as error:
            raise _refusal(error, node.place()) from error
        results = made if isinstance(made, (list, tuple)) else [made]
        if any(each is one for each in results for one in given):  # as Equalization does
            cycle = phrase("in a model it makes a cycle of its own input.", "모델 안에서 자기 입력과 고리를 이룹니다.")
            raise BuildError(problem("keras refuses", node.place(), reason=cycle))
        tensors |= {output_reference(node.name, place): each for place, each in enumerate(results)}
        _compare_shapes(row, plan, results)
        if node.frozen:
            for learns in (True, False):  # a layer that was made with False takes it for no news
                layers[node.name].trainable = learns
        _compare_weights(row, layers.get(node.name))
    inputs = [tensors[node.name] for node in design.inputs]
    model_name = keras_model_name(design)
    try:
        model = keras.Model(inputs[0] if len(inputs) == 1 else inputs, model_outputs(design, tensors), name=model_name)
    except ValueError as error:  # as where a layer is called like an operation, which Keras names itself
        raise _refusal(error, Place(type="Model")) from error
    _compare_totals(model, plan)
    return model


def _refusal(error: Exception, where: Place) -> BuildError:
    reason = plain(" ".join(str(error).split("\n\n")[0].split()), 300)
    return BuildError(problem("keras refuses", where, reason=reason))


def _compare_shapes(row: Row, plan: Plan, tensors: Sequence[Any]) -> None:
    shapes: tuple[Shape, ...] = (row.output_shape or (), *(each for each in row.more_shapes if each is not None))
    inputs = plan.inputs_of(row)
    if len(shapes) > 1 and row.layer is not None and inputs is not None:
        shapes = row.layer.declared_shapes(*inputs)
    expected = [tuple(map(number, shape)) for shape in shapes]
    received = [tuple(each.shape) for each in tensors]
    if not all(map(_same_shape, shapes, received)) or len(shapes) != len(received):
        what = phrase("the output shape", "출력 모양")
        facts = {"what": what, "expected": str(expected), "received": str(received)}
        raise BuildError(problem("keras differs", row.node.place(), **facts))


def _same_shape(ours: Shape, theirs: tuple[int | None, ...]) -> bool:
    """Whether all sizes are equal; that of the batch may be one that an input was given.

    An EinsumDense may leave sizes open that follow from its input.
    """
    pairs = zip(ours, theirs, strict=False)
    return len(ours) == len(theirs) and all(one == BATCH or other in (None, number(one)) for one, other in pairs)


def _compare_weights(row: Row, layer: Any) -> None:
    """In Keras' order, so that a weight can be found by its place.

    Random seeds and other state that is no parameter are left out, as in Keras' own counts.
    """
    if layer is None or row.node.shares is not None:
        return
    expected = [(each.keras_name, tuple(each.shape), each.trainable) for each in row.weights or ()]
    received = keras_weights(layer)
    if received != expected:
        facts = {"what": phrase("the weights", "가중치"), "expected": str(expected), "received": str(received)}
        raise BuildError(problem("keras differs", row.node.place(), **facts))


def keras_weights(layer: Any) -> list[tuple[str, tuple[int, ...], bool]]:
    """Name, shape and trainability of a Keras layer's weights, in Keras' order."""
    # The variable of a LayerScale has a number for a name.
    own = "gamma" if type(layer).__name__ == "LayerScale" else None
    return [(own or each.name, tuple(each.shape), bool(each.trainable)) for each in layer.weights]


def _compare_totals(model: Any, plan: Plan) -> None:
    received = sum(prod(weight.shape) for weight in model.weights)
    if plan.totals.params == received:
        return
    unused = [each for each in plan.findings if each.key == "layer unused"]
    if unused:
        raise BuildError(unused)
    facts = {"what": phrase("the parameters", "파라미터 수"), "expected": plan.totals.params, "received": received}
    raise BuildError(problem("keras differs", **facts))
