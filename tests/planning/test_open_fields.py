"""Receptive fields with open sizes: those of the same design for every size that they are said to hold for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamella import Model
from lamella.design import INPUT, Design
from lamella.layers import Add, Conv2D, Conv2DTranspose, Input, MaxPooling2D, Resizing, UpSampling2D, ZeroPadding2D
from lamella.planning.open_sizes import OpenSize
from lamella.planning.planner import plan
from lamella.planning.receptive_field import ReceptiveField
from planning.field_designs import field_designs


def sized(design: Design, height: int | None, width: int | None) -> Design:
    nodes = tuple(
        replace(each, arguments={"shape": (height, width, 1)}) if each.type == INPUT else each for each in design.nodes
    )
    return replace(design, nodes=nodes)


def unbounded(field: ReceptiveField) -> ReceptiveField:
    return field._replace(seen=(None, None), multiple=(1, 1))


def fitting(size: OpenSize, start: int, multiple: int) -> int | None:
    """The first multiple from `start` that an open size may be; None where none is."""
    assert size.remainders is not None
    assert size.first is not None or size.fits_none or size.only
    multiples = range(start, start + multiple * (size.period + 1), multiple)
    return next(
        (each for each in multiples if each % size.period in size.remainders and each >= (size.first or 0)), None
    )


@settings(max_examples=150)
@given(field_designs(st.integers(30, 40), 200), st.integers(20, 30))
def test_fields_hold_for_the_multiples(design: Design, times: int) -> None:
    known = plan(sized(design, None, None))
    if known.errors:
        return  # branches of other sizes can meet for the drawn size only
    (field,) = known.row(design.outputs["y"]).receptive_fields
    unsaid = [size for each, size in zip(field.max, known.open_sizes, strict=True) if each is None]
    assert all(0 not in (size.remainders or ()) for size in unsaid)
    if unsaid:
        return
    assert None not in (*field.min, *field.stride)
    sizes = [
        fitting(each, start * multiple, multiple)
        for each, start, multiple in zip(known.open_sizes, (times, times + 1), field.multiple, strict=True)
    ]
    if None in sizes:
        return
    closed = plan(sized(design, *sizes))
    assert not closed.errors
    (expected,) = closed.row(design.outputs["y"]).receptive_fields
    assert unbounded(field) == unbounded(expected)


@pytest.mark.parametrize(
    ("layers", "multiple", "start"),
    [
        ([Conv2D(1, 3, 2, "same")], 2, 0),
        ([Conv2D(1, 3, 2)], 1, 0),
        ([ZeroPadding2D(1), Conv2D(1, 3, 2)], 1, -1),
        ([Conv2D(1, 3, 2, "same"), Conv2D(1, 3, padding="same"), MaxPooling2D(3, 2, "same")], 4, -2),
        ([MaxPooling2D(2), UpSampling2D(3), Conv2D(1, 5, 2, "same")], 4, -2),
        ([Conv2DTranspose(1, 3, 2, "same"), Conv2D(1, 3, 2, "same")], 1, -1),
    ],
)
def test_multiples(layers: list, multiple: int, start: int) -> None:
    x = image = Input((None, 40, 1))
    for layer in layers:
        x = layer(x)
    known = Model(image, x).plan()
    (field,) = known.rows[-1].receptive_fields
    assert field.multiple == (multiple, 1)
    assert field.start[0] == start


def test_branches_of_open_sizes_are_aligned() -> None:
    image = Input((None, None, 1))
    known = Model(image, Add()([Conv2D(1, 3, 2, "same")(image), MaxPooling2D(2, padding="same")(image)])).plan()
    (field,) = known.rows[-1].receptive_fields
    assert (field.max, field.multiple, field.aligned) == ((3, 3), (2, 2), False)


def test_a_skip_connection_over_a_smaller_picture_meets_what_fits() -> None:
    image = Input((None, None, 3))
    small = Conv2D(3, 3, 2, "same")(image)
    known = Model(image, Add()([image, Conv2D(3, 3, padding="same")(UpSampling2D()(small))])).plan()
    (field,) = known.rows[-1].receptive_fields
    assert (field.min, field.max, field.multiple) == ((5, 5), (5, 5), (2, 2))


def test_what_no_multiple_decides_stays_not_known() -> None:
    image = Input((None, None, 1))
    known = Model(image, Conv2D(1, 3)(Resizing(7, 7)(image))).plan()
    (field,) = known.rows[-1].receptive_fields
    assert field.max == (None, None)


def test_a_field_for_multiples_that_never_fit_is_not_known() -> None:
    image = Input((None, 9, 1))
    small = Conv2D(1, 3, 2, "same")(image)
    known = Model(image, Add()([image, Conv2DTranspose(1, 3, 2, "same", output_padding=0)(small)])).plan()
    (size,) = known.open_sizes
    assert (size.period, size.remainders) == (2, (1,)), "the picture comes back where its height is odd"
    (field,) = known.rows[-1].receptive_fields
    assert (field.max, field.multiple) == ((None, 5), (1, 1))
