"""The receptive field of every node of random designs, against pictures moved row by row through NumPy."""

from __future__ import annotations

from collections import Counter

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lamella import Model
from lamella.design import Design
from lamella.layers import (
    Add,
    Conv2D,
    Conv2DTranspose,
    Cropping2D,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    UpSampling2D,
    ZeroPadding2D,
)
from lamella.planning.plan import Plan
from lamella.planning.planner import plan
from planning.field_designs import field_designs
from planning.fields import check_real, check_unbounded, extents, length, pattern_length, untouched

EXACT = settings(max_examples=250, phases=[Phase.generate, Phase.shrink])


def followed(known: Plan, name: str, axis: int) -> bool:
    """Whether lamella gives a field; where branches of unequal strides met, it does not."""
    (field,) = known.row(name).receptive_fields
    assert len(field.seen) == 2
    return field.seen[axis] is not None


def test_seen_on_the_real_image_is_exact() -> None:
    """Small pictures, where most units are cut off by an end.

    Left out: designs with a picture of padding alone. Each axis is followed on its own, so that a node that sees
    no row is still said to see columns.
    """
    seen: Counter[str] = Counter()

    @EXACT
    @given(field_designs(st.integers(2, 18), largest=60))
    def exact(design: Design) -> None:
        known = plan(design)
        assert not known.errors
        moved = [extents(known, "x", axis) for axis in (0, 1)]
        if not all(any(units) for each in moved for units in each.values()):
            return
        seen["designs"] += 1
        for axis in (0, 1):
            for name, units in moved[axis].items():
                assert followed(known, name, axis)
                check_real(known.row(name).receptive_fields[0], axis, units)
                seen["exact"] += 1

    exact()
    assert seen["designs"] >= 200
    assert seen["exact"] >= 1500


def test_the_unbounded_field_is_exact() -> None:
    """Pictures so large that whole patterns lie away from the ends."""
    seen: Counter[str] = Counter()

    @EXACT
    @given(field_designs(st.integers(40, 64), largest=200))
    def exact(design: Design) -> None:
        known = plan(design)
        assert not known.errors
        seen["designs"] += 1
        for axis in (0, 1):
            turn, inside = pattern_length(known, axis), untouched(known, "x", axis)
            for name, units in extents(known, "x", axis).items():
                (field,) = known.row(name).receptive_fields
                assert followed(known, name, axis)
                check_real(field, axis, units)
                seen["exact"] += check_unbounded(field, axis, units, inside[name], turn)

    exact()
    assert seen["designs"] >= 200
    assert seen["exact"] >= 1500


def squeezed(cropped: int) -> Plan:
    """A picture to which the mean of its lower part is added."""
    x = Input((9, 8, 1), name="x")
    mean = GlobalAveragePooling2D(keepdims=True)(Cropping2D(((cropped, 0), (0, 0)))(x))
    return Model(x, Add(name="sum")([Conv2D(1, 3, padding="same")(x), mean])).plan()


def test_a_mean_of_the_whole_picture_covers_the_other_branch() -> None:
    (field,) = squeezed(0).row("sum").receptive_fields
    assert field.min == field.max == field.seen == (9, 8)
    for axis in (0, 1):
        check_real(field, axis, extents(squeezed(0), "x", axis)["sum"])


def test_a_mean_of_a_part_does_not() -> None:
    """Units above the part see more than it, each its own extent: not said rather than said wrongly."""
    (field,) = squeezed(3).row("sum").receptive_fields
    assert {length(each) for each in extents(squeezed(3), "x", 0)["sum"]} == {6, 7, 8, 9}
    assert (field.min, field.seen) == ((None, 8), (None, 8))


def test_channels_first_sees_the_same() -> None:
    fields = []
    for data_format, shape in (("channels_last", (15, 12, 2)), ("channels_first", (2, 15, 12))):
        x = y = Input(shape, name="x")
        y = Conv2D(3, (3, 2), (2, 1), "same", data_format)(y)
        y = UpSampling2D((1, 2), data_format)(MaxPooling2D((2, 3), data_format=data_format)(y))
        y = Conv2DTranspose(1, 4, 3, data_format=data_format)(ZeroPadding2D(((0, 2), (1, 0)), data_format)(y))
        fields.append([each for row in Model(x, y).plan().rows[1:] for each in row.receptive_fields])
    assert fields[0] == fields[1]
    assert len(fields[0]) == 5
