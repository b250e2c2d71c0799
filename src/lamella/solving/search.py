"""Complete designs in the order of what they cost: best first over the graph, the last axis' sizes put in.

The bound is exact for shapes whose sizes are all known, and the least possible else, so that what is complete and
comes first has no better one behind it (A*; Hart, Nilsson and Raphael 1968). Of equal costs the smaller values come
first. Where so many parameters are asked for at least, the sums that can be reached are the bound.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from math import inf
from typing import Final, NamedTuple

from lamella.design import INPUT, output_reference
from lamella.solving.bounds import BEST, NO_COST, Cost, ordered, to_go
from lamella.solving.effects import Effect, Shapes
from lamella.solving.fronts import Label, good
from lamella.solving.geometry import Edge, Graph
from lamella.solving.sums import Key, Sums, Tails, Way, sums_of
from lamella.solving.targets import Limits
from lamella.solving.unknowns import Picks, Step
from lamella.solving.widths import Widths

MOST_TRIED: Final = 400_000
"""So many layers are put in place, in each way of searching; what then is left is not known."""
MOST_TIES: Final = 30_000
"""So many, where very many designs may have equally many parameters; then their work is not compared any more."""
_MIDDLE: Final = 0.25
"""Where between the least and the greatest sum of products most sums lie."""
MOST_BY_TAILS: Final = 90_000
"""So many, where only the last sums are known."""
MOST_DEEP: Final = 120_000
"""So many after that, when designs are given as they are met."""
MOST_BEFORE_FRONTS: Final = 80_000
"""So many, where at least so much work is asked for; then good designs are looked for by fronts."""
MOST_BY_FRONTS: Final = 30
"""So many designs that fronts found are looked at."""
PLANNED: Final = 100
"""A plan takes about as long as so many layers."""


class Found(NamedTuple):
    """The picks of every step, and what the design costs."""

    picks: tuple[Picks, ...]
    cost: Cost


_Passage = tuple[Shapes, Effect]
"""The shapes behind a layer, and what it costs."""


class _Part(NamedTuple):
    """A design as far as one boundary: where in the graph, the exact shapes there, what was spent and picked."""

    place: int
    state: int
    shapes: Shapes
    spent: Cost
    picks: tuple[Picks, ...]


class _Turn(NamedTuple):
    """A part, and what comes next at the choice that led to it: the further values of the wide unknown.

    Its bound where it was looked at closely; for another a lower one will do until its turn comes.
    """

    part: _Part
    before: _Part | None = None
    edge: Edge | None = None
    values: Sequence[Picks] = ()
    place: int = 0
    bound: Cost | None = None


class Search:
    """Solutions in the order of their costs. `complete` is false once the search gave up before the end."""

    def __init__(
        self,
        graph: Graph,
        ends: Sequence[int],
        limits: Limits,
        order: tuple[int, int, int] = BEST,
        most_tried: int | None = None,
    ) -> None:
        """With `most_tried` it is asked whether there is a design at all, without adding sums up."""
        self.graph, self.limits, self.order = graph, limits, order
        self._most_tried = most_tried or MOST_TRIED
        self.complete = True
        self._places = {step.node.name: place for place, step in enumerate(graph.steps)}
        self._values: dict[tuple[str, Picks], Sequence[Picks]] = {}
        self._widths = Widths()
        self._passages: dict[tuple[int, int, Picks, Shapes], _Passage | None] = {}
        self.to_go = to_go(graph, ends, order)
        self.tried = 0
        self.compared = 3
        """How much of a cost is compared: 2 once the work of equally large designs is not."""
        self._start = _Part(0, 0, (None,) * len(graph.names[0]), NO_COST, ())
        self._least = limits.least[0] if order == BEST else -inf
        self._sums: Sums | None = None
        self._tails: Tails | None = None
        self._parts = {self._key(self._start): self._start}
        self._best_known = most_tried is None and order == BEST
        if self._least > 0 and most_tried is None and self._bound(self._start) is not None:
            start = self._key(self._start)
            self._sums = sums_of(start, len(graph.steps), self._ways, int(self._least), limits.most[0])
            self._tails = Tails(self._ways, self._room()) if self._sums is None else None

    def found(self) -> Iterator[Found]:
        """Every design whose shapes fit, with parameters and work within the limits, best first.

        Where that takes too long, `complete` is false, and what follows comes as it is met, deep before wide.
        """
        given, rounds = set(), [(3, self._most_tried)]
        by_work = self._best_known and self.limits.least[1] > 0
        if self._tails:
            rounds = [(2, MOST_TIES if by_work else MOST_BY_TAILS)]
        elif self._sums:
            rounds = [(3, MOST_TIES), (2, MOST_BEFORE_FRONTS if by_work else MOST_TRIED)]
        elif by_work:
            rounds = [(3, MOST_BEFORE_FRONTS)]
        for compared, most in rounds:
            self.complete, self.compared = True, compared
            for found in self._turns(most, deep=False):
                if found.picks not in given:
                    given.add(found.picks)
                    yield found
            if self.complete:
                return
        if by_work:
            for label in self._good()[:MOST_BY_FRONTS]:
                if label.picks not in given:
                    given.add(label.picks)
                    yield Found(label.picks, label.cost)
        most = MOST_DEEP if self._tails or by_work else self._most_tried
        yield from (found for found in self._turns(most, deep=True) if found.picks not in given)
        self.complete = False

    def _good(self) -> list[Label]:
        """Designs with at least so much work, by fronts."""
        wide = {
            place: max((len(self._values_of(step, each.picks)) for edges in leading for each in edges), default=0)
            for place, (step, leading) in enumerate(zip(self.graph.steps, self.graph.edges, strict=True))
            if step.chooses
        }
        return good(
            self._key(self._start),
            wide,
            len(self.graph.steps),
            lambda key, only: self._ways(key, only=only),
            self._room_of,
        )

    def _room_of(self, key: Key, most: float) -> Limits:
        """What may have been spent before a part within the limits, of a design with so many parameters at most."""
        rest, limits = self.to_go[key.place][key.state], self.limits
        if rest is None:
            return Limits((inf, inf), (-inf, -inf))
        return Limits(
            (limits.least[0] - rest.most[0], limits.least[1] - rest.most[1]),
            (min(limits.most[0], most) - rest.params, limits.most[1] - rest.macs),
        )

    def refused(self) -> None:
        """What was found last is no solution all the same: its plan, which takes long, was made for nothing."""
        self.tried += PLANNED

    def _turns(self, most: int, *, deep: bool) -> Iterator[Found]:
        heap: list[tuple[int, Cost, float, tuple[Picks, ...], int, _Turn]] = []
        made, before, closely = 0, self.tried, False
        turns = [_Turn(self._start)] if self._bound(self._start) is not None else []
        while turns or heap:
            for each in turns:
                bound, made = each.bound or self._bound(each.part, lazily=True), made + 1
                assert bound is not None, "such a turn is not made"
                heapq.heappush(
                    heap, (-each.part.place if deep else 0, bound, self._chance(each.part), each.part.picks, made, each)
                )
            if self.tried - before > most:
                self.complete = False
                if closely or not self._tails or deep:
                    return
                closely, before = True, self.tried  # the best of those that were looked at closely can be reached
                heap = [each for each in heap if each[-1].bound is not None]
                heapq.heapify(heap)
                if not heap:
                    return
            _, key, _, _, _, turn = heapq.heappop(heap)
            turns = (
                []
                if turn.before is None or turn.edge is None
                else self._next(turn.before, turn.edge, turn.values, turn.place)
            )
            now = self._bound(turn.part)
            reached = self._along(turn.part) if now == key or deep else turn.part
            if reached is None or now is None:
                continue
            now = self._bound(reached)
            if now != key and not deep:
                turns.append(_Turn(reached, bound=now))  # looked at closely, or on the way, it turned out to cost more
            elif reached.place == len(self.graph.steps):
                yield Found(reached.picks, reached.spent)
            else:
                step = self.graph.steps[reached.place]
                for edge in self._edges(reached):
                    values = self._values_of(step, edge.picks)
                    turns += self._next(reached, edge, values, self._enough(reached, edge, values))

    def _chance(self, part: _Part) -> float:
        """What comes first of parts that may cost equally much, where only the last sums are known.

        The deepest; of those one for which a sum of middle size is still to come, as most sums are.
        """
        rest = self.to_go[part.place][part.state]
        if self._tails is None or rest is None:
            return 0
        low, high = rest.params, min(rest.most[0], self.limits.most[0])
        return abs((self._least - part.spent[1] - low) / max(high - low, 1) - _MIDDLE) - part.place

    def _edges(self, part: _Part) -> list[Edge]:
        """The choices that may lead to an end."""
        alive = self.to_go[part.place + 1]
        return [each for each in self.graph.edges[part.place][part.state] if alive[each.target] is not None]

    def _bound(self, part: _Part, *, lazily: bool = False) -> Cost | None:
        """The least that a design with this part costs, in the order that counts; None outside of the limits.

        `lazily` without the sums of the last layers.
        """
        rest = self.to_go[part.place][part.state]
        if rest is None:
            return None
        if self._too_little(part) or self._over(part):
            return None
        spent = ordered(part.spent, self.order)
        bound = spent[0] + rest.cost[0], spent[1] + rest.cost[1], spent[2] + rest.cost[2]
        if self._least <= 0:
            return bound
        least = bound[0], max(bound[1], int(self._least)), bound[2] if self.compared == 3 else 0
        return least if lazily and self._tails is not None else self._at_least(part, *least)

    def _at_least(self, part: _Part, flaws: int, params: int, macs: int) -> Cost | None:
        """The bound with the least sum of parameters that is enough and can be reached."""
        spent, most = part.spent, self.limits.most[0]
        if self._tails is not None and self._tails.reach(part.place):
            key = self._key(part)
            self._parts.setdefault(key, part)
            behind = self._tails.nearest(key, self._least - spent[1], most - spent[1])
            return None if behind is None else (spent[0] + behind[0], spent[1] + behind[1], macs)
        if self._sums is None:
            return flaws, params, macs
        beyond = self._sums.cap + 1
        nearest = self._sums.nearest(self._key(part), *spent[:2])
        if nearest is not None and (nearest[0] == flaws or beyond > most):
            return *nearest, macs
        return (flaws, max(params, beyond), macs) if beyond <= most else None

    def _key(self, part: _Part) -> Key:
        held = tuple(part.picks[self._places[name]] for name in self.graph.held[part.place])
        return Key(part.place, part.state, part.shapes, held)

    def _ways(self, key: Key, left: float = inf, only: Collection[int] | None = None) -> Iterator[Way]:
        """What may follow a part with so many parameters left, with these values of its wide unknown alone."""
        part = self._parts[key]
        step = self.graph.steps[part.place]
        for edge in self._edges(part):
            for value, picks in enumerate(self._values_of(step, edge.picks)):
                if only is not None and value not in only:
                    continue
                after = self._after(part, edge, picks)
                if after is None:
                    continue
                params = after.spent[1] - part.spent[1]
                rest = self.to_go[after.place][after.state]
                if rest is None or params + rest.params > left:
                    break
                found = self._key(after)
                self._parts.setdefault(found, after)
                flaws, macs = after.spent[0] - part.spent[0], after.spent[2] - part.spent[2]
                yield Way(found, flaws, params, macs, after.picks[-1], value)

    def _room(self) -> list[int]:
        """For each place how many ways lead from one part there to the end at most."""
        room = [1]
        for step, leading in zip(reversed(self.graph.steps), reversed(self.graph.edges), strict=True):
            each = max((sum(len(self._values_of(step, edge.picks)) for edge in edges) for edges in leading), default=0)
            room.append(each * room[-1])
        return room[::-1]

    def _along(self, part: _Part) -> _Part | None:
        """The part as far as the next choice; None where something on the way does not fit."""
        while part.place < len(self.graph.steps):
            edges = self._edges(part)
            if len(edges) != 1 or self.graph.steps[part.place].chooses:
                return part
            after = self._after(part, edges[0], edges[0].picks)
            if after is None or self._bound(after) is None:
                return None
            part = after
        return part

    def _values_of(self, step: Step, picks: Picks) -> Sequence[Picks]:
        """A choice with every value of the wide unknown that is chosen here."""
        if not step.chooses:
            return (picks,)
        key = (step.node.name, picks)
        if key not in self._values:
            self._values[key] = tuple(step.widened(picks))
        return self._values[key]

    def _next(self, part: _Part, edge: Edge, values: Sequence[Picks], first: int) -> list[_Turn]:
        """The next value of the wide unknown with which the layer fits, if there is one; larger ones cost no less.

        Where sums are the bound, that may be less for a larger value: then all values; where only the last sums are
        known, of a last layer those up to one that costs no more than the part with any of them.
        """
        found: list[_Turn] = []
        lazily = self._tails is not None and not self._tails.reach(part.place)
        for place in range(first, len(values)):
            after = self._after(part, edge, values[place])
            if after is None:
                continue
            bound, further = self._bound(after, lazily=lazily), _Turn(after, part, edge, values, place + 1)
            if bound is None:
                if self._over(after):
                    break
            elif not (self._sums or self._tails):
                return [further]
            elif self._tails and not lazily and bound == self._bound(part):
                return [*found, further]
            else:
                found.append(further._replace(before=None))
        return found

    def _enough(self, part: _Part, edge: Edge, values: Sequence[Picks]) -> int:
        """Where the values begin with which a lower limit can still be reached, found by halving."""
        if max(self.limits.least) <= 0:
            return 0
        low, high = 0, len(values)
        while low < high:
            middle = (low + high) // 2
            after = self._after(part, edge, values[middle])
            if after is None:
                return low
            if self._too_little(after):
                low = middle + 1
            else:
                high = middle
        return low

    def _too_little(self, part: _Part) -> bool:
        """Whether a part stays below a lower limit, whatever comes."""
        rest, least = self.to_go[part.place][part.state], self.limits.least
        return rest is None or part.spent[1] + rest.most[0] < least[0] or part.spent[2] + rest.most[1] < least[1]

    def _over(self, part: _Part) -> bool:
        """Whether a part is over a limit, whatever comes."""
        rest = self.to_go[part.place][part.state]
        most = self.limits.most
        return rest is None or part.spent[1] + rest.params > most[0] or part.spent[2] + rest.macs > most[1]

    def _after(self, part: _Part, edge: Edge, picks: Picks) -> _Part | None:
        """The part with one more step; None where the layer does not fit."""
        self.tried += 1
        step = self.graph.steps[part.place]
        if step.owner != step.node.name and step.unknowns:
            picks = part.picks[self._places[step.owner]]
        case = (part.place, edge.target, picks, part.shapes)
        if case not in self._passages:
            self._passages[case] = self._passage(step, *case)
        passage = self._passages[case]
        if passage is None:
            return None
        shapes, effect = passage
        flaws, params, macs = part.spent
        spent = (flaws + effect.flaws, params + effect.params, macs + effect.macs)
        return _Part(part.place + 1, edge.target, shapes, spent, (*part.picks, picks))

    def _passage(self, step: Step, place: int, target: int, picks: Picks, shapes: Shapes) -> _Passage | None:
        """The shapes behind one step at a place, and what it costs; None where the layer does not fit."""
        graph = self.graph
        before = dict(zip(graph.names[place], shapes, strict=True))
        effect = self._widths.effect(step, picks, tuple(before.get(name) for name in step.node.inputs))
        if effect is None:
            return None
        made = {output_reference(step.node.name, index): shape for index, shape in enumerate(effect.outputs)}
        if step.node.type == INPUT:  # with its open sizes as symbols
            tensors = zip(graph.names[place + 1], graph.states[place + 1][target].tensors, strict=True)
            made = {name: tensor.shape for name, tensor in tensors if name in made}
        after = before | made
        return tuple(after.get(name) for name in graph.names[place + 1]), effect
