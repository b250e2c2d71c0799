"""Pieces that the strategies of several layers share."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from lamella.layers.activations import ACTIVATIONS

ACTIVATION = st.sampled_from([None, *ACTIVATIONS])


def chance(percent: int) -> SearchStrategy[bool]:
    return st.integers(0, 99).map(lambda drawn: drawn < percent)


def one_or_two(low: int, high: int) -> SearchStrategy[object]:
    number = st.integers(low, high)
    return st.one_of(number, st.tuples(number, number))


def border(high: int) -> SearchStrategy[object]:
    number = st.integers(0, high)
    return st.one_of(number, st.tuples(number, number), st.tuples(*[st.tuples(number, number)] * 2))
