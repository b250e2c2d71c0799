"""`lamella solve`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lamella import answers, api
from lamella.doors.commands.plan import show_findings
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import budgets, lang, option, targets
from lamella.errors import UsageError, problem
from lamella.reports.solve_text import solve_data, solve_text
from lamella.texts.languages import phrase
from lamella.texts.words import say


@click.command("solve", help=help_text("solve"))
@click.argument("file", type=click.Path(allow_dash=True))
@budgets
@option("--all", "every", help_key="solve all", is_flag=True)
@option("--take", help_key="solve take", type=click.IntRange(1))
@option("-o", "--out", type=click.Path(path_type=Path), help_key="solve out")
@option("--json", "json_wanted", help_key="solve json", is_flag=True)
@lang
def command(
    file: str,
    output: str | None,
    every: bool,
    take: int | None,
    out: Path | None,
    json_wanted: bool,
    **limits: str | None,
) -> int:
    if take is not None and out is None:
        expected = phrase("used with -o, which says where to write it", "-o와 함께 써야 합니다(쓸 파일)")
        raise UsageError(problem("setting", option="--take", expected=expected, received=take))
    number = take or 1
    if out is not None:
        api.must_be_new(out)
        if out.suffix not in (".yaml", ".yml"):
            expected = phrase("a file that ends in .yaml", ".yaml로 끝나는 파일")
            raise UsageError(problem("setting", option="-o", expected=expected, received=str(out)))
    found = answers.solve(file, targets(output, limits), None if every else max(10, number))
    if json_wanted:
        click.echo(json.dumps(solve_data(found), ensure_ascii=False, indent=1))
    else:
        click.echo(solve_text(found, LANGUAGE.now))
        show_findings(found.faults)
    if out is not None and found.solutions:
        if number > len(found.solutions):
            expected = phrase(
                "up to {count}, as many as there are", "{count} 이하(찾은 해의 수)", count=len(found.solutions)
            )
            raise UsageError(problem("setting", option="--take", expected=expected, received=number))
        api.write_new(out, answers.solution_text(file, found.solutions[number - 1]).encode())
        click.echo(say("written", LANGUAGE.now, file=out), err=json_wanted)
    return 0 if found.solutions else 1
