"""One contestant of benchmarks/training.py: trains one network in this process and prints what it took as JSON.

python benchmarks/training_contestants.py CONTESTANT NETWORK EPOCHS [IMAGES]
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

DESIGNS = Path(__file__).parents[1] / "src" / "lamella" / "designs"
LARGE = """
input: [128, 128, 3]
layers:
  - Conv2D: {filters: 32, kernel_size: 3, padding: same, activation: relu}
  - MaxPooling2D: {}
  - Conv2D: {filters: 64, kernel_size: 3, padding: same, activation: relu}
  - MaxPooling2D: {}
  - Conv2D: {filters: 128, kernel_size: 3, padding: same, activation: relu}
  - MaxPooling2D: {}
  - Conv2DTranspose: {filters: 128, kernel_size: 3, strides: 2, padding: same, activation: relu}
  - Conv2DTranspose: {filters: 64, kernel_size: 3, strides: 2, padding: same, activation: relu}
  - Conv2DTranspose: {filters: 32, kernel_size: 3, strides: 2, padding: same, activation: relu}
  - Conv2D: {filters: 3, kernel_size: 3, padding: same, activation: sigmoid}
"""
TEXTS = {
    "upsampling": (DESIGNS / "upsampling-autoencoder.yaml").read_text("utf-8"),
    "transposed": (DESIGNS / "transposed-autoencoder.yaml").read_text("utf-8"),
    "large": LARGE,
}
IMAGES = {"upsampling": 8960, "transposed": 8960, "large": 320}
BATCHES = {"upsampling": 128, "transposed": 128, "large": 32}
RATE = 0.003


def by_lamella(design: Any, images: Any, batch: int, epochs: int, precision: str) -> list[float]:
    """As `lamella train` does it, every image learned from; they are held as bytes, and scaled at every step."""
    import keras

    from lamella.building.keras_model import keras_model
    from lamella.planning.planner import plan
    from lamella.training.freed_memory import keep_freed_memory
    from lamella.training.lanes import use_whole_process
    from lamella.training.learner import learner
    from lamella.training.steps import Steps

    images, planned = (images * 255).astype(np.uint8), plan(design)
    keep_freed_memory(keras.backend.backend())
    use_whole_process(planned)
    model, cut, _ = learner(keras_model(design), planned, batch, precision)
    model.compile(optimizer=keras.optimizers.Adam(RATE), loss=keras.losses.BinaryCrossentropy())
    if keras.backend.backend() != "tensorflow":
        return by_its_fit(model, images, batch, epochs)
    steps, draw = Steps(model, images, cut), np.random.default_rng(0)
    return timed(lambda: [*steps.learn(draw.permutation(len(images)), batch)], epochs)


def by_its_fit(model: Any, images: Any, batch: int, epochs: int) -> list[float]:
    """As `lamella train` does it on JAX and PyTorch; a batch is judged after every epoch besides."""
    from lamella.training.fitting import fit
    from lamella.training.settings import Settings

    ends = [time.perf_counter()]

    class Ends:
        def begin(self, epoch: int) -> None: ...

        def step(self, images: int, loss: object) -> None: ...

        def end(self, loss: float, val_loss: float) -> bool:  # noqa: ARG002
            ends.append(time.perf_counter())
            return False

    settings, follower = Settings(epochs=epochs, batch_size=batch), Ends()
    every = np.arange(len(images))
    fit(model, images, every, every[:batch], settings, follower, lambda: None)  # type: ignore[arg-type]
    return [end - start for start, end in pairwise(ends)]


def by_fit(design: Any, images: Any, batch: int, epochs: int, policy: str) -> list[float]:
    """Keras' own fit, as it comes."""
    import keras

    from lamella.building.keras_model import keras_model

    keras.config.set_dtype_policy(policy)
    model = keras_model(design)
    model.compile(optimizer=keras.optimizers.Adam(RATE), loss=keras.losses.BinaryCrossentropy())
    ends: list[float] = []

    class Ends(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: object = None) -> None:  # noqa: ARG002
            ends.append(time.perf_counter())

    began = time.perf_counter()
    model.fit(images, images, batch_size=batch, epochs=epochs, verbose=0, callbacks=[Ends()])
    return [end - start for start, end in zip([began, *ends], ends, strict=False)]


def by_hand(design: Any, images: Any, batch: int, epochs: int) -> list[float]:
    """TensorFlow by hand: a step in a tf.function, without XLA, and a loop in Python."""
    import keras
    import tensorflow as tf

    from lamella.building.keras_model import keras_model

    model = keras_model(design)
    optimizer, loss = keras.optimizers.Adam(RATE), keras.losses.BinaryCrossentropy()
    held = tf.constant(images)

    @tf.function
    def step(chosen: Any) -> Any:
        taken = tf.gather(held, chosen)
        with tf.GradientTape() as tape:
            value = loss(taken, model(taken, training=True))
        optimizer.apply(tape.gradient(value, model.trainable_variables), model.trainable_variables)
        return value

    draw = np.random.default_rng(0)

    def epoch() -> float:
        order = draw.permutation(len(images)).astype("int32").reshape(-1, batch)
        return sum(float(step(tf.constant(row))) for row in order) / len(order)

    return timed(epoch, epochs)


def by_hand_whole(design: Any, images: Any, batch: int, epochs: int) -> list[float]:
    """TensorFlow by hand: all steps of an epoch in one call."""
    import keras
    import tensorflow as tf

    from lamella.building.keras_model import keras_model

    model = keras_model(design)
    optimizer, loss = keras.optimizers.Adam(RATE), keras.losses.BinaryCrossentropy()
    optimizer.build(model.trainable_variables)
    held = tf.constant(images)

    @tf.function
    def epoch(order: Any) -> Any:
        total = 0.0
        for row in order:
            taken = tf.gather(held, row)
            with tf.GradientTape() as tape:
                value = loss(taken, model(taken, training=True))
            optimizer.apply(tape.gradient(value, model.trainable_variables), model.trainable_variables)
            total += value
        return total

    draw = np.random.default_rng(0)
    return timed(
        lambda: float(epoch(tf.constant(draw.permutation(len(images)).astype("int32").reshape(-1, batch)))), epochs
    )


def by_torch(network: str, images: Any, batch: int, epochs: int, *, compiled: bool) -> list[float]:
    """PyTorch, channels last, a loop in Python; memory that was freed is kept, without which it is slower."""
    import torch
    from training_torch import network_of

    from lamella.training.freed_memory import keep_freed_memory

    keep_freed_memory("torch")
    model = network_of(network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer, loss = torch.optim.Adam(model.parameters(), RATE), torch.nn.BCELoss()
    held = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
    run = torch.compile(model) if compiled else model

    def epoch() -> None:
        for rows in torch.randperm(len(held)).view(-1, batch):
            taken = held[rows].contiguous(memory_format=torch.channels_last)
            optimizer.zero_grad()
            loss(run(taken), taken).backward()
            optimizer.step()

    return timed(epoch, epochs)


def timed(epoch: Callable[[], object], epochs: int) -> list[float]:
    spent = []
    for _ in range(epochs):
        began = time.perf_counter()
        epoch()
        spent.append(time.perf_counter() - began)
    return spent


def main() -> None:
    contestant, network, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    began = time.perf_counter()
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    named = [each for each in contestant.split() if each in ("jax", "torch") and " " in contestant]
    os.environ["KERAS_BACKEND"] = named[0] if named else "tensorflow"
    from lamella.sources import yaml_file

    design, batch = yaml_file.read(TEXTS[network].encode(), network), BATCHES[network]
    size = design.inputs[0].arguments["shape"]
    count = int(sys.argv[4]) if len(sys.argv) > 4 else IMAGES[network]
    images = np.random.default_rng(0).random((count, *size), np.float32)  # type: ignore[misc]
    if contestant.startswith("lamella"):
        spent = by_lamella(design, images, batch, epochs, "bf16" if "bf16" in contestant else "float32")
    elif contestant.startswith("fit"):
        spent = by_fit(design, images, batch, epochs, "mixed_bfloat16" if "bf16" in contestant else "float32")
    elif contestant == "tensorflow by hand":
        spent = by_hand(design, images, batch, epochs)
    elif contestant == "tensorflow epoch by hand":
        spent = by_hand_whole(design, images, batch, epochs)
    else:
        spent = by_torch(network, images, batch, epochs, compiled="compiled" in contestant)
    found = {
        "images_per_s": len(images) * (epochs - 1) / sum(spent[1:]),
        "first_epoch_s": time.perf_counter() - began - sum(spent[1:]),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
