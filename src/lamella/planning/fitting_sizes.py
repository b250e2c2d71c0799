"""Which sizes of pictures a design takes, which of them come back at its output, and what is nearest to a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from lamella.algebra import Expression
from lamella.design import INPUT, Design, Node, Shape, origin
from lamella.errors import Problem
from lamella.layers import REGISTRY
from lamella.layers.spatial import Spatial
from lamella.planning.open_sizes import Condition, OpenSize, open_sizes, relations
from lamella.planning.planner import plan
from lamella.planning.trial import walked
from lamella.shown import shown

_FARTHEST: Final = 100_000
"""How far from a size another one is looked for."""


class Nearest(NamedTuple):
    """For one axis of a picture: its size, the nearest size below that fits and that above; the same where it fits."""

    size: int
    below: int | None
    above: int | None


@shown
class Sizes(NamedTuple):
    """The sizes of a design's inputs that every layer takes, and those that the output gives back.

    `returning` is None where the design is not one that could give its input's size back. `faults` are the errors
    that keep the sizes from being open: then `every` is empty, or has the sizes near the design's own that leave its
    weights as they are, one axis at a time, and `pooled` what it takes with a pooling in place of each Flatten.
    `relations` are equalities that must hold between several sizes.
    """

    every: tuple[OpenSize, ...]
    returning: tuple[OpenSize, ...] | None
    faults: tuple[Problem, ...]
    relations: tuple[Condition, ...] = ()
    pooled: tuple[OpenSize, ...] = ()

    @property
    def best(self) -> tuple[OpenSize, ...]:
        """Those that come back, else those that fit."""
        return self.every if self.returning is None else self.returning

    def nearest(self, image: Sequence[int]) -> list[Nearest]:
        """For each axis of a picture (height, width) the nearest sizes, of the design's first input."""
        return [_nearest(rule, size) for rule, size in zip(self.of_first, image, strict=False)]

    @property
    def of_first(self) -> tuple[OpenSize, ...]:
        """The best ones of the design's first input, in the order of its axes."""
        return tuple(each for each in self.best if each.input == self.best[0].input)

    def unmet(self, image: Sequence[int]) -> tuple[Condition, ...]:
        """The relations between the first input's sizes alone that do not hold for a picture."""
        values = {rule.symbol: size for rule, size in zip(self.of_first, image, strict=False)}
        return tuple(each for each in self.relations if each.symbols <= values.keys() and not each.holds(values))


def fitting(design: Design) -> Sizes:
    """The sizes of pictures that a design takes, its channels as they are."""
    first = _channels_first(design)
    nodes = tuple(_opened(node, design) if node.type == INPUT else node for node in design.nodes)
    opened = replace(design, nodes=nodes, expect={})
    found = walked(opened)
    if any(each.severity == "error" for each in found.findings):
        faults = tuple(each for each in plan(opened).errors if each.key != "no size fits")
        if faults:
            return Sizes((), None, faults)
    inputs = [(node.name, found.shapes[node.name]) for node in design.inputs if node.name in found.shapes]
    every = open_sizes(inputs, found.conditions)
    extra = _returning(opened, found.shapes, first)
    conditions = [*found.conditions, *(extra or ())]
    return Sizes(every, None if extra is None else open_sizes(inputs, conditions), (), relations(conditions))


def _channels_first(design: Design) -> bool:
    """Whether the layers over pictures have the channels in front: the first of them says so for all."""
    for node in design.nodes:
        kind = REGISTRY.get(node.type)
        if kind is not None and issubclass(kind, Spatial):
            return origin(node, design).arguments.get("data_format") == "channels_first"
    return False


def _returning(design: Design, shapes: Mapping[str, Shape], first: bool) -> list[Condition] | None:
    """What must hold for the one output to be as large as the one input; None where it never could be."""
    inputs = [shapes.get(node.name) for node in design.inputs]
    results = [shapes.get(reference) for reference in design.outputs.values()]
    if len(inputs) != 1 or len(results) != 1:
        return None
    (given,), (result,) = inputs, results
    if given is None or result is None or len(given) != len(result) or len(given) < 3:
        return None
    channel = 1 if first else len(given) - 1
    if given[channel] != result[channel]:
        return None
    pairs = [pair for axis, pair in enumerate(zip(result, given, strict=True)) if axis not in (0, channel)]
    if not all(isinstance(size, Expression) for pair in pairs for size in pair):
        return None
    return [Condition(*pair) for pair in pairs if pair[0] != pair[1]]


def spatial_axes(node: Node, design: Design) -> range:
    """The axes of an input's shape, the batch not counted, that its channels do not lie along."""
    shape = node.arguments.get("shape")
    count = len(shape) if isinstance(shape, tuple) else 0
    return range(1, count) if _channels_first(design) else range(count - 1)


def _opened(node: Node, design: Design) -> Node:
    """The input with every size of its pictures open; its channels stay."""
    shape = node.arguments.get("shape")
    if not isinstance(shape, tuple) or len(shape) < 2:
        return node
    axes = spatial_axes(node, design)
    opened = tuple(None if axis in axes else size for axis, size in enumerate(shape))
    return replace(node, arguments={**node.arguments, "shape": opened})


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
