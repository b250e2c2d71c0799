"""The sizes that fit a design, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lamella.layers.spatial import AXIS_NAMES
from lamella.planning.fitting_sizes import Nearest, Sizes, listed
from lamella.planning.open_sizes import OpenSize
from lamella.texts.languages import Language, Text
from lamella.texts.words import say

_SHOWN: Final = 8


def rule_text(size: OpenSize, language: Language) -> str:
    """The rule of the sizes that fit: "multiples of 8 from 16"."""
    if size.remainders is None:
        return say("sizes unknown", language)
    if not size.remainders:
        return say("sizes only", language, sizes=size.only) if size.only else say("sizes none", language)
    if size.period == 1:
        return say("sizes from", language, first=size.first)
    if size.remainders == (0,):
        return say("sizes multiples", language, period=size.period, first=size.first)
    return say("sizes remainders", language, period=size.period, remainders=size.remainders, first=size.first)


def sizes_text(found: Sizes, image: Sequence[int], language: Language) -> str:
    """What every layer takes and what comes back, axis by axis; for a picture what is nearest."""
    if found.faults:
        return say("sizes fixed", language, reason=found.faults[0].text(language))
    lines = [say("sizes every", language), *_rules(found.every, language)]
    if found.returning is not None:
        lines += ["", say("sizes returning", language), *_rules(found.returning, language)]
    if image:
        lines += ["", *_for_image(found.nearest(image), language)]
    return "\n".join(lines)


def _rules(rules: Sequence[OpenSize], language: Language) -> list[str]:
    inputs = {each.input for each in rules}
    rank = len(rules) // len(inputs) if inputs else 0
    lines = []
    for each in rules:
        names = AXIS_NAMES.get(rank)
        axis = names[each.axis - 1] if names and each.axis <= rank else each.symbol
        name = Text("{axis}", "{axis}").fill(language, axis=axis)
        label = f"{each.input} {name}" if len(inputs) > 1 else name
        first = listed(each, _SHOWN)
        tail = (
            f": {', '.join(map(str, first))}{', ...' if each.remainders else ''}" if first and each.period > 1 else ""
        )
        lines.append(f"  {label}: {rule_text(each, language)}{tail}")
    return lines


def _for_image(nearest: Sequence[Nearest], language: Language) -> list[str]:
    given = " x ".join(str(each.size) for each in nearest)
    if all(each.above == each.size for each in nearest):
        return [say("image fits", language, image=given)]
    lines = []
    for key, sizes in (
        ("image pad", [each.above for each in nearest]),
        ("image crop", [each.below for each in nearest]),
    ):
        if all(size is not None for size in sizes):
            by = ", ".join(str(abs((size or 0) - each.size)) for size, each in zip(sizes, nearest, strict=True))
            lines.append(say(key, language, image=given, sizes=" x ".join(map(str, sizes)), by=by))
    return lines or [say("image none", language, image=given)]
