"""Which sums of parameters can still be reached, one bit each, where there must be so many at least.

A bound from below says nothing about a sum that must be at least so large. So all ways from each part to an end are
added up, as sets of sums in long whole numbers: shifted by what a layer has, and joined where ways meet.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

MOST_ADDED: Final = 10**10
"""So many bits are shifted at most; wider sums are left to the search."""
MOST_WAYS: Final = 60_000
"""So many layers are put in place at most."""

_SLACK: Final = 16
"""Sums are told apart up to the limit and a part of it, 1 in so many, beyond."""


class Way(NamedTuple):
    """One layer in place: where it leads, its flaws and parameters."""

    target: Hashable
    flaws: int
    params: int


class Sums:
    """For each part by its key, and each number of flaws, the parameters that are still to come, up to `cap`."""

    def __init__(self, least: int, cap: int, reached: Mapping[Hashable, Mapping[int, int]]) -> None:
        self.least, self.cap, self._reached = least, cap, reached

    def nearest(self, key: Hashable, flaws: int, params: int) -> tuple[int, int] | None:
        """The fewest flaws, and then parameters, of a design with this part that has enough, and no more than `cap`."""
        for more, sums in self._reached.get(key, {}).items():
            enough = sums >> max(self.least - params, 0)
            if enough:
                least = (enough & -enough).bit_length() - 1 + max(self.least, params)
                if least <= self.cap:
                    return flaws + more, least
        return None


def sums_of(
    start: Hashable, steps: int, ways: Callable[[Hashable, int], Iterable[Way]], least: int, most: float
) -> Sums | None:
    """All sums of `steps` layers from `start`; None where there are too many.

    `ways` gives what may follow a part with so many parameters left up to the cap.
    """
    cap = int(min(most, least + least // _SLACK + 64))
    spent: dict[Hashable, int] = {start: 0}
    leading: list[dict[Hashable, list[Way]]] = []
    added = made = 0
    for _ in range(steps):
        found: dict[Hashable, list[Way]] = {}
        after: dict[Hashable, int] = {}
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
    reached: dict[Hashable, dict[int, int]] = {key: {0: 1} for key in spent}
    for found in reversed(leading):
        for key, each in found.items():
            reached[key] = _joined(each, reached, cap)
    return Sums(least, cap, reached)


def _joined(ways: Sequence[Way], reached: Mapping[Hashable, Mapping[int, int]], cap: int) -> dict[int, int]:
    joined: dict[int, int] = {}
    for way in ways:
        for flaws, sums in reached[way.target].items():
            joined[flaws + way.flaws] = joined.get(flaws + way.flaws, 0) | sums << way.params
    kept = (1 << cap + 1) - 1
    return {flaws: joined[flaws] & kept for flaws in sorted(joined) if joined[flaws] & kept}
