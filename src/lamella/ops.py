"""`keras.ops` that a design may use, on symbolic tensors: every type "ops.NAME" as the function NAME.

>>> from lamella.layers import Input
>>> mean(Input((4, 6)), axis=1).shape
(None, 6)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lamella.layers.base import OPERATIONS, REGISTRY
from lamella.layers.operations import SAME
from lamella.layers.symbolic import operate


def __getattr__(name: str) -> Any:
    """The function of that name, with Keras' parameters; raises `DesignError` where its values don't fit."""
    return _function(SAME.get(name, name), name)


def _function(called: str, name: str) -> Callable[..., Any]:
    type_name = f"{OPERATIONS}{called}"
    kind = REGISTRY.get(type_name) if name.isidentifier() else None
    if kind is None:
        raise AttributeError(f"module {__name__!r} has no attribute {called!r}")

    def function(*positional: Any, **named: Any) -> Any:
        return operate(type_name, *positional, **named)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = kind.__doc__
    return function


class _Image:
    """`keras.ops.image`: the functions of pictures."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return _function(f"image.{name}", name)

    def __dir__(self) -> list[str]:
        start = f"{OPERATIONS}image."
        return sorted(name.removeprefix(start) for name in REGISTRY if name.startswith(start))


image = _Image()


def __dir__() -> list[str]:
    found = (name.removeprefix(OPERATIONS) for name in REGISTRY if name.startswith(OPERATIONS))
    return sorted([*globals(), *SAME, *(name for name in found if name.isidentifier())])
