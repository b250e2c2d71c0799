"""`lamella port`."""

from __future__ import annotations

from pathlib import Path

import click

from lamella import api
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang, option
from lamella.errors import LamellaError, Place
from lamella.texts.words import say


@click.command("port", help=help_text("port"))
@click.argument("file", type=click.Path(allow_dash=True))
@option("--to", type=click.Choice(api.WRITERS), required=True)
@option("-o", "--out", type=click.Path(path_type=Path), help_key="port out")
@lang
def command(file: str, to: str, out: Path | None) -> int:
    try:
        if out is None:
            click.echo(api.write(file, to), nl=False)
        else:
            api.port(file, to, out)
            click.echo(say("written", LANGUAGE.now, file=out))
    except LamellaError as error:
        raise error.at(Place(file)) from None
    return 0
