"""The loss curve of a run, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lamella.reports.draw.loss_curve import loss_curve
from lamella.texts.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lamella.texts.languages import Language
    from lamella.training.settings import Epoch

_WORDS: Final = ("title", "epoch", "loss", "training", "held_out", "best")


def best_epoch(epochs: Sequence[Epoch]) -> int | None:
    """The epoch whose weights were kept."""
    return next((each.epoch for each in reversed(epochs) if each.best), None)


def run_curve(epochs: Sequence[Epoch], language: Language) -> str:
    """The SVG of losses by epoch, the best epoch marked."""
    history = [{"epoch": each.epoch, "loss": each.loss, "val_loss": each.val_loss} for each in epochs]
    return loss_curve(history, best_epoch(epochs), {name: say(f"curve {name}", language) for name in _WORDS})
