"""One axis: how large an output is and which inputs an output sees.

Everything that a layer does along an axis is one of two maps. A `Window` slides over its input (convolution,
pooling; padding and cropping are windows of one). A `TransposedWindow` writes over its output (transposed
convolution; nearest upsampling writes each input `stride` times). Indices are those of the unbounded axis: an
index below 0 or past the end is padding.

Sources: Dumoulin and Visin 2016 (arXiv 1603.07285); Keras' operation_utils.py and backend_utils.py.
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


Map = Window | TransposedWindow
IDENTITY = Window()


def window_output(size: int, kernel: int, stride: int, padding: str, dilation: int = 1) -> int:
    """Output size of a convolution or pooling; 0 or less where the window does not fit ("valid").

    >>> window_output(28, 3, 1, "valid"), window_output(7, 2, 2, "same")
    (26, 4)
    """
    if padding == "same":
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
