"""What restores: both engines give the same, and OpenVINO is tried and taken only where that pays."""

from __future__ import annotations

import importlib
import sys
import time
from importlib.util import find_spec

import numpy as np
import pytest

from lamella.building.onnx_session import Lanes, Session, in_batches, lanes_for, rewritten_onnx
from lamella.building.openvino_session import OpenVinoSession
from lamella.errors import MissingEngineError, UsageError
from lamella.restoration import choosing
from lamella.restoration.choosing import Chosen, Job, chosen, faster, worth_a_trial
from restoration.samples import SHAPE, Run

LONG = Job(SHAPE, Lanes(1, 1), 10**6, 1, 1.0)
"""Work that is worth a trial."""
needs_openvino = pytest.mark.skipif(find_spec("openvino") is None, reason="openvino is not installed")


@pytest.fixture(scope="module")
def model() -> bytes:
    return rewritten_onnx(Run.design, Run().weights())


@needs_openvino
@pytest.mark.parametrize("workers", [1, 2])
def test_both_engines_give_the_same_whoever_calls_them(model: bytes, workers: int) -> None:
    from concurrent.futures import ThreadPoolExecutor

    images = np.random.default_rng(1).random((12, *SHAPE), np.float32)
    expected = Session(model, 1)(images)
    assert float(np.ptp(expected)) > 0.1
    lanes = Lanes(workers, 1)
    session = OpenVinoSession(model, lanes)
    with ThreadPoolExecutor(workers) as pool:
        parts = [*pool.map(session, np.split(images, 6))]  # kept until all are there: none may write over another
    np.testing.assert_allclose(np.concatenate(parts), expected, atol=1e-5)
    np.testing.assert_allclose(in_batches(session, images), expected, atol=1e-5)


@needs_openvino
def test_an_engine_that_is_asked_for_is_taken(model: bytes) -> None:
    for asked, name in (("onnxruntime", choosing.ONNX_RUNTIME), ("openvino", choosing.OPENVINO)):
        assert chosen(asked, model, Job(SHAPE, Lanes(1, 1))).engine == name


@pytest.mark.parametrize("error", [ImportError("libtbb"), MissingEngineError(()), RuntimeError("no device")], ids=repr)
@pytest.mark.parametrize("running", [False, True], ids=["made", "run"])
def test_whatever_fails_of_openvino_auto_restores(
    error: Exception, running: bool, model: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = []

    def fails(*_: object) -> np.ndarray:
        failed.append(True)
        raise error

    monkeypatch.setattr(choosing, "is_installed", lambda _: True)
    monkeypatch.setattr(choosing, "OpenVinoSession", (lambda *_: fails) if running else fails)
    assert chosen("auto", model, LONG).engine == choosing.ONNX_RUNTIME
    assert failed


@needs_openvino
def test_a_network_that_openvino_refuses_is_an_error_only_where_it_was_asked_for(
    model: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise RuntimeError("Exception from src/core\nno such layer")

    monkeypatch.setattr(choosing, "OpenVinoSession", refuses)
    assert chosen("auto", model, LONG).engine == choosing.ONNX_RUNTIME
    with pytest.raises(UsageError, match=r"OpenVINO can't run this network \(no such layer\)"):
        chosen("openvino", model, Job(SHAPE, Lanes(1, 1)))


def test_without_openvino_onnx_runtime_restores_and_asking_says_how_to_install_it(
    model: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    assert chosen("auto", model, LONG).engine == choosing.ONNX_RUNTIME
    with pytest.raises(MissingEngineError, match=r"openvino is not installed.*lamella\[openvino\]"):
        chosen("openvino", model, Job(SHAPE, Lanes(1, 1)))


def test_a_name_that_is_no_engine_is_an_error(model: bytes) -> None:
    with pytest.raises(UsageError, match="engine must be auto, onnxruntime, openvino"):
        chosen("tensorrt", model, Job(SHAPE, Lanes(1, 1)))


@pytest.mark.parametrize("image_s", [1e-4, 10.0])
def test_few_pictures_neither_load_openvino_nor_run_the_network_to_find_out(
    model: bytes, image_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = []
    monkeypatch.setattr(Session, "__call__", lambda *_: loaded.append(True))
    monkeypatch.setattr(choosing, "is_installed", lambda _: True)
    monkeypatch.setattr(choosing, "OpenVinoSession", lambda *_: loaded.append(True))
    job = Job(SHAPE, Lanes(1, 1), 10, 10, image_s)
    assert chosen("auto", model, job).engine == choosing.ONNX_RUNTIME
    assert loaded == []


def test_a_trial_may_cost_a_tenth_of_the_work() -> None:
    """What loading costs and eight calls of every lane: two engines, a first call of each and three that count."""
    for seconds, worth in ((4.9, False), (5.1, True)):  # the runs of a trial are as nothing
        assert worth_a_trial(Job(SHAPE, Lanes(2, 1), 10**6, 1, seconds / 10**6)) == worth
    for images, worth in ((2559, False), (2561, True)):  # loading is as nothing
        assert worth_a_trial(Job(SHAPE, Lanes(2, 1), images, 16, 10**6)) == worth


def test_the_plan_says_how_long_an_image_takes_at_least(model: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = importlib.import_module("lamella.restoration.engine")
    jobs: list[Job] = []

    def choose(_: str, model: bytes, job: Job) -> Chosen:
        jobs.append(job)
        return Chosen("none", Session(model, 1))

    monkeypatch.setattr(engine, "chosen", choose)
    for count in (1, 2, 4):
        monkeypatch.setattr(engine, "processors", lambda count=count: count)
        engine.Engine(Run(), Lanes(2, 1), images=100)
    one, two, four = jobs
    assert (two.images, two.at_once) == (100, engine.MOST_AT_ONCE)
    assert one.image_s == pytest.approx(2 * two.image_s) == pytest.approx(4 * four.image_s)


@pytest.mark.parametrize("order", [1, -1])
def test_the_faster_one_is_taken_though_its_first_call_is_slow(order: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, calls = [0.0], {"slow": 0, "fast": 0}
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])

    def engine(name: str, first_s: float, then_s: float) -> Chosen:
        def restores(images: np.ndarray) -> np.ndarray:
            assert images.shape == (5, *SHAPE)
            clock[0] += then_s if calls[name] else first_s
            calls[name] += 1
            return images

        return Chosen(name, restores)

    both = [engine("slow", 1.0, 1.0), engine("fast", 50.0, 0.9)][::order]
    assert faster(*both, Job(SHAPE, Lanes(1, 1), at_once=5)).engine == "fast"
    assert calls["slow"] == calls["fast"] > 1


def test_processors_are_shared_by_as_many_workers_as_there_are_images(monkeypatch: pytest.MonkeyPatch) -> None:
    session = importlib.import_module("lamella.building.onnx_session")
    monkeypatch.setattr(session, "processors", lambda: 8)
    assert [lanes_for(images) for images in (0, 1, 3, 8, 900)] == [(1, 8), (1, 8), (3, 2), (8, 1), (8, 1)]
