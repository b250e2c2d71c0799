"""Pictures in: what is read of good files, what is said of bad ones."""

from __future__ import annotations

import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from lamella.errors import DataError
from lamella.pictures import find, quiet, read
from restoration.samples import file_bytes, grey, save

if TYPE_CHECKING:
    from collections.abc import Callable

ORIENTATION = 0x0112
RAMP = np.arange(0, 256, 16, dtype=np.uint8).reshape(4, 4)


def test_a_folder_gives_its_pictures_by_name_without_hidden_files_and_folders(tmp_path: Path) -> None:
    for name in ("b.PNG", "a.jpeg", "c.Jpg", ".hidden.png", "deeper/d.png"):
        grey(tmp_path / name)
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "folder.png").mkdir()
    assert [path.name for path in find([tmp_path])] == ["a.jpeg", "b.PNG", "c.Jpg"]


def test_a_file_named_twice_is_taken_once_in_the_order_of_naming(tmp_path: Path) -> None:
    first, second = grey(tmp_path / "z.png"), grey(tmp_path / "a.png")
    again = tmp_path / ".." / tmp_path.name / "z.png"
    assert find([first, again, tmp_path]) == [first, second]


def test_a_file_is_taken_as_named_whatever_its_ending(tmp_path: Path) -> None:
    odd = save(tmp_path / "scan", Image.new("L", (2, 2)), format="PNG")
    assert find([odd]) == [odd]


def test_every_missing_path_is_said_at_once_with_a_near_name(tmp_path: Path) -> None:
    grey(tmp_path / "seven.png")
    with pytest.raises(DataError) as caught:
        find([tmp_path / "sevn.png", tmp_path / "other" / "x.png"])
    near, far = caught.value.problems
    assert near.text() == f"{tmp_path}/sevn.png: There is no such file or folder. Did you mean seven.png?"
    assert far.text().endswith("There is no such file or folder. Check the path.")
    assert near.text("ko").endswith("그런 파일이나 폴더가 없습니다. 혹시 seven.png인가요?")


def test_a_link_that_leads_in_a_circle_is_missing(tmp_path: Path) -> None:
    link = tmp_path / "circle.png"
    link.symlink_to(link)
    with pytest.raises(DataError, match="There is no such file or folder"):
        find([link])


def test_a_folder_without_pictures_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("nothing to see")
    with pytest.raises(DataError, match="There is no PNG or JPEG picture in it") as caught:
        find([tmp_path])
    assert caught.value.problems[0].where.file == str(tmp_path)


def test_a_folder_that_may_not_be_searched_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(DataError, match="The file can't be read: permission is denied"):
        find([tmp_path])


# Reading


def test_grey_of_the_right_size_is_read_as_it_is(tmp_path: Path) -> None:
    picture = read(save(tmp_path / "ramp.png", Image.fromarray(RAMP)), (4, 4, 1))
    assert picture.pixels.dtype == np.float32
    np.testing.assert_array_equal(picture.pixels[..., 0], RAMP / np.float32(255))
    assert (picture.original_size, picture.original_mode, picture.fitted) == ((4, 4), "L", False)


MODES: dict[str, tuple[Callable[[], Image.Image], float]] = {
    "1": (lambda: Image.new("1", (4, 4), 1), 1.0),
    "L": (lambda: Image.new("L", (4, 4), 51), 0.2),
    "LA": (lambda: Image.new("LA", (4, 4), (255, 51)), 0.2),
    "P": (lambda: Image.new("RGB", (4, 4), (51, 51, 51)).quantize(4), 0.2),
    "RGB": (lambda: Image.new("RGB", (4, 4), (51, 51, 51)), 0.2),
    "RGBA": (lambda: Image.new("RGBA", (4, 4), (102, 102, 102, 128)), 0.2),
    "I;16": (lambda: Image.fromarray(np.full((4, 4), 13107, np.uint16)), 0.2),
    "CMYK": (lambda: Image.new("CMYK", (4, 4), (0, 0, 0, 204)), 0.2),
}


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("mode", MODES)
def test_every_way_to_store_a_grey_is_read_as_that_grey(mode: str, channels: int, tmp_path: Path) -> None:
    make, expected = MODES[mode]
    path = save(tmp_path / "x", make(), format="JPEG" if mode == "CMYK" else "PNG")
    picture = read(path, (4, 4, channels))
    assert picture.pixels.shape == (4, 4, channels)
    np.testing.assert_allclose(picture.pixels, expected, atol=1.5 / 255)
    assert picture.original_mode == mode
    assert picture.fitted == (mode != {1: "L", 3: "RGB"}[channels])


def test_sixteen_bits_are_scaled_and_not_cut_off(tmp_path: Path) -> None:
    levels = np.arange(0, 65536, 4369, dtype=np.uint16).reshape(4, 4)
    pixels = read(save(tmp_path / "deep.png", Image.fromarray(levels)), (4, 4, 1)).pixels
    np.testing.assert_allclose(pixels[..., 0], levels / 65535, atol=1e-6)


@pytest.mark.parametrize(("dtype", "white"), [(np.uint8, 255), (np.uint16, 65535)])
def test_a_transparent_colour_is_black(dtype: type, white: int, tmp_path: Path) -> None:
    levels = np.full((4, 4), white, dtype)
    levels[0] = white // 3
    path = save(tmp_path / "x.png", Image.fromarray(levels), transparency=white)
    pixels = read(path, (4, 4, 1)).pixels[..., 0]
    np.testing.assert_allclose(pixels[0], 1 / 3, atol=1e-4)
    assert pixels[1:].max() == 0


def test_a_transparent_palette_entry_is_black(tmp_path: Path) -> None:
    image = Image.new("P", (4, 4), 1)
    image.putpalette([0, 0, 0, 255, 255, 255])
    path = save(tmp_path / "x.png", image, transparency=bytes([255, 0]))
    assert read(path, (4, 4, 3)).pixels.max() == 0


def test_colours_keep_their_channels(tmp_path: Path) -> None:
    path = save(tmp_path / "x.png", Image.new("RGB", (4, 4), (255, 0, 51)))
    np.testing.assert_allclose(read(path, (4, 4, 3)).pixels[0, 0], [1, 0, 0.2], atol=1e-6)


# Top left of the stored picture for each EXIF orientation: what must be done to see RAMP.
STORED = {
    1: lambda a: a,
    2: np.fliplr,
    3: lambda a: np.rot90(a, 2),
    4: np.flipud,
    5: np.transpose,
    6: lambda a: np.rot90(a, 1),
    7: lambda a: np.rot90(np.transpose(a), 2),
    8: lambda a: np.rot90(a, -1),
}


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("levels", [RAMP[:3], RAMP[:3].astype(np.uint16) * 257], ids=["8 bit", "16 bit"])
def test_the_picture_is_turned_the_right_way_up(levels: np.ndarray, orientation: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation](levels)))
    picture = read(save(tmp_path / "x.png", stored, exif=exif.tobytes()), (3, 4, 1))
    np.testing.assert_allclose(picture.pixels[..., 0], RAMP[:3] / 255, atol=1e-6)
    assert picture.original_size == (4, 3)


@pytest.mark.parametrize("size", [(2, 2), (9, 5), (300, 200)])
def test_another_size_is_fitted_and_stays_between_black_and_white(size: tuple[int, int], tmp_path: Path) -> None:
    edges = np.zeros((size[1], size[0]), np.uint8)
    edges[:, size[0] // 2 :] = 255
    picture = read(save(tmp_path / "x.png", Image.fromarray(edges)), (28, 28, 1))
    assert picture.pixels.shape == (28, 28, 1)
    assert picture.pixels.min() == 0
    assert picture.pixels.max() == 1
    assert picture.pixels[:, :5].max() < 0.1 < 0.9 < picture.pixels[:, -5:].min()
    assert (picture.original_size, picture.fitted) == (size, True)


def test_a_broken_orientation_is_no_reason_to_refuse_a_picture(tmp_path: Path) -> None:
    path = save(tmp_path / "x.jpg", Image.new("L", (4, 4), 51), exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01")
    with quiet():
        np.testing.assert_allclose(read(path, (4, 4, 1)).pixels, 0.2, atol=1.5 / 255)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def words(path: Path) -> None:
    path.write_text("This is no picture.")


def gif(path: Path) -> None:
    path.write_bytes(file_bytes("GIF"))


def half_a_jpeg(path: Path) -> None:
    data = file_bytes("JPEG")
    path.write_bytes(data[: len(data) // 2])


def half_a_png(path: Path) -> None:
    data = file_bytes("PNG")
    path.write_bytes(data[: len(data) // 2])


def png_with_a_wrong_checksum(path: Path) -> None:
    data = bytearray(file_bytes("PNG"))
    data[20] ^= 1
    path.write_bytes(data)


def only_a_signature(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n")


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def nothing(path: Path) -> None:
    assert not path.exists()


BAD_FILES = [
    (empty, "the file is empty", "파일이 비어 있습니다"),
    (words, "it is neither PNG nor JPEG", "PNG도 JPEG도 아닙니다"),
    (gif, "it is neither PNG nor JPEG", "PNG도 JPEG도 아닙니다"),
    (half_a_jpeg, "the file is damaged or cut off", "파일이 손상되었거나 중간에 잘렸습니다"),
    (half_a_png, "the file is damaged or cut off", "파일이 손상되었거나 중간에 잘렸습니다"),
    (png_with_a_wrong_checksum, "it is neither PNG nor JPEG", "PNG도 JPEG도 아닙니다"),
    (only_a_signature, "it is neither PNG nor JPEG", "PNG도 JPEG도 아닙니다"),
    (folder, "it is not a file", "파일이 아닙니다"),
    (pipe, "it is not a file", "파일이 아닙니다"),
    (nothing, "there is no such file", "그런 파일이 없습니다"),
]


@pytest.mark.parametrize(("make", "reason", "korean"), BAD_FILES, ids=[row[0].__name__ for row in BAD_FILES])
def test_a_bad_file_is_an_error_that_names_it(
    make: Callable[[Path], None], reason: str, korean: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.png"
    make(path)
    with pytest.raises(DataError) as caught:
        read(path, (28, 28, 1))
    (problem,) = caught.value.problems
    expected = f"{path}: The picture can't be read: {reason}. Give a whole PNG or JPEG."
    assert problem.text() == expected
    assert f"이미지를 읽을 수 없습니다: {korean}." in problem.text("ko")


@pytest.mark.parametrize("limit", [1000, 1599], ids=["half over", "just over"])
def test_a_decompression_bomb_is_an_error_and_no_warning(
    limit: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(file_bytes("PNG"))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
    with pytest.raises(DataError, match=f"it has more than {limit} pixels"):
        read(path, (28, 28, 1))


def test_a_bomb_of_twice_the_limit_is_an_error_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(file_bytes("PNG"))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(DataError, match="it has more than 100 pixels"):
        read(path, (28, 28, 1))


def test_a_file_that_may_not_be_opened_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, mode: str) -> object:
        raise PermissionError(13, "Permission denied")

    path = grey(tmp_path / "x.png")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DataError, match="The picture can't be read: permission is denied"):
        read(path, (4, 4, 1))


def test_a_design_with_two_channels_takes_no_picture(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the design takes 2 channels, a picture has 1"):
        read(grey(tmp_path / "x.png"), (4, 4, 2))


def test_threads_that_read_at_once_find_every_bomb_and_leave_the_filters_of_warnings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(file_bytes("PNG"))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1599)
    before = list(warnings.filters)

    def reason(_: int) -> str:
        with pytest.raises(DataError) as caught:
            read(path, (28, 28, 1))
        return caught.value.problems[0].text()

    with quiet():
        inside = list(warnings.filters)
        with ThreadPoolExecutor(8) as pool:
            found = {*pool.map(reason, range(400))}
        assert list(warnings.filters) == inside
    assert list(warnings.filters) == before
    (words,) = found
    assert "it has more than 1599 pixels" in words


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_whatever_is_broken_in_a_file_it_is_read_or_an_error(form: str, tmp_path: Path) -> None:
    whole, path = file_bytes(form), tmp_path / "x.png"
    chance = np.random.default_rng(1)
    outcomes = set()
    for _ in range(150):
        data = np.frombuffer(whole, np.uint8).copy()
        places = chance.integers(0, min(len(data), 700), 3)
        data[places] = chance.integers(0, 256, 3)
        path.write_bytes(data.tobytes())
        try:
            outcomes.add(str(read(path, (8, 8, 3)).pixels.shape))
        except DataError as error:
            outcomes.add(error.problems[0].key)
    assert "picture unreadable" in outcomes
    assert outcomes <= {"picture unreadable", "(8, 8, 3)"}
