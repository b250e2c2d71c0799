"""Whether a design's outputs stay between 0 and 1, as images and binary cross-entropy need."""

from __future__ import annotations

from lamella.design import node_of
from lamella.errors import Problem, problem
from lamella.planning.plan import Plan, Row
from lamella.texts.languages import phrase


def outside(plan: Plan) -> list[Row]:
    """The rows of a plan without errors that give an output which can leave [0, 1]."""
    inside: dict[str, bool] = {}
    for row in plan.rows:
        kept = row.layer.output_range() if row.layer is not None else None
        from_inputs = kept == "inputs" and all(inside.get(node_of(name, inside), False) for name in row.node.inputs)
        inside[row.node.name] = kept == "unit" or from_inputs
    names = [node_of(reference, inside) for reference in plan.design.outputs.values()]
    return [plan.row(name) for name in dict.fromkeys(names) if not inside[name]]


def warnings(plan: Plan) -> tuple[Problem, ...]:
    """A warning for each output of a plan without errors that can leave [0, 1]."""
    found = []
    for row in outside(plan):
        activation = vars(row.layer).get("activation") or phrase("linear", "선형")
        found.append(problem("last activation", row.node.place("activation"), received=activation))
    return tuple(found)
