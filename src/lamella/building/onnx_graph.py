"""An ONNX graph while it is written: its nodes in order, its constants, and names that no two of them share.

Source of what operators mean: github.com/onnx/onnx/blob/main/docs/Operators.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from lamella.design import FreeNames

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Function = Callable[["Graph", str], str]
    """From the name of a tensor to that of another."""


class Graph:
    """Nodes and constants; tensors are known by their names.

    Every name begins with that of the layer it comes from. The same layers give the same names in the same order.
    """

    def __init__(self, onnx: Any, taken: Sequence[str], keeps: bool = True) -> None:
        """`onnx` is the package; `taken` are names that stand for something else, as those of the inputs.

        Without `keeps` weights are named and not kept: the graph only shows whether it can be written.
        """
        self.onnx, self._keeps = onnx, keeps
        self.nodes: list[Any] = []
        self.constants: dict[str, NDArray[Any]] = {}
        self._names = FreeNames(taken)
        self._known: dict[str, list[str]] = {}
        """The constants of each word, which differ."""
        self._layer = ""

    @contextmanager
    def of(self, layer: str) -> Iterator[None]:
        """Everything inside is named after a layer."""
        before, self._layer = self._layer, layer
        try:
            yield
        finally:
            self._layer = before

    @property
    def layer(self) -> str:
        """The layer that is being written."""
        return self._layer

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Adds a node of one output and gives the output's name."""
        (output,) = self.add_several(operator, 1, *inputs, **attributes)
        return output

    def add_several(self, operator: str, outputs: int, *inputs: str, **attributes: Any) -> list[str]:
        """Adds a node and gives the names of its outputs; an input "" is left out."""
        names = [self._names.take(f"{self._layer}/{operator}") for _ in range(outputs)]
        self.nodes.append(self.onnx.helper.make_node(operator, inputs, names, name=names[0], **attributes))
        return names

    def weight(self, array: NDArray[Any], name: str) -> str:
        """Adds an array of a layer as float32; the same one under the same name is there once."""
        return self._constant(np.ascontiguousarray(array, np.float32), name) if self._keeps else name

    def number(self, value: float) -> str:
        """A float32 by itself."""
        return self._constant(np.asarray(value, np.float32), f"{value:g}")

    def numbers(self, array: NDArray[Any] | Sequence[float], word: str) -> str:
        """Float32 numbers that the layer itself says, as its scale."""
        return self._constant(np.asarray(array, np.float32), f"{self._layer}/{word}")

    def integers(self, values: Sequence[int]) -> str:
        """Sizes, axes or places in a row, as int64."""
        return self._constant(np.asarray(values, np.int64), f"[{','.join(map(str, values[:8]))}]")

    def integer(self, value: int) -> str:
        """One size, axis or place by itself, as int64."""
        return self._constant(np.asarray(value, np.int64), f"{value}")

    def _constant(self, array: NDArray[Any], word: str) -> str:
        known = self._known.setdefault(word, [])
        for name in known:
            held = self.constants[name]
            if held.dtype == array.dtype and held.shape == array.shape and np.array_equal(held, array):
                return name
        known.append(name := self._names.take(word))
        self.constants[name] = array
        return name
