"""What a notebook shows of a run: its quality beside a perfect copy and PCA, its loss curve, where its folder is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lamella.reports.epoch_text import epochs_line
from lamella.reports.notebook.parts import drawing, grid, heading, lines
from lamella.reports.notebook.plans import title
from lamella.reports.quality_text import quality_notes, quality_table
from lamella.reports.run_curve import run_curve
from lamella.reports.run_text import run_notes
from lamella.texts.words import say
from lamella.units import count

if TYPE_CHECKING:
    from lamella.reports.notebook.parts import Part
    from lamella.texts.languages import Language
    from lamella.training.run import Run


def run_parts(run: Run, language: Language) -> list[Part]:
    """The whole run but for its pictures."""
    parts = [heading(title(run.design, language)), lines(_facts(run, language))]
    if run.quality is not None:
        head, rows = quality_table(run.quality, language)
        parts.append(lines([say("quality", language, images=count(run.quality.images))]))
        parts.append(grid(head, rows, {1, 2, 3, 4}))
        parts.append(lines(quality_notes(run.quality, language)))
    if run.epochs:
        parts.append(drawing(run_curve(run.epochs, language), say("curve title", language)))
    return parts


def _facts(run: Run, language: Language) -> list[str]:
    """How far the training went and where its folder is."""
    best = next((each for each in reversed(run.epochs) if each.best), None)
    if best is None:
        return [say("run written", language, folder=run.folder)]
    told = [epochs_line(run.epochs, best, language), *run_notes(run, language)]
    return [*told, say("run written", language, folder=run.folder)]
