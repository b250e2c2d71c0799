"""The notebook's door: how each record of lamella is shown, as HTML and, in IPython's terminal, as plain text."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from lamella.reports.notebook.parts import as_html, as_text
from lamella.texts.languages import chosen_language

if TYPE_CHECKING:
    from collections.abc import Callable

    from lamella.reports.notebook.parts import Part
    from lamella.texts.languages import Language

VIEWS: Final = {
    "design.Design": "plans.design_parts",
    "planning.plan.Plan": "plans.plan_parts",
    "training.run.Run": "runs.run_parts",
    "errors.Problem": "problems.problem_parts",
    "errors.Findings": "problems.findings_parts",
    "solving.solver.Solution": "answers.solution_parts",
    "solving.solver.Solved": "answers.solved_parts",
    "planning.fitting_sizes.Sizes": "answers.sizes_parts",
    "planning.differences.Difference": "answers.difference_parts",
    "reports.explained.Explained": "answers.explained_parts",
    "rewrites.rewriting.Rewritten": "answers.rewritten_parts",
    "training.benchmark.Benchmark": "answers.benchmark_parts",
    "restoration.engine.Restored": "answers.restored_parts",
    "reports.claims.claim.Claim": "sights.claim_parts",
    "seeing.maps.Sight": "sights.sight_parts",
}
"""What shows which record, by their names: nothing is loaded for those that are not shown."""


def html(record: object) -> str:
    """A record as HTML, in the reader's language."""
    language = chosen_language()
    return as_html(_parts(record, language), language)


def text(record: object) -> str:
    """The same as plain text, without its pictures."""
    return as_text(_parts(record, chosen_language()))


def _parts(record: object, language: Language) -> list[Part]:
    names = (f"{kind.__module__}.{kind.__qualname__}".removeprefix("lamella.") for kind in type(record).__mro__)
    module, _, name = next(VIEWS[each] for each in names if each in VIEWS).partition(".")
    view: Callable[[object, Language], list[Part]] = getattr(import_module(f"lamella.reports.notebook.{module}"), name)
    return view(record, language)
