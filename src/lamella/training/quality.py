"""How good a trained network is on images that it never saw, beside three things that give the figures a meaning."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import prod
from typing import TYPE_CHECKING, Final

import numpy as np

from lamella.layers.base import without_batch
from lamella.planning.bottleneck import code
from lamella.planning.plan import Plan
from lamella.training import baselines
from lamella.training.data import to_float
from lamella.training.metrics import Quality, Tally, binary_cross_entropy
from lamella.training.streaming import in_turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from lamella.training.streaming import Images

    Floats = NDArray[np.float32]
    Positions = NDArray[np.int64]

PART_NUMBERS: Final = 2**22
"""Images of so many numbers, 16 MiB of float32, are measured together."""


@dataclass(frozen=True)
class Judgement:
    """Quality on the test images.

    `floor_bce` is the binary cross-entropy of a perfect copy. `pca` has as many components as the code has
    numbers (`code_numbers`, at the node `code_name`), fitted on the images that the network learned from; all
    three are None without a code. `pca_images` is how many of those images time and memory allow, where not all; where
    there are not more of them than components, `pca` is None. `training_bce` is the loss on the images learned from,
    with the same weights: test minus training loss is the gap.
    """

    images: int
    network: Quality
    floor_bce: float
    training_bce: float
    code_name: str | None
    code_numbers: int | None
    pca: Quality | None
    pca_images: int | None = None

    @property
    def gap(self) -> float:
        return self.network.bce - self.training_bce

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "gap_bce": self.gap}


def judge(
    plan: Plan, train: Images, learned: Positions, test: Images, restore: Callable[[Floats], Floats]
) -> Judgement:
    """Measures `restore`, a function of images in [0, 1], on `test` and on what was `learned` from in `train`.

    What it gives beyond [0, 1] counts as the nearest end, as a picture's file holds it.
    """
    bottleneck = code(plan)
    name = numbers = pca = pca_images = None
    if bottleneck is not None and bottleneck.output_shape is not None:
        name = bottleneck.node.name
        numbers = prod(size for size in without_batch(bottleneck.output_shape) if isinstance(size, int))
        most = baselines.sample_size(len(learned), prod(train.shape[1:]))
        if numbers < most:  # n images vary in n - 1 directions at most
            pca = baselines.pca(to_float(train[learned[:most]]), parts(test), numbers)  # they are in a random order
        if most < len(learned):
            pca_images = most
    network, floor, loss = Tally(), 0.0, 0.0
    for images in parts(test):
        network.add(images, np.clip(restore(images), 0, 1))
        floor += len(images) * baselines.floor(images)
    for images in parts(train, learned):
        loss += len(images) * binary_cross_entropy(images, restore(images))
    return Judgement(
        images=len(test),
        network=network.quality(),
        floor_bce=floor / len(test),
        training_bce=loss / len(learned),
        code_name=name,
        code_numbers=numbers,
        pca=pca,
        pca_images=pca_images,
    )


def parts(images: Images, positions: Positions | None = None) -> Iterator[Floats]:
    """The images at some positions, or all, in [0, 1]: some at a time, so that many need no more memory than few."""
    step = max(PART_NUMBERS // prod(images.shape[1:]), 1)
    places = np.arange(len(images)) if positions is None else positions
    return map(to_float, in_turn(images, (places[at : at + step] for at in range(0, len(places), step))))


def from_json(data: dict[str, object]) -> Judgement:
    """The judgement that `as_json` wrote. Raises `TypeError` where it is not one."""
    fields = {name: data[name] for name in Judgement.__dataclass_fields__ if name in data}
    for name in ("network", "pca"):
        if fields.get(name) is not None:
            fields[name] = Quality(**fields[name])  # type: ignore[arg-type]
    return Judgement(**fields)  # type: ignore[arg-type]
