"""SimpleRNN, LSTM, GRU and RNN: sequences read step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from lamella.design import Shape
from lamella.errors import Problem, problem
from lamella.layers.activations import Range
from lamella.layers.arguments import FLAG, PLAIN, Kind, Wrong, argument
from lamella.layers.base import AxisMap, Kept, Layer, ShapeError, Weight, Work
from lamella.layers.convolution import input_channels
from lamella.layers.recurrent_cells import (
    SEED,
    Cell,
    GRUStep,
    LSTMStep,
    SimpleRNNStep,
    StackedRNNCells,
    cell_of,
)
from lamella.layers.spatial import need_rank
from lamella.layers.wrapped import CELL_OR_CELLS
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape


def _auto_or_flag(value: object) -> object:
    if value == "auto" or isinstance(value, bool):
        return value
    raise Wrong("auto")


CUDNN: Final = Kind(phrase("auto, true or false", "auto, true 또는 false"), _auto_or_flag, "auto")


class Recurrent(Layer, abstract=True):
    """A layer over sequences that carries states from step to step.

    Inputs: the sequence, and the initial states where they are not zeros. Outputs: that of the last step, or of
    every step with return_sequences; with return_state the last states behind it.
    """

    return_sequences: bool = argument(FLAG, False)
    return_state: bool = argument(FLAG, False)
    go_backwards: bool = argument(FLAG, False)
    stateful: bool = argument(FLAG, False)

    input_count: ClassVar[tuple[int, int | None]] = (1, None)
    call_names = ("sequences", "initial_state")
    call_flags: ClassVar[Mapping[str, bool]] = {"training": False}
    call_tensors: ClassVar[tuple[str, ...]] = ("mask",)

    @classmethod
    def grouped(cls, inputs: Sequence[Any]) -> tuple[Any, ...]:
        sequence, *states = inputs
        return (sequence, states) if states else (sequence,)

    @property
    def step(self) -> Cell:
        """The cell: the layer itself, where it has the arguments of one."""
        assert isinstance(self, Cell)
        return self

    @property
    def sizes_given(self) -> tuple[object, ...]:
        """What two directions must have in common for their outputs to have one shape."""
        return (self.step.output_size, self.step.states if self.return_state else ())

    def state_shapes(self, sequence: Shape) -> tuple[Shape, ...]:
        """The shapes of the states, of which the first is the output of one step."""
        words = phrase("3 axes (batch, steps, features)", "축 3개(batch, 단계, 특징)")
        need_rank(self.type, sequence, 3, words)
        return tuple((sequence[0], size) for size in self.step.states)

    def one_output(self, sequence: Shape) -> Shape:
        """The shape of one step's output."""
        self.state_shapes(sequence)
        return (sequence[0], self.step.output_size)

    def output_shape(self, *inputs: Shape) -> Shape:
        sequence, *given = inputs
        states, one = self.state_shapes(sequence), self.one_output(sequence)
        check_states(self.type, states, given)
        return (one[0], sequence[1], *one[1:]) if self.return_sequences else one

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        first = self.output_shape(*inputs)
        return (first, *self.state_shapes(inputs[0])) if self.return_state else (first,)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        return self.step.step_weights(input_channels(self.type, inputs[0], -1))

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """Every gate's products with the input and with the state, in every step."""
        steps, features = inputs[0][1], inputs[0][-1]
        return tuple(Work((steps, *each.factors), each.what) for each in self.step.step_work(features))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return self.step.step_formulas()

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """The last output sees the whole sequence; how much each of several sees is no window.

        What a state adds along its axes depends on the number of steps and is left open.
        """
        along_time = self.return_sequences and len(output) == len(inputs[0])
        states = [open_ends(shape, output) for shape in inputs[1:]]
        return ({1: (1, None)} if along_time else {}, *states)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        """Not known: it depends on how TensorFlow runs the loop."""
        return None

    def needs_batch(self) -> bool:
        return self.stateful

    def output_range(self) -> Range:
        return None


def open_ends(state: Shape, output: Shape) -> AxisMap:
    """A state's axes under the last of the output's, how they are seen left open."""
    shift = len(output) - len(state)
    return {axis + shift: (axis, None) for axis in range(1, len(state))}


def check_states(type_name: str, expected: Sequence[Shape], given: Sequence[Shape]) -> None:
    """Raises `ShapeError` where the initial states are not as many and as large as the layer's."""
    if given and len(given) != len(expected):
        words = phrase(
            "1 input, or {count} with its states", "입력 1개, 또는 상태까지 {count}개", count=len(expected) + 1
        )
        raise ShapeError(problem("input count", type=type_name, expected=words, received=len(given) + 1))
    for number, (wanted, got) in enumerate(zip(expected, given, strict=False), 1):
        pairs = zip(wanted, got, strict=False)
        if len(wanted) != len(got) or any(None not in pair and pair[0] != pair[1] for pair in pairs):
            facts = {"type": type_name, "number": number, "expected": show_shape(wanted), "received": show_shape(got)}
            raise ShapeError(problem("state shape", **facts))


class OfOwnCell(Recurrent, abstract=True):
    """A layer that runs a cell of its own, whose arguments it takes."""

    activity_regularizer: object = argument(PLAIN, None, after="bias_regularizer")
    unroll: bool = argument(FLAG, False)


class SimpleRNN(OfOwnCell, SimpleRNNStep):
    """SimpleRNN over a sequence: (B, steps, features) -> (B, units), or (B, steps, units) with return_sequences."""

    seed: int | None = argument(SEED, None)

    sentence = Text(
        "Reads a sequence step by step and carries its last output along.",
        "시퀀스를 한 단계씩 읽으며 바로 앞의 출력을 함께 씁니다.",
    )
    source = "Elman 1990; keras/src/layers/rnn/simple_rnn.py"
    examples = (
        ({"units": 4}, ((5, 3),)),
        ({"units": 3, "use_bias": False, "return_sequences": True, "return_state": True}, ((6, 2),)),
        ({"units": 2, "activation": "relu", "go_backwards": True}, ((4, 3), (2,))),
    )


class LSTM(OfOwnCell, LSTMStep):
    """LSTM over a sequence: (B, steps, features) -> (B, units), or (B, steps, units) with return_sequences."""

    use_cudnn: object = argument(CUDNN, "auto")

    sentence = Text(
        "Reads a sequence step by step; gates decide what its memory keeps, forgets and shows.",
        "시퀀스를 한 단계씩 읽으며, 게이트가 기억할 것과 잊을 것과 내보낼 것을 정합니다.",
    )
    source = "Hochreiter and Schmidhuber 1997; keras/src/layers/rnn/lstm.py"
    examples = (
        ({"units": 4}, ((5, 3),)),
        ({"units": 3, "return_sequences": True, "return_state": True, "dropout": 0.5}, ((6, 2),)),
        ({"units": 2, "use_bias": False, "recurrent_dropout": 0.1}, ((4, 3), (2,), (2,))),
    )


class GRU(OfOwnCell, GRUStep):
    """GRU over a sequence: (B, steps, features) -> (B, units), or (B, steps, units) with return_sequences."""

    reset_after: bool = argument(FLAG, True)
    use_cudnn: object = argument(CUDNN, "auto")

    sentence = Text(
        "Reads a sequence step by step; two gates decide how much of its state is replaced.",
        "시퀀스를 한 단계씩 읽으며, 게이트 두 개가 상태를 얼마나 바꿀지 정합니다.",
    )
    source = "Cho et al. 2014; keras/src/layers/rnn/gru.py"
    examples = (
        ({"units": 4}, ((5, 3),)),
        ({"units": 3, "reset_after": False, "return_sequences": True}, ((6, 2),)),
        ({"units": 2, "use_bias": False, "return_state": True, "unroll": True}, ((4, 3), (2,))),
    )


class RNN(Recurrent):
    """A cell, or several one behind the other, over a sequence: (B, steps, features) -> (B, units)."""

    cell: dict[str, Any] = argument(CELL_OR_CELLS, after="")
    unroll: bool = argument(FLAG, False)
    zero_output_for_mask: bool = argument(FLAG, False)

    sentence = Text(
        "Runs a recurrent cell over a sequence, step by step.", "순환 셀을 시퀀스 위에서 한 단계씩 돌립니다."
    )
    source = "keras/src/layers/rnn/rnn.py"
    examples = (
        ({"cell": {"GRUCell": {"units": 4}}, "return_state": True}, ((5, 3),)),
        ({"cell": {"LSTMCell": {"units": 2, "trainable": False}}}, ((4, 3), (2,), (2,))),
        ({"cell": [{"LSTMCell": {"units": 4}}, {"SimpleRNNCell": {"units": 2}}]}, ((5, 3),)),
    )

    @property
    def step(self) -> Cell:
        return cell_of(self.cell)

    def conflicts(self) -> list[Problem]:
        if not self.return_state or not isinstance(self.step, StackedRNNCells):
            return []
        facts = {
            "first": "return_state",
            "second": "cell",
            "reason": phrase(
                "Keras 3 fails to give the states of stacked cells", "Keras 3은 쌓은 셀의 상태를 내주지 못합니다"
            ),
            "received": "true, StackedRNNCells",
            "suggestion": phrase(
                "Leave return_state out, or use a layer for each cell.",
                "return_state를 빼거나, 셀마다 레이어를 하나씩 쓰세요.",
            ),
        }
        return [problem("arguments conflict", **facts)]

    def output_shape(self, *inputs: Shape) -> Shape:
        if len(inputs) > 1 and isinstance(self.step, StackedRNNCells):
            words = phrase("the sequence alone where its cells are stacked", "셀을 쌓았을 때는 시퀀스만")
            raise ShapeError(problem("input count", type=self.type, expected=words, received=len(inputs)))
        return super().output_shape(*inputs)
