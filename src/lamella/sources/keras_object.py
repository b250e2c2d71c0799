"""A Keras model that is loaded already, to a Design: its config as data, with what only the living model knows."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from lamella.design import Design
from lamella.errors import SourceError, problem
from lamella.texts.languages import plain


def is_model(value: object) -> bool:
    """Whether the object is a `keras.Model`, told without importing Keras."""
    return "keras" in sys.modules and any(
        each.__name__ == "Model" and each.__module__.split(".")[0] == "keras" for each in type(value).__mro__
    )


def read(model: Any) -> Design:
    """The design of a `keras.Model`. Raises `SourceError` where it has no graph or Keras can't serialize it."""
    from warnings import catch_warnings, simplefilter

    from lamella.sources.keras_config import design

    keras = sys.modules["keras"]
    try:
        with catch_warnings():
            simplefilter("ignore")  # of a lambda, which is not read here
            data = _numbered(keras.saving.serialize_keras_object(model), model, keras)
    except Exception as error:  # from the get_config of anybody's layer
        reason = plain(" ".join(str(error).split("\n\n")[0].split()), 300)
        raise SourceError(problem("keras object", reason=reason)) from None
    return design(data, None, [_without_batch(each) for each in _outputs(model)])


def _outputs(model: Any) -> Sequence[Any]:
    try:
        return model.outputs or ()
    except AttributeError:  # a chain that was not built
        return ()


def _without_batch(tensor: Any) -> tuple[int | None, ...] | None:
    return tuple(tensor.shape[1:]) if len(tensor.shape) else None


def _numbered(data: Any, model: Any, keras: Any) -> Any:
    """The config with a number for every layer, by which one that stands in several models is known.

    Of a chain it is the config of the graph that Keras made of it: the chain's own names a layer once only.
    """
    from lamella.sources.keras_config import FROZEN
    from lamella.sources.keras_values import NUMBER

    config = data["config"]
    graph = getattr(model, "_functional", None)
    if graph is not None:
        config = keras.saving.serialize_keras_object(graph)["config"] | {"trainable": True}
    layers = {layer.name: layer for layer in getattr(model, "layers", ())}
    if not layers or "layers" not in config:
        return data
    numbered = []
    for each in config["layers"]:
        layer = layers.get(each.get("name", each["config"].get("name")))
        frozen = layer is not None and not layer.trainable and not any(weight.trainable for weight in layer.weights)
        living = {NUMBER: id(layer), FROZEN: frozen}
        numbered.append(each if layer is None else {**_held(_numbered(each, layer, keras), layer, keras), **living})
    return {**data, "config": {**config, "layers": numbered}}


def _held(data: Any, layer: Any, keras: Any) -> Any:
    """The config of a layer around another, with that one's number: it may be used elsewhere too."""
    from lamella.sources.keras_values import NUMBER, is_object

    config = data["config"]
    for key in ("layer", "cell"):
        inner = getattr(layer, key, None)
        if inner is not None and isinstance(config, dict) and is_object(config.get(key)):
            config = {**config, key: {**_held(_numbered(config[key], inner, keras), inner, keras), NUMBER: id(inner)}}
    return {**data, "config": config}
