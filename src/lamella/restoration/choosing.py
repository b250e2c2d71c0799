"""Which engine restores: ONNX Runtime, or OpenVINO where it is installed and was seen to be faster with this network.

OpenVINO is tried only where the pictures take ONNX Runtime long enough: loading it, preparing the network and measuring
both cost about half a second, which few pictures can't gain back. What was found is not kept: it would hold for this
network, these pictures and what else the machine does, and finding it again costs a tenth of the work at most.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, NamedTuple

from lamella.building.engines import RESTORING, is_installed, load
from lamella.building.onnx_session import Lanes, Session
from lamella.building.openvino_session import OpenVinoSession
from lamella.errors import UsageError, problem
from lamella.texts.languages import phrase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lamella.building.onnx_session import Restores

ONNX_RUNTIME: Final = "ONNX Runtime"
OPENVINO: Final = "OpenVINO"

_TRIAL_S: Final = 0.5
"""What a trial costs: a quarter of a second to load OpenVINO, as much to prepare the network and to measure."""
_PART: Final = 0.1
"""Of the work so much may go into a trial: OpenVINO saves a sixth on some networks, and more on some machines."""
_CALL_S: Final = 0.03
"""A measured call takes about so long at most, as long as it has one picture."""
_ROUNDS: Final = 3


class Chosen(NamedTuple):
    """An engine's name and what it makes of images."""

    engine: str
    restores: Restores


def chosen(asked: str, model: bytes, shape: tuple[int, ...], lanes: Lanes, images: int) -> Chosen:
    """What restores so many images of a shape in lanes, each image by the ONNX `model`.

    Raises `MissingEngineError` for an engine that is asked for and not installed, and `UsageError` where OpenVINO is
    asked for and can't run the model, or an engine that is none.
    """
    if asked not in RESTORING:
        raise UsageError(problem("setting", option="engine", expected=", ".join(RESTORING), received=asked))
    if asked == "openvino":
        try:
            return Chosen(OPENVINO, OpenVinoSession(model, lanes))
        except RuntimeError as error:
            expected = phrase(
                "onnxruntime or auto here, as OpenVINO can't run this network ({reason})",
                "여기서는 onnxruntime이나 auto(OpenVINO가 이 네트워크를 실행하지 못합니다: {reason})",
                reason=str(error).strip().splitlines()[-1],
            )
            raise UsageError(problem("setting", option="--engine", expected=expected, received=asked)) from None
    first = Chosen(ONNX_RUNTIME, Session(model, lanes.threads))
    if asked == "onnxruntime" or not is_installed("openvino"):
        return first
    one = _images(1, shape)
    _spent(first.restores, one)  # what is prepared in the first call does not count
    image_s = _spent(first.restores, one)
    if not worth_a_trial(image_s * images / lanes.workers):
        return first
    try:
        second = Chosen(OPENVINO, OpenVinoSession(model, lanes))
    except RuntimeError:  # it has no words for a layer, or no device
        return first
    return faster(first, second, _images(max(int(_CALL_S / image_s), 1), shape), lanes)


def worth_a_trial(work_s: float) -> bool:
    """Whether a trial costs no more than its part of the work."""
    return work_s * _PART >= _TRIAL_S


def faster(first: Chosen, second: Chosen, images: NDArray[np.float32], lanes: Lanes) -> Chosen:
    """The one that takes less time with images in every lane at once; they take turns."""
    least = dict.fromkeys((first, second), float("inf"))
    with ThreadPoolExecutor(lanes.workers) as pool:

        def spent(engine: Chosen) -> float:
            began = time.perf_counter()
            for _ in pool.map(engine.restores, [images] * lanes.workers):
                pass
            return time.perf_counter() - began

        for each in least:
            spent(each)  # the first call prepares, as above
        for _ in range(_ROUNDS):
            least = {each: min(before, spent(each)) for each, before in least.items()}
    return min(least, key=least.__getitem__)


def _images(count: int, shape: tuple[int, ...]) -> NDArray[np.float32]:
    numpy = load("numpy", phrase("restoring", "복원"), "restore")
    found: NDArray[np.float32] = numpy.full((count, *shape), 0.5, numpy.float32)
    return found


def _spent(restores: Restores, images: NDArray[np.float32]) -> float:
    began = time.perf_counter()
    restores(images)
    return time.perf_counter() - began
