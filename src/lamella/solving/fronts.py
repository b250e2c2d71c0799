"""Good designs with at least so much work, where too many are possible to know the best one.

Filters multiply one another, so bounds from below say little about designs that must do at least so many
multiply-adds. Each part keeps a front instead: fewer parameters than any other part with the same end and as much work
(Pareto). First with few values of each wide unknown, then with all those near to what was best so far, until nothing
better comes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from math import inf
from typing import Final, NamedTuple

from lamella.solving.bounds import NO_COST, Cost
from lamella.solving.sums import Key, Way
from lamella.solving.targets import Limits
from lamella.solving.unknowns import Picks

_COARSE: Final = 24
"""So many values of an unknown at first."""
_NEAR: Final = 5
"""And then so many to each side of what was best."""
_STARTS: Final = 3
"""Of so many designs with few values what is near is looked at."""
_COUNT: Final = 10
"""Nothing is looked at that must have more parameters than each of the best so many."""
_ROUNDS: Final = 6
_MOST_KEPT: Final = 1_500
"""Parts that are kept between two layers."""

Ways = Callable[[Key, Collection[int] | None], Iterable[Way]]
"""What may follow a part, with these values of its wide unknown alone."""

Room = Callable[[Key, float], Limits]
"""What may have been spent before a part of a design with so many parameters at most."""


class Label(NamedTuple):
    """A part by what it cost, the way that led to it, and the label before."""

    cost: Cost
    way: Way | None = None
    before: Label | None = None

    @property
    def ways(self) -> list[Way]:
        """From the first layer on."""
        found, each = [], self
        while each.before is not None and each.way is not None:
            found.append(each.way)
            each = each.before
        return found[::-1]

    @property
    def picks(self) -> tuple[Picks, ...]:
        return tuple(way.picks for way in self.ways)


def good(start: Key, wide: Mapping[int, int], steps: int, ways: Ways, room: Room) -> list[Label]:
    """Complete designs within the limits, the best ones of those that were met first.

    `wide` has for each place with a wide unknown how many values it has.
    """

    def within(most: float) -> Callable[[Key], Limits]:
        return lambda key: room(key, most)

    few = {place: _spread(count) for place, count in wide.items()}
    found: dict[tuple[Picks, ...], Label] = {}
    most = inf
    for _ in range(2):  # again with what is known by then
        found |= {each.picks: each for each in _through(start, steps, ways, within(most), few)}
        best = sorted(found.values(), key=_cost)
        most = _enough(best)
    for centre in best[:_STARTS]:
        for _ in range(_ROUNDS):
            near = {place: _near(centre.ways[place].value, count) for place, count in wide.items()}
            better = _through(start, steps, ways, within(most), near)
            found |= {each.picks: each for each in better}
            now = min(better, key=_cost, default=centre)
            if now.cost >= centre.cost:
                break
            centre = now
        best = sorted(found.values(), key=_cost)
        most = _enough(best)
    return best


def _enough(best: Sequence[Label]) -> float:
    """No more parameters than one of the best few has: of these some may have fewer and more flaws."""
    return max((each.cost[1] for each in best[:_COUNT]), default=inf)


def _through(
    start: Key, steps: int, ways: Ways, room: Callable[[Key], Limits], values: Mapping[int, Collection[int]]
) -> list[Label]:
    """All labels at the ends that fronts with these values lead to."""
    ahead = {start: [Label(NO_COST)]}
    for place in range(steps):
        found: dict[Key, list[_Meeting]] = {}
        led = [(way, labels) for key, labels in ahead.items() for way in ways(key, values.get(place))]
        for turn, (way, labels) in enumerate(led):
            found.setdefault(way.target, []).extend(_along(turn, way, labels, room(way.target)))
        kept = max(1, _MOST_KEPT // max(len(found), 1)) if place < steps - 1 else None
        ahead = {
            key: [
                Label((flaws, params, -less), led[turn][0], led[turn][1][which])
                for flaws, params, less, turn, which in (each if kept is None else _front(each, kept))
            ]
            for key, each in found.items()
        }
    return [each for labels in ahead.values() for each in labels]


_Meeting = tuple[int, int, int, int, int]
"""Flaws, parameters and less than no multiply-adds, so that what is better is smaller; whose turn it was, and which."""


def _along(turn: int, way: Way, labels: Sequence[Label], room: Limits) -> Iterator[_Meeting]:
    (least_params, least_macs), (most_params, most_macs) = room.least, room.most
    _, more_flaws, more_params, more_macs, _, _ = way
    for which, ((flaws, params, macs), _, _) in enumerate(labels):
        params, macs = params + more_params, macs + more_macs
        if least_params <= params <= most_params and least_macs <= macs <= most_macs:
            yield flaws + more_flaws, params, -macs, turn, which


def _front(found: list[_Meeting], most: int) -> list[_Meeting]:
    """Those than which none costs less and works as much; evenly from all of them where they are too many."""
    found.sort()
    front, less = [], 1
    for each in found:
        if each[2] < less:
            front.append(each)
            less = each[2]
    step = -(-len(front) // most)
    return front if step <= 1 else [*front[::step], front[-1]]


def _spread(count: int) -> frozenset[int]:
    """Few of so many values: each of the first ones, ever fewer of the later ones."""
    return frozenset(round(count ** (part / (_COARSE - 1))) - 1 for part in range(_COARSE))


def _near(value: int, count: int) -> range:
    return range(max(0, value - _NEAR), min(count, value + _NEAR + 1))


def _cost(label: Label) -> tuple[Cost, tuple[Picks, ...]]:
    return label.cost, label.picks
