"""Training: a `keras.Model` and images, the image being its own label, to the best weights seen.

Keras' own `fit` does the work, with what makes it fast on a CPU: a dataset without autotuning, several steps
for each call into TensorFlow, no XLA.
"""

from __future__ import annotations

import math
import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lamella.building.engines import load, load_keras
from lamella.errors import LamellaError, problem
from lamella.texts.languages import phrase
from lamella.training.settings import Epoch, Progress, Settings, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import keras
    import numpy as np
    from numpy.typing import NDArray

    Images = NDArray[np.float32]

STEPS_PER_CALL = 16


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


def train(
    model: keras.Model, images: Images, settings: Settings, watch: Watch, keep: Callable[[History], None]
) -> History:
    """Trains `model` on `images` (n, height, width, channels) in [0, 1] and leaves the best weights in it.

    The last part of a random order, `settings.validation` of all, is held out for choosing them. `keep` is
    called after every epoch, with the model at that epoch's weights. Ctrl-C ends the training; the best so far
    is kept. Raises `TrainingError` where the loss is not finite.
    """
    keras = load_keras()
    numpy = load("numpy", phrase("training", "학습"), "train")
    order = numpy.random.default_rng(settings.seed).permutation(len(images))
    held_out = min(max(1, round(len(images) * settings.validation)), len(images) - 1)
    history = History(order[:-held_out])
    learning, choosing = images[history.learned], images[order[-held_out:]]
    steps = math.ceil(len(learning) / settings.batch_size)
    model.compile(
        optimizer=keras.optimizers.Adam(settings.learning_rate),
        loss=keras.losses.BinaryCrossentropy(),
        steps_per_execution=min(STEPS_PER_CALL, steps),
        jit_compile=False,
    )
    try:
        with _interrupts_between_steps() as stop_if_asked:
            watcher = _Watcher(keras, settings, history, watch, keep, stop_if_asked)
            model.fit(
                _batches(learning, settings, shuffled=True),
                epochs=settings.epochs,
                validation_data=_batches(choosing, settings, shuffled=False),
                callbacks=[watcher.callback],
                shuffle=False,
                verbose=0,
            )
            stop_if_asked()
    except KeyboardInterrupt:
        history.interrupted = True
    if history.kept is not None:
        epoch, weights = history.kept
        if epoch not in history.epochs:  # stopped between the two
            history.epochs.append(epoch)
        model.set_weights(weights)
    return history


@contextmanager
def _interrupts_between_steps() -> Iterator[Callable[[], None]]:
    """Holds Ctrl-C back until the function that is given is called, between two steps; a second one acts at once.

    Raised just anywhere it would be lost in a destructor of the framework's, of which Python ignores all errors.
    Outside the main thread, and where somebody handles Ctrl-C already, nothing is changed.
    """
    asked = False

    def ask(number: int, frame: object) -> None:  # noqa: ARG001
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    def stop_if_asked() -> None:
        if asked:
            raise KeyboardInterrupt

    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield stop_if_asked
        return
    signal.signal(signal.SIGINT, ask)
    try:
        yield stop_if_asked
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _batches(images: Images, settings: Settings, shuffled: bool) -> Any:
    """Batches of (image, image), every image once; in a new order every time where they are shuffled.

    Without autotuning: it makes epochs begin with idle pauses.
    """
    tensorflow = load("tensorflow", phrase("training", "학습"), "train")
    held = tensorflow.constant(images)
    indices = tensorflow.data.Dataset.range(len(images))
    if shuffled:
        indices = indices.shuffle(len(images), seed=settings.seed, reshuffle_each_iteration=True)

    def batch(chosen: Any) -> tuple[Any, Any]:
        taken = tensorflow.gather(held, chosen)
        return taken, taken

    options = tensorflow.data.Options()
    options.autotune.enabled = False
    return indices.batch(settings.batch_size).map(batch).prefetch(4).with_options(options)


class _Watcher:
    """Follows `fit`: reports, keeps the best weights, stops early or on a loss that is not finite."""

    def __init__(
        self,
        keras: Any,
        settings: Settings,
        history: History,
        watch: Watch,
        keep: Callable[[History], None],
        stop_if_asked: Callable[[], None],
    ) -> None:
        self._settings, self._history, self._watch, self._keep = settings, history, watch, keep
        self._images = len(history.learned)
        self._epoch, self._started, self._began = 0, 0.0, time.perf_counter()
        watcher = self

        class Callback(keras.callbacks.Callback):  # type: ignore[misc]
            def on_epoch_begin(self, epoch: int, logs: object = None) -> None:  # noqa: ARG002
                watcher.begin(epoch + 1)

            def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
                watcher.step(batch + 1, (logs or {}).get("loss"))
                stop_if_asked()

            def on_test_batch_end(self, batch: int, logs: object = None) -> None:  # noqa: ARG002
                stop_if_asked()

            def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
                watcher.end(self.model, logs or {})

        self.callback = Callback()

    def begin(self, epoch: int) -> None:
        self._epoch, self._started = epoch, time.perf_counter()
        self._watch(Progress(epoch, self._settings.epochs, 0, self._images))

    def step(self, steps: int, loss: float | None) -> None:
        done = min(steps * self._settings.batch_size, self._images)
        self._watch(Progress(self._epoch, self._settings.epochs, done, self._images, loss))

    def end(self, model: Any, logs: dict[str, float]) -> None:
        loss, val_loss = float(logs["loss"]), float(logs["val_loss"])
        for each in (loss, val_loss):
            if not math.isfinite(each):
                raise TrainingError(problem("training diverged", received=each, epoch=self._epoch))
        best = self._history.best
        better = best is None or val_loss < best.val_loss
        epoch = Epoch(self._epoch, loss, val_loss, time.perf_counter() - self._started, better)
        if better:
            self._history.kept = epoch, model.get_weights()  # at once, so that Ctrl-C can't part the two
        self._history.epochs.append(epoch)
        self._watch(Progress(self._epoch, self._settings.epochs, self._images, self._images, loss, epoch))
        self._keep(self._history)
        waited = 0 if better or best is None else epoch.epoch - best.epoch
        limit, spent = self._settings.time_limit_s, time.perf_counter() - self._began
        model.stop_training = waited >= self._settings.patience or (limit is not None and spent >= limit)
