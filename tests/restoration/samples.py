"""Small pictures, and a run that restores some: for the tests of pictures and of restoring."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from lamella.planning.planner import plan
from lamella.sources import yaml_file

SHAPE = (16, 20, 3)
DESIGN = """
input: [16, 20, 3]
layers:
  - Conv2D: {name: a, filters: 8, kernel_size: 3, padding: same, activation: relu}
  - MaxPooling2D: {}
  - Conv2DTranspose: {filters: 8, kernel_size: 3, strides: 2, padding: same, activation: relu}
  - Add: {from: [a, conv2d_transpose]}
  - Conv2D: {filters: 6, kernel_size: 1}
  - UpSampling2D: {}
  - Conv2D: {filters: 3, kernel_size: 3, strides: 2, padding: same, activation: sigmoid}
"""


def save(path: Path, image: Image.Image, **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)  # type: ignore[arg-type]
    return path


def grey(path: Path, level: int = 128, size: tuple[int, int] = (4, 4)) -> Path:
    return save(path, Image.new("L", size, level))


def file_bytes(form: str, mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    Image.fromarray(noise).convert(mode).save(file, form)
    return file.getvalue()


class Run:
    """What an engine reads of a run."""

    design = yaml_file.read(DESIGN.encode(), "design")

    def weights(self) -> dict[str, np.ndarray]:
        rows, draw = plan(self.design).rows, np.random.default_rng(0)
        shapes = {f"{row.node.name}/{each.name}": each.shape for row in rows for each in row.weights or ()}
        return {name: draw.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}
