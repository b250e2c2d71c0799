"""The receptive field along one axis: which inputs each position of a tensor sees.

Carried forward layer by layer and exact: on the unbounded axis as one period of intervals (position
q*period + r sees extents[r] shifted by q*step). On the real axis, as long as every layer sees its inputs without
gaps, these are the same intervals cut to what can be seen at all; behind layers with gaps (dilation, holes) they
are the same wherever no layer on the way has cut them off at a border, and a list at both ends. The interval of a
position runs from the first to the last input that it sees. Cost: linear in layers, independent of the image's
size without gaps.

Sources: Araujo, Norris and Sim, Distill 2019, for chains of windows; the periods are needed for upsampling.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from math import gcd, lcm

from lamella.window import IDENTITY, Chain, Map

Extent = tuple[int, int] | None
"""First and last input seen; None where nothing is."""

LONGEST_PERIOD = 4096


@dataclass(frozen=True, eq=False)
class Field:
    """What the positions of one tensor axis see of one input axis.

    `size` positions exist (None: not known, and then nothing is said of the real axis). Where `ends` are given, a
    position sees of the real axis what lies between them. Else those from `low` to `high` are cut off nowhere,
    those before stand in `head`, those behind in `tail`.
    """

    step: int
    extents: tuple[Extent, ...]
    size: int | None
    low: int
    high: int
    head: tuple[Extent, ...] = ()
    tail: tuple[Extent, ...] = ()
    ascending: bool = True
    """Whether first and last input never fall from one position to the next, and none sees nothing."""
    ends: Extent = None

    @property
    def facts(self) -> tuple[object, ...]:
        """All that it holds: fields with the same facts are alike."""
        return tuple(vars(self).values())

    @property
    def period(self) -> int:
        return len(self.extents)

    def unbounded(self, position: int) -> Extent:
        """What a position sees where the axis has no ends."""
        turns, phase = divmod(position, len(self.extents))
        extent = self.extents[phase]
        return None if extent is None else (extent[0] + turns * self.step, extent[1] + turns * self.step)

    def seen(self, position: int) -> Extent:
        """What a position sees of the real axis; `size` must be known."""
        if self.ends is not None:
            return _cut(self.unbounded(position), self.ends)
        if position < self.low:
            return self.head[position]
        if position > self.high:
            return self.tail[position - max(self.high + 1, self.low)]
        return self.unbounded(position)

    def largest_seen(self) -> int | None:
        """How many inputs the position that sees most of them spans on the real axis."""
        if self.size is None:
            return None
        if self.ends is not None:
            return max(_length(self.seen(position)) for position in self._widest(self.ends))
        inside = min(self.high - self.low + 1, len(self.extents))
        whole = (self.unbounded(self.low + index) for index in range(inside))
        return max(map(_length, (*self.head, *self.tail, *whole)), default=0)

    def all_seen(self) -> Extent:
        """The first and last input that any position sees on the real axis; None also where that is not known."""
        if self.size is None:
            return None
        if self.ends is not None:
            return join((self.seen(0), self.seen(self.size - 1)))
        inside = range(self.low, self.high + 1)
        period = len(self.extents)
        ends = [*inside[:period], *inside[-period:]]
        return join((*self.head, *self.tail, *map(self.unbounded, ends)))

    def _widest(self, ends: tuple[int, int]) -> Iterator[int]:
        """For each phase the positions around where its interval touches an end: one of them is cut least."""
        assert self.size is not None
        period = len(self.extents)
        for phase, extent in enumerate(self.extents[: self.size]):
            assert extent is not None
            last = (self.size - 1 - phase) // period
            for place, end in zip(extent, ends, strict=True):
                turn = (end - place) // self.step
                yield from (phase + min(max(each, 0), last) * period for each in (turn, turn + 1))

    def _whole(self, position: int) -> bool:
        """Whether the ends of the input cut nothing off what a position sees."""
        return self.seen(position) == self.unbounded(position)

    def listed(self) -> Field:
        """The same with lists at both ends in place of `ends`."""
        if self.ends is None or self.size is None:
            return self
        positions = range(self.size)
        low = next(filter(self._whole, positions), self.size)
        high = next(filter(self._whole, reversed(positions)), self.size - 1)
        head, tail = tuple(map(self.seen, range(low))), tuple(map(self.seen, range(high + 1, self.size)))
        return replace(self, low=low, high=high, head=head, tail=tail if low <= high else (), ends=None)


@lru_cache(maxsize=64)
def identity_field(size: int | None) -> Field:
    """An input axis: each position sees itself."""
    return Field(1, ((0, 0),), size, 0, -1, ends=None if size is None else (0, size - 1))


@lru_cache(maxsize=256)
def through(field: Field, seen_by: Map, size: int | None) -> Field | None:
    """The field after a layer that sees the axis by a map, with `size` positions then.

    None where the pattern would be longer than `LONGEST_PERIOD`. Height and width mostly go the same way:
    the second one finds the answer of the first.
    """
    if seen_by == IDENTITY and size == field.size:
        return field
    if isinstance(seen_by, Chain):
        middle = through(field, seen_by.first, seen_by.size)
        return None if middle is None else through(middle, seen_by.then, size)
    turns = field.period // gcd(field.period, seen_by.step)
    period, step = seen_by.period * turns, field.step * (seen_by.step * turns // field.period)
    if period > LONGEST_PERIOD:
        return None
    extents, gaps = [], False
    for phase in range(period):
        inputs: Sequence[int] = seen_by.inputs(phase)
        gaps = gaps or not inputs or inputs[-1] - inputs[0] >= len(inputs)
        ends = (inputs[0], inputs[-1]) if field.ascending and inputs else inputs
        extents.append(join(map(field.unbounded, ends)))
    found = tuple(extents)
    ascending = _ascending(found, step)
    if size is None or field.size is None:
        return Field(step, found, None, 0, -1, ascending=ascending)
    last = field.size
    if not gaps and field.ends is not None and field.ascending and ascending and _all_see(seen_by, size, last):
        return Field(step, found, size, 0, -1, ascending=ascending, ends=field.all_seen())
    field = field.listed()
    low, high = seen_by.unclipped(field.low, field.high)
    low, high = max(low, 0), min(high, size - 1)
    if low > high:
        low, high = size, size - 1
    orderly = _orderly(field)

    def clipped(position: int) -> Extent:
        inputs = _inside(seen_by.inputs(position), last)
        return join(map(field.seen, (inputs[0], inputs[-1]) if orderly and inputs else inputs))

    head, tail = tuple(map(clipped, range(low))), tuple(map(clipped, range(high + 1, size)))
    return Field(step, found, size, low, high, head, tail if low <= high else (), ascending)


def _all_see(seen_by: Map, size: int, last: int) -> bool:
    """Whether each of `size` positions sees one of the `last` that exist, where none sees with gaps."""
    assert not isinstance(seen_by, Chain)
    return size > 0 and seen_by.inputs(0)[-1] >= 0 and seen_by.inputs(size - 1)[0] < last


def _inside(inputs: range | list[int], size: int) -> Sequence[int]:
    """Those of ascending inputs that exist."""
    if isinstance(inputs, range):
        before = max(-(inputs.start // inputs.step), 0)
        return inputs[before : max(-((inputs.start - size) // inputs.step), 0)]
    return [each for each in inputs if 0 <= each < size]


def _orderly(field: Field) -> bool:
    """Whether on the real axis, too, first and last input never fall and no position sees nothing."""
    if not field.ascending:
        return False
    middle = [field.unbounded(each) for each in (field.low, field.high)] if field.low <= field.high else []
    seen = [*field.head, *middle, *field.tail]
    return all(
        a is not None and b is not None and a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise([*seen, *seen[-1:]])
    )


def union(one: Field, other: Field) -> Field | None:
    """The field where two branches meet, position by position; None where their strides differ."""
    if one is other:
        return one
    if one.step * other.period != other.step * one.period:
        return None
    period = lcm(one.period, other.period)
    if period > LONGEST_PERIOD:
        return None
    step = one.step * (period // one.period)
    found = tuple(join((one.unbounded(phase), other.unbounded(phase))) for phase in range(period))
    ascending = _ascending(found, step)
    if one.size is None or one.size != other.size:
        return Field(step, found, None, 0, -1, ascending=ascending)
    size = one.size
    if one.ends is not None and one.ends == other.ends and ascending:
        return Field(step, found, size, 0, -1, ascending=ascending, ends=one.ends)
    one, other = one.listed(), other.listed()
    low, high = max(one.low, other.low), min(one.high, other.high)
    if low > high:
        low, high = size, size - 1

    def both(position: int) -> Extent:
        return join((one.seen(position), other.seen(position)))

    head, tail = tuple(map(both, range(low))), tuple(map(both, range(high + 1, size)))
    return Field(step, found, size, low, high, head, tail if low <= high else (), ascending)


def same_centre(one: Field, other: Field) -> bool:
    """Whether two branches move at the same stride around the same centre."""
    if one.step * other.period != other.step * one.period:
        return False
    period = lcm(one.period, other.period)

    def centre(field: Field) -> tuple[int, int]:
        known = [extent for extent in map(field.unbounded, range(period)) if extent is not None]
        return sum(low + high for low, high in known), len(known)

    (first, count), (second, other_count) = centre(one), centre(other)
    return first * other_count == second * count


def join(extents: Iterable[Extent]) -> Extent:
    """From the first to the last input of several extents."""
    known = [extent for extent in extents if extent is not None]
    if not known:
        return None
    return min(low for low, _ in known), max(high for _, high in known)


def _cut(extent: Extent, ends: tuple[int, int]) -> Extent:
    """What of an interval lies between two ends."""
    if extent is None:
        return None
    low, high = max(extent[0], ends[0]), min(extent[1], ends[1])
    return (low, high) if low <= high else None


def _length(extent: Extent) -> int:
    return 0 if extent is None else extent[1] - extent[0] + 1


def _ascending(extents: tuple[Extent, ...], step: int) -> bool:
    first = extents[0]
    if first is None:
        return False
    following = (*extents, (first[0] + step, first[1] + step))
    return all(b is not None and a is not None and a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(following))


def lengths(field: Field) -> tuple[int, int]:
    """The smallest and the largest field over one period, on the unbounded axis."""
    sizes = list(map(_length, field.extents))
    return min(sizes), max(sizes)
