"""Complete designs in the order of what they cost: best first over the graph, the last axis' sizes put in.

The bound is exact for shapes whose sizes are all known, and the least possible else, so that what is complete and
comes first has no better one behind it (A*; Hart, Nilsson and Raphael 1968). Of equal costs the smaller values come
first.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from lamella.design import INPUT, Shape, output_reference
from lamella.solving.effects import Effect, exact
from lamella.solving.geometry import Edge, Graph
from lamella.solving.unknowns import Picks, Step

MOST_TRIED: Final = 300_000
"""So many parts of designs are looked at; what then is left is not known."""

Cost = tuple[int, int, int]
"""Flaws, parameters, multiply-adds."""
BEST: Final = (0, 1, 2)
"""Which part of a cost counts first: few flaws, then few parameters, then little work."""
_NO_COST: Final = (0, 0, 0)


class Found(NamedTuple):
    """The picks of every step, and what the design costs."""

    picks: tuple[Picks, ...]
    cost: Cost


class _Part(NamedTuple):
    """A design as far as one boundary: where in the graph, the exact shapes there, what was spent and picked."""

    place: int
    state: int
    shapes: tuple[Shape | None, ...]
    spent: Cost
    picks: tuple[Picks, ...]


class _Turn(NamedTuple):
    """A part, and what comes next at the choice that led to it: the further values of the wide unknown."""

    part: _Part
    before: _Part | None = None
    edge: Edge | None = None
    rest: Iterator[Picks] = iter(())


class Search:
    """Solutions in the order of their costs. `complete` is false once the search gave up before the end."""

    def __init__(
        self, graph: Graph, ends: Sequence[int], most: tuple[float, float], order: tuple[int, int, int] = BEST
    ) -> None:
        self.graph, self.most, self.order = graph, most, order
        self.complete = True
        self._effects: dict[object, Effect | None] = {}
        self.to_go = _least_to_go(graph, ends, [order, (1, 0, 2), (2, 0, 1)])

    def found(self) -> Iterator[Found]:
        """Every design whose shapes fit, with no more parameters and work than allowed, best first."""
        heap: list[tuple[Cost, tuple[Picks, ...], int, _Turn]] = []
        made = 0
        start = _Turn(_Part(0, 0, (None,) * len(self.graph.names[0]), _NO_COST, ()))
        turns = [start] if self._bound(start.part) is not None else []
        while turns or heap:
            for each in turns:
                bound, made = self._bound(each.part), made + 1
                assert bound is not None, "such a turn is not made"
                heapq.heappush(heap, (bound, each.part.picks, made, each))
            if made > MOST_TRIED:
                self.complete = False
                return
            key, _, _, turn = heapq.heappop(heap)
            turns = [] if turn.before is None or turn.edge is None else self._next(turn.before, turn.edge, turn.rest)
            reached = self._along(turn.part)
            if reached is None:
                continue
            if self._bound(reached) != key:
                turns.append(_Turn(reached))  # on the way it turned out to cost more
            elif reached.place == len(self.graph.steps):
                yield Found(reached.picks, reached.spent)
            else:
                step = self.graph.steps[reached.place]
                for edge in self._edges(reached):
                    turns += self._next(reached, edge, step.widened(edge.picks))

    def _edges(self, part: _Part) -> list[Edge]:
        """The choices that may lead to an end."""
        alive = self.to_go[part.place + 1]
        return [each for each in self.graph.edges[part.place][part.state] if alive[each.target] is not None]

    def _bound(self, part: _Part) -> Cost | None:
        """The least that a design with this part costs, in the order that counts; None where it is over a limit."""
        rest = self.to_go[part.place][part.state]
        if rest is None:
            return None
        least, params, macs = rest
        if part.spent[1] + params[0] > self.most[0] or part.spent[2] + macs[0] > self.most[1]:
            return None
        spent = _ordered(part.spent, self.order)
        return spent[0] + least[0], spent[1] + least[1], spent[2] + least[2]

    def _along(self, part: _Part) -> _Part | None:
        """The part as far as the next choice; None where something on the way does not fit."""
        while part.place < len(self.graph.steps):
            edges = self._edges(part)
            if len(edges) != 1 or self.graph.steps[part.place].wide:
                return part
            after = self._after(part, edges[0], edges[0].picks)
            if after is None or self._bound(after) is None:
                return None
            part = after
        return part

    def _next(self, part: _Part, edge: Edge, rest: Iterator[Picks]) -> list[_Turn]:
        """The next value of the wide unknown with which the layer fits, if there is one; larger ones cost no less."""
        for picks in rest:
            after = self._after(part, edge, picks)
            if after is not None:
                return [] if self._bound(after) is None else [_Turn(after, part, edge, rest)]
        return []

    def _after(self, part: _Part, edge: Edge, picks: Picks) -> _Part | None:
        """The part with one more step; None where the layer does not fit."""
        graph, place = self.graph, part.place
        step = graph.steps[place]
        before = dict(zip(graph.names[place], part.shapes, strict=True))
        if step.owner != step.node.name and step.unknowns:
            picks = part.picks[self._place_of(step.owner)]
        effect = self._effect(step, picks, tuple(before.get(name) for name in step.node.inputs))
        if effect is None:
            return None
        made = {output_reference(step.node.name, index): shape for index, shape in enumerate(effect.outputs)}
        if step.node.type == INPUT:  # with its open sizes as symbols
            state = graph.states[place + 1][edge.target]
            tensors = zip(graph.names[place + 1], state.tensors, strict=True)
            made = {name: tensor.shape for name, tensor in tensors if name in made}
        after = before | made
        shapes = tuple(after.get(name) for name in graph.names[place + 1])
        flaws, params, macs = part.spent
        spent = (flaws + edge.cost[0], params + effect.params, macs + effect.macs)
        return _Part(place + 1, edge.target, shapes, spent, (*part.picks, picks))

    def _place_of(self, name: str) -> int:
        return next(place for place, step in enumerate(self.graph.steps) if step.node.name == name)

    def _effect(self, step: Step, picks: Picks, inputs: tuple[Shape | None, ...]) -> Effect | None:
        key = (step.node.name, picks, inputs)
        if key not in self._effects:
            layer = step.layer(picks)
            fits = layer is not None or step.node.gives is not None
            shares = step.owner != step.node.name
            self._effects[key] = exact(layer, inputs, shares=shares) if fits else None
        return self._effects[key]


def _ordered(cost: Cost, order: tuple[int, int, int]) -> Cost:
    return cost[order[0]], cost[order[1]], cost[order[2]]


_ToGo = tuple[Cost, ...] | None
"""The least cost to an end for each order, its parts in that order; None where no end can be reached."""


def _least_to_go(graph: Graph, ends: Sequence[int], orders: Sequence[tuple[int, int, int]]) -> list[list[_ToGo]]:
    """For each state of each boundary what at least is still to come."""
    last: list[_ToGo] = [None] * len(graph.states[-1])
    for end in ends:
        last[end] = (_NO_COST,) * len(orders)
    found = [last]
    for leading in reversed(graph.edges):
        behind = found[-1]
        found.append([_least(edges, behind, orders) for edges in leading])
    return found[::-1]


def _least(edges: Sequence[Edge], behind: Sequence[_ToGo], orders: Sequence[tuple[int, int, int]]) -> _ToGo:
    ways: list[tuple[Cost, ...]] = []
    for edge in edges:
        rest = behind[edge.target]
        if rest is not None:
            ways.append(
                tuple(
                    (edge.cost[a] + then[0], edge.cost[b] + then[1], edge.cost[c] + then[2])
                    for (a, b, c), then in zip(orders, rest, strict=True)
                )
            )
    return tuple(min(costs) for costs in zip(*ways, strict=True)) if ways else None
