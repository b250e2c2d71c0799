"""Claims about how windows lie: padding, stride, and the checkerboard of uneven overlap."""

from __future__ import annotations

import numpy as np

from lamella.reports.claims.claim import Claim, claim
from lamella.reports.draw.contact_sheet import contact_sheet
from lamella.reports.draw.heat_maps import heat_maps
from lamella.seeing.checkerboard import boards
from lamella.seeing.padded_border import paddings, strides
from lamella.texts.languages import Language
from lamella.texts.words import say
from lamella.units import count


@claim("padding")
def padding(_seed: int) -> Claim:
    once, deep = paddings(layers=1), paddings(layers=4)
    facts = {
        "size": len(deep["valid"].counts),
        "valid": deep["valid"].output_px,
        "same": deep["same"].output_px,
        "valid_corner": count(int(deep["valid"].counts[0, 0])),
        "valid_most": count(int(deep["valid"].counts.max())),
        "same_corner": count(int(deep["same"].counts[0, 0])),
        "same_most": count(int(deep["same"].counts.max())),
        "same_share": f"{deep['same'].border_share:.0%}",
    }

    def draw(language: Language) -> str:
        maps = [
            (say("claim padding map", language, padding=name, layers=layers, size=use.output_px), use.counts)
            for layers, found in ((1, once), (4, deep))
            for name, use in found.items()
        ]
        return heat_maps(maps, say("claim padding", language))

    return Claim("padding", {1: once, 4: deep}, facts, draw)


@claim("stride")
def stride(_seed: int) -> Claim:
    found = strides()
    first, second, last = found[0], found[1], found[-1]
    facts = {
        "size": len(first.counts),
        "first": first.output_px,
        "first_macs": first.macs,
        "second": second.output_px,
        "second_macs": second.macs,
        "last_stride": last.stride,
        "last": last.output_px,
        "unseen": last.unseen,
        "every": last.counts.size,
    }

    def draw(language: Language) -> str:
        maps = [
            (say("claim stride map", language, stride=each.stride, size=each.output_px, macs=each.macs), each.counts)
            for each in found
        ]
        return heat_maps(maps, say("claim stride", language))

    return Claim("stride", found, facts, draw)


@claim("checkerboard")
def checkerboard(seed: int) -> Claim:
    found = boards(seed=seed)
    names = {"three": "kernel 3", "four": "kernel 4", "up": "upsampling"}
    facts = {word: f"{found[name].equal_energy:.1%}" for word, name in names.items()}
    facts |= {f"{word}_random": f"{found[name].random_energy:.1%}" for word, name in names.items()}
    pictures = [each / np.abs(each).max() for board in found.values() for each in (board.equal, board.random)]
    sheet = contact_sheet(np.stack(pictures[::2] + pictures[1::2]), signed=True, columns=len(names))
    return Claim("checkerboard", found, facts, lambda _: sheet.png, sheet.width_px)
