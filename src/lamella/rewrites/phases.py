"""Convolutions whose outputs repeat their pattern after a few places, as one convolution with an output for each phase.

Output o = phases·b + p − front is phase p of block b. If output o + phases reads what o reads, `stride` inputs
further on, then every phase is a convolution over the same input with that stride, and all of them together are one
with phases times as many filters. Laying its channels out as blocks (depth to space) and cutting the first `front`
numbers off gives the outputs in their order. Which of the kernel's taps a phase reads at which place is found by
asking for the first block; where several taps read the same number, their weights are added up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

Reads = Callable[[int], Iterable[tuple[int, int]]]
"""For an output the taps that it uses and the input, counted over the unbounded axis, that each is put on."""


class Axis(NamedTuple):
    """One axis: `taps[phase][tap]` are the taps of the original kernel that are added up there.

    The input is padded with `before` and `after` zeros, slid over by `stride`, and of the laid out numbers `front`
    are cut off at the start and `back` at the end.
    """

    taps: tuple[tuple[tuple[int, ...], ...], ...]
    stride: int
    before: int
    after: int
    front: int
    back: int

    @property
    def phases(self) -> int:
        return len(self.taps)

    @property
    def kernel(self) -> int:
        return len(self.taps[0])


def in_phases(reads: Reads, phases: int, stride: int, sizes: Sequence[tuple[int, int]]) -> list[Axis]:
    """Every way of cutting the outputs into blocks that serves all `sizes`, pairs of an input's and its output's."""
    found = []
    for front in range(phases):
        each = [[*reads(phase - front)] for phase in range(phases)]
        places = [place for read in each for _, place in read]
        first, last = min(places, default=0), max(places, default=0)
        first = min(first, 0)  # a window that begins later has zeros in front instead
        taps = tuple(
            tuple(tuple(tap for tap, at in read if at == place) for place in range(first, last + 1)) for read in each
        )
        fits = {_ends(size, output, phases, stride, -first, len(taps[0]), front) for size, output in sizes}
        if len(fits) == 1:
            after, back = fits.pop()
            found.append(Axis(taps, stride, -first, after, front, back))
    return found


def _ends(size: int, output: int, phases: int, stride: int, before: int, kernel: int, front: int) -> tuple[int, int]:
    """Zeros behind the input, and numbers to be cut off behind the outputs."""
    blocks = -(-(output + front) // phases)
    after = max((blocks - 1) * stride + kernel - before - size, 0)
    made = (size + before + after - kernel) // stride + 1
    return after, made * phases - front - output
