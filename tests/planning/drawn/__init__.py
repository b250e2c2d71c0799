"""Strategies for the arguments of each layer type, by family: every module's `ARGUMENTS` is taken.

`ARGUMENTS` maps a type to a function of the first input's shape and the design's data format.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from lamella.design import Shape
from lamella.layers import REGISTRY

Arguments = SearchStrategy[dict[str, object]]
KNOWN: dict[str, Callable[[Shape, str | None], Arguments]] = {}
for _module in pkgutil.iter_modules(__path__):
    KNOWN |= getattr(importlib.import_module(f"{__name__}.{_module.name}"), "ARGUMENTS", {})


def arguments_of(type_name: str, shape: Shape, data_format: str | None) -> Arguments:
    """Arguments of one layer type; of a type that no family draws, those of its examples."""
    if type_name in KNOWN:
        return KNOWN[type_name](shape, data_format)
    return st.sampled_from([dict(each) for each, _ in REGISTRY[type_name].examples])
