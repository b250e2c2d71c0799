"""The solver against trying every combination: the same set, in the order of what it costs."""

from __future__ import annotations

import random

import pytest

from lamella.errors import DesignError
from lamella.solving.solver import solved
from solving.problems import by_trying, problem

PROBLEMS, SEED = 300, 20261125


@pytest.mark.parametrize("part", range(4))
def test_the_same_set_as_by_trying_every_combination(part: int) -> None:
    draw = random.Random(f"{SEED}/{part}")
    print(f"seed {SEED}/{part}")
    done = found = 0
    while done < PROBLEMS // 4:
        try:
            design = problem(draw)
        except DesignError:
            continue  # nothing open, or wrong whatever is chosen
        done += 1
        expected = {tuple(values.items()): known for values, known in by_trying(design)}
        result = solved(design, {}, None)
        assert result.complete
        given = {tuple(each.values.items()): each for each in result.solutions}
        assert given.keys() == expected.keys(), design
        assert len(given) == len(result.solutions)
        for key, each in given.items():
            assert each.plan.totals == expected[key].totals
            assert each.plan.outputs == expected[key].outputs
        costs = [(each.flaws, each.plan.totals.params, each.plan.totals.macs) for each in result.solutions]
        assert costs == sorted(costs), design
        best = solved(design, {}, 3).solutions
        assert [each.values for each in best] == [each.values for each in result.solutions[:3]]
        found += bool(given)
    assert found > PROBLEMS // 10
