"""A run as a function of images: loaded once, then applied to pictures."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from lamella import pictures
from lamella.building.engines import need_for_training, processors
from lamella.building.keras_model import keras_model
from lamella.building.keras_weights import predict, put_weights
from lamella.building.onnx_session import Lanes, batch_of, in_batches, lanes_for, rewritten_onnx
from lamella.errors import BuildError, DataError, DesignError, Problem, problem
from lamella.planning.bottleneck import image_shape
from lamella.planning.planner import plan
from lamella.planning.roofline import ONNX_LAYER_S, USUAL, USUAL_PROCESSORS, Running, seconds
from lamella.restoration.choosing import Chosen, Job, chosen
from lamella.shown import shown
from lamella.training.run import Run
from lamella.units import shape as show_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from lamella.building.onnx_session import Restores
    from lamella.planning.plan import Plan

MOST_AT_ONCE: Final = 16
"""Pictures that one processor holds."""


@shown
@dataclass(frozen=True)
class Restored:
    """One picture's way: where it was and is now, and how it had to be fitted to the design's input.

    `size` is the picture's (width, height) in px, `shape` the design's (height, width, channels), `engine` the name
    of what ran the network. `problem` says why there is no target file.
    """

    source: Path
    target: Path
    shape: tuple[int, int, int]
    size: tuple[int, int] | None = None
    mode: str | None = None
    fitted: bool = False
    engine: str | None = None
    problem: Problem | None = None


class Engine:
    """A run's network, ready to restore; as many threads as there are lanes may call it at once.

    ONNX Runtime or OpenVINO runs it (`choosing`), or Keras where a layer can't be written as ONNX and no `engine` is
    asked for. `images` is how many are going to be restored, `at_once` of them in a call or fewer. Raises what loading
    the run, building its model and `choosing` raise.
    """

    def __init__(
        self, run: Run, lanes: Lanes | None = None, engine: str = "auto", images: int = 1, at_once: int = MOST_AT_ONCE
    ) -> None:
        planned = plan(run.design)
        shape = restored_shape(planned)
        self.shape, lanes = shape, lanes or lanes_for(1)
        self.at_once = min(batch_of(shape), at_once, -(-images // lanes.workers))
        weights = run.weights()
        try:
            model = rewritten_onnx(run.design, weights)
        except BuildError:
            if engine != "auto":
                raise
            need_for_training()
            built: Any = keras_model(run.design, planned)
            put_weights(built, run.design, weights)
            self._chosen = Chosen("Keras", _one_at_a_time(partial(predict, built)))
        else:
            image_s = _least_s(planned, self.at_once) / self.at_once
            self._chosen = chosen(engine, model, Job(shape, lanes, images, self.at_once, image_s))

    @property
    def name(self) -> str:
        """What runs the network."""
        return self._chosen.engine

    def restore(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Images (n, height, width, channels) in [0, 1] restored, in the same shape."""
        return in_batches(self._chosen.restores, images)


def restored_shape(plan: Plan) -> tuple[int, int, int]:
    """Height, width and channels of the images that a design restores. Raises `DesignError` where it takes none."""
    shape = image_shape(plan)
    if shape is None:
        received = ", ".join(show_shape(plan.row(node.name).output_shape) for node in plan.design.inputs)
        raise DesignError(problem("reconstruct shape", received=received))
    return shape


@pictures.quiet()
def restore_files(run: Run, paths: Sequence[Path], out: Path, engine: str = "auto") -> list[Restored]:
    """Restores pictures and the pictures in folders into `out`, as PNG of the design's size.

    Every processor takes a few pictures at a time, from their files to the restored files, so that none waits for
    another and no more pictures are held than are worked on. A picture that can't be read, or whose restored pixels
    are NaN, is reported in its `Restored` and does not keep the others from being restored. Raises `DataError` for
    paths without pictures and where `out` can't be written.
    """
    sources = pictures.find(paths)
    targets = pictures.output_paths(sources, out)
    lanes = lanes_for(len(sources))
    ready = Engine(run, lanes, engine, len(sources))
    pairs = list(zip(sources, targets, strict=True))
    parts = [pairs[first : first + ready.at_once] for first in range(0, len(pairs), ready.at_once)]
    with ThreadPoolExecutor(lanes.workers) as pool:
        try:
            return [each for part in pool.map(partial(_restored, ready), parts) for each in part]
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _one_at_a_time(restores: Restores) -> Restores:
    """The same for several threads: on JAX a call of Keras gives its arrays away, and another would find them gone."""
    lock = Lock()

    def restore(images: NDArray[np.float32]) -> NDArray[np.float32]:
        with lock:
            return restores(images)

    return restore


def _least_s(plan: Plan, batch: int) -> float:
    """What the network takes at least for a batch, by the usual machine, with as many processors as there are here."""
    how = Running(USUAL._replace(layer_s=ONNX_LAYER_S), batch, engine="onnxruntime")
    return seconds(plan, plan.rows, how) * USUAL_PROCESSORS / processors()


def _restored(engine: Engine, part: Sequence[tuple[Path, Path]]) -> list[Restored]:
    """A few pictures' whole way."""
    import numpy as np

    read: list[pictures.Picture | Problem] = []
    for source, _ in part:
        try:
            read.append(pictures.read(source, engine.shape))
        except DataError as error:
            read.append(error.problems[0])
    pixels = [each.pixels for each in read if isinstance(each, pictures.Picture)]
    restored = iter(engine.restore(np.stack(pixels)) if pixels else ())
    results = []
    for (source, target), each in zip(part, read, strict=True):
        if isinstance(each, pictures.Picture):
            try:
                pictures.write(target, next(restored))
            except DataError as error:
                if isinstance(error.__cause__, OSError):  # the place is at fault: no other picture could be written
                    raise
                results.append(Restored(source, target, engine.shape, problem=error.problems[0]))
                continue
            size, mode = each.original_size, each.original_mode
            results.append(Restored(source, target, engine.shape, size, mode, each.fitted, engine.name))
        else:
            results.append(Restored(source, target, engine.shape, problem=each))
    return results
