"""Training whole: the same seed, exact epochs, the best weights, Ctrl-C at every stage, the run folder."""

import json
import signal
from pathlib import Path

import numpy as np
import pytest

import lamella
from lamella import running
from lamella.errors import DataError, DesignError, LamellaError, RunError, UsageError
from lamella.reports.quality_text import quality_text
from lamella.restoration.engine import Engine
from lamella.sources.yaml_file import read
from lamella.training import data, loop, quality, trainer
from lamella.training.data import ImageData
from lamella.training.metrics import binary_cross_entropy
from lamella.training.settings import Settings

TEXT = b"""
input: [8, 8, 1]
layers:
  - Conv2D: {filters: 2, kernel_size: 3, padding: same, activation: relu}
  - MaxPooling2D: {name: code}
  - UpSampling2D
  - Conv2D: {name: restored, filters: 1, kernel_size: 3, padding: same, activation: sigmoid}
"""
DESIGN = read(TEXT, "small.yaml")


@pytest.fixture(autouse=True)
def small_images(monkeypatch):
    """73 training and 20 test images of one bright square each, under the name digits."""
    random = np.random.default_rng(5)
    images = np.zeros((93, 8, 8, 1), np.uint8)
    for image in images:
        row, column = random.integers(0, 6, 2)
        image[row : row + 3, column : column + 3] = random.integers(120, 256)
    found = ImageData("digits", images[:73], images[73:], "sha256:small")
    monkeypatch.setattr(trainer, "load", lambda *_: found)
    return found


def trained(out, **settings):
    settings = {"epochs": 3, "batch_size": 16} | settings
    return lamella.train(DESIGN, out=out, **settings)


def weights(run):
    return np.concatenate([run.weights()[name].ravel() for name in sorted(run.weights())])


def test_the_seed_gives_the_weights_and_another_gives_others(tmp_path):
    one, same, other = (trained(tmp_path / str(n), seed=seed) for n, seed in enumerate((7, 7, 8)))
    np.testing.assert_allclose(weights(one), weights(same), atol=1e-5)
    assert np.abs(weights(one) - weights(other)).max() > 1e-2
    losses = [[epoch.val_loss for epoch in run.epochs] for run in (one, same)]
    np.testing.assert_allclose(*losses, atol=1e-5)


def test_an_epoch_is_every_image_once_and_the_validation_loss_is_exact(small_images):
    model, counted = lamella.build(DESIGN), []
    images = data.to_float(small_images.train)
    history = loop.train(
        model, small_images.train, Settings(epochs=2, batch_size=4), lambda now: counted.append(now.images), lambda _: 0
    )
    assert max(counted) == len(history.learned) == 66
    assert model.optimizer.iterations == 2 * 17
    assert len(set(history.learned.tolist())) == 66
    held_out = np.setdiff1d(np.arange(73), history.learned)
    best = min(epoch.val_loss for epoch in history.epochs)
    assert history.best.val_loss == best
    assert binary_cross_entropy(images[held_out], model.predict_on_batch(images[held_out])) == pytest.approx(
        best, abs=1e-5
    )


def test_the_run_is_read_back_and_restores_as_the_model_did(tmp_path, small_images):
    run = trained(tmp_path / "run")
    read_back = running.load_run(tmp_path / "run")
    assert (read_back.design, read_back.epochs, read_back.facts, read_back.quality) == (
        run.design,
        run.epochs,
        run.facts,
        run.quality,
    )
    assert run.facts["status"] == "finished"
    assert {path.name for path in run.folder.iterdir()} == {
        "design.yaml",
        "metrics.jsonl",
        "quality.json",
        "run.json",
        "weights.safetensors",
    }
    test = data.to_float(small_images.test)
    restored = Engine(read_back).restore(test)
    assert binary_cross_entropy(test, restored) == pytest.approx(run.quality.network.bce, abs=1e-6)
    assert list(run.weights()) == ["conv2d/bias", "conv2d/kernel", "restored/bias", "restored/kernel"]


def test_the_gap_is_that_of_the_images_learned_from(tmp_path, monkeypatch):
    seen = []
    real = quality.judge
    monkeypatch.setattr(
        trainer,
        "judge",
        lambda plan, train, learned, *rest: seen.append(len(learned)) or real(plan, train, learned, *rest),
    )
    run = trained(tmp_path / "run")
    assert seen == [66]
    assert run.quality.gap == pytest.approx(run.quality.network.bce - run.quality.training_bce)


@pytest.mark.parametrize(
    ("numbers", "fitted", "words"),
    [
        (64 * 40, True, "PCA was fitted on 40 of the images learned from;"),
        (64 * 16, False, "16 components need more images than the 16 that fit"),
    ],
)
def test_components_are_fitted_on_a_part_of_the_images_or_left_out_and_that_is_said(
    numbers, fitted, words, tmp_path, monkeypatch
):
    monkeypatch.setattr(quality.baselines, "SAMPLE_NUMBERS", numbers)
    text = TEXT.replace(b"filters: 2", b"filters: 1")
    found = lamella.train(read(text, "d.yaml"), epochs=1, out=tmp_path / "run").quality
    assert (found.code_numbers, found.pca is not None, found.pca_images) == (16, fitted, numbers // 64)
    assert words in quality_text(found, "en")
    assert ("견줄 PCA가 없습니다" in quality_text(found, "ko")) != fitted
    assert running.load_run(tmp_path / "run").quality == found


def test_a_quality_written_before_samples_were_taken_is_read(tmp_path):
    run = trained(tmp_path / "run")
    assert run.quality.pca_images is None
    kept = json.loads((run.folder / "quality.json").read_text())
    del kept["pca_images"]
    (run.folder / "quality.json").write_text(json.dumps(kept))
    assert running.load_run(run.folder).quality == run.quality


def test_more_components_than_images_are_no_pca(tmp_path, small_images, monkeypatch):
    few = ImageData("digits", small_images.train[:20], small_images.test, "sha256:few")
    monkeypatch.setattr(trainer, "load", lambda *_: few)
    found = trained(tmp_path / "run", epochs=1).quality
    assert (found.code_numbers, found.pca, found.pca_images) == (32, None, None)
    assert "No PCA to compare with: 32 components need more images than were learned from." in quality_text(found, "en")


@pytest.mark.parametrize("after", [1, 2])
def test_ctrl_c_keeps_the_best_so_far(after, tmp_path):
    def stop(now):
        if now.epoch == after + 1 and now.images:
            raise KeyboardInterrupt

    run = trained(tmp_path / "run", watch=stop)
    assert run.facts["status"] == "interrupted"
    assert [epoch.epoch for epoch in run.epochs] == list(range(1, after + 1))
    assert running.load_run(run.folder).quality == run.quality is not None


def test_ctrl_c_is_not_lost_in_a_destructor(tmp_path):
    """Python ignores every error of a destructor, and frameworks have many."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it

    class Loud:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

    def stop(now):
        if now.epoch == 2 and not now.images:
            Loud()

    run = trained(tmp_path / "run", epochs=9, watch=stop)
    assert (run.facts["status"], len(run.epochs)) == ("interrupted", 1)
    assert signal.signal(signal.SIGINT, before) is signal.default_int_handler


def test_ctrl_c_before_the_first_epoch_ends_leaves_no_run(tmp_path):
    def stop(now):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "run", watch=stop)
    assert json.loads((tmp_path / "run" / "run.json").read_text())["status"] == "stopped before an epoch ended"
    with pytest.raises(RunError, match="it has no"):
        running.load_run(tmp_path / "run")


def test_ctrl_c_while_measuring_keeps_the_run(tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(trainer, "judge", stop)
    run = trained(tmp_path / "run")
    assert (run.facts["status"], run.quality) == ("interrupted", None)
    assert running.load_run(run.folder).epochs == run.epochs


def test_early_stopping_and_the_time_limit(tmp_path):
    run = trained(tmp_path / "patience", epochs=50, patience=1, learning_rate=3.0)
    assert len(run.epochs) < 50
    assert not run.epochs[-1].best
    assert len(trained(tmp_path / "time", epochs=50, time_limit_s=1e-6).epochs) == 1


def test_a_loss_that_is_no_number_is_said(tmp_path):
    roots = read(TEXT.replace(b"sigmoid}", b"linear}") + b"  - ops.sqrt\n", "roots.yaml")  # of numbers below 0 too
    with pytest.raises(LamellaError, match=r"The loss became nan in epoch 1\."):
        lamella.train(roots, out=tmp_path / "run")
    assert json.loads((tmp_path / "run" / "run.json").read_text())["status"].startswith("failed: The loss became nan")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"epochs": 2.5}, "epochs must be an integer >= 1. Received 2.5."),
        ({"epochs": "3"}, 'epochs must be an integer >= 1. Received "3".'),
        ({"batch_size": True}, "batch-size must be an integer >= 1. Received true."),
        ({"learning_rate": "0.1"}, 'learning-rate must be a number above 0 and below 10. Received "0.1".'),
        ({"learning_rate": float("nan")}, "learning-rate must be a number above 0 and below 10. Received nan."),
        ({"seed": -1}, "seed must be an integer from 0 to 4294967295. Received -1."),
        ({"time_limit_s": 0}, "time-limit must be a number of seconds above 0. Received 0."),
    ],
)
def test_wrong_settings(settings, words, tmp_path):
    with pytest.raises(UsageError) as error:
        trained(tmp_path / "run", **settings)
    assert str(error.value) == words
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        (
            TEXT.replace(b"8, 8", b"9, 9"),
            DesignError,
            "one input and one output of the same shape. Received 9x9x1 -> 8x8x1.",
        ),
        (
            TEXT.replace(b"8, 8", b"null, null"),
            DesignError,
            "Training needs a fixed input size. The input is H × W × 1.",
        ),
        (
            TEXT.replace(b"8, 8", b"10, 10"),
            DataError,
            "The images of digits are [8, 8, 1], the design's input is 10x10x1.",
        ),
        (
            TEXT.replace(b"filters: 2", b"filters: 0"),
            DesignError,
            "The design has 1 errors; it can't be built or written as code.",
        ),
    ],
)
def test_designs_that_cant_be_trained(text, kind, words, tmp_path):
    with pytest.raises(kind) as error:
        lamella.train(read(text, "d.yaml"), out=tmp_path / "run")
    assert words in str(error.value)
    assert not (tmp_path / "run").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RunError, match="The folder exists and is not empty"):
        trained(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("run.json", "{}", "not a run folder"),
        ("run.json", "[]", "not a run folder"),
        ("metrics.jsonl", "{}\n", "not a run folder"),
        ("metrics.jsonl", "no json\n", "not a run folder"),
        ("design.yaml", "layers: [", "not a run folder"),
        ("quality.json", "{}", "not a run folder"),
        ("weights.safetensors", "broken", "The weights don't fit the design: the file is broken"),
        (
            "design.yaml",
            TEXT.decode().replace("filters: 2", "filters: 3"),
            "The weights don't fit the design: these differ",
        ),
    ],
)
def test_a_damaged_run(file, content, words, tmp_path):
    run = trained(tmp_path / "run", epochs=1)
    (run.folder / file).write_text(content)
    with pytest.raises(RunError, match=words):
        running.load_run(run.folder).weights()


def test_names_that_keras_cant_hold(tmp_path):
    text = TEXT.decode().replace("name: code", "name: 코드 1").replace("name: restored", "name: a@b")
    run = lamella.train(read(f"name: 숫자 복원\n{text}".encode(), "d.yaml"), epochs=1, out=tmp_path / "run")
    assert "a@b/kernel" in run.weights()
    assert Engine(running.load_run(run.folder)).restore(np.zeros((1, 8, 8, 1), np.float32)).shape == (1, 8, 8, 1)
    assert run.quality.code_name == "코드 1"


def test_runs_are_named_after_the_design(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folders = [lamella.train(DESIGN, epochs=1, batch_size=64).folder for _ in range(2)]
    assert folders == [Path("runs/run"), Path("runs/run-2")]
