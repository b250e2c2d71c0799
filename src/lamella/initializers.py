"""`keras.initializers` for designs: each class gives what a design holds, as Keras writes it.

>>> from lamella import initializers
>>> initializers.RandomNormal(), initializers.HeNormal(seed=1)['class_name']
('random_normal', 'HeNormal')
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lamella.layers.weight_rules import DEFAULTS, made


def __getattr__(name: str) -> Callable[..., object]:
    """The class of that name, with Keras' arguments."""
    if name not in DEFAULTS["initializers"]:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return partial(made, "initializers", name)


def __dir__() -> list[str]:
    return sorted([*globals(), *DEFAULTS["initializers"]])
