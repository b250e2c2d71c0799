"""Which rewrites a design went through, as text."""

from __future__ import annotations

from lamella.rewrites.rewriting import Rewritten
from lamella.texts.languages import Language
from lamella.texts.words import say


def rewrites_text(found: Rewritten, language: Language) -> str:
    """A line for each rewrite: the layers that it stands for, and what it does."""
    if not found.applied:
        return say("no rewrites", language)
    lines = [say("rewrites", language)]
    for each in found.applied:
        lines.append(f"  {', '.join(each.layers)}: {each.rewrite.sentence.fill(language)}")
    return "\n".join(lines)


def rewrites_data(found: Rewritten) -> list[dict[str, object]]:
    """The same as data."""
    return [{"rewrite": each.rewrite.name, "layers": list(each.layers)} for each in found.applied]
