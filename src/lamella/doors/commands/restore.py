"""`lamella restore`."""

from __future__ import annotations

from pathlib import Path

import click

from lamella import running
from lamella.building.engines import RESTORING
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang, option, quiet
from lamella.reports.restored_text import restored_line
from lamella.texts.words import say


@click.command("restore", help=help_text("restore"))
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path))
@option("-o", "--out", required=True, type=click.Path(path_type=Path), help_key="restore out")
@option("--engine", help_key="restore engine", type=click.Choice(RESTORING), default="auto", show_default=True)
@quiet
@lang
def command(run: Path, images: tuple[Path, ...], out: Path, engine: str, quiet: bool) -> int:
    results = running.restore(run, images, out, engine)
    for each in results:
        if each.problem is not None or not quiet:
            click.echo(restored_line(each, LANGUAGE.now), err=each.problem is not None)
    bad = sum(each.problem is not None for each in results)
    used = ", ".join({each.engine for each in results if each.engine})
    count = say("restored count", LANGUAGE.now, good=len(results) - bad, bad=bad)
    click.echo(f"{count} ({used})" if used else count, err=True)
    return 4 if bad else 0
