"""The solver against trying every combination: the same set, in the order of what it costs."""

from __future__ import annotations

import random
from dataclasses import replace
from math import inf
from typing import Any

import pytest

from lamella.answers import solve
from lamella.design import Design
from lamella.errors import DesignError, UsageError
from lamella.planning.expectations import Bound, bound_of
from lamella.planning.plan import Plan
from lamella.solving import search, sums
from lamella.solving.relaxing import relaxations
from lamella.solving.solver import prepared, searched, solved
from lamella.solving.targets import targets_of
from lamella.sources import yaml_file
from oracles import keras_graph
from solving.problems import by_trying, cost, problem

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
        expected: dict[Any, Plan] = {tuple(values.items()): known for values, known in by_trying(design)}
        result = solved(design, {}, None)
        assert result.complete
        given = {tuple(each.values.items()): each for each in result.solutions}
        assert given.keys() == expected.keys(), design
        assert len(given) == len(result.solutions)
        for key, each in given.items():
            assert each.plan.totals == expected[key].totals
            assert each.plan.outputs == expected[key].outputs
        costs = [each.cost for each in result.solutions]
        assert costs == [cost(each.plan) for each in result.solutions], design
        assert costs == sorted(costs), design
        best = solved(design, {}, 3).solutions
        assert [each.values for each in best] == [each.values for each in result.solutions[:3]]
        found += bool(given)
    assert found > PROBLEMS // 10


def design_of(text: str) -> Design:
    return yaml_file.read(text.encode(), "problem")


NOTE = """
input: [4, 4, 8]
layers:
  - UpSampling2D: {size: 4}
  - Conv2D: {filters: 16, kernel_size: %s, activation: relu}   # this one
  - UpSampling2D: {}
  - Conv2D: {filters: 1, kernel_size: 3, padding: same, activation: sigmoid}
"""


def test_the_one_unpadded_convolution_that_brings_28_back() -> None:
    found = solve(design_of(NOTE % "any"), {"output": [28, 28, 1]})
    assert found.complete
    assert [each.values for each in found.solutions] == [{"conv2d.kernel_size": 3}]
    assert not found.relaxed
    assert found.solutions[0].plan.row("conv2d").output_shape == ("B", 14, 14, 16)


def test_a_target_that_is_in_the_way_is_named_with_what_can_be_reached() -> None:
    found = solve(design_of(NOTE % "any 4..9"), {"output": [28, 28, 1]})
    assert not found.solutions
    assert [(each.target.word, each.reached, each.exact) for each in found.relaxed] == [("output", [26, 26, 1], True)]
    found = solve(design_of(NOTE % "any"), {"output": [28, 28, 1], "params": "<= 1000"})
    assert {each.target.word: each.reached for each in found.relaxed} == {"output": [30, 30, 1], "params": 1313}
    found = solve(design_of(NOTE % "any 4..9"), {"params": ">= 1M"})
    assert [(each.reached, each.exact) for each in found.relaxed] == [(10_529, True)]
    found = solve(design_of(NOTE % "any"), {"receptive_field": ">= 40", "macs": "<= 10"})
    assert not found.relaxed
    assert {each.target.word: (each.reached, each.met) for each in found.alone} == {
        "receptive_field": (4, False),
        "macs": (180_224, False),
    }


@pytest.mark.parametrize("part", range(4))
def test_what_is_in_the_way_is_what_trying_finds(part: int) -> None:
    """The nearest output, field, parameters and work under the other targets, against all combinations."""
    draw = random.Random(f"{SEED}/nearest/{part}")
    asked = 0
    while asked < 12:
        try:
            design = problem(draw)
            if not design.expect or solved(design, {}, 1).solutions:
                continue
        except DesignError:
            continue
        for each in relaxations(design, targets_of(design, {})):
            others = {word: value for word, value in design.expect.items() if word != each.target.word}
            plans = [known for _, known in by_trying(replace(design, expect=others))]
            assert plans, design
            if not each.exact:
                continue
            asked += 1
            if each.target.word == "output":
                shapes = [{name: list((shape or ())[1:]) for name, shape in known.outputs.items()} for known in plans]
                best = min(_all_apart(shape, each.target.expected) for shape in shapes)
                assert _all_apart(each.reached, each.target.expected) == best
            elif each.target.word in ("params", "macs"):
                limit = (bound_of(each.target.expected) or Bound("==", 0)).limit
                figures = [getattr(known.totals, each.target.word) for known in plans]
                assert isinstance(each.reached, int)
                assert abs(each.reached - limit) == min(abs(figure - limit) for figure in figures)


def _all_apart(shapes: Any, wanted: Any) -> float:
    """Over the outputs that are asked for; all of them where one shape is."""
    reached = shapes if isinstance(shapes, dict) else {"out": shapes}
    asked = wanted if isinstance(wanted, dict) else dict.fromkeys(reached, wanted)
    return sum(_apart(reached[name], each) for name, each in asked.items())


def _apart(shape: Any, wanted: Any) -> float:
    if len(shape) != len(wanted):
        return inf
    return sum(abs(size - each) for size, each in zip(shape, wanted, strict=True))


def test_where_no_shapes_fit_the_fault_is_said() -> None:
    found = solve(design_of("input: [8, 8, 1]\nlayers:\n  - Conv2D: {filters: 2, kernel_size: any 9..11}\n"))
    assert not found.solutions
    assert [each.key for each in found.faults] == ["window too large"]


@pytest.mark.parametrize(
    ("layers", "key", "argument"),
    [
        ("  - Conv2D: {filters: 2, kernel_size: 3}", "nothing open", None),
        ("  - Conv2D: {filters: any 3..1, kernel_size: 3}", "choice", "filters"),
        ("  - Conv2D: {filters: any 1..9000000, kernel_size: 3}", "choice", "filters"),
        ("  - Conv2D: {filters: any 1|, kernel_size: 3}", "choice", "filters"),
        ("  - Conv2D: {filters: any 0..3, kernel_size: 3}", "argument value", "filters"),
        ("  - Conv2D: {filters: 3, kernel_size: 3, groups: any}", "choice usual", "groups"),
        ("  - TimeDistributed: {layer: {Dense: {units: any}}}", "wrapped layer", "layer"),
        ("  - Conv2D: {filters: any, kernel_size: 3, strides: x}", "argument value", "strides"),
        ("  - Conv2D: {filters: any, kernel_size: 3, from: nobody}", "name dangling", None),
        ("  - Conv3D: {filters: 2, kernel_size: [any, any, any], strides: [any, any, any], padding: any}",
         "choices too many", None),
    ],
)  # fmt: skip
def test_what_can_not_be_solved_is_said(layers: str, key: str, argument: str | None) -> None:
    with pytest.raises(DesignError) as caught:
        solve(design_of(f"input: [28, 28, 1]\nlayers:\n{layers}\n"))
    assert [each.key for each in caught.value.problems] == [key]
    assert caught.value.problems[0].facts.get("argument") == argument


@pytest.mark.parametrize(("size", "least"), [("64", 123457), ("null", 900)])
def test_a_search_that_is_too_large_says_so(size: str, least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_TRIED", 20_000)
    monkeypatch.setattr(sums, "MOST_ADDED", 0)
    monkeypatch.setattr(sums, "MOST_OF_A_TAIL", 0)
    text = f"input: [{size}, 64, 3]\nlayers:\n"
    text += "  - Conv2D: {filters: any, kernel_size: 3, padding: same}\n" * 5
    found = solve(design_of(text), {"params": f">= {least}"})
    assert not found.complete
    costs = [each.cost[:2] for each in found.solutions]
    assert costs == sorted(costs)


@pytest.mark.parametrize(
    ("layers", "expected", "params"),
    [
        (["Conv2D: {filters: any, kernel_size: 3}"] * 5, ">= 100K", 100_000),
        (["Conv2D: {filters: any, kernel_size: 3}"] * 5, "== 100003", 100_003),
        (["Conv2D: {filters: any, kernel_size: 3}"], "> 7", 28),
        (["Dense: {units: any, use_bias: false}"], ">= 1001", 3 * 336),
    ],
)
def test_no_sum_of_parameters_that_is_enough_is_smaller(layers: list[str], expected: str, params: int) -> None:
    found = solve(
        design_of("input: [64, 64, 3]\nlayers:\n" + "".join(f"  - {each}\n" for each in layers)), {"params": expected}
    )
    assert found.complete
    assert found.solutions[0].plan.totals.params == params
    if len(layers) > 1:
        assert {each.plan.totals.params for each in found.solutions} == {params}


@pytest.mark.parametrize("expected", [">= 1M", ">= 10M", "== 1234567"])
def test_large_sums_are_met_by_those_of_the_last_layers(expected: str) -> None:
    text = "input: [64, 64, 3]\nlayers:\n" + "  - Conv2D: {filters: any, kernel_size: 3}\n" * 6
    found = solve(design_of(text), {"params": expected})
    bound = bound_of(expected)
    assert found.complete
    assert bound is not None
    assert {each.plan.totals.params for each in found.solutions} == {bound.limit}


@pytest.mark.parametrize("expected", [">= 150", "== 301", "> 600"])
@pytest.mark.parametrize("room", [5, 150, 10**6])
def test_sums_of_the_last_layers_miss_nothing(room: int, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same designs as by trying all, however many layers sums are known of."""
    monkeypatch.setattr(sums, "MOST_ADDED", 0)
    monkeypatch.setattr(sums, "MOST_OF_A_TAIL", room)
    layer = "  - Conv2D: {filters: any 1..6, kernel_size: any 2|3, padding: same}\n  - ReLU\n"
    design = replace(design_of("input: [6, 6, 2]\nlayers:\n" + layer * 3), expect={"params": expected})
    wanted = sorted((_even(values), known.totals.params) for values, known in by_trying(design))
    every, best = solved(design, {}, None), solved(design, {}, 10)
    assert every.complete
    assert best.complete
    assert sorted(each.cost[:2] for each in every.solutions) == wanted
    assert [each.cost[:2] for each in best.solutions] == wanted[:10]


def _even(values: Any) -> int:
    return sum(value == 2 for name, value in values.items() if "kernel_size" in name)


def test_a_search_that_gives_up_gives_no_solution_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_TRIED", 3_000)
    found = solve(design_of("input: [8, 3]\nlayers:\n" + "  - Dense: {units: any}\n" * 2), count=4_000)
    values = [tuple(each.values.items()) for each in found.solutions]
    assert not found.complete
    assert len(values) == len({*values}) > 2_000


def test_what_speaks_against_a_layer_is_counted() -> None:
    written = {
        "Conv2D: {filters: any 2, kernel_size: 4}": 1,
        "Conv2D: {filters: any 2, kernel_size: 3}": 0,
        "Conv2D: {filters: any 2, kernel_size: 3, strides: 4}": 1,
        "Conv2D: {filters: any 2, kernel_size: 4, strides: 5, padding: same}": 2,
        "MaxPooling2D: {pool_size: any 2}": 0,
        "MaxPooling2D: {pool_size: any 3}": 1,
        "Conv2DTranspose: {filters: any 2, kernel_size: 3, strides: 2}": 1,
        "Conv2DTranspose: {filters: any 2, kernel_size: 4, strides: 2, padding: same}": 0,
        "Conv2DTranspose: {filters: any 2, kernel_size: 3, strides: 3, output_padding: 2}": 1,
    }
    for layer, flaws in written.items():
        found = solve(design_of(f"input: [8, 8, 2]\nlayers:\n  - {layer}\n"))
        assert [each.flaws for each in found.solutions] == [flaws], layer
    text = "input: [8, 8, 4]\nlayers:\n  - Conv2D: {name: a, filters: any 1|4, kernel_size: 1}\n"
    text += "  - Add: {from: [a, input]}\n"
    assert [each.flaws for each in solve(design_of(text)).solutions] == [0, 1]


def test_input_sizes_that_are_too_many_are_said_with_what_narrows_them() -> None:
    text = "input: [any, any, 1]\nlayers:\n  - Conv2D: {filters: 2, kernel_size: 3}\n"
    with pytest.raises(UsageError) as caught:
        solve(design_of(text))
    assert [each.key for each in caught.value.problems] == ["input sizes too wide"]
    assert solve(design_of(text), {"output": [9, 7, 2]}).solutions[0].plan.row("input").output_shape == ("B", 11, 9, 1)


def test_inputs_of_a_wrong_number_are_no_solution() -> None:
    text = "input: [8, 3]\nlayers:\n  - GRU: {name: a, units: any 1..3}\n  - Dense: {units: 2, from: [a, input]}\n"
    assert [each.key for each in solve(design_of(text)).faults] == ["input count"]


def test_targets_that_can_not_be_read_are_said() -> None:
    wanted = {"parms": 3, "output": {"nobody": [28, 28, 1]}, "macs": "few", "params": "<= 1"}
    with pytest.raises(DesignError) as caught:
        solve(design_of(NOTE % "any"), wanted)
    assert [each.key for each in caught.value.problems] == ["expect unknown", "name dangling", "entry"]


@pytest.mark.slow
def test_keras_agrees_with_every_solution() -> None:
    draw, built = random.Random(SEED), 0
    print(f"seed {SEED}")
    while built < 60:
        try:
            design = problem(draw)
        except DesignError:
            continue
        if any(node.gives or node.arguments.get("return_state") for node in design.nodes):
            continue  # Keras has no such layer, or gives several tensors
        for each in solved(design, {}, 3).solutions:
            graph = keras_graph(each.plan.design)
            assert not graph.refused, each.plan.design
            for row in each.plan.rows:
                assert row.output_shape is not None
                sizes = tuple(size if isinstance(size, int) else None for size in row.output_shape[1:])
                assert graph.tensors[row.node.name].shape[1:] == sizes
            built += 1


def test_a_network_of_30_layers_with_6_unknowns_is_searched_in_few_parts() -> None:
    block = "  - Conv2D: {filters: 16, kernel_size: any, padding: %s}\n  - BatchNormalization\n  - ReLU\n"
    text = "input: [64, 64, 3]\nlayers:\n" + block % "valid" * 6 + "  - Conv2D: {filters: 8, kernel_size: 1}\n" * 12
    ready = prepared(design_of(text), targets := targets_of(design_of(text), {"output": [40, 40, 8]}))
    assert len(ready.graph.steps) == 31
    found = searched(ready, targets).found()
    assert next(found).cost[0] == 0
    assert sum(map(len, ready.graph.states)) < 2_000
