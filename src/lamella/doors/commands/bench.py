"""`lamella bench`."""

from __future__ import annotations

import json

import click

from lamella import answers, api
from lamella.doors.commands.plan import show_findings
from lamella.doors.input_shapes import input_shapes
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang, option
from lamella.errors import DesignError, Place
from lamella.reports.bench_text import bench_data, bench_text


@click.command("bench", help=help_text("bench"))
@click.argument("file", type=click.Path(allow_dash=True))
@option("--batch-size", help_key="bench batch-size", type=int, default=64, show_default=True)
@option("--seconds", type=float, default=3.0, show_default=True)
@option("--input", "shapes", help_key="bench input", multiple=True, metavar="SIZES")
@option("--calibrate", is_flag=True)
@option("--json", "json_wanted", help_key="bench json", is_flag=True)
@lang
def command(
    file: str, batch_size: int, seconds: float, shapes: tuple[str, ...], calibrate: bool, json_wanted: bool
) -> int:
    design, given = api.read(file), input_shapes(shapes)
    plan = api.plan(design, input=given)
    if plan.errors:
        show_findings(plan.findings)
        return 1
    try:
        found = answers.bench(
            design, batch_size=batch_size, seconds=seconds, input=given, calibrate=calibrate, whole_process=True
        )
    except DesignError as error:
        raise error.at(Place(file)) from None
    if json_wanted:
        click.echo(json.dumps(bench_data(found), ensure_ascii=False, indent=1))
    else:
        click.echo(bench_text(found, LANGUAGE.now))
    return 0
