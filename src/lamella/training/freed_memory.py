"""Memory that layers free and take again at every step, kept with the process in between.

The C library of most Linux systems (glibc) gives every large array back to the system as it is freed. Its pages are
then taken one by one and cleared again at the next step: a quarter to near half of a step of a small
network on JAX, a tenth to a third on PyTorch.
"""

from __future__ import annotations

import ctypes
import platform
from typing import Final

_TRIM_THRESHOLD: Final = -1
_MMAP_MAX: Final = -4
_NEVER: Final = 2**31 - 1
"""Source: mallopt(3) of the Linux man-pages; the numbers stand in glibc's malloc.h."""


def keep_freed_memory(engine: str) -> bool:
    """Tells the C library to keep what is freed, in all of this process until its end.

    False where it can't be told, and for TensorFlow, which keeps a pool of its own and gains nothing.
    """
    if engine == "tensorflow" or platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return bool(mallopt(_MMAP_MAX, 0) and mallopt(_TRIM_THRESHOLD, _NEVER))
