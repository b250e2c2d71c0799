"""Which sums of parameters can still be reached, where there must be so many at least.

A bound from below says nothing about a sum that must be at least so large. So all ways from each part to an end are
added up, as sets of sums in long whole numbers, one bit each: shifted by what a layer has, and joined where ways meet.
Where the sums are too large for that, those of the last layers alone are kept as sorted numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from lamella.design import Shape
from lamella.solving.unknowns import Picks

MOST_ADDED: Final = 10**10
"""So many bits are shifted at most; wider sums are left to the search."""
MOST_WAYS: Final = 60_000
"""So many layers are put in place at most."""

MOST_OF_A_TAIL: Final = 40_000
"""So many ways may lead from one part to an end, where its sums are kept as numbers."""
MOST_IN_TAILS: Final = 15_000_000
"""So many such sums are made at most."""

_AS_MANY: Final = 100
"""A layer put in place takes about as long as so many sums."""
_SLACK: Final = 16
"""Sums are told apart up to the limit and a part of it, 1 in so many, beyond."""


class Key(NamedTuple):
    """What decides all that can follow a part of a design: its end, the shapes there, the choices that are shared."""

    place: int
    state: int
    shapes: tuple[Shape | None, ...]
    held: tuple[Picks, ...]


class Way(NamedTuple):
    """One layer in place: where it leads, what it costs, its choices, and which value of its wide unknown they have."""

    target: Key
    flaws: int
    params: int
    macs: int
    picks: Picks
    value: int


class Sums:
    """For each part by its key, and each number of flaws, the parameters that are still to come, up to `cap`."""

    def __init__(self, least: int, cap: int, reached: Mapping[Key, Mapping[int, int]]) -> None:
        self.least, self.cap, self._reached = least, cap, reached

    def nearest(self, key: Key, flaws: int, params: int) -> tuple[int, int] | None:
        """The fewest flaws, and then parameters, of a design with this part that has enough, and no more than `cap`."""
        for more, sums in self._reached.get(key, {}).items():
            enough = sums >> max(self.least - params, 0)
            if enough:
                least = (enough & -enough).bit_length() - 1 + max(self.least, params)
                if least <= self.cap:
                    return flaws + more, least
        return None


def sums_of(start: Key, steps: int, ways: Callable[[Key, int], Iterable[Way]], least: int, most: float) -> Sums | None:
    """All sums of `steps` layers from `start`; None where there are too many.

    `ways` gives what may follow a part with so many parameters left up to the cap.
    """
    cap = int(min(most, least + least // _SLACK + 64))
    spent: dict[Key, int] = {start: 0}
    leading: list[dict[Key, list[Way]]] = []
    added = made = 0
    for _ in range(steps):
        found: dict[Key, list[Way]] = {}
        after: dict[Key, int] = {}
        for key, params in spent.items():
            found[key] = []
            for way in ways(key, cap - params):
                found[key].append(way)
                after[way.target] = min(after.get(way.target, cap), params + way.params)
                added += cap - params - way.params
                made += 1
                if added > MOST_ADDED or made > MOST_WAYS:
                    return None
        leading.append(found)
        spent = after
    reached: dict[Key, dict[int, int]] = {key: {0: 1} for key in spent}
    for found in reversed(leading):
        for key, each in found.items():
            reached[key] = _joined(each, reached, cap)
    return Sums(least, cap, reached)


def _joined(ways: Sequence[Way], reached: Mapping[Key, Mapping[int, int]], cap: int) -> dict[int, int]:
    joined: dict[int, int] = {}
    for way in ways:
        for flaws, sums in reached[way.target].items():
            joined[flaws + way.flaws] = joined.get(flaws + way.flaws, 0) | sums << way.params
    kept = (1 << cap + 1) - 1
    return {flaws: joined[flaws] & kept for flaws in sorted(joined) if joined[flaws] & kept}


class Tail(NamedTuple):
    """Sums in order for each number of flaws, all of them with so many flaws and parameters more."""

    flaws: int
    params: int
    sums: Mapping[int, Sequence[int]]


class Tails:
    """The sums of the last layers, those behind a part made when they are asked for."""

    def __init__(self, ways: Callable[[Key], Iterable[Way]], room: Sequence[int]) -> None:
        """`ways` gives what may follow a part; `room` has for each place between two layers how many ways lead from one
        part there to the end at most.
        """
        self._ways, self._room = ways, room
        self._behind: dict[Key, Tail] = {}
        self._made = 0

    def reach(self, place: int) -> bool:
        """Whether there is room for the sums behind a part at a place."""
        return self._room[place] <= MOST_OF_A_TAIL and self._made <= MOST_IN_TAILS

    def nearest(self, key: Key, least: float, most: float) -> tuple[int, int] | None:
        """The fewest flaws, and then parameters from `least` to `most`, that can follow a part."""
        tail = self._tail(key)
        for flaws, sums in tail.sums.items():
            place = bisect_left(sums, least - tail.params)
            if place < len(sums) and tail.params + sums[place] <= most:
                return tail.flaws + flaws, tail.params + sums[place]
        return None

    def _tail(self, key: Key) -> Tail:
        if key not in self._behind:
            ended = key.place == len(self._room) - 1
            self._behind[key] = Tail(0, 0, {0: (0,)}) if ended else self._joined([*self._ways(key)])
        return self._behind[key]

    def _joined(self, ways: Sequence[Way]) -> Tail:
        if len(ways) == 1:
            behind = self._tail(ways[0].target)
            return behind._replace(flaws=behind.flaws + ways[0].flaws, params=behind.params + ways[0].params)
        found: dict[int, set[int]] = {}
        self._made += _AS_MANY * len(ways)
        for way in ways:
            behind = self._tail(way.target)
            more = way.params + behind.params
            for flaws, sums in behind.sums.items():
                self._made += len(sums)
                found.setdefault(way.flaws + behind.flaws + flaws, set()).update([more + each for each in sums])
        return Tail(0, 0, {each: sorted(found[each]) for each in sorted(found)})
