"""What explains one layer of a design, and what `lamella explain --json` gives of it or of a layer type, in English."""

from __future__ import annotations

from typing import NamedTuple

from lamella.layers.arguments import REQUIRED
from lamella.layers.base import Layer
from lamella.planning.contract import finding, row_as_json
from lamella.planning.plan import Plan, Row
from lamella.reports.explanation import mathematics
from lamella.seeing.geometry import Axis, Lay, geometry, unused
from lamella.shown import shown


@shown
class Explained(NamedTuple):
    """One layer of a design: its plan's row, its mathematics with its own numbers, how it lies on its input.

    `axes` has each spatial axis with its windows, the places outside, and how many outputs use each place; None where
    the layer slides over none or a size is open.
    """

    plan: Plan
    row: Row
    formulas: tuple[str, ...]
    axes: tuple[Axis, ...] | None


def explained(plan: Plan, row: Row) -> Explained:
    """What explains a row of a plan."""
    axes = geometry(plan, row)
    return Explained(plan, row, tuple(mathematics(row, plan, "en")), None if axes is None else tuple(axes))


def layer_as_json(found: Explained) -> dict[str, object]:
    """One layer of a design: its row as in `plan --json`, its formulas, its axes and how often each place is used."""
    layer, axes = found.row.layer, found.axes
    return {
        "schema": 1,
        "layer": row_as_json(found.row),
        "sentence": None if layer is None else layer.sentence.fill("en"),
        "formulas": list(found.formulas),
        "axes": None if axes is None else [_axis(each) for each in axes],
        "unused": None if axes is None else unused(axes)[0],
        "findings": [finding(each) for each in found.plan.findings if each.where.layer == found.row.node.name],
    }


def _axis(axis: Axis) -> dict[str, object]:
    return {
        "name": axis.name.words.fill("en"),
        "size": axis.size,
        "outputs": axis.outputs,
        "used": list(axis.used),
        "over": "output" if axis.writes else "input",
        **_lay(axis.lay),
    }


def _lay(lay: Lay) -> dict[str, object]:
    return {
        "before": lay.before,
        "after": lay.after,
        "counts": list(lay.counts),
        "first": lay.window(0) if lay.windows else [],
        "last": lay.window(lay.windows - 1) if lay.windows else [],
    }


def type_as_json(kind: type[Layer]) -> dict[str, object]:
    """A layer type: its sentence, its arguments with what they accept, its source."""
    arguments = [
        {
            "name": name,
            "required": declared.default is REQUIRED,
            "default": None if declared.default is REQUIRED else declared.default,
            "expected": declared.kind.expected.words.fill("en", **declared.kind.expected.facts),
        }
        for name, declared in kind.arguments.items()
    ]
    sentence = kind.sentence.fill("en")
    return {"schema": 1, "type": kind.type, "sentence": sentence, "arguments": arguments, "source": kind.source}
