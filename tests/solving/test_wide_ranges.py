"""Very many filters: limits from below, by fronts and by sums, and effects that are learnt from four of them."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from lamella.answers import solve
from lamella.design import BATCH, INPUT, Design, Node
from lamella.solving import fronts, search, sums
from lamella.solving.effects import exact
from lamella.solving.solver import solved
from lamella.solving.targets import meets, targets_of
from lamella.solving.unknowns import steps_of
from lamella.solving.widths import Widths
from lamella.sources import yaml_file
from solving.problems import by_trying, cost


def design_of(text: str) -> Design:
    return yaml_file.read(text.encode(), "problem")


@pytest.mark.parametrize(
    "expect",
    [{"macs": ">= 40000"}, {"macs": ">= 20000", "params": ">= 500"}, {"macs": ">= 40000", "params": "<= 2000"}],
)
def test_fronts_know_the_best_design_with_so_much_work(expect: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all values of every unknown are among the few that they begin with."""
    monkeypatch.setattr(search, "MOST_BEFORE_FRONTS", 0)
    monkeypatch.setattr(sums, "MOST_ADDED", 0)
    monkeypatch.setattr(sums, "MOST_OF_A_TAIL", 0)
    monkeypatch.setattr(search, "MOST_TIES", 0)
    layer = "  - Conv2D: {filters: any 1..8, kernel_size: 3, padding: same}\n  - ReLU\n"
    design = replace(design_of("input: [8, 8, 2]\nlayers:\n" + layer * 2 + "  - MaxPooling2D\n" + layer), expect=expect)
    best = min((cost(known) for _, known in by_trying(design)), key=lambda each: each[:2])
    found = solved(design, {}, 10)
    assert found.solutions[0].cost[:2] == best[:2]
    assert all(meets(each.plan, targets_of(design, {})) for each in found.solutions)


def test_fronts_find_what_is_near_to_the_best_of_few_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """More values than they begin with: no worse than the best of all by a thousandth, which few values alone miss."""
    monkeypatch.setattr(search, "MOST_BEFORE_FRONTS", 0)
    layers = "  - Conv2D: {filters: any 1..150, kernel_size: 3, padding: same}\n" * 2
    design = replace(design_of("input: [8, 8, 3]\nlayers:\n" + layers), expect={"macs": ">= 3333333"})
    best = min(
        (27 * one + one) + (9 * one * two + two)
        for one in range(1, 151)
        for two in range(1, 151)
        if 64 * (27 * one + 9 * one * two) >= 3_333_333
    )
    found = solved(design, {}, 10).solutions[0].cost
    assert found[0] == 0
    assert best <= found[1] <= best * 1.001
    monkeypatch.setattr(fronts, "_ROUNDS", 0)
    assert solved(design, {}, 10).solutions[0].cost[1] > best * 1.001


def test_of_fronts_a_design_with_few_parameters_and_flaws_hides_no_better_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_BEFORE_FRONTS", 0)
    text = "input: [8, 8, 3]\nlayers:\n" + "  - Conv2D: {filters: any 1..60, kernel_size: KERNEL, padding: same}\n" * 2
    expect = {"macs": ">= 1000000"}
    alone, both = (
        solved(replace(design_of(text.replace("KERNEL", kernel)), expect=expect), {}, 10) for kernel in ("3", "any 3|4")
    )
    assert both.solutions[0].cost == alone.solutions[0].cost


@pytest.mark.parametrize("expected", [">= 1M", ">= 2M"])
def test_very_many_filters_with_at_least_so_many_parameters_are_found(expected: str) -> None:
    text = "input: [64, 64, 3]\nlayers:\n" + "  - Conv2D: {filters: any 1..1024, kernel_size: 3, padding: same}\n" * 6
    found = solve(design_of(text), {"params": expected})
    assert len(found.solutions) == 10
    costs = [each.cost for each in found.solutions]
    assert costs == sorted(costs)


def test_near_the_most_possible_the_best_that_was_looked_at_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the search gives up what it looked at closely is within a ten-thousandth of what was asked for."""
    monkeypatch.setattr(search, "MOST_BY_TAILS", 40_000)
    text = "input: [64, 64, 3]\nlayers:\n" + "  - Conv2D: {filters: any, kernel_size: 3, padding: same}\n" * 6
    found = solve(design_of(text), {"params": ">= 40M"})
    assert not found.complete
    assert all(40_000_000 <= each.plan.totals.params <= 40_004_000 for each in found.solutions)


def test_many_filters_with_at_least_so_much_work_are_found() -> None:
    text = "input: [64, 64, 3]\nlayers:\n" + "  - Conv2D: {filters: any, kernel_size: 3, padding: same}\n" * 6
    found = solve(design_of(text), {"params": "<= 1M", "macs": ">= 1G"})
    assert len(found.solutions) == 10
    for each in found.solutions:
        assert each.plan.totals.params <= 10**6
        assert (each.plan.totals.macs or 0) >= 10**9


def test_effects_for_all_widths_are_those_of_the_layers() -> None:
    """Of layers with every padding, stride, order of axes and number of groups, with and without a shared owner."""
    seed = 11
    print("seed", seed)
    draw = random.Random(seed)
    compared = 0
    for _ in range(400):
        rank = draw.choice((1, 2, 3))
        transposed = draw.random() < 0.3
        channels = draw.randint(1, 40)
        size = [draw.randint(1, 9) for _ in range(rank)]
        arguments: dict[str, object] = {"filters": "any 1..40", "kernel_size": draw.randint(1, 4)}
        arguments |= {"strides": draw.randint(1, 3), "padding": draw.choice(("same", "valid"))}
        arguments["use_bias"] = draw.random() < 0.5
        if rank == 2 and draw.random() < 0.3:
            arguments["data_format"] = "channels_first"
        if not transposed and draw.random() < 0.3:
            arguments["groups"] = draw.choice((2, 3))
        kind = f"Conv{rank}D{'Transpose' if transposed else ''}"
        if draw.random() < 0.2:
            kind, arguments = "Dense", {"units": "any 1..40", "use_bias": arguments["use_bias"]}
        first = arguments.get("data_format") == "channels_first"
        shape = (BATCH, channels, *size) if first else (BATCH, *size, channels)
        node = Node("it", kind, arguments, ("input",))
        design = Design("one", (Node("input", INPUT, {"shape": list(shape[1:])}), node), {"it": "it"})
        step = steps_of(design)[1]
        widths = Widths()
        for pick in draw.sample(range(40), 6):
            given = shape if draw.random() < 0.5 else _with_channels(shape, first, draw.randint(1, 40))
            layer = step.layer((pick,))
            wanted = None if layer is None else exact(layer, (given,), step.batches, shares=False)
            assert widths.effect(step, (pick,), (given,)) == wanted
            compared += wanted is not None
    assert compared > 1_000


def _with_channels(shape: Any, first: bool, channels: int) -> Any:
    return (shape[0], channels, *shape[2:]) if first else (*shape[:-1], channels)
