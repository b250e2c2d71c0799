"""Claims about pooling: it widens the receptive field, and steadies features against a shift."""

from __future__ import annotations

import numpy as np

from lamella.reports.claims.claim import Claim, claim
from lamella.reports.draw.bars import bars
from lamella.reports.draw.heat_maps import heat_maps
from lamella.seeing.pooled_field import SIDE_PX, fields
from lamella.seeing.shifts import WAYS, consistencies
from lamella.texts.languages import Language
from lamella.texts.words import say


@claim("pooling")
def pooling(seed: int) -> Claim:
    found = fields(seed=seed)
    without, pooled = found["convolution"], found["pooling"]
    facts = {
        "size": SIDE_PX,
        "without": without.theory_px,
        "pooled": pooled.theory_px,
        "without_reached": without.reached_px,
        "pooled_reached": pooled.reached_px,
        "without_effective": f"{without.effective_px:.1f}",
        "pooled_effective": f"{pooled.effective_px:.1f}",
    }

    def draw(language: Language) -> str:
        maps = [
            (say(f"claim pooling {name}", language, size=each.theory_px), np.round(each.influence, 9))
            for name, each in found.items()
        ]
        return heat_maps(maps, say("claim pooling", language))

    return Claim("pooling", found, facts, draw)


@claim("shift")
def shift(seed: int) -> Claim:
    found = consistencies(seed=seed)
    facts = {way.split()[0]: f"{found[way]:.3f}" for way in WAYS}

    def draw(language: Language) -> str:
        named = [(say(f"claim shift {way}", language), found[way]) for way in WAYS]
        return bars(named, say("claim shift", language), say("claim shift axis", language), 1.0)

    return Claim("shift", found, facts, draw)
