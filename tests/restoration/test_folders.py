"""Folders of pictures restored: each to its own place, in lanes, whatever becomes of one of them."""

from __future__ import annotations

import importlib
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lamella import pictures
from lamella.building.onnx_session import Lanes, Session
from lamella.errors import BuildError, DataError
from lamella.restoration import choosing
from lamella.restoration.engine import restore_files
from restoration.samples import SHAPE, Run, grey


def test_what_restored_is_named_for_each_picture(tmp_path: Path) -> None:
    Image.new("RGB", (20, 16), (10, 20, 30)).save(tmp_path / "one.png")
    (tmp_path / "two.png").write_text("no picture")
    found = restore_files(Run(), [tmp_path / "one.png", tmp_path / "two.png"], tmp_path / "out")
    assert [each.engine for each in found] == [choosing.ONNX_RUNTIME, None]


def test_a_broken_orientation_in_any_thread_is_no_reason_to_refuse_a_picture(tmp_path: Path) -> None:
    for name in "abcd":
        broken = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01"
        Image.new("RGB", (20, 16)).save(tmp_path / f"{name}.jpg", exif=broken)
    found = restore_files(Run(), [tmp_path], tmp_path / "out")
    assert [each.problem for each in found] == [None] * 4


def test_one_lane_at_a_time_has_keras(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = importlib.import_module("lamella.restoration.engine")
    monkeypatch.setattr(engine, "lanes_for", lambda _: Lanes(4, 1))
    inside: list[int] = []
    most: list[int] = []

    def predict(_: object, images: np.ndarray) -> np.ndarray:
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.01)
        inside.pop()
        return images

    def refuses(*_: object) -> bytes:
        raise BuildError(())

    monkeypatch.setattr(engine, "rewritten_onnx", refuses)
    monkeypatch.setattr(engine, "predict", predict)
    for place in range(8):
        grey(tmp_path / f"{place}.png")
    found = restore_files(Run(), [tmp_path], tmp_path / "out")
    assert {each.engine for each in found} == {"Keras"}
    assert most == [1] * 4


def test_lanes_of_several_parts_restore_every_picture_to_its_own_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = importlib.import_module("lamella.restoration.engine")
    monkeypatch.setattr(engine, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(engine, "lanes_for", lambda _: Lanes(2, 1))
    sources, draw = [], np.random.default_rng(2)
    for place in range(20):  # four parts for one lane, three for the other, the last one smaller
        sources.append(tmp_path / f"{place:02}.png")
        pictures.write(sources[-1], draw.random((*SHAPE[:2], 3)))
    sources[7].write_text("no picture")
    found = restore_files(Run(), sources, tmp_path / "out")
    alone = engine.Engine(Run())
    assert [each.source for each in found] == sources
    assert [each.source for each in found if each.problem] == [sources[7]]
    means = {float(pictures.read(each.target, SHAPE).pixels.mean()) for each in found if not each.problem}
    assert len(means) == 19
    for each in found[:7] + found[8:]:
        expected = alone.restore(pictures.read(each.source, SHAPE).pixels[None])[0]
        restored = pictures.read(tmp_path / "out" / each.source.name, SHAPE).pixels
        np.testing.assert_allclose(restored, expected, atol=0.51 / 255)


def test_a_restored_picture_of_nan_is_its_own_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Session.__call__
    monkeypatch.setattr(Session, "__call__", lambda *given: np.where(given[1] < 0.5, np.nan, run(*given)))
    for name, level in (("a", 200), ("b", 10), ("c", 250)):
        grey(tmp_path / f"{name}.png", level)
    found = restore_files(Run(), [tmp_path], tmp_path / "out")
    assert [each.problem and each.problem.key for each in found] == [None, "pixels not numbers", None]
    assert found[1].problem.text().startswith(f"{tmp_path}/out/b.png: The picture has pixels that are not numbers")
    assert [each.name for each in sorted((tmp_path / "out").iterdir())] == ["a.png", "c.png"]


def test_a_place_that_can_not_be_written_stops_all(tmp_path: Path) -> None:
    grey(tmp_path / "in" / "a.png")
    (tmp_path / "out").write_text("a file")
    with pytest.raises(DataError, match="a file stands where a folder is needed"):
        restore_files(Run(), [tmp_path / "in"], tmp_path / "out")
