"""Which engine restores: ONNX Runtime, or OpenVINO where it is installed and was seen to be faster with this network.

OpenVINO is tried only where that costs a tenth of the work at most: loading it and preparing the network take about
half a second, and to measure both takes running both, which few pictures can't gain back. How long the work takes is
planned, not measured: to find out must not take time either. What a trial found is not kept: it would hold for this
network, these pictures and what else the machine does.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from lamella.building.engines import RESTORING, is_installed, load
from lamella.building.onnx_session import Lanes, Session
from lamella.building.openvino_session import OpenVinoSession
from lamella.errors import MissingEngineError, UsageError, problem
from lamella.texts.languages import phrase

if TYPE_CHECKING:
    from lamella.building.onnx_session import Restores

ONNX_RUNTIME: Final = "ONNX Runtime"
OPENVINO: Final = "OpenVINO"

_TRIAL_S: Final = 0.5
"""What a trial costs beside the runs: a quarter of a second to load OpenVINO, as much to prepare the network."""
_PART: Final = 0.1
"""Of the work so much may go into a trial: OpenVINO saves a sixth on some networks, and more on some machines."""
_ROUNDS: Final = 3


class Job(NamedTuple):
    """So many `images` of a shape, in lanes, `at_once` in a call; each takes `image_s` while all lanes are at work."""

    shape: tuple[int, ...]
    lanes: Lanes
    images: int = 1
    at_once: int = 1
    image_s: float = 0.0


class Chosen(NamedTuple):
    """An engine's name and what it makes of images."""

    engine: str
    restores: Restores


def chosen(asked: str, model: bytes, job: Job) -> Chosen:
    """What does a job, each image by the ONNX `model`.

    Raises `MissingEngineError` for an engine that is asked for and not installed, and `UsageError` where OpenVINO is
    asked for and can't run the model, or an engine that is none. "auto" never fails where ONNX Runtime works.
    """
    must_be_known(asked)
    if asked == "openvino":
        try:
            return Chosen(OPENVINO, OpenVinoSession(model, job.lanes))
        except (ImportError, RuntimeError) as error:
            expected = phrase(
                "onnxruntime or auto here, as OpenVINO can't run this network ({reason})",
                "여기서는 onnxruntime이나 auto(OpenVINO가 이 네트워크를 실행하지 못합니다: {reason})",
                reason=str(error).strip().splitlines()[-1],
            )
            raise UsageError(problem("setting", option="--engine", expected=expected, received=asked)) from None
    if asked == "auto" and worth_a_trial(job) and is_installed("openvino"):
        with suppress(ImportError, MissingEngineError, RuntimeError):  # it is half installed, lacks a layer or a device
            # Threads that wait for the next run would take the processors from OpenVINO.
            first = Chosen(ONNX_RUNTIME, Session(model, job.lanes.threads, yielding=True))
            found = faster(first, Chosen(OPENVINO, OpenVinoSession(model, job.lanes)), job)
            if found is not first:
                return found
    return Chosen(ONNX_RUNTIME, Session(model, job.lanes.threads))


def must_be_known(asked: str) -> None:
    """Raises `UsageError` for an engine that is none."""
    if asked not in RESTORING:
        raise UsageError(problem("setting", option="engine", expected=", ".join(RESTORING), received=asked))


def worth_a_trial(job: Job) -> bool:
    """Whether a trial costs no more than its part of the work."""
    tried = 2 * (1 + _ROUNDS) * job.at_once * job.lanes.workers
    return _TRIAL_S + tried * job.image_s <= _PART * job.images * job.image_s


def faster(first: Chosen, second: Chosen, job: Job) -> Chosen:
    """The one that takes less time with a call in every lane at once; they take turns."""
    numpy = load("numpy", phrase("restoring", "복원"), "restore")
    images, lanes = numpy.full((job.at_once, *job.shape), 0.5, numpy.float32), job.lanes
    least = dict.fromkeys((first, second), float("inf"))
    with ThreadPoolExecutor(lanes.workers) as pool:

        def spent(engine: Chosen) -> float:
            began = time.perf_counter()
            for _ in pool.map(engine.restores, [images] * lanes.workers):
                pass
            return time.perf_counter() - began

        for each in least:
            spent(each)  # what is prepared in the first call does not count
        for _ in range(_ROUNDS):
            least = {each: min(before, spent(each)) for each, before in least.items()}
    return min(least, key=least.__getitem__)
