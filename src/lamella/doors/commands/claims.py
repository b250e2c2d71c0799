"""`lamella claims`."""

from __future__ import annotations

from pathlib import Path

import click

from lamella import sights
from lamella.api import must_be_new
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang, option, seed
from lamella.texts.words import say


@click.command("claims", help=help_text("claims", names=", ".join(sights.CLAIMS)))
@click.argument("name", required=False)
@option("-o", "--out", type=click.Path(path_type=Path), help_key="claims out")
@option(
    "--image",
    type=click.Path(path_type=Path),
    help_key="claims image",
    help_facts={"names": ", ".join(sights.PICTURED)},
)
@seed
@lang
def command(name: str | None, out: Path | None, image: Path | None, seed: int) -> int:
    if out is not None:
        must_be_new(out)
    found = []
    for each in sights.CLAIMS if name is None else [name]:
        shown_on = None if name is None and each not in sights.PICTURED else image
        measured = sights.claim(each, image=shown_on, seed=seed)
        click.echo(f"{measured.name}: {measured.title(LANGUAGE.now)}\n{measured.text(LANGUAGE.now)}\n")
        found.append(measured)
    if out is not None:
        sights.write_claims(found, out, LANGUAGE.now)
        click.echo(say("written", LANGUAGE.now, file=out), err=True)
    return 0
