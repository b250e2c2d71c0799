"""What `solve` found, as a table and as data."""

from __future__ import annotations

from collections.abc import Sequence

from lamella import units
from lamella.algebra import Expression
from lamella.design import Shape
from lamella.layers.base import without_batch
from lamella.planning.expectations import FIGURES
from lamella.reports.table import table
from lamella.solving.solver import Solution, Solved
from lamella.texts.languages import Language, show
from lamella.texts.words import say

_HEAD = ("solve output", "params", "macs", "field", "solve flaws")


def solve_text(found: Solved, language: Language) -> str:
    """The solutions with their figures; where there is none, what stands in the way."""
    below = "\n".join(solve_notes(found, language))
    if not found.solutions:
        return below
    head, rows = solve_table(found.solutions, language)
    return f"{table(head, rows, right={0})}\n\n{below}"


def solve_table(solutions: Sequence[Solution], language: Language) -> tuple[list[str], list[list[str]]]:
    """Head and rows of solutions, of which there is at least one: their values and figures."""
    head = ["", *solutions[0].values, *(say(key, language, unit="MACs") for key in _HEAD)]
    return head, [_row(place, each) for place, each in enumerate(solutions, 1)]


def solve_notes(found: Solved, language: Language) -> list[str]:
    """How many solutions there are; where there is none, what stands in the way."""
    lines = [say("solve flaws note", language)] if any(each.flaws for each in found.solutions) else []
    lines.append(say(_said(found), language, count=len(found.solutions)))
    for each in (*found.relaxed, *found.alone):
        word, reached = each.target.word, each.reached
        key = "solve met" if each.met else "solve nearest" if each.exact else "solve near"
        if reached is None:
            key = "solve without"
        figure = _asked(reached)
        if word.endswith("memory") and isinstance(reached, int):
            figure = units.size_bytes(reached)
        facts = {"what": word, "expected": _asked(each.target.expected), "reached": figure}
        lines.append("  " + say(key, language, **facts))
    return lines


def _said(found: Solved) -> str:
    if not found.complete:
        return "solve stopped" if found.solutions else "solve gave up"
    if found.solutions:
        return "solve all of them" if found.every else "solve best"
    if found.relaxed:
        return "solve none"
    return "solve never fits" if found.faults else "solve none together"


def _asked(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return units.count(value)
    return "x".join(map(str, value)) if isinstance(value, (list, tuple)) else show(value)


def _row(place: int, each: Solution) -> list[str]:
    totals = each.plan.totals
    fields = FIGURES["receptive_field"](each.plan)
    shapes = (None if shape is None else without_batch(shape) for shape in each.plan.outputs.values())
    return [
        str(place),
        *(value if isinstance(value, str) else show(value) for value in each.values.values()),
        " ".join(map(units.shape, shapes)),
        units.count(totals.params),
        units.count(totals.macs) if not totals.macs_partial else "?",
        units.shape(fields or None),
        str(each.flaws),
    ]


def solve_data(found: Solved) -> dict[str, object]:
    """The same as data; sizes without the batch, null where a figure is not known."""
    return {
        "schema": 1,
        "complete": found.complete,
        "every": found.every,
        "unknowns": [
            {"layer": each.node, "argument": each.argument, "index": list(each.path), "values": list(each.values)}
            for each in found.unknowns
        ],
        "solutions": [_solution(each) for each in found.solutions],
        "nearest": [
            {
                "target": each.target.word,
                "expected": each.target.expected,
                "reached": each.reached,
                "exact": each.exact,
            }
            for each in (*found.relaxed, *found.alone)
        ],
        "others_hold": bool(found.relaxed),
        "findings": [each.text() for each in found.faults],
    }


def _solution(each: Solution) -> dict[str, object]:
    totals, memory = each.plan.totals, each.plan.memory
    return {
        "values": dict(each.values),
        "flaws": each.flaws,
        "outputs": {name: _sizes(shape) for name, shape in each.plan.outputs.items()},
        "params": totals.params,
        "macs": None if totals.macs_partial else totals.macs,
        "receptive_field": FIGURES["receptive_field"](each.plan),
        "inference_peak_bytes": memory.inference_peak_bytes,
        "training_peak_bytes": memory.training_peak_bytes,
    }


def _sizes(shape: Shape | None) -> list[object] | None:
    if shape is None:
        return None
    return [str(size) if isinstance(size, Expression) else size for size in without_batch(shape)]
