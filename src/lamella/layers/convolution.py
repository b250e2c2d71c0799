"""Conv2D and Conv2DTranspose."""

from __future__ import annotations

from math import gcd
from typing import Final

from lamella.algebra import number
from lamella.design import Shape
from lamella.errors import Problem, problem
from lamella.layers.activations import ACTIVATIONS
from lamella.layers.arguments import (
    ACTIVATION,
    DATA_FORMAT,
    FLAG,
    PLAIN,
    argument,
    choice,
    integer,
    optional,
    pair,
)
from lamella.layers.base import AxisMap, Engine, Kept, Layer, ShapeError, Weight, Work, elements
from lamella.layers.spatial import axes, each_axis, need_picture, window_fault, windows
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import Map, TransposedWindow, transposed_before, transposed_output, window_output

_PADDING: Final = choice("valid", "same")
_MOST_GROUPS: Final = 1024
"""Up to here numbers of groups are suggested."""


class Conv2D(Layer):
    """2-D convolution: (B, height, width, channels) -> (B, new height, new width, filters)."""

    filters: int = argument(integer(1, 16))
    kernel_size: tuple[int, int] = argument(pair(1))
    strides: tuple[int, int] = argument(pair(1), (1, 1))
    padding: str = argument(_PADDING, "valid")
    data_format: str | None = argument(DATA_FORMAT, None)
    dilation_rate: tuple[int, int] = argument(pair(1), (1, 1))
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

    sentence = Text(
        "Slides small learned windows over a picture; each filter answers where its pattern stands, such as an edge.",
        "학습한 작은 창을 이미지 위로 밀며, 필터마다 에지 같은 자기 무늬가 있는 곳을 찾습니다.",
    )
    source = "Dumoulin and Visin 2016; keras/src/layers/convolutional/base_conv.py"
    examples = (
        ({"filters": 16, "kernel_size": 3, "padding": "same", "activation": "relu"}, ((28, 28, 1),)),
        ({"filters": 6, "kernel_size": (5, 3), "strides": (3, 2), "groups": 3}, ((17, 12, 9),)),
        ({"filters": 2, "kernel_size": 3, "dilation_rate": 4, "use_bias": False}, ((9, 11, 2),)),
    )

    def conflicts(self) -> list[Problem]:
        return [*_stride_and_dilation(self), *_filters_and_groups(self)]

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        need_picture(self.type, shape, self.data_format)
        found = each_axis(
            shape,
            self.data_format,
            self.filters,
            lambda axis, size: window_output(
                size, self.kernel_size[axis], self.strides[axis], self.padding, self.dilation_rate[axis]
            ),
            window_fault("kernel_size", self.kernel_size, self.dilation_rate),
        )
        channels = shape[axes(self.data_format)[1]]
        if isinstance(channels, int) and channels % self.groups:
            common = gcd(channels, self.filters)
            divisors = [each for each in range(1, min(common, _MOST_GROUPS) + 1) if common % each == 0]
            raise ShapeError(problem("groups", groups=self.groups, channels=channels, divisors=divisors), found)
        return found

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        channels = input_channels(self.type, inputs[0], axes(self.data_format)[1])
        kernel = Weight("kernel", (*self.kernel_size, channels // self.groups, self.filters), self.trainable)
        return (kernel, Weight("bias", (self.filters,), self.trainable)) if self.use_bias else (kernel,)

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """Every output number is a sum over kernel positions (padding included) and the group's channels."""
        channels = number(inputs[0][axes(self.data_format)[1]])
        return (Work((*output[1:], *self.kernel_size, None if channels is None else channels // self.groups)),)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        kernel, strides = self.kernel_size, self.strides
        return (windows(inputs[0], self.data_format, kernel, strides, self.padding, self.dilation_rate),)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return kept_with_activation(self.activation, output)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return convolution_kept_by(engine, self.kept(inputs, output), inputs[0], output)


class Conv2DTranspose(Layer):
    """2-D transposed convolution: each input number writes a kernel's worth of output."""

    filters: int = argument(integer(1, 16))
    kernel_size: tuple[int, int] = argument(pair(1))
    strides: tuple[int, int] = argument(pair(1), (1, 1))
    padding: str = argument(_PADDING, "valid")
    output_padding: tuple[int, int] | None = argument(optional(pair(0)), None)
    data_format: str | None = argument(DATA_FORMAT, None)
    dilation_rate: tuple[int, int] = argument(pair(1), (1, 1))
    activation: str | None = argument(ACTIVATION, None)
    use_bias: bool = argument(FLAG, True)
    kernel_initializer: object = argument(PLAIN, "glorot_uniform")
    bias_initializer: object = argument(PLAIN, "zeros")
    kernel_regularizer: object = argument(PLAIN, None)
    bias_regularizer: object = argument(PLAIN, None)
    activity_regularizer: object = argument(PLAIN, None)
    kernel_constraint: object = argument(PLAIN, None)
    bias_constraint: object = argument(PLAIN, None)

    sentence = Text(
        "Writes a learned window for every input number, so that a picture grows back by the stride.",
        "입력 값 하나하나를 학습한 창 모양으로 펼쳐 더해, 이미지를 스트라이드 배로 다시 키웁니다.",
    )
    source = "Dumoulin and Visin 2016; keras/src/backend/common/backend_utils.py"
    examples = (
        (
            {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same", "activation": "relu"},
            ((7, 7, 8),),
        ),
        ({"filters": 3, "kernel_size": (2, 5), "strides": (3, 2)}, ((4, 6, 2),)),
        (
            {"filters": 1, "kernel_size": 3, "strides": 2, "padding": "same", "output_padding": 0},
            ((7, 7, 2),),
        ),
    )

    def conflicts(self) -> list[Problem]:
        return [*_stride_and_dilation(self), *_output_padding(self)]

    def _size(self, axis: int, size: int) -> int:
        extra = None if self.output_padding is None else self.output_padding[axis]
        kernel, dilation = self.kernel_size[axis], self.dilation_rate[axis]
        return transposed_output(size, kernel, self.strides[axis], self.padding, extra, dilation)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        need_picture(self.type, shape, self.data_format)
        return each_axis(shape, self.data_format, self.filters, self._size)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        channels = input_channels(self.type, inputs[0], axes(self.data_format)[1])
        kernel = Weight("kernel", (*self.kernel_size, self.filters, channels), self.trainable)
        return (kernel, Weight("bias", (self.filters,), self.trainable)) if self.use_bias else (kernel,)

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """Every input number is multiplied with each filter's whole window, what "same" cuts off included."""
        return (Work((*inputs[0][1:], *self.kernel_size, self.filters)),)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        found: dict[int, tuple[int, Map | None]] = {}
        for which, axis in enumerate(axes(self.data_format)[0]):
            kernel, stride, dilation = self.kernel_size[which], self.strides[which], self.dilation_rate[which]
            # What is cut off is the whole result less the output: the input's size cancels, so 1 stands for any.
            before = transposed_before(1, kernel, stride, self.padding, self._size(which, 1), dilation)
            found[axis] = (axis, TransposedWindow(kernel, stride, dilation, before))
        return (found,)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return kept_with_activation(self.activation, output)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return convolution_kept_by(engine, self.kept(inputs, output), inputs[0], output)


def input_channels(type_name: str, shape: Shape, axis: int) -> int:
    """The number of input channels. Raises `ShapeError` where it is not known."""
    channels = shape[axis]
    if isinstance(channels, int):
        return channels
    words = phrase("its number of input channels", "입력 채널 수")
    raise ShapeError(problem("channels unknown", type=type_name, axis=words, shape=show_shape(shape)))


def kept_with_activation(activation: str | None, output: Shape) -> Kept:
    """What a layer of the form activation(weights * input + bias) keeps."""
    needs = ACTIVATIONS[activation or "linear"]
    inner = elements(output) if needs == "input" else 0
    return Kept(inputs=True, output=needs == "output", inner=inner or 0, for_weights=True)


def convolution_kept_by(engine: Engine, kept: Kept, given: Shape, output: Shape) -> Kept:
    """PyTorch's oneDNN works on copies in blocks of channels, of input and output forward, of both gradients backward.

    Source: torch.profiler's memory events of mkldnn_convolution and convolution_backward.
    """
    if engine != "torch":
        return kept
    before, after = number(elements(given)) or 0, number(elements(output)) or 0
    return kept._replace(forward=max(before, after), backward=before + after)


def _stride_and_dilation(layer: Conv2D | Conv2DTranspose) -> list[Problem]:
    if max(layer.strides) == 1 or max(layer.dilation_rate) == 1:
        return []
    reason = phrase("Keras allows only one of them above 1", "Keras에서는 둘 중 하나만 1보다 클 수 있습니다")
    return [
        problem(
            "arguments conflict",
            first="strides",
            second="dilation_rate",
            reason=reason,
            received=f"{layer.strides}, {layer.dilation_rate}",
            suggestion=phrase("Set one of them to 1.", "하나를 1로 하세요."),
        )
    ]


def _output_padding(layer: Conv2DTranspose) -> list[Problem]:
    """TensorFlow runs "same" only where a convolution of the output gives the input's size back."""
    if layer.output_padding is None:
        return []
    facts: dict[str, object] = {"first": "output_padding"}
    each = zip(layer.output_padding, layer.kernel_size, layer.dilation_rate, strict=True)
    no_fit = any(not extra and dilation * (kernel - 1) % 2 for extra, kernel, dilation in each)
    if any(extra >= stride for extra, stride in zip(layer.output_padding, layer.strides, strict=True)):
        facts |= {
            "second": "strides",
            "reason": phrase(
                "output_padding must be smaller than the stride", "output_padding은 stride보다 작아야 합니다"
            ),
            "received": f"{layer.output_padding}, {layer.strides}",
            "suggestion": phrase(
                "Leave output_padding out, or make the stride larger.",
                "output_padding을 빼거나 stride를 키우세요.",
            ),
        }
    elif layer.padding == "same" and no_fit:
        facts |= {
            "second": "kernel_size",
            "reason": phrase(
                "with padding same, an even window needs an output_padding of at least 1",
                "padding: same에서 짝수 크기 창에는 output_padding이 1 이상이어야 합니다",
            ),
            "received": f"{layer.output_padding}, {layer.kernel_size}",
            "suggestion": phrase("Leave output_padding out.", "output_padding을 빼세요."),
        }
    else:
        return []
    return [problem("arguments conflict", **facts)]


def _filters_and_groups(layer: Conv2D) -> list[Problem]:
    if layer.filters % layer.groups == 0:
        return []
    near = -(-layer.filters // layer.groups) * layer.groups
    return [
        problem(
            "arguments conflict",
            first="filters",
            second="groups",
            reason=phrase("filters must be a multiple of groups", "filters는 groups의 배수여야 합니다"),
            received=f"{layer.filters}, {layer.groups}",
            suggestion=phrase("Try filters {near}.", "filters {near}은(는) 어떤가요?", near=near),
        )
    ]
