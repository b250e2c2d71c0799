"""Node and Design: the one form that every format meets. Pure data; planning and building are done elsewhere."""

from __future__ import annotations

import heapq
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lamella.algebra import Expression
from lamella.errors import Place, Problem
from lamella.shown import shown
from lamella.texts.languages import Phrase, phrase

MOST_OUTPUTS = 10_000
"""Outputs of one layer: each needs room, whoever reads it."""

BATCH = "B"
"""The symbol for the number of images in a shape."""

Size = int | str | Expression | None
"""A size along one axis: a number, the symbol `BATCH`, an expression of open sizes, or None where it is not known."""

Shape = tuple[Size, ...]
"""Sizes in the order of the design's source; for Keras' layers the batch stands first."""

Gives = tuple[tuple[int | None, ...] | None, ...]
"""Shapes of outputs without the batch, as a source stored them; None for an output whose shape it did not store."""

INPUT = "Input"


@dataclass(frozen=True)
class Node:
    """One use of one layer, as it was written.

    `arguments` has what was written, in the layer's own normal form where it is right (so that a design from
    YAML equals one from Python) and untouched where it is wrong. `inputs` refers to the nodes it reads:
    NAME, or NAME:1 for the second output of one that has several. A node with `shares` uses the weights and
    arguments of that earlier node. A node with `gives` is of a type that lamella does not know, or holds what it
    does not: nothing is known of it but the shapes of its outputs that its source stored. A node that is `unread`
    holds a place only: what is wrong with it stands in `Design.problems`, and nothing more is to be said of it.
    """

    name: str
    type: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    shares: str | None = None
    gives: Gives | None = None
    called: Mapping[str, object] = field(default_factory=dict)
    """What this call says besides its inputs: flags as they are, text for a tensor or a tuple of it (None for none)."""
    unread: bool = False
    frozen: bool = False
    """Whether its weights were frozen after they were made: some layers' own `trainable` does not reach them."""
    where: Place = field(default=Place(), compare=False)
    marks: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False)
    """Line and column of single arguments (from 1), where the source has them."""
    unknown: str = field(default="", compare=False)
    """The argument for which nothing is known of a node with `gives` whose type lamella knows."""

    def words(self) -> Phrase:
        """The type, with the argument for which nothing is known of it."""
        if not self.unknown:
            return phrase("{type}", "{type}", type=self.type)
        return phrase("{type} with {argument}", "{type}({argument} 있음)", type=self.type, argument=self.unknown)

    @property
    def reads(self) -> tuple[str, ...]:
        """All that it refers to: its inputs, then the tensors among `called`, such as masks."""
        return (*self.inputs, *(each for value in self.called.values() for each in tensors_of(value)))

    def place(self, argument: str | None = None) -> Place:
        """Where this node, or one of its arguments, was written."""
        line, column = self.marks.get(argument or "", (self.where.line, self.where.column))
        return Place(self.where.file, line, column, self.where.path, self.name, self.type)


@shown
@dataclass(frozen=True)
class Design:
    """A graph of nodes with named outputs; its inputs are the nodes of type `Input`, in order.

    A design may hold what is wrong, unknown or open: planning reports it. `expect` has the conditions that
    the design's author wrote.
    """

    name: str
    nodes: tuple[Node, ...]
    outputs: Mapping[str, str]
    expect: Mapping[str, object] = field(default_factory=dict)
    where: Mapping[str, Place] = field(default_factory=dict, compare=False)
    """Where entries that are no nodes stand: "outputs.NAME", "expect.WORD", "" for the whole."""
    problems: tuple[Problem, ...] = field(default=(), compare=False)
    """What was wrong in the source and could not become a node."""

    @property
    def inputs(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.type == INPUT)

    @cached_property
    def first(self) -> Mapping[str, Node]:
        """The first node of each name."""
        return {node.name: node for node in reversed(self.nodes)}

    @cached_property
    def ends(self) -> dict[str, Node]:
        """Where the chains of `shares` end, by the names of the nodes on them, as far as `origin` was asked."""
        return {}


def tensors_of(value: object) -> tuple[str, ...]:
    """The references in one value of a node's `called`.

    >>> tensors_of(True), tensors_of("mask"), tensors_of((None, "mask"))
    ((), ('mask',), ('mask',))
    """
    listed = value if isinstance(value, (tuple, list)) else (value,)
    return tuple(each for each in listed if isinstance(each, str))


def node_of(reference: str, names: Container[str]) -> str:
    """The name of the node that a reference means: NODE itself, or NODE of NODE:1, its second output.

    >>> node_of("lstm:1", {"lstm"}), node_of("lstm:1", {"lstm", "lstm:1"}), node_of("lstm:x", {"lstm"})
    ('lstm', 'lstm:1', 'lstm:x')
    """
    if reference in names or ":" not in reference:
        return reference
    name, _, place = reference.rpartition(":")
    return name if name in names and place.isdecimal() else reference


def output_reference(name: str, place: int) -> str:
    """How the output of a node with several is referred to; the first one by the node's name alone."""
    return f"{name}:{place}" if place else name


class FreeNames:
    """Names of which no two are the same, whatever their case where `fold` is set: x, x_2, x_3."""

    def __init__(self, taken: Iterable[str] = (), *, fold: bool = False, sign: str = "_") -> None:
        self._fold, self._sign = fold, sign
        self._taken = set(map(self._key, taken))
        self._counts: dict[str, int] = {}
        """The last number of each word: thousands may begin with the same one."""

    def take(self, word: str, first: str = "") -> str:
        """The word itself, or `first` in its place, where it is free, else with a number; it is taken from then on."""
        found = first or word
        while self._key(found) in self._taken:
            self._counts[self._key(word)] = count = self._counts.get(self._key(word), 1) + 1
            found = f"{word}{self._sign}{count}"
        self._taken.add(self._key(found))
        return found

    def _key(self, word: str) -> str:
        return word.lower() if self._fold else word


def origin(node: Node, design: Design) -> Node:
    """The node whose layer this one uses: itself, or the first of a chain of `shares`.

    A chain that leads nowhere or in a circle ends at its last node.
    """
    passed: list[str] = []
    while (name := node.shares) is not None and name in design.first:
        if name in design.ends:
            node = design.ends[name]
            break
        design.ends[name] = node  # where a circle comes back to
        passed.append(name)
        node = design.first[name]
    design.ends.update(dict.fromkeys(passed, node))
    return node


def in_order(design: Design) -> tuple[list[Node], list[Node]]:
    """The nodes so that each follows its inputs, and those that can't be so ordered (in a cycle or behind one).

    The written order is kept wherever it is possible. Names that no node has are no obstacle here.
    """
    known = {node.name: index for index, node in reversed(list(enumerate(design.nodes)))}
    waiting = [0] * len(design.nodes)
    readers: list[list[int]] = [[] for _ in design.nodes]
    for index, node in enumerate(design.nodes):
        read = {node_of(reference, known) for reference in node.reads}
        for name in known.keys() & {*read, node.shares}:
            waiting[index] += 1
            readers[known[name]].append(index)
    ready = [index for index, count in enumerate(waiting) if not count]
    ordered: list[Node] = []
    while ready:
        index = heapq.heappop(ready)
        ordered.append(design.nodes[index])
        for reader in readers[index]:
            waiting[reader] -= 1
            if not waiting[reader]:
                heapq.heappush(ready, reader)
    return ordered, [node for node, count in zip(design.nodes, waiting, strict=True) if count]
