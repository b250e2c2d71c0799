"""Foreign forms of a design. One file of this folder called NAME_file.py is one format: `match` and `load`.

A format module says whether a file is its own (`match(ending, first bytes)`) and gives its Design
(`load(file, name)`, the file open at its beginning); a file is read as data and never executed.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from io import BytesIO
from pathlib import Path
from typing import IO, Protocol, cast

from lamella.design import Design
from lamella.errors import Place, SourceError, problem
from lamella.sources.revision import content, is_revision
from lamella.texts.languages import phrase
from lamella.units import size_bytes

LARGEST_BYTES = 2 * 1024 * 1024
"""The most that a text may have."""

LARGEST_STREAM_BYTES = 4 * 1024**3
"""The most that a Keras model may have that comes through standard input, and so is put into a file first."""

_START, _PART = 512, 2**20


class Format(Protocol):
    """What a format module has."""

    def match(self, ending: str, start: bytes) -> bool: ...

    def load(self, file: IO[bytes], name: str) -> Design: ...


def formats() -> list[Format]:
    """Every format of this folder."""
    names = [each.name for each in pkgutil.iter_modules(__path__) if each.name.endswith("_file")]
    return [cast(Format, importlib.import_module(f"{__name__}.{name}")) for name in names]


def read(path: str | Path) -> Design:
    """The design in a file; `-` reads standard input, REVISION:PATH a file as git holds it. Raises `SourceError`."""
    if path == "":  # to Python the folder it is in
        raise SourceError(problem("path missing", Place(file='""'), suggestion=""))
    if str(path) == "-":
        return _standard_input()
    if is_revision(str(path)):
        data = content(str(path), LARGEST_BYTES)
        return _read(BytesIO(text(BytesIO(data), str(path))), str(path), Path(path).suffix.lower())
    return _open(Path(path))


def text(file: IO[bytes], name: str) -> bytes:
    """All of a file, where it is no larger than a design file may be. Raises `SourceError`."""
    data = file.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise SourceError(problem("file too large", Place(file=name), limit=size_bytes(LARGEST_BYTES)))
    return data


def _standard_input() -> Design:
    where = Place(file="-")
    if sys.stdin is None:
        reason = phrase("standard input is closed", "표준 입력이 닫혀 있습니다")
        raise SourceError(problem("file unreadable", where, reason=reason))
    from tempfile import SpooledTemporaryFile

    with SpooledTemporaryFile(LARGEST_BYTES) as whole:  # archives are read from their end
        try:
            start = sys.stdin.buffer.read(_START)
            limit = LARGEST_BYTES if _is_text(start) else LARGEST_STREAM_BYTES
            size, part = 0, start
            while part and size <= limit:
                size += whole.write(part)
                part = sys.stdin.buffer.read(_PART)
        except OSError as error:
            raise SourceError(problem("file unreadable", where, reason=error.strerror or str(error))) from None
        if size > limit:
            raise SourceError(problem("file too large", where, limit=size_bytes(limit)))
        whole.seek(0)
        return _read(cast(IO[bytes], whole), "-", "", LARGEST_BYTES if _is_text(start) else _START)


def _is_text(start: bytes) -> bool:
    """Whether it can't be a Keras model, which is an archive."""
    return not start.startswith((b"PK", b"\x89HDF"))


def _open(path: Path) -> Design:
    where = Place(file=str(path))
    try:
        if path.is_dir():
            reason = phrase("it is a folder", "폴더입니다")
            raise SourceError(problem("file unreadable", where, reason=reason))
        if path.exists() and not path.is_file():
            reason = phrase("it is not a regular file", "일반 파일이 아닙니다")
            raise SourceError(problem("file unreadable", where, reason=reason))
        with path.open("rb") as file:
            return _read(file, str(path), path.suffix.lower())
    except FileNotFoundError:
        beside = [each.name for each in sorted(path.parent.glob("*.y*ml")) if each.is_file()][:5]
        fix = phrase("Here is {names:list}.", "여기 있는 파일: {names:list}.", names=beside)
        raise SourceError(problem("path missing", where, suggestion=fix if beside else "")) from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise SourceError(problem("file unreadable", where, reason=said)) from None


def _read(file: IO[bytes], name: str, ending: str, enough: int = _START) -> Design:
    """The design in a file, whose format its ending says, or else its first bytes, so many of them."""
    start = file.read(enough)
    file.seek(0)
    for each in formats():
        if each.match(ending, start):
            return each.load(file, name)
    raise SourceError(problem("file format", Place(file=name), received=ending or name))
