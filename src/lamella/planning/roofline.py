"""How long layers take at least on a machine: the longer of computing and of moving numbers (the roofline).

Source: Williams, Waterman and Patterson 2009, "Roofline: an insightful visual performance model".
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Final, Literal, NamedTuple

from lamella.algebra import Expression
from lamella.design import BATCH, Shape, Size
from lamella.layers.base import Engine, Layer
from lamella.layers.convolution import Conv1D, Conv2D, Conv3D
from lamella.layers.operations.depth_to_space import DepthToSpace
from lamella.layers.transposed_convolution import Transposed
from lamella.planning.plan import Plan, Row

NOMINAL: Final = 64
"""What an open size counts as."""
_LEARNING: Final = 3
"""A step of training computes and moves about three times as much: forward, and back to inputs and to weights."""
_ACTIVATION: Final = 3
"""The gradient of an activation within a layer reads two arrays as large as the output and writes one."""
_NUMBER_BYTES: Final = 4
_BLOCK: Final = 16
"""ONNX Runtime computes filters of a convolution in blocks of so many, with zeros in those that are not full."""
_ONE_BY_ONE: Final = 16
"""It lays channels out in space number by number, so many times slower than memory is."""


class Machine(NamedTuple):
    """What a machine does at most, with all its processors: matrix products in float32, and memory."""

    flops_per_s: float
    bytes_per_s: float
    layer_s: float = 10e-6
    """What any layer costs, however small."""


USUAL: Final = Machine(195e9, 35e9)
"""`USUAL_PROCESSORS` cores of a server of 2023 (Zen 4), where nothing was measured."""
USUAL_PROCESSORS: Final = 2
ONNX_LAYER_S: Final = 1e-6
"""What a layer costs in ONNX Runtime however small it is, in place of a machine's `layer_s`, which is TensorFlow's."""


class Time(NamedTuple):
    """Seconds of one layer for a batch: of computing and of moving, of which the longer counts."""

    computing_s: float
    moving_s: float
    layer_s: float

    @property
    def seconds(self) -> float:
        return max(self.computing_s, self.moving_s) + self.layer_s


class Running(NamedTuple):
    """Where and how a network runs: `engine` None for any."""

    machine: Machine = USUAL
    batch: int = 32
    learning: bool = False
    engine: Engine | Literal["onnxruntime"] | None = None


def time_of(row: Row, plan: Plan, how: Running, passes: int | None = None) -> Time:
    """The time of one layer; of what is not known nothing is counted.

    `passes` is how often it computes and moves in a step where that is known better than by rule.
    """
    if not row.node.inputs or row.layer is None or row.layer.aliases:
        return Time(0, 0, 0)
    times, machine = passes or (_LEARNING if how.learning else 1), how.machine
    inputs = [plan.shapes[each] for each in row.node.inputs if each in plan.shapes]
    outputs = [each for each in (row.output_shape, *row.more_shapes) if each is not None]
    moved = times * (sum(numbers(shape, how.batch) for shape in (*inputs, *outputs)) + (row.params or 0))
    if how.learning and getattr(row.layer, "activation", None) not in (None, "linear"):
        moved += _ACTIVATION * sum(numbers(shape, how.batch) for shape in outputs)
    macs = work(row, plan) * how.batch * _waste(row.layer, how)
    if how.engine == "onnxruntime" and isinstance(row.layer, DepthToSpace):
        moved *= _ONE_BY_ONE
    moving_s = _NUMBER_BYTES * moved / machine.bytes_per_s
    return Time(times * 2 * macs / machine.flops_per_s, moving_s, machine.layer_s)


def seconds(plan: Plan, rows: Iterable[Row], how: Running) -> float:
    """The time of some of a plan's layers, one after the other."""
    return sum(time_of(row, plan, how).seconds for row in rows)


def work(row: Row, plan: Plan) -> int:
    """Multiply-adds of one image, with `NOMINAL` for open sizes."""
    macs = None if row.macs is None else _number(row.macs)  # of open sizes an expression
    if isinstance(macs, int) or row.layer is None or row.output_shape is None:
        return macs if isinstance(macs, int) else 0
    inputs = plan.inputs_of(row)
    if inputs is None:
        return 0
    return sum(each.macs or 0 for each in row.layer.work(tuple(map(closed, inputs)), closed(row.output_shape)))


def numbers(shape: Shape, batch: int) -> int:
    """How many numbers a tensor has for so many images."""
    total = 1
    for size in closed(shape):
        total *= batch if size == BATCH else size if isinstance(size, int) else 1
    return total


def closed(shape: Shape) -> Shape:
    """The shape with `NOMINAL` for every open size."""
    return tuple(map(_number, shape))


def _number(size: Size) -> Size:
    if isinstance(size, Expression):
        return size.at(dict.fromkeys(size.symbols, NOMINAL))
    return NOMINAL if size is None else size


def _waste(layer: Layer, how: Running) -> float:
    """How many times the multiply-adds an engine really computes: XLA on a CPU multiplies a transposed one's zeros."""
    if how.engine == "jax" and isinstance(layer, Transposed):
        return prod(layer.strides)
    if how.engine == "onnxruntime" and isinstance(layer, (Conv1D, Conv2D, Conv3D)) and layer.groups == 1:
        return -(-layer.filters // _BLOCK) * _BLOCK / layer.filters
    return 1
