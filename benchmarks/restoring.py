"""How fast lamella restores, beside Keras' predict, ONNX Runtime and OpenVINO on an export, and PyTorch.

python benchmarks/restoring.py [rounds] [network ...] [--of CONTESTANT]...: tensors in batches, fresh processes that
take turns, medians with the least and most. All that have the same weights (not PyTorch) first show that they give the
same. Folders of pictures are measured by restoring_folder.py.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from statistics import median

NEEDS = {"predict jax": "jax", "predict torch": "torch", "torch": "torch", "openvino": "openvino"}
CONTESTANTS = ["predict tensorflow", "predict jax", "predict torch", "onnxruntime", "openvino", "torch", "lamella"]
CASES = [("upsampling", 1), ("upsampling", 256), ("transposed", 1), ("transposed", 256), ("large", 1), ("large", 32)]
SLOW_ROUNDS = 2
"""So many rounds for Keras' predict, which is always far behind."""


def main() -> None:
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    rounds = numbers[0] if numbers else 5
    networks = {each for each, _ in CASES if each in sys.argv} or {each for each, _ in CASES}
    chosen = [each for option, each in pairwise(sys.argv) if option == "--of"]
    taking = [each for each in chosen or CONTESTANTS if importlib.util.find_spec(NEEDS.get(each, "keras"))]
    load = f"load {os.getloadavg()[0]:.1f}"
    print(f"{os.cpu_count()} processors, {load}, {rounds} rounds, of Keras' predict {SLOW_ROUNDS}\n")
    print("| network, batch | " + " | ".join(taking) + " | lamella beside the fastest other |")
    print("|---" * (len(taking) + 2) + "|")
    for network, batch in CASES:
        if network not in networks:
            continue
        with tempfile.TemporaryDirectory() as folder:
            _run("prepare", network, batch, folder)
            results: dict[str, list[float]] = {each: [] for each in taking}
            for done in range(rounds):
                for each in taking:
                    if done >= SLOW_ROUNDS and each.startswith("predict"):
                        continue
                    results[each].append(
                        json.loads(_run(each, network, batch, folder).splitlines()[-1])["images_per_s"]
                    )
        medians = {each: median(found) for each, found in results.items()}
        others = max(found for each, found in medians.items() if each != "lamella")
        cells = [f"{medians[each]:,.0f} ({min(found):,.0f} to {max(found):,.0f})" for each, found in results.items()]
        print(f"| {network}, {batch} | " + " | ".join(cells) + f" | {medians['lamella'] / others:.2f} |", flush=True)


def _run(contestant: str, network: str, batch: int, folder: str) -> str:
    script = Path(__file__).with_name("restoring_contestants.py")
    command = [sys.executable, str(script), contestant, network, str(batch), folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{contestant}: {done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    main()
