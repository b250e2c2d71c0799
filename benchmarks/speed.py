"""How fast plans are: whole processes from cold, taking turns, against Keras and torchinfo; and how the cost grows.

python benchmarks/speed.py [rounds]: medians of each command's seconds and memory, and their ratios to lamella's.
python benchmarks/speed.py growth: seconds and memory for chains of up to 100,000 layers, from Python and from a
.keras file, and for larger images and batches.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from statistics import median

QUIET = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
LAMELLA = "lamella plan resnet152.keras --quiet"
KERAS = "import keras; keras.applications.ResNet152(weights=None).summary()"
TORCHINFO = """
import torch, torchinfo
from torch import nn

class Block(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        outputs = 4 * width
        self.way = nn.Sequential(
            nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
        short = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        self.short = nn.Identity() if inputs == outputs and stride == 1 else short

    def forward(self, x):
        return torch.relu(self.way(x) + self.short(x))

layers, channels = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 64
for stage, count in enumerate((3, 8, 36, 3)):
    for place in range(count):
        layers.append(Block(channels, 64 << stage, 2 if stage and not place else 1))
        channels = 256 << stage
network = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, 1000))
print(torchinfo.summary(network, (BATCH, 3, 224, 224), depth=4))
"""
CHAIN = """
import sys, resource
from lamella import Model
from lamella.layers import Activation, Conv2D, Input
count, size, batch = map(int, sys.argv[1:])
x = image = Input((size, size, 8))
for _ in range(count // 2):
    x = Activation("relu")(Conv2D(8, 3, padding="same")(x))
assert not Model(image, x).plan(batch=batch).errors
"""


def measured(command: list[str], folder: str) -> tuple[float, float]:
    """Seconds and MiB of one process, from its start to its end."""
    started = os.times().elapsed
    process = subprocess.Popen(command, cwd=folder, env=QUIET, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(command)[:200]}")
    return os.times().elapsed - started, usage.ru_maxrss / 1024


def against_others(rounds: int) -> None:
    """One process of each in turn, `rounds` times after one that is not counted."""
    python = sys.executable
    commands = {
        "lamella plan resnet152.keras": [python, "-m", *LAMELLA.split()],
        "Keras: build and summary": [python, "-c", KERAS],
        "torchinfo, batch 1": [python, "-c", TORCHINFO.replace("BATCH", "1")],
        "torchinfo, batch 64": [python, "-c", TORCHINFO.replace("BATCH", "64")],
    }
    with tempfile.TemporaryDirectory() as folder:
        save = "import keras; keras.applications.ResNet152(weights=None).save('resnet152.keras')"
        subprocess.run([python, "-c", save], cwd=folder, env=QUIET, check=True, capture_output=True)
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for turn in range(rounds + 1):
            for name, command in commands.items():
                figures = measured(command, folder)
                if turn:
                    found[name].append(figures)
    own = found["lamella plan resnet152.keras"]
    print(f"{'ResNet-152':32} {'seconds':>8} {'MiB':>7} {'times':>7} {'memory':>7}")
    for name, figures in found.items():
        seconds, memory = (median(column) for column in zip(*figures, strict=True))
        slower = median(each[0] / mine[0] for each, mine in zip(figures, own, strict=True))
        larger = median(each[1] / mine[1] for each, mine in zip(figures, own, strict=True))
        print(f"{name:32} {seconds:8.2f} {memory:7.0f} {slower:6.1f}x {larger:6.1f}x")


def growth() -> None:
    """Chains of convolutions and activations."""
    print(f"{'layers':>8} {'image':>7} {'batch':>6} {'source':>8} {'seconds':>8} {'MiB':>6}")
    with tempfile.TemporaryDirectory() as folder:
        for count, size, batch in (
            (1000, 32, 1),
            (10_000, 32, 1),
            (100_000, 32, 1),
            (10_000, 65_536, 1),
            (10_000, 32, 4096),
        ):
            command = [sys.executable, "-c", CHAIN, *map(str, (count, size, batch))]
            print_row(count, size, batch, "Python", measured(command, folder))
        for count in (1000, 10_000, 100_000):
            # In a process of its own: what this one holds would count as the next one's memory.
            write = [sys.executable, __file__, "write", f"{folder}/chain.keras", str(count)]
            subprocess.run(write, env=QUIET, check=True, capture_output=True)
            command = [sys.executable, "-m", "lamella", "plan", "chain.keras", "--quiet"]
            print_row(count, 32, 1, ".keras", measured(command, folder))


def print_row(count: int, size: int, batch: int, source: str, figures: tuple[float, float]) -> None:
    print(f"{count:8} {size:7} {batch:6} {source:>8} {figures[0]:8.2f} {figures[1]:6.0f}", flush=True)


def write_chain(path: Path, count: int) -> None:
    """The chain as Keras would save it: the config of a convolution and an activation, `count` times in all."""
    import keras

    x = image = keras.Input((32, 32, 8), name="x")
    for layer in (keras.layers.Conv2D(8, 3, padding="same", name="a"), keras.layers.Activation("relu", name="b")):
        x = layer(x)
    data = keras.saving.serialize_keras_object(keras.Model(image, x))
    first, *pair = data["config"]["layers"]
    layers, before = [first], "x"
    for place in range(count):
        read, own = ("a", "b") if place % 2 else ("x", "a")
        text = json.dumps(pair[place % 2]).replace(f'"{read}"', f'"{before}"')
        before = f"layer_{place}"
        layers.append(json.loads(text.replace(f'"{own}"', f'"{before}"')))
    data["config"] |= {"layers": layers, "output_layers": [before, 0, 0]}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(data))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.argv[1:] == ["growth"]:
        growth()
    elif sys.argv[1:2] == ["write"]:
        write_chain(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        against_others(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
