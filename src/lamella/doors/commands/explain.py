"""`lamella explain`."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import get_terminal_size
from typing import Final

import click

from lamella import answers, api
from lamella.doors.commands.plan import show_findings
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang, option
from lamella.errors import Place, UsageError, problem
from lamella.reports.check_page import codes_text, page_text
from lamella.reports.explained import layer_as_json, type_as_json
from lamella.reports.explanation import LINE, explanation
from lamella.reports.geometry_text import geometry_svg, geometry_text
from lamella.reports.layer_text import layer_text, layers_text
from lamella.texts.languages import phrase
from lamella.texts.words import say

_WHOLE: Final = 3
"""Digits of a code; fewer stand for all codes that begin so."""


def _names(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[str]:
    return [name for name in api.layer_types() if name.lower().startswith(begun.lower())]


@click.command("explain", help=help_text("explain"))
@click.argument("layer", required=False, shell_complete=_names)
@click.argument("name", required=False)
@option("-o", "--out", type=click.Path(path_type=Path), help_key="explain out")
@option("--json", "json_wanted", help_key="explain json", is_flag=True)
@lang
def command(layer: str | None, name: str | None, out: Path | None, json_wanted: bool) -> int:
    if layer is not None and name is not None:
        return _layer_of(layer, name, out, json_wanted)
    if out is not None:
        expected = phrase(
            "used with FILE and LAYER: lamella explain design.yaml conv2d -o x.svg draws one layer of a design",
            "FILE과 LAYER. 보기: lamella explain design.yaml conv2d -o x.svg",
        )
        raise UsageError(problem("setting", option="--out", expected=expected, received=str(out)))
    if layer is None:
        types = api.layer_types()
        click.echo(
            _json({"schema": 1, "types": types}) if json_wanted else layers_text(types, LANGUAGE.now, _columns())
        )
    elif (digits := layer.upper().removeprefix("LAM")).isdecimal() or layer.upper() == "LAM":
        if json_wanted:
            expected = phrase("left out for a code", "코드에는 없어야 합니다")
            raise UsageError(problem("setting", option="--json", expected=expected, received=layer))
        listed = answers.codes(f"LAM{digits}") if len(digits) < _WHOLE else []
        if listed:
            click.echo(codes_text(listed, LANGUAGE.now))
        else:
            click.echo(page_text(answers.page(f"LAM{digits}"), LANGUAGE.now, _columns()))
    else:
        _type(layer, json_wanted)
    return 0


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1)


def _layer_of(file: str, name: str, out: Path | None, json_wanted: bool) -> int:
    """One layer of a design: its words and formulas, and how it lies on its input."""
    found = answers.explain(file, name)
    if json_wanted:
        click.echo(_json(layer_as_json(found)))
    else:
        click.echo(explanation(found.plan, LANGUAGE.now, _columns(), only=name))
        if found.axes is not None:
            click.echo("\n" + geometry_text(found.axes, LANGUAGE.now))
    if out is not None:
        if found.axes is None:
            facts = {"name": name, "type": found.row.node.type}
            raise UsageError(problem("no picture", found.row.node.place(), **facts))
        api.write_new(out, geometry_svg(found.plan, found.row, found.axes, LANGUAGE.now).encode())
        click.echo(say("written", LANGUAGE.now, file=out), err=True)
    errors = found.plan.errors
    show_findings(tuple(each.at(Place(file)) for each in errors))
    return 1 if errors else 0


def _type(layer: str, json_wanted: bool) -> None:
    try:
        kind = api.layer_type(layer)
    except UsageError:
        found = api.layer_types(layer)
        if not found:
            raise
        if len(found) > 1:
            many = {"schema": 1, "types": found}
            click.echo(_json(many) if json_wanted else layers_text(found, LANGUAGE.now, _columns()))
            return
        kind = api.layer_type(found[0])
    click.echo(_json(type_as_json(kind)) if json_wanted else layer_text(kind, LANGUAGE.now))


def _columns() -> int:
    return get_terminal_size((LINE, 0)).columns
