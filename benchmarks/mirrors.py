"""Mirrors of random encoders in real Keras: python benchmarks/mirrors.py [encoders] [seed]

Each is built and run on two images; every output must have its input's shape. Prints the seed, and how many.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import keras
import numpy as np

import conftest  # noqa: F401  (a quiet TensorFlow on the CPU)
from lamella.api import build
from lamella.planning.mirror import WAYS, Mirror, mirrored
from planning.encoders import encoder


def main(wanted: int, seed: int) -> None:
    print(f"seed {seed}")
    drawing, began, seen = random.Random(seed), time.monotonic(), Counter[str]()
    for number in range(wanted):
        how = Mirror(WAYS[number % 3], number % 2 == 1, number % 4 > 1)
        design = mirrored(encoder(drawing), how)
        shape = (2, *design.inputs[0].arguments["shape"])
        result = build(design)(np.zeros(shape, "float32")).shape
        if result != shape:
            sys.exit(f"{result} for {shape}: {design}")
        seen[how.way] += 1
        if number % 50 == 49:
            keras.backend.clear_session()
    print(f"{wanted} encoders came back in {time.monotonic() - began:.0f} s: {dict(seen)}")


if __name__ == "__main__":
    number, start = [*map(int, sys.argv[1:]), *[1000, random.randrange(10**6)][len(sys.argv) - 1 :]]
    main(number, start)
