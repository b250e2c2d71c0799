"""Images beside what was made of them and how far that is away: rows of pictures, all in one zoom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from lamella.pictures import encode
from lamella.reports.document import escaped, picture
from lamella.reports.draw.contact_sheet import blocks
from lamella.texts.languages import Language
from lamella.texts.words import say

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lamella.restoration.scores import Scored

    Floats = NDArray[np.float32]

MOST_BYTES: Final = 2 * 1024 * 1024
"""Of the PNGs of all rows together."""
_LONGEST_PX: Final = 512
_ENLARGED_PX: Final = 120
"""Smaller pictures are enlarged by a whole number, up to this width."""
_GAP_PX: Final = 8


class Rows(NamedTuple):
    """The HTML of each group of images, and what holds for all of them in words."""

    groups: tuple[str, ...]
    words: tuple[str, ...]


class _Zoomed(NamedTuple):
    """The PNGs of each image, by their words' keys; a pixel is the mean of `block` (rows, columns); white is `far`."""

    pngs: list[dict[str, bytes]]
    block: tuple[int, int]
    width_px: int
    far: float


def rows(groups: Sequence[Sequence[Scored]], language: Language) -> Rows:
    """Each image's row in each group: the image, what was made of it, and the difference in one scale for all."""
    found = _zoomed([_panels(each) for group in groups for each in group])
    small = found.block != (1, 1)
    scale = 1 if small else max(1, _ENLARGED_PX // found.width_px)
    htmls, at = [], 0
    for group in groups:
        drawn = found.pngs[at : at + len(group)]
        lines = [_row(*each, found.width_px * scale, language) for each in zip(group, drawn, strict=True)]
        wide = sum(found.width_px * scale + _GAP_PX for _ in drawn[0])
        htmls.append(f'<ol class="rows" style="--row: {wide}px">\n' + "\n".join(lines) + "\n</ol>")
        at += len(group)
    zoom = say("report enlarged", language, scale=scale) if scale > 1 else say("report own size", language)
    if small:
        zoom = say("report smaller", language, rows=found.block[0], columns=found.block[1])
    return Rows(tuple(htmls), (say("report scale", language, far=f"{found.far:.2g}"), zoom))


def name(image: Scored, language: Language) -> str:
    """A picture's file, or which of the test images it is, counted from 1."""
    return image.name or say("report image", language, number=f"{image.place + 1:,}")


def decibels(psnr: float) -> str:
    """A PSNR as it is written."""
    return f"{psnr:.2f} dB" if isfinite(psnr) else "∞"


def _panels(image: Scored) -> dict[str, Floats]:
    """What stands side by side, by the key of its words, each (height, width, channels)."""
    far = np.abs(image.restored - image.original)
    return {"report original": image.original, "report restored": image.restored, "report difference": far}


def _zoomed(images: Sequence[Mapping[str, Floats]]) -> _Zoomed:
    """Pictures are made smaller, all alike, until they fit into `MOST_BYTES`."""
    height, width = next(iter(images[0].values())).shape[:2]
    longest = max(height, width)
    side = -(-longest // _LONGEST_PX)
    while True:
        block = min(side, height), min(side, width)
        small = [{key: blocks(pixels[np.newaxis], block)[0] for key, pixels in each.items()} for each in images]
        far = max(float(each["report difference"].max()) for each in small) or 1.0
        pngs = [
            {key: encode(pixels / far if key == "report difference" else pixels) for key, pixels in each.items()}
            for each in small
        ]
        if sum(len(png) for each in pngs for png in each.values()) <= MOST_BYTES or side >= longest:
            return _Zoomed(pngs, block, width // block[1], far)
        side += 1


def _row(image: Scored, pngs: Mapping[str, bytes], width_px: int, language: Language) -> str:
    called = name(image, language)
    figures = [
        f"<figure>{picture(png, f'{called}: {say(key, language)}', width_px)}"
        f"<figcaption>{escaped(say(key, language))}</figcaption></figure>"
        for key, png in pngs.items()
    ]
    said = escaped(say("report scored", language, psnr=decibels(image.psnr)))
    return (
        f'<li><p class="of"><b>{escaped(called)}</b> {said}</p>\n'
        f'<div class="row" style="--wide: {width_px}px">{"".join(figures)}</div></li>'
    )
