"""How a layer lies on its input, axis by axis: padding, windows, what no window sees, how often each place is used.

Everything is counted from the layer's own rule for what an output sees, so that a picture can't differ from the plan.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from lamella.layers.spatial import AXIS_NAMES, Spatial
from lamella.planning.plan import Plan, Row
from lamella.texts.languages import Phrase
from lamella.window import Chain, Resampling, Shares, TransposedWindow, Window

MOST = 200_000
"""Places along an axis that are counted."""


Seen = Window | TransposedWindow | Resampling | Shares


class Axis(NamedTuple):
    """One spatial axis: `size` places of the input, `outputs` of the output, and how each of these sees those.

    `before` and `after` are the places outside the picture that windows reach: padding. `used` has for each input how
    many outputs see it.
    """

    name: Phrase
    size: int
    outputs: int
    seen_by: Seen
    before: int
    after: int
    used: tuple[int, ...]

    def inputs(self, output: int) -> list[int]:
        """What one output sees; below 0 and from `size` on it is padding."""
        return list(self.seen_by.inputs(output))

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


def _axis(name: Phrase, size: int, count: int, way: Seen) -> Axis:
    uses = Counter[int]()
    for output in range(count):
        uses.update(way.inputs(output))
    lowest, highest = min(uses, default=0), max(uses, default=0)
    used = tuple(uses[place] for place in range(size))
    return Axis(name, size, count, way, max(0, -lowest), max(0, highest - size + 1), used)
