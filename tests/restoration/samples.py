"""Small pictures for the tests of pictures."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image


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


# Finding
