"""One contestant of benchmarks/restoring.py: restores images of one network in this process, prints images/s as JSON.

python benchmarks/restoring_contestants.py CONTESTANT NETWORK BATCH FOLDER, where FOLDER has what
`python benchmarks/restoring_contestants.py prepare NETWORK 1 FOLDER` wrote: the weights, and an export by tf2onnx.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from training_contestants import TEXTS

SECONDS = 1.0


def prepare(design: Any, folder: Path) -> None:
    """Random weights, and the same network as Keras exports it, by way of TensorFlow and tf2onnx."""
    import keras
    import tensorflow as tf
    import tf2onnx

    from lamella.building.keras_model import keras_model
    from lamella.building.keras_weights import take_weights

    keras.utils.set_random_seed(0)
    model = keras_model(design)
    np.savez(folder / "weights.npz", **take_weights(model, design))
    called = tf.function(lambda images: model(images, training=False))
    given = [tf.TensorSpec((None, *model.input_shape[1:]), tf.float32)]
    tf2onnx.convert.from_function(called, given, opset=17, output_path=str(folder / "export.onnx"))


def restorer(contestant: str, network: str, design: Any, folder: Path) -> Callable[[Any], Any]:
    weights = dict(np.load(folder / "weights.npz"))
    if contestant == "lamella":
        from lamella.building.engines import processors
        from lamella.building.onnx_session import Session, rewritten_onnx

        return Session(rewritten_onnx(design, weights), processors())
    if contestant.startswith("predict"):
        from lamella.building.keras_model import keras_model
        from lamella.building.keras_weights import put_weights

        model = keras_model(design)
        put_weights(model, design, weights)
        return lambda images: model.predict(images, batch_size=len(images), verbose=0)
    if contestant == "onnxruntime":
        import onnxruntime

        session = onnxruntime.InferenceSession(folder / "export.onnx", providers=["CPUExecutionProvider"])
        (name,) = (each.name for each in session.get_inputs())
        return lambda images: session.run(None, {name: images})[0]
    if contestant == "openvino":
        import openvino

        compiled = openvino.Core().compile_model(folder / "export.onnx", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        return lambda images: compiled(images)[0]
    import torch
    from training_torch import network_of

    module = network_of(network).eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def by_torch(images: Any) -> Any:
        with torch.inference_mode():
            first = torch.from_numpy(images).permute(0, 3, 1, 2)
            return module(first).permute(0, 2, 3, 1).numpy()

    return by_torch


def main() -> None:
    contestant, network, batch, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["KERAS_BACKEND"] = contestant.split()[1] if contestant.startswith("predict ") else "tensorflow"
    from lamella.sources import yaml_file

    design = yaml_file.read(TEXTS[network].encode(), network)
    if contestant == "prepare":
        prepare(design, folder)
        return
    size = design.inputs[0].arguments["shape"]
    images = np.random.default_rng(0).random((batch, *size), np.float32)  # type: ignore[misc]
    restore = restorer(contestant, network, design, folder)
    for _ in range(3):
        restore(images)
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        restore(images)
        count += batch
    print(json.dumps({"images_per_s": count / (time.perf_counter() - began)}))


if __name__ == "__main__":
    main()
