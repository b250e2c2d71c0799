"""One record for everything that is wrong, and the small tree of errors that carry it.

A `Problem` is data: which problem (a key of `texts.problems`), its facts and where it stands. Its code and
its words in each language come from that one table. Inner code states the facts; whoever knows the file, the
line and the layer adds the place with `Problem.at`; the doors only print.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lamella.shown import shown
from lamella.texts.languages import Phrase
from lamella.texts.problems import PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lamella.texts.languages import Language
    from lamella.texts.problem_text import ProblemText


@dataclass(frozen=True)
class Place:
    """Where something was written: file, line and column (from 1), path in the file, layer name and type."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    path: str | None = None
    layer: str | None = None
    type: str | None = None

    def __str__(self) -> str:
        spot = self.file or ""
        if self.line is not None:
            spot += f":{self.line}" if self.column is None else f":{self.line}:{self.column}"
        words = [
            spot,
            self.path or "",
            f"'{self.layer}'" if self.layer else "",
            f"({self.type})" if self.type else "",
        ]
        return " ".join(word for word in words if word)


@shown
@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: its key in the table of problems, its facts, its place.

    `own` has the words of a problem that is not in that table: a check brings its own.
    """

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)
    where: Place = Place()
    own: ProblemText | None = None

    @property
    def words(self) -> ProblemText:
        """Code, severity and words in both languages."""
        return self.own or PROBLEMS[self.key]

    @property
    def code(self) -> str:
        return self.words.code

    @property
    def severity(self) -> str:
        return self.words.severity

    def message(self, language: Language = "en") -> str:
        """What is wrong: what was expected and what was received."""
        return self.words.message.fill(language, **self.facts)

    def fix(self, language: Language = "en") -> str:
        """What to do about it; empty where nothing can be said."""
        return self.words.fix.fill(language, **self.facts)

    def parts(self) -> dict[str, object]:
        """Message and fix as pieces of another sentence."""
        return {"said": Phrase(self.words.message, self.facts), "suggestion": Phrase(self.words.fix, self.facts)}

    def text(self, language: Language = "en") -> str:
        """The whole line: place, message, fix."""
        said = " ".join(part for part in (self.message(language), self.fix(language)) if part)
        place = str(self.where)
        return f"{place}: {said}" if place else said

    def at(self, where: Place) -> Problem:
        """The same problem with every field of `where` that it does not know itself yet."""
        mine = self.where
        merged = Place(*(getattr(mine, name) or getattr(where, name) for name in Place.__dataclass_fields__))
        return replace(self, where=merged)


@shown
class Findings(tuple[Problem, ...]):
    """Problems in their order; nothing but a tuple that notebooks show as a table."""

    __slots__ = ()


def problem(key: str, where: Place | None = None, /, **facts: object) -> Problem:
    """A `Problem` by key with its facts; a fact of the type `Phrase` is put into the reader's language."""
    return Problem(key, facts, where or Place())


class LamellaError(Exception):
    """Base of all errors: one or more problems. `exit_status` is what the command line ends with."""

    exit_status = 1

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(each.text() for each in self.problems))

    def at(self, where: Place) -> LamellaError:
        """The same error with the place added to each of its problems."""
        return type(self)([each.at(where) for each in self.problems])


class DesignError(LamellaError):
    """The design itself is wrong: an argument, a shape, a name, a cycle."""


class BuildError(LamellaError):
    """The framework's model differs from the plan, or the framework refuses the design."""


class SourceError(LamellaError):
    """A design file can't be read as one."""

    exit_status = 2


class DataError(LamellaError):
    """Training data or pictures can't be read or don't fit the design."""

    exit_status = 2


class RunError(LamellaError):
    """A run folder is not one, is incomplete, or can't be written."""

    exit_status = 2


class UsageError(LamellaError):
    """The request makes no sense as asked, whatever the files hold."""

    exit_status = 2


class KerasVerbError(UsageError, AttributeError):
    """A verb of Keras' model was asked of lamella's; an AttributeError too, so that hasattr answers no."""


class MissingEngineError(LamellaError):
    """A part of lamella that is not installed is needed."""

    exit_status = 2
