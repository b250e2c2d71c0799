"""`lamella explain`."""

from __future__ import annotations

from pathlib import Path
from shutil import get_terminal_size
from typing import Final

import click

from lamella import answers, api
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang, option
from lamella.errors import UsageError, problem
from lamella.reports.check_page import codes_text, page_text
from lamella.reports.explanation import LINE, explanation
from lamella.reports.geometry_text import geometry_svg, geometry_text
from lamella.reports.layer_text import layer_text, layers_text
from lamella.seeing.geometry import geometry
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
@lang
def command(layer: str | None, name: str | None, out: Path | None) -> int:
    if layer is not None and name is not None:
        return _layer_of(layer, name, out)
    if out is not None:
        expected = phrase("beside FILE and LAYER", "FILE, LAYER와 함께 써야 합니다")
        raise UsageError(problem("setting", option="--out", expected=expected, received=str(out)))
    if layer is None:
        click.echo(layers_text(api.layer_types(), LANGUAGE.now, _columns()))
    elif (digits := layer.upper().removeprefix("LAM")).isdecimal() or layer.upper() == "LAM":
        listed = answers.codes(f"LAM{digits}") if len(digits) < _WHOLE else []
        if listed:
            click.echo(codes_text(listed, LANGUAGE.now))
        else:
            click.echo(page_text(answers.page(f"LAM{digits}"), LANGUAGE.now, _columns()))
    else:
        _type(layer)
    return 0


def _layer_of(file: str, name: str, out: Path | None) -> int:
    """One layer of a design: its words and formulas, and how it lies on its input."""
    plan, row = answers.layer_of(file, name)
    click.echo(explanation(plan, LANGUAGE.now, _columns(), only=name))
    axes = geometry(plan, row)
    if axes is not None:
        click.echo("\n" + geometry_text(axes, LANGUAGE.now))
    if out is not None:
        if axes is None:
            facts = {"name": name, "type": row.node.type}
            raise UsageError(problem("no picture", row.node.place(), **facts))
        api.write_new(out, geometry_svg(plan, row, axes, LANGUAGE.now).encode())
        click.echo(say("written", LANGUAGE.now, file=out), err=True)
    return 1 if plan.errors else 0


def _type(layer: str) -> None:
    try:
        kind = api.layer_type(layer)
    except UsageError:
        found = api.layer_types(layer)
        if not found:
            raise
        if len(found) > 1:
            click.echo(layers_text(found, LANGUAGE.now, _columns()))
            return
        kind = api.layer_type(found[0])
    click.echo(layer_text(kind, LANGUAGE.now))


def _columns() -> int:
    return get_terminal_size((LINE, 0)).columns
