"""Which input sizes a design takes: all that every layer takes, or those that come back at the output as well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from lamella.algebra import Expression
from lamella.design import INPUT, Design, Node
from lamella.planning.open_sizes import Condition, OpenSize, open_sizes
from lamella.planning.plan import Plan
from lamella.planning.planner import plan


class Fitting(NamedTuple):
    """The sizes that fit, by axis of each input, and the plan of the design with these sizes open.

    `returns` says whether the output's sizes were asked to be the input's. A size that a layer needs to be as it
    was written is not open and has no entry.
    """

    plan: Plan
    sizes: tuple[OpenSize, ...]
    returns: bool


def fitting(design: Design, returns: bool) -> Fitting | None:
    """The sizes of pictures that fit; None where the design needs the sizes that it has, or has errors anyhow.

    `returns`: only sizes that the one output gives back as the one input had them.
    """
    nodes = tuple(_opened(node) if node.type == INPUT else node for node in design.nodes)
    found = plan(replace(design, nodes=nodes, expect={}))
    faults = [each for each in found.errors if each.key != "no size fits"]
    if faults:
        return None
    extra = []
    if returns:
        (given,) = (found.row(node.name).output_shape for node in design.inputs)
        (result,) = found.outputs.values()
        if given is None or result is None or len(given) != len(result):
            return None
        extra = [Condition(*pair) for pair in zip(result[1:], given[1:], strict=True) if pair[0] != pair[1]]
    inputs = [(node.name, shape) for node in design.inputs if (shape := found.row(node.name).output_shape)]
    return Fitting(found, open_sizes(inputs, [*found.conditions, *extra]), returns)


def _opened(node: Node) -> Node:
    """The input with every size of its pictures open; its channels stay."""
    shape = node.arguments.get("shape")
    if not isinstance(shape, tuple) or len(shape) < 2:
        return node
    return replace(node, arguments={**node.arguments, "shape": (*[None] * (len(shape) - 1), shape[-1])})


def fits(size: OpenSize, value: int) -> bool:
    """Whether a number is one of those that fit."""
    if value in size.only:
        return True
    return (
        bool(size.remainders)
        and size.first is not None
        and value >= size.first
        and (value % size.period in (size.remainders or ()))
    )


def near(size: OpenSize, value: int, farthest: int = 100_000) -> Iterator[int]:
    """The nearest fitting size below a number, and that above it, where there are any."""
    below = next((each for each in range(value - 1, 0, -1) if fits(size, each)), None)
    above = next((each for each in range(value + 1, value + farthest) if fits(size, each)), None)
    yield from (each for each in (below, above) if each is not None)


def symbol_of(size: object) -> str | None:
    """The symbol that a size is, alone; None for any other."""
    return str(size) if isinstance(size, Expression) and size.symbols == {str(size)} else None
