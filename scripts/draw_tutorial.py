"""Draws every picture of the tutorial anew: `python scripts/draw_tutorial.py` writes docs/tutorial/pictures.

The same code gives the same bytes; those of `TRAINED` need Keras and differ a little from machine to machine.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import lamella
from lamella.api import ready_design
from lamella.layers import Conv2D, Conv2DTranspose, Dense, Input, MaxPooling2D
from lamella.reports.claims import Claim
from lamella.running import restored_sheet

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "tutorial" / "pictures"
CHELSEA = ROOT / "examples" / "chelsea.png"
EPOCHS, SEED = 3, 0

x = Input((4,))
CONDENSE = lamella.Model(x, Dense(2, name="condense")(x), name="condense")
x = Input((12, 12, 1))
STRIDES = lamella.Model(x, Conv2D(1, 3, strides=4, name="edges")(x), name="stride 4")
x = Input((28, 28, 1))
y = MaxPooling2D(2, name="smaller")(Conv2D(8, 3, padding="same", name="edges")(x))
POOLED = lamella.Model(x, Conv2D(16, 3, padding="same", name="shapes")(y), name="pooled")
x = Input((4, 4, 1))
TRANSPOSED = lamella.Model(x, Conv2DTranspose(1, 3, strides=2, padding="same", name="up")(x), name="transposed")

CLAIMED = ("dense", "bias", "flatten", "checkerboard")
ON_CHELSEA = ("edges", "padding", "stride", "pooling", "shift")
DRAWN = {
    "window-stride": (STRIDES, "window", "edges"),
    "field": (POOLED, "field", "shapes"),
    "autoencoder": (ready_design("upsampling-autoencoder"), "stack", None),
    "window-transposed": (TRANSPOSED, "window", "up"),
}
SHARED = ("restored-upsampling.png", "restored-strided.png")
"""Without words: one for both languages."""
TRAINED = ("edges", "flatten")


def names(trained: bool | None = None) -> list[str]:
    """Every picture by its path below `PICTURES`; those that need training, or those that need none."""
    found = [f"{language}/{name}.svg" for language in ("en", "ko") for name in (*CLAIMED, *ON_CHELSEA, *DRAWN)]
    found += SHARED
    return [name for name in found if trained is None or trained == (name in SHARED or Path(name).stem in TRAINED)]


def draw(name: str) -> bytes:
    """One picture by its path below `PICTURES`."""
    if name in SHARED:
        return _restored(name.removeprefix("restored-").removesuffix(".png"))
    language, stem = Path(name).parts[0], Path(name).stem
    if stem in DRAWN:
        source, kind, layer = DRAWN[stem]
        return lamella.draw(source, kind, layer, language=language, width=860).encode()
    return _claim(stem).draw("ko" if language == "ko" else "en").encode()


@cache
def _claim(name: str) -> Claim:
    return lamella.claim(name, image=CHELSEA if name in ON_CHELSEA else None)


def _restored(kind: str) -> bytes:
    """Ten digits above the same restored by chapter 4's network, or by chapter 5's, after the chapters' epochs."""
    design = ready_design("upsampling-autoencoder") if kind == "upsampling" else _strided()
    with tempfile.TemporaryDirectory() as folder:
        run = lamella.train(design, epochs=EPOCHS, seed=SEED, out=Path(folder) / "run")
        return restored_sheet(run)


def _strided() -> lamella.Design:
    """The design file that chapter 5 has its reader save."""
    page = (ROOT / "docs" / "tutorial" / "en" / "5-transposed.md").read_text("utf-8")
    text = page.split("```yaml\n# strided-autoencoder.yaml\n")[1].split("```")[0]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "strided-autoencoder.yaml"
        path.write_text(text, "utf-8")
        return lamella.read(path)


def _write(drawn: Callable[[str], bytes]) -> Iterator[str]:
    for name in names():
        path = PICTURES / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(drawn(name))
        yield name


if __name__ == "__main__":
    for written in _write(draw):
        sys.stdout.write(f"{written}\n")
