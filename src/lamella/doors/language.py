"""The language of this run of the command line: set once, before any command is loaded."""

from __future__ import annotations

from dataclasses import dataclass

from lamella.texts.help import HELP
from lamella.texts.languages import Language


@dataclass
class _Chosen:
    now: Language = "en"


LANGUAGE = _Chosen()
LONGEST_LINE = 4000
"""Characters of a line on what is wrong: names in a file may be of any length."""


def help_text(key: str, **facts: object) -> str:
    """What a command or option says of itself, in this run's language."""
    return HELP[key].fill(LANGUAGE.now, **facts)
