"""One restored picture as a line: from which file to which and how it was fitted, or why it was not restored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lamella.texts.words import say
from lamella.units import shape

if TYPE_CHECKING:
    from lamella.restoration.engine import Restored
    from lamella.texts.languages import Language


def restored_line(found: Restored, language: Language) -> str:
    """What became of one picture."""
    if found.problem is not None:
        return f"{say('error', language)}: {found.problem.text(language)}"
    line = say("restored line", language, source=found.source, target=found.target)
    if found.fitted and found.size is not None:
        width, height = found.size
        line += say("fitted", language, width=width, height=height, mode=found.mode, shape=shape(found.shape))
    return line
