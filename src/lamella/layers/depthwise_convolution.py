"""DepthwiseConv1D and 2D, where every channel has windows of its own; SeparableConv1D and 2D, which mix them after."""

from __future__ import annotations

from lamella.algebra import is_known, number
from lamella.design import Shape, Size
from lamella.errors import Problem, problem
from lamella.layers.arguments import ACTIVATION, DATA_FORMAT, FLAG, PLAIN, argument, each_axis, integer, of_rank
from lamella.layers.base import AxisMap, Engine, Kept, Weight, Work, product
from lamella.layers.convolution import PADDING, Sliding, input_channels
from lamella.layers.convolution_memory import kept_by_convolution
from lamella.layers.spatial_formulas import activated, placed, positions, weight_places
from lamella.texts.languages import Text


class _ByChannel(Sliding):
    """What both families share: `depth_multiplier` windows for every channel."""

    depth_multiplier: int

    def conflicts(self) -> list[Problem]:
        """Plain TensorFlow slides the windows of single channels by one stride only; its oneDNN kernels by any.

        With dilation Keras takes every stride-th output itself.
        """
        if len(set(self.strides)) == 1 or max(self.dilation_rate) > 1:
            return []
        return [problem("unequal strides", type=self.type, received=self.strides, most=max(self.strides))]

    def _deep(self, shape: Shape) -> Size:
        """How many channels the windows make."""
        channels = shape[self.channel]
        return channels * self.depth_multiplier if is_known(channels) else None

    def _depthwise_sum(self, shape: Shape, weight: str) -> str:
        """The sum over the window, of channel c and its window q."""
        kernel = ", ".join(
            [*weight_places(self, self.kernel_size), "c", *(["q"] if self.depth_multiplier > 1 else ["0"])]
        )
        return f"Σ x[{self.places(shape, 'c')}] · {weight}[{kernel}]"

    def _deep_channel(self) -> str:
        return "c" if self.depth_multiplier == 1 else f"{self.depth_multiplier}·c + q"


class _Depthwise(_ByChannel):
    """(B, ..., channels) -> (B, ..., channels * depth_multiplier)."""

    kernel_size: tuple[int, ...] = of_rank(each_axis(1))
    strides: tuple[int, ...] = of_rank(each_axis(1), 1)
    padding: str = argument(PADDING, "valid")
    depth_multiplier: int = argument(integer(1), 1)
    data_format: str | None = argument(DATA_FORMAT, None)
    dilation_rate: tuple[int, ...] = of_rank(each_axis(1), 1)
    activation: str | None = argument(ACTIVATION, None)
    use_bias: bool = argument(FLAG, True)
    depthwise_initializer: object = argument(PLAIN, "glorot_uniform")
    bias_initializer: object = argument(PLAIN, "zeros")
    depthwise_regularizer: object = argument(PLAIN, None)
    bias_regularizer: object = argument(PLAIN, None)
    activity_regularizer: object = argument(PLAIN, None)
    depthwise_constraint: object = argument(PLAIN, None)
    bias_constraint: object = argument(PLAIN, None)

    source = "Howard et al. 2017 (MobileNets); keras/src/layers/convolutional/base_depthwise_conv.py"

    def output_shape(self, *inputs: Shape) -> Shape:
        self.need_images(inputs[0])
        return self.slid(inputs[0], self._deep(inputs[0]))

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        channels = input_channels(self.type, inputs[0], self.channel)
        kernel = Weight("kernel", (*self.kernel_size, channels, self.depth_multiplier), self.trainable)
        bias = Weight("bias", (channels * self.depth_multiplier,), self.trainable)
        return (kernel, bias) if self.use_bias else (kernel,)

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """Every output number is a sum over kernel positions (padding included) of one channel."""
        return (Work((*output[1:], *self.kernel_size)),)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        channel = self._deep_channel()
        summed = self._depthwise_sum(inputs[0], "w")
        summed = activated(self.activation, f"b[{channel}] + {summed}" if self.use_bias else summed)
        return (f"y[{placed(self, positions(self), channel)}] = {summed}", *self.sizes(inputs[0], output))

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return self.seen(self.maps(inputs[0]), channels=self.depth_multiplier == 1)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return kept_by_convolution("tensorflow", self, inputs[0], output)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return kept_by_convolution(engine, self, inputs[0], output)


class DepthwiseConv1D(_Depthwise, rank=1):
    """1-D convolution of each channel by itself: (B, length, channels) -> (B, new length, channels * multiplier)."""

    sentence = Text(
        "Slides a small learned window of its own along every channel of a sequence; channels are not mixed.",
        "시퀀스의 채널마다 학습한 작은 창을 따로 밉니다. 채널끼리는 섞지 않습니다.",
    )
    examples = (
        ({"kernel_size": 3, "padding": "same", "activation": "relu"}, ((12, 4),)),
        ({"kernel_size": 4, "strides": 3, "depth_multiplier": 2, "use_bias": False}, ((17, 3),)),
        ({"kernel_size": 3, "dilation_rate": 2}, ((9, 5),)),
    )


class DepthwiseConv2D(_Depthwise, rank=2):
    """2-D convolution of each channel by itself: (B, height, width, channels) -> (B, ..., channels * multiplier)."""

    sentence = Text(
        "Slides a small learned window of its own over every channel of a picture; channels are not mixed.",
        "이미지의 채널마다 학습한 작은 창을 따로 밉니다. 채널끼리는 섞지 않아 계산이 적습니다.",
    )
    examples = (
        ({"kernel_size": 3, "strides": 2, "padding": "same", "activation": "relu6"}, ((14, 14, 8),)),
        ({"kernel_size": (2, 5), "depth_multiplier": 3}, ((6, 9, 4),)),
        ({"kernel_size": 3, "dilation_rate": (2, 3), "use_bias": False}, ((9, 11, 2),)),
    )


class _Separable(_ByChannel):
    """(B, ..., channels) -> (B, ..., channels * depth_multiplier) by windows -> (B, ..., filters) at each place."""

    filters: int = argument(integer(1, 16))
    kernel_size: tuple[int, ...] = of_rank(each_axis(1))
    strides: tuple[int, ...] = of_rank(each_axis(1), 1)
    padding: str = argument(PADDING, "valid")
    data_format: str | None = argument(DATA_FORMAT, None)
    dilation_rate: tuple[int, ...] = of_rank(each_axis(1), 1)
    depth_multiplier: int = argument(integer(1), 1)
    activation: str | None = argument(ACTIVATION, None)
    use_bias: bool = argument(FLAG, True)
    depthwise_initializer: object = argument(PLAIN, "glorot_uniform")
    pointwise_initializer: object = argument(PLAIN, "glorot_uniform")
    bias_initializer: object = argument(PLAIN, "zeros")
    depthwise_regularizer: object = argument(PLAIN, None)
    pointwise_regularizer: object = argument(PLAIN, None)
    bias_regularizer: object = argument(PLAIN, None)
    activity_regularizer: object = argument(PLAIN, None)
    depthwise_constraint: object = argument(PLAIN, None)
    pointwise_constraint: object = argument(PLAIN, None)
    bias_constraint: object = argument(PLAIN, None)

    source = "Chollet 2017 (Xception); keras/src/layers/convolutional/base_separable_conv.py"

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.slid(inputs[0], self.filters)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        channels = input_channels(self.type, inputs[0], self.channel)
        ones, deep = (1,) * self.rank, channels * self.depth_multiplier
        found = [
            Weight("depthwise_kernel", (*self.kernel_size, channels, self.depth_multiplier), self.trainable),
            Weight("pointwise_kernel", (*ones, deep, self.filters), self.trainable),
        ]
        return (*found, Weight("bias", (self.filters,), self.trainable)) if self.use_bias else tuple(found)

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """The windows of single channels at every place of the output, then a sum over what they made."""
        places, deep = [output[axis] for axis in self.axes], self._deep(inputs[0])
        depthwise = Work((*places, deep, *self.kernel_size), "depthwise")
        return (depthwise, Work((*output[1:], deep), "pointwise"))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        channel = self._deep_channel()
        between = f"z[{placed(self, positions(self), channel)}] = {self._depthwise_sum(inputs[0], 'w')}"
        summed = f"Σ z[{placed(self, positions(self), 'c')}] · v[c, f]"
        summed = activated(self.activation, f"b[f] + {summed}" if self.use_bias else summed)
        result = f"y[{placed(self, positions(self), 'f')}] = {summed}"
        return (between, result, *self.sizes(inputs[0], output))

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return self.seen(self.maps(inputs[0]))

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return self.kept_by("tensorflow", inputs, output)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """Besides what a convolution keeps, the numbers between the two steps."""
        places = [number(output[axis]) for axis in self.axes]
        found = kept_by_convolution(engine, self, inputs[0], output)
        return found._replace(copy=found.copy + (product([*places, self._deep(inputs[0])]) or 0))


class SeparableConv1D(_Separable, rank=1):
    """1-D convolution in two steps: (B, length, channels) -> (B, new length, filters)."""

    sentence = Text(
        "Slides a window along each channel by itself, then mixes the channels: far less work than a convolution.",
        "채널마다 창을 따로 민 다음 채널을 섞습니다. 합성곱보다 계산이 훨씬 적습니다.",
    )
    examples = (
        ({"filters": 6, "kernel_size": 3, "padding": "same", "activation": "relu"}, ((12, 4),)),
        ({"filters": 5, "kernel_size": 4, "strides": 3, "depth_multiplier": 2, "use_bias": False}, ((17, 3),)),
    )


class SeparableConv2D(_Separable, rank=2):
    """2-D convolution in two steps: (B, height, width, channels) -> (B, new height, new width, filters)."""

    sentence = Text(
        "Slides a window over each channel by itself, then mixes the channels: far less work than a convolution.",
        "이미지의 채널마다 창을 따로 민 다음 채널을 섞습니다. 합성곱보다 계산이 훨씬 적습니다.",
    )
    examples = (
        ({"filters": 16, "kernel_size": 3, "padding": "same", "activation": "relu"}, ((14, 14, 8),)),
        ({"filters": 5, "kernel_size": (2, 5), "strides": 2, "depth_multiplier": 3}, ((8, 9, 4),)),
        ({"filters": 2, "kernel_size": 3, "dilation_rate": 2, "use_bias": False}, ((9, 11, 2),)),
    )
