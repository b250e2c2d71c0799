"""A folder of JPEGs restored: its stages by themselves on all processors, and `restore_files`, which does them all.

python benchmarks/restoring_folder.py [rounds]: both by turns on ONNX Runtime, medians with the least and most; the most
memory of fresh processes that restore few and many pictures.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

from cold import spent

TIMED = 2000
FEW, MANY = 200, 2000
"""Pictures whose memory is compared."""
ENGINE = "onnxruntime"
DESIGN = """
input: [256, 256, 3]
layers:
  - Conv2D: {filters: 16, kernel_size: 3, padding: same, activation: relu}
  - MaxPooling2D: {}
  - Conv2D: {filters: 16, kernel_size: 3, padding: same, activation: relu}
  - UpSampling2D: {}
  - Conv2D: {filters: 3, kernel_size: 3, padding: same, activation: sigmoid}
"""


def prepare(folder: Path) -> None:
    """Writes run and pictures; in a process of its own, as the most memory of others would count that of Keras."""
    import numpy as np
    import untrained_run
    from PIL import Image

    from lamella.sources import yaml_file

    untrained_run.write(folder / "run", yaml_file.read(DESIGN.encode(), "folder"))
    (folder / "in").mkdir()
    draw = np.random.default_rng(0)
    for place in range(MANY):
        small = Image.fromarray(draw.integers(0, 256, (32, 32, 3), np.uint8))
        small.resize((256, 256), Image.Resampling.BICUBIC).save(folder / "in" / f"{place:05}.jpg", quality=90)


def restore(folder: Path, count: int) -> None:
    """The first pictures, all at once."""
    from lamella.restoration.engine import restore_files
    from lamella.training.run import load

    restore_files(load(folder / "run"), _paths(folder, count), folder / "out", ENGINE)


def _paths(folder: Path, count: int) -> list[Path]:
    return sorted((folder / "in").iterdir())[:count]


def stages(folder: Path) -> Callable[[], dict[str, float]]:
    """What takes the seconds of decoding, network and encoding, each done for all pictures before the next begins."""
    import numpy as np

    from lamella import pictures
    from lamella.building.onnx_session import lanes_for
    from lamella.restoration.engine import Engine
    from lamella.training.run import load

    paths, lanes = _paths(folder, TIMED), lanes_for(TIMED)
    engine = Engine(load(folder / "run"), lanes, ENGINE, TIMED)

    def write(item: tuple[Path, Any]) -> None:
        pictures.write(folder / "alone" / f"{item[0].stem}.png", item[1])

    def once() -> dict[str, float]:
        with pictures.quiet(), ThreadPoolExecutor(lanes.workers) as pool:
            began = time.perf_counter()
            found = [each.pixels for each in pool.map(lambda path: pictures.read(path, engine.shape), paths)]
            decoded = time.perf_counter()
            parts = [np.stack(found[at : at + engine.at_once]) for at in range(0, TIMED, engine.at_once)]
            restored = [each for part in pool.map(engine.restore, parts) for each in part]
            run = time.perf_counter()
            list(pool.map(write, zip(paths, restored, strict=True)))
            return {"decode": decoded - began, "network": run - decoded, "encode": time.perf_counter() - run}

    return once


def main() -> None:
    if sys.argv[1:2] == ["prepare"]:
        prepare(Path(sys.argv[2]))
        return
    if sys.argv[1:2] == ["restore"]:
        restore(Path(sys.argv[2]), int(sys.argv[3]))
        return
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {rounds} rounds")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([sys.executable, __file__, "prepare", name], check=True, capture_output=True)
        peaks = [spent([sys.executable, __file__, "restore", name, str(count)], folder)[1] for count in (FEW, MANY)]
        alone, times = stages(folder), dict[str, list[float]]()
        for _ in range(rounds):
            found = alone()
            began = time.perf_counter()
            restore(folder, TIMED)
            found |= {"their sum": sum(found.values()), "together": time.perf_counter() - began}
            for each, took in found.items():
                times.setdefault(each, []).append(took)
    print(f"\n{TIMED} JPEGs of 256x256, seconds:")
    for each, all_times in times.items():
        print(f"  {each}: {median(all_times):.2f} ({min(all_times):.2f} to {max(all_times):.2f})")
    print(f"together {median(times['together']) / median(times['their sum']):.2f} times their sum")
    print(f"peak memory: {FEW} pictures {peaks[0]:,.0f} MiB, {MANY:,} {peaks[1]:,.0f}")


if __name__ == "__main__":
    main()
