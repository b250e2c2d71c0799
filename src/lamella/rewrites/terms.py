"""What the weights of a rewritten design are made of: terms over the weights of the original one.

A term is data. `value` computes it, with NumPy or with `keras.ops` (and then gradients reach the original weights).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

Ops = Any
"""`numpy` or `keras.ops`: what both have by the same name is used alone."""

Arrays = Mapping[str, Any]
"""Arrays by the names of the original weights: "node/weight"."""


@dataclass(frozen=True)
class Term(ABC):
    """One weight of a rewritten design."""

    @abstractmethod
    def value(self, ops: Ops, weights: Arrays) -> Any:
        """The array, made of the original weights."""

    def names(self) -> tuple[str, ...]:
        """The original weights that it is made of."""
        return tuple(dict.fromkeys(name for part in self._parts() for name in part.names()))

    def put(self, of: Callable[[str], Term]) -> Term:
        """The same over other terms: those that the names now stand for."""
        return replace(self, **{key: part.put(of) for key, part in vars(self).items() if isinstance(part, Term)})

    def _parts(self) -> tuple[Term, ...]:
        return tuple(part for each in fields(self) if isinstance(part := getattr(self, each.name), Term))


@dataclass(frozen=True)
class Original(Term):
    """A weight as it is."""

    name: str

    def value(self, ops: Ops, weights: Arrays) -> Any:  # noqa: ARG002
        return weights[self.name]

    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def put(self, of: Callable[[str], Term]) -> Term:
        return of(self.name)


@dataclass(frozen=True)
class Gathered(Term):
    """A kernel (rows, columns, in, out) whose taps are sums of another's: that of a convolution in phases.

    `sums` has for each phase, and in it for each tap, the taps of `kernel` that are added up, both as
    (row, column); phases and taps are counted row by row. Phases stand before the kernel's own filters on the last
    axis, as `ops.depth_to_space` reads them. `swapped`: the kernel is a transposed one, (rows, columns, out, in).
    """

    kernel: Term
    sums: tuple[tuple[tuple[tuple[int, int], ...], ...], ...]
    size: tuple[int, int]
    swapped: bool = False

    def value(self, ops: Ops, weights: Arrays) -> Any:
        kernel = self.kernel.value(ops, weights)
        if self.swapped:
            kernel = ops.transpose(kernel, (0, 1, 3, 2))
        rows, columns, inputs, outputs = (int(size) for size in kernel.shape)
        phases, taps = len(self.sums), len(self.sums[0])
        zeros = [[0.0] * (rows * columns) for _ in range(phases * taps)]
        for phase, each in enumerate(self.sums):
            for tap, added in enumerate(each):
                for row, column in added:
                    zeros[tap * phases + phase][row * columns + column] += 1.0
        matrix = ops.cast(zeros, kernel.dtype) if hasattr(ops, "cast") else ops.asarray(zeros, kernel.dtype)
        summed = ops.matmul(matrix, ops.reshape(kernel, (rows * columns, inputs * outputs)))
        apart = ops.transpose(ops.reshape(summed, (taps, phases, inputs, outputs)), (0, 2, 1, 3))
        return ops.reshape(apart, (*self.size, inputs, phases * outputs))


@dataclass(frozen=True)
class Repeated(Term):
    """A row of numbers, several times behind itself: the bias of a convolution in phases."""

    row: Term
    times: int

    def value(self, ops: Ops, weights: Arrays) -> Any:
        return ops.tile(self.row.value(ops, weights), (self.times,))


@dataclass(frozen=True)
class Norm(Term):
    """The factor of each channel that a batch norm comes to when it does not learn: gamma / √(variance + ε)."""

    variance: Term
    gamma: Term | None
    epsilon: float

    def value(self, ops: Ops, weights: Arrays) -> Any:
        deviation = ops.sqrt(self.variance.value(ops, weights) + self.epsilon)
        return (1.0 if self.gamma is None else self.gamma.value(ops, weights)) / deviation


@dataclass(frozen=True)
class Scaled(Term):
    """A kernel with each of its layer's output channels times a factor.

    `axes` of the kernel, counted from the end, hold those channels: (-2, -1) of a depthwise one.
    """

    kernel: Term
    factor: Term
    axes: tuple[int, ...]

    def value(self, ops: Ops, weights: Arrays) -> Any:
        kernel = self.kernel.value(ops, weights)
        shape = tuple(size if axis - kernel.ndim in self.axes else 1 for axis, size in enumerate(kernel.shape))
        return kernel * ops.reshape(self.factor.value(ops, weights), shape)


@dataclass(frozen=True)
class Shifted(Term):
    """The bias behind which a batch norm has gone: (bias − mean) · factor + beta."""

    bias: Term | None
    mean: Term
    factor: Term
    beta: Term | None

    def value(self, ops: Ops, weights: Arrays) -> Any:
        bias = -self.mean.value(ops, weights)
        if self.bias is not None:
            bias = self.bias.value(ops, weights) + bias
        shifted = bias * self.factor.value(ops, weights)
        return shifted if self.beta is None else shifted + self.beta.value(ops, weights)


@dataclass(frozen=True)
class Product(Term):
    """Kernels one behind the other, in one: (..., in, middle) and (..., middle, out), of which one has one tap."""

    first: Term
    second: Term

    def value(self, ops: Ops, weights: Arrays) -> Any:
        return ops.matmul(self.first.value(ops, weights), self.second.value(ops, weights))


@dataclass(frozen=True)
class Carried(Term):
    """A bias carried through all taps of the kernel behind it, and that one's own: Σ bias · kernel + own."""

    bias: Term
    kernel: Term
    own: Term | None

    def value(self, ops: Ops, weights: Arrays) -> Any:
        kernel = self.kernel.value(ops, weights)
        middle, outputs = kernel.shape[-2:]
        carried = ops.matmul(self.bias.value(ops, weights), ops.sum(ops.reshape(kernel, (-1, middle, outputs)), 0))
        return carried if self.own is None else carried + self.own.value(ops, weights)
