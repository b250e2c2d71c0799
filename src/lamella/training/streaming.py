"""Pictures too many for the memory: decoded by threads, ahead of the steps that learn from them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from math import prod
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from lamella.building.engines import processors

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Levels = NDArray[np.uint8]
    Positions = NDArray[np.int64]
    Images: TypeAlias = "Levels | Streamed"
    """Images by their positions: uint8, (n, height, width, channels), in memory or streamed."""

AHEAD_BYTES: Final = 64 * 1024 * 1024
"""So much of decoded images waits at most, but two batches in any case: one to learn from next, one after it."""
AHEAD_PICTURES: Final = 2048
"""So many pictures wait at most, however small: each costs some memory beside its own pixels."""


class Streamed:
    """Like an array of images, uint8 (n, height, width, channels), but holds none: each is decoded when asked for.

    `decode` gives the image of a file, (height, width, channels); what it raises comes out where the image is taken.
    """

    def __init__(self, decode: Callable[[Path], Levels], paths: Sequence[Path], shape: tuple[int, ...]) -> None:
        self.shape = (len(paths), *shape)
        self._decode, self._paths = decode, paths
        self._pool = ThreadPoolExecutor(processors(), "decoding")

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, which: slice | Positions) -> Levels:
        """The images at some positions, as of an array; they must fit in memory together."""
        found = self._pool.map(self._decode, [self._paths[place] for place in np.arange(len(self))[which]])
        return np.array([*found], np.uint8).reshape(-1, *self.shape[1:])

    def ahead(self, rows: Iterable[Positions]) -> Ahead:
        """The images of rows of positions, a row after the other, decoded before they are taken."""
        return Ahead(rows, self.shape[1:], lambda place: self._pool.submit(self._decode, self._paths[place]))


class Ahead:
    """Batches of images on their way; no more of them wait than `AHEAD_BYTES` and `AHEAD_PICTURES` say."""

    def __init__(
        self, rows: Iterable[Positions], shape: tuple[int, ...], begin: Callable[[int], Future[Levels]]
    ) -> None:
        self._rows, self._begin = iter(rows), begin
        self._pictures = min(AHEAD_BYTES // prod(shape), AHEAD_PICTURES)
        self._coming: deque[list[Future[Levels]]] = deque()
        self._fill()

    def take(self, most: int = 1) -> list[Levels]:
        """The next batches, up to `most` of one size: the first is waited for, more come along where they are ready.

        There are none at the end.
        """
        taken: list[Levels] = []
        while self._coming and len(taken) < most:
            batch = self._coming[0]
            if taken and (len(batch) != len(taken[0]) or not all(each.done() for each in batch)):
                break
            taken.append(np.stack([each.result() for each in batch]))
            self._coming.popleft()
            self._fill()
        return taken

    def close(self) -> None:
        """Decodes no further."""
        for batch in self._coming:
            for each in batch:
                each.cancel()

    def _fill(self) -> None:
        while len(self._coming) < 2 or sum(map(len, self._coming)) < self._pictures:
            row = next(self._rows, None)
            if row is None:
                return
            self._coming.append([self._begin(int(place)) for place in row])


def in_turn(images: Images, rows: Iterable[Positions]) -> Iterator[Levels]:
    """The images of each row of positions, a row after the other."""
    if not isinstance(images, Streamed):
        yield from (images[row] for row in rows)
        return
    with closing(images.ahead(rows)) as coming:
        while taken := coming.take():
            yield taken[0]
