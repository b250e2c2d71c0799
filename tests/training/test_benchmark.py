"""What `bench` measures: records that add up, whatever the times; advice from times that were made up."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keras
import numpy as np
import pytest

import lamella
from lamella import answers
from lamella.building.onnx_session import RUN, Event
from lamella.doors.notebook import text
from lamella.errors import DesignError, UsageError
from lamella.planning.planner import plan
from lamella.planning.roofline import Machine, Running, Time, time_of
from lamella.reports.bench_text import bench_text
from lamella.rewrites import restoring_form, rewritten
from lamella.sources import yaml_file
from lamella.texts.languages import chosen_language
from lamella.training import benchmark, calibration
from lamella.training.advice import Advice, advice
from lamella.training.lanes import WHOLE
from lamella.training.layer_times import LayerTime, layer_times, passes
from lamella.training.restoring_times import in_lanes, means

MACHINE = Machine(2e11, 3e10, 1e-5)
NOTE = Path(lamella.__file__).parent / "designs" / "upsampling-autoencoder.yaml"
BRANCHES = """
input: [8, 8, 2]
layers:
  - Conv2D: {name: a, filters: 4, kernel_size: 3, padding: same}
  - BatchNormalization: {}
  - Dropout: {rate: 0.5}
  - Conv2D: {name: b, filters: 4, kernel_size: 3, padding: same}
  - Add: {from: [a, b]}
  - Reshape: {target_shape: [64, 4]}
  - ops.multiply: {x2: 2.0}
  - Reshape: {name: back, target_shape: [8, 8, 4]}
  - MultiHeadAttention: {num_heads: 2, key_dim: 2, from: [back, a]}
  - Conv2DTranspose: {filters: 2, kernel_size: 3, strides: 2, padding: same}
  - AveragePooling2D: {name: out, pool_size: 2}
"""
ONNX = "ONNX Runtime"
RESTORES = {NOTE: ONNX, BRANCHES: "TensorFlow"}
"""What can't be written as ONNX is restored by Keras."""


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "measured", lambda: MACHINE)


@pytest.mark.parametrize("source", [NOTE, BRANCHES], ids=["note", "branches"])
def test_the_records_add_up(source: Path | str) -> None:
    design = source if isinstance(source, Path) else yaml_file.read(source.encode(), "design")
    known = lamella.plan(design)
    found = lamella.bench(design, batch_size=4, seconds=0.01)
    assert (found.batch, found.machine) == (4, MACHINE)
    assert text(found) == bench_text(found, chosen_language())
    assert found.shape == known.rows[0].output_shape[1:]
    learned = rewritten(known.design, Running(MACHINE, 4, learning=True, engine="tensorflow")).design
    restored = restoring_form(known.design).design if source is NOTE else known.design  # as written, by Keras
    assert (found.training.engine, found.restoring.engine) == ("TensorFlow", RESTORES[source])
    for mode, design_run in ((found.training, learned), (found.restoring, restored)):
        computing = [node.name for node in design_run.nodes if node.type not in ("Input", "Reshape")]
        assert [each.name for each in mode.layers] == computing
        assert mode.images_per_s == pytest.approx(4 / mode.whole.step_s)
        assert mode.layers_s == pytest.approx(sum(each.measured_s for each in mode.layers))
        assert mode.layers_s + mode.unexplained_s == pytest.approx(mode.whole.step_s)
        assert sum(map(mode.share, mode.layers)) == pytest.approx(mode.layers_s / mode.whole.step_s)
        # The zeros around a picture are a part of the convolution that reads it.
        assert [each.type for each in mode.layers if each.measured_s == 0] == ["ZeroPadding2D"] * (mode.engine == ONNX)
        assert mode.whole.first_s > 0
        for each in mode.layers:
            assert set(each.stands_for) <= {*known.by_name}
            assert each.ratio == pytest.approx(each.measured_s / each.least.seconds)
    if source == BRANCHES:
        assert all(each.stands_for == (each.name,) for each in found.restoring.layers)
    else:
        assert {"up_sampling2d_2", "restored"} in [set(each.stands_for) for each in found.restoring.layers]


def test_each_layer_that_is_run_names_those_it_stands_for() -> None:
    known = plan(yaml_file.read(NOTE.read_bytes(), "design"))
    found = rewritten(known.design, Running(batch=64, learning=True, engine="tensorflow"))
    stands = found.stands_for()
    assert stands["conv2d"] == ("conv2d",)
    assert stands["max_pooling2d_relu"] == ("conv2d", "max_pooling2d")  # an activation that went behind the pooling
    assert stands["restored"] == stands["restored_phases"] == ("up_sampling2d_2", "restored")
    assert {name for names in stands.values() for name in names} == {*known.by_name}


def test_a_step_computes_forward_and_back_where_something_is_learned() -> None:
    known = plan(yaml_file.read(BRANCHES.encode(), "design"))
    learning, not_learning = Running(MACHINE, 4, learning=True), Running(MACHINE, 4)
    counts = {name: passes(known.row(name), known, learning) for name in ("a", "dropout", "b", "add")}
    assert counts == {"a": 2, "dropout": 2, "b": 3, "add": 2}  # no gradient for the network's input
    assert {passes(row, known, not_learning) for row in known.rows} == {1}
    b = known.row("b")
    assert time_of(b, known, learning).computing_s == pytest.approx(3 * time_of(b, known, not_learning).computing_s)
    assert time_of(b, known, learning, 2).computing_s == pytest.approx(2 * time_of(b, known, not_learning).computing_s)


def test_layers_that_share_weights_are_measured() -> None:
    x = lamella.layers.Input((4, 4, 2))
    twice = lamella.layers.Conv2D(2, 1)
    known = lamella.plan(lamella.Model(x, twice(twice(x))))
    assert not known.errors
    names = {row.node.name: (row.node.name,) for row in known.rows}
    found = layer_times(known, names, Running(MACHINE, 2, learning=True), WHOLE, 0.01)
    assert len(found) == 2


def test_the_whole_is_the_median_behind_the_warm_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])
    spent = iter([5.0, 3.0, 3.0, *[0.1] * 500])
    steps = iter([1, 1, *[2] * 500])

    def run() -> int:
        clock[0] += next(spent)
        return next(steps)

    found = benchmark.measured(run, 20, 98.0)
    assert found.first_s == pytest.approx(7.0)  # compiled since 98
    assert found.step_s == pytest.approx(0.05)


def test_what_onnx_runtime_notes_is_shared_out_among_the_layers() -> None:
    """Two lanes at once, a preparing run first; `a/b` is a layer's name, and a reordering is no layer's."""
    events = [Event(RUN, 1, 0.0, 9.0), Event("a/Conv", 1, 1.0, 5.0)]
    for thread, factor in ((1, 1), (2, 3)):
        began = 10 + factor / 10  # in turns, as lanes are noted
        events += [
            Event("a/Relu", thread, began + 3, 0.25 * factor),
            Event("a/Conv_nchwc", thread, began + 1, 0.5 * factor),
            Event("a/b/Conv", thread, began + 2, 2.0 * factor),
            Event("ReorderOutput_token_7", thread, began + 4, 7.0),
            Event(RUN, thread, began, 9.0),
        ]
    assert means(events, ["a", "a/b", "c"]) == {"a": 1.5, "a/b": 4.0, "c": 0.0}


def test_lanes_restore_so_many_batches_in_a_call_that_handing_them_out_does_not_count() -> None:
    done: list[int] = []

    def restores(images: np.ndarray) -> np.ndarray:
        time.sleep(0.001)
        done.append(len(images))
        return images

    parts = [np.zeros((3, 2, 2, 1), np.float32), np.zeros((2, 2, 2, 1), np.float32)]
    with ThreadPoolExecutor(2) as pool:
        run = in_lanes(restores, parts, pool)
        counts = [run(), run()]
    assert counts[0] == 1
    assert counts[1] > 5
    assert sorted(done) == [2] * sum(counts) + [3] * sum(counts)


CONV = "input: [32, 32, 16]\nlayers:\n- Conv2D: {{name: x, filters: {}, kernel_size: 3{}}}\n- ReLU: {{name: out}}"
WORK = Time(1e-3, 1e-4, 1e-5)
MOVE = Time(1e-4, 1e-3, 1e-5)


@pytest.mark.parametrize(
    ("text", "least", "ratio", "keys"),
    [
        (CONV.format(32, ""), WORK, 1.5, ["advice computing"]),
        (CONV.format(32, ""), MOVE, 1.5, ["advice moving"]),
        (CONV.format(32, ""), Time(1e-6, 2e-6, 1e-5), 9, ["advice overhead"]),
        (CONV.format(32, ""), WORK, 5, ["advice computing"]),
        (CONV.format(33, ""), WORK, 5, ["advice fewer filters"]),
        (CONV.format(33, ""), WORK, 1.5, ["advice computing"]),
        (CONV.format(24, ""), MOVE, 5, ["advice fewer filters"]),
        (CONV.format(28, ""), WORK, 5, ["advice more filters"]),
        (CONV.format(9, ""), WORK, 5, ["advice more filters"]),
        (CONV.format(8, ""), WORK, 5, ["advice few filters"]),
        (CONV.format(1, ""), MOVE, 5, ["advice few filters"]),
        (CONV.format(32, ", activation: gelu"), WORK, 5, ["advice activation"]),
        (CONV.format(32, ", activation: tanh"), WORK, 5, ["advice computing"]),
        (CONV.format(1, ""), WORK, 1.5, ["advice computing last"]),
        ("input: [32, 32, 16]\nlayers:\n- ELU: {name: x}\n- ReLU: {name: out}", MOVE, 5, ["advice activation"]),
        ("input: [32, 32, 16]\nlayers:\n- ReLU: {name: x}\n- ReLU: {name: out}", MOVE, 5, ["advice moving"]),
        ("input: [32, 32, 16]\nlayers:\n- Activation: {name: x, activation: sigmoid}", MOVE, 5, ["advice moving"]),
        ("input: [32, 32, 16]\nlayers:\n- Conv2D: {name: x, filters: 33, kernel_size: 3}", WORK, 5,
         ["advice computing last"]),
        ("input: [16]\nlayers:\n- Dense: {name: x, units: 8}\n- ReLU: {name: out}", WORK, 1, ["advice computing"]),
    ],
)  # fmt: skip
def test_advice_for_the_slowest_layer(text: str, least: Time, ratio: float, keys: list[str]) -> None:
    known = plan(yaml_file.read(text.encode(), "design"))
    assert not known.errors
    layers = [LayerTime(row.node.name, row.node.type, (row.node.name,), (), 1e-9, WORK) for row in known.rows[1:]]
    layers[0] = layers[0]._replace(measured_s=ratio * least.seconds, least=least)
    found = advice(layers, known, known, Running(MACHINE, 32))
    assert [each.key for each in found] == keys
    assert {each.layer for each in found} == {"x"}


def test_advice_speaks_of_the_design_as_it_is_written() -> None:
    known = plan(yaml_file.read(NOTE.read_bytes(), "design"))
    how = Running(MACHINE, 64, learning=True, engine="tensorflow")
    changed = rewritten(known.design, how)
    run, stands = plan(changed.design), changed.stands_for()
    layer = LayerTime("brings_28_back", "Conv2D", stands["brings_28_back"], (), 1.5e-3, WORK)
    (found,) = advice([layer], run, known, how)
    macs = run.row("brings_28_back").macs
    assert found == Advice("advice computing", "brings_28_back", {"macs": macs, "outputs": 16, "half": 8})
    assert run.row("brings_28_back").layer.filters == 64
    assert advice([], run, known, how) == ()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"batch_size": 0}, "batch-size must be an integer >= 1. Received 0."),
        ({"batch_size": 2.0}, "batch-size must be an integer >= 1. Received 2.0."),
        ({"batch_size": True}, "batch-size must be an integer >= 1. Received true."),
        ({"seconds": 0}, "seconds must be a number of seconds above 0, at most 3600. Received 0."),
        ({"seconds": float("nan")}, "seconds must be a number of seconds above 0, at most 3600. Received nan."),
        ({"seconds": "3"}, 'seconds must be a number of seconds above 0, at most 3600. Received "3".'),
        ({"input": (3, 3)}, "input must give sizes along 3 axes for 'input', which is 28x28x1. Received 3x3."),
    ],
)
def test_settings_that_make_no_sense(settings: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError) as found:
        answers.bench(NOTE, **settings)
    assert str(found.value).startswith(words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("input: [null, null, 1]\nlayers:\n- ReLU: {}", "Measuring needs fixed sizes. The input is H × W × 1."),
        ("input: [4, 4, 1]\nlayers:\n- Flatten: {}", "To restore an image, the design needs one input and one output"),
        ("input: [4, 4, 1]\nlayers:\n- Conv2D: {filters: 0, kernel_size: 1}", "The design has 1 errors"),
    ],
)
def test_designs_that_can_not_be_measured(text: str, words: str) -> None:
    with pytest.raises(DesignError) as found:
        answers.bench(yaml_file.read(text.encode(), "design"))
    assert words in str(found.value)


def test_another_backend_is_named_before_the_machine_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    monkeypatch.setattr(calibration, "calibrated", lambda **_: pytest.fail("the machine was measured"))
    with pytest.raises(UsageError) as found:
        answers.bench(NOTE)
    assert "KERAS_BACKEND must be tensorflow" in str(found.value)
