"""Training steps against Keras' own `fit`: the same losses and weights, rewritten and in lanes."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

import lamella
from lamella.building.engines import processors
from lamella.building.keras_model import keras_model
from lamella.planning.planner import plan
from lamella.sources.yaml_file import read
from lamella.training.lanes import WHOLE, Cut, by_image, cut_for, use_whole_process
from lamella.training.learner import learner
from lamella.training.steps import Steps

DESIGNS = Path(lamella.__file__).parent / "designs"
NOTES = ["upsampling-autoencoder", "transposed-autoencoder"]
BLOCKS = """
input: [12, 12, 2]
layers:
  - Conv2D: {filters: 6, kernel_size: 3, padding: same, kernel_regularizer: l2}
  - BatchNormalization: {}
  - ReLU: {}
  - MaxPooling2D: {}
  - Dropout: {rate: 0.2, seed: 3}
  - Conv2DTranspose: {filters: 4, kernel_size: 3, strides: 2, padding: same, activation: relu}
  - Conv2D: {filters: 2, kernel_size: 1, activation: sigmoid}
"""


def model_of(text: str) -> tuple[keras.Model, lamella.planning.plan.Plan]:
    planned = plan(read(text.encode(), "design"))
    keras.utils.set_random_seed(5)
    model = keras_model(planned.design, planned)
    model.compile(optimizer=keras.optimizers.Adam(0.003), loss=keras.losses.BinaryCrossentropy())
    return model, planned


class Losses(keras.callbacks.Callback):
    """The mean loss of an epoch so far, after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.means: list[float] = []

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        self.means.append((logs or {})["loss"])


@pytest.mark.parametrize("name", [*NOTES, "blocks"])
@pytest.mark.parametrize("cut", [WHOLE, Cut(4), Cut(2, 3)])
def test_the_losses_are_those_of_fit(name: str, cut: Cut) -> None:
    text = BLOCKS if name == "blocks" else (DESIGNS / f"{name}.yaml").read_text("utf-8")
    model, planned = model_of(text)
    if cut != WHOLE and not all(map(by_image, planned.rows)):
        pytest.skip("its images stay together")
    images = np.random.default_rng(1).random((20 * 16 + 3, *model.input_shape[1:]), np.float32)
    kept = Losses()
    model.fit(images, images, batch_size=16, epochs=1, shuffle=False, callbacks=[kept], verbose=0)
    other, planned = model_of(text)
    trained, _, made = learner(other, planned, 16)
    assert made.applied
    trained.compile(optimizer=keras.optimizers.Adam(0.003), loss=keras.losses.BinaryCrossentropy())
    steps = Steps(trained, images, cut)
    done, total = 0, 0.0
    for count, loss in steps.learn(np.arange(len(images)), 16):
        done, total = done + count, total + count * loss
        assert total / done == pytest.approx(kept.means[-(-done // 16) - 1], abs=1e-4)
    assert done == len(images)
    for ours, theirs in zip(other.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-3)
    together = sum(count * loss for count, loss in steps.judge(np.arange(len(images)), 16)) / len(images)
    assert together == pytest.approx(other_loss(other, images), abs=1e-5)


def other_loss(model: keras.Model, images: np.ndarray) -> float:
    given = model.predict_on_batch(images)
    return float(keras.losses.BinaryCrossentropy()(images, given)) + float(sum(map(float, model.losses)))


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
@pytest.mark.parametrize("cut", [WHOLE, Cut(2), Cut(2, 2)])
def test_weights_that_no_gradient_reaches_stay_and_the_others_learn(cut: Cut) -> None:
    text = "input: [8, 8, 1]\nlayers:\n  - Conv2D: {name: still, filters: 2, kernel_size: 3, padding: same}\n"
    text += "  - ops.stop_gradient\n  - Conv2D: {filters: 1, kernel_size: 3, padding: same, activation: sigmoid}\n"
    model, _ = model_of(text)
    before = model.get_weights()
    images = np.random.default_rng(1).random((32, 8, 8, 1), np.float32)
    assert [count for count, _ in Steps(model, images, cut).learn(np.arange(32), 16)] == [16, 16]
    moved = [not np.array_equal(*each) for each in zip(before, model.get_weights(), strict=True)]
    assert moved == [False, False, True, True]


def test_images_that_a_layer_takes_together_are_not_parted() -> None:
    rows = plan(read(BLOCKS.encode(), "design")).rows
    together = [row.node.name for row in rows if not by_image(row)]
    assert together == ["conv2d", "batch_normalization", "dropout"]  # a penalty would be counted once a lane


@pytest.mark.parametrize("name", [*NOTES, "blocks"])
def test_bfloat16_learns_the_same_roughly_and_keeps_its_weights_in_float32(name: str) -> None:
    text = BLOCKS if name == "blocks" else (DESIGNS / f"{name}.yaml").read_text("utf-8")
    images = np.random.default_rng(1).random((20 * 16, *model_of(text)[0].input_shape[1:]), np.float32)
    losses = []
    for precision in ("float32", "bf16"):
        model, planned = model_of(text)
        trained, _, _ = learner(model, planned, 16, precision)
        trained.compile(optimizer=keras.optimizers.Adam(0.003), loss=keras.losses.BinaryCrossentropy())
        steps = Steps(trained, images)
        losses.append([loss for _, loss in steps.learn(np.arange(len(images)), 16)])
        assert {each.dtype for each in model.weights} <= {"float32", "uint32"}
        moved = [each for each in model.weights if "moving_mean" in each.path]
        assert all(np.abs(each.numpy()).max() > 0 for each in moved)
    tolerance = 0.05 if name == "blocks" else 0.01  # its dropout draws other numbers
    np.testing.assert_allclose(losses[1], losses[0], rtol=tolerance)
    assert losses[0] != losses[1]


def test_a_process_is_taken_whole_only_where_images_may_be_parted(monkeypatch: pytest.MonkeyPatch) -> None:
    import tensorflow as tf

    set_to: list[int] = []
    monkeypatch.setattr(tf.config.threading, "get_intra_op_parallelism_threads", lambda: 0)
    monkeypatch.setattr(tf.config.threading, "set_intra_op_parallelism_threads", set_to.append)
    monkeypatch.setattr(tf.config.threading, "set_inter_op_parallelism_threads", set_to.append)
    assert not use_whole_process(plan(read(BLOCKS.encode(), "design")))
    assert not set_to
    note = plan(read((DESIGNS / f"{NOTES[0]}.yaml").read_bytes(), "design"))
    assert use_whole_process(note)
    assert set_to == [1, processors()]


def test_only_what_leaves_the_cache_is_taken_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    from lamella.training import lanes

    monkeypatch.setattr(lanes, "_ready", lambda _: True)
    monkeypatch.setattr(lanes, "processors", lambda: 2)

    def cut(size: int, batch: int, precision: str = "float32") -> Cut:
        layers = "  - Conv2D: {filters: 32, kernel_size: 3, padding: same}\n  - Conv2D: {filters: 3, kernel_size: 1}\n"
        return cut_for(plan(read(f"input: [{size}, {size}, 3]\nlayers:\n{layers}".encode(), "d")), batch, precision)

    assert cut(28, 64) == Cut(2, 1)
    assert cut(128, 32) == Cut(2, 8)  # of 2 MiB an image, two in a piece
    assert cut(128, 32, "bf16") == Cut(2, 4)
    assert cut(1024, 6) == Cut(2, 3)  # no more than images
    assert cut(1024, 1) == Cut(1, 1)
    assert cut(128, 1024) == Cut(2, lanes.MOST_PIECES)
    assert cut_for(plan(read(BLOCKS.encode(), "design")), 64) == WHOLE
    monkeypatch.setattr(lanes, "_ready", lambda _: False)
    assert cut(128, 32) == WHOLE
