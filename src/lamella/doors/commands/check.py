"""`lamella check`."""

from __future__ import annotations

import json

import click

from lamella import answers
from lamella.doors.commands.plan import show_findings
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import budgets, lang, option, targets
from lamella.errors import Problem
from lamella.planning.contract import finding
from lamella.texts.words import say


@click.command("check", help=help_text("check"))
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True))
@option("--select", metavar="CODES", default="")
@option("--ignore", metavar="CODES", default="")
@option("--fix", is_flag=True)
@budgets
@option("--json", "json_wanted", help_key="check json", is_flag=True)
@lang
def command(
    files: tuple[str, ...],
    select: str,
    ignore: str,
    fix: bool,
    output: str | None,
    json_wanted: bool,
    **limits: str | None,
) -> int:
    asked = targets(output, limits)
    every: list[tuple[str, tuple[Problem, ...]]] = []
    for file in files:
        if fix and (count := answers.fix(file, _codes(select), _codes(ignore))):
            click.echo(say("check fixed", LANGUAGE.now, file=file, count=count), err=True)
        every.append((file, answers.check(file, _codes(select), _codes(ignore), asked)))
    if json_wanted:
        listed = [{"file": file, **finding(each)} for file, found in every for each in found]
        click.echo(json.dumps({"schema": 1, "findings": listed}, ensure_ascii=False, indent=1))
    else:
        for file, found in every:
            if not found:
                click.echo(say("check nothing", LANGUAGE.now, file=file))
        show_findings(tuple(each for _, found in every for each in found))
    return 1 if any(found for _, found in every) else 0


def _codes(listed: str) -> tuple[str, ...]:
    return tuple(each.strip().upper() for each in listed.split(",") if each.strip())
