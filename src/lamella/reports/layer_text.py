"""A layer type as text: what it does, its arguments with what they accept, its source."""

from __future__ import annotations

import re
from textwrap import fill
from typing import Final

from lamella.layers.arguments import REQUIRED
from lamella.layers.base import OPERATIONS, REGISTRY, Layer
from lamella.reports.table import table
from lamella.texts.languages import Language, show
from lamella.texts.words import WORDS, say

GROUPS: Final = tuple(key for key in WORDS if key.startswith("group "))
"""The groups of layer types, in order."""


def group_of(kind: type[Layer]) -> str:
    """The group of a type: the folder in which Keras has it, as its source says."""
    if kind.type.startswith(OPERATIONS):
        return "group ops"
    found = re.search(r"keras/src/(?:layers/)?(\w+)", kind.source)
    return f"group {found[1]}" if found else "group core"


def layers_text(names: list[str], language: Language, columns: int) -> str:
    """Names of layer types under the headings of their groups."""
    parts = []
    for group in GROUPS:
        if members := [name for name in names if group_of(REGISTRY[name]) == group]:
            lines = fill(", ".join(members), max(columns, 40), initial_indent="  ", subsequent_indent="  ")
            parts.append(f"{say(group, language)}\n{lines}")
    return "\n\n".join(parts)


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
