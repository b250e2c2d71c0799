"""Every operation class of Keras: a type of lamella's, or in a table with the reason why not."""

from __future__ import annotations

import importlib
import inspect

import pytest
from keras.src.ops.operation import Operation as KerasOperation

from lamella.layers.operations import operation_type

MODULES = ("numpy", "nn", "core", "math", "linalg", "image", "einops")
FOLDER = "keras.src.ops."

_CALLS_BACK = "it calls a function of the user's, which a design can't hold"
_LEARNS_FROM_KERNEL = "its kernel is a tensor without the batch, and a design's nodes all come of inputs with one"
_BITS = "the bits of whole numbers, which no network computes with"
_DATA_DECIDES = "how large its result is depends on the numbers"
_NOT_RUN = "Keras builds it for images and TensorFlow fails to run it"
_WRONG = "Keras' own shape is not the one that it gives when it runs"
_MANY = "it mixes all images into one result"
_BATCH_SIZE = "the number of images stands among its arguments"

NOT_TYPES = {
    **dict.fromkeys(
        [
            "core.AssociativeScan",
            "core.Cond",
            "core.ForiLoop",
            "core.Map",
            "core.Scan",
            "core.Switch",
            "core.VectorizedMap",
            "core.WhileLoop",
            "linalg.JVP",
        ],
        _CALLS_BACK,
    ),
    **dict.fromkeys(["nn.Conv", "nn.ConvTranspose", "nn.DepthwiseConv", "nn.SeparableConv"], _LEARNS_FROM_KERNEL),
}
"""Keras' operations that stay opaque rows of a plan."""


def operations() -> list[tuple[str, str]]:
    found = []
    for name in MODULES:
        module = importlib.import_module(FOLDER + name)
        for each, value in vars(module).items():
            if inspect.isclass(value) and issubclass(value, KerasOperation) and value.__module__ == module.__name__:
                found.append((name, each))
    return found


@pytest.mark.parametrize(("module", "class_name"), operations())
def test_every_operation_is_a_type_or_has_a_reason(module: str, class_name: str) -> None:
    known = operation_type(FOLDER + module, class_name) is not None
    assert known != (f"{module}.{class_name}" in NOT_TYPES)


def test_the_table_names_operations_only() -> None:
    assert {*NOT_TYPES} <= {f"{module}.{name}" for module, name in operations()}
