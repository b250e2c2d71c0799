"""Recurrent cells: what one time step computes, for RNN and for the layers that run one cell of their own.

A cell is no layer of a design: it stands in a layer's `cell`.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Final

from lamella.design import BATCH, Shape, Size
from lamella.layers.arguments import ACTIVATION, FLAG, PLAIN, argument, integer, number, optional
from lamella.layers.base import Layer, Weight, Work
from lamella.layers.wrapped import CELLS, SEVERAL_CELLS, Data, layer_of
from lamella.texts.languages import Text

RATE: Final = number(0, 1)
SEED: Final = optional(integer(0))


class Cell(Layer, abstract=True):
    """What RNN needs to know of a cell; `features` is the size of one time step of its input."""

    @property
    @abstractmethod
    def states(self) -> tuple[int, ...]:
        """The sizes of the states that it hands from step to step, of which the first is its output."""

    @abstractmethod
    def step_weights(self, features: int) -> tuple[Weight, ...]:
        """Its arrays."""

    @abstractmethod
    def step_work(self, features: Size) -> tuple[Work, ...]:
        """The multiply-adds of one time step."""

    @abstractmethod
    def step_formulas(self) -> tuple[str, ...]:
        """What one time step computes."""

    @property
    def output_size(self) -> int:
        return self.states[0]

    def output_shape(self, *inputs: Shape) -> Shape:
        return (BATCH, self.output_size)


class Gates(Layer, abstract=True):
    """What the cells with gates, and the layers that run such a cell of their own, take alike."""

    activation: str | None = argument(ACTIVATION, "tanh")
    use_bias: bool = argument(FLAG, True)
    kernel_initializer: object = argument(PLAIN, "glorot_uniform")
    recurrent_initializer: object = argument(PLAIN, "orthogonal")
    bias_initializer: object = argument(PLAIN, "zeros")
    kernel_regularizer: object = argument(PLAIN, None)
    recurrent_regularizer: object = argument(PLAIN, None)
    bias_regularizer: object = argument(PLAIN, None)
    kernel_constraint: object = argument(PLAIN, None)
    recurrent_constraint: object = argument(PLAIN, None)
    bias_constraint: object = argument(PLAIN, None)
    dropout: float = argument(RATE, 0.0)
    recurrent_dropout: float = argument(RATE, 0.0)
    seed: int | None = argument(SEED, None)


class ActivatedGates(Gates, abstract=True):
    """Gates with an activation of their own."""

    recurrent_activation: str | None = argument(ACTIVATION, "sigmoid", after="activation")


class LSTMGates(ActivatedGates, abstract=True):
    """The gates of an LSTM, of which the one that forgets may begin open."""

    unit_forget_bias: bool = argument(FLAG, True, after="bias_initializer")


class Gated(Cell, Gates, abstract=True):
    """Cells whose gates each are activation(x · W + h · U + b)."""

    gates: ClassVar[int]
    state_count: ClassVar[int] = 1
    units: int = argument(integer(1, 32), after="")

    @property
    def states(self) -> tuple[int, ...]:
        return (self.units,) * self.state_count

    @property
    def bias_shape(self) -> tuple[int, ...]:
        return (self.gates * self.units,)

    def step_weights(self, features: int) -> tuple[Weight, ...]:
        wide = self.gates * self.units
        found: list[tuple[str, tuple[int, ...]]] = [
            ("kernel", (features, wide)),
            ("recurrent_kernel", (self.units, wide)),
        ]
        found += [("bias", self.bias_shape)] if self.use_bias else []
        return tuple(Weight(name, shape, self.trainable) for name, shape in found)

    def step_work(self, features: Size) -> tuple[Work, ...]:
        return (
            Work((self.gates, self.units, features), "input"),
            Work((self.gates, self.units, self.units), "recurrent"),
        )

    def _sum(self, gate: str, state: str = "h[t−1]") -> str:
        """One gate's weighted sum."""
        name = f"_{gate}" if gate else ""
        return f"x[t] · W{name} + {state} · U{name}" + (f" + b{name}" if self.use_bias else "")


class SimpleRNNStep(Gated, abstract=True):
    """One gate: the output is the state."""

    gates = 1

    def step_formulas(self) -> tuple[str, ...]:
        return (f"h[t] = {self.activation or 'linear'}({self._sum('')})",)


class LSTMStep(Gated, LSTMGates, abstract=True):
    """Input, forget and output gate, and a memory beside the output."""

    gates, state_count = 4, 2

    def step_formulas(self) -> tuple[str, ...]:
        bend, gate = self.activation or "linear", self.recurrent_activation or "linear"
        return (
            *(f"{name}[t] = {gate}({self._sum(name)})" for name in "ifo"),
            f"c[t] = f[t] · c[t−1] + i[t] · {bend}({self._sum('c')})",
            f"h[t] = o[t] · {bend}(c[t])",
        )


class GRUStep(Gated, ActivatedGates, abstract=True):
    """Update and reset gate; with reset_after the reset follows the product, and each product has its own bias."""

    gates = 3
    reset_after: bool = argument(FLAG, True, after="recurrent_dropout")

    @property
    def bias_shape(self) -> tuple[int, ...]:
        wide = self.gates * self.units
        return (2, wide) if self.reset_after else (wide,)

    def step_formulas(self) -> tuple[str, ...]:
        bend, gate = self.activation or "linear", self.recurrent_activation or "linear"
        second = " + d_" if self.use_bias and self.reset_after else ""
        gates = [f"{name}[t] = {gate}({self._sum(name)}{second + name if second else ''})" for name in "zr"]
        bias = " + b_h" if self.use_bias else ""
        past = f"r[t] · (h[t−1] · U_h{second + 'h' if second else ''})" if self.reset_after else "(r[t] · h[t−1]) · U_h"
        return (*gates, f"g[t] = {bend}(x[t] · W_h{bias} + {past})", "h[t] = z[t] · h[t−1] + (1 − z[t]) · g[t]")


class SimpleRNNCell(SimpleRNNStep, abstract=True):
    """The cell of SimpleRNN: a step of (B, features) and states of (B, units) -> (B, units)."""

    type = "SimpleRNNCell"

    sentence = Text("One time step of SimpleRNN.", "SimpleRNN의 한 단계입니다.")
    source = "Elman 1990; keras/src/layers/rnn/simple_rnn.py"
    examples = ()


class LSTMCell(LSTMStep, abstract=True):
    """The cell of LSTM: a step of (B, features) and states of (B, units) -> (B, units)."""

    type = "LSTMCell"

    sentence = Text("One time step of LSTM.", "LSTM의 한 단계입니다.")
    source = "Hochreiter and Schmidhuber 1997; keras/src/layers/rnn/lstm.py"
    examples = ()


class GRUCell(GRUStep, abstract=True):
    """The cell of GRU: a step of (B, features) and states of (B, units) -> (B, units)."""

    type = "GRUCell"

    sentence = Text("One time step of GRU.", "GRU의 한 단계입니다.")
    source = "Cho et al. 2014; keras/src/layers/rnn/gru.py"
    examples = ()


class StackedRNNCells(Cell, abstract=True):
    """Cells one behind the other: each reads the output of the one before."""

    type = "StackedRNNCells"
    cells: tuple[dict[str, Any], ...] = argument(SEVERAL_CELLS)

    sentence = Text(
        "Several recurrent cells one behind the other, run as one.", "순환 셀 여러 개를 잇달아 하나처럼 돌립니다."
    )
    source = "keras/src/layers/rnn/stacked_rnn_cells.py"
    examples = ()

    @property
    def inner(self) -> tuple[Cell, ...]:
        return tuple(cell_of(each) for each in self.cells)

    @property
    def states(self) -> tuple[int, ...]:
        return tuple(size for each in self.inner for size in each.states)

    @property
    def output_size(self) -> int:
        return self.inner[-1].output_size

    def step_weights(self, features: int) -> tuple[Weight, ...]:
        found: list[Weight] = []
        for index, each in enumerate(self.inner):
            found += (one._replace(name=f"cell_{index}/{one.name}") for one in each.step_weights(features))
            features = each.output_size
        return tuple(found)

    def step_work(self, features: Size) -> tuple[Work, ...]:
        found: list[Work] = []
        for index, each in enumerate(self.inner):
            found += (one._replace(what=f"cell {index} {one.what}") for one in each.step_work(features))
            features = each.output_size
        return tuple(found)

    def step_formulas(self) -> tuple[str, ...]:
        """Each cell's, its input the output of the one before."""
        found: list[str] = []
        for index, each in enumerate(self.inner):
            found += [f"{index}: {line}" for line in each.step_formulas()]
        return (*found, *(f"x of {index} = h of {index - 1}" for index in range(1, len(self.inner))))


CELLS.update({each.type: each for each in (SimpleRNNCell, LSTMCell, GRUCell, StackedRNNCells)})


def cell_of(data: Data) -> Cell:
    """The frozen cell of its data."""
    cell = layer_of(data)
    assert isinstance(cell, Cell), "arguments of this kind hold cells"
    return cell
