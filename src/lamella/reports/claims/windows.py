"""Claims about how windows lie: padding, stride, and the checkerboard of uneven overlap."""

from __future__ import annotations

import numpy as np

from lamella.reports.claims.claim import Claim, claim, defaults
from lamella.reports.draw.heat_maps import heat_maps
from lamella.reports.draw.panels import Panel, panels
from lamella.seeing.checkerboard import boards, period_two
from lamella.seeing.padded_border import LAYERS, paddings, strides
from lamella.texts.languages import Language
from lamella.texts.words import say
from lamella.units import count


def sides(size_px: tuple[int, int]) -> str:
    """A height and a width as sizes of layers are written."""
    return f"{size_px[0]}x{size_px[1]}"


@claim("padding")
def padding(_seed: int) -> Claim:
    once, deep = paddings(layers=1), paddings()
    facts = defaults(paddings) | {
        "size": len(deep["valid"].counts),
        "valid": deep["valid"].output_px[0],
        "same": deep["same"].output_px[0],
        "valid_corner": count(int(deep["valid"].counts[0, 0])),
        "valid_most": count(int(deep["valid"].counts.max())),
        "same_corner": count(int(deep["same"].counts[0, 0])),
        "same_most": count(int(deep["same"].counts.max())),
        "same_share": f"{deep['same'].border_share:.0%}",
    }

    def draw(language: Language) -> str:
        maps = [
            (say("claim padding map", language, padding=name, layers=layers, size=sides(use.output_px)), use.counts)
            for layers, found in ((1, once), (LAYERS, deep))
            for name, use in found.items()
        ]
        return heat_maps(maps, say("claim padding", language))

    return Claim("padding", {1: once, LAYERS: deep}, facts, draw)


@claim("stride")
def stride(_seed: int) -> Claim:
    found = strides()
    first, second, last = found[0], found[1], found[-1]
    facts = defaults(strides) | {
        "size": len(first.counts),
        "first": first.output_px[0],
        "first_macs": first.macs,
        "second": second.output_px[0],
        "second_macs": second.macs,
        "last_stride": last.stride,
        "last": last.output_px[0],
        "unseen": last.unseen,
        "every": last.counts.size,
    }

    def draw(language: Language) -> str:
        maps = [
            (
                say("claim stride map", language, stride=each.stride, size=sides(each.output_px), macs=each.macs),
                each.counts,
            )
            for each in found
        ]
        return heat_maps(maps, say("claim stride", language))

    return Claim("stride", found, facts, draw)


@claim("checkerboard")
def checkerboard(seed: int) -> Claim:
    found = boards(seed=seed)
    names = {"three": "kernel 3", "four": "kernel 4", "up": "upsampling"}
    facts = defaults(boards) | {word: _part(found[name].equal_energy) for word, name in names.items()}
    facts |= {f"{word}_random": _part(found[name].random_energy) for word, name in names.items()}
    facts |= {f"{word}_trained": _part(found[name].trained_energy) for word, name in names.items()}
    facts |= {f"{word}_error": f"{found[name].error:.4f}" for word, name in names.items()}

    def draw(language: Language) -> str:
        rows = []
        for weights in ("equal", "random", "trained"):
            drawn = []
            for word, name in names.items():
                board, energy = getattr(found[name], weights), period_two(getattr(found[name], weights))
                words = say(f"claim checkerboard {word}", language, part=_part(energy[0] / energy[1]))
                drawn.append(Panel(words, board / np.abs(board).max() / 2 + 0.5))
            rows.append((say(f"claim checkerboard {weights}", language), drawn))
        return panels(rows, say("claim checkerboard", language), 160)

    return Claim("checkerboard", found, facts, draw)


def _part(share: float) -> str:
    """A part in percent with two digits that say something; below a millionth it is float32's rounding."""
    if share < 1e-6:
        return "0%"
    return f"{share:.0%}" if share >= 0.1 else f"{100 * share:.2g}%"
