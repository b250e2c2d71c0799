"""Weights in and out of a `keras.Model`, keyed "node/weight", and images through it.

The names are the plan's, in Keras' order: Keras' own need not be unique within a layer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lamella.building.engines import load_keras
from lamella.building.keras_names import keras_names
from lamella.design import Design
from lamella.planning.planner import plan

if TYPE_CHECKING:
    import keras
    import numpy as np
    from numpy.typing import NDArray

IMAGES_AT_ONCE = 256


def take_weights(model: keras.Model, design: Design) -> dict[str, NDArray[np.float32]]:
    """Copies of the weights of a model that `keras_model` built; weights that are shared appear once."""
    keras = load_keras()
    return {name: keras.ops.convert_to_numpy(variable) for name, variable in variables_of(model, design).items()}


def put_weights(model: keras.Model, design: Design, weights: Mapping[str, Any]) -> None:
    """Puts weights that `take_weights` gave into a model of the same design."""
    for name, variable in variables_of(model, design).items():
        variable.assign(weights[name])


def variables_of(model: keras.Model, design: Design) -> dict[str, Any]:
    """Keras' variables of a model that `keras_model` built, by "node/weight"."""
    layers, names = {layer.name: layer for layer in model.layers}, keras_names(design)
    return {
        f"{row.node.name}/{weight.name}": variable
        for row in plan(design).rows
        if row.node.shares is None and names[row.node.name] in layers
        for weight, variable in zip(row.weights or (), layers[names[row.node.name]].weights, strict=True)
    }


def predict(model: keras.Model, images: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the network makes of images (n, height, width, channels): the same shape for a restoring design."""
    import numpy as np

    found = [model.predict_on_batch(images[at : at + IMAGES_AT_ONCE]) for at in range(0, len(images), IMAGES_AT_ONCE)]
    return np.concatenate(found) if found else np.empty_like(images)
