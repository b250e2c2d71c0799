"""What would help the layer that holds a design back, from facts alone.

Every sort of advice was tried: `benchmarks/advice.py` measures each before and after. What did not hold is not said
(in place of depthwise and transposed convolutions, more input channels).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from lamella.design import node_of
from lamella.layers.activating import ELU, Activation
from lamella.layers.base import Layer
from lamella.layers.convolution import Conv1D, Conv2D, Conv3D
from lamella.layers.core import Dense
from lamella.planning.plan import Plan
from lamella.planning.roofline import Running, work
from lamella.training.layer_times import LayerTime

_FAR: Final = 2.0
"""Beyond so many times its least time a layer is held back by something else than work and memory."""
_WIDTH: Final = 16
"""Filters that a processor computes at once: float32 numbers in a register of 512 bits."""
_SLOW_ALONE: Final = frozenset({"tanh", "elu", "gelu", "swish", "silu", "softplus", "sigmoid"})
_SLOW_INSIDE: Final = frozenset({"gelu", "softplus"})
"""Activations for which relu was seen to take clearly less, as layers of their own and in a convolution."""


class Advice(NamedTuple):
    """A key of the words, the layer of the design as it is run, and what the words say with numbers."""

    key: str
    layer: str
    facts: Mapping[str, object]


def slowest(layers: Sequence[LayerTime]) -> LayerTime | None:
    """The layer that holds the design back: the one that takes the longest."""
    return max(layers, key=lambda each: each.measured_s, default=None)


def advice(layers: Sequence[LayerTime], run: Plan, original: Plan, how: Running) -> tuple[Advice, ...]:
    """One or two pieces of advice for the slowest layer; `run` is the design as it is run, `original` as written."""
    layer = slowest(layers)
    if layer is None or layer.measured_s <= 0:
        return ()
    found = []
    if layer.bound == "overhead":
        numbers_us = 1e6 * max(layer.least.computing_s, layer.least.moving_s)
        facts = {"batch": how.batch, "numbers": numbers_us, "overhead": 1e6 * layer.least.layer_s}
        return (Advice("advice overhead", layer.name, facts),)
    outputs = {node_of(each, original.by_name) for each in original.design.outputs.values()}
    last = not outputs.isdisjoint(layer.stands_for)
    if layer.ratio > _FAR:
        found = _reasons(layer, run, original, last=last)
    if not found and layer.bound == "moving":
        moved = layer.least.moving_s * how.machine.bytes_per_s
        found.append(Advice("advice moving", layer.name, {"moved": round(moved), "batch": how.batch}))
    elif not found:
        found += _less(layer, original, work(run.row(layer.name), run), last=last)
    return tuple(found)


def _written(layer: LayerTime, original: Plan) -> Layer | None:
    """The layer as the design has it: that with weights, of several that are run as one."""
    rows = [original.row(name) for name in layer.stands_for]
    return next((row.layer for row in rows if row.node.name == layer.name or row.weights), None)


def _reasons(layer: LayerTime, run: Plan, original: Plan, *, last: bool) -> list[Advice]:
    """Why it is far from its least time, where that is known; the `last` layer's activation and filters are given."""
    row, written = run.row(layer.name), _written(layer, original)
    slow = _SLOW_ALONE if isinstance(row.layer, (Activation, ELU)) else _SLOW_INSIDE
    activation = "elu" if isinstance(row.layer, ELU) else getattr(row.layer, "activation", None)
    if activation in slow and not last:
        return [Advice("advice activation", layer.name, {"activation": activation})]
    if not isinstance(row.layer, (Conv1D, Conv2D, Conv3D)):
        return []
    filters, rest = row.layer.filters, row.layer.filters % _WIDTH
    facts = {"filters": filters, "below": filters - rest, "above": filters - rest + _WIDTH}
    if filters <= _WIDTH / 2:
        return [Advice("advice few filters", layer.name, facts)]
    if not rest or last or row.layer != written:
        return []
    return [Advice("advice fewer filters" if rest <= _WIDTH / 2 else "advice more filters", layer.name, facts)]


def _less(layer: LayerTime, original: Plan, macs: int, *, last: bool) -> list[Advice]:
    """What takes fewer multiply-adds than the layer's, of one image."""
    written = _written(layer, original)
    outputs = written.units if isinstance(written, Dense) else getattr(written, "filters", None)
    if last or not isinstance(outputs, int) or outputs < 2:
        return [Advice("advice computing last", layer.name, {"macs": macs})]
    return [Advice("advice computing", layer.name, {"macs": macs, "outputs": outputs, "half": outputs // 2})]
