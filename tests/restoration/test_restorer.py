"""A run as a function of arrays: what Keras gives, for one image and for many, and which arrays it takes."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

from lamella.building.onnx_session import Session, rewritten_onnx
from lamella.errors import UsageError
from lamella.restoration import engine as engines
from lamella.restoration import restorer as restorers
from lamella.restoration.choosing import Job
from lamella.restoration.restorer import Restorer
from lamella.training import run as runs
from restoration.samples import SHAPE, Run


def made(engine: str = "onnxruntime") -> Restorer:
    return Restorer(cast("runs.Run", Run()), engine)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_as_many_images_as_one_likes_are_restored_as_each_alone(dtype: Any) -> None:
    images = np.random.default_rng(0).random((7, *SHAPE)).astype(dtype)
    alone = Session(rewritten_onnx(Run.design, Run().weights()), 1)
    expected = np.concatenate([alone(each[None].astype(np.float32)) for each in images])
    assert float(np.ptp(expected)) > 0.1
    restore = made()
    for count in (1, 7, 2, 1, 0):
        found = restore(images[:count])
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected[:count].reshape(count, *SHAPE), atol=1e-5)


@pytest.mark.parametrize(
    ("images", "received"),
    [
        (np.zeros((2, 16, 21, 3), np.float32), "2x16x21x3, float32"),
        (np.zeros(SHAPE, np.float32), "16x20x3, float32"),
        (np.zeros((1, *SHAPE), np.uint8), "1x16x20x3, uint8"),
        (np.float32(1), "(), float32"),
        (np.full((1, *SHAPE), 1.5, np.float32), "1.5 .. 1.5"),
        (np.full((2, *SHAPE), np.nan), "nan .. nan"),
    ],
)
def test_other_arrays_are_said(images: Any, received: str) -> None:
    with pytest.raises(UsageError) as caught:
        made()(images)
    (found,) = caught.value.problems
    assert found.facts["received"] == received
    assert "(n, 16, 20, 3)" in found.text("en")


def test_an_engine_that_is_none_is_said_at_once() -> None:
    with pytest.raises(UsageError, match="engine must be auto, onnxruntime, openvino"):
        made("tensorrt")


def test_one_image_and_many_are_measured_apart_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: list[Job] = []

    def choose(asked: str, model: bytes, job: Job) -> Any:
        jobs.append(job)
        return found(asked, model, job)

    found = engines.chosen
    monkeypatch.setattr(engines, "chosen", choose)
    monkeypatch.setattr(restorers, "processors", lambda: 4)
    monkeypatch.setattr(restorers, "lanes_for", lambda count: engines.Lanes(count, 4 // count))
    restore = made()
    images = np.zeros((8, *SHAPE), np.float32)
    for count in (1, 8, 1, 6, 2, 3):
        restore(images[:count])
    assert [(each.lanes, each.at_once) for each in jobs] == [((1, 4), 1), ((4, 1), 2)]
    with pytest.raises(UsageError):
        made()(images[0])
    assert len(jobs) == 2
