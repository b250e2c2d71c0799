"""Claims that need training: convolution finds edges, flattening loses locality, many parameters overfit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lamella.reports.claims.claim import Claim, claim, defaults
from lamella.reports.draw.lines import Line, lines
from lamella.reports.draw.panels import Panel, panels
from lamella.seeing.learned_edges import Alike, filters
from lamella.seeing.locality import curves
from lamella.seeing.overfitting import gaps
from lamella.seeing.starting_weights import SOBEL
from lamella.texts.languages import Language
from lamella.texts.words import say
from lamella.units import count


@claim("edges")
def edges(seed: int) -> Claim:
    found, accuracy = filters(seed=seed)

    def draw(language: Language) -> str:
        return panels(filter_rows(found, language), say("claim edges", language), 66)

    return Claim("edges", (found, accuracy), edge_facts(found, accuracy), draw)


def edge_facts(found: Mapping[str, Alike], accuracy: float) -> dict[str, object]:
    """How alike the filters are to Sobel's, as it is said."""
    facts: dict[str, object] = {word: f"{each.cosines.mean():.2f}" for word, each in found.items()}
    return facts | {"accuracy": f"{accuracy:.1%}", "best": f"{found['learned'].cosines.max():.2f}"}


def filter_rows(found: Mapping[str, Alike], language: Language) -> list[tuple[str, list[Panel]]]:
    """Sobel's kernels, and of the others as many with how alike each is; 0 is grey, the largest black or white."""
    rows = [(say("claim edges sobel", language), [Panel("", _shade(each)) for each in SOBEL])]
    for word in ("learned", "before", "random"):
        named = zip(found[word].cosines[: len(SOBEL)], found[word].kernels, strict=False)
        shown = [Panel(f"{cosine:.2f}", _shade(kernel)) for cosine, kernel in named]
        rows.append((say(f"claim edges {word}", language), shown))
    return rows


def _shade(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    shaded: NDArray[np.float32] = kernel / np.abs(kernel).max() / 2 + 0.5
    return shaded


@claim("flatten")
def flatten(seed: int) -> Claim:
    found = curves(seed=seed)
    words = {("dense", "in order"): "dense", ("dense", "shuffled"): "dense_shuffled"}
    words |= {("convolution", "in order"): "conv", ("convolution", "shuffled"): "conv_shuffled"}
    facts = defaults(curves) | {word: f"{found[key].held_out[-1]:.2f}" for key, word in words.items()}

    def draw(language: Language) -> str:
        drawn = [
            Line(
                say(f"claim flatten {word}", language),
                [(at + 1.0, loss) for at, loss in enumerate(found[key].held_out)],
            )
            for key, word in words.items()
        ]
        return lines(drawn, say("claim flatten", language), say("curve epoch", language), say("claim loss", language))

    return Claim("flatten", found, facts, draw)


@claim("overfitting")
def overfitting(seed: int) -> Claim:
    found = gaps(seed=seed)
    first, last = found[0], found[-1]
    facts = defaults(gaps) | {
        "least": first.units,
        "most": last.units,
        "first": count(first.params),
        "first_gap": f"{first.gap:.2f}",
        "last": count(last.params),
        "last_gap": f"{last.gap:.2f}",
        "last_training": f"{last.training:.3f}",
        "last_held_out": f"{last.held_out:.2f}",
        "first_accuracy": f"{first.accuracy:.0%}",
        "last_accuracy": f"{last.accuracy:.0%}",
    }

    def draw(language: Language) -> str:
        drawn = [
            Line(say("curve training", language), [(each.params, each.training) for each in found]),
            Line(say("claim held out", language), [(each.params, each.held_out) for each in found]),
            Line(say("claim gap", language), [(each.params, each.gap) for each in found]),
        ]
        across, up = say("params", language), say("claim loss", language)
        return lines(drawn, say("claim overfitting", language), across, up, log_x=True)

    return Claim("overfitting", found, facts, draw)
