"""What units see, found by moving one row or column of the input at a time through the NumPy forward pass."""

from __future__ import annotations

from math import prod

import numpy as np

from lamella.layers import Conv2DTranspose, UpSampling2D
from lamella.planning.plan import Plan
from lamella.planning.receptive_field import ReceptiveField
from oracles import Array, forward

Extent = tuple[int, int] | None


def extents(known: Plan, source: str, axis: int) -> dict[str, list[Extent]]:
    """For each node of pictures, which rows (axis 0) or columns (1) of the input its units see: first and last."""
    shape = known.row(source).output_shape[1:]
    size = shape[axis]
    images = np.zeros((size, *shape), "float32")
    np.moveaxis(images, axis + 1, 1)[np.arange(size), np.arange(size)] = 1
    found = {}
    for name, moved in forward(known, {source: images}).items():
        seen = np.moveaxis(moved, axis + 1, 1).reshape(size, moved.shape[axis + 1], -1).any(axis=2)
        found[name] = [(int(hits[0]), int(hits[-1])) if len(hits := np.flatnonzero(unit)) else None for unit in seen.T]
    return found


def untouched(known: Plan, source: str, axis: int) -> dict[str, Array]:
    """For each node, whether its units see nothing beyond the ends of any picture on the way."""
    image = np.zeros((1, *known.row(source).output_shape[1:]), "float32")
    touched = forward(known, {source: image}, beyond=(1.0, 0.0) if axis == 0 else (0.0, 1.0))
    return {
        name: ~np.moveaxis(each[0], axis, 0).reshape(each.shape[axis + 1], -1).any(axis=1)
        for name, each in touched.items()
    }


def length(extent: Extent) -> int:
    return 0 if extent is None else extent[1] - extent[0] + 1


def pattern_length(known: Plan, axis: int) -> int:
    """After so many units every pattern has repeated: the product of all factors of growth."""
    layers = [row.layer for row in known.rows]
    grown = [each.strides[axis] for each in layers if isinstance(each, Conv2DTranspose)]
    return prod([*grown, *(each.size[axis] for each in layers if isinstance(each, UpSampling2D))])


def check_real(field: ReceptiveField, axis: int, units: list[Extent]) -> None:
    """`seen` is the largest extent on the real image."""
    assert field.seen[axis] == max(map(length, units))


def check_unbounded(field: ReceptiveField, axis: int, units: list[Extent], inside: Array, turn: int) -> bool:
    """`min`, `max`, `start` and `stride` hold for every unit that no end reaches; false where too few are such."""
    free = np.flatnonzero(inside)
    whole = [unit for unit in free if inside[unit : unit + turn].sum() == turn]
    if not whole or not any(unit % turn == 0 for unit in free):
        return False
    sizes = [length(units[unit]) for unit in range(whole[0], whole[0] + turn)]
    assert (field.min[axis], field.max[axis]) == (min(sizes), max(sizes))
    over, under = field.stride[axis]
    for unit in free[free % turn == 0]:
        start = field.start[axis]
        expected = None if start is None else start + unit * over // under
        assert (None if units[unit] is None else units[unit][0]) == expected, unit
        assert unit * over % under == 0
    return True
