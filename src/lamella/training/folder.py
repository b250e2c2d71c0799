"""A folder of pictures as images to train on: which are tested on, whether all can be read, where they are held."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from lamella import pictures
from lamella.building.container import free_bytes
from lamella.building.engines import processors
from lamella.errors import DataError, Place, problem
from lamella.texts.languages import phrase
from lamella.training.streaming import Streamed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lamella.errors import Problem
    from lamella.training.streaming import Images

    Shape = tuple[int, ...]

TESTED: Final = 0.1
"""The part of the pictures that is tested on."""
MOST_BYTES: Final = 4 * 1024**3
SHOWN: Final = 10
"""So many unreadable pictures are named."""
AT_ONCE: Final = 1024
"""So many pictures are given to the threads together, so that a million of them take no memory by waiting."""


class Folder(NamedTuple):
    """The pictures of a folder, to learn from and to test on.

    `fingerprint` is "sha256:..." over names and files, `fitted` how many had to be changed in size or mode.
    """

    train: Images
    test: Images
    fingerprint: str
    fitted: int


@pictures.quiet()
def read_folder(folder: Path, shape: Shape) -> Folder:
    """The pictures that `pictures.find` finds in a folder, fitted to (height, width, channels) as restoring does.

    They are held in memory where `budget_bytes` allows, else streamed; all are read once in either case. Raises
    `DataError` where there is no such folder, no picture in it or no picture of so many channels, and with the first
    of those that can't be read and their number.
    """
    learned, tested = _parted(_found(folder))
    if shape[-1] not in pictures.MODES:
        raise DataError(_channels(folder, shape))
    paths = [*learned, *tested]
    room = np.empty((len(paths), *shape), np.uint8) if len(paths) * prod(shape) <= budget_bytes() else None
    digests: list[tuple[str, bytes]] = []
    problems: list[Problem] = []
    fitted = broken = 0
    for place, each in enumerate(_read(paths, shape)):
        if isinstance(each, DataError):
            broken += 1
            problems += each.problems if broken <= SHOWN else ()
            continue
        digests.append((_name(paths[place]), each.digest))
        fitted += each.fitted
        if room is not None:
            room[place] = each.levels
    if broken:
        raise DataError(_headed(folder, problems, broken, len(paths)))
    if room is None:
        train, test = (Streamed(partial(_decoded, shape=shape), some, shape) for some in (learned, tested))
        return Folder(train, test, _fingerprint(digests), fitted)
    room.setflags(write=False)
    return Folder(room[: len(learned)], room[len(learned) :], _fingerprint(digests), fitted)


def tested(folder: Path, shape: Shape) -> tuple[Streamed, tuple[str, ...]]:
    """The pictures that are tested on, decoded when asked for, and the names of their files."""
    _, paths = _parted(_found(folder))
    return Streamed(partial(_decoded, shape=shape), paths, shape), tuple(map(_name, paths))


def fingerprint(folder: Path) -> str:
    """The fingerprint of a folder's pictures, none of which is decoded for it. Raises `DataError`."""
    paths = _found(folder)
    with ThreadPoolExecutor(processors(), "reading") as pool:
        try:
            return _fingerprint([*zip(map(_name, paths), pool.map(_digest, paths), strict=True)])
        except OSError as error:
            reason = phrase("it can't be read ({why})", "읽을 수 없습니다({why})", why=error.strerror or str(error))
            raise DataError(problem("file unreadable", Place(file=str(folder)), reason=reason)) from None


def budget_bytes() -> int:
    """How much decoded pictures may take: a quarter of the memory that is free, since TensorFlow holds them again."""
    try:
        fields = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text("ascii").splitlines())
        free = int(fields["MemAvailable"].removesuffix("kB")) * 1024
    except (OSError, KeyError, ValueError):  # no Linux: half of all is taken to be free
        known = "SC_PHYS_PAGES" in getattr(os, "sysconf_names", {})
        free = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2 if known else MOST_BYTES
    return min(min([free, *free_bytes()]) // 4, MOST_BYTES)


def _found(folder: Path) -> list[Path]:
    """The pictures of the folder in the order of their names."""
    found = pictures.find([folder])
    if not folder.is_dir():
        expected = phrase("folder: and a folder that holds pictures", "folder: 뒤에 이미지가 든 폴더")
        raise DataError(problem("setting", option="data", expected=expected, received=f"folder:{folder}"))
    return sorted(found, key=_name)


def _parted(paths: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """The pictures to learn from, and those to test on: a tenth, at least one, drawn by a digest of their names.

    So the same names are always drawn, and most stay drawn where pictures come or go.
    """
    drawn = sorted(paths, key=lambda path: hashlib.sha256(_name(path).encode("utf-8", "surrogateescape")).digest())
    tested = {*drawn[: max(1, round(TESTED * len(paths)))]}
    return [each for each in paths if each not in tested], [each for each in paths if each in tested]


def _name(path: Path) -> str:
    """A file's name as it is on every system: macOS takes Hangul apart."""
    return unicodedata.normalize("NFC", path.name)


class _Picture(NamedTuple):
    levels: NDArray[np.uint8]
    fitted: bool
    digest: bytes


def _read(paths: Sequence[Path], shape: Shape) -> Iterator[_Picture | DataError]:
    """Every picture, or why it can't be read, in order; several are read at once."""
    with ThreadPoolExecutor(processors(), "reading") as pool:
        for first in range(0, len(paths), AT_ONCE):
            yield from pool.map(partial(_tried, shape=shape), paths[first : first + AT_ONCE])


def _tried(path: Path, shape: Shape) -> _Picture | DataError:
    try:
        found = _picture(path, shape)
        return _Picture(pictures.levels(found.pixels), found.fitted, _digest(path))
    except DataError as error:
        return error


def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def _decoded(path: Path, shape: Shape) -> NDArray[np.uint8]:
    return pictures.levels(_picture(path, shape).pixels)


def _picture(path: Path, shape: Shape) -> pictures.Picture:
    height, width, channels = shape
    return pictures.read(path, (height, width, channels))


def _fingerprint(digests: Sequence[tuple[str, bytes]]) -> str:
    whole = hashlib.sha256()
    for name, digest in sorted(digests):
        whole.update(name.encode("utf-8", "surrogateescape") + b"\0" + digest)
    return f"sha256:{whole.hexdigest()}"


def _channels(folder: Path, shape: Shape) -> Problem:
    height, width, _ = shape
    received = phrase(
        "[{height}, {width}, 1] (grey) or [{height}, {width}, 3] (RGB)",
        "[{height}, {width}, 1](회색조) 또는 [{height}, {width}, 3](RGB)",
        height=height,
        width=width,
    )
    return problem("data shape", data=f"folder:{folder}", received=received, expected="x".join(map(str, shape)))


def _headed(folder: Path, problems: Sequence[Problem], broken: int, count: int) -> list[Problem]:
    """The problems, below their number where there are more."""
    if broken == len(problems):
        return [*problems]
    where = Place(file=str(folder))
    return [problem("pictures unreadable", where, broken=broken, count=count, shown=len(problems)), *problems]
