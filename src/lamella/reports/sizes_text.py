"""The sizes that fit a design, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lamella import units
from lamella.layers.spatial import AXIS_NAMES
from lamella.planning.fitting_sizes import Sizes, listed
from lamella.planning.open_sizes import Condition, OpenSize
from lamella.texts.languages import Language, plain
from lamella.texts.words import say

_SHOWN: Final = 8


def rule_text(size: OpenSize, language: Language) -> str:
    """The rule of the sizes that fit: "multiples of 8 from 16"."""
    if size.remainders is None:
        return say("sizes unknown", language)
    if not size.remainders:
        if len(size.only) > 2 and size.only[-1] - size.only[0] == len(size.only) - 1:
            return say("from to", language, least=size.only[0], most=size.only[-1])
        return say("sizes only", language, sizes=size.only) if size.only else say("sizes none", language)
    if size.period == 1:
        return say("sizes from", language, first=size.first)
    if size.remainders == (0,):
        return say("sizes multiples", language, period=size.period, first=size.first)
    return say("sizes remainders", language, period=size.period, remainders=size.remainders, first=size.first)


def sizes_text(found: Sizes, image: Sequence[int], language: Language) -> str:
    """What every layer takes and what comes back, axis by axis; for a picture what is nearest."""
    if not found.every:
        return say("sizes no pictures", language)
    if found.faults:
        where = found.faults[0].where
        lines = [say("sizes kept", language, name=where.layer, type=where.type)]
    else:
        lines = [say("sizes every", language)]
    lines += _rules(found.every, language, found.relations)
    if found.pooled:
        kind = f"GlobalAveragePooling{len({each.axis for each in found.pooled})}D"
        lines += ["", say("sizes pooled", language, kind=kind), *_rules(found.pooled, language)]
    if found.returning is not None:
        lines += ["", say("sizes returning", language), *_rules(found.returning, language)]
        lines += [say("sizes never", language)] if any(each.fits_none for each in found.returning) else []
    if found.relations:
        lines += ["", say("sizes relations", language, relations=relations_text(found.relations))]
    if image:
        lines += ["", *_for_image(found, image, language)]
    return "\n".join(lines)


def relations_text(relations: Sequence[Condition]) -> list[str]:
    """Equalities between open sizes: H = W."""
    return [f"{units.size(each.left)} = {units.size(each.right)}" for each in relations]


def _rules(rules: Sequence[OpenSize], language: Language, relations: Sequence[Condition] = ()) -> list[str]:
    """A line for each size; with its symbol where relations speak of it."""
    inputs = list(dict.fromkeys(each.input for each in rules))
    lines = []
    for each in rules:
        axes = [other.axis for other in rules if other.input == each.input]
        names = AXIS_NAMES.get(len(axes))
        name = names[axes.index(each.axis)].words.fill(language) if names else each.symbol
        label = f"{plain(each.input, 80)} {name}" if len(inputs) > 1 else name
        label += f" ({each.symbol})" if relations else ""
        first = listed(each, _SHOWN)
        tail = (
            f": {', '.join(map(str, first))}{', ...' if each.remainders else ''}" if first and each.period > 1 else ""
        )
        lines.append(f"  {label}: {rule_text(each, language)}{tail}")
    return lines


def _for_image(found: Sizes, image: Sequence[int], language: Language) -> list[str]:
    nearest = found.nearest(image)
    given = " x ".join(str(each.size) for each in nearest)
    unmet = found.unmet(image)
    if unmet:
        return [say("image relation", language, image=given, relations=relations_text(unmet))]
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
