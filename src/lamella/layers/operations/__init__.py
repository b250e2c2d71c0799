"""The functions of `keras.ops` that models use as layers, as types "ops.NAME"."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Final

from lamella.layers.base import REGISTRY
from lamella.layers.registry import snake_case


@cache
def load() -> None:
    """Loads every module of this folder, whose types register themselves."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")


SAME: Final = {"abs": "absolute", "conj": "conjugate", "swish": "silu", "hard_swish": "hard_silu"}
"""Second names of functions in `keras.ops`."""

_MODULES: Final = {
    "keras.src.ops.numpy": "ops.",
    "keras.src.ops.nn": "ops.",
    "keras.src.ops.core": "ops.",
    "keras.src.ops.math": "ops.",
    "keras.src.ops.linalg": "ops.",
    "keras.src.ops.einops": "ops.",
    "keras.src.ops.image": "ops.image.",
}

_FUNCTIONS: Final = {
    "BatchNorm": "batch_normalization",
    "LayerNorm": "layer_normalization",
    "RMSNorm": "rms_normalization",
    "CDist": "cdist",
    "FFT2": "fft2",
    "IFFT2": "ifft2",
    "IsIn": "isin",
    "SearchSorted": "searchsorted",
    "HSVToRGB": "hsv_to_rgb",
    "RGBToHSV": "rgb_to_hsv",
}
"""Keras' functions by the classes that are not named after them."""


def keras_word(type_name: str) -> str:
    """What Keras calls an operation after its class, as far as it is not called after the function.

    >>> keras_word("ops.layer_normalization"), keras_word("ops.add")
    ('LayerNorm', 'ops.add')
    """
    classes = {function: class_name for class_name, function in _FUNCTIONS.items()}
    return classes.get(type_name.removeprefix("ops."), type_name)


def operation_type(module: str | None, class_name: str) -> str | None:
    """The type of Keras' operation class, as a `.keras` file names it; None where lamella has none.

    Its inputs are its tensors in the order of Keras' parameters; values that are no tensors are arguments by
    Keras' parameter name, in the order of `Operation.parameters`. `.h5` files name no module (None).

    >>> operation_type("keras.src.ops.numpy", "TrueDivide"), operation_type("keras.src.ops.nn", "LayerNorm")
    ('ops.true_divide', 'ops.layer_normalization')
    """
    function = _FUNCTIONS.get(class_name) or snake_case(class_name)
    homes = dict.fromkeys(_MODULES.values()) if module is None else filter(None, [_MODULES.get(module)])
    names = (home + SAME.get(function, function) for home in homes)
    return next((name for name in names if name in REGISTRY), None)
