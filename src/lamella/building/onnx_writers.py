"""How layer types are written in ONNX: the table that every family adds its writers to, and what a writer is given."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import lamella.building as home
from lamella.building.onnx_graph import Graph
from lamella.building.onnx_values import Value, fixed
from lamella.design import Shape
from lamella.texts.languages import Phrase, phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lamella.layers.base import Layer


class Unwritable(Exception):
    """A layer that ONNX has no words for, or lamella doesn't write; `reason` says why."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class Use:
    """One use of a layer that is being written.

    `layer` is of the class that the table's type names. `shapes` are those of its outputs; `weights` its arrays by
    their names, those of the first use where it shares them, and `owner` is the node that they belong to.
    """

    graph: Graph
    layer: Any
    inputs: Sequence[Value]
    shapes: Sequence[Shape]
    weights: Mapping[str, NDArray[Any]]
    owner: str

    @property
    def input(self) -> Value:
        """The only input."""
        (value,) = self.inputs
        return value

    @property
    def shape(self) -> Shape:
        """The first output's shape."""
        return self.shapes[0]

    def weight(self, name: str, made: Callable[[NDArray[Any]], NDArray[Any]] | None = None) -> str:
        """A weight in the graph, put through `made`; "" where the layer has none of that name."""
        if name not in self.weights:
            return ""
        array = self.weights[name]
        return self.graph.weight(array if made is None else made(array), f"{self.owner}/{name}")

    def gives(self, name: str, moved: bool = False, *, flags: bool = False) -> Value:
        """The layer's output."""
        return Value(self.graph, self.shape, name, moved, flags=flags)

    def known(self, sizes: Sequence[Any]) -> list[int]:
        """The sizes as numbers. Raises `Unwritable` where one is open."""
        found = fixed(sizes)
        if found is None:
            raise Unwritable(OPEN)
        return found


OPEN = phrase("it depends on a size that is open", "정해지지 않은 크기에 따라 달라집니다")
NO_WRITER = phrase("lamella has no ONNX for this layer", "lamella에 이 레이어의 ONNX 표현이 없습니다")

Writer = Callable[[Use], "Value | Sequence[Value]"]

WRITERS: dict[str, Writer] = {}
"""By the name of the layer's type in a design."""

TAKES_FLAGS: dict[str, bool] = {}
"""Types that give what Keras gives also where inputs are true and false, and whether they hand these on."""


def writes(*types: str, flags: bool | None = None) -> Callable[[Writer], Writer]:
    """Adds a writer to the table, for these layer types; `flags` as in `TAKES_FLAGS`, None for those that don't."""

    def add(writer: Writer) -> Writer:
        WRITERS.update(dict.fromkeys(types, writer))
        TAKES_FLAGS.update({} if flags is None else dict.fromkeys(types, flags))
        return writer

    return add


def check_dtype(layer: Layer) -> None:
    """Raises `Unwritable` for a layer that computes in other numbers than all the rest of the graph."""
    if "dtype" in layer.arguments and vars(layer).get("dtype") not in (None, "float32"):
        raise Unwritable(phrase("its dtype is not float32", "dtype이 float32가 아닙니다"))


def load() -> None:
    """Loads every family, which adds its writers."""
    for module in pkgutil.iter_modules(home.__path__):
        if module.name.startswith("onnx_"):
            importlib.import_module(f"{home.__name__}.{module.name}")
