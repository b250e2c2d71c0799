"""What the report of a run rests on: its plan, what is found in it, its held-out images scored, one of them seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from lamella import pictures
from lamella.checks.checking import findings
from lamella.design import INPUT
from lamella.errors import DataError, LamellaError, Problem
from lamella.planning.plan import Plan
from lamella.planning.planner import plan as plan_design
from lamella.restoration.scores import Scored, Scores, scores
from lamella.seeing.maps import Sight, see
from lamella.training.run import Run

Item = TypeVar("Item")

SEEN: Final = 24
"""So many layers are seen."""


class Evidence(NamedTuple):
    """Of a run. `scores` is None without its images (`missing` says why); `sight` too, or for the reason `unseen`.

    It is of the first image that `scores` drew, so that no score chose it.
    """

    run: Run
    plan: Plan
    findings: tuple[Problem, ...]
    scores: Scores | None
    missing: Problem | None
    sight: Sight | None
    unseen: Problem | None


@pictures.quiet()
def evidence(run: Run, seed: int, data: str | None = None) -> Evidence:
    """Measures what a report tells. `data` says where the run's images are now, where they have moved.

    Raises `DataError` where `data` is given and its images can't be read or are others; else `missing` says so. Raises
    what `scores` raises besides.
    """
    plan = plan_design(run.design, int(run.facts["settings"]["batch_size"]))
    found, missing, sight, unseen = None, None, None, None
    try:
        found = scores(run, seed, data)
    except DataError as error:
        if data is not None:
            raise
        missing = error.problems[0]
    if found is not None:
        try:
            sight = _sight(run, plan, found.drawn[0])
        except LamellaError as error:  # a layer that ONNX has no words for, or one too large to be seen
            unseen = error.problems[0]
    return Evidence(run, plan, findings(plan), found, missing, sight, unseen)


def _sight(run: Run, plan: Plan, image: Scored) -> Sight:
    height, width, channels = image.original.shape
    taken = pictures.Picture(Path(image.name or ""), image.original, (width, height), pictures.MODES[channels], False)
    names = [row.node.name for row in plan.rows if row.node.type != INPUT]
    return see(plan, run.weights(), taken, spaced(names, SEEN))


def spaced(items: Sequence[Item], most: int) -> Sequence[Item]:
    """At most so many at even steps, the first and the last among them.

    >>> spaced([0, 1, 2, 3, 4, 5, 6], 3)
    [0, 3, 6]
    """
    if len(items) <= most:
        return items
    return [items[round(at * (len(items) - 1) / (most - 1))] for at in range(most)]
