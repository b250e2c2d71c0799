"""The contract of `plan --json` by its example, and the commands that write and explain."""

import json
import re

import pytest

import lamella as door
from doors.command import lamella
from lamella.layers import REGISTRY
from lamella.planning.contract import as_json
from lamella.reports.layer_text import GROUPS
from lamella.texts.words import say


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
    assert list(data)[:7] == ["schema", "name", "batch", "dtype", "macs_convention", "like", "inputs"]
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
        "multiple": [1, 1],
    }
    assert data["totals"] == {"params": 3369, "trainable_params": 3369, "macs": 712_224, "partial": False}
    assert sum(row["params"] for row in data["layers"]) == 3369


def test_new_keeps_what_is_there(design, monkeypatch):
    design.write_text("mine")
    done = lamella(monkeypatch, "new", "upsampling-autoencoder")
    assert "The file exists already and was left as it is." in done.err
    assert (done.status, design.read_text()) == (2, "mine")


def test_explain(monkeypatch):
    done = lamella(monkeypatch, "explain", "conv2d")
    assert done.out.startswith("Conv2D: Slides small learned windows")
    assert "kernel_size" in done.out
    assert lamella(monkeypatch, "explain", "convolution2D").out == done.out
    assert lamella(monkeypatch, "explain", "squeeze").out == lamella(monkeypatch, "explain", "ops.squeeze").out


def test_explain_names_every_layer_in_its_group(monkeypatch):
    for asked, names in (
        ([], list(REGISTRY)),
        (["conv"], [name for name in REGISTRY if "conv" in name.lower()]),
        (["POOL"], [name for name in REGISTRY if "pool" in name.lower()]),
    ):
        done = lamella(monkeypatch, "explain", *asked)
        listed = [name for line in done.out.splitlines() if line.startswith("  ") for name in line.split(",")]
        assert sorted(filter(None, map(str.strip, listed))) == sorted(names)
    groups = re.split(r"\n\n", lamella(monkeypatch, "explain", "--lang", "ko").out)
    assert [group.partition("\n")[0] for group in groups] == [say(key, "ko") for key in GROUPS]
    assert "Conv2DTranspose" in groups[1]


def test_a_layer_that_is_not_there(monkeypatch):
    assert lamella(monkeypatch, "explain", "Conv4D").status == 2
    assert "Run lamella explain, which names them all." in lamella(monkeypatch, "explain", "xyzzy").err
