"""Pieces that the strategies of several layers share."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from lamella.layers.activations import ACTIVATIONS

ACTIVATION = st.sampled_from([None, *ACTIVATIONS])


def chance(percent: int) -> SearchStrategy[bool]:
    return st.integers(0, 99).map(lambda drawn: drawn < percent)
