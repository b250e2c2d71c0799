"""The claims that a picture of the reader's can show: padding, stride, pooling, shift and edges."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lamella.errors import DataError, Place, problem
from lamella.reports.claims.claim import Claim, defaults, on_picture
from lamella.reports.claims.pooling import field_facts, field_picture, shift_facts, shift_picture
from lamella.reports.claims.trained import edge_facts, filter_rows
from lamella.reports.claims.windows import sides
from lamella.reports.draw.panels import Panel, panels
from lamella.seeing.claim_picture import GreyPicture, grey_picture
from lamella.seeing.learned_edges import filters
from lamella.seeing.padded_border import LAYERS, paddings, strides
from lamella.seeing.photograph_edges import picture_edges, sobel_magnitude
from lamella.seeing.pooled_field import SIDE_PX, fields
from lamella.seeing.shifts import MOST_PX, picture_consistencies
from lamella.texts.languages import Language
from lamella.texts.words import say
from lamella.units import count

_LEAST_PX = {"padding": 2 * LAYERS + 1, "stride": 8, "pooling": SIDE_PX, "shift": 2 * MOST_PX + 8, "edges": 8}
"""The shortest side with which each claim has something to show: padding leaves one place, stride 4 two windows."""
_LEAST_ANSWER = 1 / 255
"""One level of a picture file: what Sobel's kernels tell apart by less is not in the picture."""


@on_picture("padding")
def padding(_seed: int, image: Path) -> Claim:
    taken = grey_picture(image, "padding", _LEAST_PX["padding"])
    found = paddings(_shape(taken))
    facts = taken.facts | defaults(paddings)
    facts |= {
        "valid": sides(found["valid"].output_px),
        "valid_share": f"{found['valid'].border_share:.2%}",
        "same_share": f"{found['same'].border_share:.0%}",
    }
    lost = np.prod(taken.pixels.shape) - np.prod(found["valid"].output_px)
    facts["lost"] = f"{lost / taken.pixels.size:.0%}"

    def draw(language: Language) -> str:
        shown = []
        for name, use in found.items():
            first = [(whole - left) // 2 for whole, left in zip(taken.pixels.shape, use.output_px, strict=True)]
            last = [start + left - 1 for start, left in zip(first, use.output_px, strict=True)]
            words = say("claim padding map", language, padding=name, layers=LAYERS, size=sides(use.output_px))
            frame = (first[0], last[0], first[1], last[1]) if any(first) else None
            shown.append(Panel(words, taken.pixels, 1 - use.counts / use.counts.max(), frame))
        return panels([("", shown)], say("claim padding", language))

    return Claim("padding", found, facts, draw, pictured=True)


@on_picture("stride")
def stride(_seed: int, image: Path) -> Claim:
    taken = grey_picture(image, "stride", _LEAST_PX["stride"])
    found = strides(_shape(taken))
    _with_edges(taken, image)
    maps = [sobel_magnitude(taken.pixels, each.stride) for each in found]
    first, last = found[0], found[-1]
    facts = taken.facts | defaults(strides)
    facts |= {
        "first": sides(first.output_px),
        "first_macs": count(first.macs),
        "last_stride": last.stride,
        "last": sides(last.output_px),
        "last_macs": count(last.macs),
        "unseen": f"{last.unseen / last.counts.size:.0%}",
    }

    def draw(language: Language) -> str:
        inputs, outputs = [], []
        for each, edges in zip(found, maps, strict=True):
            words = say(
                "claim stride map", language, stride=each.stride, size=sides(each.output_px), macs=count(each.macs)
            )
            inputs.append(Panel(words, taken.pixels, each.counts == 0))
            outputs.append(Panel(sides(each.output_px), edges / maps[0].max()))
        rows = [(say("claim stride unused", language), inputs), (say("claim stride outputs", language), outputs)]
        return panels(rows, say("claim stride", language), 192)

    return Claim("stride", found, facts, draw, pictured=True)


@on_picture("pooling")
def pooling(seed: int, image: Path) -> Claim:
    taken = grey_picture(image, "pooling", _LEAST_PX["pooling"])
    found = fields(seed=seed)
    facts = taken.facts | field_facts(found)
    return Claim("pooling", found, facts, lambda language: field_picture(found, taken.pixels, language), pictured=True)


@on_picture("shift")
def shift(seed: int, image: Path) -> Claim:
    taken = grey_picture(image, "shift", _LEAST_PX["shift"], MOST_PX)
    found = picture_consistencies(taken.pixels, seed=seed)
    facts = taken.facts | defaults(picture_consistencies) | shift_facts(found)
    return Claim("shift", found, facts, lambda language: shift_picture(found, language), pictured=True)


@on_picture("edges")
def edges(seed: int, image: Path) -> Claim:
    taken = grey_picture(image, "edges", _LEAST_PX["edges"])
    _with_edges(taken, image)
    if np.ptp(sobel_magnitude(taken.pixels)) < _LEAST_ANSWER:  # what is left of it is rounding: no correlation
        raise DataError(problem("claim picture even", Place(file=str(image))))
    learned, accuracy = filters(seed=seed)
    found = picture_edges(taken.pixels, learned)
    most, least = int(found.alike["learned"].argmax()), int(found.alike["learned"].argmin())
    facts = taken.facts | edge_facts(learned, accuracy) | {"randoms": count(len(found.random))}
    facts |= {f"{word}_map": f"{each.mean():.2f}" for word, each in found.alike.items()}
    facts |= {"best_map": f"{found.alike['learned'][most]:.2f}", "least_map": f"{found.alike['learned'][least]:.2f}"}

    def draw(language: Language) -> str:
        shown = [
            Panel(say("claim edges photograph", language), taken.pixels),
            Panel(say("claim edges sobel map", language), found.sobel / found.sobel.max()),
        ]
        named = {"most": found.learned[most], "least": found.learned[least]}
        answered = [
            Panel(say(f"claim edges {word} map", language, alike=facts[key]), each / each.max())
            for (word, each), key in zip(named.items(), ("best_map", "least_map"), strict=True)
        ]
        rows = [*filter_rows(learned, language)[:2], ("", shown), ("", answered)]
        return panels(rows, say("claim edges", language), 288, small_px=66)

    return Claim("edges", (found, learned, accuracy), facts, draw, pictured=True)


def _shape(taken: GreyPicture) -> tuple[int, int]:
    return taken.pixels.shape[0], taken.pixels.shape[1]


def _with_edges(taken: GreyPicture, image: Path) -> None:
    """Raises `DataError` where Sobel's kernels find nothing in a picture: its maps would be black."""
    if sobel_magnitude(taken.pixels).max() < _LEAST_ANSWER:
        raise DataError(problem("claim picture edgeless", Place(file=str(image))))
