"""How a layer lies on its input, axis by axis: padding, windows, what no window sees, how often each place is used.

A transposed layer lies on its output: each input writes a window there, and where windows overlap they are summed.
Everything is counted from the layer's own rule for what an output sees, so that a picture can't differ from the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import prod
from typing import NamedTuple

from lamella.layers.spatial import AXIS_NAMES, Spatial
from lamella.planning.plan import Plan, Row
from lamella.texts.languages import Phrase
from lamella.window import Chain, Resampling, Shares, TransposedWindow, Window

MOST = 200_000
"""Places along an axis that are counted."""


Seen = Window | TransposedWindow | Resampling | Shares


class Lay(NamedTuple):
    """Windows on a row of places: `before` and `after` places reach past its ends, `counts` windows hold each place."""

    places: int
    windows: int
    seen_by: Seen
    before: int
    after: int
    counts: tuple[int, ...]

    def window(self, number: int) -> list[int]:
        """What one window holds; below 0 and from `places` on it lies outside."""
        found = self.seen_by.inputs(number)
        return [each for each in found if -self.before <= each < self.places + self.after]

    @property
    def empty(self) -> list[int]:
        """The places that no window holds."""
        return [place for place, count in enumerate(self.counts) if not count]


class Axis(NamedTuple):
    """One spatial axis: `size` places of the input, `outputs` of the output, how each of these sees those.

    `used` has for each input how many outputs see it, `lay` what is drawn: windows of the outputs over the input, or
    of the inputs over the output where the layer `writes`.
    """

    name: Phrase
    size: int
    outputs: int
    used: tuple[int, ...]
    lay: Lay
    writes: bool

    @property
    def unseen(self) -> list[int]:
        """The inputs that no output sees."""
        return [place for place, count in enumerate(self.used) if not count]


def geometry(plan: Plan, row: Row) -> list[Axis] | None:
    """The spatial axes of a layer; None where it slides over none, or a size is open or beyond `MOST`."""
    layer, inputs = row.layer, plan.inputs_of(row)
    if not isinstance(layer, Spatial) or row.output_shape is None or not inputs:
        return None
    shape, output = inputs[0], row.output_shape
    seen = layer.views(inputs, output)[0]
    found = []
    for name, axis in zip(AXIS_NAMES[layer.rank], layer.axes, strict=True):
        source, way = seen.get(axis, (axis, None))
        size, count = shape[axis], output[axis] if axis < len(output) else None
        if (
            way is None
            or isinstance(way, Chain)
            or source != axis
            or not isinstance(size, int)
            or not isinstance(count, int)
        ):
            return None
        if max(size, count) > MOST:
            return None
        found.append(_axis(name, size, count, way))
    return found


def unused(axes: Sequence[Axis]) -> tuple[int, int]:
    """How many places of the whole input no output uses, and how many there are."""
    every = prod(axis.size for axis in axes)
    return every - prod(axis.size - len(axis.unseen) for axis in axes), every


def _axis(name: Phrase, size: int, count: int, way: Seen) -> Axis:
    used = _lay(size, count, way)
    if not isinstance(way, TransposedWindow):
        return Axis(name, size, count, used.counts, used, False)
    written = Window(way.kernel, way.stride, way.dilation, way.before)  # what an input writes: the same, turned round
    return Axis(name, size, count, used.counts, _lay(count, size, written), True)


def _lay(places: int, windows: int, way: Seen) -> Lay:
    """The windows over the places, counted one by one. What is resized or shared has no place outside."""
    counts, lowest, highest = [0] * (places + 1), 0, places - 1
    for number in range(windows):
        held = way.inputs(number)
        if not held:
            continue
        lowest, highest = min(lowest, held[0]), max(highest, held[-1])
        inside = [max(0, held[0]), min(places, held[-1] + 1)]
        if len(held) == held[-1] - held[0] + 1 and inside[0] < inside[1]:
            counts[inside[0]] += 1  # its ends alone: summed up below
            counts[inside[1]] -= 1
        elif inside[0] < inside[1]:
            for place in held:
                if 0 <= place < places:
                    counts[place] += 1
                    counts[place + 1] -= 1
    outside = isinstance(way, Window)
    before, after = (-lowest, highest - places + 1) if outside else (0, 0)
    return Lay(places, windows, way, before, after, tuple(accumulate(counts[:-1])))
