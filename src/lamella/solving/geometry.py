"""The graph of all that the open values do to places: states between the layers, and the choices that lead on.

Values that only change the last axis (filters) are left out of it: a state has None for such a size, and the least
size that it can be, from which lower bounds of parameters and work are counted. Two choices with the same shapes,
and where it is asked for the same receptive fields, lead to the same state, so the graph stays small where the
number of designs is huge.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Final, NamedTuple

from lamella import units
from lamella.design import INPUT, Design, FreeNames, Shape, node_of, output_reference
from lamella.errors import UsageError, problem
from lamella.layers.base import Layer
from lamella.planning.field import Field
from lamella.planning.open_sizes import opened
from lamella.planning.receptive_field import (
    Sight,
    Views,
    input_views,
    largest,
    moved_axes,
    one_object,
    output_views,
    sight,
)
from lamella.solving.effects import UNKNOWN, Effect, Shapes, common, exact, flaws, least, outputs_of
from lamella.solving.unknowns import Picks, Step

MOST_STATES: Final = 60_000
"""So many states between two layers; beyond, the ranges are too wide to be tried."""


class Seen(NamedTuple):
    """What a tensor sees of each input, and along which axes windows were slid over it."""

    views: tuple[tuple[str, Views], ...]
    moved: frozenset[tuple[str, int]]


class Tensor(NamedTuple):
    """A tensor as far as the choices so far decide it; None for what they don't."""

    shape: Shape | None
    low: Shape | None
    high: Shape | None
    seen: Seen | None


NOTHING: Final = Tensor(None, None, None, None)


class State(NamedTuple):
    """The tensors that are still read, in a fixed order, and the choices that a later layer shares."""

    tensors: tuple[Tensor, ...]
    held: tuple[Picks, ...]


class Edge(NamedTuple):
    """One choice at one state: where it leads, and the least that it costs."""

    picks: Picks
    target: int
    cost: tuple[int, int, int]
    """Flaws, parameters, multiply-adds."""
    most: tuple[float, float]
    """The most parameters and multiply-adds that it can have."""


class Graph(NamedTuple):
    """`states[n]` stand before step n, the last ones behind all; `edges[n][i]` lead on from state i."""

    steps: tuple[Step, ...]
    names: tuple[tuple[str, ...], ...]
    """For each boundary the references of the tensors in a state."""
    held: tuple[tuple[str, ...], ...]
    states: tuple[list[State], ...]
    edges: tuple[list[list[Edge]], ...]


def graph_of(
    design: Design,
    steps: Sequence[Step],
    *,
    enough: float | None = None,
    within: Graph | None = None,
    costs: bool = True,
) -> Graph:
    """Every state that choices can lead to. Raises `UsageError` where there are too many.

    With `enough`, states are told apart by their receptive fields too, up to that many pixels. `within` is a graph that
    knows less: only its choices are followed. Without `costs` all cost nothing.
    """
    names, held = _alive(design, steps)
    maker = _Maker(enough, costs)
    states: list[list[State]] = [[State((), ())]]
    plain = [0]
    edges: list[list[list[Edge]]] = []
    for place, step in enumerate(steps):
        known: dict[tuple[State, int], int] = {}
        leading: list[list[Edge]] = []
        for state, without_fields in zip(states[-1], plain, strict=True):
            before = dict(zip(names[place], state.tensors, strict=True))
            chosen = dict(zip(held[place], state.held, strict=True))
            found = []
            if within is not None:
                ways = [(edge.picks, edge.target) for edge in within.edges[place][without_fields]]
            else:
                ways = [(each, 0) for each in ([chosen[step.owner]] if step.owner in chosen else step.narrow())]
            for picks, onto in ways:
                made = maker.outcome(step, picks, tuple(before.get(name, NOTHING) for name in step.node.inputs))
                if made is None:
                    continue
                tensors, cost, most = made
                after = before | {output_reference(step.node.name, index): each for index, each in enumerate(tensors)}
                picked = chosen | {step.owner: picks}
                target = State(
                    tuple(after.get(name, NOTHING) for name in names[place + 1]),
                    tuple(picked[name] for name in held[place + 1]),
                )
                found.append(Edge(picks, known.setdefault((target, onto), len(known)), cost, most))
            if len(known) > MOST_STATES:
                raise _too_wide(step)
            leading.append(found)
        edges.append(leading)
        states.append([target for target, _ in known])
        plain = [onto for _, onto in known]
    return Graph(tuple(steps), names, held, tuple(states), tuple(edges))


def together(one: Graph, other: Graph) -> Graph:
    """What both graphs allow: pairs of their states, reached by the same choices; of inputs each chooses its own sizes.

    Its states are those of the first graph. Raises `UsageError` where there are too many.
    """
    pairs, states, edges = [(0, 0)], [one.states[0]], []
    for place, step in enumerate(one.steps):
        known: dict[tuple[int, int], int] = {}
        leading = []
        for left, right in pairs:
            theirs: dict[Picks, list[Edge]] = {}
            for edge in other.edges[place][right]:
                theirs.setdefault(() if step.node.type == INPUT else edge.picks, []).append(edge)
            leading.append(
                [
                    Edge(
                        tuple(map(max, mine.picks, edge.picks)),
                        known.setdefault((mine.target, edge.target), len(known)),
                        mine.cost,
                        mine.most,
                    )
                    for mine in one.edges[place][left]
                    for edge in theirs.get(() if step.node.type == INPUT else mine.picks, ())
                ]
            )
            if len(known) > MOST_STATES:
                raise _too_wide(step)
        edges.append(leading)
        pairs = [*known]
        states.append([one.states[place + 1][left] for left, _ in pairs])
    return one._replace(states=tuple(states), edges=tuple(edges))


def _too_wide(step: Step) -> UsageError:
    key = "input sizes too wide" if step.node.type == INPUT else "search too wide"
    return UsageError(problem(key, step.node.place(), limit=units.count(MOST_STATES)))


def _alive(design: Design, steps: Sequence[Step]) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
    """Which tensors, and which choices, are needed from each boundary on."""
    by_name = {step.node.name for step in steps}
    needed = dict.fromkeys(design.outputs.values(), True)
    owners: dict[str, bool] = {}
    tensors: list[tuple[str, ...]] = [tuple(needed)]
    choices: list[tuple[str, ...]] = [()]
    for step in reversed(steps):
        made = step.node.name
        needed = {name: True for name in needed if node_of(name, by_name) != made}
        needed |= dict.fromkeys(step.node.reads, True)
        owners.pop(made, None)
        if step.owner != made and step.unknowns:
            owners[step.owner] = True
        tensors.append(tuple(sorted(needed)))
        choices.append(tuple(sorted(owners)))
    return tuple(reversed(tensors)), tuple(reversed(choices))


class _Maker:
    """Applies layers to states; what was made once is not made again."""

    def __init__(self, enough: float | None, costs: bool) -> None:
        self.enough, self.costs = enough, costs
        self._outcomes: dict[object, tuple[Shapes, Effect, Effect, int] | None] = {}
        self._sights: dict[object, Sight] = {}
        self._seen: dict[object, Seen | None] = {}
        self._fields: dict[object, Field] = {}
        self._symbols = FreeNames(sign="")
        self._opened: dict[object, Shape] = {}

    def outcome(
        self, step: Step, picks: Picks, inputs: tuple[Tensor, ...]
    ) -> tuple[list[Tensor], tuple[int, int, int], tuple[float, float]] | None:
        """The tensors that a choice gives, the least and the most that it costs; None where it does not fit."""
        ends = step.ends(picks)
        if ends is None and step.given is None:
            return None
        one, other = (step.layer(each) for each in ends) if ends else (None, None)
        shapes = tuple(each.shape for each in inputs)
        lows, highs = tuple(each.low for each in inputs), tuple(each.high for each in inputs)
        key = (step.node.name, id(one), shapes, lows, highs)
        if key not in self._outcomes:
            self._outcomes[key] = self._made(step, one, other, shapes, lows, highs)
        made = self._outcomes[key]
        if made is None:
            return None
        outputs, low, high, against = made
        tensors = []
        for place, shape in enumerate(outputs):
            seen = self._sees(step, one, inputs, shape) if self.enough is not None else None
            least_shape, most_shape = (
                each[place] if place < len(each) else None for each in (low.outputs, high.outputs)
            )
            tensors.append(Tensor(shape, least_shape, most_shape, seen))
        most = (inf, inf) if None in high.outputs else (high.params, high.macs)
        return tensors, (against, low.params, low.macs), most

    def _made(
        self, step: Step, one: Layer | None, other: Layer | None, shapes: Shapes, lows: Shapes, highs: Shapes
    ) -> tuple[Shapes, Effect, Effect, int] | None:
        if one is None or other is None:
            assert step.given is not None, "else there is a layer"
            return step.given, Effect(step.given), Effect(step.given), 0
        shares = step.owner != step.node.name
        if self.costs and one is other and shapes == lows == highs and step.node.type != INPUT:
            whole = exact(one, shapes, step.batches, shares=shares)
            return None if whole is None else (whole.outputs, whole, whole, whole.flaws)
        outputs = outputs_of(one, shapes, step.batches)
        if other is not one:
            outputs = common(outputs, outputs_of(other, shapes, step.batches))
        if outputs is None:
            return None
        if step.node.type == INPUT and outputs[0] is not None and one is other:
            outputs = (self._symbolic(step.node.name, outputs[0]),)
            return outputs, Effect(outputs), Effect(outputs), 0
        if not self.costs:
            return outputs, UNKNOWN, UNKNOWN, 0
        low = exact(one, lows, step.batches, shares=shares)
        high = low if highs == lows and one is other else exact(other, highs, step.batches, shares=shares)
        if low is None:  # the least sizes do not fit together, others may
            reached = exact(one, tuple(map(least, shapes)), step.batches, shares=shares)
            low = Effect(tuple(map(least, outputs)), 0 if reached is None else reached.params)
        return outputs, low, UNKNOWN if high is None else high, flaws(one, shapes, outputs)

    def _symbolic(self, name: str, shape: Shape) -> Shape:
        """An input's shape with its open sizes as symbols, the same for every choice."""
        key = (name, tuple(size is None for size in shape))
        if key not in self._opened:
            self._opened[key] = opened(shape, self._symbols)
        return tuple(mark if size is None else size for size, mark in zip(shape, self._opened[key], strict=True))

    def _sees(self, step: Step, layer: Layer | None, inputs: tuple[Tensor, ...], output: Shape | None) -> Seen | None:
        if layer is None or output is None:
            return None
        if not inputs:
            views = input_views(output)
            return Seen(((step.node.name, one_object(views, self._fields)),), frozenset())
        if any(each.seen is None or each.shape is None for each in inputs) or len(step.node.reads) > len(inputs):
            return None
        key = (id(layer), tuple(each.shape for each in inputs), output, tuple(each.seen for each in inputs))
        if key not in self._seen:
            self._seen[key] = self._through(layer, inputs, output)
        return self._seen[key]

    def _through(self, layer: Layer, inputs: tuple[Tensor, ...], output: Shape) -> Seen | None:
        shapes = tuple(each.shape for each in inputs if each.shape is not None)
        key = (id(layer), shapes, output)
        if key not in self._sights:
            self._sights[key] = sight(layer, shapes, output)
        how = self._sights[key]
        if len(inputs) == 1 and how.unmoved:
            return inputs[0].seen
        arriving: dict[str, list[tuple[int, Views]]] = {}
        moved: set[tuple[str, int]] = set()
        for place, each in enumerate(inputs):
            assert each.seen is not None
            moved |= each.seen.moved
            for source, views in each.seen.views:
                arriving.setdefault(source, []).append((place, views))
        for source, arrived in arriving.items():
            for _, views in arrived:
                moved |= {(source, axis) for axis in moved_axes(how, views)}
        found = tuple(
            (source, one_object(output_views(how, arrived), self._fields)) for source, arrived in arriving.items()
        )
        seen = Seen(found, frozenset(moved))
        if self.enough == inf:
            return seen
        sizes = fields_of(seen) or [None]
        # Further layers hardly ever see less again; where they do, the plan of what is found says so.
        return None if all(size is not None and size >= (self.enough or 0) for size in sizes) else seen


def fields_of(seen: Seen | None) -> list[int | None] | None:
    """The largest receptive field along every axis that windows were slid over; None where it is not known."""
    if seen is None:
        return None
    found: list[int | None] = []
    for source, views in seen.views:
        axes = sorted(axis for name, axis in seen.moved if name == source)
        axes = axes or [*range(max(len(views.states) - 1, min(len(views.states), 1)))]
        found += largest(views, axes)
    return found
