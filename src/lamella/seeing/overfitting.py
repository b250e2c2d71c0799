"""How far training loss and held-out loss part, by the number of parameters: one hidden layer, few images."""

from __future__ import annotations

from typing import NamedTuple

from lamella.design import Design
from lamella.layers import Dense, Flatten, Input
from lamella.layers.tracing import trace
from lamella.planning.planner import plan
from lamella.seeing.small_training import CLASSES, classifier, digits


class Gap(NamedTuple):
    """Of a hidden layer of `units`, at the end: cross-entropy on the images trained on and on those held out.

    `accuracy` is the part right of these.
    """

    units: int
    params: int
    training: float
    held_out: float
    accuracy: float

    @property
    def gap(self) -> float:
        return self.held_out - self.training


def gaps(
    images: int = 300, epochs: int = 60, seed: int = 0, widths: tuple[int, ...] = (1, 4, 16, 64, 256)
) -> list[Gap]:
    """For each width of the hidden layer, all trained for as many epochs on the same few digits."""
    data, found = digits(images, 2000), []
    for width in widths:
        design = _design(width)
        trained = classifier(design, data, epochs, seed, at_end=True)
        params = plan(design).totals.params
        found.append(Gap(width, params, trained.fitted[-1], trained.held_out[-1], trained.accuracy))
    return found


def _design(width: int) -> Design:
    x = Input((28, 28, 1))
    hidden = Dense(width, activation="relu")(Flatten()(x))
    return trace(x, Dense(CLASSES, activation="softmax")(hidden), f"width {width}")
