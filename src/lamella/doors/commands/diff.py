"""`lamella diff`."""

from __future__ import annotations

import json

import click

from lamella import answers
from lamella.algebra import number
from lamella.doors.commands.plan import show_findings
from lamella.doors.language import LANGUAGE, help_text
from lamella.doors.options import lang, option
from lamella.errors import Place
from lamella.planning.contract import finding, row_as_json
from lamella.planning.differences import Difference
from lamella.reports.diff_text import diff_text, totals


@click.command("diff", help=help_text("diff"))
@click.argument("before", type=click.Path(allow_dash=True))
@click.argument("after", type=click.Path(allow_dash=True))
@option("--batch", type=click.IntRange(1, 10**9))
@option("--all", "unchanged", is_flag=True)
@option("--json", "json_wanted", help_key="diff json", is_flag=True)
@lang
def command(before: str, after: str, batch: int | None, unchanged: bool, json_wanted: bool) -> int:
    found = answers.diff(before, after, batch=batch)
    if json_wanted:
        click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=1))
    else:
        click.echo(diff_text(found, LANGUAGE.now, unchanged))
    plans = {before: found.before, after: found.after}  # one file beside itself is told of once
    errors = tuple(each.at(Place(file)) for file, plan in plans.items() for each in plan.errors)
    show_findings(errors)
    return 0 if found.none and not errors else 1


def _as_json(found: Difference) -> dict[str, object]:
    layers = [
        {
            "same": pair.same,
            "moved": pair.moved,
            "changes": [each._asdict() for each in pair.changes],
            "before": pair.before and row_as_json(pair.before),
            "after": pair.after and row_as_json(pair.after),
        }
        for pair in found.pairs
    ]
    both = {"before": found.before, "after": found.after}
    return {
        "schema": 1,
        "layers": layers,
        "changes": [each._asdict() for each in found.changes],
        "totals": {each.name: {"before": number(each.before), "after": number(each.after)} for each in totals(found)},
        "findings": {side: [finding(each) for each in plan.findings] for side, plan in both.items()},
    }
