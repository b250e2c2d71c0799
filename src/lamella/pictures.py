"""Pictures in and out: PNG and JPEG files to numbers in [0, 1] of the design's shape, and back to PNG.

Pillow decodes; everything that it can stumble over becomes one `DataError` that names the file.
Source of the orientation: EXIF 2.32, tag 0x0112, which PNG carries too (chunk eXIf).
"""

from __future__ import annotations

import difflib
import io
import os
import unicodedata
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from lamella.errors import DataError, Place, UsageError, problem
from lamella.files import write_whole
from lamella.texts.languages import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from lamella.errors import Problem

ENDINGS = frozenset({".png", ".jpg", ".jpeg"})
FORMATS = ("PNG", "JPEG")
MODES = {1: "L", 3: "RGB"}
"""Pillow's mode for each number of channels that a picture file can have."""

_EFFORT = 3
"""Of 9, in making a PNG small. The usual 6 takes two to three times as long, most of all that restoring takes, for
files smaller by a twentieth; pixels are the same."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture as the design takes it.

    `pixels` are float32 (height, width, channels) in [0, 1]. `original_size` is (width, height) in px with
    the picture the right way up, `original_mode` Pillow's name for how it was stored. `fitted` says whether
    the size or the mode had to be changed.
    """

    path: Path
    pixels: NDArray[np.float32]
    original_size: tuple[int, int]
    original_mode: str
    fitted: bool


@contextmanager
def quiet() -> Iterator[None]:
    """Keeps what Pillow warns of, such as a broken EXIF, off the terminal, in every thread that reads meanwhile.

    Filters of warnings are the whole process's: the one who starts threads is quiet around them, and `read`, which
    several of them call at once, touches no filter.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        yield


def find(paths: Sequence[Path]) -> list[Path]:
    """The pictures that are meant: files as named, of a folder those in it by name; each file once.

    Folders inside a folder and hidden files are left out. Raises `DataError` with every path that is missing
    or can't be searched and every folder without a picture.
    """
    found: dict[str, Path] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            if not path.exists():
                problems.append(problem("path missing", _place(path), suggestion=_nearest(path)))
                continue
            named = _pictures_in(path) if path.is_dir() else [path]
        except OSError as error:
            problems.append(problem("file unreadable", _place(path), reason=_refused(error)))
            continue
        if not named:
            problems.append(problem("no pictures", _place(path)))
        for each in named:
            found.setdefault(os.path.realpath(each), each)
    if problems:
        raise DataError(problems)
    return list(found.values())


def read(path: Path, shape: tuple[int | None, int | None, int]) -> Picture:
    """The picture in (height, width, channels); channels 1 is grey, 3 is RGB; for None it keeps its own size.

    The size is changed with Lanczos' filter where it differs; transparent pixels stand over black.
    Raises `DataError` where the file is not a whole PNG or JPEG, or where no picture has that many channels.
    """
    height, width, channels = shape
    if channels not in MODES:
        raise _unreadable(
            path,
            phrase(
                "the design takes {channels} channels, a picture has 1 (grey) or 3 (RGB)",
                "설계의 채널은 {channels}개인데 이미지의 채널은 1개(회색조) 또는 3개(RGB)입니다",
                channels=channels,
            ),
        )
    image = _decoded(path)
    mode, size = image.mode, image.size
    wanted = (size[0] if width is None else width, size[1] if height is None else height)
    fitted = size != wanted or mode != MODES[channels]
    if not fitted and not image.has_transparency_data:  # the same numbers, in a third of the time
        pixels = np.asarray(image, np.float32).reshape(wanted[1], wanted[0], channels) / np.float32(255)
        return Picture(path, pixels, size, mode, fitted)
    highest = 65535 if mode.startswith("I") else 255
    planes = _planes(image, MODES[channels])
    if size != wanted:
        planes = [plane.resize(wanted, Image.Resampling.LANCZOS) for plane in planes]
    pixels = np.stack([np.asarray(plane, np.float32) for plane in planes], axis=-1) / np.float32(highest)
    return Picture(path, np.clip(pixels, 0, 1), size, mode, fitted)


def levels(pixels: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    """Numbers in [0, 1] as the nearest levels from 0 to 255; the shape stays. Below 0 is black, above 1 white."""
    nearest: NDArray[np.uint8] = np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
    return nearest


def output_paths(sources: Sequence[Path], out: Path) -> list[Path]:
    """Where each restored picture goes: `out` itself for one picture and a name in .png, else into `out`.

    The names are the sources' with .png; where two agree (in any case of letters), the later one gets -2.
    Raises `DataError` where a restored picture would replace one of the sources, or another file in a folder
    that a source lies in; elsewhere what stands in `out` is replaced.
    """
    if (
        out.suffix.lower() in {*ENDINGS, ".gif", ".webp", ".bmp", ".tif", ".tiff"}
        and not out.is_dir()
        and (len(sources) > 1 or out.suffix.lower() != ".png")
    ):
        expected = phrase("a folder, or a .png for one picture", "폴더, 또는 이미지가 하나일 때 .png")
        raise UsageError(problem("setting", option="-o", expected=expected, received=str(out)))
    if len(sources) == 1 and out.suffix.lower() == ".png" and not out.is_dir():
        targets = [out]
    else:
        targets = [out / f"{name}.png" for name in _distinct([source.stem for source in sources])]
    taken = {_identity(source) for source in sources}
    problems = [problem("output is input", _place(path)) for path in targets if _identity(path) in taken]
    beside = {_identity(source.parent) for source in sources}
    problems += [
        problem("file exists", _place(path))
        for path in targets
        if os.path.lexists(path) and _identity(path) not in taken and _identity(path.parent) in beside
    ]
    if problems:
        raise DataError(problems)
    return targets


def write(path: Path, pixels: NDArray[np.floating[Any]]) -> None:
    """Writes (height, width, 1 or 3) in [0, 1] as PNG; the file is there whole or not at all.

    Folders are made. Raises `DataError` where it can't be written or a pixel is NaN.
    """
    try:
        data = encode(pixels)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
    except DataError as error:
        raise error.at(_place(path)) from None
    except OSError as error:
        raise DataError(problem("not writable", _place(path), reason=_refused(error), option="-o")) from error


def encode(pixels: NDArray[np.floating[Any]]) -> bytes:
    """The PNG file's bytes of (height, width, 1 or 3) in `levels`.

    Nothing but pixels goes in, so the same pixels give the same bytes. Raises `DataError` where one is NaN.
    """
    if np.isnan(pixels).any():
        raise DataError(problem("pixels not numbers"))
    written = levels(pixels)
    file = io.BytesIO()
    Image.fromarray(written[..., 0] if written.shape[-1] == 1 else written).save(file, "PNG", compress_level=_EFFORT)
    return file.getvalue()


def _pictures_in(folder: Path) -> list[Path]:
    entries = [each for each in folder.iterdir() if each.suffix.lower() in ENDINGS and not each.is_dir()]
    return sorted((each for each in entries if not each.name.startswith(".")), key=lambda each: each.name)


def _decoded(path: Path) -> Image.Image:
    """The picture with all its pixels, the right way up."""
    try:
        if path.exists() and not path.is_file():  # opening a pipe would wait for ever
            raise _unreadable(path, phrase("it is not a file", "파일이 아닙니다"))
        if path.stat().st_size == 0:
            raise _unreadable(path, phrase("the file is empty", "파일이 비어 있습니다"))
        with path.open("rb") as file, Image.open(file, formats=FORMATS) as image:
            limit = Image.MAX_IMAGE_PIXELS
            if limit is not None and image.width * image.height > limit:  # Pillow only warns, up to twice as many
                raise Image.DecompressionBombError
            return ImageOps.exif_transpose(image)
    except DataError:
        raise
    except Exception as error:  # a broken file takes Pillow's decoders to errors of many types
        raise _unreadable(path, _stumbled(error)) from error


def _stumbled(error: Exception) -> Phrase:
    """Why Pillow could not read a file."""
    if isinstance(error, UnidentifiedImageError):
        return phrase("it is neither PNG nor JPEG", "PNG도 JPEG도 아닙니다")
    if isinstance(error, (Image.DecompressionBombWarning, Image.DecompressionBombError)):
        limit = Image.MAX_IMAGE_PIXELS
        return phrase("it has more than {limit} pixels", "픽셀이 {limit}개를 넘습니다", limit=limit)
    if isinstance(error, MemoryError):
        return phrase("there is not enough memory for it", "메모리가 부족합니다")
    if isinstance(error, OSError) and error.errno is not None:
        return _refused(error)
    return phrase("the file is damaged or cut off", "파일이 손상되었거나 중간에 잘렸습니다")


def _planes(image: Image.Image, mode: str) -> list[Image.Image]:
    """The channels of `mode` as pictures of floats, in the range of the picture's own numbers."""
    if image.mode.startswith("I"):  # 16-bit grey; conversion to L would cut it off at 255
        levels = np.asarray(image.convert("F"))
        hidden = image.info.get("transparency")
        return [Image.fromarray(np.where(levels == hidden, np.float32(0), levels))] * len(mode)
    if image.has_transparency_data:
        black = Image.new("RGBA", image.size, (0, 0, 0, 255))
        image = Image.alpha_composite(black, image.convert("RGBA"))
    return [plane.convert("F") for plane in image.convert("RGB").convert(mode).split()]


def _distinct(stems: Sequence[str]) -> list[str]:
    """The stems, with -2, -3 behind those that a file system might take for an earlier one.

    >>> _distinct(["a", "A", "b", "A-2"])
    ['a', 'A-3', 'b', 'A-2']
    """
    keys = [_folded(stem) for stem in stems]
    seen: set[str] = set()
    taken = set(keys)
    names = []
    for stem, key in zip(stems, keys, strict=True):
        name, number = stem, 1
        while key in seen and _folded(name) in taken:
            number += 1
            name = f"{stem}-{number}"
        seen.add(key)
        taken.add(_folded(name))
        names.append(name)
    return names


def _folded(name: str) -> str:
    """What names of files have in common that macOS or Windows take for one."""
    return unicodedata.normalize("NFC", name).casefold()


def _identity(path: Path) -> object:
    """Equal for two ways to the same file."""
    try:
        status = path.stat()
    except OSError:
        return os.path.realpath(path)
    return status.st_dev, status.st_ino


def _nearest(path: Path) -> Phrase:
    """A name beside a missing one that may have been meant."""
    try:
        names = [each.name for each in path.parent.iterdir()]
    except OSError:
        names = []
    for near in difflib.get_close_matches(path.name, names, n=1):
        return phrase("Did you mean {near}?", "혹시 {near}인가요?", near=near)
    return phrase("Check the path.", "경로를 확인해 주세요.")


def _refused(error: OSError) -> Phrase:
    """Why the system said no."""
    blocked = phrase("a file stands where a folder is needed", "폴더가 있어야 할 곳에 파일이 있습니다")
    known = {
        FileNotFoundError: phrase("there is no such file", "그런 파일이 없습니다"),
        PermissionError: phrase("permission is denied", "권한이 없습니다"),
        IsADirectoryError: phrase("a folder stands there", "그 자리에 폴더가 있습니다"),
        FileExistsError: blocked,
        NotADirectoryError: blocked,
    }
    return known.get(type(error)) or phrase("{words}", "{words}", words=error.strerror or str(error))


def _unreadable(path: Path, reason: Phrase) -> DataError:
    return DataError(problem("picture unreadable", _place(path), reason=reason))


def _place(path: Path) -> Place:
    return Place(file=str(path))
