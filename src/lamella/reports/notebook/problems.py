"""What a notebook shows of findings: a table of their codes, where they are, what is wrong and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lamella.reports.notebook.parts import Part, grid, lines
from lamella.texts.languages import plain
from lamella.texts.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lamella.errors import Findings, Place, Problem
    from lamella.texts.languages import Language


def findings_parts(findings: Findings, language: Language) -> list[Part]:
    """All findings with their number; without any, a sentence that says so."""
    if not findings:
        return [lines([say("findings none", language)])]
    errors = sum(each.severity == "error" for each in findings)
    counted = say("findings", language, errors=errors, warnings=len(findings) - errors)
    return [findings_table(findings, language), lines([counted])]


def problem_parts(problem: Problem, language: Language) -> list[Part]:
    """One finding as a table of one row."""
    return [findings_table([problem], language)]


def findings_table(findings: Sequence[Problem], language: Language) -> Part:
    """A row for each finding; as text a line, for sentences in columns are wider than a terminal."""
    head = [
        say(key, language) for key in ("finding code", "finding severity", "layer", "finding message", "finding fix")
    ]
    rows = [
        [
            each.code,
            say(each.severity, language),
            _place(each.where),
            each.message(language),
            each.fix(language),
        ]
        for each in findings
    ]
    told = [f"{say(each.severity, language)} {each.code}: {each.text(language)}" for each in findings]
    return Part(grid(head, rows, wrapped=2).html, "\n".join(told))


def _place(where: Place) -> str:
    """The layer's name and type, else where it was written."""
    if where.layer is None:
        return plain(str(where), 160)
    name = plain(where.layer, 80)
    return f"{name} ({plain(where.type, 80)})" if where.type else name
