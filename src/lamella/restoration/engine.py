"""A run as a function of images: loaded once, then applied to pictures."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lamella import pictures
from lamella.building.engines import need_for_training, processors
from lamella.building.keras_model import keras_model
from lamella.building.keras_weights import predict, put_weights
from lamella.building.onnx_session import Session, batch_of
from lamella.errors import BuildError, DataError, DesignError, Problem, problem
from lamella.planning.bottleneck import image_shape
from lamella.planning.planner import plan
from lamella.training.run import Run
from lamella.units import shape as show_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

MOST_AT_ONCE: Final = 16
"""Pictures that one processor holds."""


@dataclass(frozen=True)
class Restored:
    """One picture's way: where it was and is now, and how it had to be fitted to the design's input.

    `size` is the picture's (width, height) in px, `shape` the design's (height, width, channels). `problem` says
    why there is no target file.
    """

    source: Path
    target: Path
    shape: tuple[int, int, int]
    size: tuple[int, int] | None = None
    mode: str | None = None
    fitted: bool = False
    problem: Problem | None = None


class Engine:
    """A run's network, ready to restore; several threads may call it at once.

    ONNX Runtime runs it, with so many threads for each call, or Keras where a layer can't be written as ONNX. Raises
    what loading the run and building its model raise.
    """

    def __init__(self, run: Run, threads: int | None = None) -> None:
        planned = plan(run.design)
        shape = image_shape(planned)
        if shape is None:
            received = ", ".join(show_shape(planned.row(node.name).output_shape) for node in run.design.inputs)
            raise DesignError(problem("reconstruct shape", received=received))
        self.shape = shape
        weights = run.weights()
        self._restore: Callable[[NDArray[np.float32]], NDArray[np.float32]]
        try:
            self._restore = Session(run.design, weights, threads or processors()).in_batches
        except BuildError:
            need_for_training()
            model: Any = keras_model(run.design, planned)
            put_weights(model, run.design, weights)
            self._restore = partial(predict, model)

    def restore(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Images (n, height, width, channels) in [0, 1] restored, in the same shape."""
        return self._restore(images)


def restore_files(run: Run, paths: Sequence[Path], out: Path) -> list[Restored]:
    """Restores pictures and the pictures in folders into `out`, as PNG of the design's size.

    Every processor takes a few pictures at a time, from their files to the restored files, so that none waits for
    another and no more pictures are held than are worked on. A picture that can't be read is reported in its
    `Restored` and does not keep the others from being restored. Raises `DataError` for paths without pictures and
    where `out` can't be written.
    """
    sources = pictures.find(paths)
    targets = pictures.output_paths(sources, out)
    workers = min(processors(), len(sources))
    engine = Engine(run, max(processors() // workers, 1))
    at_once = min(batch_of(engine.shape), MOST_AT_ONCE, -(-len(sources) // workers))
    pairs = list(zip(sources, targets, strict=True))
    parts = [pairs[first : first + at_once] for first in range(0, len(pairs), at_once)]
    with ThreadPoolExecutor(workers) as pool:
        try:
            return [each for part in pool.map(partial(_restored, engine), parts) for each in part]
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


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
            pictures.write(target, next(restored))
            fitted = Restored(source, target, engine.shape, each.original_size, each.original_mode, each.fitted)
            results.append(fitted)
        else:
            results.append(Restored(source, target, engine.shape, problem=each))
    return results
