"""The functions of `keras.ops` that models use as layers, as types "ops.NAME"."""

from __future__ import annotations

from typing import Final

from lamella.layers.base import REGISTRY, snake_case
from lamella.layers.operations import (
    elementwise as elementwise,
)
from lamella.layers.operations import (
    indexing as indexing,
)
from lamella.layers.operations import (
    joining as joining,
)
from lamella.layers.operations import (
    pairs as pairs,
)
from lamella.layers.operations import (
    products as products,
)
from lamella.layers.operations import (
    reductions as reductions,
)
from lamella.layers.operations import (
    shapes as shapes,
)

SAME: Final = {"abs": "absolute", "swish": "silu", "hard_swish": "hard_silu"}
"""Second names of functions in `keras.ops`."""

_MODULES = ("keras.src.ops.numpy", "keras.src.ops.nn", "keras.src.ops.core", "keras.src.ops.math")


def operation(module: str, class_name: str) -> str | None:
    """The type of Keras' operation class, as a `.keras` file names it; None where lamella has none.

    Its inputs are its tensors in the order of Keras' parameters; values that are no tensors are arguments by
    Keras' parameter name, in the order of `Operation.parameters`.

    >>> operation("keras.src.ops.numpy", "TrueDivide"), operation("keras.src.ops.nn", "LogSoftmax")
    ('ops.true_divide', 'ops.log_softmax')
    """
    name = f"ops.{snake_case(class_name)}"
    return name if module in _MODULES and name in REGISTRY else None
