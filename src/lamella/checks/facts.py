"""What several checks ask of a plan: who reads a tensor, how it is seen, whether a network restores pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lamella.algebra import number
from lamella.design import BATCH, Shape, node_of
from lamella.layers.base import AxisMap
from lamella.planning.bottleneck import code
from lamella.planning.plan import Plan, Row

Readers = Mapping[str, Sequence[tuple[Row, int]]]


def readers(plan: Plan) -> Readers:
    """By reference to an output: the rows that read it, each with the place among its inputs."""
    found: dict[str, list[tuple[Row, int]]] = {}
    for row in plan.rows:
        for place, reference in enumerate(row.node.inputs):
            found.setdefault(reference, []).append((row, place))
    return found


def views(plan: Plan, row: Row) -> tuple[AxisMap, ...]:
    """How a row's output sees each of its inputs; empty where that is not known."""
    inputs = plan.inputs_of(row)
    if row.layer is None or row.output_shape is None or inputs is None or not inputs:
        return ()
    return row.layer.views(inputs, row.output_shape)


def one_or_all(sizes: tuple[int, ...]) -> int | tuple[int, ...]:
    """The sizes of a window as people write them: of a single axis just the number."""
    return sizes[0] if len(sizes) == 1 else sizes


def grows(plan: Plan, row: Row) -> bool:
    """Whether a layer makes pictures larger by putting numbers between: transposed layers, upsampling, resizing."""
    return any(getattr(seen, "period", 1) > getattr(seen, "step", 1) for seen in _moving(plan, row).values())


def _moving(plan: Plan, row: Row) -> Mapping[int, object]:
    return {axis: seen for each in views(plan, row)[:1] for axis, (source, seen) in each.items() if source == axis}


def restored(plan: Plan) -> tuple[Row, Row] | None:
    """The input and the output of a network that is to give pictures back as they came; None of any other.

    It has one of each, with the same number of axes and of channels, and layers that make pictures larger, or a
    code that everything passes and that holds less than the picture.
    """
    if len(plan.design.inputs) != 1 or len(plan.design.outputs) != 1:
        return None
    (result,) = plan.design.outputs.values()
    first, last = plan.row(plan.design.inputs[0].name), plan.by_name[node_of(result, plan.by_name)]
    shape, given = first.output_shape, last.output_shape
    if not (_is_picture(shape) and _is_picture(given)) or shape is None or given is None or len(shape) != len(given):
        return None
    if shape[-1] != given[-1]:
        return None
    if not any(grows(plan, row) for row in plan.rows) and (shape != given or code(plan) is None):
        return None
    return first, last


def is_scaled(first: Row, last: Row) -> bool:
    """Whether every size of a picture comes out as another whole multiple or part, as where pictures are enlarged."""
    wanted, given = (row.output_shape or () for row in (first, last))
    pairs = [(number(one), number(other)) for one, other in zip(wanted[1:-1], given[1:-1], strict=True)]
    return wanted != given and all(one and other and (other % one == 0 or one % other == 0) for one, other in pairs)


def _is_picture(shape: Shape | None) -> bool:
    return shape is not None and 3 <= len(shape) <= 5 and shape[0] == BATCH and number(shape[-1]) is not None
