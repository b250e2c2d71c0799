"""What notebooks show of answers: solutions, sizes, differences, a layer explained, rewrites, times, restored files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lamella.reports.bench_text import bench_text
from lamella.reports.diff_text import diff_notes, diff_table
from lamella.reports.explanation import explanation
from lamella.reports.geometry_text import geometry_svg, geometry_text
from lamella.reports.notebook.parts import drawing, grid, heading, lines, verbatim
from lamella.reports.notebook.plans import plan_parts, title
from lamella.reports.notebook.problems import findings_table
from lamella.reports.restored_text import restored_line
from lamella.reports.rewrites_text import rewrites_text
from lamella.reports.sizes_text import sizes_text
from lamella.reports.solve_text import solve_notes, solve_table

if TYPE_CHECKING:
    from lamella.planning.differences import Difference
    from lamella.planning.fitting_sizes import Sizes
    from lamella.reports.explained import Explained
    from lamella.reports.notebook.parts import Part
    from lamella.restoration.engine import Restored
    from lamella.rewrites.rewriting import Rewritten
    from lamella.solving.solver import Solution, Solved
    from lamella.texts.languages import Language
    from lamella.training.benchmark import Benchmark


def solved_parts(found: Solved, language: Language) -> list[Part]:
    """The solutions as a table; where there is none, what stands in the way."""
    parts = [grid(*solve_table(found.solutions, language), {0})] if found.solutions else []
    parts.append(lines(solve_notes(found, language)))
    return [*parts, findings_table(found.faults, language)] if found.faults else parts


def solution_parts(found: Solution, language: Language) -> list[Part]:
    """One solution's values and figures, and its plan."""
    head, rows = solve_table([found], language)
    return [grid(head[1:], [row[1:] for row in rows]), *plan_parts(found.plan, language)]


def sizes_parts(found: Sizes, language: Language) -> list[Part]:
    """The sizes that fit, in words."""
    return [verbatim(sizes_text(found, (), language))]


def difference_parts(found: Difference, language: Language) -> list[Part]:
    """The layers that differ as a table, what was written otherwise, the totals."""
    head, rows = diff_table(found, language)
    notes = [lines(each) for each in diff_notes(found, language)]
    return [grid(head, rows), *notes] if rows else notes


def explained_parts(found: Explained, language: Language) -> list[Part]:
    """One layer's formulas with its own numbers, and how it lies on its input."""
    name, named = found.row.node.name, heading(title(found.plan.design, language))
    said = explanation(found.plan, language, only=name)
    if found.axes is None:
        return [named, verbatim(said)]
    svg = geometry_svg(found.plan, found.row, found.axes, language)
    lies = geometry_text(found.axes, language)
    return [named, verbatim(f"{said}\n\n{lies}"), drawing(svg, f"{name} ({found.row.node.type})")]


def rewritten_parts(found: Rewritten, language: Language) -> list[Part]:
    """What was rewritten, and the plan of what runs."""
    from lamella.planning.planner import plan

    return [lines(rewrites_text(found, language).splitlines()), *plan_parts(plan(found.design), language)]


def benchmark_parts(found: Benchmark, language: Language) -> list[Part]:
    """What was measured, as the command prints it."""
    return [verbatim(bench_text(found, language))]


def restored_parts(found: Restored, language: Language) -> list[Part]:
    """From which file to which, or why not."""
    return [lines([restored_line(found, language)])]
