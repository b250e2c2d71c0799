"""A folder of pictures: which are tested on, what is read of them, every way in which it can be wrong."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import lamella
from lamella import pictures, running
from lamella.errors import DataError
from lamella.sources.yaml_file import read
from lamella.training import folder
from lamella.training.data import held_out, load
from lamella.training.folder import budget_bytes, read_folder

SHAPE = (6, 5, 1)
DESIGN = read(b"input: [6, 5, 1]\nlayers:\n  - Conv2D: {filters: 1, kernel_size: 1, activation: sigmoid}\n", "d.yaml")


def fill(place: Path, names: list[str], size: tuple[int, int] = (5, 6)) -> Path:
    """Grey noise under these names."""
    place.mkdir(exist_ok=True)
    random = np.random.default_rng(0)
    for name in names:
        Image.fromarray(random.integers(0, 256, size[::-1], dtype=np.uint8)).save(place / name)
    return place


def numbered(count: int) -> list[str]:
    return [f"{number}.png" for number in range(count)]


def refusal(name: str, shape: tuple[int, ...] = SHAPE) -> tuple[str, str]:
    """What loading ends with, in both languages."""
    with pytest.raises(DataError) as caught:
        load(name, shape)
    return tuple("\n".join(each.text(language) for each in caught.value.problems) for language in ("en", "ko"))


@pytest.mark.parametrize(("count", "tested"), [(2, 1), (9, 1), (14, 1), (16, 2), (100, 10)])
def test_a_tenth_is_tested_on_and_the_rest_learned_from(count, tested, tmp_path):
    found = load(f"folder:{fill(tmp_path, numbered(count))}", SHAPE)
    assert (len(found.train), len(found.test)) == (count - tested, tested)
    seen = sorted(image.tobytes() for part in (found.train, found.test) for image in part)
    files = [np.asarray(Image.open(path)).tobytes() for path in tmp_path.iterdir()]
    assert seen == sorted(files)


def test_the_same_names_are_drawn_wherever_they_lie_and_most_where_some_come(tmp_path):
    first, same = (load(f"folder:{fill(tmp_path / name, numbered(100))}", SHAPE) for name in ("a", "b"))
    np.testing.assert_array_equal(first.test, same.test)
    assert first.fingerprint == same.fingerprint
    fill(tmp_path / "c", [*numbered(100), "more.png"])
    more = load(f"folder:{tmp_path / 'c'}", SHAPE)
    before = {image.tobytes() for image in first.test}
    assert len(before & {image.tobytes() for image in more.test}) >= 9


def test_the_fingerprint_is_of_names_and_files(tmp_path):
    names = numbered(9)
    found = {load(f"folder:{fill(tmp_path / 'a', names)}", SHAPE).fingerprint}
    (tmp_path / "a" / "3.png").rename(tmp_path / "a" / "x.png")
    found.add(load(f"folder:{tmp_path / 'a'}", SHAPE).fingerprint)
    Image.new("L", (5, 6)).save(tmp_path / "a" / "x.png")
    found.add(load(f"folder:{tmp_path / 'a'}", SHAPE).fingerprint)
    assert len(found) == 3
    assert all(each.startswith("sha256:") and len(each) == 71 for each in found)


def test_names_in_korean_are_the_same_names_put_together_and_taken_apart(tmp_path):
    names = [f"사진 {number}.png" for number in range(20)]
    one, two = (
        load(f"folder:{fill(tmp_path / form, [unicodedata.normalize(form, name) for name in names])}", SHAPE)
        for form in ("NFC", "NFD")
    )
    assert one.fingerprint == two.fingerprint
    np.testing.assert_array_equal(one.test, two.test)


def test_pictures_are_fitted_as_restoring_does(tmp_path, monkeypatch):
    deep = np.linspace(0, 65535, 80, dtype=np.uint16).reshape(10, 8)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    Image.new("L", (1, 1), 77).save(tmp_path / "dot.png")
    fill(tmp_path, ["grey.png"])
    Image.new("RGBA", (9, 9), (250, 10, 20, 100)).save(tmp_path / "clear.png")
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (6, 5, 3), dtype=np.uint8)).save(tmp_path / "rgb.png")
    (tmp_path / "inside").mkdir()
    fill(tmp_path / "inside", ["left out.png"])
    (tmp_path / "notes.txt").write_text("left out")
    expected = {pictures.levels(pictures.read(path, (6, 5, 3)).pixels).tobytes() for path in tmp_path.glob("*.png")}
    for budget in (10**6, 0):
        monkeypatch.setattr(folder, "budget_bytes", lambda budget=budget: budget)
        found = read_folder(tmp_path, (6, 5, 3))
        assert {image.tobytes() for part in (found.train, found.test) for image in part[:]} == expected
        assert (len(found.train), len(found.test), found.fitted) == (4, 1, 4)


def test_the_first_test_images_are_those_of_the_whole_folder(tmp_path):
    name = f"folder:{fill(tmp_path, numbered(40))}"
    np.testing.assert_array_equal(held_out(name, SHAPE).images[:3], load(name, SHAPE).test[:3])


def test_a_folder_that_is_none(tmp_path):
    missing = refusal(f"folder:{tmp_path / 'nowhere'}")
    assert missing[0].startswith(f"{tmp_path / 'nowhere'}: There is no such file or folder.")
    fill(tmp_path / "some", ["a.png"])
    file = refusal(f"folder:{tmp_path / 'some' / 'a.png'}")
    assert file[0].startswith("data must be folder: and a folder that holds pictures. Received ")
    assert file[1].startswith("data에는 다음이 필요합니다: folder: 뒤에 이미지가 든 폴더. 받은 값: ")
    (tmp_path / "empty").mkdir()
    empty = refusal(f"folder:{tmp_path / 'empty'}")
    assert empty[0].startswith(f"{tmp_path / 'empty'}: There is no PNG or JPEG picture in it.")
    assert refusal("folder:")[0].startswith('There is no data set "folder:". Use digits (embedded), ')


def test_every_picture_that_cant_be_read_is_named(tmp_path):
    fill(tmp_path, numbered(20))
    for name in ("2.png", "11.png"):
        (tmp_path / name).write_text("no picture")
    english, korean = refusal(f"folder:{tmp_path}")
    assert sorted(english.splitlines()) == [
        f"{tmp_path / name}: The picture can't be read: it is neither PNG nor JPEG. Give a whole PNG or JPEG."
        for name in ("11.png", "2.png")
    ]
    assert korean.count("이미지를 읽을 수 없습니다") == 2


def test_of_many_that_cant_be_read_the_first_are_named_below_their_number(tmp_path):
    fill(tmp_path, numbered(20))
    for number in range(15):
        (tmp_path / f"{number}.png").write_text("no picture")
    english, korean = (each.splitlines() for each in refusal(f"folder:{tmp_path}"))
    assert english[0].startswith(f"{tmp_path}: 15 of 20 pictures can't be read; the first 10 follow.")
    assert korean[0].startswith(f"{tmp_path}: 이미지 20장 가운데 15장을 읽을 수 없습니다.")
    assert len(english) == len(korean) == 11


def test_too_few_pictures(tmp_path):
    name = f"folder:{fill(tmp_path / 'in', ['a.png'])}"
    with pytest.raises(DataError) as caught:
        lamella.train(DESIGN, name, out=tmp_path / "run")
    assert str(caught.value).startswith(f"{name} has 0 training and 1 test images; training needs at least 2 and 1.")
    assert not (tmp_path / "run").exists()


def test_channels_that_no_picture_has(tmp_path):
    english, korean = refusal(f"folder:{fill(tmp_path, numbered(3))}", (6, 5, 2))
    assert english.endswith("the design's input is 6x5x2. Set input: [6, 5, 1] (grey) or [6, 5, 3] (RGB).")
    assert korean.endswith("input: [6, 5, 1](회색조) 또는 [6, 5, 3](RGB).")


def test_the_budget_is_a_part_of_the_memory():
    assert 2**20 < budget_bytes() <= 4 * 2**30


def test_a_run_from_a_folder_has_its_sheet_and_report(tmp_path):
    name = f"folder:{fill(tmp_path / 'in', numbered(30))}"
    run = lamella.train(DESIGN, name, epochs=2, out=tmp_path / "run")
    assert (run.facts["data"]["train"], run.facts["data"]["test"], run.facts["data"]["fitted"]) == (27, 3, 0)
    loaded = running.load_run(run.folder)
    assert loaded.quality == run.quality
    assert running.restored_sheet(loaded, 3)[:8] == b"\x89PNG\r\n\x1a\n"
    page = running.report(loaded, language="ko").html
    assert "<td>이미지를 둔 곳</td><td>메모리</td>" in page
