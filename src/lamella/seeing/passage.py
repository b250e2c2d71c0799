"""A window on its way over an axis: which places each step holds, of long axes the beginning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from lamella.seeing.geometry import Axis, Lay

MOST: Final = 16
"""Places and windows of an axis that are shown."""


class Passage(NamedTuple):
    """The shown places of one axis, those outside among them, and for each shown window which of them it holds."""

    lay: Lay
    places: range
    held: tuple[tuple[int, ...], ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        lay = self.lay
        return len(self.places) == lay.before + lay.places + lay.after and len(self.held) == lay.windows


def passage(lay: Lay) -> Passage:
    """The first windows of a lay that lie on its first `MOST` places as a whole; one at least."""
    end = min(lay.places + lay.after, MOST - lay.before) if lay.before < MOST else MOST - lay.before
    places = range(-lay.before, end)
    held = []
    for number in range(min(lay.windows, MOST)):
        window = lay.window(number)
        if number and window and window[-1] not in places:
            break
        held.append(tuple(each for each in window if each in places))
    return Passage(lay, places, tuple(held))


def passages(axes: Sequence[Axis]) -> list[Passage]:
    """The passages over the last two axes, or the only one."""
    return [passage(axis.lay) for axis in axes[-2:]]
