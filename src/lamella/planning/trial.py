"""Shapes alone, of a design or with one of its nodes changed: what trials need, of which there are many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lamella.design import Design, Node, Shape, node_of
from lamella.planning.graph import ordered_nodes
from lamella.planning.plan import Plan
from lamella.planning.walk import Walked, fixed_batches, visit


def walked(design: Design) -> Walked:
    """Layers, shapes, weights and errors of a design, without the figures of its plan."""
    findings = [*design.problems]
    nodes = ordered_nodes(design, findings)
    found = Walked(findings=findings, fed=bool(design.inputs), batches=fixed_batches(nodes))
    by_name = {node.name: node for node in reversed(design.nodes)}
    for node in nodes:
        visit(node, by_name, design, found)
    return found


class Trials:
    """A plan, ready to be asked what other arguments of one of its nodes would do to the shapes."""

    def __init__(self, plan: Plan) -> None:
        self._design, self._before = plan.design, plan
        self._by_name = {node.name: node for node in reversed(plan.design.nodes)}
        nodes = ordered_nodes(plan.design, [])
        self._nodes = [
            (node.name, {node.shares, *(node_of(each, self._by_name) for each in node.reads)}) for node in nodes
        ]
        self._batches = fixed_batches(nodes)
        self._place = {name: place for place, (name, _) in enumerate(self._nodes)}
        self._wrong = {name for each in plan.errors if (name := each.where.layer) in self._place and name is not None}
        rows = plan.by_name
        self._layers = {name: row.layer for name, row in rows.items() if row.layer is not None}
        self._outputs = {name: (row.output_shape, *row.more_shapes) for name, row in rows.items()}
        self._weights = {name: row.weights for name, row in rows.items() if row.weights is not None}
        self.walked = 0
        """Nodes that were gone through so far."""

    def shapes(self, changed: Node) -> Mapping[str, Shape] | None:
        """The shapes by reference, with `changed` in place of the node of its name; None where there is an error."""
        if any(self._place[name] < self._place[changed.name] for name in self._wrong):
            return None
        design, by_name = with_node(self._design, changed), {**self._by_name, changed.name: changed}
        known = Walked({**self._layers}, {**self._before.shapes}, {**self._outputs}, {**self._weights})
        known.batches = self._batches
        visited: set[str] = set()
        others = {changed.name}  # whose arguments or shapes are not what they were
        for name, needs in self._nodes[self._place[changed.name] :]:
            if name != changed.name and needs.isdisjoint(others):
                continue
            visited.add(name)
            self.walked += 1
            visit(by_name[name], by_name, design, known)
            if any(each.severity == "error" for each in known.findings):
                return None
            if known.outputs[name] != self._outputs[name]:
                others.add(name)
            elif name == changed.name and not self._shared(name):
                break
        return None if self._wrong - visited else known.shapes

    def _shared(self, name: str) -> bool:
        return any(node.shares == name for node in self._design.nodes)


def with_node(design: Design, node: Node) -> Design:
    """The design with a node in place of that of its name."""
    return replace(design, nodes=tuple(node if each.name == node.name else each for each in design.nodes))
