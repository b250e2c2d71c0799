"""Claims about pooling: it widens the receptive field, and steadies features against a shift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamella.reports.claims.claim import Claim, claim, defaults
from lamella.reports.draw.lines import Line, lines
from lamella.reports.draw.panels import Panel, panels
from lamella.seeing.pooled_field import PHASES, SIDE_PX, Field, fields, laid_on
from lamella.seeing.shifts import MOST_PX, WAYS, consistencies
from lamella.texts.languages import Language
from lamella.texts.words import say
from lamella.training.data import read_digits, to_float


@claim("pooling")
def pooling(seed: int) -> Claim:
    found = fields(seed=seed)
    digit = to_float(read_digits()["test_images"][0])
    around = (SIDE_PX - len(digit)) // 2
    ground = np.pad(digit, around)
    return Claim("pooling", found, field_facts(found), lambda language: field_picture(found, ground, language))


@claim("shift")
def shift(seed: int) -> Claim:
    found = consistencies(seed=seed)
    facts = defaults(consistencies) | shift_facts(found)
    return Claim("shift", found, facts, lambda language: shift_picture(found, language))


def field_facts(found: Mapping[str, Field]) -> dict[str, object]:
    """The sides of the fields: by the plan, reached, effective."""
    facts: dict[str, object] = {"size": SIDE_PX}
    for word, name in (("without", "convolution"), ("pooled", "pooling")):
        each = found[name]
        facts |= {word: each.theory_px, f"{word}_reached": each.reached_px}
        facts[f"{word}_effective"] = f"{each.effective_px:.1f}"
    phases = [found[f"phase {phase}"].theory_px for phase in range(PHASES)]
    return facts | {"phases": ", ".join(map(str, phases))}


def field_picture(found: Mapping[str, Field], ground: NDArray[np.floating[Any]], language: Language) -> str:
    """Each field on a picture (height, width): its frame by the plan, and how much each pixel of it counts."""
    drawn = []
    for name, each in found.items():
        over, (down, right) = laid_on(each, (ground.shape[0], ground.shape[1]))
        first, last = each.seen
        frame = (first + down, last + down, first + right, last + right)
        kind, _, number = name.partition(" ")
        words = say(f"claim pooling {kind}", language, size=each.theory_px, number=number)
        drawn.append(Panel(words, ground, over / over.max(), frame))
    rows = [(say("claim pooling alone", language), drawn[:2])]
    rows.append((say("claim pooling back", language), drawn[2:]))
    return panels(rows, say("claim pooling", language), 192)


def shift_facts(found: Mapping[str, Sequence[float]]) -> dict[str, object]:
    """The cosines of the smallest and of the largest shift, as they are said."""
    near: dict[str, object] = {"most": MOST_PX} | {way.split()[0]: f"{found[way][0]:.3f}" for way in WAYS}
    return near | {f"{way.split()[0]}_far": f"{found[way][-1]:.2f}" for way in WAYS}


def shift_picture(found: Mapping[str, Sequence[float]], language: Language) -> str:
    """The cosines over the distance, from 1 where nothing has moved."""
    drawn = [
        Line(
            say(f"claim shift {way}", language),
            [(0.0, 1.0), *((px + 1.0, cosine) for px, cosine in enumerate(found[way]))],
        )
        for way in WAYS
    ]
    across, up = say("claim shift across", language), say("claim shift up", language)
    return lines(drawn, say("claim shift", language), across, up)
