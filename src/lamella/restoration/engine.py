"""A run as a function of images: loaded once, then applied to pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lamella.building.keras_model import keras_model
from lamella.building.keras_weights import predict, put_weights
from lamella.errors import DataError, DesignError, Problem, problem
from lamella.planning.bottleneck import image_shape
from lamella.planning.planner import plan
from lamella.restoration import pictures
from lamella.training.run import Run
from lamella.units import shape as show_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


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
    """A run's network, ready to restore. Raises what loading the run and building its model raise."""

    def __init__(self, run: Run) -> None:
        planned = plan(run.design)
        shape = image_shape(planned)
        if shape is None:
            received = ", ".join(show_shape(planned.row(node.name).output_shape) for node in run.design.inputs)
            raise DesignError(problem("reconstruct shape", received=received))
        self.shape = shape
        weights = run.weights()
        self._model: Any = keras_model(run.design, planned)
        put_weights(self._model, run.design, weights)

    def restore(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Images (n, height, width, channels) in [0, 1] restored, in the same shape."""
        return predict(self._model, images)


def restore_files(run: Run, paths: Sequence[Path], out: Path) -> list[Restored]:
    """Restores pictures and the pictures in folders into `out`, as PNG of the design's size.

    A picture that can't be read is reported in its `Restored` and does not keep the others from being
    restored. Raises `DataError` for paths without pictures and where `out` can't be written.
    """
    import numpy as np

    sources = pictures.find(paths)
    targets = pictures.output_paths(sources, out)
    engine = Engine(run)
    results = []
    for source, target in zip(sources, targets, strict=True):
        try:
            picture = pictures.read(source, engine.shape)
        except DataError as error:
            results.append(Restored(source, target, engine.shape, problem=error.problems[0]))
            continue
        (restored,) = engine.restore(picture.pixels[np.newaxis])
        pictures.write(target, restored)
        results.append(
            Restored(source, target, engine.shape, picture.original_size, picture.original_mode, picture.fitted)
        )
    return results
