"""What each layer makes of one picture: its feature maps by energy, its range, its zeros, and its first filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lamella.algebra import number
from lamella.design import BATCH, INPUT, node_of
from lamella.errors import DesignError, UsageError, problem
from lamella.layers.base import did_you_mean, elements
from lamella.layers.spatial import Spatial
from lamella.pictures import Picture
from lamella.planning.plan import Plan, Row
from lamella.seeing.running import outputs
from lamella.shown import shown
from lamella.texts.languages import phrase
from lamella.training.run import check_finite
from lamella.units import shape as show_shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_LAYERS: Final = 200
MOST_MAPS: Final = 64
"""Maps of a layer that are kept; its range and zeros are those of all."""
MOST_NUMBERS: Final = 1 << 28
"""What one layer may give, 1 GiB of it."""

_IMAGE_AXES: Final = 4


@dataclass(frozen=True, eq=False)
class LayerSeen:
    """One layer's output for one picture.

    `maps` (shown, height, width) are those of `channels`, most energy first; a volume's slices stand below each other.
    A vector or a sequence is one map in its own order, without `channels`. `energy` is the mean square of every
    channel, feature or unit, `dead` those that are 0 everywhere.
    `kernels` (height, width, inputs, filters) are a convolution's that reads 1 or 3 channels, else None.
    """

    row: Row
    shape: tuple[int, ...]
    maps: NDArray[np.float32]
    channels: tuple[int, ...]
    energy: NDArray[np.float64]
    dead: tuple[int, ...]
    least: float
    mean: float
    most: float
    zeros: float
    kernels: NDArray[np.float32] | None


@shown
@dataclass(frozen=True, eq=False)
class Sight:
    """A picture as the design takes it, and what its layers make of it."""

    plan: Plan
    picture: Picture
    layers: tuple[LayerSeen, ...]


def input_shape(plan: Plan) -> tuple[int | None, int | None, int]:
    """Height, width and channels of the one picture that a design takes; None where a size is open.

    Raises `DesignError` where it takes something else.
    """
    inputs = [plan.row(node.name).output_shape for node in plan.design.inputs]
    match inputs:
        case [(batch, height, width, int(channels))] if batch == BATCH:
            return *(each if isinstance(each, int) else None for each in (height, width)), channels  # type: ignore[return-value]
    received = ", ".join(show_shape(each[1:] if each else each) for each in inputs)
    raise DesignError(problem("see input", received=received))


def see(plan: Plan, weights: Mapping[str, NDArray[Any]], picture: Picture, names: Sequence[str] = ()) -> Sight:
    """What the named layers, or all, make of a picture. The plan's sizes are those of the picture.

    Raises `DesignError` with what is wrong in the design or where a layer gives what is not finite, `UsageError` for
    a name that no layer has or for too many layers, `RunError` for weights that are not finite.
    """
    if plan.errors:
        raise DesignError(plan.errors)
    chosen = _chosen(plan, names)
    _check_size(plan)
    check_finite(weights)
    images = picture.pixels[np.newaxis]
    found = outputs(plan, weights, images, [row.node.name for row in chosen])
    layers = [_seen(plan, row, values, weights) for row, (_, values) in zip(chosen, found, strict=True)]
    return Sight(plan, picture, tuple(layers))


def _chosen(plan: Plan, names: Sequence[str]) -> list[Row]:
    rows = [row for row in plan.rows if row.node.type != INPUT]
    known = [row.node.name for row in rows]
    for name in names:
        if name not in known:
            facts = {"what": phrase("layer", "레이어"), "received": name, "suggestion": did_you_mean(name, known)}
            raise UsageError(problem("name unknown", **facts))
    chosen = [row for row in rows if not names or row.node.name in names]
    if len(chosen) > MOST_LAYERS:
        raise UsageError(problem("see many", count=len(chosen), limit=MOST_LAYERS, example=",".join(known[:2])))
    return chosen


def _check_size(plan: Plan) -> None:
    for row in plan.rows:
        count = number(elements(row.output_shape)) or 0
        if count > MOST_NUMBERS:
            facts = {"received": f"{count:,}", "limit": f"{MOST_NUMBERS:,}"}
            raise UsageError(problem("see large", row.node.place(), **facts))


def _seen(plan: Plan, row: Row, values: NDArray[np.float32], weights: Mapping[str, NDArray[Any]]) -> LayerSeen:
    axis = _channel_axis(plan, row)
    single = values.ndim < _IMAGE_AXES
    last = values[0] if single else np.moveaxis(values[0], axis - 1 if axis > 0 else axis, -1)
    energy = np.square(last, dtype=np.float64).reshape(-1, last.shape[-1] if last.ndim else 1).mean(0)
    order = [] if single else [int(each) for each in np.argsort(-energy, kind="stable")[:MOST_MAPS]]
    if single:
        maps = last.reshape(1, -1, last.shape[-1] if last.ndim else 1)
    else:
        maps = np.moveaxis(last.reshape(-1, *last.shape[-2:])[..., order], -1, 0)
    return LayerSeen(
        row,
        values.shape[1:],
        np.ascontiguousarray(maps),
        tuple(order),
        energy,
        tuple(int(each) for each in np.flatnonzero(energy == 0)),
        float(values.min()),
        float(values.mean(dtype=np.float64)),
        float(values.max()),
        float((values == 0).mean()),
        _kernels(row, weights),
    )


def _channel_axis(plan: Plan, row: Row) -> int:
    """Where the channels stand in an output, the batch counted: the last axis, or the first after the batch."""
    rank = len(row.output_shape or ())
    while not isinstance(row.layer, Spatial) and row.node.inputs:
        row = plan.row(node_of(row.node.inputs[0], plan.by_name))
        if len(row.output_shape or ()) != rank:
            return -1
    return 1 if isinstance(row.layer, Spatial) and row.layer.data_format == "channels_first" else -1


def _kernels(row: Row, weights: Mapping[str, NDArray[Any]]) -> NDArray[np.float32] | None:
    """The kernels that are pictures themselves: of more than one tap, over grey or colours."""
    kernel = weights.get(f"{row.node.name}/kernel")
    if not isinstance(row.layer, Spatial) or kernel is None or kernel.ndim != _IMAGE_AXES:
        return None
    return kernel if kernel.shape[2] in (1, 3) and kernel.shape[0] * kernel.shape[1] > 1 else None
