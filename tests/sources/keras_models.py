"""Keras models as files of the config alone, and what lamella's plan is compared with: the built layers."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

import keras

from lamella.algebra import number
from lamella.planning.plan import Plan

FAMILIES = (
    *("ConvNeXtTiny", "DenseNet121", "EfficientNetB0", "EfficientNetV2B0", "InceptionResNetV2", "InceptionV3"),
    *("MobileNet", "MobileNetV2", "MobileNetV3Small", "NASNetMobile", "ResNet50", "ResNet50V2", "VGG16", "Xception"),
)
"""One network of each family in keras.applications."""

LARGEST = ("ConvNeXtLarge", "ConvNeXtXLarge", "EfficientNetV2L", "EfficientNetB7", "NASNetLarge", "VGG19", "VGG16")
"""Networks that take seconds and gigabytes to build."""


def applications() -> list[str]:
    """The names of all networks of keras.applications."""
    return sorted(name for name in dir(keras.applications) if name[0].isupper())


def save_config(model: Any, path: Path) -> Path:
    """The model as a .keras file without weights."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(keras.saving.serialize_keras_object(model)))
    return path


def built_layers(model: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every layer of a model and of the models in it, with its node's name."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from built_layers(layer, f"{prefix}{layer.name}.")
        elif not prefix or not isinstance(layer, keras.layers.InputLayer):
            yield f"{prefix}{layer.name}", layer


def differences(model: Any, plan: Plan) -> list[str]:
    """Where the plan's shapes, weights or totals are not those of the built model."""
    found, rows = [], plan.by_name
    for name, layer in built_layers(model):
        row, output = rows[name], layer.output
        shapes = [each.shape for each in output] if isinstance(output, (list, tuple)) else [output.shape]
        ours = [row.output_shape, *row.more_shapes]
        if [tuple(map(number, each or ()))[1:] for each in ours] != [tuple(shape)[1:] for shape in shapes]:
            found.append(f"{name}: {ours} is not {shapes}")
        if row.params != layer.count_params():
            found.append(f"{name}: {row.params} parameters, not {layer.count_params()}")
    trainable = sum(prod(each.shape) for each in model.trainable_weights)
    if (plan.totals.params, plan.totals.trainable_params) != (model.count_params(), trainable):
        found.append(f"{plan.totals} is not {model.count_params()}, {trainable}")
    return found
