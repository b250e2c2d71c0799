"""Initializers, regularizers and constraints as a design holds them: a short name, or Keras' data where they differ.

Source: the classes of keras.initializers, keras.regularizers and keras.constraints, and their get_config.
"""

from __future__ import annotations

from collections.abc import Mapping
from struct import pack, unpack
from typing import Any, Final, NamedTuple

from lamella.errors import DesignError, Place, problem
from lamella.layers.base import did_you_mean
from lamella.layers.registry import snake_case

_FANS: Final[dict[str, object]] = {"seed": None, "input_axes": None, "output_axes": None}
DEFAULTS: Final[dict[str, dict[str, dict[str, object]]]] = {
    "initializers": {
        **{name: {} for name in ("Zeros", "Ones", "Identity")},
        **{f"{name}{kind}": _FANS for name in ("Glorot", "He", "Lecun") for kind in ("Normal", "Uniform")},
        "Constant": {"value": 0.0},
        "Orthogonal": {"gain": 1.0, "seed": None},
        "RandomNormal": {"mean": 0.0, "stddev": 0.05, "seed": None},
        "RandomUniform": {"minval": -0.05, "maxval": 0.05, "seed": None},
        "TruncatedNormal": {"mean": 0.0, "stddev": 0.05, "seed": None},
        "VarianceScaling": {"scale": 1.0, "mode": "fan_in", "distribution": "truncated_normal", **_FANS},
    },
    "regularizers": {
        "L1": {"l1": 0.01},
        "L2": {"l2": 0.01},
        "L1L2": {"l1": 0.0, "l2": 0.0},
        "OrthogonalRegularizer": {"factor": 0.01, "mode": "rows"},
    },
    "constraints": {
        "MaxNorm": {"max_value": 2, "axis": 0},
        "MinMaxNorm": {"min_value": 0.0, "max_value": 1.0, "rate": 1.0, "axis": 0},
        "NonNeg": {},
        "UnitNorm": {"axis": 0},
    },
}
"""By module and class: Keras' arguments in their order with their defaults."""

_SINGLE: Final = ("l1", "factor")
"""What L1 and OrthogonalRegularizer keep as float32, and write so."""


_WITHOUT_SHORT: Final = ("Constant", "L1L2")
"""Classes of which Keras makes nothing by their name alone."""


class Rule(NamedTuple):
    """One of these objects: its module, its class and the arguments that differ from Keras' defaults."""

    module: str
    class_name: str
    changed: dict[str, object]

    @property
    def short(self) -> str | None:
        """The name alone, where Keras makes the same of it."""
        return None if self.changed or self.class_name in _WITHOUT_SHORT else snake_case(self.class_name)


def _stored(class_name: str, key: str, value: object) -> object:
    if class_name in ("L1", "OrthogonalRegularizer") and key in _SINGLE and isinstance(value, float):
        single: float = unpack("f", pack("f", value))[0]
        return single
    return value


def rule(value: object) -> Rule | None:
    """The object that Keras' data is; None where the value is no such data or of a class that is not known here."""
    match value:
        case {"class_name": str(name), "config": Mapping() as config, **rest}:
            own = rest.get("module")
            if own is not None and str(own).split(".")[0] != "keras":
                return None
            for module, classes in DEFAULTS.items():
                if name in classes and {*config} <= {*classes[name]}:
                    kept = {key: _stored(name, key, each) for key, each in classes[name].items()}
                    given = {key: _stored(name, key, each) for key, each in config.items()}
                    return Rule(module, name, {key: each for key, each in given.items() if each != kept[key]})
    return None


def made(module: str, class_name: str, *positional: Any, **named: Any) -> object:
    """`keras.MODULE.CLASS(...)` as a design holds it. Raises `DesignError` for what Keras' class does not take."""
    order = list(DEFAULTS[module][class_name])
    where = Place(type=class_name)
    if len(positional) > len(order):
        facts = {"type": class_name, "limit": len(order), "received": len(positional), "known": []}
        raise DesignError(problem("too many arguments", where, **facts))
    given = dict(zip(order, positional, strict=False))
    for key in named:
        if key in given:
            raise DesignError(problem("argument twice", where, argument=key))
        if key not in order:
            near = did_you_mean(key, order)
            raise DesignError(problem("argument unknown", where, type=class_name, argument=key, suggestion=near))
    config = {
        key: _stored(class_name, key, each) for key, each in (DEFAULTS[module][class_name] | given | named).items()
    }
    data = {"module": f"keras.{module}", "class_name": class_name, "config": config, "registered_name": None}
    known = rule(data)
    return (known and known.short) or data
