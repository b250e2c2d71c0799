"""Run folders made in no time: random weights in place of a training, all else as `lamella train` writes it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from lamella import pictures
from lamella.building.onnx_session import Session, rewritten_onnx
from lamella.planning.planner import plan
from lamella.seeing.starting_weights import random_weights
from lamella.sources.yaml_file import read
from lamella.training import run as runs
from lamella.training.data import load
from lamella.training.quality import judge
from lamella.training.settings import Epoch, Settings

BODY = """
layers:
  - Conv2D: {name: edges, filters: 4, kernel_size: 3, padding: same, activation: relu}
  - MaxPooling2D: {name: code, pool_size: 4}
  - Conv2DTranspose: {name: grown, filters: 4, kernel_size: 3, strides: 4, padding: same}
  - Conv2D: {name: restored, filters: %d, kernel_size: 3, padding: same, activation: sigmoid}
"""


def text(height: int, width: int, channels: int) -> str:
    """A design of an autoencoder that `lamella check` finds something in (an uneven overlap)."""
    return f"name: small net\ninput: [{height}, {width}, {channels}]" + BODY % channels


def fill(folder: Path, count: int, shape: tuple[int, int, int], seed: int = 0) -> Path:
    """Pictures of noise over a slope, each harder to restore than the one before it."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    slope = np.linspace(0, 1, shape[1])[None, :, None]
    for number in range(count):
        noise = random.random(shape)
        mixed = slope + (noise - slope) * (number + 1) / count
        pictures.write(folder / f"{number:03}.png", np.broadcast_to(mixed, shape))
    return folder


def small_run(folder: Path, data: str, shape: tuple[int, int, int], *, judged: bool = True, **facts: Any) -> Any:
    """Writes a run of two epochs into a new folder and gives it as `running.load_run` does."""
    design = read(text(*shape).encode(), "small.yaml")
    planned = plan(design)
    weights, images = random_weights(planned, 0), load(data, shape)
    runs.create(folder, design)
    runs.write_weights(folder, weights)
    runs.write_epochs(folder, [Epoch(1, 0.9, 0.8, 0.5, True), Epoch(2, 0.7, 0.6, 0.5, True)])
    told = {
        "schema": 1,
        "status": "finished",
        "settings": asdict(Settings(data=data, epochs=2)),
        "data": images.as_json(),
        "versions": {"lamella": "0.1.0"},
        "machine": {"system": "a system", "processor": "a processor", "processors": 2},
        "began": "2026-01-02T03:04:05+00:00",
        "precision": {"used": "float32", "reason": {"en": "too small to gain", "ko": "작아서 이득이 없음"}},
        "best_epoch": 2,
        "seconds": 1.5,
    }
    runs.write_json(folder / runs.FACTS, told | facts)
    if judged:
        restore = Session(rewritten_onnx(design, weights), 1)
        found = judge(planned, images.train, np.arange(len(images.train)), images.test, restore)
        runs.write_json(folder / runs.QUALITY, found.as_json())
    return runs.load(folder)
