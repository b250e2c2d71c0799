"""`keras.ops` that a design may use, on symbolic tensors: every type "ops.NAME" as the function NAME.

>>> from lamella.layers import Input
>>> mean(Input((4, 6)), axis=1).shape
(None, 6)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lamella.layers.base import REGISTRY
from lamella.layers.operations import SAME
from lamella.layers.symbolic import operate


def __getattr__(name: str) -> Callable[..., Any]:
    """The function of that name, with Keras' parameters; raises `DesignError` where its values don't fit."""
    type_name = f"ops.{SAME.get(name, name)}"
    kind = REGISTRY.get(type_name)
    if kind is None or not name.isidentifier():
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def function(*positional: Any, **named: Any) -> Any:
        return operate(type_name, *positional, **named)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = kind.__doc__
    return function


def __dir__() -> list[str]:
    found = (name.removeprefix("ops.") for name in REGISTRY if name.startswith("ops."))
    return sorted([*globals(), *SAME, *found])
