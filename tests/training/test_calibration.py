"""What the machine does at most, kept in the cache: measured anew where the file is not this machine's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lamella.building.keras_model import keras_model
from lamella.planning.planner import plan
from lamella.planning.roofline import USUAL, Machine
from lamella.sources import yaml_file
from lamella.training import calibration
from lamella.training.learner import learner

MADE_UP = Machine(2e11, 3e10, 1e-5)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The cache's place, not made yet; every measuring gives one GFLOPS more than the one before."""
    count = iter(range(100))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(calibration.os, "getloadavg", lambda: (0.0, 9.0, 9.0))
    monkeypatch.setattr(calibration, "measured", lambda: MADE_UP._replace(flops_per_s=2e11 + 1e9 * next(count)))
    return tmp_path / "lamella"


def giga(machine: Machine) -> float:
    return machine.flops_per_s / 1e9


def test_it_is_measured_once_and_again_where_asked(folder: Path) -> None:
    assert calibration.known() is None
    assert calibration.calibrated() == calibration.known() == calibration.calibrated() == MADE_UP
    assert giga(calibration.calibrated(again=True)) == 201
    assert calibration.known() == calibration.calibrated() == MADE_UP._replace(flops_per_s=201e9)
    (file,) = folder.iterdir()
    data = json.loads(file.read_text())
    assert {*data} == {"schema", "processor", "processors", "engine", *Machine._fields}
    assert data["engine"].startswith("tensorflow 2.")


def test_what_a_busy_machine_gives_is_not_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration.os, "getloadavg", lambda: (calibration.processors() + 0.1, 0.0, 0.0))
    assert [giga(calibration.calibrated()) for _ in range(2)] == [200, 201]
    assert calibration.known() is None
    assert not folder.exists()


def broken_files() -> list[bytes]:
    return [b"", b"{", b"\xff\xfe", b"[1]", b"null", b"[" * 100_000, b'{"schema": 1}']


@pytest.mark.parametrize("content", broken_files(), ids=lambda content: content[:12].decode("latin-1") or "empty")
def test_a_broken_file_is_measured_anew(content: bytes, folder: Path) -> None:
    calibration.calibrated()
    (file,) = folder.iterdir()
    file.write_bytes(content)
    assert calibration.known() is None
    assert giga(calibration.calibrated()) == 201
    assert giga(calibration.calibrated()) == 201


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("schema", 2), ("processor", "another"), ("processors", 3), ("engine", "tensorflow 1.0")],
        *[("flops_per_s", 0), ("flops_per_s", "fast"), ("bytes_per_s", float("nan")), ("layer_s", float("inf"))],
        *[("layer_s", -1e-5), ("bytes_per_s", None), ("bytes_per_s", [3e10]), ("flops_per_s", 1e30)],
    ],
)
def test_a_foreign_or_impossible_figure_is_measured_anew(name: str, value: object, folder: Path) -> None:
    calibration.calibrated()
    (file,) = folder.iterdir()
    file.write_text(json.dumps(json.loads(file.read_text()) | {name: value}))
    assert giga(calibration.calibrated()) == 201


def test_another_machine_with_the_same_home_has_a_file_of_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calibration.calibrated()
    with monkeypatch.context() as patch:
        patch.setattr(calibration, "processor", lambda: "another")
        assert calibration.known() is None
        assert giga(calibration.calibrated()) == 201
    assert giga(calibration.calibrated()) == 200
    assert len([*folder.iterdir()]) == 2


def test_where_nothing_can_be_written_it_is_measured_every_time(folder: Path) -> None:
    folder.write_text("a file where the folder would be")
    assert [giga(calibration.calibrated()) for _ in range(2)] == [200, 201]
    assert calibration.known() is None


def test_a_folder_in_place_of_the_file(folder: Path) -> None:
    calibration.calibrated()
    (file,) = folder.iterdir()
    file.unlink()
    file.mkdir()
    assert [giga(calibration.calibrated()) for _ in range(2)] == [201, 202]
    assert [*folder.iterdir()] == [file]


@pytest.mark.parametrize(
    ("system", "environment", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/there"}, "/there/lamella"),
        ("linux", {"XDG_CACHE_HOME": "here"}, "~/.cache/lamella"),  # a relative one is to be passed over
        ("linux", {}, "~/.cache/lamella"),
        ("darwin", {}, "~/Library/Caches/lamella"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/lamella/Cache"),
    ],
)
def test_the_place(system: str, environment: dict[str, str], expected: str) -> None:
    assert calibration.cache_folder(system, environment) == Path(expected).expanduser()


def test_measuring_gives_what_a_machine_can_be() -> None:
    found = calibration.measured()
    assert all(calibration._possible(name, value) for name, value in found._asdict().items())
    assert calibration.processor()


def test_the_rewrites_that_pay_follow_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "input: [28, 28, 1]\nlayers:\n- UpSampling2D: {size: 2}\n- Conv2D: {filters: 16, kernel_size: 3}\n- ReLU: {}"
    planned = plan(yaml_file.read(text.encode(), "design"))
    model = keras_model(planned.design, planned)
    slow, fast = Machine(1e9, 1e9, 1e-5), Machine(1e9, 1e3, 1e-5)  # computing counts, or moving

    def applied(known: Machine | None, given: Machine | None = None) -> list[str]:
        monkeypatch.setattr(calibration, "known", lambda: known)
        return [each.rewrite.name for each in learner(model, planned, 64, machine=given)[2].applied]

    assert applied(slow) == applied(fast, slow) == ["upsampled convolution"]
    assert applied(fast) == applied(slow, fast) == []
    assert applied(None) == applied(slow, USUAL)
