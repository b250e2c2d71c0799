"""What is to be said of how a training went, besides its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lamella.texts.words import say
from lamella.units import seconds

if TYPE_CHECKING:
    from lamella.texts.languages import Language
    from lamella.training.run import Run


def run_notes(run: Run, language: Language) -> list[str]:
    """Whether it was stopped, computed in other numbers than asked for, or ended before its last epoch, and why."""
    facts, settings = run.facts, run.facts["settings"]
    notes = []
    best = facts.get("best_epoch")
    if facts.get("status") == "interrupted" and best is not None:
        notes.append(say("interrupted", language, epoch=best))
    if reason := facts.get("precision", {}).get("reason"):  # a run that broke off has none
        notes.append(say("not bfloat16", language, reason=reason[language]))
    last = run.epochs[-1].epoch
    if facts.get("status") == "finished" and best is not None and last < settings["epochs"]:
        patient = last - best >= settings["patience"]
        limit = seconds(settings["time_limit_s"] or 0)
        key = "ended early" if patient else "ended by time"
        notes.append(say(key, language, epoch=last, patience=settings["patience"], limit=limit))
    return notes
