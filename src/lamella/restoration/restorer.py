"""A run as a function of arrays, for many calls."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from lamella.building.engines import processors
from lamella.building.onnx_session import lanes_for
from lamella.errors import UsageError, problem
from lamella.planning.planner import plan
from lamella.restoration.choosing import must_be_known
from lamella.restoration.engine import Engine, restored_shape
from lamella.texts.languages import phrase
from lamella.training.run import Run
from lamella.units import shape as show_shape

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MANY: Final = 10**12
"""Images that are still to come, for all that is known: a trial of the engines is worth its time."""


class Restorer:
    """A run's network as a function of images in arrays, made for many calls.

    What runs it is chosen at the first call with one image, and at the first with several, by a short measurement
    where OpenVINO is installed: that call takes up to some seconds longer. `engine` "onnxruntime" or "openvino" is
    taken without one. Several images go to all processors at once.
    """

    def __init__(self, run: Run, engine: str = "auto") -> None:
        """Raises `UsageError` for an engine that is none, `DesignError` for a design that takes no image."""
        must_be_known(engine)
        self._run, self._asked = run, engine
        self._shape = restored_shape(plan(run.design))
        self._processors = processors()
        self._engines: dict[int, Engine] = {}
        self._making = Lock()
        self._pool = ThreadPoolExecutor(self._processors)

    def __call__(self, images: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Images (n, height, width, channels) with numbers in [0, 1] restored, in the same shape, float32.

        Raises `UsageError` for arrays of another shape, of whole numbers, or with others than from 0 to 1; what
        loading the weights, building the model and choosing an engine raise, at the first call.
        """
        import numpy as np

        given = np.asarray(images)
        fits = given.shape[1:] == self._shape and given.dtype.kind == "f"
        if not fits or (len(given) and not (given.min() >= 0 and given.max() <= 1)):  # not so for NaN
            expected = phrase(
                "floating numbers from 0 to 1 of shape (n, {shape:list})",
                "0에서 1까지의 실수, 모양 (n, {shape:list})",
                shape=self._shape,
            )
            received = (
                f"{given.min():.4g} .. {given.max():.4g}" if fits else f"{show_shape(given.shape)}, {given.dtype}"
            )
            raise UsageError(problem("setting", option="images", expected=expected, received=received))
        given = np.ascontiguousarray(given, np.float32)
        if len(given) < 2 or self._processors == 1:
            return self._engine(1, len(given)).restore(given)
        engine, parts = self._engine(self._processors, len(given)), min(len(given), self._processors)
        return np.concatenate([*self._pool.map(engine.restore, np.array_split(given, parts))])

    def _engine(self, workers: int, images: int) -> Engine:
        with self._making:  # two trials at once would disturb one another
            if workers not in self._engines:
                at_once = max(-(-images // workers), 1)
                self._engines[workers] = Engine(self._run, lanes_for(workers), self._asked, _MANY, at_once)
            return self._engines[workers]
