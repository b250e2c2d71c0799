"""A small classifier of the embedded digits, trained by Keras, for claims that only training shows."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamella.building.engines import load_keras
from lamella.building.keras_model import keras_model
from lamella.building.keras_weights import put_weights, take_weights
from lamella.design import Design
from lamella.planning.planner import plan
from lamella.seeing.starting_weights import random_weights
from lamella.training.data import read_digits, to_float

CLASSES = 10
BATCH = 100
LEARNING_RATE = 0.003


class Digits(NamedTuple):
    """Images (n, 28, 28, 1) in [0, 1] and labels (n,), to train on and held out."""

    train: NDArray[np.float32]
    labels: NDArray[np.int64]
    test: NDArray[np.float32]
    test_labels: NDArray[np.int64]


class Trained(NamedTuple):
    """A classifier's weights, and after every epoch its loss on what it was trained on and on what was held out.

    `losses` are means over the epoch's steps; `fitted` and `held_out` are of the weights at the end of each epoch.
    """

    weights: dict[str, NDArray[np.float32]]
    losses: list[float]
    fitted: list[float]
    held_out: list[float]
    accuracy: float


def digits(train: int, test: int) -> Digits:
    """The first embedded digits."""
    found = read_digits()
    images = [to_float(found[f"{part}_images"][..., np.newaxis]) for part in ("train", "test")]
    labels = [found[f"{part}_labels"].astype(np.int64) for part in ("train", "test")]
    return Digits(images[0][:train], labels[0][:train], images[1][:test], labels[1][:test])


def classifier(design: Design, data: Digits, epochs: int, seed: int, at_end: bool = False) -> Trained:
    """A design of ten softmax outputs, trained with Adam on cross-entropy from weights that the seed gives.

    `at_end`: measured once, after all epochs, which is faster where there are few images.
    """
    keras = load_keras()
    model: Any = keras_model(design)
    put_weights(model, design, random_weights(plan(design), seed))
    model.compile(keras.optimizers.Adam(LEARNING_RATE), "sparse_categorical_crossentropy", metrics=["accuracy"])
    random = np.random.default_rng(seed)
    losses, fitted, held_out, accuracy = [], [], [], 0.0
    rounds = 1 if at_end else epochs
    for _ in range(rounds):
        order = np.concatenate([random.permutation(len(data.train)) for _ in range(epochs // rounds)])
        found = model.fit(data.train[order], data.labels[order], batch_size=BATCH, shuffle=False, verbose=0)
        losses.append(float(found.history["loss"][0]))
        fitted.append(float(model.evaluate(data.train, data.labels, batch_size=1000, verbose=0)[0]))
        loss, accuracy = model.evaluate(data.test, data.test_labels, batch_size=1000, verbose=0)
        held_out.append(float(loss))
    return Trained(take_weights(model, design), losses, fitted, held_out, float(accuracy))
