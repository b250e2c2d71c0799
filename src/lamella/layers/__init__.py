"""Layer types, one class each, and Keras' own way of writing them.

Every module of this folder is loaded, and every `Layer` defined in one registers itself: `REGISTRY` by the
name in a design, and as a name to import from here. Those of the folder `operations` are loaded when one is asked for.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import TYPE_CHECKING, Final

from lamella.design import Node
from lamella.errors import DesignError, Problem, problem
from lamella.layers.arguments import Wrong, closest
from lamella.layers.base import OPERATIONS, Layer, did_you_mean
from lamella.layers.base import REGISTRY as REGISTRY
from lamella.layers.registry import NAMED_BY as NAMED_BY
from lamella.layers.wrapped import CELLS
from lamella.texts.languages import phrase, plain

if TYPE_CHECKING:
    from lamella.layers.activating import *
    from lamella.layers.adaptive_pooling import *
    from lamella.layers.attention import *
    from lamella.layers.borders import *
    from lamella.layers.categories import *
    from lamella.layers.convolution import *
    from lamella.layers.convolutional_recurrent import *
    from lamella.layers.core import *
    from lamella.layers.depthwise_convolution import *
    from lamella.layers.dot import *
    from lamella.layers.einsum_dense import *
    from lamella.layers.embedding import *
    from lamella.layers.global_pooling import *
    from lamella.layers.histograms import *
    from lamella.layers.lookup import *
    from lamella.layers.merging import *
    from lamella.layers.mixing import *
    from lamella.layers.multi_head_attention import *
    from lamella.layers.normalization import *
    from lamella.layers.pipeline import *
    from lamella.layers.pooling import *
    from lamella.layers.random_color import *
    from lamella.layers.random_detail import *
    from lamella.layers.random_geometry import *
    from lamella.layers.recurrent import *
    from lamella.layers.recurrent_cells import *
    from lamella.layers.regularization import *
    from lamella.layers.reshaping import *
    from lamella.layers.resizing import *
    from lamella.layers.scaling import *
    from lamella.layers.spectrogram import *
    from lamella.layers.transposed_convolution import *
    from lamella.layers.upsampling import *
    from lamella.layers.wrappers import *

for _module in pkgutil.iter_modules(__path__):
    if not _module.ispkg:
        importlib.import_module(f"{__name__}.{_module.name}")

from lamella.layers.core import Input as Input  # noqa: E402  (the one function among the classes)

_SHORTER = (("AveragePooling", "AvgPool"), ("MaxPooling", "MaxPool"), ("Conv", "Convolution"))
ALIASES: Final = {
    name.replace(long, alias): name
    for long, alias in _SHORTER
    for name in REGISTRY.loaded
    if re.match(rf"(Global|Separable)?{long}\d", name)
}
"""Keras' other names for types; a design gets the main one."""

__all__ = ["Input", *(name for name in (*REGISTRY.loaded, *ALIASES, *CELLS) if name.isidentifier() and name != "Input")]


def __getattr__(name: str) -> type[Layer]:
    name = ALIASES.get(name, name)
    if name in REGISTRY or name in CELLS:
        return REGISTRY.get(name) or CELLS[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *REGISTRY, *ALIASES, *CELLS])


def make(node: Node) -> Layer | tuple[Problem, ...]:
    """The frozen layer of a node, or everything that is wrong with its type and arguments, with places."""
    kind = REGISTRY.get(node.type)
    if kind is None:
        near = nearest_type(node.type)
        own = phrase(
            "{named} For a layer of your own, write which shape it gives: - {type}: {{gives: [14, 14, 32]}}.",
            "{named} 직접 만든 레이어라면 출력 모양을 적어 주세요: - {type}: {{gives: [14, 14, 32]}}.",
            named=NAMED_BY,
            type=plain(node.type, 80),
        )
        fix = own if near is None else did_you_mean(node.type, [near])
        unknown = problem("layer unknown", node.place(), received=node.type, suggestion=fix)
        meant = REGISTRY.get(near or "")
        wrong = _make(meant, node) if meant else ()
        if isinstance(wrong, Layer):
            return (unknown,)
        return (unknown, *(each for each in wrong if each.key != "argument missing"))
    return _make(kind, node)


def nearest_type(name: str) -> str | None:
    """The type whose name is most like this one; an operation only where its name is the same, or was meant."""
    if name.startswith(OPERATIONS):
        return closest(name, list(REGISTRY))
    near = closest(name, [each for each in REGISTRY.loaded if not each.startswith(OPERATIONS)])
    return near or next((each for each in REGISTRY if each.rpartition(".")[2] == name.lower()), None)


def _make(kind: type[Layer], node: Node) -> Layer | tuple[Problem, ...]:
    try:
        return kind(**node.arguments)
    except DesignError as error:
        return tuple(each.at(node.place(str(each.facts.get("argument")))) for each in error.problems)


def normal_form(type_name: str, arguments: dict[str, object]) -> dict[str, object]:
    """The arguments as every door writes them: right values in normal form, defaults left out, in order.

    Wrong and unknown ones stay as they were written, behind the right ones.
    """
    kind = REGISTRY.get(type_name)
    if kind is None:
        return arguments
    right: dict[str, object] = {}
    wrong: dict[str, object] = {}
    for name in [*(each for each in kind.arguments if each in arguments), *arguments]:
        if name in right or name in wrong:
            continue
        declared = kind.arguments.get(name)
        try:
            value = declared.kind.parse(arguments[name]) if declared else arguments[name]
        except Wrong:
            declared, value = None, arguments[name]
        if declared is None:
            wrong[name] = value
        elif value != declared.default:
            right[name] = value
    return right | wrong
