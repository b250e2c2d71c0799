"""TensorFlow's pool of memory on a CPU: what it holds beyond what the arrays need.

A free piece is given out whole unless it is at least twice as large as asked for, so that nearly half of it can lie
idle. Source: xla/tsl/framework/bfc_allocator.cc (best fit with coalescing), which TensorFlow uses for arrays of
256 KiB and more where oneDNN is on (core/common_runtime/mkl_cpu_allocator.h).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Final

SMALLEST: Final = 256 * 1024
_UNIT: Final = 256
_FIRST_REGION: Final = 2 << 20
_LARGEST_WASTE: Final = 128 << 20


class Pool:
    """Pieces of memory by region, by where they start and end; the free ones sorted by size and place."""

    def __init__(self) -> None:
        self.free: list[tuple[int, int]] = []
        self.ends: dict[int, int] = {}
        self.starts: dict[int, int] = {}
        self.region, self.end = _FIRST_REGION, 0

    def take(self, size: int) -> tuple[int, int]:
        """Where the piece for so many bytes starts, and how many bytes it has."""
        wanted = -(-size // _UNIT) * _UNIT
        at = bisect_left(self.free, (wanted, 0))
        if at == len(self.free):
            self._grow(wanted)
            at = bisect_left(self.free, (wanted, 0))
        found, start = self.free.pop(at)
        if found >= 2 * wanted or found - wanted >= _LARGEST_WASTE:
            self._set(start + wanted, start + found)
            insort(self.free, (found - wanted, start + wanted))
            self._set(start, start + wanted)
        return start, self.ends[start] - start

    def give_back(self, start: int) -> None:
        """Frees a piece and joins it with its free neighbours."""
        end = self.ends[start]
        for neighbour in (end, self.starts.get(start)):
            if neighbour is None or neighbour not in self.ends:
                continue
            last = self.ends[neighbour]
            at = bisect_left(self.free, (last - neighbour, neighbour))
            if at < len(self.free) and self.free[at] == (last - neighbour, neighbour):
                del self.free[at]
                del self.ends[max(start, neighbour)]
                start, end = min(start, neighbour), max(end, last)
        self._set(start, end)
        insort(self.free, (end - start, start))

    def _set(self, start: int, end: int) -> None:
        self.ends[start], self.starts[end] = end, start

    def _grow(self, wanted: int) -> None:
        """A new region, of twice the size of the last one or as large as it must be."""
        grown = self.region < wanted
        while self.region < wanted:
            self.region *= 2
        start = self.end + _UNIT  # regions never join
        self._set(start, start + self.region)
        insort(self.free, (self.region, start))
        self.end = start + self.region
        if not grown:
            self.region *= 2
