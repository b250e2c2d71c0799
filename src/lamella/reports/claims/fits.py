"""Claims about dense layers: they condense or enrich, a bias answers to nothing, depth shrinks gradients."""

from __future__ import annotations

from math import log

from lamella.reports.claims.claim import Claim, claim, defaults
from lamella.reports.draw.lines import Line, lines
from lamella.seeing.bias import fits
from lamella.seeing.condensing import spreads
from lamella.seeing.dense_stack import CLASSES, UNITS, WAYS
from lamella.seeing.depth import TIMES, gradients
from lamella.texts.languages import Language
from lamella.texts.words import say
from lamella.units import count

_POINTS = 40


@claim("dense")
def dense(seed: int) -> Claim:
    found = spreads(seed=seed)
    facts = defaults(spreads)
    facts |= {name.replace(" ", "_"): count(each.numbers) for name, each in found.items() if name != "enriched relu"}
    facts |= {f"{name.replace(' ', '_')}_rank": count(each.rank) for name, each in found.items()}

    def draw(language: Language) -> str:
        drawn = []
        for name, each in found.items():
            kept = each.values[: each.rank]
            every = max(1, len(kept) // _POINTS)
            points = [(place + 1.0, float(kept[place] / kept[0])) for place in range(0, len(kept), every)]
            drawn.append(Line(say(f"claim dense {name}", language), points))
        across, up = say("claim dense across", language), say("claim dense up", language)
        return lines(drawn, say("claim dense", language), across, up, log_y=True)

    return Claim("dense", found, facts, draw)


@claim("bias")
def bias(_seed: int) -> Claim:
    found = fits()
    facts = defaults(fits) | {"with_error": f"{found['with'].error:.2g}"}
    facts |= {"without_error": f"{found['without'].error:.2g}", "weight": f"{found['without'].weight:.2f}"}

    def draw(language: Language) -> str:
        ends = (0.0, 1.0)
        wanted = [Line(say("claim bias wanted", language), [(x, 1 - x) for x in ends])]
        fitted = [
            Line(say(f"claim bias {name}", language), [(x, each.weight * x + each.bias) for x in ends])
            for name, each in found.items()
        ]
        across, up = say("claim bias across", language), say("claim bias up", language)
        return lines(wanted + fitted, say("claim bias", language), across, up)

    return Claim("bias", found, facts, draw)


@claim("depth")
def depth(seed: int) -> Claim:
    found = gradients(seed=seed)
    facts = defaults(gradients) | {"units": UNITS, "guess": f"{log(CLASSES):.2f}"}
    facts |= {way: f"{found.norms[way, 'start'][0]:.2g}" for way in WAYS}
    facts |= {f"{way}_trained": f"{found.norms[way, 'trained'][0]:.2g}" for way in WAYS}
    facts |= {f"{way}_loss": f"{found.losses[way, 'trained']:.2f}" for way in WAYS}
    facts |= {"one": count(found.macs[0]), "every": count(found.macs[1])}

    def draw(language: Language) -> str:
        drawn = [
            Line(
                say(f"claim depth {way} {time}", language),
                [(at + 1.0, each) for at, each in enumerate(found.norms[way, time])],
                colour=place,
                dash=int(time == "trained"),
            )
            for place, way in enumerate(WAYS)
            for time in TIMES
        ]
        across, up = say("layer", language), say("claim depth up", language)
        return lines(drawn, say("claim depth", language), across, up, log_y=True)

    return Claim("depth", found, facts, draw)
