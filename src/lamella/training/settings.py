"""What a training is asked to do, and what it says while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from lamella.errors import UsageError, problem
from lamella.layers.arguments import is_integer
from lamella.texts.languages import phrase

PRECISIONS: Final = ("float32", "auto", "bf16")


@dataclass(frozen=True)
class Settings:
    """How a design is trained to restore images. Raises `UsageError` where a setting makes no sense.

    `validation` is the part of the training images that is held out to choose the best epoch and to stop
    early, after `patience` epochs without a better one. After `time_limit_s` seconds no further epoch begins.
    The test images are used for nothing but the quality. `precision` "bf16" computes in bfloat16 where the processor
    can and the loss agrees, "auto" where that gains too; weights and losses stay float32.
    """

    data: str = "digits"
    epochs: int = 40
    batch_size: int = 64
    learning_rate: float = 0.003
    patience: int = 8
    validation: float = 0.1
    seed: int = 0
    time_limit_s: float | None = None
    precision: str = "float32"

    def __post_init__(self) -> None:
        whole = phrase("an integer >= 1", "1 이상의 정수")
        for name in ("epochs", "batch_size", "patience"):
            _need(name, getattr(self, name), is_integer, lambda value: value >= 1, whole)
        rate = phrase("a number above 0 and below 10", "0보다 크고 10보다 작은 수")
        _need("learning_rate", self.learning_rate, _is_number, lambda value: 0 < value < 10, rate)
        part = phrase("a number between 0 and 1", "0과 1 사이의 수")
        _need("validation", self.validation, _is_number, lambda value: 0 < value < 1, part)
        seeds = phrase("an integer from 0 to 4294967295", "0에서 4294967295 사이의 정수")
        _need("seed", self.seed, is_integer, lambda value: 0 <= value < 2**32, seeds)
        _need("precision", self.precision, lambda _: True, PRECISIONS.__contains__, ", ".join(PRECISIONS))
        if self.time_limit_s is not None:
            above = phrase("a number of seconds above 0", "0보다 큰 초")
            _need("time_limit", self.time_limit_s, _is_number, lambda value: value > 0, above)


def _is_number(value: object) -> bool:
    return isinstance(value, float) or is_integer(value)


def _need(
    option: str, value: Any, of_type: Callable[[object], bool], holds: Callable[[Any], bool], expected: object
) -> None:
    if not of_type(value) or not holds(value):
        raise UsageError(problem("setting", option=option.replace("_", "-"), expected=expected, received=value))


@dataclass(frozen=True)
class Epoch:
    """One pass over the training images: mean losses, its time, and whether it is the best so far."""

    epoch: int
    loss: float
    val_loss: float
    seconds: float
    best: bool

    def as_json(self) -> dict[str, object]:
        return dict(vars(self))


@dataclass(frozen=True)
class Progress:
    """Where training stands: after some of an epoch's images, or, with `finished`, after the epoch."""

    epoch: int
    epochs: int
    images: int
    images_per_epoch: int
    loss: float | None = None
    finished: Epoch | None = None

    @property
    def images_of_all(self) -> tuple[int, int]:
        """How many images are done, and how many are to be done in all epochs."""
        return (self.epoch - 1) * self.images_per_epoch + self.images, self.epochs * self.images_per_epoch


Watch = Callable[[Progress], None]
"""Called while training, from the training's own thread; it must be quick."""
