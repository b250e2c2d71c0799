"""train, restore and demo through the command line: what they print, write and end with."""

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PIL import Image

from doors.command import lamella
from lamella import api, running
from lamella.building.versions import engine_versions
from lamella.design import Node
from lamella.errors import BuildError
from lamella.restoration.engine import Engine
from lamella.training.data import load
from lamella.training.run import load as load_run


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo with few epochs, as another process; its folder and what it printed."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "lamella", "demo", "--epochs", "4", "--lang", "en"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=True)
    return folder / "lamella-demo", done


def test_demo_prints_the_way(demo):
    folder, done = demo
    assert done.stdout.startswith("upsampling autoencoder\n")
    assert "3,369 parameters (3,369 trainable)" in done.stdout
    assert "a perfect copy (the floor)  0.0580" in done.stdout
    assert f"Written: {folder.name}/restored.png" in done.stdout
    lines = [line for line in done.stderr.splitlines() if line]
    assert [line.split("  ")[0] for line in lines] == [f"epoch {n}/4" for n in range(1, 5)]
    assert "\x1b" not in done.stdout + done.stderr


def test_demo_restores_the_very_digits(demo):
    """Each restored digit is more like its own original than like any other of the ten."""
    sheet = np.asarray(Image.open(demo[0] / "restored.png").convert("L"), float)
    assert sheet.shape == (2 * 84 + 2, 10 * 84 + 9 * 2)
    top, bottom = (
        [sheet[row : row + 84, column : column + 84].ravel() for column in range(0, 10 * 86, 86)] for row in (0, 86)
    )
    likeness = np.corrcoef(top + bottom)[:10, 10:]
    assert likeness.diagonal().min() > 0.6
    assert (likeness.argmax(axis=0) == np.arange(10)).all()
    original = np.kron(load("digits", (28, 28, 1)).test[0, :, :, 0], np.ones((3, 3)))
    assert np.array_equal(top[0], original.ravel())


def test_demo_writes_a_report_of_its_own(demo):
    page = (demo[0] / "report.html").read_text("utf-8")
    for words in ("data:image/png;base64,", "<svg", "brings_28_back (Conv2D)", "PCA, 64 components", "Learning rate"):
        assert words in page
    assert "<script" not in page
    assert page == running.report(demo[0] / "run", language="en").html


def test_every_fact_of_a_run_has_a_name_in_korean(demo):
    page = running.report(demo[0] / "run", language="ko").html
    _, used = page.split("<caption>설정, 데이터, 버전, 기계</caption>")
    names = re.findall("<tr><td>([^<]*)</td>", used)
    assert len(names) > 20
    versions = {"lamella", "python", *engine_versions()}
    assert [each for each in names if not re.search("[가-힣]", each) and each not in versions] == []
    assert "<td>이미지 복원</td>" in used


def test_restore_fits_pictures_and_says_so(demo, tmp_path, monkeypatch):
    pictures, out = tmp_path / "in", tmp_path / "out"
    pictures.mkdir()
    Image.fromarray(load("digits", (28, 28, 1)).test[3, :, :, 0]).save(pictures / "digit.png")
    Image.new("RGB", (40, 30), (200, 10, 10)).save(pictures / "red.jpg")
    (pictures / "text.png").write_text("no picture")
    data = (pictures / "red.jpg").read_bytes()
    (pictures / "cut.jpg").write_bytes(data[: len(data) // 2])
    before = {path: path.read_bytes() for path in pictures.iterdir()}
    done = lamella(monkeypatch, "restore", demo[0] / "run", pictures, "-o", out)
    assert done.status == 4
    assert f"{pictures}/digit.png -> {out}/digit.png\n" in done.out
    assert f"{pictures}/red.jpg -> {out}/red.png  (fitted: 40x30 RGB to 28x28x1)\n" in done.out
    assert done.err.count("The picture can't be read") == 2
    assert "2 restored, 2 failed" in done.err
    assert {path: path.read_bytes() for path in pictures.iterdir()} == before
    restored = np.asarray(Image.open(out / "digit.png"), float)
    assert restored.shape == (28, 28)
    assert np.corrcoef(restored.ravel(), load("digits", (28, 28, 1)).test[3].ravel())[0, 1] > 0.6
    assert sorted(path.name for path in out.iterdir()) == ["digit.png", "red.png"]


def test_export_writes_what_the_run_restores(demo, tmp_path, monkeypatch):
    """Another program gets from the ONNX file what `restore` gives, without Keras."""
    done = lamella(monkeypatch, "export", demo[0] / "run", "-o", tmp_path / "restorer.onnx")
    assert (done.status, done.out) == (0, f"Written: {tmp_path}/restorer.onnx\n")
    assert [path.name for path in tmp_path.iterdir()] == ["restorer.onnx"]
    session = onnxruntime.InferenceSession(tmp_path / "restorer.onnx", providers=["CPUExecutionProvider"])
    assert [(each.name, each.shape) for each in session.get_inputs()] == [("input", ["batch", 28, 28, 1])]
    images = load("digits", (28, 28, 1)).test[:20] / np.float32(255)
    (restored,) = session.run(["restored"], {"input": images.astype("float32")})
    expected = Engine(load_run(demo[0] / "run")).restore(images.astype("float32"))
    np.testing.assert_allclose(restored, expected, atol=1e-5)
    again = lamella(monkeypatch, "export", demo[0] / "run", "-o", tmp_path / "restorer.onnx", LAMELLA_LANG="ko")
    assert (again.status, again.out) == (2, "")
    assert "파일이 이미 있" in again.err


def test_the_program_in_the_readme_runs(demo, tmp_path, monkeypatch):
    running.export(demo[0] / "run", tmp_path / "restorer.onnx")
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    (program,) = re.findall(r"```python\n(import numpy as np\nimport onnxruntime\n.*?)```", readme, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(program, names)  # noqa: S102  (the program under test)
    assert names["restored"].shape == (3, 28, 28, 1)


def test_a_run_that_onnx_has_no_words_for_writes_nothing(demo, tmp_path, monkeypatch):
    run = load_run(demo[0] / "run")
    node = Node("odd", "Activation", {"activation": "sparsemax"}, ("restored",))
    odd = replace(run.design, nodes=(*run.design.nodes, node), outputs={"odd": "odd"})
    with pytest.raises(BuildError, match="Activation can't be written as ONNX: its activation sparsemax has no ONNX"):
        running.export(replace(run, design=odd), tmp_path / "odd.onnx")
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["export", "empty", "-o", "out.onnx"], "error: empty: This is not a run folder: it has no design.yaml"),
        (["export", "{run}", "-o", "p.png"], 'error: -o must be a file that ends in .onnx. Received "p.png".'),
        (
            ["export", "{run}", "-o", "none/out.onnx"],
            "error: none/out.onnx: It can't be written: there is no folder",
        ),
        (["restore", "{run}", "nowhere", "-o", "out"], "error: nowhere: There is no such file or folder."),
        (["restore", "{run}", "empty", "-o", "out"], "error: empty: There is no PNG or JPEG picture in it."),
        (["restore", "empty", "p.png", "-o", "out"], "error: empty: This is not a run folder: it has no design.yaml"),
        (["restore", "p.png", "p.png", "-o", "out"], "error: p.png: This is not a run folder: it is a file."),
        (["restore", "{run}", "p.png", "-o", "p.png"], "error: p.png: The restored picture would replace"),
        (["restore", "{run}", "p.png", "-o", "p.jpg"], "error: -o must be a folder, or a .png for one picture."),
        (["train", "{design}", "--out", "p.png"], "error: p.png: The folder exists and is not empty."),
        (["train", "{design}", "--out", "p.png/x"], "error: p.png/x: It can't be written: Not a directory."),
        (["train", "{design}", "--epochs", "0"], "error: epochs must be an integer >= 1. Received 0."),
        (["train", "{design}", "--data", "cifar"], 'error: There is no data set "cifar".'),
        (["train", "{design}", "--data", "mnist:empty"], "error: empty: The folder has no train-images-idx3-ubyte"),
        (["train", "nowhere.yaml"], "error: nowhere.yaml: There is no such file or folder."),
    ],
)
def test_misuse_is_said_and_writes_nothing(arguments, words, demo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    Image.new("L", (28, 28)).save(tmp_path / "p.png")
    content = (tmp_path / "p.png").read_bytes()
    given = [each.format(run=demo[0] / "run", design=demo[0] / "design.yaml") for each in arguments]
    done = lamella(monkeypatch, *given)
    assert done.first_error.startswith(words)
    assert done.status == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "p.png"]
    assert (tmp_path / "p.png").read_bytes() == content


def test_a_design_with_errors_is_not_trained(tmp_path, monkeypatch):
    (tmp_path / "d.yaml").write_text("input: [28, 28, 1]\nlayers:\n  - Conv2D: {filters: 0, kernel_size: 3}\n")
    done = lamella(monkeypatch, "train", tmp_path / "d.yaml", "--out", tmp_path / "run")
    assert "filters must be an integer >= 1. Received 0." in done.err
    assert (done.status, (tmp_path / "run").exists()) == (1, False)


def test_an_output_outside_the_range_is_warned_of(tmp_path, monkeypatch):
    (tmp_path / "d.yaml").write_text("input: [28, 28, 1]\nlayers:\n  - Conv2D: {filters: 1, kernel_size: 1}\n")
    done = lamella(monkeypatch, "train", tmp_path / "d.yaml", "--out", tmp_path / "run", "--epochs", "1", "--quiet")
    assert "warning LAM216" in done.err
    assert "The output (activation linear) can leave the range 0 to 1" in done.err
    assert done.status == 0


def test_ctrl_c_ends_with_130_and_the_best_so_far(tmp_path):
    design = Path(tmp_path) / "d.yaml"
    api.new("upsampling-autoencoder", design)
    command = [sys.executable, "-m", "lamella", "train", str(design), "--out", str(tmp_path / "run"), "--lang", "en"]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job's children ignore it
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        signal.signal(signal.SIGINT, before)
        first = process.stderr.readline()
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert first.startswith("epoch 1/40  loss ")
    assert "Stopped by hand; the best so far, epoch 1, is kept." in err
    assert "this network" in out
    assert process.returncode == 130
    assert json.loads((tmp_path / "run" / "run.json").read_text())["status"] == "interrupted"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--help"], 0),
        (["--version"], 0),
        (["train", "--help"], 0),
        (["plan", "{design}"], 0),
        (["explain", "Conv2D"], 0),
        (["train", "{design}"], 2),
        (["bench", "{design}"], 2),
        (["restore", "run", "p.png", "-o", "out"], 2),
        (["demo", "-o", "out"], 2),
        (["report", "run", "-o", "out.html"], 2),
        (["export", "run", "-o", "out.onnx"], 2),
    ],
)
def test_without_the_engines_planning_works_and_the_rest_says_what_is_missing(arguments, status, tmp_path):
    design = tmp_path / "d.yaml"
    api.new("upsampling-autoencoder", design)
    code = (
        "import sys, importlib.abc\n"
        "class Missing(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('numpy', 'PIL', 'safetensors', 'keras', 'tensorflow', 'onnx'):\n"
        "            raise ModuleNotFoundError(name=name)\n"
        "sys.meta_path.insert(0, Missing())\n"
        f"sys.argv = ['lamella', *{[each.format(design=design) for each in arguments]!r}]\n"
        "from lamella.doors.cli import main\nmain()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    if status:
        needs = {"export": ("writing ONNX", "restore"), "restore": ("restoring", "restore")}
        needs["report"] = needs["restore"]
        what, extra = needs.get(arguments[0], ("training and restoring", "train"))
        assert f"is not installed; {what} needs it. pip install 'lamella[{extra}]'" in done.stderr
        assert [path.name for path in tmp_path.iterdir()] == ["d.yaml"]
