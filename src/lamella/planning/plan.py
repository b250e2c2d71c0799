"""The records of a plan: a row a layer, totals, memory, findings. They hold figures and compute sums only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from lamella.design import Design, Node, Shape, output_reference
from lamella.errors import Problem
from lamella.layers.base import Layer, Weight
from lamella.planning.memory import Memory
from lamella.planning.open_sizes import Condition, OpenSize, relations
from lamella.planning.receptive_field import ReceptiveField
from lamella.shown import shown


@dataclass(frozen=True)
class Row:
    """One node with everything that is known of it; None stands for what is not.

    Sizes and MACs are for one image. `weights` are the node's own: a node that shares another's has none.
    """

    node: Node
    layer: Layer | None
    output_shape: Shape | None
    more_shapes: tuple[Shape | None, ...]
    """The shapes of further outputs, where the layer has several."""
    weights: tuple[Weight, ...] | None
    macs: int | None
    activation_bytes: int | None
    saved_bytes: int | None
    receptive_fields: tuple[ReceptiveField, ...] = ()
    inference_bytes: int | None = None
    training_bytes: int | None = None
    """For the whole batch: the most that is alive at once while the node is computed, its backward step included."""
    whole: bool = False
    """Whether it takes all images of a fixed batch together, so that no fact of its layer is one of an image."""

    @property
    def params(self) -> int | None:
        return None if self.weights is None else sum(map(_numbers, self.weights))

    @property
    def trainable_params(self) -> int | None:
        return None if self.weights is None else sum(_numbers(each) for each in self.weights if each.trainable)


class Totals(NamedTuple):
    """Sums over all rows that are known; `partial` says that some row is not, of which figure and of any."""

    params: int
    trainable_params: int
    macs: int
    params_partial: bool
    macs_partial: bool
    partial: bool

    @classmethod
    def of(cls, rows: tuple[Row, ...]) -> Totals:
        """The sums over these rows."""
        return cls(
            sum(row.params or 0 for row in rows),
            sum(row.trainable_params or 0 for row in rows),
            sum(row.macs or 0 for row in rows),
            any(row.weights is None for row in rows),
            any(row.macs is None for row in rows),
            any(row.weights is None or row.macs is None or row.output_shape is None for row in rows),
        )


@shown
@dataclass(frozen=True)
class Plan:
    """What is known of a design before anything runs."""

    design: Design
    batch: int
    dtype: str
    optimizer: str
    rows: tuple[Row, ...]
    totals: Totals
    memory: Memory
    findings: tuple[Problem, ...]
    open_sizes: tuple[OpenSize, ...] = ()
    conditions: tuple[Condition, ...] = ()
    """What must hold of open sizes for every layer to fit."""
    like: str | None = None
    """The tool whose figures stand in place of the MACs; None for the multiply-adds alone."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(each for each in self.findings if each.severity == "error")

    def row(self, name: str) -> Row:
        """The row of a node. Raises `KeyError`."""
        return self.by_name[name]

    @property
    def relations(self) -> tuple[Condition, ...]:
        """Equalities that must hold between several open sizes: "H = W"."""
        return relations(self.conditions)

    @cached_property
    def by_name(self) -> Mapping[str, Row]:
        return {row.node.name: row for row in self.rows}

    @cached_property
    def shapes(self) -> dict[str, Shape]:
        """The known shapes by reference, further outputs of a layer among them."""
        found: dict[str, Shape] = {}
        for row in self.by_name.values():
            for place, shape in enumerate((row.output_shape, *row.more_shapes)):
                if shape is not None:
                    found[output_reference(row.node.name, place)] = shape
        return found

    def inputs_of(self, row: Row) -> tuple[Shape, ...] | None:
        """The shapes that reach a node; None where one is not known, or an image has none of its own."""
        if row.whole:
            return None
        found = [self.shapes.get(reference) for reference in row.node.inputs]
        return None if None in found else tuple(each for each in found if each is not None)

    @property
    def outputs(self) -> dict[str, Shape | None]:
        """The shape of each output, by the output's name."""
        return {name: self.shapes.get(reference) for name, reference in self.design.outputs.items()}


def _numbers(weight: Weight) -> int:
    total = 1
    for size in weight.shape:
        total *= size
    return total
