"""What is still to come behind each state of the graph, from below and from above."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Final, NamedTuple

from lamella.solving.geometry import Edge, Graph
from lamella.solving.targets import Limits

Cost = tuple[int, int, int]
"""Flaws, parameters, multiply-adds."""
BEST: Final = (0, 1, 2)
"""Which part of a cost counts first: few flaws, then few parameters, then little work."""
NO_COST: Final = (0, 0, 0)


def ordered(cost: Cost, order: tuple[int, int, int]) -> Cost:
    """A cost with what counts first in front."""
    return cost[order[0]], cost[order[1]], cost[order[2]]


class ToGo(NamedTuple):
    """What is still to come on the way to an end: the least cost in the order that counts, least and most of each."""

    cost: Cost
    params: int
    macs: int
    most: tuple[float, float]


_AT_THE_END: Final = ToGo(NO_COST, 0, 0, (0, 0))


def to_go(graph: Graph, ends: Sequence[int], order: tuple[int, int, int]) -> list[list[ToGo | None]]:
    """For each state of each boundary what is still to come; None where no end can be reached."""
    last: list[ToGo | None] = [None] * len(graph.states[-1])
    for end in ends:
        last[end] = _AT_THE_END
    found = [last]
    for leading in reversed(graph.edges):
        behind = found[-1]
        found.append([_least(edges, behind, order) for edges in leading])
    return found[::-1]


def _least(edges: Sequence[Edge], behind: Sequence[ToGo | None], order: tuple[int, int, int]) -> ToGo | None:
    best: ToGo | None = None
    for edge in edges:
        rest = behind[edge.target]
        if rest is None:
            continue
        one, two, three = ordered(edge.cost, order)
        then = rest.cost
        cost = (one + then[0], two + then[1], three + then[2])
        params, macs = edge.cost[1] + rest.params, edge.cost[2] + rest.macs
        most = (edge.most[0] + rest.most[0], edge.most[1] + rest.most[1])
        if best is not None:
            cost, params, macs = min(cost, best.cost), min(params, best.params), min(macs, best.macs)
            most = (max(most[0], best.most[0]), max(most[1], best.most[1]))
        best = ToGo(cost, params, macs, most)
    return best


def trimmed(graph: Graph, ends: Sequence[int], limits: Limits) -> Graph:
    """The graph with those choices only that may lead to an end with no more parameters and work than allowed."""
    behind, most = to_go(graph, ends, BEST), limits.most
    spent: list[tuple[float, float]] = [(0, 0)]
    kept = []
    for place, leading in enumerate(graph.edges):
        reached: list[tuple[float, float]] = [(inf, inf)] * len(graph.states[place + 1])
        left: list[list[Edge]] = []
        for (params, macs), edges in zip(spent, leading, strict=True):
            found = []
            for edge in edges:
                rest = behind[place + 1][edge.target]
                now = params + edge.cost[1], macs + edge.cost[2]
                if rest is not None and now[0] + rest.params <= most[0] and now[1] + rest.macs <= most[1]:
                    found.append(edge)
                    before = reached[edge.target]
                    reached[edge.target] = min(before[0], now[0]), min(before[1], now[1])
            left.append(found)
        kept.append(left)
        spent = reached
    return graph._replace(edges=tuple(kept))
