"""`lamella draw`."""

from __future__ import annotations

from pathlib import Path

import click

from lamella import api, drawing
from lamella.doors.commands.plan import show_findings
from lamella.doors.input_shapes import input_shapes
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang, option
from lamella.errors import LamellaError, Place, UsageError, problem
from lamella.texts.languages import phrase
from lamella.texts.words import say


@click.command("draw", help=help_text("draw"))
@click.argument("file", type=click.Path(allow_dash=True))
@click.argument("kind", default="stack")
@click.argument("layer", required=False)
@option("-o", "--out", type=click.Path(path_type=Path), help_key="draw out")
@option("--width", type=int, default=960, show_default=True)
@option("--first", metavar="NAME")
@option("--last", metavar="NAME")
@option("--place", metavar="PLACE")
@option("--input", "shapes", multiple=True, metavar="SIZES")
@lang
def command(
    file: str,
    kind: str,
    layer: str | None,
    out: Path | None,
    width: int,
    first: str | None,
    last: str | None,
    place: str | None,
    shapes: tuple[str, ...],
) -> int:
    at = None if place is None else _place(place)
    ends = {"first": first, "last": last}
    given = input_shapes(shapes)
    try:
        design = api.read(file)
        picture = drawing.draw(
            design, kind, layer, out=out, width=width, **ends, place=at, input=given, language=LANGUAGE.now
        )
    except LamellaError as error:
        raise error.at(Place(file)) from None
    if out is None:
        click.echo(picture, nl=False)
    else:
        click.echo(say("written", LANGUAGE.now, file=out), err=True)
    errors = tuple(each.at(Place(file)) for each in api.plan(design, input=given).errors)
    show_findings(errors)
    return 1 if errors else 0


def _place(text: str) -> list[int]:
    """A place such as 3,4. Raises `UsageError`."""
    parts = [each.strip() for each in text.split(",")]
    if not all(each.isascii() and each.isdecimal() and len(each) < 10 for each in parts):
        expected = phrase("positions such as 3,4", "3,4 같은 위치")
        raise UsageError(problem("setting", option="--place", expected=expected, received=text))
    return list(map(int, parts))
