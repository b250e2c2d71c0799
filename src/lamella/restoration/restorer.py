"""A run as a function of arrays, for many calls."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from lamella.building.engines import processors
from lamella.building.onnx_session import lanes_for
from lamella.errors import UsageError, problem
from lamella.restoration.choosing import must_be_known
from lamella.restoration.engine import Engine
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
        """Raises `UsageError` for an engine that is none."""
        must_be_known(engine)
        self._run, self._asked = run, engine
        self._processors = processors()
        self._engines: dict[int, Engine] = {}
        self._pool = ThreadPoolExecutor(self._processors)

    def __call__(self, images: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Images (n, height, width, channels) with numbers in [0, 1] restored, in the same shape, float32.

        Raises `UsageError` for arrays of another shape or of whole numbers; what loading the run, building its model
        and choosing an engine raise, at the first call.
        """
        import numpy as np

        given = np.asarray(images)
        count = len(given) if given.ndim else 1
        workers = max(min(count, self._processors), 1)
        engine = self._engines.get(workers) or self._made(workers, count)
        if given.shape[1:] != engine.shape or given.dtype.kind != "f":
            expected = phrase(
                "floating numbers from 0 to 1 of shape (n, {shape:list})",
                "0에서 1까지의 실수, 모양 (n, {shape:list})",
                shape=engine.shape,
            )
            received = f"{show_shape(given.shape)}, {given.dtype}"
            raise UsageError(problem("setting", option="images", expected=expected, received=received))
        given = np.ascontiguousarray(given, np.float32)
        if workers == 1:
            return engine.restore(given)
        return np.concatenate([*self._pool.map(engine.restore, np.array_split(given, workers))])

    def _made(self, workers: int, images: int) -> Engine:
        at_once = max(-(-images // workers), 1)
        self._engines[workers] = Engine(self._run, lanes_for(workers), self._asked, _MANY, at_once)
        return self._engines[workers]
