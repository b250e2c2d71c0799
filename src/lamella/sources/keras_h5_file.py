"""Keras' older file, .h5: HDF5, of which only the attribute model_config is read.

Source: keras/src/legacy/saving/legacy_h5_format.py.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from types import ModuleType
from typing import IO

from lamella.design import Design
from lamella.errors import MissingEngineError, Place, SourceError, problem
from lamella.sources.bounded import Bounded, TooLarge
from lamella.texts.languages import Phrase, phrase

ATTRIBUTE = b"model_config"

_SIGNATURE = b"\x89HDF\r\n\x1a\n"


class _Watched(Bounded):
    """An open HDF5 file that keeps what was read of it with the attribute's name in it."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        super().__init__(file, most)
        self.headers: list[bytes] = []

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        if ATTRIBUTE in data:
            self.headers.append(data)
        return data


def _lengths(header: bytes) -> Iterator[int]:
    """The length that a text of the attribute's name has by each attribute message of a header.

    Source: HDF5 File Format Specification, IV.A.2.m.
    """
    name = ATTRIBUTE + b"\0"
    for found in re.finditer(name, header):
        for version, before, unit in ((1, 8, 8), (2, 8, 1), (3, 9, 1)):
            start = found.start() - before
            if start < 0 or header[start] != version:
                continue
            sizes = struct.unpack_from("<3H", header, start + 2)
            place = found.start() + sum(-(-size // unit) * unit for size in sizes)
            if sizes[0] == len(name) and place + 4 <= len(header):
                yield int.from_bytes(header[place : place + 4], "little")


def match(ending: str, start: bytes) -> bool:
    """By its ending; without one, by HDF5's first bytes."""
    return ending in (".h5", ".hdf5") or (not ending and start.startswith(_SIGNATURE))


def load(file: IO[bytes], name: str) -> Design:
    """The design in an HDF5 file of Keras. Raises `SourceError`, and `MissingEngineError` without h5py."""
    from lamella.sources.keras_json import LARGEST_CONFIG, read_config

    h5py = _h5py(name)
    try:
        watched = _Watched(file, 2 * LARGEST_CONFIG)
        with h5py.File(watched, "r") as opened:
            text = _attribute(h5py, opened, watched, name, LARGEST_CONFIG)
    except TooLarge:
        raise _broken(name, phrase("its config is too large", "설정이 너무 큽니다")) from None
    except OSError:
        reason = phrase("it is no HDF5 file, or its end is missing", "HDF5 파일이 아니거나 끝부분이 없습니다")
        raise _broken(name, reason) from None
    except (RuntimeError, ValueError, TypeError, KeyError):
        raise _broken(name, phrase("its parts can't be read", "담긴 것을 읽을 수 없습니다")) from None
    return read_config(text, name)


def _h5py(name: str) -> ModuleType:
    try:
        import h5py
    except ModuleNotFoundError:
        what = phrase("reading .h5 files", ".h5 파일 읽기")
        facts = {"package": "h5py", "what": what, "extra": "h5"}
        raise MissingEngineError(problem("engine missing", Place(file=name), **facts)) from None
    return h5py  # type: ignore[no-any-return]


def _attribute(h5py: ModuleType, opened: object, watched: _Watched, name: str, most: int) -> bytes:
    """The text of the attribute; its size is looked at before any of it is read.

    Of a text of any length the library does not tell it, and makes room for as much as the file says.
    """
    root = opened.id  # type: ignore[attr-defined]
    if not h5py.h5a.exists(root, ATTRIBUTE):
        raise SourceError(problem("weights only", Place(file=name)))
    found = h5py.h5a.open(root, ATTRIBUTE)
    if found.shape != () or found.get_type().get_class() != h5py.h5t.STRING or found.get_storage_size() > most:
        raise _broken(name, phrase("model_config is no text", "model_config가 글이 아닙니다"))
    if found.get_type().is_variable_str():
        lengths = [length for header in watched.headers for length in _lengths(header)]
        if not lengths:
            raise ValueError
        if max(lengths) > most:
            raise TooLarge
    value = opened.attrs[ATTRIBUTE.decode()]  # type: ignore[attr-defined]
    return value.encode() if isinstance(value, str) else bytes(value)


def _broken(name: str, reason: Phrase) -> SourceError:
    return SourceError(problem("model file broken", Place(file=name), format=".h5", reason=reason))
