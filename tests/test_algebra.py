"""Expressions of open sizes against plain numbers: the same operators, tried for many sizes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lamella.algebra import Expression, is_known, number, symbol

H, W = symbol("H"), symbol("W")
STEPS = st.lists(st.tuples(st.sampled_from("+-*/c%sx"), st.integers(1, 6)), max_size=8)


def applied(value, other, steps):
    """The steps done to a size; `other` is mixed in along the way."""
    for sign, count in steps:
        match sign:
            case "+":
                value = value + count
            case "-":
                value = count - value
            case "*":
                value = value * count
            case "/":
                value = value // count
            case "c":
                value = -(-value // count)
            case "%":
                value = value + value % count
            case "s":
                value = value + count * other
            case "x":
                value = value + other // count
    return value


@settings(max_examples=300, derandomize=True, deadline=None)
@given(STEPS)
def test_an_expression_is_worth_what_numbers_give(steps):
    found = applied(H, W, steps)
    for height in range(1, 25):
        for width in (1, 4, 7):
            value = found.at({"H": height, "W": width}) if isinstance(found, Expression) else found
            assert value == applied(height, width, steps)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(STEPS)
def test_the_pattern_repeats_after_its_period(steps):
    found = applied(H, 1, steps)
    if isinstance(found, Expression):
        at = [found.at({"H": height + found.period}) - found.at({"H": height}) for height in range(1, 2 * found.period)]
        assert len(set(at)) <= 1


def test_equal_forms_are_equal_and_hash_alike():
    assert (H + 1) // 2 == (1 + H) // 2
    assert hash(2 * H + W) == hash(W + H * 2)
    assert ((H + 1) // 2 + 1) // 2 == (H + 3) // 4
    assert H * W == W * H
    assert H + W != H
    assert H != 3


def test_what_cancels_is_a_plain_number():
    assert H - H == 0
    assert isinstance((2 * H + 1) // 2 - H, int)
    assert 0 * H == 0


def test_written_as_a_person_would():
    assert str(H) == "H"
    assert str(16 * H * W - 3) == "16*H*W - 3"
    assert str((H + 3) // 4 * 2) == "2*((H + 3)//4)"
    assert str(H // 2) == "H//2"
    assert str(-1 * H + 5) == "-H + 5"


def test_kinds_of_sizes():
    assert is_known(3)
    assert is_known(H)
    assert not is_known(None)
    assert not is_known("B")
    assert (number(3), number(H), number(None)) == (3, None, None)
