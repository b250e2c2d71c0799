"""`lamella new`."""

from __future__ import annotations

from pathlib import Path

import click

from lamella import api
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang
from lamella.texts.words import say


@click.command("new", help=help_text("new"))
@click.argument("name", type=click.Choice(api.ready_designs()))
@lang
def command(name: str) -> int:
    path = Path(f"{name}.yaml")
    api.new(name, path)
    click.echo(say("design written", LANGUAGE.now, file=path))
    return 0
