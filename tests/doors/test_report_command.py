"""`lamella report`: what it writes and prints, and one clear error for whatever is wrong, with nothing written."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import lamella as package
from doors.command import lamella
from lamella import running
from lamella.training import run as runs
from reports.small_run import fill, small_run

SHAPE = (12, 16, 1)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run of pictures in the folder `in`, beside which the test stands."""
    monkeypatch.chdir(tmp_path)
    fill(tmp_path / "in", 80, SHAPE)
    return small_run(tmp_path / "run", "folder:in", SHAPE)


def test_it_writes_the_report_and_the_card(run, tmp_path, monkeypatch):
    done = lamella(monkeypatch, "report", "run", "-o", "r.html", "--card", "r.md", "--seed", 7)
    assert (done.status, done.out, done.err) == (0, "Written: r.html\nWritten: r.md\n", "")
    made = package.report("run", seed=7, language="en")
    assert (tmp_path / "r.html").read_text("utf-8") == made.html
    assert (tmp_path / "r.md").read_text("utf-8") == made.card
    assert "drawn with seed 7" in made.html
    assert sorted(each.name for each in tmp_path.iterdir()) == ["in", "r.html", "r.md", "run"]


def test_in_korean(run, tmp_path, monkeypatch):
    done = lamella(monkeypatch, "report", "run", "-o", "r.html", "--lang", "ko")
    assert done.out == "만든 파일: r.html\n"
    assert '<html lang="ko">' in (tmp_path / "r.html").read_text("utf-8")


def test_pictures_that_are_gone_are_told_and_the_rest_is_written(run, tmp_path, monkeypatch):
    (tmp_path / "in").rename(tmp_path / "moved")
    done = lamella(monkeypatch, "report", "run", "-o", "r.html")
    assert (done.status, done.out) == (0, "Written: r.html\n")
    assert done.first_error.startswith("warning LAM132: This report has no pictures and no scores of single images.")
    assert done.err.count("\n") == 1
    done = lamella(monkeypatch, "report", "run", "-o", "s.html", "--data", "folder:moved")
    assert (done.status, done.err) == (0, "")
    assert "The worst" in (tmp_path / "s.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere", "-o", "r.html"], "error: nowhere: This is not a run folder: it is not there."),
        (["in", "-o", "r.html"], "error: in: This is not a run folder: it has no design.yaml"),
        (["in/000.png", "-o", "r.html"], "error: in/000.png: This is not a run folder: it is a file."),
        (["run", "-o", "r.pdf"], 'error: -o must be a file that ends in .html. Received "r.pdf".'),
        (["run", "-o", "in"], "error: -o must be a file that ends in .html."),
        (["run", "-o", "there.html"], "error: there.html: The file exists already and was left as it is."),
        (["run", "-o", "none/r.html"], "error: none/r.html: It can't be written: there is no folder none."),
        (
            ["run", "-o", "r.html", "--card", "r.txt"],
            'error: --card must be a file that ends in .md. Received "r.txt".',
        ),
        (
            ["run", "-o", "r.html", "--card", "none/r.md"],
            "error: none/r.md: It can't be written: there is no folder none.",
        ),
        (["run", "-o", "r.html", "--data", "cifar"], 'error: There is no data set "cifar".'),
        (["run", "-o", "r.html", "--data", "folder:none"], "error: none: There is no such file or folder."),
        (["run", "-o", "r.html", "--data", "digits"], "error: The images of digits are not those that the run was"),
    ],
)
def test_misuse_is_said_and_writes_nothing(arguments, words, run, tmp_path, monkeypatch):
    (tmp_path / "there.html").write_text("mine")
    done = lamella(monkeypatch, "report", *arguments)
    assert done.first_error.startswith(words)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["in", "run", "there.html"]
    assert (tmp_path / "there.html").read_text() == "mine"


def without_weights(run):
    (run.folder / runs.WEIGHTS).unlink()


def broken_weights(run):
    (run.folder / runs.WEIGHTS).write_bytes(b"none")


def weights_of_another(run):
    runs.write_weights(run.folder, {"edges/kernel": np.zeros((3, 3, 1, 4), np.float32)})


def not_numbers(run):
    weights = run.weights()
    weights["edges/bias"][0] = np.nan
    runs.write_weights(run.folder, weights)


def broken_facts(run):
    (run.folder / runs.FACTS).write_text("{")


def facts_of_none(run):
    runs.write_json(run.folder / runs.FACTS, run.facts | {"versions": "x"})


def facts_without_data(run):
    runs.write_json(run.folder / runs.FACTS, run.facts | {"data": {}})


def loss_of_none(run):
    (run.folder / runs.METRICS).write_text('{"epoch": 1, "loss": null, "val_loss": 1, "seconds": 1, "best": true}\n')


def quality_of_none(run):
    (run.folder / runs.QUALITY).write_text("{}")


@pytest.mark.parametrize(
    ("damage", "words", "korean"),
    [
        (without_weights, "error: run: This is not a run folder: it has no weights.safetensors", "파일이 없습니다"),
        (broken_weights, "error: run/weights.safetensors: ", "파일이 손상되었습니다"),
        (weights_of_another, "error: run/weights.safetensors: ", "다른 것: edges/bias"),
        (
            not_numbers,
            "error: These weights hold numbers that are not finite (NaN or infinite): edges/bias.",
            "NaN이나",
        ),
        (broken_facts, "error: run: This is not a run folder: run.json is damaged (Expecting", "실행 폴더가 아닙니다"),
        (facts_of_none, "error: run: This is not a run folder: run.json is damaged (not as train", "train이 쓴 것과"),
        (facts_without_data, "error: run: This is not a run folder: run.json is damaged (not as", "파일이 손상"),
        (loss_of_none, "error: run: This is not a run folder: metrics.jsonl is damaged (not as", "metrics.jsonl"),
        (quality_of_none, "error: run: This is not a run folder: quality.json is damaged (not as", "quality.json"),
    ],
)
def test_a_run_that_is_broken_is_refused_and_nothing_written(damage, words, korean, run, tmp_path, monkeypatch):
    damage(run)
    done = lamella(monkeypatch, "report", "run", "-o", "r.html", "--card", "r.md")
    assert done.first_error.startswith(words)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    done = lamella(monkeypatch, "report", "run", "-o", "r.html", "--lang", "ko")
    assert korean in done.err
    assert sorted(each.name for each in tmp_path.iterdir()) == ["in", "run"]


def test_where_the_page_cant_be_written_after_all_there_is_no_card(run, tmp_path, monkeypatch):
    """Another program takes the page's name while the report is made."""
    real = running.write_new

    def late(path, data):
        if str(path) == "r.html":
            (tmp_path / "r.html").write_text("theirs")
        real(path, data)

    monkeypatch.setattr(running, "write_new", late)
    done = lamella(monkeypatch, "report", "run", "-o", "r.html", "--card", "r.md")
    assert done.first_error.startswith("error: r.html: The file exists already")
    assert not (tmp_path / "r.md").exists()
    assert (tmp_path / "r.html").read_text() == "theirs"


def test_it_needs_no_keras(run, tmp_path):
    code = (
        "import sys, lamella\n"
        "lamella.report('run', 'r.html', card='r.md')\n"
        "assert not {'keras', 'tensorflow', 'torch', 'jax'} & {*sys.modules}, sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    assert (tmp_path / "r.html").is_file()
