"""Training by Keras' own `fit`: on JAX and PyTorch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from lamella.building.engines import load, load_keras
from lamella.texts.languages import phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras
    import numpy as np
    from numpy.typing import NDArray

    from lamella.training.following import Follower
    from lamella.training.settings import Settings

    Images = NDArray[np.float32]


def fit(
    model: keras.Model,
    learning: Images,
    choosing: Images,
    settings: Settings,
    follower: Follower,
    stop_if_asked: Callable[[], None],
) -> None:
    """Fits a compiled model; of `learning` every epoch all images once, in a new order."""
    keras = load_keras()

    class Callback(keras.callbacks.Callback):  # type: ignore[misc, name-defined]
        def on_epoch_begin(self, epoch: int, logs: object = None) -> None:  # noqa: ARG002
            follower.begin(epoch + 1)

        def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
            follower.step(min((batch + 1) * settings.batch_size, len(learning)), (logs or {}).get("loss"))
            stop_if_asked()

        def on_test_batch_end(self, batch: int, logs: object = None) -> None:  # noqa: ARG002
            stop_if_asked()

        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
            told = logs or {}
            self.model.stop_training = follower.end(float(told["loss"]), float(told["val_loss"]))

    model.fit(
        batches(keras, learning, settings, shuffled=True),
        epochs=settings.epochs,
        validation_data=batches(keras, choosing, settings, shuffled=False),
        callbacks=[Callback()],
        shuffle=False,
        verbose=0,
    )


def batches(keras: Any, images: Images, settings: Settings, *, shuffled: bool) -> Any:
    """Batches of (image, image), every image once; in a new order every time where they are shuffled."""
    numpy = load("numpy", phrase("training", "학습"), "train")

    class Batches(keras.utils.PyDataset):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self._draw = numpy.random.default_rng(settings.seed)
            self._order = numpy.arange(len(images))
            self.on_epoch_end()

        def __len__(self) -> int:
            return math.ceil(len(images) / settings.batch_size)

        def __getitem__(self, place: int) -> tuple[Images, Images]:
            first = place * settings.batch_size
            taken = images[self._order[first : first + settings.batch_size]]
            return taken, taken

        def on_epoch_end(self) -> None:
            if shuffled:
                self._order = self._draw.permutation(len(images))

    return Batches()
