"""How fast lamella trains, beside Keras' fit on its backends, TensorFlow by hand and PyTorch.

python benchmarks/training.py [rounds] [network ...] [--of CONTESTANT]...: fresh processes that take turns; medians, and
the least and most of all rounds. The first epoch has the time from the process' start (imports, building, compiling) to
its end. A contestant that is not installed is left out. Images/s are of all epochs but the first, pauses between them
included.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from statistics import median

from training_contestants import BATCHES, IMAGES

EPOCHS = {"upsampling": 7, "transposed": 7, "large": 4}
SLOW = {("fit jax", "large"): 64, ("lamella jax", "large"): 64}
"""So many images, and two epochs of them, where a whole run would take minutes."""
NEEDS = {f"{way} {engine}": engine for way in ("fit", "lamella") for engine in ("jax", "torch")}
NEEDS |= {"torch": "torch", "torch compiled": "torch"}
BY_FIT = ["fit tensorflow", "fit jax", "fit torch"]
PLAIN = [
    *BY_FIT,
    "lamella",
    "lamella jax",
    "lamella torch",
    "tensorflow by hand",
    "tensorflow epoch by hand",
    "torch",
    "torch compiled",
]
CONTESTANTS = {"upsampling": PLAIN, "transposed": PLAIN, "large": [*PLAIN, "fit tensorflow bf16", "lamella bf16"]}


def main() -> None:
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    rounds = numbers[0] if numbers else 5
    wanted = [each for each in sys.argv[1:] if each in IMAGES] or [*IMAGES]
    chosen = [each for option, each in pairwise(sys.argv) if option == "--of"]
    found = [name for name in ("keras", "tensorflow-cpu", "jax", "torch", "numpy") if _version(name)]
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    )
    print(", ".join(f"{name} {_version(name)}" for name in found), f"load {os.getloadavg()[0]:.1f}")
    for network in wanted:
        taking = [each for each in chosen or CONTESTANTS[network] if importlib.util.find_spec(NEEDS.get(each, "keras"))]
        results: dict[str, list[dict[str, float]]] = {each: [] for each in taking}
        for _ in range(rounds):
            for each in taking:
                results[each].append(_once(each, network))
        fits = [each for each in taking if each in BY_FIT] or taking
        fastest = max(median(one["images_per_s"] for one in results[each]) for each in fits)
        print(f"\n{network}, batch {BATCHES[network]}, {rounds} rounds; load {os.getloadavg()[0]:.1f}")
        print("| | images/s | least to most | beside the fastest fit | to the end of the first epoch | peak MiB |")
        print("|---|---|---|---|---|---|")
        for each, runs in results.items():
            speeds = [one["images_per_s"] for one in runs]
            first, peak = (median(one[key] for one in runs) for key in ("first_epoch_s", "peak_mib"))
            spread = f"{min(speeds):,.0f} to {max(speeds):,.0f}"
            speed = f"{median(speeds):,.0f} | {spread} | {median(speeds) / fastest:.2f}"
            print(f"| {each} | {speed} | {first:.1f} s | {peak:,.0f} |")


def _once(contestant: str, network: str) -> dict[str, float]:
    script = Path(__file__).with_name("training_contestants.py")
    few = SLOW.get((contestant, network))
    command = [
        sys.executable,
        str(script),
        contestant,
        network,
        *([str(EPOCHS[network])] if few is None else ["2", str(few)]),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{contestant}: {done.stderr[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _version(name: str) -> str:
    try:
        return version(name)
    except ModuleNotFoundError:
        return ""


if __name__ == "__main__":
    main()
