"""`keras.ops` that a design may use, on symbolic tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lamella.layers.depth_to_space import DepthToSpace, SpaceToDepth
from lamella.layers.reshaping import Squeeze

if TYPE_CHECKING:
    from lamella.layers.symbolic import SymbolicTensor


def squeeze(x: SymbolicTensor, axis: int | tuple[int, ...] | None = None) -> SymbolicTensor:
    """Removes axes of size 1: (B, 4, 1) -> (B, 4). Raises `DesignError` where an axis has another size."""
    squeezed: SymbolicTensor = Squeeze(axis)(x)
    return squeezed


def depth_to_space(x: SymbolicTensor, block_size: int, data_format: str = "channels_last") -> SymbolicTensor:
    """Every block_size^2 channels as a block: (B, 4, 5, 12) -> (B, 8, 10, 3). Raises `DesignError`."""
    larger: SymbolicTensor = DepthToSpace(block_size, data_format)(x)
    return larger


def space_to_depth(x: SymbolicTensor, block_size: int, data_format: str = "channels_last") -> SymbolicTensor:
    """Every block as channels: (B, 8, 10, 3) -> (B, 4, 5, 12). Raises `DesignError`."""
    smaller: SymbolicTensor = SpaceToDepth(block_size, data_format)(x)
    return smaller
