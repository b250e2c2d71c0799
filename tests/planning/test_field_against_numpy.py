"""The receptive field of every node of random designs, against pictures moved row by row through NumPy."""

from __future__ import annotations

from collections import Counter

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lamella.design import Design
from lamella.planning.plan import Plan
from lamella.planning.planner import plan
from planning.field_designs import field_designs
from planning.fields import check_real, check_unbounded, extents, pattern_length, untouched

EXACT = settings(max_examples=250, phases=[Phase.generate, Phase.shrink])


def followed(known: Plan, name: str, axis: int) -> bool:
    """Whether lamella gives a field; where branches of unequal strides met, it does not."""
    (field,) = known.row(name).receptive_fields
    assert len(field.seen) == 2
    return field.seen[axis] is not None


def test_seen_on_the_real_image_is_exact() -> None:
    """Small pictures, where most units are cut off by an end."""
    seen: Counter[str] = Counter()

    @EXACT
    @given(field_designs(st.integers(2, 18), largest=60))
    def exact(design: Design) -> None:
        known = plan(design)
        assert not known.errors
        seen["designs"] += 1
        for axis in (0, 1):
            for name, units in extents(known, "x", axis).items():
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
