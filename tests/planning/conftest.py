"""Random designs that several files of tests ask of."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings

from lamella.design import Design
from lamella.planning.planner import plan
from planning.designs import designs


@pytest.fixture(scope="session")
def random_designs() -> list[Design]:
    """Random designs without errors and without open sizes."""
    found: list[Design] = []

    @settings(max_examples=350, phases=[Phase.generate])
    @given(designs())
    def collect(design: Design) -> None:
        known = plan(design)
        if not known.errors and known.memory.training_peak_bytes is not None:
            found.append(design)

    collect()
    assert len(found) >= 60
    return found
