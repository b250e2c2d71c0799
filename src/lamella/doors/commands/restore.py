"""`lamella restore`."""

from __future__ import annotations

from pathlib import Path

import click

from lamella import api
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang, option, quiet
from lamella.texts.words import say
from lamella.units import shape


@click.command("restore", help=help_text("restore"))
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path))
@option("-o", "--out", required=True, type=click.Path(path_type=Path), help_key="restore out")
@quiet
@lang
def command(run: Path, images: tuple[Path, ...], out: Path, quiet: bool) -> int:
    results = api.restore(run, images, out)
    for each in results:
        if each.problem is not None:
            click.echo(f"{say('error', LANGUAGE.now)}: {each.problem.text(LANGUAGE.now)}", err=True)
        elif not quiet:
            line = say("restored line", LANGUAGE.now, source=each.source, target=each.target)
            if each.fitted and each.size is not None:
                width, height = each.size
                line += say("fitted", LANGUAGE.now, width=width, height=height, mode=each.mode, shape=shape(each.shape))
            click.echo(line)
    bad = sum(each.problem is not None for each in results)
    click.echo(say("restored count", LANGUAGE.now, good=len(results) - bad, bad=bad), err=True)
    return 4 if bad else 0
