"""What a design leaves open, and its nodes as steps with the layers that may stand there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import prod
from typing import Final, NamedTuple

from lamella import units
from lamella.design import BATCH, INPUT, Design, Node, Shape, node_of, origin
from lamella.errors import DesignError, Place, Problem, problem
from lamella.layers import REGISTRY, make
from lamella.layers.arguments import Wrong, wrong_value
from lamella.layers.base import Layer
from lamella.layers.choices import Path, at_place, everywhere, open_places, takes, usual_values, written_values
from lamella.planning.graph import ordered_nodes
from lamella.planning.walk import fixed_batches

_WIDE: Final = ("filters", "units")
"""Arguments with many values, which change the last axis, parameters and work but no place in the picture."""

MOST_OF_ONE: Final = 50_000
"""Combinations of one layer's values, those of `_WIDE` not counted, up to which they are tried."""


class Unknown(NamedTuple):
    """One `any`: the node, the argument, where in it, and what it may be."""

    node: str
    argument: str
    path: Path
    values: tuple[object, ...]
    wide: bool = False

    @property
    def name(self) -> str:
        """As in a table: up.kernel_size, input.shape[0]."""
        return f"{self.node}.{self.argument}{''.join(f'[{index}]' for index in self.path)}"


Picks = tuple[int, ...]
"""For each unknown of a node the index of its value."""


@dataclass(frozen=True)
class Step:
    """One node with its unknowns; `owner` is the node whose layer it uses, itself unless it shares another's."""

    node: Node
    unknowns: tuple[Unknown, ...]
    owner: str
    batches: tuple[int | None, ...] = ()
    """For each input the number of images, where an input of the design fixes it."""
    _made: dict[Picks, Layer | None] = field(default_factory=dict, init=False, compare=False, repr=False)
    _ends: dict[Picks, tuple[Picks, Picks] | None] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def wide(self) -> bool:
        return any(each.wide for each in self.unknowns)

    @property
    def chooses(self) -> bool:
        """Whether a value of the wide unknown is chosen here, and not where a layer is shared from."""
        return self.wide and self.owner == self.node.name

    @property
    def given(self) -> tuple[Shape | None, ...] | None:
        """For a layer that is not known the shapes of its outputs, as far as its source states them."""
        gives = self.node.gives
        return None if gives is None else tuple(None if each is None else (BATCH, *each) for each in gives)

    def layer(self, picks: Picks) -> Layer | None:
        """The layer with these values; None where they contradict one another."""
        if picks not in self._made:
            made = make(filled(self.node, self.unknowns, picks)) if self.node.gives is None else None
            self._made[picks] = made.called_with(self.node.called) if isinstance(made, Layer) else None
        return self._made[picks]

    def narrow(self) -> Iterator[Picks]:
        """All choices of the unknowns that are not wide, with 0 for the wide one."""
        yield from product(*(range(1 if each.wide else len(each.values)) for each in self.unknowns))

    def widened(self, picks: Picks) -> Iterator[Picks]:
        """The same choice with each value of the wide unknown; of several, all go up together."""
        longest = max((len(each.values) for each in self.unknowns if each.wide), default=1)
        for index in range(longest):
            yield tuple(
                min(index, len(each.values) - 1) if each.wide else pick
                for each, pick in zip(self.unknowns, picks, strict=True)
            )

    def ends(self, picks: Picks) -> tuple[Picks, Picks] | None:
        """A narrow choice with the least and the greatest value of the wide unknown that a layer takes."""
        if picks not in self._ends:
            every = [*self.widened(picks)]
            least = next((each for each in every if self.layer(each) is not None), None)
            most = next((each for each in reversed(every) if self.layer(each) is not None), None)
            self._ends[picks] = None if least is None or most is None else (least, most)
        return self._ends[picks]


def filled(node: Node, unknowns: Sequence[Unknown], picks: Picks) -> Node:
    """The node with values in place of what it leaves open."""
    return replace(node, arguments=chosen(node.arguments, unknowns, picks)) if unknowns else node


def chosen(arguments: Mapping[str, object], unknowns: Sequence[Unknown], picks: Picks) -> dict[str, object]:
    """Arguments with values in place of what is open."""
    found = dict(arguments)
    for unknown, pick in zip(unknowns, picks, strict=True):
        found[unknown.argument] = at_place(found[unknown.argument], unknown.path, unknown.values[pick])
    return found


def unknowns_of(node: Node, problems: list[Problem]) -> tuple[Unknown, ...]:
    """What a node leaves open; what can't be read, or has no usual values, becomes a problem."""
    kind = REGISTRY.get(node.type)
    if kind is None or node.shares is not None:
        return ()
    found: list[Unknown] = []
    for name, value in node.arguments.items():
        declared = kind.arguments.get(name)
        if declared is None or takes(declared.kind, value):
            continue
        for path, text in open_places(value):
            try:
                values = written_values(text)
            except Wrong:
                problems.append(problem("choice", node.place(name), argument=name, received=text))
                continue
            strange = [each for each in values or () if not takes(declared.kind, everywhere(value, each))]
            if strange:
                problems.append(wrong_value(name, declared, strange[0], None).at(node.place(name)))
                continue
            usual = values or usual_values(name, declared.kind)
            if usual is None:
                problems.append(problem("choice usual", node.place(name), argument=name))
                continue
            if not takes(declared.kind, everywhere(value, usual[0])):
                problems.append(wrong_value(name, declared, value, None).at(node.place(name)))
                continue
            numbers = sorted(each for each in usual if isinstance(each, int))
            ordered = tuple(numbers) if len(numbers) == len(usual) else usual
            wide = name in _WIDE and not path and not any(each.wide for each in found)
            found.append(Unknown(node.name, name, path, ordered, wide))
    # Input sizes are narrowed before they are combined.
    if node.type != INPUT and prod(len(each.values) for each in found if not each.wide) > MOST_OF_ONE:
        problems.append(problem("choices too many", node.place(), limit=units.count(MOST_OF_ONE)))
    return tuple(found)


def steps_of(design: Design) -> list[Step]:
    """The nodes as steps, in an order in which they can be computed.

    Raises `DesignError` with all that is wrong whatever is chosen: names, edges, arguments that are no choice.
    """
    problems = [*design.problems]
    nodes = ordered_nodes(design, problems)
    images = fixed_batches(nodes)
    steps = []
    for node in nodes:
        first, before = origin(node, design), len(problems)
        unknowns = unknowns_of(node, problems)
        if first is not node:
            unknowns = unknowns_of(first, [])
        batches = tuple(images.get(node_of(name, images)) for name in node.inputs)
        step = Step(replace(node, arguments=first.arguments), unknowns, first.name, batches)
        steps.append(step)
        if not unknowns and len(problems) == before and node.gives is None and not node.unread:
            made = make(step.node)
            problems += () if isinstance(made, Layer) else made
    errors = [each for each in problems if each.severity == "error"]
    if not any(step.unknowns for step in steps) and not errors:
        errors = [problem("nothing open", design.where.get("", Place()))]
    if errors:
        raise DesignError(errors)
    for step in steps:
        if step.unknowns and not any(step.ends(each) for each in step.narrow()):
            wrong = make(filled(step.node, step.unknowns, next(step.narrow())))
            raise DesignError(wrong if not isinstance(wrong, Layer) else ())
    return steps
