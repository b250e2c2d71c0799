"""The report of a run: restored pictures, the plan, the loss curve, the quality, what was used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lamella.planning.planner import plan as plan_design
from lamella.reports.document import Section, document, paragraph, picture, table
from lamella.reports.draw.loss_curve import loss_curve
from lamella.reports.plan_text import plan_notes, plan_summary, plan_table
from lamella.reports.quality_text import quality_notes, quality_table
from lamella.texts.languages import Language
from lamella.texts.words import WORDS, say
from lamella.training.run import Run
from lamella.units import count

if TYPE_CHECKING:
    from collections.abc import Sequence

SHEET_WIDTH_PX = 864


def run_report(run: Run, sheet: bytes, images: int, language: Language) -> str:
    """One HTML file. `sheet` is the PNG of `images` originals over their restored images."""
    title = run.design.name or say("unnamed", language)
    sections = [
        _restored(sheet, images, language),
        _quality(run, language),
        _curve(run, language),
        _plan(run, language),
        _used(run, language),
    ]
    return document(title, language, [section for section in sections if section is not None])


def _restored(sheet: bytes, images: int, language: Language) -> Section:
    words = say("sheet", language, images=images)
    return Section(say("restored", language), picture(sheet, words, SHEET_WIDTH_PX) + paragraph(words))


def _quality(run: Run, language: Language) -> Section | None:
    if run.quality is None:
        return None
    head, rows = quality_table(run.quality, language)
    caption = say("quality", language, images=count(run.quality.images))
    notes = "".join(map(paragraph, quality_notes(run.quality, language)))
    return Section(say("quality heading", language), table(head, rows, {1, 2, 3, 4}, caption) + notes)


def _curve(run: Run, language: Language) -> Section:
    best = next((each.epoch for each in reversed(run.epochs) if each.best), None)
    words = {
        name: say(f"curve {name}", language) for name in ("title", "epoch", "loss", "training", "held_out", "best")
    }
    history = [{"epoch": each.epoch, "loss": each.loss, "val_loss": each.val_loss} for each in run.epochs]
    return Section(say("curve title", language), loss_curve(history, best, words))


def _plan(run: Run, language: Language) -> Section:
    plan = plan_design(run.design, int(run.facts.get("settings", {}).get("batch_size", 1)))
    head, rows = plan_table(plan, language)
    html = table(head, rows, {2, 3, 5}, say("plan caption", language))
    totals = [list(each) for each in plan_summary(plan, language)]
    html += table([say("fact", language), say("value", language)], totals, (), say("plan totals", language))
    return Section(say("plan heading", language), html + "".join(map(paragraph, plan_notes(plan, language))))


def _used(run: Run, language: Language) -> Section:
    facts: dict[str, str] = {}
    for name, value in run.facts.items():
        parts = {f"{name}.{key}": each for key, each in value.items()} if isinstance(value, dict) else {name: value}
        facts |= {key: str(each) for key, each in parts.items()}
    rows: list[Sequence[str]] = [
        [_known("fact", name, language).removeprefix("versions."), _known("value", value, language)]
        for name, value in facts.items()
    ]
    return Section(
        say("used", language),
        table([say("fact", language), say("value", language)], rows, (), say("used caption", language)),
    )


def _known(kind: str, name: str, language: Language) -> str:
    """The words for a fact's name or value; itself where there are none, such as a version."""
    return say(f"{kind} {name}", language) if f"{kind} {name}" in WORDS else name
