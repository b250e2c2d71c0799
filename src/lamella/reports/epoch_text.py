"""How far a training is, in words: while an epoch runs, and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lamella.texts.words import say
from lamella.units import seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lamella.texts.languages import Language
    from lamella.training.settings import Epoch, Progress


def now_words(now: Progress, language: Language) -> tuple[str, str]:
    """The epoch that runs, and its loss so far; empty where there is none yet."""
    losses = "" if now.loss is None else f"{say('curve loss', language)} {now.loss:.4f}"
    return say("epoch bar", language, epoch=now.epoch, epochs=now.epochs), losses


def epoch_line(epoch: Epoch, epochs: int, spent_s: float, limit_s: float | None, language: Language) -> str:
    """One finished epoch of `epochs`, `spent_s` after the training began, with the time that is left."""
    left = spent_s / epoch.epoch * (epochs - epoch.epoch)
    if limit_s is not None:
        left = min(left, max(limit_s - spent_s, 0))
    return say(
        "epoch line",
        language,
        epoch=epoch.epoch,
        epochs=epochs,
        loss=f"{epoch.loss:.4f}",
        val_loss=f"{epoch.val_loss:.4f}",
        best=say("best mark", language) if epoch.best else "",
        seconds=seconds(epoch.seconds),
        left=seconds(left),
    )


def epochs_line(epochs: Sequence[Epoch], best: Epoch, language: Language) -> str:
    """A whole training: how many epochs, their time, the best of them."""
    facts = {"epochs": epochs[-1].epoch, "best": best.epoch, "val_loss": f"{best.val_loss:.4f}"}
    return say("epochs done", language, seconds=seconds(sum(each.seconds for each in epochs)), **facts)
