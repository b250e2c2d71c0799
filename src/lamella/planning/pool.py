"""TensorFlow's memory pool on a CPU: what it holds beyond what the arrays need.

A free chunk is given out whole when it is less than twice as large as asked for, so that up to half of it can
lie idle. Source: tensorflow/core/framework (BFCAllocator: best fit with coalescing) and
tensorflow/core/common_runtime/mkl_cpu_allocator.h (arrays below 256 KiB do not come from it).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

from lamella.planning.liveness import Event

SMALLEST = 256 * 1024
_UNIT, _FIRST_REGION, _LARGEST_WASTE = 256, 2 << 20, 128 << 20


class Pool:
    """Chunks of memory by region; the free ones sorted by size and place."""

    def __init__(self) -> None:
        self.free: list[tuple[int, int]] = []
        self.after: dict[int, int] = {}
        """The end of each chunk, free or not, by its start."""
        self.before: dict[int, int] = {}
        """The start of the chunk that ends at a place of the same region."""
        self.region, self.end, self.used, self.most = _FIRST_REGION, 0, 0, 0

    def allocate(self, size: int) -> int:
        wanted = -(-size // _UNIT) * _UNIT
        at = bisect_left(self.free, (wanted, 0))
        if at == len(self.free):
            self._extend(wanted)
            at = bisect_left(self.free, (wanted, 0))
        found, start = self.free.pop(at)
        if found >= 2 * wanted or found - wanted >= _LARGEST_WASTE:
            self._chunk(start + wanted, start + found)
            insort(self.free, (found - wanted, start + wanted))
            self._chunk(start, start + wanted)
        self.used += self.after[start] - start
        self.most = max(self.most, self.used)
        return start

    def release(self, start: int) -> None:
        end = self.after[start]
        self.used -= end - start
        for neighbour in (end, self.before.get(start)):
            if neighbour is None or neighbour not in self.after:
                continue
            last = self.after[neighbour]
            at = bisect_left(self.free, (last - neighbour, neighbour))
            if at < len(self.free) and self.free[at] == (last - neighbour, neighbour):
                del self.free[at]
                del self.after[max(start, neighbour)]
                start, end = min(start, neighbour), max(end, last)
        self._chunk(start, end)
        insort(self.free, (end - start, start))

    def _chunk(self, start: int, end: int) -> None:
        self.after[start], self.before[end] = end, start

    def _extend(self, wanted: int) -> None:
        grown = self.region < wanted
        while self.region < wanted:
            self.region *= 2
        start = self.end + _UNIT  # regions never join
        self._chunk(start, start + self.region)
        insort(self.free, (self.region, start))
        self.end = start + self.region
        if not grown:
            self.region *= 2


def held(events: Sequence[Event], rounds: int) -> int:
    """The most bytes that the pool gives out at once, over several rounds of the same events.

    What is left alive at the end of a round is taken to stay for the next.
    """
    pool, places = Pool(), dict[str, int]()
    for _ in range(rounds):
        for event in events:
            if abs(event.bytes) < SMALLEST:
                continue
            if event.bytes < 0:
                pool.release(places.pop(event.key))
            elif event.key not in places:
                places[event.key] = pool.allocate(event.bytes)
    return pool.most
