"""Where nothing meets every target: which single one is in the way, and what can be reached without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from math import inf
from typing import Final

from lamella.design import Design, Shape
from lamella.errors import Problem
from lamella.layers.base import without_batch
from lamella.planning.expectations import FIGURES
from lamella.solving.bounds import BEST, to_go, trimmed
from lamella.solving.geometry import Graph, fields_of
from lamella.solving.search import Search
from lamella.solving.solver import Ready, Solution, planned, prepared, solutions_of
from lamella.solving.targets import Limits, Relaxed, Target, ends, limits, wanted_outputs
from lamella.solving.unknowns import steps_of

_ENDS: Final = 40
"""So many of the nearest shapes or fields are tried."""
_SAMPLES: Final = 200
"""Of so many designs the nearest figure is taken where no order leads to it."""
_MOST_TRIED: Final = 150_000
"""Layers put in place while a greatest figure is looked for."""
_MOST_OF_ONE: Final = 15_000
"""And while it is asked whether one can be reached."""
_OTHER_RANK: Final = 10.0**9
_ORDERS: Final = {"params": (1, 0, 2), "macs": (2, 0, 1)}


def relaxations(design: Design, targets: Sequence[Target]) -> list[Relaxed]:
    """For each target that is in the way by itself, what can be reached in its place while all others hold."""
    found = (_nearest(design, each, [*targets[:place], *targets[place + 1 :]]) for place, each in enumerate(targets))
    return [each for each in found if each is not None]


def by_themselves(design: Design, targets: Sequence[Target]) -> list[Relaxed]:
    """What each target can reach where no other one is asked for."""
    found = (_nearest(design, each, []) for each in targets)
    return [each for each in found if each is not None]


def _nearest(design: Design, target: Target, others: Sequence[Target]) -> Relaxed | None:
    ready = prepared(design, others, fields=target.word == "receptive_field")
    if target.word in ("output", "receptive_field"):
        return _of_places(ready, target, others)
    figures = FIGURES.get(target.word)
    bound = target.bound
    if figures is None or bound is None:
        return None
    if target.word in _ORDERS and bound.sign in (">=", ">"):
        return _largest(ready, target, others)
    if target.word in _ORDERS and bound.sign == "==":
        return _around(ready, target, others, int(bound.limit))
    order = _ORDERS.get(target.word, BEST)
    leads = target.word in _ORDERS and bound.sign in ("<=", "<")
    search = Search(ready.graph, ends(ready.graph, design, others), limits(others), order)
    solutions = [*islice(solutions_of(ready, search, others), 1 if leads else _SAMPLES)]
    known = [figure for each in solutions for figure in figures(each.plan) if isinstance(figure, int)]
    if not known:
        return None
    nearest = min(known, key=lambda figure: abs(figure - bound.limit))
    exact = search.complete and (leads or len(solutions) < _SAMPLES)
    if not exact and bound.sign in (">", ">="):
        return Relaxed(target, None, False)  # the samples are the smallest
    return Relaxed(target, nearest, exact)


def _largest(ready: Ready, target: Target, others: Sequence[Target], most: float = inf) -> Relaxed | None:
    """The greatest figure up to `most`, by halving where it may lie; None where there is no design."""
    place = _ORDERS[target.word][0] - 1
    asked = limits(others)
    best = Relaxed(target, None, False)
    last = ends(ready.graph, ready.design, others)
    rest = to_go(ready.graph, last, BEST)[0][0]
    low, high = 0, min(limits([target]).least[place], most, asked.most[place], rest.most[place] if rest else inf)
    if high == inf:
        return best
    wanted, tried, exact = int(high), 0, True  # often all of it can be reached
    while low <= high:
        least = [*asked.least]
        least[place] = max(least[place], wanted)
        ceiling = [*asked.most]
        ceiling[place] = min(ceiling[place], most)
        bounds = Limits((least[0], least[1]), (ceiling[0], ceiling[1]))
        search = Search(ready.graph, last, bounds, most_tried=_MOST_OF_ONE)
        found = next(solutions_of(ready, search, others), None)
        tried += search.tried
        if tried > _MOST_TRIED:
            return best._replace(exact=False)
        if found is None:
            high, exact = wanted - 1, exact and search.complete
        else:
            (figure,) = FIGURES[target.word](found.plan) or (None,)
            if not isinstance(figure, int):
                return best._replace(exact=False)
            best, low = Relaxed(target, figure, False), figure + 1
        wanted = int(low + high + 1) // 2
    return None if best.reached is None and exact else best._replace(exact=exact)


def _around(ready: Ready, target: Target, others: Sequence[Target], wanted: int) -> Relaxed | None:
    """The nearest figure below a number that none can have, or above it."""
    below = _largest(ready, target, others, wanted)
    least = [*limits(others).least]
    place = _ORDERS[target.word][0] - 1
    least[place] = max(least[place], wanted)
    last = ends(ready.graph, ready.design, others)
    search = Search(ready.graph, last, limits(others)._replace(least=(least[0], least[1])))
    above = next(solutions_of(ready, search, others), None)
    figures = [] if below is None or not isinstance(below.reached, int) else [below.reached]
    figures += [] if above is None else [each for each in FIGURES[target.word](above.plan) if isinstance(each, int)]
    if not figures:
        return below
    return Relaxed(target, min(figures, key=lambda each: abs(each - wanted)), False)


def _of_places(ready: Ready, target: Target, others: Sequence[Target]) -> Relaxed | None:
    """The nearest output, or receptive field, of all ends."""
    by_distance: dict[float, list[int]] = {}
    possible = ends(ready.graph, ready.design, others)
    graph = trimmed(ready.graph, possible, limits(others))
    reached = {edge.target for edges in graph.edges[-1] for edge in edges}
    for end in filter(reached.__contains__, possible):
        by_distance.setdefault(_distance(ready.graph, ready.design, target, end), []).append(end)
    best, nearest, exact = None, inf, True
    for place, (least, near) in enumerate(sorted(by_distance.items())):
        if nearest <= least:
            break
        if place >= _ENDS:
            exact = False
            break
        search = Search(ready.graph, near, limits(others))
        tried = 0
        for solution in islice(solutions_of(ready, search, others), _SAMPLES):
            tried += 1
            figure = _figure(target, solution)
            apart = _off(target, figure)
            if apart < nearest:
                best, nearest = figure, apart
            if nearest <= least:
                break
        exact = exact and search.complete and (nearest <= least or tried < _SAMPLES)
    return None if best is None else Relaxed(target, best, exact)


def _off(target: Target, figure: object) -> float:
    """How far a figure is from a target, as `_distance` measures it."""
    bound = target.bound
    if bound is None:
        asked = target.expected
        if not isinstance(figure, Mapping):
            return sum(_apart(figure, asked))
        wanted = asked if isinstance(asked, Mapping) else dict.fromkeys(figure, asked)
        return sum(sum(_apart(shape, wanted[name])) for name, shape in figure.items())
    sizes = figure if isinstance(figure, list) else [figure]
    return sum(abs(size - bound.limit) for size in sizes if isinstance(size, int))


def _figure(target: Target, solution: Solution) -> object:
    if target.word == "output":
        wanted = wanted_outputs(target, [*solution.plan.outputs])
        shapes = {name: _written(solution.plan.outputs[name]) for name in wanted}
        return shapes if isinstance(target.expected, Mapping) or len(shapes) > 1 else next(iter(shapes.values()))
    figures = FIGURES[target.word](solution.plan)
    return figures[0] if len({*figures}) == 1 else figures


def _written(shape: Shape | None) -> list[object] | None:
    return None if shape is None else [*without_batch(shape)]


def _distance(graph: Graph, design: Design, target: Target, end: int) -> float:
    tensors = dict(zip(graph.names[-1], graph.states[-1][end].tensors, strict=True))
    if target.word == "output":
        asked = wanted_outputs(target, [*design.outputs])
        return sum(sum(_apart(_written(tensors[design.outputs[name]].shape), asked[name])) for name in asked)
    sizes = [size for name in design.outputs.values() for size in fields_of(tensors[name].seen) or ()]
    return _off(target, sizes[0] if len({*sizes}) == 1 else sizes)


def _apart(sizes: object, wanted: object) -> Iterator[float]:
    if not isinstance(sizes, list) or not isinstance(wanted, list):
        return
    if len(sizes) != len(wanted):
        yield _OTHER_RANK
    for size, each in zip(sizes, wanted, strict=False):
        if isinstance(size, int) and isinstance(each, int):
            yield abs(size - each)


def faults(design: Design) -> tuple[Problem, ...]:
    """What is wrong with one of the designs, where every one has an error."""
    steps = steps_of(design)
    picks = [next((each for each in step.narrow() if step.ends(each)), ()) for step in steps]
    found = [(step.ends(each) or (each,))[0] for step, each in zip(steps, picks, strict=True)]
    return planned(design, steps, found).errors
