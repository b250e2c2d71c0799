"""From which size on bfloat16 makes a training faster: what `--precision auto` goes by.

python benchmarks/precision.py [rounds] [engine]: autoencoders of 0.7M to 200M multiply-adds an image, trained in
float32 and in bfloat16 by turns as `lamella train` does it, in a fresh process each; printed are medians and the
ratio of each round's pair.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

import numpy as np

SIZES = {28: 11, 32: 36, 48: 51, 64: 63, 128: 63}
"""Heights and widths with the filters of the widest layer: about 0.7M, 5M, 20M, 50M and 200M multiply-adds."""
IMAGES_MACS = 8e9
"""So many multiply-adds of images are learned from in one epoch, in batches that are as large as they can be."""
EPOCHS = 5


def design_of(size: int, filters: int) -> str:
    """Two convolutions each way, the picture halved between them."""
    convolution = "Conv2D: {{filters: {}, kernel_size: 3, padding: same, activation: {}}}"
    inner = convolution.format(filters, "relu")
    layers = [inner, "MaxPooling2D: {}", inner, "UpSampling2D: {}", convolution.format(3, "sigmoid")]
    return f"input: [{size}, {size}, 3]\nlayers:\n" + "".join(f"  - {each}\n" for each in layers)


def once(size: int, precision: str) -> None:
    """Prints the multiply-adds of an image and images per second, of all epochs but the first."""
    from training_contestants import by_lamella

    from lamella.planning.planner import plan
    from lamella.sources import yaml_file

    design = yaml_file.read(design_of(size, SIZES[size]).encode(), "design")
    macs = plan(design).totals.macs
    batch = int(min(max(IMAGES_MACS / macs / 4, 8), 128))
    count = batch * max(round(IMAGES_MACS / macs / batch), 4)
    images = np.random.default_rng(0).random((count, size, size, 3), np.float32)
    spent = by_lamella(design, images, batch, EPOCHS, precision)
    print(json.dumps([macs, (EPOCHS - 1) * len(images) / sum(spent[1:])]))


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    environment = os.environ | {"KERAS_BACKEND": sys.argv[2] if len(sys.argv) > 2 else "tensorflow"}
    print("| MACs an image | float32 | bfloat16 | ratio | least to most |\n|---|---|---|---|---|")
    for size in SIZES:
        speeds: dict[str, list[float]] = {"float32": [], "bf16": []}
        for _ in range(rounds):
            for precision, found in speeds.items():
                command = [sys.executable, str(Path(__file__)), "once", str(size), precision]
                done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
                macs, speed = json.loads(done.stdout.splitlines()[-1])
                found.append(speed)
        ratios = [half / whole for half, whole in zip(speeds["bf16"], speeds["float32"], strict=True)]
        told = " | ".join(f"{median(each):,.0f}" for each in speeds.values())
        print(f"| {macs:,} | {told} | {median(ratios):.2f} | {min(ratios):.2f} to {max(ratios):.2f} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["once"]:
        once(int(sys.argv[2]), sys.argv[3])
    else:
        main()
