"""The page of a code as text: what is found, why it matters, an example that shows it, one that does not."""

from __future__ import annotations

from collections.abc import Iterable

from lamella.checks import CHECKS, Check
from lamella.planning.planner import plan
from lamella.reports.explanation import wrap
from lamella.sources.yaml_file import read
from lamella.texts.languages import Language
from lamella.texts.problem_text import ProblemText
from lamella.texts.words import say


def page_text(found: type[Check] | ProblemText, language: Language, columns: int) -> str:
    """Title, reason, source and examples of a check; of an error its words, with the names of their facts."""
    if isinstance(found, ProblemText):
        said = (found.message, found.fix)
        lines = [wrap(str(text.ko if language == "ko" else text.en), columns) for text in said]
        return "\n".join([f"{found.code} ({say(found.severity, language)})", *(line for line in lines if line)])
    wrong = found.wrong[0]
    shown = next(found().find(plan(read(wrong.encode(), ""))))
    parts = [
        f"{found.words.code} ({say(found.words.severity, language)}): {found.title.fill(language)}",
        wrap(found.why.fill(language), columns, hang=0),
        _sample(wrong),
        wrap(f"{shown.message(language)} {shown.fix(language)}", columns, hang=0),
        say("page right", language) + "\n" + _sample(found.right[0]),
        wrap(f"{say('source', language)}: {found.source}", columns),
    ]
    return "\n\n".join(parts)


def codes_text(found: Iterable[type[Check] | ProblemText], language: Language) -> str:
    """A line for each code: what a check finds, the words of an error."""
    lines = []
    for each in found:
        words = each if isinstance(each, ProblemText) else each.words
        title = words.message if isinstance(each, ProblemText) else each.title
        lines.append(f"{words.code}  {title.ko if language == 'ko' else title.en}")
    return "\n".join(lines)


def _sample(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.strip().splitlines())


def pages(language: Language) -> str:
    """All checks as one document in Markdown."""
    parts = [f"# {say('checks title', language)}", say("checks intro", language)]
    for code, kind in sorted(CHECKS.items()):
        wrong = kind.wrong[0]
        shown = next(kind().find(plan(read(wrong.encode(), ""))))
        parts += [
            f"## {code}: {kind.title.fill(language)}",
            kind.why.fill(language),
            _sample(wrong),
            f"> {shown.message(language)} {shown.fix(language)}",
            say("page right", language) + ":",
            _sample(kind.right[0]),
            f"{say('source', language)}: {kind.source}.",
        ]
    return "\n\n".join(parts) + "\n"
