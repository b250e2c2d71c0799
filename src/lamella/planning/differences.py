"""Two plans beside each other: what was changed in each layer, and what only follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from lamella.design import Node, node_of, origin
from lamella.layers import REGISTRY
from lamella.planning.alignment import Pair, aligned
from lamella.planning.plan import Plan, Row
from lamella.shown import shown


class Change(NamedTuple):
    """What the author wrote before and after: the value of an argument, the layers of `from`."""

    name: str
    before: object
    after: object


@dataclass(frozen=True)
class Compared:
    """A layer before and after, None where there is none; `changes` is what is written otherwise in itself."""

    before: Row | None
    after: Row | None
    moved: bool = False
    changes: tuple[Change, ...] = ()

    @property
    def same(self) -> bool:
        """Whether the two are one, in what was written and in every figure; names and places may differ."""
        if self.before is None or self.after is None:
            return False
        return not self.changes and _figures(self.before) == _figures(self.after)


@shown
@dataclass(frozen=True)
class Difference:
    """Two plans and their layers in pairs; `changes` is what is written otherwise behind the layers."""

    before: Plan
    after: Plan
    pairs: tuple[Compared, ...]
    changes: tuple[Change, ...] = ()

    @property
    def none(self) -> bool:
        """Whether the designs are the same but for names."""
        return not self.changes and all(pair.same for pair in self.pairs)

    @property
    def renamed(self) -> tuple[tuple[str, str], ...]:
        """The layers with another name, before and after."""
        both = ((pair.before, pair.after) for pair in self.pairs)
        return tuple((a.node.name, b.node.name) for a, b in both if a and b and a.node.name != b.node.name)


def difference(before: Plan, after: Plan) -> Difference:
    """Both plans with their layers in pairs and what was changed."""
    pairs = aligned(before, after)
    kept = [each for each in pairs if each.before and each.after and not each.moved]
    one = _Sources(before, [each.before for each in pairs], [each.before for each in kept])
    other = _Sources(after, [each.after for each in pairs], [each.after for each in kept])
    compared = tuple(Compared(*pair, _changes(pair, one, other)) for pair in pairs)
    return Difference(before, after, compared, tuple(_behind(one, other)))


class _Sources:
    """Where the inputs of a plan's layers come from, in numbers of pairs: layers that did not stay are passed by."""

    def __init__(self, plan: Plan, paired: Sequence[Row | None], stayed: Sequence[Row | None]) -> None:
        self.plan = plan
        self.number = {row.node.name: number for number, row in enumerate(paired) if row is not None}
        names = {row.node.name for row in stayed if row is not None}
        self._reached: dict[str, frozenset[object]] = {}
        for row in plan.rows:
            name = row.node.name
            self._reached[name] = frozenset((self.number[name],)) if name in names else self.of(row.node.inputs)

    def of(self, references: Iterable[str]) -> frozenset[object]:
        """The pairs behind references."""
        return frozenset(chain.from_iterable(self.each(reference) for reference in references))

    def each(self, reference: str) -> frozenset[object]:
        name = node_of(reference, self.number)
        found = self._reached.get(name, frozenset((name,)))
        return frozenset((each, reference[len(name) :]) for each in found) if reference != name else found

    def written(self, node: Node) -> Mapping[str, object]:
        return origin(node, self.plan.design).arguments


def _changes(pair: Pair, one: _Sources, other: _Sources) -> tuple[Change, ...]:
    """What is written otherwise in a layer that is on both sides."""
    if pair.before is None or pair.after is None:
        return ()
    before, after = pair.before.node, pair.after.node
    found = []
    if before.type != after.type:
        found.append(Change("type", before.type, after.type))
    else:
        found += _of_arguments(before.type, one.written(before), other.written(after))
    if not _meet(before.inputs, after.inputs, one, other):
        found.append(Change("from", before.inputs, after.inputs))
    if one.number.get(before.shares or "") != other.number.get(after.shares or ""):
        found.append(Change("shares", before.shares, after.shares))
    for name in dict.fromkeys((*before.called, *after.called)):
        values = before.called.get(name), after.called.get(name)
        if not _alike(*values, one, other):
            found.append(Change(name, *values))
    found += [Change(name, *each) for name in ("frozen", "gives") if (each := _both(before, after, name))]
    return tuple(found)


def _both(before: Node, after: Node, name: str) -> tuple[object, object] | None:
    """An entry of both nodes, where it differs."""
    one, other = getattr(before, name), getattr(after, name)
    return None if one == other else (one, other)


def _of_arguments(kind: str, before: Mapping[str, object], after: Mapping[str, object]) -> list[Change]:
    declared = REGISTRY[kind].arguments if kind in REGISTRY else {}
    found = []
    for name in dict.fromkeys((*declared, *before, *after)):
        default = declared[name].default if name in declared else None
        one, other = before.get(name, default), after.get(name, default)
        if one != other and name != "name":
            found.append(Change(name, one, other))
    return found


def _meet(before: Sequence[str], after: Sequence[str], one: _Sources, other: _Sources) -> bool:
    """Whether references lead to the same layers, place by place."""
    return len(before) == len(after) and all(one.each(a) & other.each(b) for a, b in zip(before, after, strict=True))


def _alike(before: object, after: object, one: _Sources, other: _Sources) -> bool:
    """Whether two values of a call are the same: flags as they are, tensors by the layers that they lead to."""
    if isinstance(before, str) and isinstance(after, str):
        return _meet((before,), (after,), one, other)
    if isinstance(before, tuple) and isinstance(after, tuple):
        return len(before) == len(after) and all(_alike(*each, one, other) for each in zip(before, after, strict=True))
    return before == after


def _behind(one: _Sources, other: _Sources) -> Iterable[Change]:
    """The outputs, where they are other layers', and what is expected."""
    before, after = one.plan.design, other.plan.design
    outputs = tuple(before.outputs.values()), tuple(after.outputs.values())
    if not _meet(*outputs, one, other):
        yield Change("outputs", *outputs)
    if before.expect != after.expect:
        yield Change("expect", dict(before.expect), dict(after.expect))


def _figures(row: Row) -> tuple[object, ...]:
    fields = tuple((field.min, field.max, field.stride) for field in row.receptive_fields)
    return row.output_shape, row.more_shapes, row.weights, row.macs, fields
