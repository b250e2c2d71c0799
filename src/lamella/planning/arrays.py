"""The arrays that are alive, what each is for, and the largest moment."""

from __future__ import annotations

from typing import Final, NamedTuple

from lamella.planning.pool import SMALLEST, Pool

PARTS: Final = ("parameters", "optimizer", "gradients", "saved", "live", "workspace", "batch", "pool")
"""What the bytes of a moment are: weights, the optimizer's arrays, the weights' gradients, what is kept for the
backward pass, outputs on their way to a reader and gradients on theirs, what a layer needs only while it computes,
the images with what they are compared with, and what lies idle in the engine's pool."""

LASTING: Final = frozenset({"parameters", "optimizer"})
"""What stays from step to step: it got its memory once, and exactly."""


class Array(NamedTuple):
    """Bytes that belong together; `start` is where the pool put them, `idle` what it gave too much."""

    bytes: int
    part: str
    start: int | None = None
    idle: int = 0


class Arrays:
    """Arrays by key, with the bytes of each part now and at the largest moment."""

    def __init__(self, pooled: bool) -> None:
        self.alive: dict[str, Array] = {}
        self.now = dict.fromkeys(PARTS, 0)
        self.peak = dict(self.now)
        self.total = self.most = 0
        self.watched = 0
        """The most since someone last set it to the total."""
        self.pool = Pool() if pooled else None

    def take(self, key: str, size: int, part: str) -> str:
        """Adds an array, where it has any bytes; gives its key."""
        if not size:
            return key
        found = Array(size, part)
        if self.pool is not None and size >= SMALLEST and part not in LASTING:
            start, given = self.pool.take(size)
            found = Array(size, part, start, given - size)
            self.now["pool"] += found.idle
        self.alive[key] = found
        self.now[part] += size
        self.total += size + found.idle
        if self.total > self.watched:
            self.watched = self.total
            if self.total > self.most:
                self.most, self.peak = self.total, dict(self.now)
        return key

    def release(self, key: str) -> None:
        """Takes an array away, where there is one."""
        found = self.alive.pop(key, None)
        if found is None:
            return
        if self.pool is not None and found.start is not None:
            self.pool.give_back(found.start)
        self.now[found.part] -= found.bytes
        self.now["pool"] -= found.idle
        self.total -= found.bytes + found.idle

    def turn(self, key: str, part: str) -> None:
        """An array on its way is for something else from now on."""
        found = self.alive.get(key)
        if found is not None and found.part == "live":
            self.alive[key] = found._replace(part=part)
            self.now["live"] -= found.bytes
            self.now[part] += found.bytes

    def has(self, key: str, size: int, part: str) -> bool:
        """Whether there is such an array of this size."""
        found = self.alive.get(key)
        return found is not None and (found.bytes, found.part) == (size, part)
