"""A file that can be read in pieces of a bounded size only, for libraries that believe what a file says of itself."""

from __future__ import annotations

import io
from typing import IO


class TooLarge(OSError):
    """The reader wants more of the file than a config needs."""


class Bounded(io.RawIOBase):
    """An open file, of which at most `most` bytes are read in all."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        super().__init__()
        self._file, self._left = file, most

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int | None = -1) -> bytes:
        wanted = self._left + 1 if size is None or size < 0 else size
        if size is not None and size > self._left:
            raise TooLarge
        data = self._file.read(wanted)
        self._left -= len(data)
        if self._left < 0:
            raise TooLarge
        return data

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)
