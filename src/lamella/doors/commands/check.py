"""`lamella check`."""

from __future__ import annotations

import json

import click

from lamella import answers
from lamella.doors.commands.plan import show_findings
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import budgets, lang, option, targets
from lamella.errors import Place, Problem, SourceError, UsageError, problem
from lamella.planning.contract import finding
from lamella.texts.languages import phrase
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
    if fix and "-" in files:
        expected = phrase("for files, not for -", "파일에만 씁니다. -에는 쓸 수 없습니다")
        raise UsageError(problem("setting", option="--fix", expected=expected, received="-"))
    every: list[tuple[str, tuple[Problem, ...]]] = []
    unread = False
    for file in files:
        found: tuple[Problem, ...] = ()
        try:
            if fix and (count := answers.fix(file, _codes(select), _codes(ignore))):
                click.echo(say("check fixed", LANGUAGE.now, file=file, count=count), err=True)
        except SourceError as error:
            found, unread = error.problems, True
        try:
            found += answers.check(file, _codes(select), _codes(ignore), asked)
        except SourceError as error:  # the other files are checked all the same
            found, unread = error.problems, True
        every.append((file, tuple(each.at(Place(file)) for each in found)))
    if json_wanted:
        listed = [{"file": file, **finding(each)} for file, found in every for each in found]
        click.echo(json.dumps({"schema": 1, "findings": listed}, ensure_ascii=False, indent=1))
    else:
        for file, found in every:
            if not found:
                click.echo(say("check nothing", LANGUAGE.now, file=file))
        show_findings(tuple(each for _, found in every for each in found))
    return 2 if unread else int(any(found for _, found in every))


def _codes(listed: str) -> tuple[str, ...]:
    names = [each.strip().upper() for each in listed.split(",") if each.strip()]
    return tuple(f"LAM{each}" if each.isdecimal() else each for each in names)
