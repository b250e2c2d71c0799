"""The report of a run: what it is, how good it is, on which images it is worst, how it was made, what was used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from lamella.errors import Problem
from lamella.reports.document import (
    Section,
    as_written,
    document,
    paragraph,
    picture,
    subheading,
    table,
    wide,
)
from lamella.reports.draw.design_picture import design_picture
from lamella.reports.evidence import Evidence, spaced
from lamella.reports.model_card import known_words, model_card, summary, title_of
from lamella.reports.picture_rows import name
from lamella.reports.plan_text import plan_notes, plan_summary, plan_table
from lamella.reports.quality_text import quality_notes, quality_table
from lamella.reports.run_curve import best_epoch, run_curve
from lamella.reports.score_sections import pictures_section, scores_section
from lamella.reports.sight_report import layer_html, layer_title, taken_picture
from lamella.texts.languages import Language, plain
from lamella.texts.words import say
from lamella.training.run import Run
from lamella.units import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lamella.training.settings import Epoch

MOST_BYTES: Final = 5 * 1024 * 1024
"""Of a report, whatever the run."""
_WIDTH_PX: Final = 832
_DRAWN: Final = 100
_LISTED: Final = 400
_FINDINGS: Final = 100
_CURVE: Final = 1000
_EPOCHS: Final = 30
_LONGEST: Final = 600
_SHEETS_PX: Final = 1 << 19
"""Pixels of all sheets of maps together."""


class Report(NamedTuple):
    """A report as HTML, the model card as Markdown, and why there are no pictures, where there are none."""

    html: str
    card: str
    missing: Problem | None

    def __repr__(self) -> str:
        return f"Report(html of {len(self.html):,} characters, card of {len(self.card):,}, missing={self.missing!r})"


def run_report(found: Evidence, language: Language) -> str:
    """One HTML file below `MOST_BYTES`; the same run gives the same bytes."""
    sections = [
        _summary(found, language),
        _quality(found.run, language),
        *_images(found, language),
        _training(found.run.epochs, language),
        _design(found, language),
        _findings(found.findings, language),
        *_maps(found, language),
        _used(found.run, language),
        _card(found, language),
    ]
    title = say("report title", language, name=title_of(found.run, language))
    kept = [section for section in sections if section is not None]
    page = document(title, language, kept, say("report contents", language))
    assert len(page.encode()) < MOST_BYTES, len(page)
    return page


def _summary(found: Evidence, language: Language) -> Section:
    return Section(say("report summary", language), "".join(map(paragraph, summary(found, language))))


def _quality(run: Run, language: Language) -> Section | None:
    if run.quality is None:
        return None
    head, rows = quality_table(run.quality, language)
    caption = say("quality", language, images=count(run.quality.images))
    notes = "".join(map(paragraph, quality_notes(run.quality, language)))
    return Section(say("quality heading", language), table(head, rows, {1, 2, 3, 4}, caption) + notes)


def _images(found: Evidence, language: Language) -> list[Section]:
    """The pictures and the scores, or why there are none."""
    if found.scores is not None:
        return [pictures_section(found.scores, language), scores_section(found.scores, found.run.quality, language)]
    assert found.missing is not None, "without scores there is a reason"
    return [Section(say("report pictures", language), _why("report no pictures", found.missing, language))]


def _training(epochs: Sequence[Epoch], language: Language) -> Section:
    """The curve, and its numbers in a table; of a long training some."""
    best = best_epoch(epochs)
    html = run_curve(_some(epochs, _CURVE, best), language) + paragraph(say("report validation", language))
    keys = ("report epoch", "report training loss", "report validation loss", "report seconds", "report best")
    listed = _some(epochs, _EPOCHS, best)
    rows = [
        [
            *(count(each.epoch), f"{each.loss:.5f}", f"{each.val_loss:.5f}", f"{each.seconds:.2f}"),
            say("report yes", language) if each.epoch == best else "",
        ]
        for each in listed
    ]
    html += table([say(key, language) for key in keys], rows, {0, 1, 2, 3}, say("report history", language))
    if len(epochs) > _EPOCHS:
        html += paragraph(say("report some epochs", language, shown=_EPOCHS, count=count(len(epochs))))
    return Section(say("report training", language), html)


def _some(epochs: Sequence[Epoch], most: int, best: int | None) -> list[Epoch]:
    """Epochs at even steps, and the best one."""
    kept = {each.epoch for each in spaced(epochs, most)}
    return [each for each in epochs if each.epoch in kept or each.epoch == best]


def _design(found: Evidence, language: Language) -> Section:
    plan = found.plan
    head, rows = plan_table(plan, language)
    drawn = plan.rows[:_DRAWN]
    html = wide(
        design_picture(plan, "stack", language, _WIDTH_PX, drawn), say("drawn stack", language, count=len(drawn))
    )
    html += table(head, rows[:_LISTED], {2, 3, 5}, say("plan caption", language))
    if len(drawn) < len(rows):
        html += paragraph(say("report more layers", language, shown=len(rows[:_LISTED]), count=count(len(rows))))
    totals = [list(each) for each in plan_summary(plan, language)]
    html += table([say("fact", language), say("value", language)], totals, (), say("plan totals", language))
    return Section(say("report design", language), html + "".join(map(paragraph, plan_notes(plan, language))))


def _findings(found: Sequence[Problem], language: Language) -> Section:
    heading = say("checks title", language)
    if not found:
        return Section(heading, paragraph(say("report no findings", language)))
    errors = sum(each.severity == "error" for each in found)
    html = paragraph(say("findings", language, errors=errors, warnings=len(found) - errors))
    for each in found[:_FINDINGS]:
        place = plain(each.where.layer or "", 80)
        html += subheading(f"{each.code} ({say(each.severity, language)}){f': {place}' if place else ''}")
        html += "".join(
            paragraph(plain(text, _LONGEST)) for text in (each.message(language), each.fix(language)) if text
        )
    if len(found) > _FINDINGS:
        html += paragraph(say("report more findings", language, shown=_FINDINGS, count=count(len(found))))
    return Section(heading, html)


def _maps(found: Evidence, language: Language) -> list[Section]:
    """What the layers make of one image; nothing where there is no image."""
    if found.scores is None:
        return []
    heading = say("report maps", language)
    if found.sight is None:
        assert found.unseen is not None, "without a sight there is a reason"
        return [Section(heading, _why("report no maps", found.unseen, language))]
    layers = found.sight.layers
    drawn = name(found.scores.drawn[0], language)
    html = paragraph(say("report maps of", language, image=drawn, seed=found.scores.seed))
    every = len(found.plan.rows) - len(found.plan.design.inputs)
    if len(layers) < every:
        html += paragraph(say("report some layers", language, shown=len(layers), count=count(every)))
    budget = _SHEETS_PX // (2 * len(layers) + 1)
    sheet, _ = taken_picture(found.sight, language, budget)
    html += picture(sheet.png, drawn, sheet.width_px)
    parts = [subheading(layer_title(each)) + layer_html(each, language, budget) for each in layers]
    return [Section(heading, html + "".join(parts))]


def _used(run: Run, language: Language) -> Section:
    facts: dict[str, str] = {}
    for key, value in run.facts.items():
        parts = {f"{key}.{part}": each for part, each in value.items()} if isinstance(value, dict) else {key: value}
        facts |= {part: _written(each, language) for part, each in parts.items() if each is not None}
    rows: list[Sequence[str]] = [
        [known_words("fact", key, language).removeprefix("versions."), known_words("value", value, language)]
        for key, value in facts.items()
    ]
    return Section(
        say("used", language),
        table([say("fact", language), say("value", language)], rows, (), say("used caption", language)),
    )


def _written(value: object, language: Language) -> str:
    """A fact's value; where it is a sentence in each language, the reader's."""
    said = value.get(language) if isinstance(value, dict) else value
    return plain(str(said), _LONGEST)


def _card(found: Evidence, language: Language) -> Section:
    html = paragraph(say("report card words", language)) + as_written(model_card(found, language))
    return Section(say("report card", language), html)


def _why(key: str, problem: Problem, language: Language) -> str:
    """Why something is not there, and what to do about it."""
    return paragraph(say(key, language, reason=problem.text(language)))
