"""A design with weights run by ONNX Runtime: rewritten, its folds made once, without Keras."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lamella.building.engines import load, processors
from lamella.building.onnx_model import onnx_model
from lamella.building.rewritten_model import folded
from lamella.design import Design
from lamella.rewrites import restoring_form
from lamella.texts.languages import phrase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Restores = Callable[[NDArray[np.float32]], NDArray[np.float32]]
    """What a network makes of images (n, height, width, channels), all at once; several threads may call it."""

NUMBERS_AT_ONCE: Final = 1 << 20
"""A batch has about so many numbers in its images: more leave the caches, fewer cost a call each."""


def rewritten_onnx(design: Design, weights: Mapping[str, NDArray[Any]]) -> bytes:
    """The ONNX model of a design as it restores fastest: see `onnx_model` for its names, axes and errors."""
    found = restoring_form(design)
    return onnx_model(found.design, folded(found, weights))


class Lanes(NamedTuple):
    """How the processors share pictures: each worker takes its own, and computes with so many threads."""

    workers: int
    threads: int


def lanes_for(images: int) -> Lanes:
    """As many workers as there are processors, but for fewer images."""
    workers = max(min(processors(), images), 1)
    return Lanes(workers, max(processors() // workers, 1))


class Event(NamedTuple):
    """What ONNX Runtime notes of a run: "model_run", or a node by its name; when and where, in seconds."""

    name: str
    thread: int
    began_s: float
    spent_s: float


class Session:
    """An ONNX model of one input and one output as a function of images; several threads may call it at once.

    With `profile`, the beginning of a file's path, every run is noted in it. After a run its threads keep their
    processors for some 10 ms, waiting for the next; not so with `yielding`. Raises `MissingEngineError` without ONNX
    Runtime.
    """

    def __init__(self, model: bytes, threads: int, profile: Path | None = None, *, yielding: bool = False) -> None:
        runtime = load("onnxruntime", phrase("restoring", "복원"), "restore")
        options = runtime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = 3
        if yielding:
            options.add_session_config_entry("session.force_spinning_stop", "1")
        if profile is not None:
            options.enable_profiling, options.profile_file_prefix = True, str(profile)
        self._session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        (self._input,) = (each.name for each in self._session.get_inputs())

    def __call__(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the network makes of images (n, height, width, channels), all at once."""
        (found,) = self._session.run(None, {self._input: images})
        return found  # type: ignore[no-any-return]

    def events(self) -> list[Event]:
        """What was noted with `profile`; nothing is noted after."""
        noted = json.loads(Path(self._session.end_profiling()).read_bytes())
        return [
            Event(each["name"].removesuffix("_kernel_time"), each["tid"], each["ts"] / 1e6, each["dur"] / 1e6)
            for each in noted
            if each["cat"] == "Node" or each["name"] == RUN
        ]


RUN: Final = "model_run"
"""ONNX Runtime's name for the whole of a run."""


def in_batches(restores: Restores, images: NDArray[np.float32]) -> NDArray[np.float32]:
    """What is made of images, a batch after the other."""
    import numpy as np

    at_once = batch_of(images.shape[1:])
    found = [restores(images[at : at + at_once]) for at in range(0, len(images), at_once)]
    if len(found) == 1:
        return found[0]
    return np.concatenate(found) if found else np.empty_like(images)


def batch_of(shape: tuple[int, ...]) -> int:
    """How many images of a shape are run at once."""
    return max(NUMBERS_AT_ONCE // prod(shape), 1)
