"""Streamed images: the same losses as in memory, in order, and no more of them at once than was said."""

from __future__ import annotations

import threading
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

import lamella
from lamella.errors import DataError
from lamella.sources.yaml_file import read
from lamella.training import fitting, folder, steps, streaming
from lamella.training.data import to_float
from lamella.training.lanes import WHOLE, Cut
from lamella.training.settings import Settings
from lamella.training.steps import Steps
from lamella.training.streaming import Streamed, in_turn

DESIGN = read(
    b"""
input: [12, 12, 3]
layers:
  - Conv2D: {filters: 4, kernel_size: 3, padding: same, activation: relu}
  - MaxPooling2D: {name: code}
  - UpSampling2D
  - Conv2D: {name: restored, filters: 3, kernel_size: 3, padding: same, activation: sigmoid}
""",
    "small.yaml",
)
LEVELS = np.random.default_rng(3).integers(0, 256, (83, 12, 12, 3), dtype=np.uint8)


def streamed(levels: np.ndarray = LEVELS) -> Streamed:
    """Images whose files are their numbers."""
    return Streamed(lambda path: levels[int(path.name)], [Path(str(n)) for n in range(len(levels))], levels.shape[1:])


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    inside = tmp_path / "pictures"
    inside.mkdir()
    for number, levels in enumerate(LEVELS):
        Image.fromarray(levels).save(inside / f"{number}.png")
    return inside


def losses_of_steps(images: np.ndarray | Streamed, cut: Cut, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    monkeypatch.setattr(steps, "CALL_S", 0.0)  # a step a call
    keras.utils.set_random_seed(4)
    model = lamella.build(DESIGN)
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=keras.losses.BinaryCrossentropy())
    learner, draw, losses = Steps(model, images, cut), np.random.default_rng(1), []
    while len(losses) < 20:
        losses += [loss for _, loss in learner.learn(draw.permutation(83), 16)]
        losses += [loss for _, loss in learner.judge(np.arange(83), 16)]
    return losses


@pytest.mark.parametrize("cut", [WHOLE, Cut(3), Cut(2, 2)])
def test_every_step_has_the_loss_that_it_has_in_memory(cut: Cut, monkeypatch: pytest.MonkeyPatch) -> None:
    there, on_the_way = (losses_of_steps(images, cut, monkeypatch) for images in (LEVELS, streamed()))
    assert len(there) >= 20
    assert len({round(loss, 4) for loss in there}) > 10
    np.testing.assert_allclose(on_the_way, there, atol=1e-6)


def test_a_run_is_the_same_streamed_and_in_memory(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(name: str) -> lamella.training.run.Run:
        return lamella.train(DESIGN, f"folder:{pictures}", epochs=5, batch_size=16, out=tmp_path / name)

    there = run("there")
    monkeypatch.setattr(folder, "budget_bytes", lambda: 0)
    on_the_way = run("streamed")
    assert (there.facts["data"]["held"], on_the_way.facts["data"]["held"]) == ("in memory", "streamed")
    assert on_the_way.facts["data"]["fingerprint"] == there.facts["data"]["fingerprint"]
    for figure in ("loss", "val_loss"):
        one, two = ([getattr(epoch, figure) for epoch in each.epochs] for each in (there, on_the_way))
        np.testing.assert_allclose(two, one, atol=1e-6)
    assert on_the_way.quality.images == there.quality.images == 8
    assert vars(on_the_way.quality.network) == pytest.approx(vars(there.quality.network), abs=1e-5)
    assert on_the_way.quality.gap == pytest.approx(there.quality.gap, abs=1e-5)


def test_batches_for_fit_are_the_same_streamed_and_in_memory() -> None:
    positions = np.random.default_rng(2).permutation(83)[:70]
    settings = Settings(batch_size=16, seed=3)
    epochs = []
    for images in (LEVELS, streamed()):
        batches = fitting.batches(keras, images, positions, settings, shuffled=True)
        batches[0]  # Keras looks at the first
        for _ in range(2):
            epochs.append(np.concatenate([batches[place][0] for place in range(len(batches))]))
            batches.on_epoch_end()
    first, second, *others = epochs
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal([first, second], others)
    seen = sorted(image.tobytes() for image in first)
    assert seen == sorted(image.tobytes() for image in to_float(LEVELS[positions]))


def test_they_are_indexed_as_an_array_is() -> None:
    images = streamed()
    assert (len(images), images.shape) == (83, (83, 12, 12, 3))
    for which in (slice(None, 5), slice(80, 200), slice(0, 0), np.array([7, 2, 7])):
        found = images[which]
        assert found.dtype == np.uint8
        np.testing.assert_array_equal(found, LEVELS[which])


def test_several_batches_are_taken_where_they_are_ready_and_the_smaller_last_one_alone() -> None:
    order = np.random.default_rng(5).permutation(83)
    coming = streamed().ahead(order[at : at + 10] for at in range(0, 83, 10))
    taken = []
    while some := coming.take(4):
        assert len(some) <= 4
        assert len({len(batch) for batch in some}) == 1
        taken += some
    assert [len(batch) for batch in taken] == [10] * 8 + [3]
    np.testing.assert_array_equal(np.concatenate(taken), LEVELS[order])


def test_no_more_wait_than_was_said_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "AHEAD_BYTES", 50 * 12 * 12 * 3)
    begun, lock = [], threading.Lock()

    def decode(path: Path) -> np.ndarray:
        with lock:
            begun.append(path.name)
        return LEVELS[0]

    images, taken, most = Streamed(decode, [Path("x")] * 4000, (12, 12, 3)), 0, 0
    for batch in in_turn(images, (np.arange(at, at + 20) for at in range(0, 4000, 20))):
        taken += len(batch)
        most = max(most, len(begun) - taken)
    assert taken == len(begun) == 4000
    assert most <= 50 + 20


def test_what_is_left_is_not_decoded() -> None:
    go_on, begun = threading.Event(), []

    def decode(path: Path) -> np.ndarray:
        begun.append(path)
        go_on.wait(20)
        return LEVELS[0]

    images = Streamed(decode, [Path("x")] * 400, (12, 12, 3))
    coming = images.ahead([np.arange(400)])
    coming.close()
    go_on.set()
    images[:1]
    assert len(begun) < 50


def test_a_picture_that_is_gone_while_training_is_named(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "budget_bytes", lambda: 0)

    def take_away(now: lamella.training.settings.Progress) -> None:
        if now.finished is not None:
            for each in pictures.iterdir():
                each.unlink()

    with pytest.raises(DataError, match=r"\d+\.png: The picture can't be read: there is no such file\."):
        lamella.train(DESIGN, f"folder:{pictures}", epochs=3, watch=take_away, out=tmp_path / "run")
    assert '"status": "failed: ' in (tmp_path / "run" / "run.json").read_text("utf-8")
