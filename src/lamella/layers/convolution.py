"""Conv1D, Conv2D and Conv3D, and what other layers with kernels share with them."""

from __future__ import annotations

from math import gcd
from typing import Final

from lamella.algebra import number
from lamella.design import Shape, Size
from lamella.errors import Problem, problem
from lamella.layers.arguments import (
    ACTIVATION,
    DATA_FORMAT,
    FLAG,
    PLAIN,
    argument,
    choice,
    each_axis,
    integer,
    of_rank,
)
from lamella.layers.base import AxisMap, Engine, Kept, ShapeError, Weight, Work
from lamella.layers.convolution_memory import kept_by_convolution, unfolds
from lamella.layers.spatial import Spatial, window
from lamella.layers.spatial_formulas import (
    activated,
    placed,
    positions,
    size_lines,
    under_window,
    weight_places,
    window_size,
)
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import Window, window_output

PADDING: Final = choice("valid", "same")
_MOST_GROUPS: Final = 1024
"""Up to here numbers of groups are suggested."""


class Sliding(Spatial):
    """A window of weights that slides over its input with strides or dilation."""

    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    dilation_rate: tuple[int, ...]
    padding: str
    activation: str | None

    def memory_known(self, engine: Engine, dtype: str) -> bool:
        return not unfolds(engine, dtype)

    def slid(self, shape: Shape, channels: Size) -> Shape:
        """The output's shape. Raises `ShapeError` where the window is larger than the input."""

        def size(axis: int, size: int) -> int:
            kernel, dilation = self.kernel_size[axis], self.dilation_rate[axis]
            return window_output(size, kernel, self.strides[axis], self.padding, dilation)

        fault = self.window_fault("kernel_size", self.kernel_size, self.dilation_rate)
        return self.resized(shape, channels, size, fault)

    def maps(self, shape: Shape) -> list[Window | None]:
        """How the outputs see the input along each spatial axis."""
        each = zip(self.axes, self.kernel_size, self.strides, self.dilation_rate, strict=True)
        return [window(shape[axis], kernel, stride, self.padding, gap) for axis, kernel, stride, gap in each]

    def places(self, shape: Shape, channel: str) -> str:
        """Where an output's window stands in the input, as an index of x."""
        befores = [None if way is None else way.before for way in self.maps(shape)]
        under = under_window(self, self.kernel_size, self.strides, self.dilation_rate, befores)
        return placed(self, under, channel)

    def sizes(self, shape: Shape, output: Shape) -> tuple[str, ...]:
        """How the output's sizes come about."""
        each = zip(self.kernel_size, self.strides, self.dilation_rate, strict=True)
        how = [window_size(kernel, stride, self.padding, gap) for kernel, stride, gap in each]
        return size_lines(self, shape, output, how)


class _Convolution(Sliding):
    """The convolutions: (B, ..., channels) -> (B, ..., filters)."""

    filters: int = argument(integer(1, 16))
    kernel_size: tuple[int, ...] = of_rank(each_axis(1))
    strides: tuple[int, ...] = of_rank(each_axis(1), 1)
    padding: str = argument(PADDING, "valid")
    data_format: str | None = argument(DATA_FORMAT, None)
    dilation_rate: tuple[int, ...] = of_rank(each_axis(1), 1)
    groups: int = argument(integer(1), 1)
    activation: str | None = argument(ACTIVATION, None)
    use_bias: bool = argument(FLAG, True)
    kernel_initializer: object = argument(PLAIN, "glorot_uniform")
    bias_initializer: object = argument(PLAIN, "zeros")
    kernel_regularizer: object = argument(PLAIN, None)
    bias_regularizer: object = argument(PLAIN, None)
    activity_regularizer: object = argument(PLAIN, None)
    kernel_constraint: object = argument(PLAIN, None)
    bias_constraint: object = argument(PLAIN, None)

    source = "Dumoulin and Visin 2016; keras/src/layers/convolutional/base_conv.py"

    def adds_onto(self, engine: Engine) -> bool:
        """oneDNN's fused convolution. Source: tensorflow/core/grappler/optimizers/remapper.cc."""
        return engine == "tensorflow" and self.rank == 2 and self.use_bias and self.activation in (None, "linear")

    def conflicts(self) -> list[Problem]:
        return [*stride_and_dilation(self.strides, self.dilation_rate), *self._filters_and_groups()]

    def _filters_and_groups(self) -> list[Problem]:
        if self.filters % self.groups == 0:
            return []
        near = -(-self.filters // self.groups) * self.groups
        return [
            problem(
                "arguments conflict",
                first="filters",
                second="groups",
                reason=phrase("filters must be a multiple of groups", "filters는 groups의 배수여야 합니다"),
                received=f"{self.filters}, {self.groups}",
                suggestion=phrase("Try filters {near}.", "이렇게 해 보세요: filters {near}.", near=near),
            )
        ]

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        found = self.slid(shape, self.filters)
        channels = shape[self.channel]
        if isinstance(channels, int) and channels % self.groups:
            common = gcd(channels, self.filters)
            divisors = [each for each in range(1, min(common, _MOST_GROUPS) + 1) if common % each == 0]
            raise ShapeError(problem("groups", groups=self.groups, channels=channels, divisors=divisors), found)
        return found

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        channels = input_channels(self.type, inputs[0], self.channel)
        kernel = Weight("kernel", (*self.kernel_size, channels // self.groups, self.filters), self.trainable)
        return (kernel, Weight("bias", (self.filters,), self.trainable)) if self.use_bias else (kernel,)

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """Every output number is a sum over kernel positions (padding included) and the group's channels."""
        channels = number(inputs[0][self.channel])
        return (Work((*output[1:], *self.kernel_size, None if channels is None else channels // self.groups)),)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        """Of groups, filter f reads the channels of its own: c runs from the group's first channel."""
        (shape,) = inputs
        channels = number(shape[self.channel])
        channel = "c"
        if self.groups > 1 and channels is not None:
            channel = f"{channels // self.groups}·⌊f / {self.filters // self.groups}⌋ + c"
        product = f"Σ x[{self.places(shape, channel)}] · w[{', '.join(weight_places(self, self.kernel_size))}, c, f]"
        summed = activated(self.activation, f"b[f] + {product}" if self.use_bias else product)
        return (f"y[{placed(self, positions(self), 'f')}] = {summed}", *self.sizes(shape, output))

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return self.seen(self.maps(inputs[0]))

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return kept_by_convolution("tensorflow", self, inputs[0], output)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return kept_by_convolution(engine, self, inputs[0], output)


class Conv1D(_Convolution, rank=1):
    """1-D convolution: (B, length, channels) -> (B, new length, filters). "causal" sees nothing that comes later."""

    padding: str = argument(choice("valid", "same", "causal"), "valid")

    sentence = Text(
        "Slides small learned windows along a sequence; each filter answers where its pattern stands.",
        "학습한 작은 창을 시퀀스를 따라 밀며, 필터마다 자기 무늬가 있는 곳을 찾습니다.",
    )
    examples = (
        ({"filters": 8, "kernel_size": 3, "padding": "causal", "dilation_rate": 2, "activation": "relu"}, ((20, 4),)),
        ({"filters": 6, "kernel_size": 5, "strides": 2, "groups": 3}, ((17, 9),)),
        ({"filters": 2, "kernel_size": 4, "strides": 3, "padding": "same", "use_bias": False}, ((11, 2),)),
    )


class Conv2D(_Convolution, rank=2):
    """2-D convolution: (B, height, width, channels) -> (B, new height, new width, filters)."""

    sentence = Text(
        "Slides small learned windows over a picture; each filter answers where its pattern stands, such as an edge.",
        "학습한 작은 창을 이미지 위로 밀며, 필터마다 가장자리 같은 자기 무늬가 있는 곳을 찾습니다.",
    )
    examples = (
        ({"filters": 16, "kernel_size": 3, "padding": "same", "activation": "relu"}, ((28, 28, 1),)),
        ({"filters": 6, "kernel_size": (5, 3), "strides": (3, 2), "groups": 3}, ((17, 12, 9),)),
        ({"filters": 2, "kernel_size": 3, "dilation_rate": 4, "use_bias": False}, ((9, 11, 2),)),
    )


class Conv3D(_Convolution, rank=3):
    """3-D convolution: (B, depth, height, width, channels) -> (B, new depth, new height, new width, filters)."""

    sentence = Text(
        "Slides small learned windows through a volume, such as a scan or the frames of a video.",
        "학습한 작은 창을 단층 촬영이나 비디오 프레임 같은 볼륨 속으로 밉니다.",
    )
    examples = (
        ({"filters": 4, "kernel_size": 3, "padding": "same", "activation": "relu"}, ((6, 7, 8, 2),)),
        ({"filters": 2, "kernel_size": (1, 3, 2), "strides": (1, 2, 3)}, ((4, 9, 8, 3),)),
        ({"filters": 3, "kernel_size": 2, "dilation_rate": 2, "use_bias": False}, ((5, 6, 7, 1),)),
    )


def input_channels(type_name: str, shape: Shape, axis: int) -> int:
    """The number of input channels. Raises `ShapeError` where it is not known."""
    channels = shape[axis]
    if isinstance(channels, int):
        return channels
    words = phrase("its number of input channels", "입력 채널 수")
    raise ShapeError(problem("channels unknown", type=type_name, axis=words, shape=show_shape(shape)))


def stride_and_dilation(strides: tuple[int, ...], dilation_rate: tuple[int, ...]) -> list[Problem]:
    """What Keras does not allow: strides and a dilation above 1."""
    if max(strides) == 1 or max(dilation_rate) == 1:
        return []
    reason = phrase("Keras allows only one of them above 1", "Keras에서는 둘 중 하나만 1보다 클 수 있습니다")
    return [
        problem(
            "arguments conflict",
            first="strides",
            second="dilation_rate",
            reason=reason,
            received=f"{strides}, {dilation_rate}",
            suggestion=phrase("Set one of them to 1.", "하나를 1로 하세요."),
        )
    ]
