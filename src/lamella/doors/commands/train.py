"""`lamella train`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lamella import answers, api, running
from lamella.doors.commands.plan import show_findings
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang, option, quiet, seed
from lamella.doors.progress import shown_progress
from lamella.reports.quality_text import quality_text
from lamella.reports.run_text import run_notes
from lamella.texts.words import say
from lamella.training.settings import PRECISIONS

if TYPE_CHECKING:
    from lamella.training.run import Run


@click.command("train", help=help_text("train"))
@click.argument("file")
@option("--data", default="digits", show_default=True)
@option("--epochs", type=int, default=40, show_default=True)
@option("--batch-size", type=int, default=64, show_default=True)
@option("--learning-rate", type=float, default=0.003, show_default=True)
@option("--patience", type=int, default=8, show_default=True)
@option("--time-limit", "time_limit_s", type=float)
@option("--precision", type=click.Choice(PRECISIONS), default="float32", show_default=True)
@option("--out", type=click.Path(path_type=Path), help_key="train out")
@seed
@quiet
@lang
def command(file: str, quiet: bool, **settings: Any) -> int:
    design = api.read(file)
    plan = api.plan(design, batch=max(settings["batch_size"], 1))
    if plan.errors:
        show_findings(plan.findings)
        return 1
    show_findings(answers.training_warnings(design))
    with shown_progress(quiet, settings["time_limit_s"]) as watch:
        run = running.train(design, watch=watch, whole_process=True, **settings)
    return show_run(run)


def show_run(run: Run) -> int:
    """Prints the quality and the run folder; the exit status that goes with the run."""
    for note in run_notes(run, LANGUAGE.now):
        click.echo(note, err=True)
    if run.quality is not None:
        click.echo(quality_text(run.quality, LANGUAGE.now))
    click.echo("\n" + say("run written", LANGUAGE.now, folder=run.folder))
    return 130 if run.facts["status"] == "interrupted" else 0
