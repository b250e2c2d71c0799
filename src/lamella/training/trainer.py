"""A design and the name of a data set to a run: checks, training, quality, the run folder."""

from __future__ import annotations

import datetime
import platform
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lamella import pictures
from lamella.building.engines import load_keras, processors, seed_engine
from lamella.building.keras_model import keras_model
from lamella.building.keras_weights import predict, take_weights
from lamella.building.onnx_session import Session, in_batches, rewritten_onnx
from lamella.building.versions import engine_versions
from lamella.design import Design
from lamella.errors import BuildError, DataError, DesignError, MissingEngineError, problem
from lamella.planning.bottleneck import image_shape
from lamella.planning.plan import Plan
from lamella.planning.planner import plan as plan_design
from lamella.training import run as runs
from lamella.training.calibration import processor
from lamella.training.data import ImageData, load, to_float
from lamella.training.following import History
from lamella.training.lanes import Cut
from lamella.training.learner import learner
from lamella.training.loop import train as run_loop
from lamella.training.precision import Precision, agrees, precision_for
from lamella.training.quality import Judgement, judge
from lamella.training.run import Run
from lamella.training.settings import Settings, Watch
from lamella.units import shape as show_shape

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray


@pictures.quiet()
def train(design: Design, settings: Settings, folder: Path, watch: Watch) -> Run:
    """Trains a design to restore images and writes the run into `folder`, which must be new or empty.

    Everything that can be wrong is found before the first epoch: `DesignError` (errors in the design, no output
    of the input's shape), `DataError` (no such data, another shape), `RunError` (the folder), `BuildError`.
    """
    plan = plan_design(design)
    if plan.errors:
        raise DesignError([problem("design has errors", count=len(plan.errors)), *plan.errors])
    shape = trained_shape(plan)
    data = load(settings.data, shape)
    if data.train.shape[1:] != shape:
        received = list(data.train.shape[1:])
        raise DataError(problem("data shape", data=data.name, received=received, expected=show_shape(shape)))
    if len(data.train) < 2 or not len(data.test):
        raise DataError(problem("data few", data=data.name, train=len(data.train), test=len(data.test)))
    seed_engine(settings.seed)  # before the model is built: its weights are random too
    model = keras_model(design, plan)
    runs.create(folder, design)
    facts = _facts(settings, data)
    runs.write_json(folder / runs.FACTS, facts)
    started = time.time()

    def keep(history: History) -> None:
        runs.write_epochs(folder, history.epochs)
        if history.epochs[-1].best:
            runs.write_weights(folder, take_weights(model, design))

    try:
        trained, cut, precision = _learner(model, plan, settings, data)
        facts |= {"precision": precision.as_json()}
        history = run_loop(model, data.train, settings, watch, keep, trained, cut)
        if history.best is None:
            raise KeyboardInterrupt
        runs.write_epochs(folder, history.epochs)
        runs.write_weights(folder, take_weights(model, design))
        judgement = _judged(plan, model, data, history.learned)
    except BaseException as error:
        reason = "stopped before an epoch ended" if isinstance(error, KeyboardInterrupt) else f"failed: {error}"
        runs.write_json(folder / runs.FACTS, facts | {"status": reason})
        raise
    if judgement is not None:
        runs.write_json(folder / runs.QUALITY, judgement.as_json())
    whole = judgement is not None and not history.interrupted
    facts |= {"status": "finished" if whole else "interrupted", "best_epoch": history.best.epoch}
    facts |= {"seconds": round(time.time() - started, 1)}
    runs.write_json(folder / runs.FACTS, facts)
    return Run(folder, design, tuple(history.epochs), facts, judgement)


def _learner(model: Any, plan: Plan, settings: Settings, data: ImageData) -> tuple[Any, Cut, Precision]:
    """What is trained in place of the model, how its batches are cut, and in which numbers."""
    precision = precision_for(settings.precision, plan, load_keras().backend.backend())
    found, cut, _ = learner(model, plan, settings.batch_size, precision.used)
    if precision.used == "bf16":
        reason = agrees(model, found, to_float(data.train[: settings.batch_size]))
        if reason is not None:
            precision = Precision("float32", reason)
            found, cut, _ = learner(model, plan, settings.batch_size)
    return found, cut, precision


def _judged(plan: Plan, model: Any, data: ImageData, learned: NDArray[np.int64]) -> Judgement | None:
    """The quality; None where a person stops the measuring."""
    restored: Callable[[NDArray[np.float32]], NDArray[np.float32]] = partial(predict, model)
    with suppress(BuildError, MissingEngineError):  # else ONNX Runtime, which is faster
        onnx = rewritten_onnx(plan.design, take_weights(model, plan.design))
        restored = partial(in_batches, Session(onnx, processors()))
    try:
        return judge(plan, data.train, learned, data.test, restored)
    except KeyboardInterrupt:
        return None


def trained_shape(plan: Plan) -> tuple[int, ...]:
    """Height, width and channels of the images that a design can learn to restore. Raises `DesignError`."""
    inputs = {
        name: show_shape(row.output_shape[1:]) for name, row in _shaped(plan, [n.name for n in plan.design.inputs])
    }
    outputs = {name: show_shape(row.output_shape[1:]) for name, row in _shaped(plan, plan.design.outputs.values())}
    if plan.open_sizes:
        received = ", ".join(inputs.values())
        raise DesignError(problem("open sizes", received=received, example=(28, 28, 1)))
    shape = image_shape(plan)
    if shape is None:
        received = f"{', '.join(inputs.values())} -> {', '.join(outputs.values())}"
        raise DesignError(problem("reconstruct shape", received=received))
    return shape


def _shaped(plan: Plan, names: Any) -> list[tuple[str, Any]]:
    return [(name, plan.row(name)) for name in names if plan.row(name).output_shape is not None]


def _facts(settings: Settings, data: ImageData) -> dict[str, Any]:
    from lamella import __version__

    versions = {"lamella": __version__, "python": platform.python_version(), **engine_versions()}
    return {
        "schema": 1,
        "status": "training",
        "task": "reconstruct",
        "loss": "binary cross-entropy",
        "optimizer": "adam",
        "settings": dict(vars(settings)),
        "data": data.as_json(),
        "versions": {name: found for name, found in versions.items() if found is not None},
        "engine": load_keras().backend.backend(),
        "machine": {"system": platform.platform(), "processor": processor(), "processors": processors()},
        "began": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }
