"""A rewritten design in Keras, over the variables of the model of the original one: what is trained are those."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from lamella.building.engines import load_keras
from lamella.building.keras_calls import called, made, model_outputs
from lamella.building.keras_names import keras_names
from lamella.building.keras_weights import variables_of
from lamella.design import output_reference
from lamella.layers import make
from lamella.layers.base import Layer
from lamella.planning.planner import plan
from lamella.rewrites.rewriting import Rewritten, weight_names
from lamella.rewrites.terms import Original, Term

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray


def folded(found: Rewritten, weights: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The weights of the rewritten design, of those of the original one; both by "node/weight", in the same type."""
    import numpy as np

    wide = {name: np.asarray(weight, np.float64) for name, weight in weights.items()}
    return {
        name: term.value(np, wide).astype(weights[term.names()[0]].dtype, copy=False)
        for name, term in found.weights.items()
    }


def rewritten_model(model: keras.Model, found: Rewritten, policy: str | None = None) -> keras.Model:
    """The rewritten design over the variables of `model`, which `keras_model` made of the original one.

    What one of the two learns, the other knows. Layers that the rewrites left as they were are the same objects, but
    with a Keras dtype `policy` of its own ("mixed_bfloat16"): then every layer computes so, and outputs are float32.
    """
    keras = load_keras()
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy or before)
    try:
        return _model(keras, model, found, again=policy is not None)
    finally:
        keras.config.set_dtype_policy(before)


def _model(keras: Any, model: Any, found: Rewritten, *, again: bool) -> Any:
    variables = variables_of(model, found.original)
    known: dict[str, Any] = {layer.name: layer for layer in model.layers}
    owners = {name: row.node.name for row in plan(found.original).rows for name in weight_names(row)}
    theirs, ours = keras_names(found.original), keras_names(found.design)
    layers: dict[str, Any] = {}
    tensors: dict[str, Any] = {}
    ends = {*found.design.outputs.values()} if again else set()
    for row in plan(found.design).rows:
        node, layer = row.node, row.layer
        assert layer is not None, "a rewritten design knows every layer"
        last = getattr(layer, "activation", None) if node.name in ends else None
        if last is not None:
            plain = make(replace(node, arguments={**node.arguments, "activation": "linear"}))
            assert isinstance(plain, Layer), "every activation may be left out"
            layer, row = plain, replace(row, layer=plain)
        if not again and found.unchanged(row) and node.shares is None and theirs[node.name] in known:
            layers[node.name] = known[theirs[node.name]]
        elif row.weights:
            terms = [found.weights[name] for name in weight_names(row)]
            holders = dict.fromkeys(owners[name] for term in terms for name in term.names())
            sources = [known[theirs[name]] for name in holders]
            layers[node.name] = _made_of(keras)(made(keras, layer), terms, sources, variables)
        result = called(keras, row, found.design.first[node.name], ours[node.name], layers, tensors)
        if last is not None:  # in float32: a loss looks behind it, where half the digits would be lost
            result = keras.layers.Activation(last, dtype="float32")(result)
        results = result if isinstance(result, (list, tuple)) else [result]
        tensors |= {output_reference(node.name, place): each for place, each in enumerate(results)}
    inputs = [tensors[node.name] for node in found.design.inputs]
    given = {found.original.outputs[name]: tensors[now] for name, now in found.design.outputs.items()}
    if again:
        given = {
            name: each if each.dtype == "float32" else keras.ops.cast(each, "float32") for name, each in given.items()
        }
    return keras.Model(inputs[0] if len(inputs) == 1 else inputs, model_outputs(found.original, given))


@cache
def _made_of(keras: Any) -> Callable[..., Any]:
    """The class of layers whose weights are made of other layers' at every call, so that gradients reach those."""

    class Made(keras.layers.Layer):  # type: ignore[misc]
        def __init__(self, inner: Any, terms: list[Term], sources: list[Any], variables: Mapping[str, Any]) -> None:
            super().__init__(autocast=False)  # sums of weights are made in float32
            self.sources = sources
            # Keras must not find the inner layer: its own variables stand for nothing.
            self._inner: Callable[[], Any] = lambda: inner
            self._values: Callable[[], list[Any]] = lambda: [term.value(keras.ops, variables) for term in terms]
            names = [each.name if isinstance(each, Original) else "" for each in terms]
            self._own: Callable[[], list[Any]] = lambda: [variables.get(name) for name in names]

        def build(self, shape: Any) -> None:
            self._inner().build(shape)

        def compute_output_shape(self, shape: Any) -> Any:
            return self._inner().compute_output_shape(shape)

        def call(self, inputs: Any) -> Any:
            inner, values, own = self._inner(), self._values(), self._own()
            with keras.StatelessScope(state_mapping=list(zip(inner.weights, values, strict=True))) as scope:
                outputs = inner(inputs)
            for state, variable in zip(inner.weights, own, strict=True):
                if variable is not None and not state.trainable:  # such as a batch norm's moving mean
                    variable.assign(scope.get_current_value(state))
            return outputs

    return Made
