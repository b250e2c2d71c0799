"""`lamella see`."""

from __future__ import annotations

from pathlib import Path

import click

from lamella import sights
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang, option, seed
from lamella.texts.words import say


@click.command("see", help=help_text("see"))
@click.argument("source")
@click.argument("image", type=click.Path(path_type=Path))
@option("-o", "--out", required=True, type=click.Path(path_type=Path), help_key="see out")
@option("--weights", metavar="random|sobel|FILE", help_key="see weights")
@option("--layers", metavar="NAME,NAME", default="", help_key="see layers")
@seed
@lang
def command(source: str, image: Path, out: Path, weights: str | None, layers: str, seed: int) -> int:
    names = [each.strip() for each in layers.split(",") if each.strip()]
    sight = sights.see(source, image, weights=weights, layers=names, seed=seed, out=out, language=LANGUAGE.now)
    click.echo(say("written", LANGUAGE.now, file=out))
    if sight.picture.fitted:
        from lamella.reports.sight_report import taken_words  # loads NumPy

        click.echo(taken_words(sight, LANGUAGE.now), err=True)
    return 0
