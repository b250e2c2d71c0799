"""A claim with what was measured of it, and the registries of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from lamella.reports.document import Section, document, paragraph
from lamella.shown import shown
from lamella.texts.languages import Language
from lamella.texts.words import say
from lamella.units import count


@shown
class Claim(NamedTuple):
    """One claim: `measured` is the data, `facts` its numbers as they are said, `draw` gives an SVG.

    `pictured`: it was measured on a picture of the reader's.
    """

    name: str
    measured: Any
    facts: Mapping[str, object]
    draw: Callable[[Language], str]
    pictured: bool = False

    def title(self, language: Language = "en") -> str:
        """What is claimed."""
        return say(f"claim {self.name}", language)

    def text(self, language: Language = "en") -> str:
        """What was measured, in a paragraph."""
        return say(f"claimed {self.name}{' picture' if self.pictured else ''}", language, **self.facts)


Measure = Callable[[int], Claim]
PictureMeasure = Callable[[int, Path], Claim]
Either = TypeVar("Either", Measure, PictureMeasure)

CLAIMS: Final[dict[str, Measure]] = {}
"""Measures a claim, with a seed. Those in `TRAINED` need Keras."""

ON_PICTURES: Final[dict[str, PictureMeasure]] = {}
"""Measures a claim on a picture file, with a seed."""

TRAINED: Final = ("edges", "flatten", "overfitting")


def claim(name: str) -> Callable[[Measure], Measure]:
    """Registers what measures a claim."""
    return _adds(CLAIMS, name)


def on_picture(name: str) -> Callable[[PictureMeasure], PictureMeasure]:
    """Registers what measures a claim on a picture file."""
    return _adds(ON_PICTURES, name)


def defaults(measure: Callable[..., object]) -> dict[str, object]:
    """How much something measures where nothing else is asked: its whole numbers but the seed, as they are said."""
    every = signature(measure).parameters.items()
    return {name: count(each.default) for name, each in every if isinstance(each.default, int) and name != "seed"}


def _adds(registry: dict[str, Either], name: str) -> Callable[[Either], Either]:
    def add(measure: Either) -> Either:
        registry[name] = measure
        return measure

    return add


def claims_report(claims: Sequence[Claim], language: Language) -> str:
    """One HTML file: a section for every claim, its picture over its paragraph."""
    sections = [Section(each.title(language), each.draw(language) + paragraph(each.text(language))) for each in claims]
    return document(say("claims title", language), language, sections)
