"""`lamella sizes`."""

from __future__ import annotations

import json

import click

from lamella import answers
from lamella.doors.input_shapes import sizes
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang, option
from lamella.errors import LamellaError, Place, UsageError, problem
from lamella.planning.contract import finding, open_size
from lamella.reports.sizes_text import relations_text, sizes_text
from lamella.texts.languages import phrase


@click.command("sizes", help=help_text("sizes"))
@click.argument("file", type=click.Path(allow_dash=True))
@option("--image", metavar="SIZES")
@option("--json", "json_wanted", help_key="sizes json", is_flag=True)
@lang
def command(file: str, image: str | None, json_wanted: bool) -> int:
    asked = [each for each in sizes(image, "--image") if each is not None] if image else []
    if image and (not asked or min(asked) < 1):
        raise UsageError(problem("setting", option="--image", expected="1080,1920", received=image))
    try:
        found = answers.sizes(file)
    except LamellaError as error:
        raise error.at(Place(file)) from None
    count = len(found.of_first)
    if asked and found.best and len(asked) != count:
        expected = phrase("{count} sizes, one for each axis", "축마다 하나씩 크기 {count}개", count=count)
        if count == 1:
            expected = phrase("one size", "크기 1개")
        raise UsageError(problem("setting", option="--image", expected=expected, received=image))
    if json_wanted:
        data: dict[str, object] = {"schema": 1, "every": [open_size(each) for each in found.every]}
        data["returning"] = None if found.returning is None else [open_size(each) for each in found.returning]
        data["relations"] = relations_text(found.relations)
        data["pooled"] = [open_size(each) for each in found.pooled]
        data["fixed_by"] = [finding(each) for each in found.faults]
        data["image"] = [each._asdict() for each in found.nearest(asked)]
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        click.echo(sizes_text(found, asked, LANGUAGE.now))
    return 1 if any(each.fits_none for each in found.best) else 0
