"""Which sizes of pictures a design takes, which of them come back at its output, and what is nearest to a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from lamella.algebra import Expression
from lamella.design import INPUT, Design, Node, Shape
from lamella.errors import Problem
from lamella.planning.open_sizes import Condition, OpenSize, open_sizes
from lamella.planning.planner import plan
from lamella.planning.trial import walked

_FARTHEST: Final = 100_000
"""How far from a size another one is looked for."""


class Nearest(NamedTuple):
    """For one axis of a picture: its size, the nearest size below that fits and that above; the same where it fits."""

    size: int
    below: int | None
    above: int | None


class Sizes(NamedTuple):
    """The sizes of a design's inputs that every layer takes, and those that the output gives back.

    `returning` is None where the design is not one that could give its input's size back. `faults` are the errors
    that keep the sizes from being open: then both are empty, and the design takes the sizes that it names.
    """

    every: tuple[OpenSize, ...]
    returning: tuple[OpenSize, ...] | None
    faults: tuple[Problem, ...]

    @property
    def best(self) -> tuple[OpenSize, ...]:
        """Those that come back, else those that fit."""
        return self.every if self.returning is None else self.returning

    def nearest(self, image: Sequence[int]) -> list[Nearest]:
        """For each axis of a picture (height, width) the nearest sizes, of the design's first input."""
        rules = [each for each in self.best if each.input == self.best[0].input] if self.best else []
        return [_nearest(rule, size) for rule, size in zip(rules, image, strict=False)]


def fitting(design: Design) -> Sizes:
    """The sizes of pictures that a design takes, its channels as they are."""
    nodes = tuple(_opened(node) if node.type == INPUT else node for node in design.nodes)
    opened = replace(design, nodes=nodes, expect={})
    found = walked(opened)
    if any(each.severity == "error" for each in found.findings):
        faults = tuple(each for each in plan(opened).errors if each.key != "no size fits")
        if faults:
            return Sizes((), None, faults)
    inputs = [(node.name, found.shapes[node.name]) for node in design.inputs if node.name in found.shapes]
    every = open_sizes(inputs, found.conditions)
    extra = _returning(opened, found.shapes)
    return Sizes(every, None if extra is None else open_sizes(inputs, [*found.conditions, *extra]), ())


def _returning(design: Design, shapes: Mapping[str, Shape]) -> list[Condition] | None:
    """What must hold for the one output to be as large as the one input; None where it never could be."""
    inputs = [shapes.get(node.name) for node in design.inputs]
    results = [shapes.get(reference) for reference in design.outputs.values()]
    if len(inputs) != 1 or len(results) != 1:
        return None
    (given,), (result,) = inputs, results
    if given is None or result is None or len(given) != len(result) or given[-1] != result[-1]:
        return None
    pairs = list(zip(result[1:-1], given[1:-1], strict=True))
    if not all(isinstance(size, Expression) for pair in pairs for size in pair):
        return None
    return [Condition(*pair) for pair in pairs if pair[0] != pair[1]]


def _opened(node: Node) -> Node:
    """The input with every size of its pictures open; its channels stay."""
    shape = node.arguments.get("shape")
    if not isinstance(shape, tuple) or len(shape) < 2:
        return node
    return replace(node, arguments={**node.arguments, "shape": (*[None] * (len(shape) - 1), shape[-1])})


def fits(rule: OpenSize, value: int) -> bool:
    """Whether a number is one of those that fit."""
    if value in rule.only:
        return True
    if rule.first is None or not rule.remainders:
        return False
    return value >= rule.first and value % rule.period in rule.remainders


def _nearest(rule: OpenSize, size: int) -> Nearest:
    below = next((each for each in range(size, max(0, size - _FARTHEST), -1) if fits(rule, each)), None)
    above = next((each for each in range(size, size + _FARTHEST) if fits(rule, each)), None)
    return Nearest(size, below, above)


def listed(rule: OpenSize, count: int) -> list[int]:
    """The first so many sizes that fit."""
    if not rule.remainders or rule.first is None:
        return [*rule.only[:count]]
    found = [each for each in rule.only if each < rule.first]
    size = rule.first
    while len(found) < count:
        found += [size] if fits(rule, size) else []
        size += 1
    return found[:count]
