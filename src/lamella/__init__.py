"""lamella: design layered neural networks and know what every layer does before anything runs.

The names here are loaded when first used; importing lamella loads no framework and no NumPy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lamella.shown import shown_by as _shown_by

__version__ = "0.1.0"

if TYPE_CHECKING:
    from lamella import constraints as constraints
    from lamella import initializers as initializers
    from lamella import layers as layers
    from lamella import ops as ops
    from lamella import regularizers as regularizers
    from lamella.answers import bench as bench
    from lamella.answers import check as check
    from lamella.answers import diff as diff
    from lamella.answers import explain as explain
    from lamella.answers import mirror as mirror
    from lamella.answers import rewrite as rewrite
    from lamella.answers import sizes as sizes
    from lamella.answers import solve as solve
    from lamella.api import Model as Model
    from lamella.api import build as build
    from lamella.api import plan as plan
    from lamella.api import read as read
    from lamella.api import write as write
    from lamella.design import Design as Design
    from lamella.design import Node as Node
    from lamella.drawing import draw as draw
    from lamella.errors import LamellaError as LamellaError
    from lamella.layers import Input as Input
    from lamella.running import export as export
    from lamella.running import report as report
    from lamella.running import restore as restore
    from lamella.running import restorer as restorer
    from lamella.running import train as train
    from lamella.sights import claim as claim
    from lamella.sights import see as see

_HOMES = {
    **dict.fromkeys(("Model", "build", "plan", "read", "write"), "lamella.api"),
    **dict.fromkeys(("export", "report", "restore", "restorer", "train"), "lamella.running"),
    **dict.fromkeys(("bench", "check", "diff", "explain", "mirror", "rewrite", "sizes", "solve"), "lamella.answers"),
    "draw": "lamella.drawing",
    **dict.fromkeys(("claim", "see"), "lamella.sights"),
    **dict.fromkeys(("Design", "Node"), "lamella.design"),
    "LamellaError": "lamella.errors",
    "Input": "lamella.layers",
}
_MODULES = ("constraints", "initializers", "layers", "ops", "regularizers")
__all__ = [*_HOMES, *_MODULES, "__version__"]


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in _MODULES:
        return import_module(f"lamella.{name}")
    raise AttributeError(f"module 'lamella' has no attribute {name!r}")


def _html(record: object) -> str:
    from lamella.doors.notebook import html

    return html(record)


def _text(record: object) -> str:
    from lamella.doors.notebook import text

    return text(record)


_shown_by(_html, _text)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
