"""Two plans beside each other as text: what came, went and changed, and the totals before and after."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Final, NamedTuple

from lamella import units
from lamella.planning.conventions import unit
from lamella.planning.differences import Compared, Difference
from lamella.planning.plan import Plan
from lamella.reports.plan_text import HEAD, cells
from lamella.reports.table import table
from lamella.sources.yaml_writer import flow
from lamella.texts.languages import Language, plain
from lamella.texts.words import say

_SHOWN: Final = 4
"""Layers at the beginning and at the end of a row of those that only follow."""
_NUMBER: Final = re.compile("(_[0-9]+)?$")


class Figure(NamedTuple):
    """A total before and after, None where it is not known."""

    name: str
    before: int | None
    after: int | None


def diff_text(found: Difference, language: Language, unchanged: bool = False) -> str:
    """The layers that differ, what was changed in them, and the totals. `unchanged` lists the others too."""
    head, rows = diff_table(found, language, unchanged)
    parts = [table(head, rows, right=set())] if rows else []
    return "\n\n".join([*parts, *("\n".join(notes) for notes in diff_notes(found, language, unchanged))])


def diff_table(found: Difference, language: Language, unchanged: bool = False) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the layers that differ, or of all; no rows where the designs are the same."""
    head = ["", *(say(key, language, unit=unit(found.before)) for key in HEAD)]
    return head, [_cells(pair, language) for pair in found.pairs] if unchanged else _differing(found, language)


def diff_notes(found: Difference, language: Language, unchanged: bool = False) -> list[list[str]]:
    """What was written otherwise, then the totals: lines that belong together."""
    renamed = [f"{before} → {after}" for before, after in found.renamed if not _numbered(before, after)]
    names = [say("diff renamed", language, names=renamed)] if renamed else []
    if found.none and not unchanged:
        return [[say("diff none", language), *names]]
    changed = [*_changed(found, language), *names]
    lines = [_counted(found, language)]
    for each in totals(found):
        name = say(each.name, language, unit=unit(found.before))
        both = (
            _total(plan, each.name, value) for plan, value in ((found.before, each.before), (found.after, each.after))
        )
        lines.append(f"{name}: {_arrow(*both)}{_by(each)}")
    return [changed, lines] if changed else [lines]


def _differing(found: Difference, language: Language) -> list[list[str]]:
    """The rows that differ; of many in a row that only follow, the first and the last."""
    rows: list[list[str]] = []
    for kind, run in groupby((pair for pair in found.pairs if not pair.same), _kind):
        pairs = [*run]
        left_out = len(pairs) - 2 * _SHOWN if kind == "follow" else 0
        if left_out > 1:
            more = say("diff more", language, count=units.count(left_out))
            cut = [["", f"… {more}", *[""] * (len(HEAD) - 1)]]
            rows += [_cells(pair, language) for pair in pairs[:_SHOWN]] + cut
            pairs = pairs[-_SHOWN:]
        rows += [_cells(pair, language) for pair in pairs]
    return rows


def _total(plan: Plan, name: str, value: int | None) -> str:
    """A total in words; of one that is partial what is known of it."""
    if name not in ("params", "macs"):
        return units.size_bytes(value)
    return units.count(value) if value is not None else f"{units.count(getattr(plan.totals, name))} + ?"


def _changed(found: Difference, language: Language) -> list[str]:
    """What was written otherwise, layer by layer: the cause of what the table shows."""
    lines = []
    for pair in found.pairs:
        row = pair.after or pair.before
        moved = (
            [say("diff moved", language)] if pair.moved and any(each.name == "from" for each in pair.changes) else []
        )
        words = [
            *moved,
            *_joined(pair),
            *(f"{each.name} {_written(each.before)} → {_written(each.after)}" for each in pair.changes),
        ]
        if row is not None and words:
            lines.append(f"{plain(row.node.name, 200)}: {', '.join(words)}")
    return [*lines, *(f"{each.name}: {_written(each.before)} → {_written(each.after)}" for each in found.changes)]


def _joined(pair: Compared) -> list[str]:
    """What a layer that came reads, where that is more than the layer above."""
    row = pair.after
    return [f"from {_written(row.node.inputs)}"] if pair.before is None and row and len(row.node.inputs) > 1 else []


def _written(value: object) -> str:
    """A value as in a design file."""
    return plain(flow(value if not isinstance(value, Sequence) or isinstance(value, str) else [*value]), 200)


def _numbered(before: str, after: str) -> bool:
    """Whether two names differ in the number alone, as automatic ones do where a layer came or went."""
    return _NUMBER.sub("", before) == _NUMBER.sub("", after)


def _counted(found: Difference, language: Language) -> str:
    """How many layers are the same, were changed, follow others, came and went."""
    counts = Counter(_kind(pair) for pair in found.pairs)
    kinds = [kind for kind in ("same", "changed", "follow", "added", "removed") if counts[kind]]
    words = ", ".join(say(f"counted {kind}", language, count=counts[kind]) for kind in kinds)
    return say("diff layers", language, counts=words)


def _kind(pair: Compared) -> str:
    if pair.before is None:
        return "added"
    if pair.after is None:
        return "removed"
    return "same" if pair.same else "changed" if pair.changes else "follow"


def totals(found: Difference) -> list[Figure]:
    """Parameters, work and memory of both, None where a layer's part is not known."""

    def figures(plan: Plan) -> list[tuple[str, int | None]]:
        sums = plan.totals
        return [
            ("params", None if sums.params_partial else sums.params),
            ("macs", None if sums.macs_partial else sums.macs),
            ("inference", plan.memory.inference_peak_bytes),
            ("training", plan.memory.training_peak_bytes),
        ]

    both = zip(figures(found.before), figures(found.after), strict=True)
    return [Figure(name, one, other) for (name, one), (_, other) in both]


def _cells(pair: Compared, language: Language) -> list[str]:
    """A sign, and each cell of the plan's table before and after."""
    before, after = (None if row is None else cells(row, False, language) for row in (pair.before, pair.after))
    if before is None or after is None:
        return ["-" if after is None else "+", *(before or after or ())]
    return [{"same": "=", "changed": "~", "follow": ""}[_kind(pair)], *map(_arrow, before, after)]


def _arrow(one: str, other: str) -> str:
    return one if one == other else f"{one} → {other}"


def _by(figure: Figure) -> str:
    """By how much, in percent."""
    one, other = figure.before, figure.after
    if not isinstance(one, int) or not isinstance(other, int) or not one or one == other:
        return ""
    return f" ({100 * (other - one) / one:+.1f} %)"
