"""The pictures of a run in its report, the worst and some at random, and how all scores are spread."""

from __future__ import annotations

from math import sqrt
from typing import Final

import numpy as np

from lamella.reports.document import Section, paragraph, subheading, table
from lamella.reports.draw.histogram import histogram, intervals
from lamella.reports.picture_rows import decibels, rows
from lamella.restoration.scores import Scores
from lamella.texts.languages import Language
from lamella.texts.words import say
from lamella.training.quality import Judgement
from lamella.units import count

TELLING: Final = 20
"""Of fewer images a twentieth is none."""
_AGREES_DB: Final = 0.05
"""So far apart two programs that run the same weights may be."""


def pictures_section(found: Scores, language: Language) -> Section:
    """The worst images first, then those drawn at random."""
    every = count(len(found.psnr))
    groups = [("report worst", "report worst of", found.worst), ("report drawn", "report drawn of", found.drawn)]
    if len(found.worst) == len(found.psnr):
        groups = [("report every", "report every of", found.worst)]
    htmls, said = rows([images for _, _, images in groups], language)
    parts = [*map(paragraph, said)]
    for (heading, words, images), html in zip(groups, htmls, strict=True):
        of = say(words, language, count=len(images), images=every, seed=found.seed)
        parts += [subheading(say(heading, language)), paragraph(of), html]
    return Section(say("report pictures", language), "\n".join(parts))


def scores_section(found: Scores, judgement: Judgement | None, language: Language) -> Section:
    """A histogram and its numbers; whether they agree with what was measured when the training ended."""
    inexact = found.inexact
    parts = []
    if inexact.size:
        parts += [_drawn(inexact.tolist(), language), _figures(inexact.tolist(), language)]
    if inexact.size < len(found.psnr):
        parts.append(paragraph(say("report exact", language, count=count(len(found.psnr) - inexact.size))))
    if judgement is not None:
        parts.append(paragraph(_measured_again(found, judgement, language)))
    return Section(say("report scores", language), "\n".join(parts))


def mean_psnr(found: Scores) -> float:
    """The mean over the images that are not exact, as `metrics.psnr` has it; inf where all are."""
    return float(found.inexact.mean()) if found.inexact.size else float("inf")


def _drawn(values: list[float], language: Language) -> str:
    worst, median, best = min(values), float(np.median(values)), max(values)
    facts = {"worst": decibels(worst), "median": decibels(median), "best": decibels(best)}
    words = {
        "title": say("report histogram", language, images=count(len(values))),
        "text": say("report histogram text", language, **facts),
        "across": say("report across", language),
        "up": say("report up", language),
    }
    marks = [
        (say("report mark worst", language, value=facts["worst"]), worst),
        (say("report mark median", language, value=facts["median"]), median),
    ]
    return histogram(values, words, marks)


def _figures(values: list[float], language: Language) -> str:
    named = {
        percent: (say("report figure below", language, percent=percent), float(np.percentile(values, percent)))
        for percent in (5, 25, 75, 95)
        if len(values) >= TELLING
    }
    listed = [
        (say("report figure worst", language), min(values)),
        *(named[each] for each in (5, 25) if each in named),
        (say("report figure median", language), float(np.median(values))),
        *(named[each] for each in (75, 95) if each in named),
        (say("report figure best", language), max(values)),
        (say("report figure mean", language), float(np.mean(values))),
    ]
    if len(values) > 1:
        error = float(np.std(values, ddof=1)) / sqrt(len(values))
        listed.append((say("report figure error", language), error))
    head = [say("report figure", language), "PSNR"]
    html = table(head, [[name, decibels(value)] for name, value in listed], {1}, say("report figures", language))
    head = [say(key, language) for key in ("report from", "report below", "report images")]
    lines = [[each.low, each.high, count(each.images)] for each in intervals(values)]
    return html + table(head, lines, {0, 1, 2}, say("report intervals", language))


def _measured_again(found: Scores, judgement: Judgement, language: Language) -> str:
    recorded, mean = judgement.network.psnr, mean_psnr(found)
    recorded = float("inf") if recorded is None else recorded
    if recorded == mean or abs(recorded - mean) <= _AGREES_DB:
        return say("report agrees", language, engine=found.engine, within=decibels(_AGREES_DB))
    facts = {"engine": found.engine, "mean": decibels(mean), "recorded": decibels(recorded)}
    return say("report differs", language, **facts)
