"""What a convolution or Dense costs for any numbers of channels and filters, known from two of each.

Its parameters and multiply-adds are sums of products of both, k·c·f + f, so they are linear in each of them while the
other stays; sizes and flaws hang on neither. That makes a search over very many filters cheap.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from lamella.design import Shape
from lamella.layers.base import Layer
from lamella.layers.convolution import Conv1D, Conv2D, Conv3D
from lamella.layers.core import Dense
from lamella.layers.spatial import Spatial
from lamella.layers.transposed_convolution import Transposed
from lamella.solving.effects import Effect, Shapes, exact
from lamella.solving.unknowns import Picks, Step

_LINEAR: Final = (Conv1D, Conv2D, Conv3D, Transposed, Dense)


class _Rule(NamedTuple):
    """Effects with 1 and 2 channels, of a layer with few filters and one with many; an output, and its channel axis."""

    few: tuple[Effect, Effect]
    many: tuple[Effect, Effect]
    filters: tuple[int, int]
    output: Shape
    axis: int

    def at(self, channels: int, filters: int) -> Effect:
        """The effect for other numbers."""
        (one, two), (three, four) = self.few, self.many
        more, (few, many) = channels - 1, self.filters
        params, macs = one.params + more * (two.params - one.params), one.macs + more * (two.macs - one.macs)
        if many > few:
            most_params = three.params + more * (four.params - three.params)
            most_macs = three.macs + more * (four.macs - three.macs)
            params += (filters - few) * (most_params - params) // (many - few)
            macs += (filters - few) * (most_macs - macs) // (many - few)
        output = (*self.output[: self.axis], filters, *self.output[self.axis + 1 :])
        return Effect((output,), params, macs, one.flaws)


class Widths:
    """Effects of steps on inputs whose shapes are known; what was learnt of a layer at some place is kept."""

    def __init__(self) -> None:
        self._rules: dict[tuple[str, Picks, Shape, Shape], _Rule | None] = {}

    def effect(self, step: Step, picks: Picks, inputs: Shapes) -> Effect | None:
        """What `exact` says of the step's layer with these choices; None where it does not fit."""
        layer = step.layer(picks)
        if layer is None:
            return None if step.given is None else Effect(step.given)
        if isinstance(layer, _LINEAR) and len(inputs) == 1 and inputs[0] and not any(step.batches):
            shape = inputs[0]
            axis = layer.channel if isinstance(layer, Spatial) else len(shape) - 1
            channels = shape[axis] if axis < len(shape) else None
            rule = self._rule(step, picks, shape, axis) if isinstance(channels, int) and channels > 0 else None
            if rule is not None and isinstance(channels, int):
                return rule.at(channels, _filters(layer))
        return exact(layer, inputs, step.batches, shares=step.owner != step.node.name)

    def _rule(self, step: Step, picks: Picks, shape: Shape, axis: int) -> _Rule | None:
        narrow = tuple(0 if each.wide else pick for each, pick in zip(step.unknowns, picks, strict=True))
        key = (step.node.name, narrow, shape[:axis], shape[axis + 1 :])
        if key not in self._rules:
            self._rules[key] = _learnt(step, step.ends(narrow) or (narrow, narrow), shape, axis)
        return self._rules[key]


def _learnt(step: Step, ends: tuple[Picks, Picks], shape: Shape, axis: int) -> _Rule | None:
    """The rule from the layers with least and most filters; None where they do not fit or have groups."""
    effects, filters = [], []
    for picks in ends:
        layer = step.layer(picks)
        if layer is None or getattr(layer, "groups", 1) > 1:
            return None
        for channels in (1, 2):
            given = (*shape[:axis], channels, *shape[axis + 1 :])
            effects.append(exact(layer, (given,), step.batches, shares=step.owner != step.node.name))
        filters.append(_filters(layer))
    one, two, three, four = effects
    if one is None or two is None or three is None or four is None or one.outputs[0] is None:
        return None
    return _Rule((one, two), (three, four), (filters[0], filters[1]), one.outputs[0], axis)


def _filters(layer: Layer) -> int:
    filters: int = getattr(layer, "units" if isinstance(layer, Dense) else "filters")
    return filters
