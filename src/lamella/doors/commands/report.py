"""`lamella report`."""

from __future__ import annotations

from pathlib import Path

import click

from lamella import running
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang, option
from lamella.texts.words import say


@click.command("report", help=help_text("report"))
@click.argument("run", type=click.Path(path_type=Path))
@option("-o", "--out", required=True, type=click.Path(path_type=Path), help_key="report out")
@option("--card", type=click.Path(path_type=Path))
@option("--data", metavar="DATA", help_key="report data")
@option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help_key="report seed")
@lang
def command(run: Path, out: Path, card: Path | None, data: str | None, seed: int) -> int:
    made = running.report(run, out, card=card, data=data, seed=seed, language=LANGUAGE.now)
    if made.missing is not None:
        said = say("report no pictures", LANGUAGE.now, reason=made.missing.text(LANGUAGE.now))
        click.echo(f"{say('warning', LANGUAGE.now)} {made.missing.code}: {said}", err=True)
    for file in filter(None, (out, card)):
        click.echo(say("written", LANGUAGE.now, file=file))
    return 0
