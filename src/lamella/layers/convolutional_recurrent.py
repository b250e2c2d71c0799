"""ConvLSTM1D, ConvLSTM2D and ConvLSTM3D: LSTMs over sequences of sequences, pictures and volumes."""

from __future__ import annotations

from lamella.algebra import number
from lamella.design import Shape, Size
from lamella.errors import Problem, problem
from lamella.layers.arguments import (
    DATA_FORMAT,
    PLAIN,
    argument,
    each_axis,
    integer,
    of_rank,
)
from lamella.layers.base import AxisMap, ShapeError, Weight, Work
from lamella.layers.convolution import PADDING, Sliding, input_channels, stride_and_dilation
from lamella.layers.recurrent import Recurrent, check_states
from lamella.layers.recurrent_cells import LSTMGates
from lamella.layers.spatial import AXIS_NAMES, ORDERS, need_rank
from lamella.layers.spatial_formulas import placed, positions, under_window, weight_places
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY, Chain, Map, Window

_GATES = 4


class _Windowed(Sliding):
    """The arguments of the convolutions in each step, which Keras takes before those of the gates."""

    filters: int = argument(integer(1, 16))
    kernel_size: tuple[int, ...] = of_rank(each_axis(1))
    strides: tuple[int, ...] = of_rank(each_axis(1), 1)
    padding: str = argument(PADDING, "valid")
    data_format: str | None = argument(DATA_FORMAT, None)
    dilation_rate: tuple[int, ...] = of_rank(each_axis(1), 1)


class _ConvLSTM(Recurrent, LSTMGates, _Windowed):
    """The convolutional LSTMs: (B, steps, ..., channels) -> (B, ..., filters), or one such for each step.

    Each gate is a convolution of the step's input added to one of the last output; the second never strides and
    keeps the size. `axes` and `channel` are those of one step.
    """

    activity_regularizer: object = argument(PLAIN, None, after="bias_regularizer")

    position_letters = "pqr"  # i is a gate; Shi et al. write X, H and C for what has places
    inner_learn = True
    source = "Shi et al. 2015; keras/src/layers/rnn/conv_lstm.py"

    def conflicts(self) -> list[Problem]:
        return stride_and_dilation(self.strides, self.dilation_rate)

    @property
    def sizes_given(self) -> tuple[object, ...]:
        return (self.filters,)

    def _step(self, sequence: Shape) -> Shape:
        """The shape of one step. Raises `ShapeError` where the sequence has another rank."""
        sizes = ("channels", *ORDERS[self.rank]) if self.channels_first else (*ORDERS[self.rank], "channels")
        order = ("steps", *sizes)
        words = phrase(
            "{count} axes (batch, {order:list})", "축 {count}개(batch, {order:list})", count=len(order) + 1, order=order
        )
        need_rank(self.type, sequence, self.rank + 3, words)
        return (sequence[0], *sequence[2:])

    def one_output(self, sequence: Shape) -> Shape:
        return self.slid(self._step(sequence), self.filters)

    def state_shapes(self, sequence: Shape) -> tuple[Shape, ...]:
        return (self.one_output(sequence),) * 2

    def output_shape(self, *inputs: Shape) -> Shape:
        sequence, *given = inputs
        step = self._step(sequence)
        try:
            one = self.one_output(sequence)
        except ShapeError as error:
            if error.shape is not None:
                error.shape = self._in_time(sequence, error.shape)
            raise
        found = self._in_time(sequence, one)
        for name, axis in zip(AXIS_NAMES[self.rank], self.axes, strict=True):
            if not isinstance(step[axis], int):  # Keras makes the first state as large as the output
                facts = {"type": self.type, "axis": name, "shape": show_shape(sequence)}
                raise ShapeError(problem("step unknown", **facts), found)
        check_states(self.type, (one, one), given)
        return found

    def _in_time(self, sequence: Shape, one: Shape) -> Shape:
        """The output's shape from that of one step."""
        return (one[0], sequence[1], *one[1:]) if self.return_sequences else one

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """Trained whatever `trainable` says: Keras does not hand it on to the cell that owns them."""
        channels = input_channels(self.type, self._step(inputs[0]), self.channel)
        wide = _GATES * self.filters
        found: list[tuple[str, tuple[int, ...]]] = [
            ("kernel", (*self.kernel_size, channels, wide)),
            ("recurrent_kernel", (*self.kernel_size, self.filters, wide)),
        ]
        found += [("bias", (wide,))] if self.use_bias else []
        return tuple(Weight(name, shape) for name, shape in found)

    def fixed(self, *inputs: Shape) -> tuple[Weight, ...]:
        """The size of a step too: Keras' cell takes no other one."""
        sizes = tuple(size for size in inputs[0][2:] if isinstance(size, int))
        return (*self.weights(*inputs), Weight("step", sizes, False))

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """Every gate's convolutions of the input and of the state, padding included, in every step."""
        steps, channels = inputs[0][1], self._step(inputs[0])[self.channel]
        places: tuple[Size, ...] = (steps, _GATES, *self.one_output(inputs[0])[1:], *self.kernel_size)
        return (Work((*places, channels), "input"), Work((*places, self.filters), "recurrent"))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        step = self._step(inputs[0])
        bend, gate = self.activation or "linear", self.recurrent_activation or "linear"
        sums = {
            name: f"X[t] ∗ W_{name} + H[t−1] ∗ U_{name}" + (f" + b_{name}" if self.use_bias else "") for name in "ifoc"
        }
        spread = [each.before for each in self._spreads(1)]
        ones = (1,) * self.rank
        past = placed(self, under_window(self, self.kernel_size, ones, ones, spread), "a")
        at, under = placed(self, positions(self), "m"), ", ".join(weight_places(self, self.kernel_size))
        return (
            *(f"{name}[t] = {gate}({sums[name]})" for name in "ifo"),
            f"C[t] = f[t] · C[t−1] + i[t] · {bend}({sums['c']})",
            f"H[t] = o[t] · {bend}(C[t])",
            f"(X ∗ W)[{at}] = Σ X[{self.places(step, 'a')}] · W[{under}, a, m]",
            f"(H ∗ U)[{at}] = Σ H[{past}] · U[{under}, a, m]",
            *self.sizes(step, self.one_output(inputs[0])),
        )

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """The last output sees the whole time, and along the other axes what so many convolutions one behind the
        other let the first step reach. Each of several outputs sees its own part, which is no window.
        """
        sequence, *states = inputs
        step, steps = self._step(sequence), number(sequence[1])
        several = len(output) == len(sequence)
        unknown = steps is None or (several and steps > 1)
        one, spreading = self.one_output(sequence), [kernel > 1 for kernel in self.kernel_size]
        shift = int(several)
        seen: dict[int, tuple[int, Map | None]] = {1: (1, None)} if several else {}
        for axis, way, then, spreads in zip(
            self.axes, self.maps(step), self._spreads((steps or 1) - 1), spreading, strict=True
        ):
            size = one[axis]
            chain = Chain(way, size, then) if way is not None and isinstance(size, int) else None
            seen[axis + shift] = (axis + 1, None if unknown and spreads else chain)
        found: list[AxisMap] = [seen]
        for place, _ in enumerate(states):  # the output before the first step, and the memory before it
            mine: dict[int, tuple[int, Map | None]] = {}
            for axis, then, spreads in zip(self.axes, self._spreads((steps or 1) - place), spreading, strict=True):
                mine[axis + shift] = (axis, None if unknown and spreads else then)
            if place == 1 and steps == 1:
                mine[self.channel + shift] = (self.channel, IDENTITY)
            found.append(mine)
        return tuple(found)

    def _spreads(self, times: int) -> list[Window]:
        """So many convolutions of the state one behind the other, along each spatial axis."""
        return [Window(times * (kernel - 1) + 1, before=times * ((kernel - 1) // 2)) for kernel in self.kernel_size]


class ConvLSTM1D(_ConvLSTM, rank=1):
    """LSTM over a sequence of sequences: (B, steps, length, channels) -> (B, new length, filters)."""

    sentence = Text(
        "An LSTM whose gates are convolutions: follows how a pattern along an axis moves in time.",
        "게이트가 합성곱인 LSTM입니다. 한 축을 따라 놓인 무늬가 시간에 따라 움직이는 것을 따라갑니다.",
    )
    examples = (
        ({"filters": 4, "kernel_size": 3}, ((5, 8, 3),)),
        (
            {"filters": 2, "kernel_size": 4, "strides": 2, "padding": "same", "return_sequences": True},
            ((3, 9, 2),),
        ),
        ({"filters": 3, "kernel_size": 2, "dilation_rate": 3, "return_state": True}, ((2, 7, 1), (4, 3), (4, 3))),
    )


class ConvLSTM2D(_ConvLSTM, rank=2):
    """LSTM over a sequence of pictures: (B, steps, height, width, channels) -> (B, new height, new width, filters)."""

    sentence = Text(
        "An LSTM whose gates are convolutions: follows what moves in a sequence of pictures, such as a video.",
        "게이트가 합성곱인 LSTM입니다. 비디오처럼 이어지는 이미지에서 움직이는 것을 따라갑니다.",
    )
    examples = (
        ({"filters": 4, "kernel_size": 3, "padding": "same", "return_sequences": True}, ((3, 6, 5, 2),)),
        ({"filters": 2, "kernel_size": (3, 2), "strides": (2, 3), "use_bias": False}, ((4, 9, 8, 1),)),
        ({"filters": 3, "kernel_size": 2, "return_state": True, "dropout": 0.5}, ((2, 4, 5, 2), (3, 4, 3), (3, 4, 3))),
    )


class ConvLSTM3D(_ConvLSTM, rank=3):
    """LSTM over a sequence of volumes: (B, steps, depth, height, width, channels) -> (B, ..., filters)."""

    sentence = Text(
        "An LSTM whose gates are convolutions: follows what changes in a sequence of volumes, such as repeated scans.",
        "게이트가 합성곱인 LSTM입니다. 되풀이한 단층 촬영처럼 이어지는 볼륨에서 달라지는 것을 따라갑니다.",
    )
    examples = (
        ({"filters": 2, "kernel_size": 2, "activation": "relu"}, ((3, 4, 5, 6, 1),)),
        ({"filters": 2, "kernel_size": (1, 3, 2), "padding": "same", "strides": 2}, ((2, 3, 4, 5, 2),)),
    )
