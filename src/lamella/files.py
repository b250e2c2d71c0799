"""Writing files so that no reader ever sees half of one."""

from __future__ import annotations

import os
from errno import EACCES
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Writes beside the place and moves it there: the file is there whole or as it was. Raises `OSError`."""
    beside = path.with_name(f".lamella-{os.urandom(8).hex()}.tmp")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def rewrite_whole(path: Path, data: bytes) -> None:
    """The same for a file that is there: it keeps its permissions, and a link stays one. Raises `OSError`."""
    real = path.resolve(strict=True)
    mode = real.stat().st_mode
    if not os.access(real, os.W_OK):  # moving another file there would ask the folder alone
        raise PermissionError(EACCES, os.strerror(EACCES), str(path))
    write_whole(real, data)
    real.chmod(mode)
