"""Conv1DTranspose, Conv2DTranspose and Conv3DTranspose."""

from __future__ import annotations

from lamella.design import Shape
from lamella.errors import Problem, problem
from lamella.layers.arguments import (
    ACTIVATION,
    DATA_FORMAT,
    FLAG,
    PLAIN,
    argument,
    each_axis,
    integer,
    of_rank,
    optional,
)
from lamella.layers.base import AxisMap, Engine, Kept, Weight, Work
from lamella.layers.convolution import PADDING, input_channels, stride_and_dilation
from lamella.layers.convolution_memory import in_blocks, kept_with_activation, unfolds
from lamella.layers.spatial import Spatial
from lamella.layers.spatial_formulas import (
    activated,
    placed,
    positions,
    size_lines,
    transposed_size,
    under_window,
    weight_places,
)
from lamella.texts.languages import Text, phrase
from lamella.window import TransposedWindow, transposed_before, transposed_output


class Transposed(Spatial):
    """The transposed convolutions: each input number writes a kernel's worth of output."""

    filters: int = argument(integer(1, 16))
    kernel_size: tuple[int, ...] = of_rank(each_axis(1))
    strides: tuple[int, ...] = of_rank(each_axis(1), 1)
    padding: str = argument(PADDING, "valid")
    output_padding: tuple[int, ...] | None = of_rank(lambda rank: optional(each_axis(0)(rank)), None)
    data_format: str | None = argument(DATA_FORMAT, None)
    dilation_rate: tuple[int, ...] = of_rank(each_axis(1), 1)
    activation: str | None = argument(ACTIVATION, None)
    use_bias: bool = argument(FLAG, True)
    kernel_initializer: object = argument(PLAIN, "glorot_uniform")
    bias_initializer: object = argument(PLAIN, "zeros")
    kernel_regularizer: object = argument(PLAIN, None)
    bias_regularizer: object = argument(PLAIN, None)
    activity_regularizer: object = argument(PLAIN, None)
    kernel_constraint: object = argument(PLAIN, None)
    bias_constraint: object = argument(PLAIN, None)

    source = "Dumoulin and Visin 2016; keras/src/layers/convolutional/base_conv_transpose.py"

    def conflicts(self) -> list[Problem]:
        return [*stride_and_dilation(self.strides, self.dilation_rate), *_output_padding(self)]

    def _extra(self, axis: int) -> int | None:
        return None if self.output_padding is None else self.output_padding[axis]

    def _size(self, axis: int, size: int) -> int:
        kernel, dilation = self.kernel_size[axis], self.dilation_rate[axis]
        return transposed_output(size, kernel, self.strides[axis], self.padding, self._extra(axis), dilation)

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.resized(inputs[0], self.filters, self._size)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        channels = input_channels(self.type, inputs[0], self.channel)
        kernel = Weight("kernel", (*self.kernel_size, self.filters, channels), self.trainable)
        return (kernel, Weight("bias", (self.filters,), self.trainable)) if self.use_bias else (kernel,)

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """Every input number is multiplied with each filter's whole window, what "same" cuts off included."""
        return (Work((*inputs[0][1:], *self.kernel_size, self.filters)),)

    def maps(self) -> list[TransposedWindow]:
        """How the outputs see the input along each spatial axis."""
        found = []
        for axis, (kernel, stride, dilation) in enumerate(
            zip(self.kernel_size, self.strides, self.dilation_rate, strict=True)
        ):
            # What is cut off is the whole result less the output: the input's size cancels, so 1 stands for any.
            before = transposed_before(1, kernel, stride, self.padding, self._size(axis, 1), dilation)
            found.append(TransposedWindow(kernel, stride, dilation, before))
        return found

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        """The sum is over all positions of the input whose window reaches the place in the output."""
        befores = [way.before for way in self.maps()]
        places = under_window(self, self.kernel_size, self.strides, self.dilation_rate, befores)
        where = ["pqr"[axis] for axis in range(self.rank)]
        weight = f"w[{', '.join(weight_places(self, self.kernel_size))}, f, c]"
        product = f"Σ x[{placed(self, positions(self), 'c')}] · {weight}"
        summed = activated(self.activation, f"b[f] + {product}" if self.use_bias else product)
        conditions = ", ".join(f"{letter} = {place}" for letter, place in zip(where, places, strict=True))
        each = enumerate(zip(self.kernel_size, self.strides, self.dilation_rate, strict=True))
        how = [transposed_size(k, s, self.padding, self._extra(axis), d) for axis, (k, s, d) in each]
        return (f"y[{placed(self, where, 'f')}] = {summed}, {conditions}", *size_lines(self, inputs[0], output, how))

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return self.seen(self.maps())

    def memory_known(self, engine: Engine, dtype: str) -> bool:
        return not unfolds(engine, dtype)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return kept_with_activation(self.activation, output)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        kept = kept_with_activation(self.activation, output, engine)
        return in_blocks(kept, inputs[0], output, self.channel, results=2) if engine == "torch" else kept


class Conv1DTranspose(Transposed, rank=1):
    """1-D transposed convolution: (B, length, channels) -> (B, new length, filters)."""

    sentence = Text(
        "Writes a learned window for every number of a sequence, so that it grows back by the stride.",
        "시퀀스의 값 하나하나를 학습한 창 모양으로 펼쳐 더해, 길이를 스트라이드 배로 다시 늘립니다.",
    )
    examples = (
        ({"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same", "activation": "relu"}, ((7, 8),)),
        ({"filters": 3, "kernel_size": 2, "strides": 3}, ((4, 2),)),
        ({"filters": 1, "kernel_size": 5, "strides": 2, "padding": "same", "output_padding": 0}, ((7, 2),)),
    )


class Conv2DTranspose(Transposed, rank=2):
    """2-D transposed convolution: (B, height, width, channels) -> (B, new height, new width, filters)."""

    sentence = Text(
        "Writes a learned window for every input number, so that a picture grows back by the stride.",
        "입력 값 하나하나를 학습한 창 모양으로 펼쳐 더해, 이미지를 스트라이드 배로 다시 키웁니다.",
    )
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


_VOLUMES = ("filters", "kernel_size", "strides", "padding", "data_format", "output_padding")


class Conv3DTranspose(Transposed, rank=3, first=_VOLUMES):
    """3-D transposed convolution: (B, depth, height, width, channels) -> (B, new depth, ..., filters)."""

    sentence = Text(
        "Writes a learned window for every number of a volume, so that it grows back by the stride.",
        "볼륨의 값 하나하나를 학습한 창 모양으로 펼쳐 더해, 볼륨을 스트라이드 배로 다시 키웁니다.",
    )
    examples = (
        ({"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}, ((3, 4, 5, 2),)),
        ({"filters": 3, "kernel_size": (1, 2, 3), "strides": (1, 3, 2), "activation": "relu"}, ((2, 4, 3, 2),)),
        ({"filters": 1, "kernel_size": 3, "strides": 3, "padding": "same", "output_padding": 1}, ((2, 3, 2, 1),)),
    )


def _output_padding(layer: Transposed) -> list[Problem]:
    """TensorFlow runs "same" only where a convolution of the output gives the input's size back."""
    if layer.output_padding is None:
        return []
    facts: dict[str, object] = {"first": "output_padding"}
    most = tuple(stride - 1 for stride in layer.strides)
    each = zip(layer.output_padding, layer.kernel_size, layer.dilation_rate, strict=True)
    uneven = [(extra, dilation * (kernel - 1) % 2 == 1) for extra, kernel, dilation in each]
    no_fit = any(odd and not extra for extra, odd in uneven)
    none_fits = layer.padding == "same" and any(odd and not high for (_, odd), high in zip(uneven, most, strict=True))
    if any(extra >= stride for extra, stride in zip(layer.output_padding, layer.strides, strict=True)):
        facts |= {
            "second": "strides",
            "reason": phrase(
                "output_padding must be smaller than the stride", "output_padding은 stride보다 작아야 합니다"
            ),
            "received": f"{layer.output_padding}, {layer.strides}",
            "suggestion": phrase("Leave output_padding out.", "output_padding을 빼세요.")
            if none_fits
            else phrase(
                "Leave output_padding out, or use at most {most}.",
                "output_padding을 빼거나 {most} 이하로 적으세요.",
                most=most,
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
            "suggestion": phrase(
                "Leave output_padding out, which gives sizes x {strides}, or use kernel_size {odd}.",
                "output_padding을 빼거나(출력은 입력의 {strides}배), kernel_size를 바꾸세요: {odd}.",
                strides=layer.strides,
                odd=tuple(kernel + (kernel % 2 == 0) for kernel in layer.kernel_size),
            ),
        }
    else:
        return []
    return [problem("arguments conflict", **facts)]
