"""A run as a function of arrays, for many calls."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from lamella.building.onnx_session import Lanes, lanes_for
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
        self._engines: dict[Lanes, Engine] = {}
        self._pool: ThreadPoolExecutor | None = None

    def __call__(self, images: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Images (n, height, width, channels) with numbers in [0, 1] restored, in the same shape, float32.

        Raises `UsageError` for arrays of another shape or of whole numbers; what loading the run, building its model
        and choosing an engine raise, at the first call.
        """
        import numpy as np

        count = len(images) if np.ndim(images) else 1
        lanes = lanes_for(count)
        engine = self._engine(lanes, count)
        if np.shape(images)[1:] != engine.shape or not np.issubdtype(np.asarray(images).dtype, np.floating):
            received = f"{show_shape(np.shape(images))}, {np.asarray(images).dtype}"
            expected = phrase(
                "floating numbers from 0 to 1 of shape (n, {shape:list})",
                "0에서 1까지의 실수, 모양 (n, {shape:list})",
                shape=engine.shape,
            )
            raise UsageError(problem("setting", option="images", expected=expected, received=received))
        given = np.ascontiguousarray(images, np.float32)
        if lanes.workers == 1 or len(given) < 2:
            return engine.restore(given)
        if self._pool is None:
            self._pool = ThreadPoolExecutor(lanes.workers)
        return np.concatenate([*self._pool.map(engine.restore, np.array_split(given, lanes.workers))])

    def _engine(self, lanes: Lanes, images: int) -> Engine:
        if lanes not in self._engines:
            at_once = max(-(-images // lanes.workers), 1)
            self._engines[lanes] = Engine(self._run, lanes, self._asked, _MANY, at_once)
        return self._engines[lanes]
