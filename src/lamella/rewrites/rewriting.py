"""A design in another form that computes the same: every rewrite that pays, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from lamella.design import INPUT, Design, Node
from lamella.planning.plan import Plan, Row
from lamella.planning.planner import plan
from lamella.planning.roofline import Running, closed, seconds
from lamella.rewrites.rewrite import REWRITES, Change, Rewrite, Site, changed
from lamella.rewrites.terms import Original, Term
from lamella.shown import shown

_PASSES: Final = 50
"""Every pass takes at least one layer further; more than so many are never needed behind one another."""


class Applied(NamedTuple):
    """One rewrite that was made, with the names of the layers that it took out and of those it put in."""

    rewrite: Rewrite
    layers: tuple[str, ...]
    new: tuple[str, ...]


@shown
class Rewritten(NamedTuple):
    """A design that computes what `original` does; `weights` makes each of its weights of the original's."""

    original: Design
    design: Design
    weights: Mapping[str, Term]
    applied: tuple[Applied, ...]

    def unchanged(self, row: Row) -> bool:
        """Whether a row of the plan of `design` has the layer and the weights of the original's node of that name."""
        node, first = row.node, self.original.first.get(row.node.name)
        if first is None or (first.type, first.arguments, first.shares) != (node.type, node.arguments, node.shares):
            return False
        return all(self.weights[name] == Original(name) for name in weight_names(row))

    def stands_for(self) -> dict[str, tuple[str, ...]]:
        """For each node of `design` the nodes of the original one whose work it does, in their order."""
        places = {node.name: place for place, node in enumerate(self.original.nodes)}
        found: dict[str, tuple[str, ...]] = {name: (name,) for name in places}
        for each in self.applied:
            gone = sorted({name for old in each.layers for name in found[old]}, key=places.__getitem__)
            # Where all are still there, as after a change of places, each still does its own work.
            kept = {*each.layers} <= {*each.new}
            found |= {name: found[name] if kept and name in each.layers else tuple(gone) for name in each.new}
        return {node.name: found[node.name] for node in self.design.nodes}


def weight_names(row: Row) -> list[str]:
    """The names of a row's own weights among those of the whole design."""
    return [f"{row.node.name}/{each.name}" for each in row.weights or ()]


def rewritten(design: Design, how: Running, rewrites: Sequence[Rewrite] | None = None) -> Rewritten:
    """The design with every rewrite that shortens the time it needs, run so; the design must have no errors.

    With `rewrites` those alone are made, wherever they can be. While learning, only such as keep gradients.
    """
    original, applied = design, []
    known = plan(replace(design, expect={}))
    assert not known.errors, "a design with errors can't be rewritten"
    weights: dict[str, Term] = {name: Original(name) for row in known.rows for name in weight_names(row)}
    tried = [each for each in (REWRITES if rewrites is None else rewrites) if each.learns or not how.learning]
    for _ in range(_PASSES):
        found = _changes(Site(known), tried, how, always=rewrites is not None)
        if not found:
            break
        for rewrite, change in found:
            weights = _over(weights, change, known)
            applied.append(Applied(rewrite, change.gone, tuple(node.name for node in change.new)))
        design = changed(design, [change for _, change in found])
        known = plan(design)
        assert not known.errors, known.errors[0].text()
    return Rewritten(original, design, weights, tuple(applied))


def restoring_form(design: Design) -> Rewritten:
    """The design with the rewrites that save time in ONNX Runtime on a usual machine."""
    return rewritten(design, Running(engine="onnxruntime"))


def _changes(site: Site, tried: Sequence[Rewrite], how: Running, *, always: bool) -> list[tuple[Rewrite, Change]]:
    """The changes of one pass, no two of the same layer: first those that leave no layer to be rewritten, such as
    folds, which others would come between; of them and of the others those that gain the most.
    """
    ways = [
        (rewrite.learns, -_gain(change, site.plan, how), place, rewrite, change)
        for place, row in enumerate(site.plan.rows)
        for rewrite in tried
        for change in rewrite.changes(row.node, site)
    ]
    found: list[tuple[Rewrite, Change]] = []
    touched: set[str] = set()
    for _, loss, _, rewrite, change in sorted(ways, key=lambda each: each[:3]):
        if (always or loss < 0) and touched.isdisjoint(change.gone):
            touched.update(change.gone)
            found.append((rewrite, change))
    return found


def _gain(change: Change, known: Plan, how: Running) -> float:
    """How many seconds a batch takes less; nothing where it is not known what is read."""
    own = {node.name for node in change.new}
    reads = dict.fromkeys(each for node in change.new for each in node.reads if each not in own)
    if any(each not in known.shapes for each in reads):
        return 0
    names = {each: f"input {place}" for place, each in enumerate(reads)}
    given = tuple(Node(name, INPUT, {"shape": closed(known.shapes[each][1:])}) for each, name in names.items())
    new = tuple(replace(node, inputs=tuple(names.get(each, each) for each in node.inputs)) for node in change.new)
    part = plan(Design("part", (*given, *new), {}))
    before = seconds(known, (known.row(name) for name in change.gone), how)
    return before - seconds(part, part.rows, how)


def _over(weights: Mapping[str, Term], change: Change, known: Plan) -> dict[str, Term]:
    """The weights after a change, over the original ones."""
    gone = {each for name in change.gone for each in weight_names(known.row(name))}
    kept = {name: term for name, term in weights.items() if name not in gone}
    return kept | {name: term.put(weights.__getitem__) for name, term in change.weights.items()}
