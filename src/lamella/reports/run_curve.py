"""The loss curve of a run, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lamella.reports.draw.loss_curve import loss_curve
from lamella.texts.words import say

if TYPE_CHECKING:
    from lamella.texts.languages import Language
    from lamella.training.run import Run

_WORDS: Final = ("title", "epoch", "loss", "training", "held_out", "best")


def run_curve(run: Run, language: Language) -> str:
    """The SVG of a run's losses by epoch, its best epoch marked."""
    best = next((each.epoch for each in reversed(run.epochs) if each.best), None)
    history = [{"epoch": each.epoch, "loss": each.loss, "val_loss": each.val_loss} for each in run.epochs]
    return loss_curve(history, best, {name: say(f"curve {name}", language) for name in _WORDS})
