"""Training by Keras' own `fit`: on JAX and PyTorch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from lamella.building.engines import load, load_keras
from lamella.texts.languages import phrase
from lamella.training.data import to_float
from lamella.training.streaming import in_turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import keras
    import numpy as np
    from numpy.typing import NDArray

    from lamella.training.following import Follower
    from lamella.training.settings import Settings
    from lamella.training.streaming import Images

    Floats = NDArray[np.float32]
    Positions = NDArray[np.int64]


def fit(
    model: keras.Model,
    images: Images,
    learned: Positions,
    choosing: Positions,
    settings: Settings,
    follower: Follower,
    stop_if_asked: Callable[[], None],
) -> None:
    """Fits a compiled model; every epoch on all images at the positions `learned` once, in a new order."""
    keras = load_keras()

    class Callback(keras.callbacks.Callback):  # type: ignore[misc, name-defined]
        def on_epoch_begin(self, epoch: int, logs: object = None) -> None:  # noqa: ARG002
            follower.begin(epoch + 1)

        def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
            follower.step(min((batch + 1) * settings.batch_size, len(learned)), (logs or {}).get("loss"))
            stop_if_asked()

        def on_test_batch_end(self, batch: int, logs: object = None) -> None:  # noqa: ARG002
            stop_if_asked()

        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
            told = logs or {}
            self.model.stop_training = follower.end(float(told["loss"]), float(told["val_loss"]))

    model.fit(
        batches(keras, images, learned, settings, shuffled=True),
        epochs=settings.epochs,
        validation_data=batches(keras, images, choosing, settings, shuffled=False),
        callbacks=[Callback()],
        shuffle=False,
        verbose=0,
    )


def batches(keras: Any, images: Images, positions: Positions, settings: Settings, *, shuffled: bool) -> Any:
    """Batches of (image, image), every image once; in a new order every time where they are shuffled.

    Keras takes them one after the other. Where it begins anew, as after a look at the first, so do they.
    """
    numpy = load("numpy", phrase("training", "학습"), "train")

    class Batches(keras.utils.PyDataset):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self._draw = numpy.random.default_rng(settings.seed)
            self._order, self._next = positions, -1
            self._coming: Iterator[NDArray[np.uint8]] = iter(())
            self.on_epoch_end()

        def __len__(self) -> int:
            return math.ceil(len(positions) / settings.batch_size)

        def __getitem__(self, place: int) -> tuple[Floats, Floats]:
            if place != self._next:
                self._coming, self._next = in_turn(images, self._rows(place)), place
            self._next += 1
            taken = to_float(next(self._coming))
            return taken, taken

        def on_epoch_end(self) -> None:
            self._next = -1
            if shuffled:
                self._order = positions[self._draw.permutation(len(positions))]

        def _rows(self, place: int) -> Iterator[Positions]:
            size = settings.batch_size
            return (self._order[first : first + size] for first in range(place * size, len(positions), size))

    return Batches()
