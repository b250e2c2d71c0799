"""How fast a design trains and restores on this machine: the records, and the measuring of the whole."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import prod
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lamella.building.engines import load, load_keras, processors
from lamella.building.keras_model import keras_model
from lamella.building.keras_weights import take_weights
from lamella.building.onnx_model import onnx_model
from lamella.building.onnx_session import Session, lanes_for
from lamella.building.rewritten_model import folded
from lamella.design import Shape
from lamella.errors import BuildError
from lamella.planning.plan import Plan
from lamella.planning.planner import plan as plan_design
from lamella.planning.roofline import ONNX_LAYER_S, Machine, Running
from lamella.rewrites import Rewritten, restoring_form, rewritten
from lamella.shown import shown
from lamella.texts.languages import phrase
from lamella.training.advice import Advice, advice
from lamella.training.calibration import processor
from lamella.training.lanes import Cut, restoring_lanes
from lamella.training.layer_times import LayerTime, beside_least, computing, layer_times, parts
from lamella.training.learner import learner
from lamella.training.restoring_times import in_lanes, seconds_by_layer
from lamella.training.steps import Steps

if TYPE_CHECKING:
    import keras
    import numpy as np
    from numpy.typing import NDArray

_IMAGES_BYTES: Final = 2**26
"""Most bytes of random images to learn from."""
_WARM: Final = 0.2
"""The part of the time that is not counted, in front."""


class Whole(NamedTuple):
    """Seconds until the first step was done, compiling included, and of every later one: the median."""

    first_s: float
    step_s: float


class Mode(NamedTuple):
    """Training or restoring in batches: the whole and each layer of the design as it is run there."""

    name: str
    engine: str
    batch: int
    lanes: int
    whole: Whole
    layers: tuple[LayerTime, ...]
    advice: tuple[Advice, ...]
    """For the slowest layer."""

    @property
    def images_per_s(self) -> float:
        return self.batch / self.whole.step_s

    @property
    def layers_s(self) -> float:
        """The layers by themselves, one after the other."""
        return sum(each.measured_s for each in self.layers)

    @property
    def unexplained_s(self) -> float:
        """What the whole step takes beyond its layers (loss, optimizer, waiting); below 0 where it overlaps them."""
        return self.whole.step_s - self.layers_s

    def share(self, layer: LayerTime) -> float:
        """A layer's part of the whole step."""
        return layer.measured_s / self.whole.step_s


@shown
class Benchmark(NamedTuple):
    """What `lamella bench` gives."""

    name: str
    batch: int
    shape: Shape
    """Of one image."""
    processor: str
    processors: int
    machine: Machine
    training: Mode
    restoring: Mode


def benchmark(plan: Plan, shape: tuple[int, ...], batch: int, seconds: float, machine: Machine) -> Benchmark:
    """Measures a design whose one input and output have `shape`, on random images, on `machine`.

    Takes about `seconds` for each whole and as much for its layers, besides compiling. Keras must use TensorFlow.
    Raises `BuildError` and `MissingEngineError`.
    """
    keras = load_keras()
    numpy = load("numpy", phrase("measuring", "측정"), "train")
    keras.utils.set_random_seed(0)
    model = keras_model(plan.design, plan)
    count = max(1, min(_IMAGES_BYTES // (4 * batch * prod(shape)), 64)) * batch
    images = numpy.random.default_rng(0).random((count, *shape), numpy.float32)
    restoring = _restoring(model, plan, images[:batch], seconds, machine)
    training = _training(model, plan, images, batch, seconds, machine)
    name = plan.design.name
    return Benchmark(name, batch, shape, processor(), processors(), machine, training, restoring)


def _training(
    model: keras.Model, plan: Plan, images: NDArray[np.float32], batch: int, seconds: float, machine: Machine
) -> Mode:
    keras = load_keras()
    began = time.perf_counter()
    trained, cut, found = learner(model, plan, batch, machine=machine)
    trained.compile(optimizer=keras.optimizers.Adam(), loss=keras.losses.BinaryCrossentropy())
    steps = Steps(trained, images, cut)
    order = load("numpy", phrase("measuring", "측정"), "train").arange(len(images))
    calls = itertools.chain.from_iterable(steps.learn(order, batch) for _ in itertools.count())
    whole = measured(lambda: next(calls)[0] // batch, seconds, began)
    how = Running(machine, batch, learning=True, engine="tensorflow")
    layers = layer_times(plan_design(found.design), found.stands_for(), how, cut, seconds)
    return _mode("training", "TensorFlow", found, plan, whole, cut.lanes, how, layers)


def _restoring(model: keras.Model, plan: Plan, images: NDArray[np.float32], seconds: float, machine: Machine) -> Mode:
    """As `lamella restore` does it: on ONNX Runtime, or Keras where the design can't be written as ONNX."""
    began, lanes = time.perf_counter(), lanes_for(len(images))
    found = restoring_form(plan.design)
    try:
        written = onnx_model(found.design, folded(found, take_weights(model, plan.design)))
    except BuildError:
        return _restoring_by_keras(model, plan, images, seconds, machine)
    each = parts(images, lanes.workers)
    with ThreadPoolExecutor(lanes.workers) as pool:
        whole = measured(in_lanes(Session(written, lanes.threads), each, pool), seconds, began)
    run = plan_design(found.design)
    spent = seconds_by_layer(written, each, lanes, [row.node.name for row in computing(run)], seconds)
    how = Running(machine._replace(layer_s=ONNX_LAYER_S), len(images))
    layers = beside_least(run, found.stands_for(), how, spent)
    return _mode("restoring", "ONNX Runtime", found, plan, whole, lanes.workers, how, layers)


def _restoring_by_keras(
    model: keras.Model, plan: Plan, images: NDArray[np.float32], seconds: float, machine: Machine
) -> Mode:
    began, lanes = time.perf_counter(), restoring_lanes(plan, len(images))
    how, found = Running(machine, len(images), engine="tensorflow"), rewritten(plan.design, Running(), ())
    whole = measured(_by_keras(model, images, lanes), seconds, began)
    layers = layer_times(plan, found.stands_for(), how, Cut(lanes), seconds)
    return _mode("restoring", "TensorFlow", found, plan, whole, lanes, how, layers)


def _by_keras(model: keras.Model, images: NDArray[np.float32], lanes: int) -> Callable[[], int]:
    """What restores the images once and says how many batches these are."""
    tensorflow = load("tensorflow", phrase("measuring", "측정"), "train")
    given = [tensorflow.constant(part) for part in parts(images, lanes)]

    def restored() -> Any:
        return [model(part, training=False) for part in given]

    called = tensorflow.function(restored, autograph=False)

    def restore() -> int:
        for each in called():
            each.numpy()
        return 1

    return restore


def measured(run: Callable[[], int], seconds: float, began: float) -> Whole:
    """Calls for about so many seconds what does some steps and says how many; compiled since `began`.

    The first call is the first step; the median is that of single calls' seconds a step, behind a warm-up.
    """
    first = run()
    start = time.perf_counter()
    first_s, times = (start - began) / first, []
    while True:
        before = time.perf_counter()
        done = run()
        after = time.perf_counter()
        times.append((before - start, (after - before) / done))
        if after - start >= seconds:
            break
    warm = [each for at, each in times if at >= _WARM * seconds] or [times[-1][1]]
    return Whole(first_s, statistics.median(warm))


def _mode(
    name: str,
    engine: str,
    found: Rewritten,
    original: Plan,
    whole: Whole,
    lanes: int,
    how: Running,
    layers: tuple[LayerTime, ...],
) -> Mode:
    said = advice(layers, plan_design(found.design), original, how)
    return Mode(name, engine, how.batch, lanes, whole, layers, said)
