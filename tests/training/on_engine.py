"""Run in a process of its own with KERAS_BACKEND set: trains as lamella does and as Keras' `fit` does, or whole.

python on_engine.py losses DESIGN        prints the mean loss after every step, lamella's and fit's, and the rewrites
python on_engine.py run DESIGN FOLDER    trains a run, keeps what the model gives for the test images as FOLDER.npy
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

import lamella
from lamella.building.engines import load_keras, seed_engine
from lamella.building.keras_model import keras_model
from lamella.building.keras_weights import predict, put_weights
from lamella.planning.plan import Plan
from lamella.planning.planner import plan
from lamella.sources import yaml_file
from lamella.training import trainer
from lamella.training.data import ImageData, to_float
from lamella.training.fitting import batches, fit
from lamella.training.learner import learner
from lamella.training.settings import Settings

BATCH, STEPS = 16, 20
SETTINGS = Settings(epochs=1, batch_size=BATCH, seed=5)


class Followed:
    """What a follower hears: the mean loss of the epoch so far, after every step."""

    def __init__(self) -> None:
        self.means: list[float] = []

    def begin(self, epoch: int) -> None: ...

    def step(self, images: int, loss: float) -> None:  # noqa: ARG002
        self.means.append(float(loss))

    def end(self, loss: float, val_loss: float) -> bool:  # noqa: ARG002
        return True


def losses(text: bytes) -> dict[str, Any]:
    planned = plan(yaml_file.read(text, "design"))
    return {"fit": by_fit(planned), **by_lamella(planned)}


def by_fit(planned: Plan) -> list[float]:
    keras, heard = load_keras(), Followed()
    model, images = model_and_images(planned)
    compile_model(model)
    told = keras.callbacks.LambdaCallback(on_train_batch_end=lambda _, logs: heard.step(0, logs["loss"]))
    # The same set of batches, as each engine begins an epoch, and so a new order, at another moment.
    every = np.arange(len(images))
    model.fit(batches(keras, images, every, SETTINGS, shuffled=True), shuffle=False, verbose=0, callbacks=[told])
    return heard.means


def by_lamella(planned: Plan) -> dict[str, Any]:
    heard = Followed()
    model, images = model_and_images(planned)
    trained, _, made = learner(model, planned, BATCH)
    compile_model(trained)
    every = np.arange(len(images))
    fit(trained, images, every, every[:BATCH], SETTINGS, heard, lambda: None)  # type: ignore[arg-type]
    return {"lamella": heard.means, "rewrites": len(made.applied)}


def model_and_images(planned: Plan) -> tuple[Any, Any]:
    seed_engine(SETTINGS.seed)
    model = keras_model(planned.design, planned)
    return model, np.random.default_rng(1).integers(0, 256, (BATCH * STEPS, *model.input_shape[1:]), np.uint8)


def compile_model(model: Any) -> None:
    keras = load_keras()
    model.compile(optimizer=keras.optimizers.Adam(0.003), loss=keras.losses.BinaryCrossentropy())


def run(text: bytes, folder: Path) -> dict[str, Any]:
    design = yaml_file.read(text, "design")
    shape = design.inputs[0].arguments["shape"]
    drawn = np.random.default_rng(3).integers(0, 256, (90, *shape), np.uint8)  # type: ignore[misc]
    trainer.load = lambda *_: ImageData("digits", drawn[:70], drawn[70:], "sha256:drawn")  # type: ignore[attr-defined]
    made = lamella.train(design, epochs=2, batch_size=16, out=folder, whole_process=True)
    model = keras_model(design)
    put_weights(model, design, made.weights())
    np.save(folder.with_suffix(".npy"), predict(model, to_float(drawn[70:])))
    return {"status": made.facts["status"], "losses": [each.val_loss for each in made.epochs]}


if __name__ == "__main__":
    text = Path(sys.argv[2]).read_bytes()
    found = losses(text) if sys.argv[1] == "losses" else run(text, Path(sys.argv[3]))
    found["engine"] = load_keras().backend.backend()
    found["loaded"] = sorted({"tensorflow", "jax", "torch"} & set(sys.modules))
    print(json.dumps(found))
