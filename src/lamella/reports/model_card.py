"""A run as a model card in Markdown: what it is, its data, its quality, its limits, how it was made and is used.

Source of the parts: M. Mitchell et al., "Model Cards for Model Reporting", Conference on Fairness, Accountability and
Transparency, 2019.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from lamella.layers.base import without_batch
from lamella.reports.evidence import Evidence
from lamella.reports.picture_rows import decibels
from lamella.reports.quality_text import quality_table
from lamella.reports.score_sections import TELLING
from lamella.texts.languages import Language, plain
from lamella.texts.words import WORDS, say
from lamella.training.run import Run
from lamella.units import count
from lamella.units import shape as show_shape

_RUN: Final = "RUN"
_LOW: Final = 5
"""Percent of the images that a limit tells of."""
_FEW: Final = 100
"""Of fewer test images that is said."""


def summary(found: Evidence, language: Language) -> list[str]:
    """What the network is and how good, in a few sentences."""
    plan, run = found.plan, found.run
    layers = count(len(plan.rows) - len(plan.design.inputs))
    totals = {"params": count(plan.totals.params), "macs": count(plan.totals.macs)}
    said = [say("report what", language, layers=layers, shape=_shape(found), **totals)]
    if found.scores is not None:
        psnr, inexact = found.scores.psnr, found.scores.inexact
        telling = inexact if inexact.size else psnr
        figures = {"mean": telling.mean(), "median": np.median(telling), "worst": telling.min()}
        written = {key: decibels(float(value)) for key, value in figures.items()}
        said.append(say("report result", language, images=count(len(psnr)), **written))
        if inexact.size < len(psnr):
            said.append(say("report exact", language, count=count(len(psnr) - inexact.size)))
    quality = run.quality
    if quality is not None and quality.pca is not None and quality.pca.psnr is not None:
        better = quality.pca.psnr > (quality.network.psnr if quality.network.psnr is not None else float("inf"))
        key = "report pca above" if better else "report pca below"
        said.append(say(key, language, numbers=count(quality.code_numbers), psnr=decibels(quality.pca.psnr)))
    if run.facts.get("status", "finished") != "finished":
        status = known_words("value", str(run.facts["status"]), language)
        said.append(say("report not finished", language, status=status))
    return said


def title_of(run: Run, language: Language) -> str:
    """What a run's design is called."""
    return plain(run.design.name, 200) or say("unnamed", language)


def known_words(kind: str, name: str, language: Language) -> str:
    """The words for a fact's name or value; itself where there are none, such as a version."""
    return say(f"{kind} {name}", language) if f"{kind} {name}" in WORDS else name


def model_card(found: Evidence, language: Language) -> str:
    """The Markdown text; the same run gives the same text."""
    title = _safe(title_of(found.run, language))
    parts = [
        ("card what", _what(found, language)),
        ("card data", _data(found.run.facts, language)),
        ("card quality", _quality(found, language)),
        ("card limits", _limits(found, language)),
        ("card made", _made(found, language)),
        ("card use", _use(found, language)),
    ]
    told = [f"## {say(key, language)}\n\n{text}" for key, text in parts if text]
    return "\n\n".join([f"# {title}", *told]) + "\n"


def _what(found: Evidence, language: Language) -> str:
    said = summary(found, language)
    quality = found.run.quality
    if quality is not None and quality.code_name is not None:
        said.insert(1, say("code", language, name=plain(quality.code_name, 80), numbers=quality.code_numbers))
    return _safe(" ".join(said))


def _data(facts: Mapping[str, Any], language: Language) -> str:
    data, share = facts.get("data"), facts["settings"]["validation"]
    if data is None:
        return ""
    told = {
        "data": data["name"],
        "train": count(data["train"]),
        "test": count(data["test"]),
        "share": f"{100 * share:g}",
    }
    said = [_safe(say("card data of", language, **told))]
    if data["fitted"]:
        said.append(say("card fitted", language, count=count(data["fitted"])))
    return _listed([*said, say("card fingerprint", language, fingerprint=f"`{data['fingerprint']}`")])


def _quality(found: Evidence, language: Language) -> str:
    if found.run.quality is None:
        return ""
    head, rows = quality_table(found.run.quality, language)
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    caption = say("quality", language, images=count(found.run.quality.images))
    return f"{caption}.\n\n" + "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _limits(found: Evidence, language: Language) -> str:
    said = [
        say("card limit task", language),
        _safe(say("card limit data", language, data=found.run.facts["settings"]["data"])),
        say("card limit size", language, shape=_shape(found)),
    ]
    if found.scores is not None and len(found.scores.psnr) < _FEW:
        said.append(say("card limit few", language, count=len(found.scores.psnr)))
    if found.scores is not None and len(found.scores.psnr) >= TELLING and np.isfinite(found.scores.psnr).all():
        worst, low = found.scores.psnr.min(), np.percentile(found.scores.psnr, _LOW)
        said.append(say("card limit spread", language, worst=decibels(float(worst)), low=decibels(float(low))))
    if found.findings:
        codes = list(dict.fromkeys(each.code for each in found.findings))
        said.append(say("card limit findings", language, codes=codes))
    return _listed(said)


def _made(found: Evidence, language: Language) -> str:
    facts = found.run.facts
    command = ["lamella", "train", f"{_RUN}/design.yaml"]
    for key, value in facts["settings"].items():
        if value is not None and key != "validation":
            command += [f"--{key.removesuffix('_s').replace('_', '-')}", plain(str(value), 400)]
    said = []
    if "best_epoch" in facts and found.run.epochs:
        times = {"seconds": facts.get("seconds", "?"), "began": facts.get("began", "?"), "best": facts["best_epoch"]}
        said.append(say("card trained", language, epochs=count(len(found.run.epochs)), **times))
    if machine := facts.get("machine"):
        listed = [
            f"{known_words('fact', f'machine.{key}', language)}: {plain(str(value), 200)}"
            for key, value in machine.items()
        ]
        said.append(_safe(", ".join(listed)))
    if versions := facts.get("versions"):
        named = ", ".join(plain(f"{name} {version}", 200) for name, version in versions.items())
        said.append(say("card versions", language, versions=_safe(named)))
    return "\n\n".join(filter(None, [_code("sh", shlex.join(command)), _listed(said)]))


def _use(found: Evidence, language: Language) -> str:
    words = say("card use words", language, run=_RUN, shape=_shape(found))
    program = f'import lamella\n\nlamella.restore("{_RUN}", ["picture.png"], "restored")'
    shell = f"lamella restore {_RUN} picture.png -o restored"
    return "\n\n".join([words, _code("sh", shell), _code("python", program)])


def _shape(found: Evidence) -> str:
    """Height, width and channels of an image."""
    node = found.plan.design.inputs[0]
    return show_shape(without_batch(found.plan.row(node.name).output_shape or ()))


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _code(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"


def _cell(text: str) -> str:
    return text.replace("|", "\\|") or " "


def _safe(text: str) -> str:
    """Text from outside, none of which Markdown takes for its own signs."""
    return re.sub(r"([\\`*_<>\[\]|#&~])", r"\\\1", text)
