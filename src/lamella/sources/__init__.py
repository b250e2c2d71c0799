"""Foreign forms of a design. One file of this folder is one format: `match`, `read` and, where it makes sense, `write`.

A format module says whether a file is its own (`match(ending, first bytes)`) and gives its Design
(`read(data, file)`); a file is read as data and never executed.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path
from typing import IO, Protocol, cast

from lamella.design import Design
from lamella.errors import Place, SourceError, problem
from lamella.texts.languages import phrase
from lamella.units import size_bytes

LARGEST_BYTES = 2 * 1024 * 1024


class Format(Protocol):
    """What a module of this folder has."""

    def match(self, ending: str, start: bytes) -> bool: ...

    def read(self, data: bytes, file: str) -> Design: ...


def formats() -> list[Format]:
    """Every format of this folder."""
    modules = [importlib.import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]
    return [cast(Format, module) for module in modules if hasattr(module, "match")]


def read(path: str | Path) -> Design:
    """The design in a file; `-` reads standard input. Raises `SourceError`."""
    data = _standard_input() if str(path) == "-" else _load(Path(path))
    ending = "" if str(path) == "-" else Path(path).suffix.lower()
    for each in formats():
        if each.match(ending, data[:512]):
            return each.read(data, str(path))
    raise SourceError(problem("file format", Place(file=str(path)), received=ending or path))


def _standard_input() -> bytes:
    where = Place(file="-")
    if sys.stdin is None:
        reason = phrase("standard input is closed", "표준 입력이 닫혀 있습니다")
        raise SourceError(problem("file unreadable", where, reason=reason))
    try:
        return _from(sys.stdin.buffer, "-")
    except OSError as error:
        raise SourceError(problem("file unreadable", where, reason=error.strerror or str(error))) from None


def _load(path: Path) -> bytes:
    where = Place(file=str(path))
    try:
        if path.is_dir():
            reason = phrase("it is a folder", "폴더입니다")
            raise SourceError(problem("file unreadable", where, reason=reason))
        if path.exists() and not path.is_file():
            reason = phrase("it is not a regular file", "일반 파일이 아닙니다")
            raise SourceError(problem("file unreadable", where, reason=reason))
        with path.open("rb") as file:
            return _from(file, str(path))
    except FileNotFoundError:
        beside = [each.name for each in sorted(path.parent.glob("*.y*ml")) if each.is_file()][:5]
        fix = phrase("Here is {names:list}.", "여기 있는 파일: {names:list}.", names=beside)
        raise SourceError(problem("path missing", where, suggestion=fix if beside else "")) from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise SourceError(problem("file unreadable", where, reason=said)) from None


def _from(file: IO[bytes], name: str) -> bytes:
    data = file.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise SourceError(problem("file too large", Place(file=name), limit=size_bytes(LARGEST_BYTES)))
    return data
