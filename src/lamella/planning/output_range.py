"""Whether a design's outputs stay between 0 and 1, as images and binary cross-entropy need."""

from __future__ import annotations

from lamella.errors import Problem, problem
from lamella.planning.plan import Plan
from lamella.texts.languages import phrase


def warnings(plan: Plan) -> tuple[Problem, ...]:
    """A warning for each output of a plan without errors that can leave [0, 1]."""
    inside: dict[str, bool] = {}
    for row in plan.rows:
        kept = row.layer.output_range() if row.layer is not None else None
        from_inputs = kept == "inputs" and all(inside[name] for name in row.node.inputs)
        inside[row.node.name] = kept == "unit" or from_inputs
    found = []
    for name in dict.fromkeys(plan.design.outputs.values()):
        if not inside[name]:
            row = plan.row(name)
            activation = vars(row.layer).get("activation") or phrase("linear", "선형")
            found.append(problem("last activation", row.node.place("activation"), received=activation))
    return tuple(found)
