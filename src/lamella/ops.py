"""`keras.ops` that a design may use, on symbolic tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lamella.layers.reshaping import Squeeze

if TYPE_CHECKING:
    from lamella.layers.symbolic import SymbolicTensor


def squeeze(x: SymbolicTensor, axis: int | tuple[int, ...] | None = None) -> SymbolicTensor:
    """Removes axes of size 1: (B, 4, 1) -> (B, 4). Raises `DesignError` where an axis has another size."""
    squeezed: SymbolicTensor = Squeeze(axis)(x)
    return squeezed
