"""The code of a design: the smallest tensor that everything on its way from input to output must cross."""

from __future__ import annotations

from lamella.algebra import number
from lamella.design import BATCH, node_of
from lamella.layers.base import elements
from lamella.planning.plan import Plan, Row


def code(plan: Plan) -> Row | None:
    """The row of the code, or None where no tensor between input and output is smaller than the input.

    Every path from an input to an output crosses it. Of several equally small ones it is the first.
    """
    rows = [row for row in plan.rows if row.output_shape is not None]
    outputs = {node_of(reference, plan.by_name) for reference in plan.design.outputs.values()}
    inputs = [row for row in rows if not row.node.inputs]
    forward, backward = _paths(rows, outputs)
    total = sum(forward.get(name, 0) for name in outputs)
    given = sum(number(elements(row.output_shape)) or 0 for row in inputs)
    best = None
    for row in rows:
        name, numbers = row.node.name, number(elements(row.output_shape))
        crossed = forward.get(name, 0) * backward.get(name, 0) == total
        if not crossed or not row.node.inputs or name in outputs or numbers is None or numbers >= given:
            continue
        if best is None or numbers < (number(elements(best.output_shape)) or 0):
            best = row
    return best


def _paths(rows: list[Row], outputs: set[str]) -> tuple[dict[str, int], dict[str, int]]:
    """How many ways lead from the inputs to each node, and from each node to the outputs."""
    forward: dict[str, int] = {}
    for row in rows:
        reached = sum(forward.get(node_of(name, forward), 0) for name in row.node.reads)
        forward[row.node.name] = reached if row.node.inputs else 1
    backward = {row.node.name: int(row.node.name in outputs) for row in rows}
    for row in reversed(rows):
        for reference in row.node.reads:
            if (name := node_of(reference, backward)) in backward:
                backward[name] += backward[row.node.name]
    return forward, backward


def image_shape(plan: Plan) -> tuple[int, int, int] | None:
    """Height, width and channels of the design's one input, if its one output has the same; else None."""
    inputs, outputs = [plan.row(node.name).output_shape for node in plan.design.inputs], list(plan.outputs.values())
    if len(inputs) != 1 or outputs != inputs or inputs[0] is None:
        return None
    match inputs[0]:
        case (batch, int(height), int(width), int(channels)) if batch == BATCH:
            return height, width, channels
    return None
