"""Languages, the choice among them, and how sentences with facts in them are put together."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from lamella.algebra import Expression
from lamella.units import size

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True)
class Text:
    """The same words in each language; they may hold facts in braces.

    `{name}` puts a fact in as it is, `{name:value}` as a person would write it in a design (text in quotes,
    sequences in parentheses), `{name:list}` as a list of names.

    >>> Text("{n} layers", "레이어 {n}개").fill("ko", n=3)
    '레이어 3개'
    """

    en: str
    ko: str

    def fill(self, language: Language, /, **facts: object) -> str:
        template = self.ko if language == "ko" else self.en
        return template.format_map({name: _Fact(value, language) for name, value in facts.items()})


@dataclass(frozen=True)
class Phrase:
    """A piece of a sentence: words with the facts that fill them."""

    words: Text
    facts: Mapping[str, object]


def phrase(en: str, ko: str, /, **facts: object) -> Phrase:
    """A `Phrase` in both languages with its facts."""
    return Phrase(Text(en, ko), facts)


def chosen_language(asked: str | None = None, environment: Mapping[str, str] | None = None) -> Language:
    """The language asked for, else LAMELLA_LANG, else the locale's, else English."""
    environment = os.environ if environment is None else environment
    wishes = [asked, *(environment.get(name) for name in ("LAMELLA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))]
    wish = next((wish for wish in wishes if wish), "en")
    return "ko" if re.split("[^a-z]", wish.lower())[0] in ("ko", "kor", "korean") else "en"


def show(value: object) -> str:
    """A value as a person would write it in a design: text in quotes, sequences in parentheses, true, null.

    >>> show((3, 0)), show("8"), show(None)
    ('(3, 0)', '"8"', 'null')
    """
    match value:
        case str():
            return quote(value)
        case Expression():
            return value.written
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case tuple() | list():
            inside = ", ".join(map(show, value[:9])) + (", ..." if len(value) > 9 else "")
            return f"({inside},)" if len(value) == 1 else f"({inside})"
        case Mapping():
            return plain("{" + ", ".join(f"{key}: {show(each)}" for key, each in list(value.items())[:9]) + "}", 80)
    return plain(repr(value), 80)


def quote(value: str) -> str:
    """Text from outside in quotes: one line, at most 80 characters, nothing that a terminal obeys."""
    return f'"{plain(value, 80)}"'


def plain(value: str, limit: int) -> str:
    """Text from outside on one line, cut at `limit` characters, with nothing in it that a terminal obeys."""
    value = value if len(value) <= limit else value[: limit - 3] + "..."
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in value)


class _Fact:
    """A fact on its way into a sentence; its format is chosen by the template."""

    __slots__ = ("language", "value")

    def __init__(self, value: object, language: Language) -> None:
        self.value, self.language = value, language

    def __format__(self, form: str) -> str:
        value = self.value
        if isinstance(value, Phrase):
            return value.words.fill(self.language, **value.facts)
        if form == "value":
            return show(value)
        if form == "list":
            return ", ".join(map(self._item, value if isinstance(value, (list, tuple)) else [value]))
        if isinstance(value, Expression):
            return value.written
        return format(plain(value, 400) if isinstance(value, str) else value, form)

    def _item(self, value: object) -> str:
        """One of a list."""
        return f"{_Fact(value, self.language)}" if isinstance(value, Phrase) else plain(size(value), 80)
