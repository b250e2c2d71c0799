"""What a kind of problem is made of: its stable code, its severity and its words."""

from __future__ import annotations

from typing import Literal, NamedTuple

from lamella.texts.languages import Text

Severity = Literal["error", "warning"]


class ProblemText(NamedTuple):
    """One kind of problem."""

    code: str
    message: Text
    fix: Text
    severity: Severity = "error"


def entry(code: str, en: str, ko: str, fix_en: str = "", fix_ko: str = "", severity: Severity = "error") -> ProblemText:
    return ProblemText(code, Text(en, ko), Text(fix_en, fix_ko), severity)
