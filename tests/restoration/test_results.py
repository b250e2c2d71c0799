"""Where restored pictures go, and how they are written."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lamella.errors import DataError, UsageError
from lamella.pictures import encode, output_paths, read, write
from restoration.samples import grey

OUTPUTS = [
    (["a.png"], "out.png", ["out.png"]),
    (["a.png"], "OUT.PNG", ["OUT.PNG"]),
    (["a.jpg"], "out", ["out/a.png"]),
    (["a.png", "b.jpg"], "out", ["out/a.png", "out/b.png"]),
    (["a.png", "a.jpg"], "out", ["out/a.png", "out/a-2.png"]),
    (["x/a.png", "y/a.png", "z/a.png"], "out", ["out/a.png", "out/a-2.png", "out/a-3.png"]),
    (["a.png", "A.jpg"], "out", ["out/a.png", "out/A-2.png"]),
    (["x/a.png", "y/a.png", "a-2.png"], "out", ["out/a.png", "out/a-3.png", "out/a-2.png"]),
    (["a-2.png", "x/a.png", "y/A.png"], "out", ["out/a-2.png", "out/a.png", "out/A-3.png"]),
    (["\uac00.png", "x/\u1100\u1161.png"], "out", ["out/\uac00.png", "out/\u1100\u1161-2.png"]),
    (["a.b.png"], "out", ["out/a.b.png"]),
    ([], "out", []),
]


@pytest.mark.parametrize(("sources", "out", "expected"), OUTPUTS)
def test_each_restored_picture_has_its_own_place(sources: list[str], out: str, expected: list[str]) -> None:
    assert output_paths([Path(name) for name in sources], Path(out)) == [Path(name) for name in expected]


def test_no_two_results_are_ever_at_the_same_place() -> None:
    chance = np.random.default_rng(2)
    names = ["a", "A", "a-2", "A-2", "a-2-2", "a-3", "b"]
    for _ in range(200):
        sources = [Path(f"{index}/{name}.png") for index, name in enumerate(chance.choice(names, 6))]
        targets = output_paths(sources, Path("out"))
        assert len({str(target).casefold() for target in targets}) == len(sources)
        assert targets == output_paths(sources, Path("out"))


def test_an_existing_folder_whose_name_ends_in_png_stays_a_folder(tmp_path: Path) -> None:
    (tmp_path / "out.png").mkdir()
    assert output_paths([Path("a.jpg")], tmp_path / "out.png") == [tmp_path / "out.png" / "a.png"]


@pytest.mark.parametrize("out", ["x", "x/a.png", "x/../x", "link.png"])
def test_a_source_is_never_written_over(out: str, tmp_path: Path) -> None:
    source = grey(tmp_path / "x" / "a.png")
    (tmp_path / "link.png").symlink_to(source)
    with pytest.raises(DataError, match="The restored picture would replace the picture it is made from"):
        output_paths([source], tmp_path / out)


def test_a_result_may_not_replace_another_source_either(tmp_path: Path) -> None:
    sources = [grey(tmp_path / "in" / "a.png"), grey(tmp_path / "out" / "b.png")]
    with pytest.raises(DataError, match="would replace") as caught:
        output_paths(sources, tmp_path / "out")
    assert [each.where.file for each in caught.value.problems] == [str(tmp_path / "out" / "b.png")]


# Writing


@pytest.mark.parametrize("channels", [1, 3])
def test_what_is_written_is_read_back(channels: int, tmp_path: Path) -> None:
    pixels = np.random.default_rng(3).random((7, 5, channels)).astype(np.float32)
    path = tmp_path / "deep" / "er" / "x.png"
    write(path, pixels)
    back = read(path, (7, 5, channels))
    np.testing.assert_allclose(back.pixels, pixels, atol=0.5 / 255 + 1e-6)
    assert not back.fitted
    assert [each.name for each in path.parent.iterdir()] == ["x.png"]


def test_levels_are_rounded_and_cut_at_black_and_white() -> None:
    values = np.array([-1, 0, 0.4 / 255, 0.6 / 255, 254.4 / 255, 1, 7, np.inf, -np.inf])
    image = Image.open(io.BytesIO(encode(values.reshape(1, -1, 1))))
    assert np.asarray(image).ravel().tolist() == [0, 0, 0, 1, 254, 255, 255, 255, 0]


def test_nan_is_an_error_and_leaves_the_old_file(tmp_path: Path) -> None:
    path = grey(tmp_path / "x.png")
    before = path.read_bytes()
    with pytest.raises(DataError, match=r"The picture has pixels that are not numbers \(NaN\)") as caught:
        write(path, np.full((2, 2, 1), np.nan))
    assert caught.value.problems[0].where.file == str(path)
    assert path.read_bytes() == before


def test_a_file_in_the_way_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(DataError, match="a file stands where a folder is needed"):
        write(tmp_path / "out" / "x.png", np.zeros((2, 2, 1)))


def test_a_folder_in_the_way_of_a_file_is_an_error_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "x.png").mkdir()
    with pytest.raises(DataError, match="It can't be written: a folder stands there"):
        write(tmp_path / "x.png", np.zeros((2, 2, 1)))
    assert [each.name for each in tmp_path.iterdir()] == ["x.png"]


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = grey(tmp_path / "x.png")
    before = path.read_bytes()

    def half_written(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half_written)
    with pytest.raises(DataError, match="It can't be written: No space left on device"):
        write(path, np.zeros((2, 2, 1)))
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["x.png"]


@pytest.mark.parametrize(
    ("names", "out"), [(["a.png", "b.png"], "out.png"), (["a.png"], "out.jpg"), (["a.png"], "o.TIF")]
)
def test_a_file_where_a_folder_is_needed(names, out):
    with pytest.raises(UsageError, match=r"-o must be a folder, or a \.png for one picture\. Received"):
        output_paths([Path(name) for name in names], Path(out))


def test_what_lies_beside_a_source_is_not_replaced(tmp_path):
    for name in ("a.jpg", "a.png"):
        (tmp_path / name).write_bytes(b"mine")
    with pytest.raises(DataError, match="The file exists already"):
        output_paths([tmp_path / "a.jpg"], tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.png").write_bytes(b"of an earlier run")
    assert output_paths([tmp_path / "a.jpg"], tmp_path / "out") == [tmp_path / "out" / "a.png"]
