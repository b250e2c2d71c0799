"""Values for what a design leaves open, so that every layer fits and every target holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from math import inf
from typing import Final, NamedTuple

from lamella.design import INPUT, Design
from lamella.errors import DesignError, Problem
from lamella.planning.plan import Plan
from lamella.planning.planner import plan
from lamella.shown import shown
from lamella.solving.bounds import BEST, Cost, trimmed
from lamella.solving.geometry import Graph, graph_of, together
from lamella.solving.search import Search
from lamella.solving.targets import Limits, Relaxed, Target, ends, limit, limits, meets, targets_of, unreadable
from lamella.solving.unknowns import Picks, Step, Unknown, filled, steps_of

_MANY: Final = 5
"""Of a search that could not come to its end, the best of so many times as many solutions are given."""


MOST: Final = 20_000
"""Of all solutions no more than so many are held."""
_GIVEN_UP: Final = 1_000
"""And of a search for all that could not come to its end."""


@shown
class Solution(NamedTuple):
    """One complete design: its values by what was open (up.kernel_size, input.shape[0]), its plan, what it costs."""

    values: Mapping[str, object]
    plan: Plan
    cost: Cost

    @property
    def flaws(self) -> int:
        return self.cost[0]


@shown
class Solved(NamedTuple):
    """The solutions, best first. `complete`: whether no better ones can be left; `every`: whether no others are.

    Where a lower limit of parameters leaves very many designs with as many, no better ones are left in flaws and
    parameters, and those with less work may be.

    Where there is none: `relaxed` has what can be reached in place of single targets while all others hold, or, where
    that does not help, `alone` what each can reach by itself; `faults` has the errors of one of the designs where not
    even their shapes fit.
    """

    unknowns: tuple[Unknown, ...]
    solutions: tuple[Solution, ...]
    complete: bool
    every: bool
    targets: tuple[Target, ...]
    relaxed: tuple[Relaxed, ...] = ()
    alone: tuple[Relaxed, ...] = ()
    faults: tuple[Problem, ...] = ()


class Ready(NamedTuple):
    """A design with something open, made ready for the search."""

    design: Design
    graph: Graph


def solved(design: Design, expect: Mapping[str, object], count: int | None) -> Solved:
    """The best `count` solutions, or all. Raises `DesignError` and `UsageError` as `lamella.solve` does."""
    targets = targets_of(design, expect)
    if wrong := unreadable(plan(replace(design, expect={})), targets):
        raise DesignError(wrong)
    ready = prepared(design, targets)
    search = searched(ready, targets)
    solutions: list[Solution] = []
    every, most = True, MOST if count is None else count
    for each in solutions_of(ready, search, targets):
        if len(solutions) >= (most if search.complete else _GIVEN_UP if count is None else _MANY * most):
            every = False
            break
        solutions.append(each)
    unknowns = dict.fromkeys(each for step in ready.graph.steps for each in step.unknowns)
    complete = search.complete and (every or count is not None)
    solutions.sort(key=lambda each: each.cost)  # work is not always compared while they are looked for
    return Solved(tuple(unknowns), tuple(solutions[:count]), complete, every and search.complete, targets)


def prepared(design: Design, targets: Sequence[Target], *, fields: bool = False) -> Ready:
    """The graph of a design's choices; of several open input sizes only what each by itself would allow is followed.

    With `fields`, or where a target asks for one, its states hold receptive fields.
    """
    steps = steps_of(design)
    sizes = [each for step in steps if step.node.type == INPUT for each in step.unknowns]
    within = None
    if len(sizes) > 1:
        within = reduce(together, (_of_one_size(design, steps, each, targets) for each in sizes))
        within = trimmed(within, range(len(within.states[-1])), Limits())
    graph = graph_of(design, steps, within=within)
    if fields or any(each.word == "receptive_field" for each in targets):
        least, most = limit(targets, "receptive_field")
        graph = trimmed(graph, ends(graph, design, targets), limits(targets))
        graph = graph_of(design, steps, enough=least if most == inf and not fields else inf, within=graph)
    return Ready(design, graph)


def _of_one_size(design: Design, steps: Sequence[Step], size: Unknown, targets: Sequence[Target]) -> Graph:
    """The choices that lead to the targets along the axis of one open input size, whatever the other ones are."""
    alone = [
        replace(each, unknowns=tuple(other._replace(wide=other != size) for other in each.unknowns))
        if each.node.type == INPUT
        else each
        for each in steps
    ]
    graph = graph_of(design, alone, costs=False)
    return trimmed(graph, ends(graph, design, targets), Limits())


def searched(ready: Ready, targets: Sequence[Target], order: tuple[int, int, int] = BEST) -> Search:
    """A search for designs that may meet the targets."""
    return Search(ready.graph, ends(ready.graph, ready.design, targets), limits(targets), order)


def solutions_of(ready: Ready, search: Search, targets: Sequence[Target]) -> Iterator[Solution]:
    """What a search finds and its plan confirms."""
    for found in search.found():
        known = planned(ready.design, ready.graph.steps, found.picks)
        if not known.errors and meets(known, targets):
            values = {
                unknown.name: unknown.values[pick]
                for step, picks in zip(ready.graph.steps, found.picks, strict=True)
                if step.owner == step.node.name
                for unknown, pick in zip(step.unknowns, picks, strict=True)
            }
            whole = replace(known, design=replace(known.design, expect=ready.design.expect))
            yield Solution(values, whole, found.cost)
        else:
            search.refused()


def planned(design: Design, steps: Sequence[Step], picks: Sequence[Picks]) -> Plan:
    """The plan of the design with these values, without expectations."""
    nodes = {
        step.node.name: filled(node, step.unknowns if step.owner == node.name else (), each)
        for step, each in zip(steps, picks, strict=True)
        for node in [design.first[step.node.name]]
    }
    return plan(replace(design, nodes=tuple(nodes[node.name] for node in design.nodes), expect={}))
