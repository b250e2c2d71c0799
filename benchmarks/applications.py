"""Every network of keras.applications, the largest too: how long the plan takes, and whether it is the built model's.

python benchmarks/applications.py [NAME ...]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import keras

from lamella import api
from sources.keras_models import applications, differences, save_config


def main() -> int:
    """Prints a row a network; the exit status says whether all agree."""
    print(f"{'Network':20} {'rows':>5} {'parameters':>12} {'MACs':>15} {'build s':>8} {'plan s':>7}  agrees with Keras")
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:] or applications():
            started = time.perf_counter()
            model = getattr(keras.applications, name)(weights=None)
            path, built = save_config(model, Path(folder) / "m.keras"), time.perf_counter()
            plan = api.plan(path)
            planned = time.perf_counter()
            found = differences(model, plan)
            opaque = sorted({row.node.type for row in plan.rows if row.node.gives is not None})
            said = "; ".join(found[:2]) or ("yes" if not opaque else f"yes, but not known: {', '.join(opaque)}")
            times = f"{built - started:8.1f} {planned - built:7.2f}"
            print(f"{name:20} {len(plan.rows):5} {plan.totals.params:12,} {plan.totals.macs!s:>15} {times}  {said}")
            wrong += bool(found)
            del model
            keras.backend.clear_session()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
