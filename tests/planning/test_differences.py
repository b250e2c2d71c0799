"""Layers are paired as a person would pair them, and what was written otherwise is told from what follows."""

from __future__ import annotations

import time
from functools import cache
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamella import answers
from lamella.design import Design, Node
from lamella.layers import normal_form
from lamella.layers.tracing import Names
from lamella.planning.alignment import _common
from lamella.planning.differences import difference
from lamella.reports.diff_text import diff_text
from lamella.sources import yaml_file

ONE = "  - Conv2D: {filters: 16, kernel_size: 3, padding: same}\n"
TWO = "  - MaxPooling2D\n"
THREE = "  - Conv2D: {filters: 32, kernel_size: 3, padding: same}\n"
LAST = "  - Dense: {units: 10}\n"
SUM = "  - Add: {from: [conv2d_1, conv2d]}\n"
SKIP = "  - Conv2D: {name: aside, filters: 16, kernel_size: 1, from: conv2d}\n  - Add: {from: [conv2d_1, aside]}\n"


def design(*layers):
    return yaml_file.read(("input: [32, 32, 3]\nlayers:\n" + "".join(layers)).encode(), "d")


BASE = (ONE, ONE, TWO, THREE, THREE, TWO, LAST)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (BASE, BASE, {}),
        # a block in the middle, a copy of a layer, one that is gone
        (BASE, (*BASE[:2], "  - BatchNormalization\n", "  - ReLU\n", *BASE[2:]), {"+batch_normalization", "+re_lu"}),
        ((ONE, TWO, LAST), (ONE, ONE, TWO, LAST), {"+conv2d_1"}),
        (BASE, BASE[1:], {"-conv2d_1"}),
        # another name alone, other arguments, another place
        (BASE, (*BASE[:6], "  - Dense: {name: head, units: 10}\n"), {"dense=head"}),
        (BASE, [each.replace("32,", "48,") for each in BASE], {"conv2d_2: filters 32 48", "conv2d_3: filters 32 48"}),
        (BASE, (ONE, ONE, THREE, THREE, TWO, TWO, LAST), {"max_pooling2d: from ('conv2d_1',) ('conv2d_3',)"}),
        ((ONE, TWO, LAST), (ONE, LAST, TWO), {"max_pooling2d: from ('conv2d',) ('dense',)"}),
        # a branch comes; a sum reads another layer of the same shape; a layer has another type at its name
        (BASE, (ONE, ONE, SKIP, *BASE[2:]), {"+aside", "+add"}),
        ((ONE, ONE, ONE, SUM), (ONE, ONE, ONE, SUM.replace("conv2d]", "conv2d_2]")), {"add: from"}),
        ((ONE, "  - ReLU: {name: a}\n"), (ONE, "  - Softmax: {name: a}\n"), {"a: type ReLU Softmax"}),
        # what stands behind the layers
        ((*BASE, "expect: {params: 1}\n"), (*BASE, "expect: {params: 2}\n"), {"expect"}),
        ((*BASE, "outputs: dense\n"), (*BASE, "outputs: conv2d\n"), {"outputs"}),
    ],
)
def test_what_was_changed(before, after, expected):
    found = answers.diff(design(*before), design(*after))
    said = {f"+{each.after.node.name}" for each in found.pairs if each.before is None}
    said |= {f"-{each.before.node.name}" for each in found.pairs if each.after is None}
    changes = [(each.after.node.name, change) for each in found.pairs for change in each.changes]
    said |= {f"{name}: {change.name} {change.before} {change.after}" for name, change in changes}
    said |= {change.name for change in found.changes}
    said |= {f"{a}={b}" for a, b in found.renamed if {a, b} & {"head"}}
    assert {next((full for full in said if full.startswith(each)), each) for each in expected} == said
    assert found.none == ({*expected} <= {"dense=head"})
    backwards = answers.diff(design(*after), design(*before))
    assert [each.same for each in backwards.pairs].count(True) == [each.same for each in found.pairs].count(True)
    assert diff_text(found, "ko", unchanged=True).count("\n") > len(found.pairs)


@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
def test_what_is_common_is_longest(one, other):
    @cache
    def length(i, j):
        if i == len(one) or j == len(other):
            return 0
        return max(length(i + 1, j), length(i, j + 1), (one[i] == other[j]) * (1 + length(i + 1, j + 1)))

    found = _common(one, other)
    assert len(found) == length(0, 0)
    assert all(one[i] == other[j] for i, j in found)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(found))


def long(seed, left_out):
    drawing, names, nodes = Random(seed), Names(()), [Node("input", "Input", {"shape": (8, 8, 4)})]
    for number in range(3000):
        kind = drawing.choice(["Conv2D", "BatchNormalization", "ReLU"])
        arguments = {"filters": 4, "kernel_size": drawing.choice([1, 3]), "padding": "same"} if kind == "Conv2D" else {}
        if number not in left_out:
            nodes.append(Node(names.automatic(kind), kind, normal_form(kind, arguments), (nodes[-1].name,)))
    return Design("long", tuple(nodes), {nodes[-1].name: nodes[-1].name})


def test_long_designs_are_paired_in_no_time():
    one, other = answers.plan(long(1, ())), answers.plan(long(1, {100, 1500, 2990}))
    began = time.process_time()
    found = difference(one, other)
    assert time.process_time() - began < 2
    assert [each.after is None for each in found.pairs].count(True) == 3
    assert len(diff_text(found, "en").splitlines()) < 50
