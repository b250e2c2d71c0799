"""Where the nodes of a graph stand: in layers by their longest way from an input, few lines crossing within a layer.

A line over several layers has a place of its own in each of those between, so that it passes no node's box. Source:
Sugiyama, Tagawa and Toda 1981, with barycentres of neighbours for the order; places by least squares in a given order
(the pool adjacent violators algorithm).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

_SWEEPS: Final = 6
_PASSES: Final = 4


class Spot(NamedTuple):
    """A place in a layer: a node's, or that of a line passing by (`node` None)."""

    layer: int
    node: int | None


class Layered(NamedTuple):
    """Spots, their layers in order from left to right, and the lines between spots of neighbouring layers."""

    spots: tuple[Spot, ...]
    layers: tuple[tuple[int, ...], ...]
    lines: tuple[tuple[int, int], ...]

    @property
    def before(self) -> dict[int, int]:
        """For each spot of a line that passes by, the spot it comes from."""
        return {end: begin for begin, end in self.lines if self.spots[end].node is None}

    def xs(self, widths: Sequence[float], gap: float) -> list[float]:
        """The middle of each spot: near its neighbours', none nearer to the next than their widths and a gap."""
        neighbours = _neighbours(len(self.spots), self.lines)
        found = [0.0] * len(self.spots)
        for layer in self.layers:
            wanted = [0.0] * len(layer)
            _place(layer, wanted, widths, gap, found)
        for turn in range(2 * _PASSES):
            down = turn % 2 == 0
            for layer in self.layers if down else reversed(self.layers):
                above = [neighbours[spot][0 if down else 1] or neighbours[spot][1 if down else 0] for spot in layer]
                wanted = [
                    sum(found[each] for each in near) / len(near) if near else found[spot]
                    for spot, near in zip(layer, above, strict=True)
                ]
                _place(layer, wanted, widths, gap, found)
        return found


def layered(reads: Sequence[Sequence[int]]) -> Layered:
    """The layers of nodes of which each reads some earlier ones."""
    depth: list[int] = []
    for read in reads:
        depth.append(max((depth[each] + 1 for each in read), default=0))
    spots = [Spot(layer, node) for node, layer in enumerate(depth)]
    passing: dict[tuple[int, int], int] = {}
    lines = []
    for node, read in enumerate(reads):
        for source in read:
            before = source
            for layer in range(depth[source] + 1, depth[node]):
                if (source, layer) not in passing:  # lines from one node run together
                    passing[source, layer] = len(spots)
                    spots.append(Spot(layer, None))
                    lines.append((before, passing[source, layer]))
                before = passing[source, layer]
            lines.append((before, node))
    layers: list[list[int]] = [[] for _ in range(max(depth, default=-1) + 1)]
    for index, spot in enumerate(spots):
        layers[spot.layer].append(index)
    ordered = _ordered(layers, _neighbours(len(spots), lines))
    return Layered(tuple(spots), tuple(map(tuple, ordered)), tuple(lines))


def _neighbours(count: int, lines: Sequence[tuple[int, int]]) -> list[tuple[list[int], list[int]]]:
    """For each spot those that lead to it and those it leads to."""
    found: list[tuple[list[int], list[int]]] = [([], []) for _ in range(count)]
    for begin, end in lines:
        found[begin][1].append(end)
        found[end][0].append(begin)
    return found


def _ordered(layers: list[list[int]], neighbours: list[tuple[list[int], list[int]]]) -> list[list[int]]:
    """The order with the fewest crossings of those that sweeps down and up come by."""
    best = [list(layer) for layer in layers]
    least = _crossings(best, neighbours)
    current = best
    for turn in range(_SWEEPS):
        if not least:
            break
        down = turn % 2 == 0
        current = [list(layer) for layer in current]
        place = {spot: index for layer in current for index, spot in enumerate(layer)}
        for layer in current if down else reversed(current):
            middles = {}
            for spot in layer:
                near = neighbours[spot][0 if down else 1]
                middles[spot] = sum(place[each] for each in near) / len(near) if near else float(place[spot])
            layer.sort(key=lambda spot: middles[spot])
            place |= {spot: index for index, spot in enumerate(layer)}
        if (now := _crossings(current, neighbours)) < least:
            best, least = current, now
    return best


def _crossings(layers: list[list[int]], neighbours: list[tuple[list[int], list[int]]]) -> int:
    """How many pairs of lines cross between neighbouring layers."""
    total = 0
    for layer, following in pairwise(layers):
        place = {spot: index for index, spot in enumerate(following)}
        ends = [end for spot in layer for end in sorted(place[each] for each in neighbours[spot][1])]
        total += sum(later < end for index, end in enumerate(ends) for later in ends[index + 1 :])
    return total


def _place(
    layer: Sequence[int], wanted: Sequence[float], widths: Sequence[float], gap: float, found: list[float]
) -> None:
    """Sets the places of a layer nearest to the wanted ones that keep order and distance."""
    offsets = [0.0]
    for left, right in pairwise(layer):
        offsets.append(offsets[-1] + (widths[left] + widths[right]) / 2 + gap)
    groups: list[list[float]] = []  # of each: the mean of its wishes, how many they are
    for wish, offset in zip(wanted, offsets, strict=True):
        groups.append([wish - offset, 1])
        while len(groups) > 1 and groups[-2][0] > groups[-1][0]:
            (mean, count), (other, more) = groups.pop(), groups.pop()
            groups.append([(other * more + mean * count) / (more + count), more + count])
    means = [mean for mean, count in groups for _ in range(int(count))]
    for spot, mean, offset in zip(layer, means, offsets, strict=True):
        found[spot] = mean + offset
