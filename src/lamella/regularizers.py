"""`keras.regularizers` for designs: each class gives what a design holds, as Keras writes it.

>>> from lamella import regularizers
>>> regularizers.L2(), regularizers.L2(0.02)['config']
('l2', {'l2': 0.02})
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lamella.layers.weight_rules import DEFAULTS, made


def __getattr__(name: str) -> Callable[..., object]:
    """The class of that name, with Keras' arguments."""
    if name not in DEFAULTS["regularizers"]:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return partial(made, "regularizers", name)


def __dir__() -> list[str]:
    return sorted([*globals(), *DEFAULTS["regularizers"]])
