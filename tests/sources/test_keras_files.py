"""Bad Keras files: one clear error each, soon, in little memory, and nothing is written."""

from __future__ import annotations

import copy
import json
import pickle
import random
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from keras import layers

from lamella import api
from lamella.errors import SourceError
from lamella.sources.keras_config import design

MOST_SECONDS, MOST_BYTES = 2, 150 * 2**20
"""Half of what is promised, 300 MiB: what grows with the file would be more than that for a larger one."""
AGAIN = "Save the model again with model.save."


def config() -> dict:
    x = keras.Input((8, 8, 1), name="x")
    y = layers.Conv2D(2, 3, name="c")(x)
    model = keras.Model(x, layers.Dense(2, name="d")(layers.Flatten(name="f")(y)), name="m")
    return json.loads(json.dumps(keras.saving.serialize_keras_object(model)))


def archive(path: Path, text: bytes | str, packed: int = zipfile.ZIP_DEFLATED, name: str = "config.json") -> None:
    with zipfile.ZipFile(path, "w", packed) as file:
        file.writestr(name, text)


def broken(found: dict, change) -> str:
    found = copy.deepcopy(found)
    change(found["config"])
    return json.dumps(found)


def bomb(path: Path) -> None:
    archive(path, b" " * 200 * 2**20)


def lying_bomb(path: Path) -> None:
    """Its directory says that the member has 10 bytes."""
    archive(path, b" " * 200 * 2**20)
    data = bytearray(path.read_bytes())
    start = data.rindex(b"PK\1\2") + 24
    data[start : start + 4] = struct.pack("<I", 10)
    path.write_bytes(data)


def many_lists(path: Path) -> None:
    archive(path, b"[" + b"[]," * 5_000_000 + b"1]")


def many_members(path: Path) -> None:
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    count = 500_000
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 65535, 65535, len(entry) * count, 0, 0)
    path.write_bytes(entry * count + end)


def encrypted(path: Path) -> None:
    archive(path, json.dumps(config()))
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)


def member_link(path: Path) -> None:
    """A link to a file outside, as some programs unpack it; it is text here."""
    member = zipfile.ZipInfo("config.json")
    member.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(member, "/etc/passwd")


def lying_text(path: Path) -> None:
    """A text of two letters, of which the file says that it has 2^32 - 1."""
    link(path, lambda file: file.attrs.create("model_config", "[1"))
    data = bytearray(path.read_bytes())
    place = data.index(struct.pack("<IQI", 2, data.index(b"GCOL"), 1))
    data[place : place + 4] = b"\xff" * 4
    path.write_bytes(data)


def newest_form(path: Path) -> None:
    with h5py.File(path, "w", libver="latest") as file:
        for count in range(20):  # so many that they are kept in a heap of their own
            file.attrs[f"other{count}"] = "x"
        file.attrs["model_config"] = "[1"


def models_in_models(path: Path) -> None:
    """Each of 40 models calls the one in it twice: 2^40 layers."""
    inner: dict = {"class_name": "ReLU", "module": "keras.layers", "config": {"name": "l"}}
    for _ in range(20):
        tensor = {"class_name": "__keras_tensor__", "config": {"shape": [None, 4], "keras_history": ["i", 0, 0]}}
        again = {"class_name": "__keras_tensor__", "config": {"shape": [None, 4], "keras_history": ["l", 0, 0]}}
        source = {"class_name": "InputLayer", "config": {"batch_shape": [None, 4], "name": "i"}, "inbound_nodes": []}
        calls = [{"args": [tensor], "kwargs": {}}, {"args": [again], "kwargs": {}}]
        out = ["l", 1 + ("layers" in inner["config"]), 0]
        found = {"name": "l", "layers": [source, {**inner, "name": "l", "inbound_nodes": calls}]}
        found |= {"input_layers": ["i", 0, 0], "output_layers": out}
        inner = {"class_name": "Functional", "module": "keras", "config": found}
    archive(path, json.dumps(inner))


def layer(found: dict, place: int) -> dict:
    return found["layers"][place]


def reads(found: dict, place: int) -> list:
    return layer(found, place)["inbound_nodes"][0]["args"][0]["config"]["keras_history"]


def link(path: Path, made) -> None:
    with h5py.File(path, "w") as file:
        made(file)


FILES = {
    "empty.keras": (
        lambda path: path.touch(),
        f"not a whole .keras file: it is no zip archive, or its end is missing. {AGAIN}",
    ),
    "pickle.keras": (lambda path: path.write_bytes(pickle.dumps(config())), "it is no zip archive"),
    "bomb.keras": (bomb, "The model has a config of many megabytes; lamella reads up to 16.0 MiB."),
    "lying.keras": (lying_bomb, "config.json in it is damaged"),
    "lists.keras": (many_lists, "The model has a config of many megabytes"),
    "members.keras": (many_members, "it lists too many members"),
    "encrypted.keras": (encrypted, "config.json is encrypted"),
    "other.keras": (lambda path: archive(path, "{}", name="../config.json"), "it holds no config.json"),
    "link.keras": (member_link, "its config is no JSON"),
    "bzip2.keras": (lambda path: archive(path, "{}", zipfile.ZIP_BZIP2), "config.json is packed in an unusual way"),
    "text.keras": (lambda path: archive(path, "[1,"), "its config is no JSON"),
    "nonsense.keras": (lambda path: archive(path, b"\xff\xfe\xff"), "its config is no JSON"),
    "list.keras": (lambda path: archive(path, "[1, 2]"), "config is not as Keras writes it"),
    "empty_object.keras": (lambda path: archive(path, "{}"), "config is not as Keras writes it"),
    "deep.keras": (lambda path: archive(path, "[" * 100_000), "nested too deep"),
    "digits.keras": (lambda path: archive(path, "1" * 100_000), "its config is no JSON"),
    "doubling.keras": (models_in_models, "very many layers; lamella reads up to 100,000 nodes"),
    "cycle.keras": (
        lambda path: archive(path, broken(config(), lambda found: reads(found, 1).__setitem__(0, "d"))),
        "layers wait for each other: c, f, d",
    ),
    "missing.keras": (
        lambda path: archive(path, broken(config(), lambda found: reads(found, 1).__setitem__(0, "nowhere"))),
        "'c' reads 'nowhere', which is not there",
    ),
    "call.keras": (
        lambda path: archive(path, broken(config(), lambda found: reads(found, 2).__setitem__(1, 7))),
        "nothing is output 0 of call 7 of 'c'",
    ),
    "twice.keras": (
        lambda path: archive(path, broken(config(), lambda found: layer(found, 1).update(name="x"))),
        "two layers are named 'x'",
    ),
    "nameless.keras": (
        lambda path: archive(path, broken(config(), lambda found: layer(found, 1).update(name=" "))),
        "layers[1].name is not as Keras writes it",
    ),
    "empty.h5": (lambda path: path.touch(), "This is not a whole .h5 file"),
    "weights.h5": (lambda path: link(path, lambda file: file.create_group("a")), "it has no attribute model_config"),
    "numbers.h5": (
        lambda path: link(path, lambda file: file.attrs.create("model_config", np.zeros(9))),
        "model_config is no text",
    ),
    "text.h5": (lambda path: link(path, lambda file: file.attrs.create("model_config", "[1")), "its config is no JSON"),
    "large.h5": (
        lambda path: link(path, lambda file: file.attrs.create("model_config", " " * 200 * 2**20)),
        "its config is too large",
    ),
    "lying.h5": (lying_text, "its config is too large"),
    "newest.h5": (newest_form, "its config is no JSON"),
    "soft.h5": (
        lambda path: link(path, lambda file: file.__setitem__("model_config", h5py.SoftLink("/model_config"))),
        "it has no attribute model_config",
    ),
    "external.h5": (
        lambda path: link(path, lambda file: file.__setitem__("model_config", h5py.ExternalLink("/etc/passwd", "/"))),
        "it has no attribute model_config",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bad")


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_gives_one_error(name, folder):
    make, words = FILES[name]
    make(folder / name)
    before = sorted(folder.iterdir())
    with pytest.raises(SourceError) as caught:
        api.plan(folder / name)
    (found,) = caught.value.problems
    assert words in found.text()
    assert found.text().startswith(str(folder / name))
    assert found.message("ko")
    assert sorted(folder.iterdir()) == before


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process's memory is read from /proc")
def test_all_of_them_soon_and_in_little_memory(folder):
    """Each in a process of its own, whose memory and time the system counts; start-up included."""
    code = (
        "import sys, time; from lamella import api, LamellaError\nimport h5py; start = time.process_time()\n"
        "try: api.plan(sys.argv[1])\nexcept LamellaError: pass\n"
        "print(time.process_time() - start, open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    )
    for name, (make, _) in FILES.items():
        if not (folder / name).exists():
            make(folder / name)
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder / name)], capture_output=True, text=True, check=True
        )
        seconds, kilobytes = map(float, done.stdout.split())
        assert (seconds < MOST_SECONDS, kilobytes * 1024 < MOST_BYTES) == (True, True), (name, seconds, kilobytes)


@pytest.mark.parametrize("ending", ["keras", "h5"])
@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
def test_a_file_that_was_cut_off(ending, tmp_path):
    x = keras.Input((32, 32, 3), name="x")
    path, cut = tmp_path / f"m.{ending}", tmp_path / f"cut.{ending}"
    keras.Model(x, layers.Dense(64)(layers.Flatten()(layers.Conv2D(8, 3)(x)))).save(path)
    data = path.read_bytes()
    assert len(data) > 100 * 4096
    for end in range(0, len(data), 4096):
        cut.write_bytes(data[:end])
        with pytest.raises(SourceError):
            api.read(cut)


def mutated(value, chance: random.Random):
    """The value with a few parts replaced by what does not belong there."""
    odd = (
        None,
        True,
        -1,
        2**40,
        float("inf"),
        "",
        "x",
        [],
        {},
        ["x", 0, 0],
        [None, 4],
        {"class_name": "y", "config": 1},
    )
    if chance.random() < 0.01:
        return chance.choice(odd)
    if isinstance(value, dict):
        return {key: mutated(each, chance) for key, each in value.items() if chance.random() > 0.003}
    if isinstance(value, list):
        return [mutated(each, chance) for each in value]
    return value


def test_whatever_the_config_holds_the_answer_is_a_plan_or_an_error():
    found, chance = config(), random.Random(7)
    outcomes = {"planned": 0, "refused": 0}
    for _ in range(3000):
        try:
            api.plan(design(mutated(found, chance), "m.keras"))
            outcomes["planned"] += 1
        except SourceError:
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 100


def test_numbers_without_an_end():
    found = config()
    found["config"]["layers"][1]["config"]["filters"] = json.loads("1e999")
    found["config"]["layers"][0]["config"]["batch_shape"] = [None, 2**40, 2**40, 1]
    plan = api.plan(design(found, "m.keras"))
    assert [each.key for each in plan.errors] == ["argument value"]
    assert plan.row("x").output_shape == ("B", 2**40, 2**40, 1)


def test_members_that_lead_outside_are_not_looked_at(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    archive(inside / "m.keras", json.dumps(config()))
    with zipfile.ZipFile(inside / "m.keras", "a") as file:
        file.writestr("../outside", "x")
    assert api.plan(inside / "m.keras").findings == ()
    assert sorted(tmp_path.rglob("*")) == [inside, inside / "m.keras"]


def test_a_folder_and_a_pipe(tmp_path):
    import os

    (tmp_path / "a.keras").mkdir()
    os.mkfifo(tmp_path / "b.keras")
    with pytest.raises(SourceError, match="it is a folder"):
        api.read(tmp_path / "a.keras")
    with pytest.raises(SourceError, match="it is not a regular file"):
        api.read(tmp_path / "b.keras")


def test_weights_are_never_read(tmp_path):
    """A member of weights that would be an error if anything looked at it."""
    archive(tmp_path / "m.keras", json.dumps(config()))
    with zipfile.ZipFile(tmp_path / "m.keras", "a") as file:
        file.writestr("model.weights.h5", b"\0" * 5_000_000)
    data = bytearray((tmp_path / "m.keras").read_bytes())
    data[-3_000_000:-2_999_000] = b"\7" * 1000
    (tmp_path / "m.keras").write_bytes(data)
    assert api.plan(tmp_path / "m.keras").findings == ()
