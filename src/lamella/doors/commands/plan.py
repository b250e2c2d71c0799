"""`lamella plan`."""

from __future__ import annotations

import json
from dataclasses import replace
from shutil import get_terminal_size

import click

from lamella import answers, api
from lamella.doors.input_shapes import input_shapes
from lamella.doors.language import LANGUAGE, LONGEST_LINE, help_text
from lamella.doors.options import lang, option
from lamella.errors import Place, Problem
from lamella.planning.contract import as_json
from lamella.planning.conventions import CONVENTIONS
from lamella.planning.memory import DTYPES, ENGINES
from lamella.planning.optimizers import OPTIMIZERS
from lamella.reports.explanation import LINE, explanation
from lamella.reports.plan_text import plan_text
from lamella.reports.rewrites_text import rewrites_data, rewrites_text
from lamella.texts.languages import plain
from lamella.texts.words import say


@click.command("plan", help=help_text("plan"))
@click.argument("file", type=click.Path(allow_dash=True))
@option("--batch", type=click.IntRange(1, 10**9))
@option("--input", "shapes", multiple=True, metavar="SIZES")
@option("--dtype", type=click.Choice(list(DTYPES)), default="float32", show_default=True)
@option("--optimizer", type=click.Choice(list(OPTIMIZERS)), default="adam", show_default=True)
@option("--engine", type=click.Choice(ENGINES), default="tensorflow", show_default=True)
@option("--like", type=click.Choice(list(CONVENTIONS)))
@option("--rewritten", type=click.Choice(answers.USES))
@option("--explain", help_key="plan explain", is_flag=True)
@option("--json", "json_wanted", is_flag=True)
@option("--quiet", help_key="plan quiet", is_flag=True)
@lang
def command(
    file: str,
    batch: int | None,
    shapes: tuple[str, ...],
    dtype: str,
    optimizer: str,
    engine: str,
    like: str | None,
    rewritten: str | None,
    explain: bool,
    json_wanted: bool,
    quiet: bool,
) -> int:
    given = input_shapes(shapes)
    found = None if rewritten is None else answers.rewrite(file, rewritten, batch=batch or 64, engine=engine)
    source = file if found is None else found.design
    plan = api.plan(source, batch=batch, dtype=dtype, optimizer=optimizer, like=like, engine=engine, input=given)
    plan = replace(plan, findings=tuple(each.at(Place(file)) for each in plan.findings))
    if json_wanted:
        told = as_json(plan) | ({} if found is None else {"rewrites": rewrites_data(found)})
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        click.echo(plan_text(plan, LANGUAGE.now, notes=not quiet))
        if found is not None:
            click.echo("\n" + rewrites_text(found, LANGUAGE.now))
        if explain:
            click.echo("\n" + explanation(plan, LANGUAGE.now, get_terminal_size((LINE, 0)).columns))
        show_findings(plan.findings)
    return 1 if plan.errors else 0


def show_findings(findings: tuple[Problem, ...]) -> None:
    """Findings with their number, on stderr."""
    if not findings:
        return
    click.echo("", err=True)
    for each in findings:
        line = f"{say(each.severity, LANGUAGE.now)} {each.code}: {each.text(LANGUAGE.now)}"
        click.echo(plain(line, LONGEST_LINE), err=True)
    errors = sum(each.severity == "error" for each in findings)
    click.echo(say("findings", LANGUAGE.now, errors=errors, warnings=len(findings) - errors), err=True)
