"""Convolution finds edges: Sobel's two kernels as a Conv2D with fixed weights, over a photograph.

Writes horizontal edges, vertical edges and their magnitude as pictures into a folder.
Source of the kernels: I. Sobel and G. Feldman, 1968.
"""

import sys
from pathlib import Path

import numpy as np

from lamella import Model, pictures
from lamella.layers import Conv2D, Input

PHOTOGRAPH = Path(__file__).with_name("chelsea.png")
SIZE = (300, 451, 1)
ACROSS = np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]], np.float32)
"""Answers where the picture changes from top to bottom: on horizontal edges."""


def model() -> Model:
    photograph = Input(shape=SIZE)
    return Model(photograph, Conv2D(2, 3, padding="same", use_bias=False, name="sobel")(photograph), name="edges")


def edges(out: Path) -> dict[str, np.ndarray]:
    """The three pictures (300, 451, 1), black where there is no edge; also written to `out`."""
    keras_model = model().build()
    keras_model.get_layer("sobel").set_weights([np.stack([ACROSS, ACROSS.T], axis=-1)[:, :, np.newaxis, :]])
    photograph = pictures.read(PHOTOGRAPH, SIZE).pixels
    (found,) = keras_model.predict(photograph[np.newaxis], verbose=0)
    horizontal, vertical = np.abs(found[..., :1]), np.abs(found[..., 1:])
    results = {"horizontal": horizontal, "vertical": vertical, "magnitude": np.hypot(horizontal, vertical)}
    inside = results["magnitude"][1:-1, 1:-1].max()  # the zeros around the picture make an edge of their own
    for name, picture in results.items():
        pictures.write(out / f"{name}.png", picture / inside)
    return results


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "edges")
    edges(folder)
    print(f"horizontal.png, vertical.png and magnitude.png are in {folder}")
