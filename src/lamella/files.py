"""Writing files so that no reader ever sees half of one."""

from __future__ import annotations

import secrets
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Writes beside the place and moves it there: the file is there whole or as it was. Raises `OSError`."""
    beside = path.with_name(f".lamella-{secrets.token_hex(8)}.tmp")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
