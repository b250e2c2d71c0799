"""The sizes that fit, against planning every size by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamella import Model, answers
from lamella.design import INPUT, Design
from lamella.errors import DesignError
from lamella.layers import Add, Conv2D, Dense, Flatten, Input, MaxPooling2D, Permute, UpSampling2D
from lamella.planning.fitting_sizes import fits, fitting, listed
from lamella.planning.given_input import plan_with_input
from lamella.planning.planner import plan
from lamella.sources import yaml_file
from planning.field_designs import field_designs


def sized(design: Design, size: int, other: int) -> Design:
    nodes = tuple(
        replace(each, arguments={"shape": (size, other, 1)}) if each.type == INPUT else each for each in design.nodes
    )
    return replace(design, nodes=nodes)


@settings(max_examples=60)
@given(field_designs(st.integers(30, 40), 200))
def test_every_size_by_itself(design: Design) -> None:
    found = fitting(design)
    if found.faults or len(found.every) != 2 or any(each.remainders is None for each in found.every):
        return
    for size in (*range(1, 24), 30, 31, 32, 47, 48, 49, 96):
        known = plan(sized(design, size, 64))
        rules = [fits(rule, value) for rule, value in zip(found.every, (size, 64), strict=True)]
        assert all(rules) == (not known.errors), size
        if found.returning is not None and not known.errors:
            (result,) = known.outputs.values()
            back = [fits(rule, value) for rule, value in zip(found.returning, (size, 64), strict=True)]
            assert result is not None
            assert all(back) == (result[1:3] == (size, 64)), size


def test_a_network_with_a_skip() -> None:
    x = Input((540, 540, 1))
    small = MaxPooling2D(4, padding="same")(x)
    y = Add()([UpSampling2D(4)(Conv2D(1, 3, padding="same")(small)), x])
    found = fitting(Model(x, y).design)
    assert [(each.first, each.period, each.remainders) for each in found.best] == [(4, 4, (0,))] * 2
    assert found.nearest((1081, 1916)) == [(1081, 1080, 1084), (1916, 1916, 1916)]
    assert listed(found.best[0], 3) == [4, 8, 12]


def test_weights_that_need_their_size() -> None:
    x = Input((28, 28, 1))
    found = fitting(Model(x, Dense(3)(Flatten()(x))).design)
    assert found.faults
    assert found.best == ()


@pytest.mark.parametrize("size", [1, 3, 8])
def test_nothing_below(size: int) -> None:
    x = Input((32, 32, 1))
    found = fitting(Model(x, UpSampling2D(8)(MaxPooling2D(8)(x))).design)
    below = 8 if size == 8 else None
    assert found.nearest((size, 16)) == [(size, below, 8), (16, 16, 16)]


@pytest.mark.parametrize("first", [False, True])
def test_weights_made_for_their_sizes_stay_for_those_near_them(first):
    data_format = "channels_first" if first else "channels_last"
    x = Input((3, 30, 41) if first else (30, 41, 3))
    y = MaxPooling2D(4, data_format=data_format)(Conv2D(8, 3, 2, data_format=data_format)(x))
    design = Model(x, Dense(3)(Flatten(data_format=data_format)(y))).design
    found = answers.sizes(design)
    for axis, rule in enumerate(found.every):
        kept = []
        for size in range(1, 200):
            picture = (size, 41) if axis == 0 else (30, size)
            errors = plan_with_input(design, (3, *picture) if first else (*picture, 3), plan).errors
            kept += [] if errors else [size]
        assert list(rule.only) == kept
    assert [each.axis for each in found.every] == ([2, 3] if first else [1, 2])
    assert [(each.first, each.period) for each in found.pooled] == [(9, 1), (9, 1)]
    assert found.nearest((30, 60))[1].above is None


def test_channels_first_opens_the_pictures_sizes() -> None:
    x = Input((3, 64, 64))
    y = UpSampling2D(2, data_format="channels_first")(MaxPooling2D(2, data_format="channels_first")(x))
    found = answers.sizes(Model(x, y).design)
    assert [(each.axis, each.period) for each in found.best] == [(2, 2), (3, 2)]


def test_relations_between_sizes() -> None:
    x = Input((9, 9, 2))
    found = answers.sizes(Model(x, Permute((2, 1, 3))(x)).design)
    assert [str(each.left) + str(each.right) for each in found.relations] == ["WH"]
    assert (len(found.unmet((5, 6))), found.unmet((5, 5))) == (1, ())


def test_what_is_wrong_whatever_the_size_is_told() -> None:
    wrong = yaml_file.read(b"input: [8, 8, 2]\nlayers:\n  - Conv2D: {filters: 2, kernel_siz: 9}\n", "d")
    with pytest.raises(DesignError, match="kernel_siz"):
        answers.sizes(wrong)
