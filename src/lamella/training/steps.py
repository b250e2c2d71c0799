"""Training steps on TensorFlow, many in one call: what Keras' `fit` does, in a fraction of the time.

Beside `fit` with the same rewrites and lanes this loop saves about a second before the first epoch (`fit` traces every
step twice) and a tenth of each epoch (its input pipeline and its metrics share the processors with the steps).
"""

from __future__ import annotations

import time
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from lamella.building.engines import load
from lamella.texts.languages import phrase
from lamella.training.lanes import WHOLE, Cut
from lamella.training.streaming import Streamed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import keras
    import numpy as np
    from numpy.typing import NDArray

    from lamella.training.streaming import Images

CALL_S = 0.25
"""About so many seconds of steps are in a call: Ctrl-C and progress wait for its end."""


class Steps:
    """Steps of a compiled model on images that are their own labels, each batch cut into lanes and pieces.

    Positions of images in the order of learning are given, in batches; what comes back are losses of whole batches.
    A call takes positions in images that TensorFlow holds, or the images themselves where they are streamed. They are
    uint8, and scaled to [0, 1] a batch at a time, or float32.
    """

    def __init__(self, model: keras.Model, images: Images | NDArray[np.float32], cut: Cut = WHOLE) -> None:
        self._tensorflow = tensorflow = load("tensorflow", phrase("training", "학습"), "train")
        self._model, self._cut = model, cut
        self._variables = model.trainable_variables
        model.optimizer.build(self._variables)
        self._streamed = images if isinstance(images, Streamed) else None
        if isinstance(images, Streamed):
            given = [tensorflow.TensorSpec((None, None, *images.shape[1:]), tensorflow.uint8)]
        else:
            self._held = tensorflow.constant(images)
            given = [tensorflow.TensorSpec((None, None), tensorflow.int32)]
        self._learn = tensorflow.function(self._steps, input_signature=given, autograph=False)
        self._judge = tensorflow.function(self._judged, input_signature=given, autograph=False)
        self._per_call = 1

    def learn(self, order: NDArray[np.int64], batch: int) -> Iterator[tuple[int, float]]:
        """Learns from all images of an order once; after every call how many it were, and their batches' mean loss."""
        for rows in self._calls(order, batch):
            began = time.perf_counter()
            loss = float(self._learn(rows))
            spent = (time.perf_counter() - began) / len(rows)
            # The first call is traced; later ones grow until they take long enough.
            self._per_call = min(2 * self._per_call, max(round(CALL_S / spent), 1))
            yield rows.shape[0] * rows.shape[1], loss

    def judge(self, order: NDArray[np.int64], batch: int) -> Iterator[tuple[int, float]]:
        """The same without learning."""
        for rows in self._calls(order, batch):
            yield rows.shape[0] * rows.shape[1], float(self._judge(rows))

    def _calls(self, order: NDArray[np.int64], batch: int) -> Iterator[NDArray[np.int32] | NDArray[np.uint8]]:
        """Rows of batches, as many as fit in a call and are there; the smaller last batch alone."""
        if self._streamed is not None:
            rows = (order[first : first + batch] for first in range(0, len(order), batch))
            with closing(self._streamed.ahead(rows)) as coming:
                while taken := coming.take(self._per_call):
                    yield load("numpy", phrase("training", "학습"), "train").stack(taken)
            return
        whole = len(order) // batch
        places = order[: whole * batch].reshape(whole, batch).astype("int32")
        while len(places):
            now, places = places[: self._per_call], places[self._per_call :]
            yield now
        if len(order) % batch:
            yield order[whole * batch :].reshape(1, -1).astype("int32")

    def _steps(self, rows: Any) -> Any:
        """The mean loss of some batches, each learned from."""
        return self._over(rows, self._step)

    def _judged(self, rows: Any) -> Any:
        return self._over(
            rows,
            lambda row: self._tensorflow.add_n(
                [self._loss(*part, learning=False) for part in self._parts(row, self._cut.lanes)]
            ),
        )

    def _over(self, rows: Any, step: Any) -> Any:
        count = self._tensorflow.shape(rows)[0]
        _, total = self._tensorflow.while_loop(
            lambda place, _: place < count,
            lambda place, total: (place + 1, total + step(rows[place])),
            (0, 0.0),
            parallel_iterations=1,
        )
        return total / self._tensorflow.cast(count, "float32")

    def _step(self, row: Any) -> Any:
        """One batch: the pieces' gradients added up, as its mean loss is the sum of their shares of it."""
        learned = self._tensorflow.function(self._learned, autograph=False)  # traced once for all pieces
        found, (lanes, pieces) = [], self._cut
        parts = self._parts(row, lanes * pieces)
        for first in range(0, len(parts), pieces):
            before: list[Any] = []
            for images, share in parts[first : first + pieces]:
                with self._tensorflow.control_dependencies(before):  # in a lane one after the other
                    loss, gradients = learned(self._tensorflow.identity(images), share)
                before = [loss, *(each for each in gradients if each is not None)]
                found.append((loss, gradients))
        losses, gradients = zip(*found, strict=True)
        # What no gradient reaches has none in any piece; Keras' optimizers pass it over, as in `fit`.
        summed = [None if None in each else self._tensorflow.add_n(each) for each in zip(*gradients, strict=True)]
        self._model.optimizer.apply(summed, self._variables)
        return self._tensorflow.add_n(losses)

    def _learned(self, images: Any, share: Any) -> tuple[Any, list[Any]]:
        with self._tensorflow.GradientTape() as tape:
            loss = self._loss(images, share, learning=True)
        return loss, tape.gradient(loss, [each.value for each in self._variables])

    def _loss(self, images: Any, share: Any, *, learning: bool) -> Any:
        """A lane's part of the batch's mean loss."""
        given = self._model(images, training=learning)
        return self._model.compute_loss(x=images, y=images, y_pred=given, training=learning) * share

    def _parts(self, row: Any, parts: int) -> list[tuple[Any, Any]]:
        """For each part of a batch its images and its share of it."""
        tensorflow = self._tensorflow
        if parts == 1:
            return [(self._taken(row), 1.0)]
        count = tensorflow.shape(row)[0]
        ends = [count * part // parts for part in range(parts + 1)]
        found = []
        for low, high in pairwise(ends):
            some = tensorflow.maximum(high, low + 1)  # the mean loss of no image is not a number, even none of it
            share = tensorflow.cast((high - low) / count, "float32")
            found.append((self._taken(row[low:some]), share))
        return found

    def _taken(self, row: Any) -> Any:
        """The images of a row as the model takes them."""
        images = row if self._streamed is not None else self._tensorflow.gather(self._held, row)
        return self._tensorflow.cast(images, "float32") / 255.0 if images.dtype == "uint8" else images
