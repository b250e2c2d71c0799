"""One contestant of benchmarks/restoring.py: restores images of one network in this process, prints images/s as JSON.

python benchmarks/restoring_contestants.py CONTESTANT NETWORK BATCH FOLDER, where FOLDER has what
`python benchmarks/restoring_contestants.py prepare NETWORK BATCH FOLDER` wrote: the weights, an export by tf2onnx, and
what Keras makes of the images.
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
SAME = 1e-4
"""So far apart at most is what contestants with the same weights give."""


def prepare(design: Any, images: Any, folder: Path) -> None:
    """Random weights, what they make of the images, and the same network as Keras exports it by way of tf2onnx."""
    import tensorflow as tf
    import tf2onnx
    import untrained_run

    from lamella.building.keras_weights import take_weights

    model = untrained_run.write(folder / "run", design)
    np.savez(folder / "weights.npz", **take_weights(model, design))
    np.save(folder / "expected.npy", model.predict(images, verbose=0))
    called = tf.function(lambda images: model(images, training=False))
    given = [tf.TensorSpec((None, *model.input_shape[1:]), tf.float32)]
    tf2onnx.convert.from_function(called, given, opset=17, output_path=str(folder / "export.onnx"))


def restorer(contestant: str, network: str, design: Any, folder: Path) -> Callable[[Any], Any]:
    if contestant.startswith("lamella"):
        import lamella

        return lamella.restorer(folder / "run", contestant.partition(" ")[2] or "auto")
    if contestant.startswith("predict"):
        from lamella.building.keras_model import keras_model
        from lamella.building.keras_weights import put_weights

        model = keras_model(design)
        put_weights(model, design, dict(np.load(folder / "weights.npz")))
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
    size = design.inputs[0].arguments["shape"]
    images = np.random.default_rng(0).random((batch, *size), np.float32)  # type: ignore[misc]
    if contestant == "prepare":
        prepare(design, images, folder)
        return
    restore = restorer(contestant, network, design, folder)
    apart = 0 if contestant == "torch" else abs(restore(images) - np.load(folder / "expected.npy")).max()
    if apart > SAME:
        sys.exit(f"{contestant} gives other pictures than Keras: {apart:.1e} apart")
    for _ in range(3):
        restore(images)
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        restore(images)
        count += batch
    print(json.dumps({"images_per_s": count / (time.perf_counter() - began)}))


if __name__ == "__main__":
    main()
