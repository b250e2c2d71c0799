"""The receptive field of every node with respect to every input of the design.

A unit is all channels at one position. Each input axis has one state at each node: followed along an axis of
the tensor, scattered (each number still sees what it saw, but its place has lost its meaning, as after
Flatten), seen whole, or not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from math import gcd, lcm
from typing import NamedTuple

from lamella.algebra import Expression
from lamella.design import Shape, Size
from lamella.layers.base import AxisMap, Layer
from lamella.planning.field import Extent, Field, identity_field, lengths, same_centre, through, union
from lamella.planning.open_sizes import OpenSize
from lamella.window import IDENTITY, Map

Numbers = tuple[int | None, ...]

FAR = 10**4
"""So many times the repetition of an open size: larger than any window."""


class ReceptiveField(NamedTuple):
    """What a unit sees of one input, per axis (height, width), in input pixels; None where not known.

    `min`, `max`: smallest and largest extent over one period of positions, `start`: first pixel of the first
    unit, all for an image without ends. `stride`: pixels from one unit to the next, as a fraction
    (numerator, denominator); 0 where every unit sees the whole axis. `seen`: the largest extent on the real
    image, where padding sees nothing. `aligned`: all branches met with the same stride and centre. `multiple`: an
    open size must be a multiple of this for the others to hold (1: any size), as padding "same" with strides puts
    its zeros elsewhere for others.
    """

    input: str
    min: Numbers
    max: Numbers
    start: Numbers
    stride: tuple[tuple[int, int] | None, ...]
    seen: Numbers
    aligned: bool
    multiple: tuple[int, ...]


class _Whole(NamedTuple):
    """The whole axis is seen: `size` inputs from `start`."""

    start: int | None
    size: int | None


class _Scattered(NamedTuple):
    """Each number sees so many inputs, at no place that can be told from its position."""

    field: Field


class _Followed(NamedTuple):
    """The tensor's axis `axis` runs along the input's axis."""

    axis: int
    field: Field


_State = _Whole | _Scattered | _Followed | None


class _Maps(NamedTuple):
    """How a layer's output sees one of its inputs, and of which numbers its sizes must be multiples, by axis."""

    seen_by: AxisMap
    multiples: Mapping[int, int]


class Views(NamedTuple):
    """The states of one input's axes at one node; `aligned` and `multiple` as in `ReceptiveField`."""

    states: tuple[_State, ...]
    multiple: tuple[int, ...]
    aligned: bool = True


def input_views(shape: Shape) -> Views:
    """An input: every axis of an image follows itself."""
    known = [(axis, size if isinstance(size, int) else None) for axis, size in enumerate(shape) if axis]
    return Views(tuple(_Followed(axis, identity_field(size)) for axis, size in known), (1,) * len(known))


def one_object(views: Views, fields: dict[object, Field]) -> Views:
    """The views with the first of all fields that are alike, so that they can be compared."""
    states = list(views.states)
    for place, state in enumerate(states):
        if isinstance(state, (_Scattered, _Followed)):
            same = fields.setdefault(state.field.facts, state.field)
            states[place] = state._replace(field=same)
    return views._replace(states=tuple(states))


def unknown_views(views: Views) -> Views:
    """What a unit sees where a mask that hangs on the input decides it, or where images meet."""
    return views._replace(states=(None,) * len(views.states))


class Sight(NamedTuple):
    """How a layer's output sees each of its inputs, and the axes (0 = the batch) along which it slides a window."""

    layer: Layer
    inputs: tuple[Shape, ...]
    output: Shape
    maps: tuple[_Maps, ...]
    slid: frozenset[int]

    @property
    def unmoved(self) -> bool:
        """Whether each number of the output sees just the one at its place."""
        axes = range(1, len(self.output))
        return (
            not self.slid
            and all(each.seen_by.get(axis) == (axis, IDENTITY) for each in self.maps for axis in axes)
            and all(len(shape) == len(self.output) for shape in self.inputs)
        )


def sight(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Sight:
    """How a layer sees inputs of these shapes.

    A window of one is a window too, equal to `IDENTITY` but not the same object: a 1x1 convolution is over both
    axes of a picture, an activation over none.
    """
    found = layer.views(inputs, output)
    slid = frozenset(source for seen_by in found for source, way in seen_by.values() if way is not IDENTITY)
    return Sight(layer, inputs, output, _maps(layer, found, inputs, output), slid)


def output_views(seen: Sight, arriving: Sequence[tuple[int, Views]]) -> Views:
    """The states behind a layer for one input of the design, which arrives at some of the layer's own inputs."""
    layer, shapes, output, maps, _ = seen
    arrived = [_through_layer(layer, maps[place], shapes[place], views, output) for place, views in arriving]
    merged = arrived[0]
    for views in arrived[1:]:
        met = list(map(_meet, merged.states, views.states))
        aligned = merged.aligned and views.aligned and all(same for _, same in met)
        merged = Views(tuple(state for state, _ in met), tuple(map(lcm, merged.multiple, views.multiple)), aligned)
    return merged


def _maps(layer: Layer, found: tuple[AxisMap, ...], inputs: tuple[Shape, ...], output: Shape) -> tuple[_Maps, ...]:
    """How the output's axes see each input; what an open size leaves undecided, for multiples of its repetition."""
    sizes = [size for shape in (*inputs, output) for size in shape if isinstance(size, Expression)]
    if not sizes or all(way is not None for seen_by in found for _, way in seen_by.values()):
        return tuple(_Maps(seen_by, {}) for seen_by in found)
    repetition = lcm(*(size.period for size in sizes))
    symbols = {name for size in sizes for name in size.symbols}

    def assumed(times: int) -> tuple[AxisMap, ...]:
        values = dict.fromkeys(symbols, times * repetition)
        *before, behind = (tuple(map(partial(_at, values), shape)) for shape in (*inputs, output))
        return layer.views(tuple(before), behind)

    return tuple(
        _decided(*each, output) for each in zip(inputs, found, assumed(FAR), assumed(2 * FAR + 1), strict=True)
    )


def _decided(shape: Shape, open_map: AxisMap, one: AxisMap, other: AxisMap, output: Shape) -> _Maps:
    """The map with what is the same for two assumed sizes in place of what is not known."""
    ways, multiples = dict(open_map), {}
    for axis, (source, way) in open_map.items():
        if way is None and one.get(axis) == other.get(axis):
            ways[axis] = one.get(axis, (source, None))
            ends = [size for size in (shape[source], *output[axis : axis + 1]) if isinstance(size, Expression)]
            multiples[source] = lcm(*(size.period for size in ends))
    return _Maps(ways, multiples)


def _at(values: Mapping[str, int], size: Size) -> Size:
    return size.at(values) if isinstance(size, Expression) else size


def _through_layer(layer: Layer, maps: _Maps, shape: Shape, views: Views, output: Shape) -> Views:
    seen_by, assumed = maps
    behind = {source: (axis, way) for axis, (source, way) in seen_by.items()}
    elementwise = all(axis in behind and behind[axis][1] == IDENTITY for axis in range(1, len(shape)))
    states: list[_State] = []
    for state in views.states:
        if isinstance(state, _Followed):
            states.append(_follow(layer, state, behind, output))
        elif isinstance(state, _Scattered) and not elementwise and not layer.scatters:
            # Along the only axis everything is mixed; along one of several, what is mixed can't be said.
            states.append(_whole(state.field) if len(shape) == 2 and not behind else None)
        else:
            states.append(state)
    multiples = (
        lcm(each, assumed.get(state.axis, 1)) if isinstance(state, _Followed) else each
        for state, each in zip(views.states, views.multiple, strict=True)
    )
    return Views(tuple(states), tuple(multiples), views.aligned)


def _follow(layer: Layer, state: _Followed, behind: Mapping[int, tuple[int, Map | None]], output: Shape) -> _State:
    if state.axis not in behind:
        return _Scattered(state.field) if layer.scatters else _whole(state.field)
    axis, way = behind[state.axis]
    if way is None:
        return None
    size = output[axis]
    field = through(state.field, way, size if isinstance(size, int) else None)
    return None if field is None else _Followed(axis, field)


def _whole(field: Field) -> _Whole:
    extent = field.all_seen()
    return _Whole(None, None) if extent is None else _Whole(extent[0], extent[1] - extent[0] + 1)


def _meet(one: _State, other: _State) -> tuple[_State, bool]:
    """Two branches' states of the same input axis, and whether they are aligned."""
    if one is None or other is None:
        return None, True
    if isinstance(one, _Whole) and isinstance(other, _Whole):
        if one.size is None or other.size is None or one.start is None or other.start is None:
            return one, True
        start, end = min(one.start, other.start), max(one.start + one.size, other.start + other.size)
        return _Whole(start, end - start), True
    if isinstance(one, _Whole) and not isinstance(other, _Whole):
        return (one if _covers(one, other.field.all_seen()) else None), True
    if isinstance(other, _Whole) and not isinstance(one, _Whole):
        return (other if _covers(other, one.field.all_seen()) else None), True
    if isinstance(one, _Followed) and isinstance(other, _Followed) and one.axis == other.axis:
        field = union(one.field, other.field)
        return (None if field is None else _Followed(one.axis, field)), same_centre(one.field, other.field)
    if isinstance(one, _Scattered) and isinstance(other, _Scattered):
        field = union(one.field, other.field)
        return (None if field is None else _Scattered(field)), True
    return None, True


def _covers(whole: _Whole, seen: Extent) -> bool:
    """Whether a branch that sees the whole axis sees all that another one does; true where that is not known."""
    if whole.start is None or whole.size is None or seen is None:
        return True
    return whole.start <= seen[0] and seen[1] < whole.start + whole.size


def moved_axes(seen: Sight, views: Views) -> set[int]:
    """The axes of the design's input (0 = first after the batch) along which this layer slides a window."""
    return {axis for axis, state in enumerate(views.states) if isinstance(state, _Followed) and state.axis in seen.slid}


def receptive_field(
    name: str, views: Views, axes: Sequence[int], sizes: Mapping[int, OpenSize] | None = None
) -> ReceptiveField:
    """The receptive field over some of an input's axes (0 = first after the batch); `sizes` by axis, where open.

    Where no size that fits is a multiple of those that the field is for, it is not known.
    """
    views = _for_sizes_that_fit(views, sizes or {})
    columns = [_column(views.states[axis]) for axis in axes]
    least, most, start, stride, seen = zip(*columns, strict=True) if columns else ((), (), (), (), ())
    return ReceptiveField(
        name, least, most, start, stride, seen, views.aligned, tuple(views.multiple[axis] for axis in axes)
    )


def largest(views: Views, axes: Sequence[int]) -> list[int | None]:
    """`ReceptiveField.max` alone, where all sizes are known."""
    states = (views.states[axis] for axis in axes)
    return [
        None if state is None else state.size if isinstance(state, _Whole) else lengths(state.field)[1]
        for state in states
    ]


def _for_sizes_that_fit(views: Views, sizes: Mapping[int, OpenSize]) -> Views:
    states, multiples = list(views.states), list(views.multiple)
    for axis, size in sizes.items():
        if not size.fits_multiples(multiples[axis]):
            states[axis], multiples[axis] = None, 1
    return Views(tuple(states), tuple(multiples), views.aligned)


_Column = tuple[int | None, int | None, int | None, tuple[int, int] | None, int | None]


def _column(state: _State) -> _Column:
    if state is None:
        return None, None, None, None, None
    if isinstance(state, _Whole):
        return state.size, state.size, state.start, (0, 1), state.size
    least, most = lengths(state.field)
    seen = state.field.largest_seen()
    if isinstance(state, _Scattered):
        return least, most, None, None, seen
    first = state.field.extents[0]
    return least, most, None if first is None else first[0], _fraction(state.field), seen


def _fraction(field: Field) -> tuple[int, int]:
    common = gcd(field.step, field.period)
    return field.step // common, field.period // common
