"""What a rewrite is: another way to compute the same numbers, with the weights made of the original ones."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import ClassVar, Final, NamedTuple

from lamella.design import Design, FreeNames, Node, Shape, node_of
from lamella.layers.base import Layer
from lamella.planning.plan import Plan
from lamella.rewrites.terms import Original, Term
from lamella.texts.languages import Text

_BEFORE_A_LOSS: Final = ("sigmoid", "softmax")
"""Source: `_keras_logits` in keras/src/backend/tensorflow/nn.py."""
REWRITES: list[Rewrite] = []
"""All of them, in the order in which they are tried."""


class Change(NamedTuple):
    """Some nodes of a design in another way.

    `gone` are taken out and `new` put where the last of them stood; `instead` says by which reference what was read
    by another is now read. `weights` has the weights of the new nodes, by "node/weight", over those before.
    """

    gone: tuple[str, ...]
    new: tuple[Node, ...]
    instead: Mapping[str, str]
    weights: Mapping[str, Term]


class Rewrite(ABC):
    """One exact rewrite: the same output for every input, up to rounding. A subclass is registered as it is made.

    `learns`: the gradients of the original weights, through the terms, are the same too, and training keeps it so;
    others hold for a network that does not learn any more.
    """

    name: ClassVar[str]
    sentence: ClassVar[Text]
    learns: ClassVar[bool]
    examples: ClassVar[tuple[str, ...]]
    """Design files to which it applies; the contract tests run them both ways."""

    def __init_subclass__(cls) -> None:
        REWRITES.append(cls())

    @abstractmethod
    def changes(self, node: Node, site: Site) -> Iterator[Change]:
        """The ways to do it where `node` is the last of the layers concerned; none where it does not apply."""


class Site:
    """A planned design, as rewrites look at it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.names = FreeNames(plan.by_name)
        self._readers: dict[str, list[Node]] = {}
        design = plan.design
        for node in design.nodes:
            for reference in dict.fromkeys(node.reads):
                self._readers.setdefault(reference, []).append(node)
        self._kept = {*design.outputs.values()}
        self._shared = {node.shares for node in design.nodes} | {node.name for node in design.nodes if node.shares}

    def layer(self, node: Node) -> Layer | None:
        """The node's layer where it may be rewritten.

        Not where it is shared, called with more than inputs, works in another number format, or adds to the loss.
        """
        row = self.plan.row(node.name)
        layer = row.layer
        if layer is None or node.name in self._shared or node.called or row.whole or row.weights is None:
            return None
        given = node.arguments.get
        return layer if given("dtype") is None and given("activity_regularizer") is None else None

    def in_loss(self, node: Node, activation: str | None) -> bool:
        """Whether a loss looks behind this activation: Keras computes cross-entropy from what an output activated.

        So nothing may come to stand between such an activation and the output.
        """
        return activation in _BEFORE_A_LOSS and node.name in self._kept

    def before(self, node: Node) -> tuple[Node, Layer] | None:
        """The node before one that reads nothing else, with its layer; None where another reads it, or an output is."""
        if len(node.inputs) != 1:
            return None
        (reference,) = node.inputs
        name = node_of(reference, self.plan.by_name)
        if reference in self._kept or len(self._readers[reference]) > 1 or name != reference:
            return None
        found = self.plan.row(name).node
        layer = self.layer(found)
        return None if layer is None else (found, layer)

    def shape(self, reference: str) -> Shape | None:
        return self.plan.shapes.get(reference)

    def weights(self, node: Node) -> dict[str, Term]:
        """The node's weights by their own names."""
        owned = self.plan.row(node.name).weights or ()
        return {weight.name: Original(f"{node.name}/{weight.name}") for weight in owned}

    def kept(self, node: Node) -> dict[str, Term]:
        """The same as a change has them for a node that keeps its name and its weights."""
        return {f"{node.name}/{name}": term for name, term in self.weights(node).items()}

    @cached_property
    def unread(self) -> frozenset[str]:
        """The names of nodes that lead to no output; inputs are none of them."""
        plan = self.plan
        waiting = [node_of(reference, plan.by_name) for reference in self._kept]
        reached = set(waiting)
        while waiting:
            node = plan.row(waiting.pop()).node
            for reference in (*node.reads, *((node.shares,) if node.shares else ())):
                name = node_of(reference, plan.by_name)
                if name not in reached:
                    reached.add(name)
                    waiting.append(name)
        return frozenset(node.name for node in plan.design.nodes if node.name not in reached and node.inputs)


def changed(design: Design, changes: Sequence[Change]) -> Design:
    """The design with changes that have no node in common."""
    instead = {old: new for each in changes for old, new in each.instead.items() if old != new}
    gone = {name: each for each in changes for name in each.gone}
    nodes: list[Node] = []
    for node in design.nodes:
        change = gone.get(node.name)
        if change is None:
            nodes.append(_rewired(node, instead))
        elif node.name == change.gone[-1]:
            own = {each.name for each in change.new}
            others = {old: new for old, new in instead.items() if old not in own}
            nodes += [_rewired(each, others) for each in change.new]
    outputs = {name: _now(reference, instead) for name, reference in design.outputs.items()}
    return Design(design.name, tuple(nodes), outputs, {}, design.where)


def _now(reference: str, instead: Mapping[str, str]) -> str:
    """What stands in place of a reference, through several changes."""
    while reference in instead:
        reference = instead[reference]
    return reference


def _rewired(node: Node, instead: Mapping[str, str]) -> Node:
    def now(value: object) -> object:
        if isinstance(value, tuple):
            return tuple(map(now, value))
        return _now(value, instead) if isinstance(value, str) else value

    if instead.keys().isdisjoint(node.reads):
        return node
    inputs = tuple(_now(reference, instead) for reference in node.inputs)
    return replace(node, inputs=inputs, called={key: now(value) for key, value in node.called.items()})
