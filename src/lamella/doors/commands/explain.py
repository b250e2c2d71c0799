"""`lamella explain`."""

from __future__ import annotations

from shutil import get_terminal_size

import click

from lamella import api
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang
from lamella.errors import UsageError
from lamella.reports.explanation import LINE
from lamella.reports.layer_text import layer_text, layers_text


def _names(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[str]:
    return [name for name in api.layer_types() if name.lower().startswith(begun.lower())]


@click.command("explain", help=help_text("explain"))
@click.argument("layer", required=False, shell_complete=_names)
@lang
def command(layer: str | None) -> int:
    if layer is None:
        click.echo(layers_text(api.layer_types(), LANGUAGE.now, _columns()))
        return 0
    try:
        kind = api.layer_type(layer)
    except UsageError:
        found = api.layer_types(layer)
        if not found:
            raise
        if len(found) > 1:
            click.echo(layers_text(found, LANGUAGE.now, _columns()))
            return 0
        kind = api.layer_type(found[0])
    click.echo(layer_text(kind, LANGUAGE.now))
    return 0


def _columns() -> int:
    return get_terminal_size((LINE, 0)).columns
