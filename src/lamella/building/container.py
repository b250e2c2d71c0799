"""What a container leaves to a process: of the processors' time, and of the memory.

Source: docs.kernel.org/admin-guide/cgroup-v2.html: cpu.max ("max" or microseconds, and the period they are of),
memory.max ("max" or bytes), memory.current.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

_GROUPS: Final = Path("/sys/fs/cgroup")
_OWN_GROUP: Final = Path("/proc/self/cgroup")


def processor_quotas() -> Iterator[int]:
    """The processors, rounded up, whose time the process's control group gets, and each that it lies in."""
    for group in _groups():
        try:
            quota, period = (group / "cpu.max").read_text("ascii").split()
            yield max(-(-int(quota) // int(period)), 1)
        except (OSError, ValueError):  # no such file, or "max"
            continue


def free_bytes() -> Iterator[int]:
    """The memory that is left of what the process's control group may take, and each that it lies in."""
    for group in _groups():
        try:
            most, taken = (int((group / name).read_text("ascii")) for name in ("memory.max", "memory.current"))
            yield max(most - taken, 0)
        except (OSError, ValueError):
            continue


def _groups() -> list[Path]:
    """The process's control group and those that it lies in; none without Linux' version 2 of them."""
    try:
        path = next(line[4:] for line in _OWN_GROUP.read_text("utf-8").splitlines() if line.startswith("0::/"))
    except (OSError, StopIteration):
        return []
    inside = _GROUPS / path
    return [inside, *inside.parents[: len(Path(path).parts)]]
