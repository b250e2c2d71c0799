"""`lamella mirror`."""

from __future__ import annotations

from pathlib import Path

import click

from lamella import answers, api
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang, option
from lamella.errors import LamellaError, Place
from lamella.planning.mirror import WAYS
from lamella.reports.mirror_text import cost_text
from lamella.texts.words import say


@click.command("mirror", help=help_text("mirror"))
@click.argument("encoder", type=click.Path(allow_dash=True))
@option("--way", type=click.Choice(WAYS), default=WAYS[0], show_default=True)
@option("--skips", is_flag=True)
@option("--keep-small", "small", is_flag=True)
@option("--decoder-only", is_flag=True)
@option("-o", "--out", type=click.Path(path_type=Path), help_key="mirror out")
@lang
def command(encoder: str, way: str, skips: bool, small: bool, decoder_only: bool, out: Path | None) -> int:
    how = {"way": way, "skips": skips, "small": small, "decoder_only": decoder_only}
    try:
        encoder_design = api.read(encoder)
        text = answers.mirror_text(encoder if encoder != "-" else encoder_design, **how)
        found = answers.mirror_cost(encoder_design, way=way, skips=skips, small=small)
    except LamellaError as error:
        raise error.at(Place(encoder)) from None
    if out is None:
        click.echo(text, nl=False)
    else:
        api.write_new(out, text.encode())
        click.echo(say("written", LANGUAGE.now, file=out))
    if found is not None:
        click.echo(cost_text(found, LANGUAGE.now), err=True)
    return 0
