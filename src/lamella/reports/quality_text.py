"""The quality of a run as a table, with what each measure means."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from lamella.reports.table import table
from lamella.texts.languages import Language
from lamella.texts.words import say
from lamella.units import count

if TYPE_CHECKING:
    from lamella.training.metrics import Quality
    from lamella.training.quality import Judgement


def quality_table(judgement: Judgement, language: Language) -> tuple[list[str], list[list[str]]]:
    """Head and rows: the network, the principal components, a perfect copy."""
    head = ["", "BCE", "MSE", "PSNR", "SSIM"]
    rows = [[say("network", language), *_figures(judgement.network)]]
    if judgement.pca is not None:
        rows.append([say("pca", language, numbers=judgement.code_numbers), *_figures(judgement.pca)])
    rows.append([say("perfect copy", language), f"{judgement.floor_bce:.4f}", f"{0:.5f}", "∞", f"{1:.3f}"])
    return head, rows


def quality_notes(judgement: Judgement, language: Language) -> list[str]:
    """What the figures are and how far training and held-out loss are apart."""
    gap = say(
        "gap",
        language,
        training=f"{judgement.training_bce:.4f}",
        held_out=f"{judgement.network.bce:.4f}",
        gap=f"{judgement.gap:+.4f}",
    )
    notes = [gap, say("measures", language)]
    if judgement.code_name is None:
        notes.append(say("no code", language))
    else:
        if judgement.pca is None or judgement.pca_images is not None:
            notes.append(_of_components(judgement, language))
        notes.append(say("code", language, name=judgement.code_name, numbers=judgement.code_numbers))
    return notes


def _of_components(judgement: Judgement, language: Language) -> str:
    """Why there are no principal components, or that they are of a part of the images."""
    numbers = count(judgement.code_numbers or 0)
    if judgement.pca_images is None:
        return say("pca few", language, numbers=numbers)
    key = "pca left out" if judgement.pca is None else "pca sampled"
    return say(key, language, numbers=numbers, images=count(judgement.pca_images))


def quality_text(judgement: Judgement, language: Language) -> str:
    """The whole of it as text."""
    head, rows = quality_table(judgement, language)
    title = say("quality", language, images=count(judgement.images))
    return "\n".join([title, "", table(head, rows, right={1, 2, 3, 4}), "", *quality_notes(judgement, language)])


def _figures(quality: Quality) -> list[str]:
    ssim = "–" if quality.ssim is None else f"{quality.ssim:.3f}"
    psnr = f"{quality.psnr:.2f} dB" if quality.psnr is not None and isfinite(quality.psnr) else "∞"
    return [f"{quality.bce:.4f}", f"{quality.mse:.5f}", psnr, ssim]
