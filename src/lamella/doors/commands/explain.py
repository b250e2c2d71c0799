"""`lamella explain`."""

from __future__ import annotations

import click

from lamella import api
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang
from lamella.reports.layer_text import layer_text


@click.command("explain", help=help_text("explain"))
@click.argument("layer", required=False)
@lang
def command(layer: str | None) -> int:
    if layer is None:
        click.echo("\n".join(api.layer_types()))
    else:
        click.echo(layer_text(api.layer_type(layer), LANGUAGE.now))
    return 0
