"""Random designs over all layers against real Keras: python benchmarks/random_designs.py [designs] [seed]

Each design is planned, built and run; shapes, weights, totals and the shapes of the run's outputs are compared as
tests/planning/test_against_keras.py does it for fewer. Prints its seed and what was compared; ends with status 1
and the smallest design that differs where one does.
"""

from __future__ import annotations

import random
import sys
import time
import warnings
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import keras
from hypothesis import HealthCheck, Phase, given, seed, settings

import conftest  # noqa: F401  (a quiet TensorFlow on the CPU)
from lamella.design import Design
from lamella.planning.planner import plan
from oracles import keras_graph
from planning.designs import designs
from planning.test_against_keras import can_run, check, check_totals

AT_ONCE = 250
"""Designs of one run of hypothesis: each begins anew, so that the drawing stays varied."""


def main(wanted: int, first_seed: int) -> None:
    print(f"seed {first_seed}")
    seen: Counter[str] = Counter()
    began = time.monotonic()

    def compare(design: Design) -> None:
        known, found = plan(design), keras_graph(design, can_run)
        seen.update(check(design, known, found))
        if not known.errors:
            check_totals(known, found)
            seen["valid designs"] += 1
        seen["designs"] += 1

    for part in range(-(-wanted // AT_ONCE)):
        keras.backend.clear_session()
        checks = settings(
            max_examples=min(AT_ONCE, wanted - part * AT_ONCE),
            phases=[Phase.generate, Phase.shrink],
            derandomize=False,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        seed(first_seed + part)(checks(given(designs())(compare)))()
        print(f"{seen['designs']} designs, {seen['agreed']} nodes agreed, {time.monotonic() - began:.0f} s", flush=True)
    print(dict(seen.most_common()))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    number, start = [*map(int, sys.argv[1:]), *[5000, random.randrange(10**6)][len(sys.argv) - 1 :]]
    main(number, start)
