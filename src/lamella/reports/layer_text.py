"""A layer type as text: what it does, its arguments with what they accept, its source."""

from __future__ import annotations

from lamella.layers.arguments import REQUIRED
from lamella.layers.base import Layer
from lamella.reports.table import table
from lamella.texts.languages import Language, show
from lamella.texts.words import say


def layer_text(kind: type[Layer], language: Language) -> str:
    """One sentence, the arguments in Keras' order with their defaults, the source."""
    rows = []
    for name, declared in kind.arguments.items():
        default = say("required", language) if declared.default is REQUIRED else show(declared.default)
        expected = declared.kind.expected
        rows.append([name, default, expected.words.fill(language, **expected.facts)])
    head = [say("arguments", language), "", ""]
    return "\n".join(
        [
            f"{kind.type}: {kind.sentence.fill(language)}",
            "",
            table(head, rows, right=()),
            "",
            say("in a file", language),
            f"{say('source', language)}: {kind.source}",
        ]
    )
