"""A design with weights run by ONNX Runtime: rewritten, its folds made once, without Keras."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING, Any, Final

from lamella.building.engines import load
from lamella.building.onnx_model import onnx_model
from lamella.building.rewritten_model import folded
from lamella.design import Design
from lamella.planning.roofline import Running
from lamella.rewrites import rewritten
from lamella.texts.languages import phrase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NUMBERS_AT_ONCE: Final = 1 << 20
"""A batch has about so many numbers in its images: more leave the caches, fewer cost a call each."""


def rewritten_onnx(design: Design, weights: Mapping[str, NDArray[Any]]) -> bytes:
    """The ONNX model of a design as it restores fastest: see `onnx_model` for its names, axes and errors."""
    found = rewritten(design, Running(engine="onnxruntime"))
    return onnx_model(found.design, folded(found, weights))


class Session:
    """A network as a function of images; several threads may call it at once.

    Raises what `onnx_model` raises, and `MissingEngineError` without ONNX Runtime.
    """

    def __init__(self, design: Design, weights: Mapping[str, NDArray[Any]], threads: int) -> None:
        runtime = load("onnxruntime", phrase("restoring", "복원"), "restore")
        options = runtime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = 3
        model = rewritten_onnx(design, weights)
        self._session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        (self._input,) = (each.name for each in self._session.get_inputs())

    def __call__(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the network makes of images (n, height, width, channels), all at once."""
        (found,) = self._session.run(None, {self._input: images})
        return found  # type: ignore[no-any-return]

    def in_batches(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same, a batch after the other."""
        import numpy as np

        at_once = batch_of(images.shape[1:])
        found = [self(images[at : at + at_once]) for at in range(0, len(images), at_once)]
        return np.concatenate(found) if found else np.empty_like(images)


def batch_of(shape: tuple[int, ...]) -> int:
    """How many images of a shape are run at once."""
    return max(NUMBERS_AT_ONCE // prod(shape), 1)
