"""`keras.constraints` for designs: each class gives what a design holds, as Keras writes it.

>>> from lamella import constraints
>>> constraints.NonNeg(), constraints.MaxNorm(3)['config']
('non_neg', {'max_value': 3, 'axis': 0})
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lamella.layers.weight_rules import DEFAULTS, made


def __getattr__(name: str) -> Callable[..., object]:
    """The class of that name, with Keras' arguments."""
    if name not in DEFAULTS["constraints"]:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return partial(made, "constraints", name)


def __dir__() -> list[str]:
    return sorted([*globals(), *DEFAULTS["constraints"]])
