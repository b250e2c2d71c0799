"""An ONNX model run by OpenVINO, in float32."""

from __future__ import annotations

from threading import local
from typing import TYPE_CHECKING, Any

from lamella.building.engines import load
from lamella.building.onnx_session import Lanes
from lamella.texts.languages import phrase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class OpenVinoSession:
    """An ONNX model of one input and one output as a function of images; as many threads as lanes may call it at once.

    Raises `MissingEngineError` without OpenVINO, and OpenVINO's `RuntimeError` where it can't run the model.
    """

    def __init__(self, model: bytes, lanes: Lanes) -> None:
        openvino = load("openvino", phrase("restoring with OpenVINO", "OpenVINO로 복원하기"), "openvino")
        core = openvino.Core()
        settings = {
            "INFERENCE_PRECISION_HINT": "f32",  # else bfloat16 where the processor has it
            "NUM_STREAMS": lanes.workers,
            "INFERENCE_NUM_THREADS": lanes.workers * lanes.threads,
        }
        self._compiled = core.compile_model(core.read_model(model), "CPU", settings)
        self._own = local()

    def __call__(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the network makes of images (n, height, width, channels), all at once."""
        if not hasattr(self._own, "request"):  # a request serves one thread
            self._own.request = self._compiled.create_infer_request()
        request: Any = self._own.request
        found: NDArray[np.float32] = request.infer([images], share_inputs=True)[0]
        return found
