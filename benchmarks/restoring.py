"""How fast lamella restores, beside Keras' predict, ONNX Runtime and OpenVINO on an export, and PyTorch.

python benchmarks/restoring.py [rounds]: tensors in batches, fresh processes that take turns, medians with the least
and most. Then a folder of pictures: its stages alone on all processors, and `restore_files`, which does them all.
"""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import untrained_run

NEEDS = {"predict jax": "jax", "predict torch": "torch", "torch": "torch", "openvino": "openvino"}
CONTESTANTS = ["predict tensorflow", "predict jax", "predict torch", "onnxruntime", "openvino", "torch", "lamella"]
CASES = [("upsampling", 1), ("upsampling", 256), ("transposed", 1), ("transposed", 256), ("large", 1), ("large", 32)]
SLOW_ROUNDS = 2
"""So many rounds for Keras' predict, which is always far behind."""
PICTURES = 2000
DESIGN = """
input: [256, 256, 3]
layers:
  - Conv2D: {filters: 16, kernel_size: 3, padding: same, activation: relu}
  - MaxPooling2D: {}
  - Conv2D: {filters: 16, kernel_size: 3, padding: same, activation: relu}
  - UpSampling2D: {}
  - Conv2D: {filters: 3, kernel_size: 3, padding: same, activation: sigmoid}
"""


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    taking = [each for each in CONTESTANTS if importlib.util.find_spec(NEEDS.get(each, "keras"))]
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {rounds} rounds\n")
    print("| network, batch | " + " | ".join(taking) + " | lamella beside the fastest other |")
    print("|---" * (len(taking) + 2) + "|")
    for network, batch in CASES:
        with tempfile.TemporaryDirectory() as folder:
            _run("prepare", network, 1, folder)
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
    folders()


def _run(contestant: str, network: str, batch: int, folder: str) -> str:
    script = Path(__file__).with_name("restoring_contestants.py")
    command = [sys.executable, str(script), contestant, network, str(batch), folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{contestant}: {done.stderr[-2000:]}")
    return done.stdout


def folders() -> None:
    """A folder of JPEGs: decoding, the network and encoding each alone on all processors, then all together."""
    import numpy as np
    from PIL import Image

    from lamella import pictures
    from lamella.building.engines import processors
    from lamella.building.onnx_session import lanes_for
    from lamella.restoration.engine import Engine, restore_files
    from lamella.sources import yaml_file
    from lamella.training.run import load

    design = yaml_file.read(DESIGN.encode(), "folder")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        untrained_run.write(folder / "run", design)
        (folder / "in").mkdir()
        draw = np.random.default_rng(0)
        for place in range(PICTURES):
            small = Image.fromarray(draw.integers(0, 256, (32, 32, 3), np.uint8))
            small.resize((256, 256), Image.Resampling.BICUBIC).save(folder / "in" / f"{place:05}.jpg", quality=90)
        run = load(folder / "run")
        paths = sorted((folder / "in").iterdir())
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        restore_files(run, paths[: PICTURES // 10], folder / "few")
        few = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        restore_files(run, paths, folder / "out")
        whole = time.perf_counter() - began
        many = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        stages: dict[str, float] = {}
        engine, shape = Engine(run, lanes_for(PICTURES), "onnxruntime"), (256, 256, 3)
        for _ in range(3):
            with ThreadPoolExecutor(processors()) as pool:
                began = time.perf_counter()
                found = [each.pixels for each in pool.map(lambda path: pictures.read(path, shape), paths[:200])]
                decoded = time.perf_counter()
                restored = [*pool.map(lambda one: engine.restore(one[None])[0], found)]
                run_at = time.perf_counter()
                list(
                    pool.map(
                        lambda item: pictures.write(folder / "alone" / f"{item[0]}.png", item[1]), enumerate(restored)
                    )
                )
                ended = time.perf_counter()
            factor = PICTURES / 200
            for stage, spent in (
                ("decode", decoded - began),
                ("network", run_at - decoded),
                ("encode", ended - run_at),
            ):
                stages[stage] = min(stages.get(stage, 1e9), spent * factor)
    print(f"\n{PICTURES:,} JPEGs of 256x256: " + ", ".join(f"{stage} {spent:.1f} s" for stage, spent in stages.items()))
    print(f"together {whole:.1f} s, {whole / sum(stages.values()):.2f} times their sum")
    print(
        f"peak memory: before {before / 1024:,.0f} MiB, 200 pictures {few / 1024:,.0f}, {PICTURES:,} {many / 1024:,.0f}"
    )


if __name__ == "__main__":
    main()
