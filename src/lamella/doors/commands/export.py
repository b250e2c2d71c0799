"""`lamella export`."""

from __future__ import annotations

from pathlib import Path

import click

from lamella import running
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang, option
from lamella.texts.words import say


@click.command("export", help=help_text("export"))
@click.argument("run", type=click.Path(path_type=Path))
@option("-o", "--out", required=True, type=click.Path(path_type=Path), help_key="export out")
@lang
def command(run: Path, out: Path) -> int:
    running.export(run, out)
    click.echo(say("written", LANGUAGE.now, file=out))
    return 0
