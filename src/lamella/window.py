"""One axis: how large an output is and which inputs an output sees.

Everything that a layer does along an axis is one of a few maps. A `Window` slides over its input (convolution,
pooling; padding and cropping are windows of one). A `TransposedWindow` writes over its output (transposed
convolution; nearest upsampling writes each input `stride` times). `Resampling` weights the inputs around a place
between them, `Shares` cuts its input into overlapping parts, and a `Chain` is one map behind another. Indices are
those of the unbounded axis: an index below 0 or past the end is padding, or does not count.

Sources: Dumoulin and Visin 2016 (arXiv 1603.07285); Keras' operation_utils.py and backend_utils.py; for
`Resampling` TensorFlow's image_resizer_state.h and scale_and_translate_op.cc.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """Output o sees the inputs o*stride - before + dilation*{0 .. kernel-1}."""

    kernel: int = 1
    stride: int = 1
    dilation: int = 1
    before: int = 0

    @property
    def period(self) -> int:
        """After how many outputs the pattern repeats."""
        return 1

    @property
    def step(self) -> int:
        """By how many inputs it has moved then."""
        return self.stride

    def inputs(self, output: int) -> range:
        """The inputs that one output sees, in ascending order."""
        first = output * self.stride - self.before
        return range(first, first + self.dilation * (self.kernel - 1) + 1, self.dilation)

    def unclipped(self, low: int, high: int) -> tuple[int, int]:
        """The first and last output all of whose inputs lie in [low, high]."""
        extent = self.dilation * (self.kernel - 1)
        return -((-low - self.before) // self.stride), (high + self.before - extent) // self.stride


@dataclass(frozen=True)
class TransposedWindow:
    """Output o sees the inputs i with o + before - i*stride in dilation*{0 .. kernel-1}."""

    kernel: int
    stride: int
    dilation: int = 1
    before: int = 0

    @property
    def period(self) -> int:
        return self.stride

    @property
    def step(self) -> int:
        return 1

    def inputs(self, output: int) -> range | list[int]:
        """The inputs that one output sees, in ascending order; empty where the kernel leaves a hole."""
        reach = output + self.before
        first = -((self.dilation * (self.kernel - 1) - reach) // self.stride)
        candidates = range(first, reach // self.stride + 1)
        if self.dilation == 1:
            return candidates
        return [i for i in candidates if (reach - i * self.stride) % self.dilation == 0]

    def unclipped(self, low: int, high: int) -> tuple[int, int]:
        """The first and last output none of whose inputs can lie outside [low, high]."""
        extent = self.dilation * (self.kernel - 1)
        return (low - 1) * self.stride - self.before + extent + 1, (high + 1) * self.stride - self.before - 1


@dataclass(frozen=True)
class Resampling:
    """Every `period` outputs stand evenly over `step` inputs, each at the centre of its share.

    Output o lies at c = (o + 1/2) * step/period - 1/2 and sees the inputs nearer than `radius`, where reducing
    with `antialias` makes the radius step/period times as large. `radius` 0 is the nearest input: that at
    c + 1/2, rounded down. Where the interpolation's weight is 0, as at whole distances, nothing is seen. Past
    the border there is nothing either: the weights inside are made to sum to 1, or the border stands for it.
    """

    step: int
    period: int
    radius: int
    antialias: bool = False

    @property
    def _scale(self) -> int:
        """The interpolation's unit, `period` times."""
        return max(self.step, self.period) if self.antialias else self.period

    def inputs(self, output: int) -> list[int]:
        """The inputs that one output sees, in ascending order."""
        turn = 2 * self.period  # all distances are counted in so many parts of an input
        if not self.radius:
            return [(2 * output + 1) * self.step // turn]
        centre = (2 * output + 1) * self.step - self.period
        reach, unit = 2 * self.radius * self._scale, 2 * self._scale
        candidates = range((centre - reach) // turn + 1, -((-centre - reach) // turn))
        return [i for i in candidates if turn * i == centre or (turn * i - centre) % unit]

    def unclipped(self, low: int, high: int) -> tuple[int, int]:
        """A first and a last output between which none can see an input outside [low, high]."""
        if not self.radius:
            first = -((self.step - 2 * low * self.period) // (2 * self.step))
            return first, (2 * (high + 1) * self.period - self.step - 1) // (2 * self.step)
        reach, own = 2 * self.radius * self._scale, self.period - self.step
        first = -((-2 * (low - 1) * self.period - reach - own) // (2 * self.step))
        return first, (2 * (high + 1) * self.period - reach + own) // (2 * self.step)


@dataclass(frozen=True)
class Shares:
    """Output o sees the inputs from its share of the axis, floor(o*step/period) to ceil((o+1)*step/period) - 1.

    Source: adaptive pooling of `period` outputs over `step` inputs, both divided by what they have in common.
    """

    step: int
    period: int

    def inputs(self, output: int) -> range:
        """The inputs that one output sees, in ascending order."""
        return range(output * self.step // self.period, -(-(output + 1) * self.step // self.period))

    def unclipped(self, low: int, high: int) -> tuple[int, int]:
        """The first and last output all of whose inputs lie in [low, high]."""
        return -(-low * self.period // self.step), (high + 1) * self.period // self.step - 1


@dataclass(frozen=True)
class Chain:
    """Output o sees by `then` a middle of `size` positions, and these see the inputs by `first`."""

    first: Map
    size: int
    then: Map


Map = Window | TransposedWindow | Resampling | Shares | Chain
IDENTITY = Window()


def window_output(size: int, kernel: int, stride: int, padding: str, dilation: int = 1) -> int:
    """Output size of a convolution or pooling; 0 or less where the window does not fit ("valid").

    >>> window_output(28, 3, 1, "valid"), window_output(7, 2, 2, "same")
    (26, 4)
    """
    if padding != "valid":
        return (size + stride - 1) // stride
    return (size - (dilation * (kernel - 1) + 1)) // stride + 1


def same_padding(size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """Padding before and after the input for "same": the odd one stands after.

    >>> same_padding(28, 3, 2)
    (0, 1)
    """
    total = max((-(-size // stride) - 1) * stride + dilation * (kernel - 1) + 1 - size, 0)
    return total // 2, total - total // 2


def transposed_output(
    size: int, kernel: int, stride: int, padding: str, output_padding: int | None = None, dilation: int = 1
) -> int:
    """Output size of Keras' transposed convolution; 0 or less where nothing is left.

    >>> transposed_output(7, 3, 2, "valid"), transposed_output(7, 3, 2, "same", 0)
    (15, 13)
    """
    extent = dilation * (kernel - 1) + 1
    if padding == "same":
        return size * stride if output_padding is None else (size - 1) * stride + extent % 2 + output_padding
    return (size - 1) * stride + (max(extent, stride) if output_padding is None else extent + output_padding)


def transposed_before(size: int, kernel: int, stride: int, padding: str, output: int, dilation: int = 1) -> int:
    """How many numbers TensorFlow cuts off at the start of a transposed convolution's whole result."""
    if padding == "valid":
        return 0
    return max((size - 1) * stride + dilation * (kernel - 1) + 1 - output, 0) // 2
