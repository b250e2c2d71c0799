"""The commands: the same figures as Python gives, in every form, language and way of asking."""

import json
import subprocess
import sys

import pytest

import lamella as door
from doors.command import lamella
from lamella.api import ready_designs
from lamella.planning.contract import as_json
from lamella.reports.table import width


@pytest.fixture
def design(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert lamella(monkeypatch, "new", "upsampling-autoencoder").status == 0
    return tmp_path / "upsampling-autoencoder.yaml"


def test_json_is_the_contract_and_equals_python(design, monkeypatch):
    done = lamella(monkeypatch, "plan", design, "--json", "--batch", "64", "--optimizer", "sgd")
    data = json.loads(done.out)
    assert data == json.loads(json.dumps(as_json(door.plan(design, batch=64, optimizer="sgd"))))
    assert (done.err, done.status) == ("", 0)
    assert list(data)[:6] == ["schema", "name", "batch", "dtype", "macs_convention", "inputs"]
    assert data["inputs"] == {"input": [28, 28, 1]}
    assert data["outputs"] == {"restored": [28, 28, 1]}
    first = data["layers"][0]
    assert {
        key: first[key] for key in ("name", "type", "from", "output_shape", "params", "macs", "activation_bytes")
    } == {
        "name": "conv2d",
        "type": "Conv2D",
        "from": ["input"],
        "output_shape": [28, 28, 16],
        "params": 160,
        "macs": 112_896,
        "activation_bytes": 50_176,
    }
    assert first["receptive_field"] == {
        "min": [3, 3],
        "max": [3, 3],
        "start": [-1, -1],
        "stride": [[1, 1], [1, 1]],
        "seen": [3, 3],
        "aligned": True,
    }
    assert data["totals"] == {"params": 3369, "trainable_params": 3369, "macs": 712_224, "partial": False}
    assert sum(row["params"] for row in data["layers"]) == 3369


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", ready_designs())
def test_the_table_is_aligned(name, language, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    lamella(monkeypatch, "new", name)
    lines = lamella(monkeypatch, "plan", f"{name}.yaml", "--lang", language).out.splitlines()
    head, rule, *rest = lines[2:]
    rows = rest[: rest.index("")]
    assert set(rule) == {"─"}
    assert {width(row) for row in (head, *rows)} == {len(rule)}
    assert ("레이어" in head) == (language == "ko")


def test_standard_input_gives_the_same(design, monkeypatch):
    from_file, from_stdin = lamella(monkeypatch, "plan", design), None
    from_stdin = lamella(monkeypatch, "plan", "-", stdin=design.read_bytes())
    assert from_file == from_stdin


def test_language_of_the_environment(design, monkeypatch):
    environment = {"PATH": "", "PYTHONIOENCODING": "utf-8"}
    for extra, korean in ({"LC_ALL": "ko_KR.UTF-8"}, True), ({"LAMELLA_LANG": "en", "LC_ALL": "ko_KR.UTF-8"}, False):
        command = [sys.executable, "-m", "lamella", "plan", str(design)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment | extra, check=True)
        assert ("레이어" in done.stdout) == korean
        assert done.stderr == ""


def test_a_closed_pipe_is_no_error(design):
    command = f"{sys.executable} -m lamella plan {design} | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


def test_version_names_engines(monkeypatch):
    lines = lamella(monkeypatch, "--version").out.splitlines()
    assert lines[0].startswith(f"lamella {door.__version__} (Python 3.")
    assert any(line.startswith("  keras 3.") for line in lines)


def test_unknown_command(monkeypatch):
    done = lamella(monkeypatch, "paln")
    assert "There is no command 'paln'. Did you mean plan?" in done.err
    assert done.status == 2


def test_completion_script():
    environment = {"_LAMELLA_COMPLETE": "bash_source", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", "import sys; sys.argv[0] = 'lamella'; from lamella.doors.cli import main; main()"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert "_lamella_completion" in done.stdout, done.stderr


def test_new_keeps_what_is_there(design, monkeypatch):
    design.write_text("mine")
    done = lamella(monkeypatch, "new", "upsampling-autoencoder")
    assert "The file exists already and was left as it is." in done.err
    assert (done.status, design.read_text()) == (2, "mine")


def test_explain(monkeypatch):
    done = lamella(monkeypatch, "explain", "conv2d")
    assert done.out.startswith("Conv2D: Slides small learned windows")
    assert "kernel_size" in done.out
    assert lamella(monkeypatch, "explain", "Conv3D").status == 2
