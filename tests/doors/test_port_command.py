"""`lamella port`: the same text as `lamella.write`, on standard output or in a new file, and clear refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

import lamella as door
from doors.command import lamella
from lamella.api import ready_design
from lamella.errors import UsageError

DESIGN = b"name: small\ninput: [4]\nlayers:\n  - Dense: {units: 2, activation: relu}\n"
CODE = (
    "import keras\n"
    "from keras import layers\n"
    "\n"
    'inputs = keras.Input((4,), name="input")\n'
    'outputs = layers.Dense(2, activation="relu")(inputs)\n'
    "\n"
    'model = keras.Model(inputs, outputs, name="small")\n'
)


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.yaml").write_bytes(DESIGN)
    return tmp_path


@pytest.mark.parametrize("to", ["yaml", "keras"])
def test_both_doors_write_the_same(folder, monkeypatch, to):
    done = lamella(monkeypatch, "port", "d.yaml", "--to", to)
    assert (done.out, done.err, done.status) == (door.write("d.yaml", to), "", 0)
    assert lamella(monkeypatch, "port", "-", "--to", to, stdin=DESIGN).out == done.out
    written = lamella(monkeypatch, "port", "d.yaml", "--to", to, "-o", "out")
    assert (written.out, written.err, written.status) == ("Written: out\n", "", 0)
    assert (folder / "out").read_text() == done.out


def test_there_and_back(folder, monkeypatch):
    assert lamella(monkeypatch, "port", "d.yaml", "--to", "keras", "-o", "m.py").status == 0
    assert (folder / "m.py").read_text() == CODE
    assert lamella(monkeypatch, "plan", "m.py").out == lamella(monkeypatch, "plan", "d.yaml").out
    assert lamella(monkeypatch, "port", "m.py", "--to", "yaml").out == door.write("d.yaml")
    assert door.read("m.py") == door.read("d.yaml")


def test_yaml_is_what_write_gives_when_nothing_else_is_said(folder):
    assert door.write("d.yaml") == door.write("d.yaml", "yaml") == DESIGN.decode()
    with pytest.raises(UsageError, match="to must be yaml, keras"):
        door.write("d.yaml", "onnx")


def test_what_is_there_stays(folder, monkeypatch):
    done = lamella(monkeypatch, "port", "d.yaml", "--to", "keras", "-o", "d.yaml")
    assert done.err.startswith("error: d.yaml: The file exists already and was left as it is.")
    assert (done.status, (folder / "d.yaml").read_bytes()) == (2, DESIGN)
    assert lamella(monkeypatch, "port", "d.yaml", "--to", "keras", "-o", "no/where.py").status == 2


@pytest.mark.parametrize("to", [(), ("--to", "onnx")])
def test_a_form_must_be_named(folder, monkeypatch, to):
    done = lamella(monkeypatch, "port", "d.yaml", *to)
    assert (done.out, done.status) == ("", 2)
    assert "'--to'" in done.err


def test_every_error_of_the_design_is_named_and_nothing_is_written(folder, monkeypatch):
    (folder / "d.yaml").write_bytes(DESIGN + b"  - Conv2D: {filters: 2, kernel_size: 0}\n  - Mine: {gives: [3]}\n")
    done = lamella(monkeypatch, "port", "d.yaml", "--to", "keras", "-o", "m.py")
    assert [line.split(": ")[1] for line in done.err.splitlines()] == [
        "d.yaml",
        "d.yaml:5:39 layers[1] 'conv2d' (Conv2D)",
    ]
    assert "The design has 1 errors; it can't be built or written as code." in done.err
    assert (done.out, done.status, (folder / "m.py").exists()) == ("", 1, False)
    assert lamella(monkeypatch, "port", "d.yaml", "--to", "yaml").status == 0


def test_what_could_not_become_a_node_is_not_left_out_silently(folder, monkeypatch):
    (folder / "d.yaml").write_bytes(DESIGN + b"  - 3\n")
    done = lamella(monkeypatch, "port", "d.yaml", "--to", "yaml")
    assert (done.out, done.status) == ("", 1)
    assert done.err.startswith("error: d.yaml:5:5: layers[1] must be one layer type")


def test_the_readme_shows_what_is_written():
    text = door.write(ready_design("upsampling-autoencoder"), "keras")
    assert f"```python\n{text}```" in (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def test_korean(folder, monkeypatch):
    done = lamella(monkeypatch, "port", "d.yaml", "--to", "keras", "-o", "d.yaml", LAMELLA_LANG="ko")
    assert done.err.startswith("오류: d.yaml: 파일이 이미 있어 그대로 두었습니다.")
