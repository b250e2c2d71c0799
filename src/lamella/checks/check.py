"""What a check is: one thing that can be wrong with a design that is valid, with its page and its samples."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar, Final

from lamella.errors import Problem
from lamella.planning.plan import Plan, Row
from lamella.texts.languages import Text
from lamella.texts.problem_text import ProblemText

CHECKS: Final[dict[str, type[Check]]] = {}
"""Every check by its code."""


class Check(ABC):
    """One finding. `words` are those of the finding; `title` and `why` those of its page.

    `wrong` and `right` are designs in YAML in which it is found and is not. A subclass is registered by its code.
    """

    words: ClassVar[ProblemText]
    title: ClassVar[Text]
    why: ClassVar[Text]
    source: ClassVar[str]
    wrong: ClassVar[tuple[str, ...]]
    right: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls, *, abstract: bool = False) -> None:
        if not abstract:
            CHECKS[cls.words.code] = cls

    @abstractmethod
    def find(self, plan: Plan) -> Iterator[Problem]:
        """The findings in a plan without errors; what is not known is no finding."""

    def change(self, found: Problem) -> dict[str, object]:  # noqa: ARG002
        """Arguments of the layer that mend this finding and leave what the design can compute as it is."""
        return {}

    def at(self, row: Row, argument: str | None = None, /, **facts: object) -> Problem:
        """A finding at a layer, or at one of its arguments."""
        return Problem(self.words.code, facts, row.node.place(argument), self.words)
