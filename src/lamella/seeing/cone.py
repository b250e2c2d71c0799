"""What one place of a layer's output sees of every tensor before it, back to the inputs, from the layers' own rules.

A place is all channels at one position, as in the plan's receptive field, which says the most that any place sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lamella.design import BATCH, Shape, node_of
from lamella.layers.base import AxisMap
from lamella.layers.spatial import Spatial
from lamella.planning.field import Extent, join
from lamella.planning.plan import Plan, Row
from lamella.window import Chain, Map

Extents = tuple[Extent, ...]
"""For each axis behind the batch the first and last place seen; None where that can't be said."""

_EACH = 4096
"""Up to so many places next to each other are followed one by one, of more the ends."""


class Seen(NamedTuple):
    """One tensor: its row, what is seen of it, and the later rows through which it is seen."""

    row: Row
    extents: Extents
    by: tuple[str, ...]


def picture_axes(plan: Plan, shape: Shape) -> tuple[int, ...]:
    """The axes (0 = the first behind the batch) along which a tensor has places: without channels, a vector's own."""
    if len(shape) < 3:
        return tuple(range(len(shape) - 1))
    first = any(isinstance(row.layer, Spatial) and row.layer.channels_first for row in plan.rows)
    return tuple(range(1, len(shape) - 1) if first else range(len(shape) - 2))


def cone(plan: Plan, row: Row, place: Mapping[int, int]) -> list[Seen]:
    """What is seen from `place` (axis: position) of a row whose sizes are known, that row first, inputs last."""
    assert row.output_shape is not None
    whole = _whole(row.output_shape)
    begin = tuple((place[axis], place[axis]) if axis in place else whole[axis] for axis in range(len(whole)))
    found: dict[str, Extents] = {row.node.name: begin}
    by: dict[str, list[str]] = {row.node.name: []}
    seen = []
    for each in reversed(plan.rows[: plan.rows.index(row) + 1]):
        name = each.node.name
        if name not in found or plan.by_name[name] is not each:
            continue
        seen.append(Seen(each, found[name], tuple(by[name])))
        for reference, extents in _before(plan, each, found[name]):
            source = node_of(reference, plan.by_name)
            if source not in plan.by_name or extents is None:
                continue
            by.setdefault(source, []).append(name)
            if source in found:
                pairs = zip(found[source], extents, strict=True)
                extents = tuple(None if None in pair else join(pair) for pair in pairs)
            found[source] = extents
    return seen


def _before(plan: Plan, row: Row, seen: Extents) -> list[tuple[str, Extents | None]]:
    """What is seen of each tensor that a row reads; None for one of which nothing is."""
    shapes, layer = plan.inputs_of(row), row.layer
    if layer is None or shapes is None or row.output_shape is None or row.more_shapes or _mixes_images(row, shapes):
        unknown = [(name, plan.shapes.get(node_of(name, plan.by_name))) for name in row.node.inputs]
        return [(name, None if shape is None else (None,) * (len(shape) - 1)) for name, shape in unknown]
    views, whole = layer.views(shapes, row.output_shape), _whole(row.output_shape)
    found: list[tuple[str, Extents | None]] = []
    for name, view, shape in zip(row.node.inputs, views, shapes, strict=True):
        first = node_of(name, plan.by_name) == name  # what a further output sees is not followed
        through = _through(view, shape, seen, whole, layer.scatters) if first else (None,) * (len(shape) - 1)
        found.append((name, through))
    return found


def _mixes_images(row: Row, shapes: tuple[Shape, ...]) -> bool:
    """Whether some tensor has its images elsewhere than along the first axis alone."""
    assert row.output_shape is not None
    return any(shape[:1] != (BATCH,) or BATCH in shape[1:] for shape in (row.output_shape, *shapes))


def _through(view: AxisMap, shape: Shape, seen: Extents, whole: Extents, scatters: bool) -> Extents | None:
    behind = {source: (axis, way) for axis, (source, way) in view.items()}
    mixed = [axis for axis in range(len(whole)) if axis + 1 not in view]
    lost = scatters and any(seen[axis] != whole[axis] for axis in mixed)
    found: list[Extent] = []
    for axis in range(1, len(shape)):
        size = shape[axis]
        if not isinstance(size, int):
            return (None,) * (len(shape) - 1)
        if axis not in behind:
            found.append(None if lost else (0, size - 1))
            continue
        later, way = behind[axis]
        extent = seen[later - 1] if later - 1 < len(seen) else None
        if extent is None or way is None:
            found.append(None)
            continue
        through = _seen_by(way, extent, size)
        if through is None:
            return None
        found.append(through)
    return tuple(found)


def _seen_by(way: Map, extent: tuple[int, int], size: int) -> Extent:
    """The first and last of `size` places that some of these outputs see."""
    if isinstance(way, Chain):
        middle = _seen_by(way.then, extent, way.size)
        return None if middle is None else _seen_by(way.first, middle, size)
    first, last = extent
    outputs = range(first, last + 1) if last - first < _EACH else (first, last)
    return join(_ends([each for each in way.inputs(output) if 0 <= each < size]) for output in outputs)


def _ends(places: list[int]) -> Extent:
    return (places[0], places[-1]) if places else None


def _whole(shape: Shape) -> Extents:
    return tuple((0, size - 1) if isinstance(size, int) else None for size in shape[1:])
