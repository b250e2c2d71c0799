"""`expect:` in a design: held against the plan, with its place; and planning never raises, whatever the design."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamella.design import Design, Node
from lamella.layers import REGISTRY
from lamella.planning.contract import as_json
from lamella.planning.planner import plan
from lamella.reports.plan_text import plan_text
from lamella.sources.yaml_file import read

HEAD = "input: [28, 28, 1]\nlayers:\n  - Conv2D: {filters: 16, kernel_size: 3}\nexpect: "


def findings(expect, head=HEAD):
    return [each.text() for each in plan(read((head + expect).encode(), "d.yaml")).findings]


@pytest.mark.parametrize(
    "expect",
    [
        "{output: [26, 26, 16]}",
        "{output: {conv2d: [26, 26, 16]}}",
        "{params: 160, trainable_params: '== 160', macs: '<= 1M'}",
        "{params: '< 0.161K', receptive_field: '>= 3', macs: '> 97000'}",
        "{training_memory: '<= 1MiB', inference_memory: '<= 50KiB'}",
        "{}",
    ],
)
def test_what_holds_is_not_mentioned(expect):
    assert findings(expect) == []


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ("{params: 161}", "d.yaml:4:10: expect: params 161 does not hold. The plan has 160."),
        (
            "{output: [28, 28, 16]}",
            "d.yaml:4:10: expect: output (28, 28, 16) does not hold. The plan has (26, 26, 16).",
        ),
        ("{output: {other: [1]}}", 'd.yaml:4:10: There is no layer named "other". There is conv2d.'),
        (
            "{receptive_field: '>= 4'}",
            'd.yaml:4:10: expect: receptive_field ">= 4" does not hold. The plan has (3, 3).',
        ),
        ("{macs: '<= 1K'}", 'd.yaml:4:10: expect: macs "<= 1K" does not hold. The plan has 97,344.'),
        ("{parms: 160}", 'd.yaml:4:10: Nothing named "parms" can be expected of a plan. Did you mean params?'),
        ("{params: many}", 'd.yaml:4:10: expect.params must be a number or a bound such as "<= 1M". Received "many".'),
        ("{params: true}", 'd.yaml:4:10: expect.params must be a number or a bound such as "<= 1M". Received true.'),
    ],
)
def test_what_does_not_hold_is_an_error(expect, words):
    (found,) = findings(expect)
    assert found.startswith(words)


def test_an_unknown_figure_meets_no_bound():
    head = "input: [null, null, 1]\nlayers:\n  - Conv2D: {filters: 16, kernel_size: 3}\nexpect: "
    assert findings("{params: 160}", head) == []
    assert findings("{macs: 160}", head) == [
        "d.yaml:4:10: expect: macs 160 can't be decided: in the plan it is 144·H·W − 288·H − 288·W + 576. "
        "Fix the sizes that it depends on, or remove the expectation."
    ]


NAMES = st.sampled_from(["a", "b", "c", "d", "e", "nowhere"])
VALUES = st.one_of(
    st.integers(-2, 9), st.none(), st.booleans(), st.text(max_size=3), st.lists(st.integers(-1, 5), max_size=5)
)
NODES = st.builds(
    Node,
    name=NAMES,
    type=st.sampled_from([*REGISTRY, "Conv9D", "?"]),
    arguments=st.dictionaries(
        st.sampled_from(["filters", "kernel_size", "units", "shape", "axis", "rate", "size", "padding", "activation"]),
        VALUES,
    ),
    inputs=st.lists(NAMES, max_size=3).map(tuple),
    shares=st.one_of(st.none(), st.none(), NAMES),
)
INPUTS = st.builds(
    lambda name, shape: Node(name, "Input", {"shape": shape}),
    NAMES,
    st.lists(st.one_of(st.none(), st.integers(1, 6)), max_size=4).map(tuple),
)
NONSENSE = st.builds(
    Design,
    name=st.text(max_size=5),
    nodes=st.tuples(st.lists(INPUTS, max_size=2), st.lists(NODES, max_size=6)).map(lambda both: (*both[0], *both[1])),
    outputs=st.dictionaries(NAMES, NAMES, max_size=2),
    expect=st.dictionaries(st.sampled_from(["params", "output", "receptive_field", "x"]), VALUES, max_size=2),
)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None, derandomize=True)
@given(NONSENSE)
def test_planning_never_raises(design):
    found = plan(design)
    assert len(found.rows) == len(design.nodes)
    for language in ("en", "ko"):
        assert plan_text(found, language)
        assert all(each.text(language) for each in found.findings)
    assert json.loads(json.dumps(as_json(found), allow_nan=False))["findings"] or not found.findings
