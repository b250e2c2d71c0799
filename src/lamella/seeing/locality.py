"""What is lost when neighbours are: nets trained on digits, and on digits with their pixels in one random order."""

from __future__ import annotations

import numpy as np

from lamella.design import Design
from lamella.layers import Conv2D, Dense, Flatten, Input, MaxPooling2D
from lamella.layers.tracing import trace
from lamella.seeing.small_training import CLASSES, Digits, Trained, classifier, digits


def shuffled(data: Digits, seed: int) -> Digits:
    """The same images with their pixels in one order, the same for all."""
    order = np.random.default_rng(seed).permutation(data.train[0].size)
    train, test = (each.reshape(len(each), -1)[:, order].reshape(each.shape) for each in (data.train, data.test))
    return data._replace(train=train, test=test)


def curves(images: int = 4000, epochs: int = 5, seed: int = 0) -> dict[tuple[str, str], Trained]:
    """By net, "dense" or "convolution", and by the pixels' order, "in order" or "shuffled"."""
    data = digits(images, 1000)
    orders = {"in order": data, "shuffled": shuffled(data, seed + 1)}
    return {
        (net, order): classifier(_design(net), each, epochs, seed)
        for net in ("dense", "convolution")
        for order, each in orders.items()
    }


def _design(net: str) -> Design:
    x = Input((28, 28, 1))
    if net == "dense":
        y = Dense(32, activation="relu")(Flatten()(x))
    else:
        y = MaxPooling2D(2)(Conv2D(8, 3, activation="relu")(x))
        y = Flatten()(MaxPooling2D(2)(Conv2D(16, 3, activation="relu")(y)))
    return trace(x, Dense(CLASSES, activation="softmax")(y), net)
