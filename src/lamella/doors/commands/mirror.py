"""`lamella mirror`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lamella import answers, api
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang, option
from lamella.errors import LamellaError, Place
from lamella.planning.contract import as_json
from lamella.planning.mirror import WAYS
from lamella.reports.mirror_text import cost_as_json, cost_text
from lamella.texts.words import say


@click.command("mirror", help=help_text("mirror"))
@click.argument("encoder", type=click.Path(allow_dash=True))
@option("--way", type=click.Choice(WAYS), default=WAYS[0], show_default=True)
@option("--skips", is_flag=True)
@option("--keep-small", "small", is_flag=True)
@option("--decoder-only", is_flag=True)
@option("-o", "--out", type=click.Path(path_type=Path), help_key="mirror out")
@option("--json", "json_wanted", help_key="mirror json", is_flag=True)
@lang
def command(
    encoder: str, way: str, skips: bool, small: bool, decoder_only: bool, out: Path | None, json_wanted: bool
) -> int:
    try:
        design = api.read(encoder)
        text = answers.mirror_text(
            design if encoder == "-" else encoder, way=way, skips=skips, small=small, decoder_only=decoder_only
        )
        found = answers.mirror_cost(design, way=way, skips=skips, small=small)
    except LamellaError as error:
        raise error.at(Place(encoder)) from None
    if out is not None:
        api.write_new(out, text.encode())
        click.echo(say("written", LANGUAGE.now, file=out), err=json_wanted)
    if json_wanted:
        plan = api.plan(answers.mirror(design, way=way, skips=skips, small=small, decoder_only=decoder_only))
        data = {"schema": 1, "text": text, "cost": found and cost_as_json(found), "plan": as_json(plan)}
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    elif out is None:
        click.echo(text, nl=False)
    if found is not None and not json_wanted:
        click.echo(cost_text(found, LANGUAGE.now), err=True)
    return 0
