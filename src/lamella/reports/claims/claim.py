"""A claim with what was measured of it, and the registry of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from lamella.reports.document import Section, document, paragraph, picture
from lamella.shown import shown
from lamella.texts.languages import Language
from lamella.texts.words import say


@shown
class Claim(NamedTuple):
    """One claim: `measured` is the data, `facts` its numbers as they are said, `draw` gives an SVG or a PNG.

    `width_px` is how wide a PNG is shown.
    """

    name: str
    measured: Any
    facts: Mapping[str, object]
    draw: Callable[[Language], str | bytes]
    width_px: int = 0

    def title(self, language: Language = "en") -> str:
        """What is claimed."""
        return say(f"claim {self.name}", language)

    def text(self, language: Language = "en") -> str:
        """What was measured, in a paragraph."""
        return say(f"claimed {self.name}", language, **self.facts)


CLAIMS: Final[dict[str, Callable[[int], Claim]]] = {}
"""Measures a claim, with a seed. Those in `TRAINED` need Keras."""

TRAINED: Final = ("edges", "flatten", "overfitting")


def claim(name: str) -> Callable[[Callable[[int], Claim]], Callable[[int], Claim]]:
    """Registers what measures a claim."""

    def add(measure: Callable[[int], Claim]) -> Callable[[int], Claim]:
        CLAIMS[name] = measure
        return measure

    return add


def claims_report(claims: Sequence[Claim], language: Language) -> str:
    """One HTML file: a section for every claim."""
    sections = [Section(each.title(language), _shown(each, language)) for each in claims]
    return document(say("claims title", language), language, sections)


def _shown(found: Claim, language: Language) -> str:
    """The picture over the paragraph."""
    drawn = found.draw(language)
    html = drawn if isinstance(drawn, str) else picture(drawn, found.title(language), found.width_px)
    return html + paragraph(found.text(language))
