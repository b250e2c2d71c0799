"""What is kept of a training while it runs: epochs, losses, the best weights, when to stop."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lamella.errors import LamellaError, problem
from lamella.training.settings import Epoch, Progress, Settings, Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray


class TrainingError(LamellaError):
    """The training went wrong: the loss is not a number any more."""


@dataclass
class History:
    """A training so far: its epochs, the images learned from, the best epoch with its weights.

    `learned` has the positions of the images that were learned from, `kept` an epoch and Keras' list of weights.
    """

    learned: NDArray[np.int64]
    epochs: list[Epoch] = field(default_factory=list)
    kept: tuple[Epoch, list[Any]] | None = None
    interrupted: bool = False

    @property
    def best(self) -> Epoch | None:
        return self.kept[0] if self.kept else None


class Follower:
    """Follows a training of `model`: reports, keeps the best weights, says when to stop.

    `keep` is called after every epoch. Raises `TrainingError` where a loss is not finite.
    """

    def __init__(
        self, model: Any, settings: Settings, history: History, watch: Watch, keep: Callable[[History], None]
    ) -> None:
        self._model = model
        self._settings, self._history, self._watch, self._keep = settings, history, watch, keep
        self._images = len(history.learned)
        self._epoch, self._started, self._began = 0, 0.0, time.perf_counter()

    def begin(self, epoch: int) -> None:
        self._epoch, self._started = epoch, time.perf_counter()
        self._watch(Progress(epoch, self._settings.epochs, 0, self._images))

    def step(self, images: int, loss: float | None) -> None:
        """So many images of the epoch are done, with that mean loss."""
        self._watch(Progress(self._epoch, self._settings.epochs, images, self._images, loss))

    def end(self, loss: float, val_loss: float) -> bool:
        """The epoch is over; whether it was the last one."""
        for each in (loss, val_loss):
            if not math.isfinite(each):
                raise TrainingError(problem("training diverged", received=each, epoch=self._epoch))
        best = self._history.best
        better = best is None or val_loss < best.val_loss
        epoch = Epoch(self._epoch, loss, val_loss, time.perf_counter() - self._started, better)
        if better:
            self._history.kept = epoch, self._model.get_weights()  # at once, so that Ctrl-C can't part the two
        self._history.epochs.append(epoch)
        self._watch(Progress(self._epoch, self._settings.epochs, self._images, self._images, loss, epoch))
        self._keep(self._history)
        waited = 0 if better or best is None else epoch.epoch - best.epoch
        limit, spent = self._settings.time_limit_s, time.perf_counter() - self._began
        return waited >= self._settings.patience or (limit is not None and spent >= limit)
