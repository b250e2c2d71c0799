"""Whether a design's outputs stay between 0 and 1, as images and binary cross-entropy need."""

from __future__ import annotations

from lamella.design import INPUT
from lamella.errors import Problem, problem
from lamella.planning.plan import Plan, Row
from lamella.texts.languages import phrase

_BOUNDED = {"sigmoid", "hard_sigmoid", "softmax", "sparse_sigmoid", "sparsemax"}
_KEEPING = {
    "MaxPooling2D",
    "AveragePooling2D",
    "GlobalAveragePooling2D",
    "ZeroPadding2D",
    "Cropping2D",
    "Flatten",
    "Reshape",
    "ops.squeeze",
    "Dropout",
    "Concatenate",
}
"""Layers whose output stays in [0, 1] where all their inputs do (Dropout: once trained)."""


def warnings(plan: Plan) -> tuple[Problem, ...]:
    """A warning for each output that can leave [0, 1]."""
    found = []
    for name in dict.fromkeys(plan.design.outputs.values()):
        row = plan.row(name)
        if not _bounded(plan, row):
            activation = vars(row.layer).get("activation") or phrase("linear", "선형")
            found.append(problem("last activation", row.node.place("activation"), received=activation))
    return tuple(found)


def _bounded(plan: Plan, row: Row) -> bool:
    rows, waiting, passed = plan.by_name, [row], set[str]()
    while waiting:
        now = waiting.pop()
        mine = vars(now.layer)
        if now.node.name in passed or now.node.type == INPUT or mine.get("activation") in _BOUNDED:
            continue
        passed.add(now.node.name)
        capped = now.node.type == "ReLU" and mine["max_value"] is not None and mine["max_value"] <= 1
        keeping = now.node.type in _KEEPING or (now.node.type == "ReLU" and not mine["negative_slope"])
        keeping = keeping or mine.get("interpolation") in ("nearest", "bilinear")
        keeping = keeping or (now.node.type == "Activation" and mine["activation"] in ("linear", "relu", "relu6"))
        if capped and not mine["negative_slope"]:
            continue
        if not keeping:
            return False
        waiting += [rows[name] for name in now.node.inputs]
    return True
