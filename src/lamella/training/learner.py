"""The model that is fit in place of a design's own: over its variables, rewritten and in lanes where that pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lamella.building.engines import load_keras
from lamella.building.rewritten_model import rewritten_model
from lamella.layers.base import Engine
from lamella.planning.plan import Plan
from lamella.planning.roofline import USUAL, Machine, Running
from lamella.rewrites import Rewritten, rewritten
from lamella.training import calibration
from lamella.training.lanes import WHOLE, Cut, cut_for

if TYPE_CHECKING:
    import keras


def learner(
    model: keras.Model, plan: Plan, batch: int, precision: str = "float32", machine: Machine | None = None
) -> tuple[keras.Model, Cut, Rewritten]:
    """A model with the outputs, gradients and variables of `model`, which was built of the plan's design.

    Then how its batches are cut, and the design that it is of. Which rewrites pay follows the `machine`, else what was
    measured of this one, if it was. With `precision` "bf16" it computes in bfloat16 (mixed: weights, losses and outputs
    stay float32).
    """
    engine = load_keras().backend.backend()
    found = rewritten(plan.design, running(engine, batch, machine))
    policy = "mixed_bfloat16" if precision == "bf16" else None
    faster = rewritten_model(model, found, policy) if found.applied or policy else model
    return faster, cut_for(plan, batch, precision) if engine == "tensorflow" else WHOLE, found


def running(engine: Engine, batch: int, machine: Machine | None = None) -> Running:
    """What a training's rewrites are chosen by. What was measured of this machine is TensorFlow's."""
    if machine is None:
        machine = (calibration.known() if engine == "tensorflow" else None) or USUAL
    return Running(machine, batch, learning=True, engine=engine)
