"""The graph of a design: an order in which its nodes can be computed, and what is wrong with names and edges."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace

from lamella.design import Design, Node, in_order, node_of
from lamella.errors import Place, Problem, problem
from lamella.layers.base import Engine, Layer, did_you_mean


def ordered_nodes(design: Design, findings: list[Problem]) -> list[Node]:
    """The nodes in an order in which they can be computed; what is wrong with names and cycles is reported."""
    names: dict[str, Node] = {}
    whole = defaultdict(Place, design.where)
    for node in design.nodes:
        if node.name in names:
            findings.append(problem("name twice", node.place("name"), name=node.name))
        names.setdefault(node.name, node)
    for node in design.nodes:
        read = dict.fromkeys(node_of(reference, names) for reference in node.reads)
        findings += [_dangling(name, node, names) for name in read if name not in names]
        if node.shares is not None:
            findings += _shares(node, names)
    findings += [
        problem("name dangling", whole[f"outputs.{name}"], name=node, suggestion=did_you_mean(node, list(names)))
        for name, node in design.outputs.items()
        if node_of(node, names) not in names
    ]
    if not design.inputs:
        findings.append(problem("no input", whole[""]))
    if len(design.nodes) == len(design.inputs):
        findings.append(problem("no layers", whole[""]))
    ordered, circular = in_order(design)
    rest = circular
    while rest:
        cycle = _cycle(rest)
        findings.append(_circle(cycle))
        _, rest = in_order(replace(design, nodes=tuple(node for node in rest if node not in cycle)))
    return [*ordered, *circular]


def unused(design: Design, names: Mapping[str, Node]) -> list[Problem]:
    """Layers from which no way leads to an output, inputs included."""
    outputs = (node_of(reference, names) for reference in design.outputs.values())
    needed, waiting = set[str](), [name for name in outputs if name in names]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += [each for each in _read(names[name], names) if each in names]
    return [problem("layer unused", node.place()) for node in names.values() if needed and node.name not in needed]


def _read(node: Node, names: Mapping[str, Node]) -> list[str]:
    """The names of the nodes that this one needs."""
    return [*(node_of(reference, names) for reference in node.reads), *filter(None, [node.shares])]


def _dangling(name: str, node: Node, names: Mapping[str, Node], entry: str = "from") -> Problem:
    others = [each for each in names if each != node.name]
    return problem("name dangling", node.place(entry), name=name, suggestion=did_you_mean(name, others))


def _shares(node: Node, names: Mapping[str, Node]) -> list[Problem]:
    first = names.get(str(node.shares))
    if first is None:
        return [_dangling(str(node.shares), node, names, "shares")]
    if first.type != node.type:
        return [problem("shares other type", node.place("shares"), name=first.name, type=first.type)]
    if node.arguments:
        where = node.place("shares")
        return [problem("shares with arguments", where, name=first.name, arguments=list(node.arguments))]
    return []


def _circle(cycle: list[Node]) -> Problem:
    first = cycle[0]
    if len(cycle) > 1:
        return problem("cycle", first.place(), names=[node.name for node in cycle])
    return problem("refers to itself", first.place("shares" if first.shares == first.name else "from"))


def _cycle(circular: list[Node]) -> list[Node]:
    """One circle among nodes that could not be ordered, from its first node in the file on."""
    among = {node.name: node for node in circular}
    node, path = circular[0], dict[str, Node]()
    while node.name not in path:
        path[node.name] = node
        node = next(among[name] for name in _read(node, among) if name in among)
    names = list(path)
    circle = [path[name] for name in reversed(names[names.index(node.name) :])]
    first = min(range(len(circle)), key=lambda index: circular.index(circle[index]))
    return circle[first:] + circle[:first]


def in_file_order(findings: list[Problem]) -> tuple[Problem, ...]:
    """The findings by line and column."""
    return tuple(sorted(findings, key=lambda each: (each.where.line or 0, each.where.column or 0)))


def added_onto(nodes: list[Node], layers: Mapping[str, Layer], engine: Engine) -> dict[str, str]:
    """By node name: the tensor that an engine adds the node's output to at once, which nothing else reads."""
    readers = Counter(name for node in nodes for name in node.reads)
    made = {node.name: place for place, node in enumerate(nodes)}
    found = {}
    for node in nodes:
        layer = layers.get(node.name)
        if layer is None or not (layer.in_place and layer.hands_on and len(node.inputs) == 2):
            continue
        first, second = sorted(node.inputs, key=lambda name: made.get(name, -1))
        last = layers.get(second)
        if last is not None and last.adds_onto(engine) and readers[second] == 1:
            found[second] = first
    return found
