"""The model that is fit in place of a design's own: over its variables, rewritten and in lanes where that pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lamella.building.engines import load_keras
from lamella.building.rewritten_model import rewritten_model
from lamella.planning.plan import Plan
from lamella.planning.roofline import USUAL, Machine, Running
from lamella.rewrites import Rewritten, rewritten
from lamella.training import calibration
from lamella.training.lanes import lanes_for

if TYPE_CHECKING:
    import keras


def learner(
    model: keras.Model, plan: Plan, batch: int, machine: Machine | None = None
) -> tuple[keras.Model, int, Rewritten]:
    """A model with the outputs, gradients and variables of `model`, which was built of the plan's design.

    Gives its number of lanes and its design too. The rewrites are those that pay on `machine`: without one on this
    machine as far as it was measured, else on a usual one.
    """
    engine = load_keras().backend.backend()
    if machine is None:
        machine = (calibration.known() if engine == "tensorflow" else None) or USUAL
    found = rewritten(plan.design, Running(machine, batch, learning=True, engine=engine))
    faster = rewritten_model(model, found) if found.applied else model
    return faster, lanes_for(plan, batch) if engine == "tensorflow" else 1, found
