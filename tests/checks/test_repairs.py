"""Repairs: shapes alone agree with whole plans, every repair that is told mends, and the first brings least."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

import pytest

from lamella.checks.checking import findings
from lamella.checks.repairs import _changes, _that_fit
from lamella.design import Design
from lamella.planning.planner import plan
from lamella.planning.trial import Trials, walked, with_node
from lamella.sources.yaml_file import read


def drawn(random: Random, size: int) -> Design:
    """A design that goes down and up again, mostly with errors, with a skip."""
    lines = [f"input: [{size}, {size + random.randint(0, 2)}, 2]", "layers:"]
    lines.append("  - Conv2D: {name: first, filters: 4, kernel_size: 3, padding: same}")
    for place in range(random.randint(1, 2)):
        padding, kernel = random.choice(["same", "valid"]), random.randint(1, 4)
        down = f"{{name: down{place}, filters: 4, kernel_size: {kernel}, strides: 2, padding: {padding}}}"
        lines.append(random.choice([f"  - Conv2D: {down}", f"  - MaxPooling2D: {{padding: {padding}}}"]))
    for place in range(len(lines) - 3):
        up = f"{{name: up{place}, filters: 4, kernel_size: {random.randint(2, 4)}, strides: 2, padding: same}}"
        lines.append(random.choice([f"  - Conv2DTranspose: {up}", f"  - UpSampling2D: {{name: up{place}}}"]))
    lines += [f"  - Add: {{from: [up{place}, first]}}", "  - Conv2D: {filters: 2, kernel_size: 3, padding: same}"]
    return read("\n".join(lines).encode(), "drawn.yaml")


@pytest.mark.parametrize("seed", range(25))
def test_shapes_of_a_trial_are_those_of_a_plan(seed: int) -> None:
    design = drawn(Random(seed), 12 + seed % 7)
    known = plan(design)
    assert {key: shape for key, shape in walked(design).shapes.items() if None not in shape} == {
        key: shape for key, shape in known.shapes.items() if None not in shape
    }
    trials = Trials(known)
    for each in _changes(design):
        whole = plan(with_node(design, each.node))
        assert trials.shapes(each.node) == (None if whole.errors else whole.shapes)


@pytest.mark.parametrize("seed", range(25))
def test_every_repair_mends(seed: int) -> None:
    design = drawn(Random(seed), 12 + seed % 7)
    known = plan(design)
    if not known.errors:
        return
    backs, others = _that_fit(known, design)
    for each in (*backs, *others):
        now = plan(with_node(design, each.node))
        assert not now.errors
        ((result,), (given,)) = now.outputs.values(), [now.row(node.name).output_shape for node in now.design.inputs]
        assert (result == given) == (each in backs)
    said = next(each for each in findings(known) if "{repair}" in each.words.fix.en or not (backs or others))
    assert bool(backs or others) == bool(re.search("Do (this|one of these)", said.fix("en")))


def test_the_best_repair_is_told_first_and_what_others_bring() -> None:
    text = "input: [28, 28, 1]\nlayers:\n"
    text += "  - Conv2D: {filters: 2, kernel_size: 3, strides: 2, padding: same}\n"
    text += "  - Conv2DTranspose: {name: up, filters: 2, kernel_size: 4, strides: 2, padding: valid}\n"
    text += "  - Conv2D: {name: last, filters: 1, kernel_size: 3, padding: same, activation: sigmoid}\n"
    (found,) = (each for each in findings(plan(read(text.encode(), "d.yaml"))) if each.code == "LAM331")
    fix = found.fix("en")
    assert fix.startswith("Do one of these, the best first: padding: same in 'up', or ")
    assert fix.endswith(", or padding: valid in 'conv2d' (then LAM311).")
    assert "다음 중 하나, 나은 것부터" in found.fix("ko")


def test_what_mends_another_finding_too_is_told_first() -> None:
    text = "input: [27, 27, 1]\nlayers:\n"
    text += "  - Conv2D: {filters: 2, kernel_size: 3, strides: 2, padding: same}\n"
    text += (
        "  - Conv2DTranspose: {name: up, filters: 1, kernel_size: 3, strides: 2, padding: same, output_padding: 1}\n"
    )
    (found,) = (each for each in findings(plan(read(text.encode(), "d.yaml"))) if each.code == "LAM331")
    first, second = "kernel_size: 4 in 'up' (mends LAM301 too)", "output_padding: 0 in 'up'"
    assert f"the best first: {first}, or {second}" in found.fix("en")


@pytest.mark.parametrize("seed", range(20))
def test_what_no_change_mends_is_cut_or_padded_at_the_end(seed: int) -> None:
    random = Random(seed)
    down = "  - Conv2D: {filters: 2, kernel_size: 3, strides: 2, padding: valid}\n"
    up = "  - Conv2DTranspose: {filters: 2, kernel_size: 8, strides: 2, padding: valid, output_padding: 1}\n"
    text = f"input: [{random.randint(31, 60)}, {random.randint(31, 60)}, 2]\nlayers:\n" + down * 3 + up * 3
    (found,) = (each for each in findings(plan(read(text.encode(), "d.yaml"))) if each.code == "LAM331")
    said = re.search("put at the end (.*)\\.$", found.fix("en"))
    assert said
    ended = text + "".join(f"  - {each}\n" for each in re.findall(r"\w+: {.*?}", said[1]))
    mended = plan(read(ended.encode(), "d.yaml"))
    assert [*mended.outputs.values()] == [mended.rows[0].output_shape]


def test_sizes_are_mended_though_an_expectation_fails() -> None:
    design = drawn(Random(1), 13)
    asked = replace(design, expect={"params": 1})
    assert plan(design).errors
    assert {each.fix("en") for each in findings(plan(design))} <= {each.fix("en") for each in findings(plan(asked))}
