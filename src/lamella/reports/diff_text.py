"""Two plans beside each other as text: what came, went and changed, and the totals before and after."""

from __future__ import annotations

from typing import NamedTuple

from lamella import units
from lamella.planning.alignment import Difference, Pair
from lamella.planning.conventions import unit
from lamella.planning.plan import Plan
from lamella.reports.plan_text import HEAD, cells
from lamella.reports.table import table
from lamella.texts.languages import Language
from lamella.texts.words import say


class Figure(NamedTuple):
    """A total before and after, None where it is not known."""

    name: str
    before: int | None
    after: int | None


def diff_text(found: Difference, language: Language, unchanged: bool = False) -> str:
    """The layers that differ, and the totals. `unchanged` lists the others too."""
    if found.none and not unchanged:
        return say("diff none", language)
    rows = [_cells(pair, language) for pair in found.pairs if unchanged or not pair.same]
    head = ["", *(say(key, language, unit=unit(found.before)) for key in HEAD)]
    same = sum(pair.same for pair in found.pairs)
    lines = [table(head, rows, right=set()), ""]
    lines.append(say("diff layers", language, same=same, changed=len(found.pairs) - same))
    for each in totals(found):
        write = units.count if each.name in ("params", "macs") else units.size_bytes
        name = say(each.name, language, unit=unit(found.before))
        lines.append(f"{name}: {_arrow(write(each.before), write(each.after))}{_by(each)}")
    return "\n".join(lines)


def totals(found: Difference) -> list[Figure]:
    """Parameters, work and memory of both."""

    def figures(plan: Plan) -> list[tuple[str, int | None]]:
        known = not plan.totals.partial
        return [
            ("params", plan.totals.params if known else None),
            ("macs", plan.totals.macs if known else None),
            ("inference", plan.memory.inference_peak_bytes),
            ("training", plan.memory.training_peak_bytes),
        ]

    both = zip(figures(found.before), figures(found.after), strict=True)
    return [Figure(name, one, other) for (name, one), (_, other) in both]


def _cells(pair: Pair, language: Language) -> list[str]:
    """A sign, and each cell of the plan's table before and after."""
    before, after = (None if row is None else cells(row, False, language) for row in pair)
    if before is None or after is None:
        return ["-" if after is None else "+", *(before or after or ())]
    return ["=" if pair.same else "~", *map(_arrow, before, after)]


def _arrow(one: str, other: str) -> str:
    return one if one == other else f"{one} → {other}"


def _by(figure: Figure) -> str:
    """By how much, in percent."""
    if not figure.before or figure.after is None or figure.before == figure.after:
        return ""
    return f" ({100 * (figure.after - figure.before) / figure.before:+.1f} %)"
