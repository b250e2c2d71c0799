"""How good a trained network is on images that it never saw, beside three things that give the figures a meaning."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import prod
from typing import TYPE_CHECKING

from lamella.layers.base import without_batch
from lamella.planning.bottleneck import code
from lamella.planning.plan import Plan
from lamella.training import baselines
from lamella.training.metrics import Quality, binary_cross_entropy, measure

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Images = NDArray[np.float32]


@dataclass(frozen=True)
class Judgement:
    """Quality on the test images.

    `floor_bce` is the binary cross-entropy of a perfect copy. `pca` has as many components as the code has
    numbers (`code_numbers`, at the node `code_name`), fitted on the images that the network learned from; all
    three are None without a code. `training_bce` is the loss on those images, with the same weights: test minus
    training loss is the gap.
    """

    images: int
    network: Quality
    floor_bce: float
    training_bce: float
    code_name: str | None
    code_numbers: int | None
    pca: Quality | None

    @property
    def gap(self) -> float:
        return self.network.bce - self.training_bce

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "gap_bce": self.gap}


def judge(plan: Plan, train: Images, test: Images, restore: Callable[[Images], Images]) -> Judgement:
    """Measures `restore` on `test`; both are (n, height, width, channels) in [0, 1]."""
    bottleneck = code(plan)
    name = numbers = pca = None
    if bottleneck is not None and bottleneck.output_shape is not None:
        name = bottleneck.node.name
        numbers = prod(size for size in without_batch(bottleneck.output_shape) if isinstance(size, int))
        pca = baselines.pca(train, test, numbers)
    return Judgement(
        images=len(test),
        network=measure(test, restore(test)),
        floor_bce=baselines.floor(test),
        training_bce=binary_cross_entropy(train, restore(train)),
        code_name=name,
        code_numbers=numbers,
        pca=pca,
    )


def from_json(data: dict[str, object]) -> Judgement:
    """The judgement that `as_json` wrote. Raises `KeyError` or `TypeError` where it is not one."""
    fields = {name: data[name] for name in Judgement.__dataclass_fields__}
    for name in ("network", "pca"):
        if fields[name] is not None:
            fields[name] = Quality(**fields[name])  # type: ignore[arg-type]
    return Judgement(**fields)  # type: ignore[arg-type]
