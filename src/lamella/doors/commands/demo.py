"""`lamella demo`."""

from __future__ import annotations

from pathlib import Path

import click

from lamella import api, running
from lamella.doors.commands.train import show_run
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang, option, quiet, seed
from lamella.doors.progress import shown_progress
from lamella.reports.plan_text import plan_text
from lamella.texts.words import say

SECONDS_OF_TRAINING = 100


@click.command("demo", help=help_text("demo"))
@option("-o", "--out", type=click.Path(path_type=Path), help_key="demo out")
@option("--epochs", type=int, default=40, show_default=True)
@seed
@quiet
@lang
def command(out: Path | None, epochs: int, seed: int, quiet: bool) -> int:
    design = api.ready_design("upsampling-autoencoder")
    click.echo(plan_text(api.plan(design, batch=64), LANGUAGE.now) + "\n")
    with shown_progress(quiet, SECONDS_OF_TRAINING) as watch:
        run = running.demo(
            out,
            watch=watch,
            language=LANGUAGE.now,
            epochs=epochs,
            seed=seed,
            time_limit_s=SECONDS_OF_TRAINING,
            whole_process=True,
        )
    status = show_run(run)
    for name in ("restored.png", "report.html"):
        click.echo(say("written", LANGUAGE.now, file=run.folder.parent / name))
    return status
