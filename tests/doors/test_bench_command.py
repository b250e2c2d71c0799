"""`lamella bench`: the shape of its JSON, its tables, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from doors.command import lamella
from lamella.planning.roofline import Machine, Time
from lamella.reports.bench_text import bench_data, bench_text
from lamella.reports.table import width
from lamella.training import calibration
from lamella.training.advice import Advice
from lamella.training.benchmark import Benchmark, Mode, Whole
from lamella.training.layer_times import LayerTime

MACHINE = Machine(2e11, 3e10, 1e-5)
LONG = "이름이_아주_긴_레이어_" * 9
LAYERS = (
    LayerTime("conv2d", "Conv2D", ("conv2d",), (28, 28, 16), 2e-3, Time(4e-4, 1e-4, 1e-5)),
    LayerTime(LONG, "Conv2D", ("up", LONG), (28, 28, 16), 1.2345, Time(1e-7, 1e-8, 1e-5)),
    LayerTime("x_phases", "ops.depth_to_space", ("up", "x"), (28, 28, 16), 1e-5, Time(0, 1e-4, 1e-5)),
)
ADVICE = (
    Advice("advice overhead", LONG, {"batch": 64, "numbers": 0.1, "overhead": 10.0}),
    Advice("advice moving", LONG, {"moved": 2**21, "batch": 64}),
)


@pytest.fixture
def found() -> Benchmark:
    """Made up."""
    training = Mode("training", "TensorFlow", 64, 4, Whole(1.25, 2.0), LAYERS, ADVICE)
    restoring = Mode("restoring", "ONNX Runtime", 64, 4, Whole(0.5, 0.01), LAYERS[:1], ())
    return Benchmark("a design", 64, (28, 28, 1), "a processor", 2, MACHINE, training, restoring)


@pytest.fixture
def design(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(calibration, "measured", lambda: MACHINE)
    path = tmp_path / "d.yaml"
    path.write_text("input: [4, 4, 1]\nlayers:\n- Conv2D: {filters: 1, kernel_size: 1, activation: sigmoid}\n")
    return path


def test_the_tables_fit_in_100_columns(found: Benchmark) -> None:
    for language in ("en", "ko"):
        lines = bench_text(found, language).splitlines()
        tables = [at for at, line in enumerate(lines) if line.startswith("─")]
        assert len(tables) == 4
        assert max(width(line) for line in lines[tables[0] - 1 : tables[1] + 4]) <= 100
    text = bench_text(found, "en")
    assert "Training (TensorFlow): 32 images/s, 2000.000 ms a step; the first step after 1.2 s" in text
    assert "conv2d (Conv2D)" in text
    assert "x_phases (ops.depth_to_space) of up, x" in text
    assert "its numbers need 0.1 µs of the 10.0 µs that any layer costs. A batch larger than 64 helps." in text
    assert "it moves 2.0 MiB for a batch of 64." in text
    assert "Held back by 'conv2d' (20 %): why it is far from its least time is not known." in text


def test_the_json_has_what_the_records_have(found: Benchmark) -> None:
    data = json.loads(json.dumps(bench_data(found)))
    assert [*data] == ["schema", "name", "batch_size", "shape", "machine", "training", "restoring"]
    assert (data["schema"], data["batch_size"], data["shape"]) == (1, 64, [28, 28, 1])
    assert data["machine"] == {"processor": "a processor", "processors": 2, **MACHINE._asdict()}
    training = data["training"]
    assert (training["images_per_s"], training["step_s"], training["slowest"]) == (32, 2, LONG)
    assert training["layers_s"] + training["unexplained_s"] == pytest.approx(2)
    assert training["layers"][0] == {
        "name": "conv2d",
        "type": "Conv2D",
        "stands_for": ["conv2d"],
        "output_shape": [28, 28, 16],
        "measured_s": 0.002,
        "least_s": pytest.approx(0.00041),
        "computing_s": 0.0004,
        "moving_s": 0.0001,
        "bound": "computing",
        "ratio": pytest.approx(2 / 0.41),
        "share": 0.001,
    }
    assert [each["bound"] for each in training["layers"]] == ["computing", "overhead", "moving"]
    assert len(training["advice"]) == 2


def test_a_design_is_measured(design: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = lamella(monkeypatch, "bench", design, "--batch-size", "8", "--seconds", "0.01", "--json")
    assert (done.status, done.err) == (0, "")
    data = json.loads(done.out)
    assert [each["name"] for each in data["restoring"]["layers"]] == ["conv2d"]
    assert data["machine"]["flops_per_s"] == MACHINE.flops_per_s
    again = lamella(monkeypatch, "bench", design, "--seconds", "0.01", "--calibrate", "--lang", "ko")
    assert again.status == 0
    assert "발목을 잡는 레이어: 'conv2d'" in again.out


def test_the_machine_is_measured_once_and_again_with_calibrate(
    design: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, found: Benchmark
) -> None:
    measured: list[Machine] = []
    used: list[Machine] = []

    def measure() -> Machine:
        measured.append(MACHINE._replace(flops_per_s=1e11 * (len(measured) + 1)))
        return measured[-1]

    def benchmark(*given: Any) -> Benchmark:
        used.append(given[-1])
        return found

    monkeypatch.setattr(calibration, "measured", measure)
    monkeypatch.setattr(calibration.os, "getloadavg", lambda: (0.0, 0.0, 0.0))  # a busy machine is not kept
    monkeypatch.setattr("lamella.training.benchmark.benchmark", benchmark)
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    for arguments in ([], [], ["--calibrate"], []):
        assert lamella(monkeypatch, "bench", design, *arguments, **cache).status == 0
    first, second = measured
    assert used == [first, first, second, second]


@pytest.mark.parametrize(
    ("text", "arguments", "status", "words"),
    [
        (
            "input: [4, 4, 1]\nlayers:\n- Conv2D: {filters: 0, kernel_size: 1}",
            [],
            1,
            "filters must be an integer >= 1.",
        ),
        ("input: [null, null, 1]\nlayers:\n- ReLU: {}", [], 1, "d.yaml: Measuring needs fixed sizes."),
        ("input: [null, null, 1]\nlayers:\n- ReLU: {}", ["--input", "8"], 2, "input must give sizes along 3 axes"),
        ("input: [4, 4, 1]\nlayers:\n- Flatten: {}", [], 1, "d.yaml: To restore an image, the design needs"),
        ("input: [4, 4, 1]\nlayers:\n- ReLU: {}", ["--batch-size", "0"], 2, "batch-size must be an integer >= 1."),
        (
            "input: [4, 4, 1]\nlayers:\n- ReLU: {}",
            ["--seconds", "-1"],
            2,
            "seconds must be a number of seconds above 0",
        ),
        ("- [", [], 2, "d.yaml:1"),
    ],
)
def test_what_can_not_be_measured(
    text: str, arguments: list[str], status: int, words: str, design: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    design.write_text(text)
    done = lamella(monkeypatch, "bench", "d.yaml", *arguments)
    assert words in done.err
    assert (done.status, done.out) == (status, "")


def test_open_sizes_are_given(design: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    design.write_text("input: [null, null, 1]\nlayers:\n- Conv2D: {filters: 1, kernel_size: 3, padding: same}\n")
    done = lamella(monkeypatch, "bench", design, "--input", "6,8,1", "--seconds", "0.01", "--json")
    data = json.loads(done.out)
    assert data["shape"] == [6, 8, 1]
    for mode in ("training", "restoring"):
        assert [each["output_shape"] for each in data[mode]["layers"]] == [[6, 8, 1]]
