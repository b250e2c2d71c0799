"""The sizes that fit, against planning every size by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamella import Model
from lamella.design import INPUT, Design
from lamella.layers import Add, Conv2D, Dense, Flatten, Input, MaxPooling2D, UpSampling2D
from lamella.planning.fitting_sizes import fits, fitting, listed
from lamella.planning.planner import plan
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
