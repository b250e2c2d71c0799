"""Input, Dense, activations, Dropout."""

from __future__ import annotations

from lamella.algebra import number as number_of
from lamella.design import BATCH, INPUT, Shape
from lamella.errors import Problem, problem
from lamella.layers.activations import ACTIVATIONS, Range
from lamella.layers.arguments import (
    ACTIVATION,
    ACTIVATION_NAME,
    FLAG,
    NOTHING,
    PLAIN,
    argument,
    integer,
    number,
    optional,
    sizes,
)
from lamella.layers.base import AxisMap, Engine, Kept, Layer, ShapeError, Weight, Work, elements, without_batch
from lamella.layers.convolution import input_channels, kept_with_activation
from lamella.layers.symbolic import SymbolicTensor, source_tensor
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY


class InputLayer(Layer, type_name=INPUT, without=("trainable", "activity_regularizer")):
    """Where images come in. `shape` is that of one image, without the batch."""

    shape: tuple[int | None, ...] = argument(sizes(1, unknown=True))
    batch_size: int | None = argument(optional(integer(1, 64)), None)

    input_count = (0, 0)
    sentence = Text("Where images come into the network.", "이미지가 네트워크로 들어오는 곳입니다.")
    source = "keras/src/layers/core/input_layer.py"
    examples = (({"shape": (28, 28, 1)}, ()), ({"shape": (None, None, 3)}, ()), ({"shape": (7,)}, ()))

    def output_shape(self, *inputs: Shape) -> Shape:
        return (BATCH, *self.shape)

    def output_range(self) -> Range:
        """Images lie in [0, 1]."""
        return "unit"


def Input(  # noqa: N802  (Keras' name)
    shape: tuple[int | None, ...] | list[int | None] | None = None,
    batch_size: int | None = None,
    dtype: str | None = None,
    *,
    batch_shape: tuple[int | None, ...] | list[int | None] | None = None,
    name: str | None = None,
) -> SymbolicTensor:
    """The symbolic tensor of an input. `shape` is that of one image: (28, 28, 1).

    With `batch_size`, or with `batch_shape` whose first number it is, the plan's default batch is that number.
    Raises `DesignError`.

    >>> Input((28, 28, 1)).shape
    (None, 28, 28, 1)
    """
    if batch_shape is not None:
        batch_size, *rest = batch_shape
        shape = tuple(rest)
    layer = InputLayer(shape, batch_size, dtype=dtype, name=name)
    return source_tensor(layer, layer.output_shape(), batch_size)


class Dense(Layer):
    """A weighted sum of all numbers along the last axis, `units` times: (B, ..., n) -> (B, ..., units)."""

    units: int = argument(integer(1, 64))
    activation: str | None = argument(ACTIVATION, None)
    use_bias: bool = argument(FLAG, True)
    kernel_initializer: object = argument(PLAIN, "glorot_uniform")
    bias_initializer: object = argument(PLAIN, "zeros")
    kernel_regularizer: object = argument(PLAIN, None)
    bias_regularizer: object = argument(PLAIN, None)
    activity_regularizer: object = argument(PLAIN, None)
    kernel_constraint: object = argument(PLAIN, None)
    bias_constraint: object = argument(PLAIN, None)
    lora_rank: None = argument(NOTHING, None)
    lora_alpha: None = argument(NOTHING, None)
    quantization_config: None = argument(NOTHING, None)

    sentence = Text(
        "Mixes all numbers along the last axis: fewer units condense data, more enrich it.",
        "마지막 축의 모든 수를 섞습니다. 유닛이 적으면 데이터를 압축하고, 많으면 풍부하게 합니다.",
    )
    source = "keras/src/layers/core/dense.py"
    examples = (
        ({"units": 10, "activation": "softmax"}, ((84,),)),
        ({"units": 1, "use_bias": False}, ((4, 2),)),
        ({"units": 5}, ((7, 7, 64),)),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if len(shape) < 2:
            words = phrase("at least 2 axes (batch, numbers)", "축 2개 이상(batch, 수)")
            fix = phrase("Reshape the input.", "입력을 Reshape 하세요.")
            raise ShapeError(
                problem("rank", type=self.type, expected=words, received=show_shape(shape), suggestion=fix)
            )
        return (*shape[:-1], self.units)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        numbers = input_channels(self.type, inputs[0], -1)
        kernel = Weight("kernel", (numbers, self.units), self.trainable)
        return (kernel, Weight("bias", (self.units,), self.trainable)) if self.use_bias else (kernel,)

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        return (Work((*output[1:], inputs[0][-1])),)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return ({axis: (axis, IDENTITY) for axis in range(1, len(output) - 1)},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return kept_with_activation(self.activation, output)


class Activation(Layer):
    """A function applied to each number (softmax: along the last axis)."""

    activation: str | None = argument(ACTIVATION_NAME)

    sentence = Text("Bends each number by a fixed function.", "각각의 수를 정해진 함수로 바꿉니다.")
    source = "keras/src/layers/activations/activation.py"
    examples = (({"activation": "relu"}, ((4, 4, 3),)), ({"activation": "gelu"}, ((5,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        needs = ACTIVATIONS[self.activation or "linear"]
        return Kept(inputs=needs == "input", output=needs == "output")

    def output_range(self) -> Range:
        return "inputs" if self.activation in (None, "linear", "relu", "relu6") else super().output_range()


class ReLU(Layer):
    """max(x, 0), with Keras' variants: a ceiling, a slope below the threshold, a threshold."""

    max_value: float | None = argument(optional(number(0)), None)
    negative_slope: float | None = argument(optional(number(0)), 0.0)
    threshold: float | None = argument(optional(number(0)), 0.0)

    sentence = Text("Sets negative numbers to zero.", "음수를 0으로 만듭니다.")
    source = "keras/src/layers/activations/relu.py"
    examples = (({}, ((4, 4, 3),)), ({"max_value": 6}, ((5,),)), ({"negative_slope": 0.1}, ((5, 2),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        plain = not self.negative_slope and not self.threshold
        return Kept(inputs=not plain, output=plain)

    def output_range(self) -> Range:
        if self.negative_slope:
            return None
        return "unit" if self.max_value is not None and self.max_value <= 1 else "inputs"


class Dropout(Layer):
    """Sets a random part of the numbers to zero while training; changes nothing afterwards."""

    rate: float = argument(number(0, 1))
    noise_shape: object = argument(PLAIN, None)
    seed: int | None = argument(optional(integer(0)), None)

    sentence = Text(
        "Drops numbers at random while training, so that the network does not lean on single ones.",
        "학습할 때 수를 무작위로 버려, 네트워크가 몇몇 수에만 기대지 않게 합니다.",
    )
    source = "keras/src/layers/regularization/dropout.py"
    examples = (({"rate": 0.5}, ((4, 4, 3),)), ({"rate": 0.25, "seed": 7}, ((9,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return Kept(mask=(elements(output) or 0) if self.rate > 0 else 0)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """PyTorch keeps the mask as numbers."""
        kept = self.kept(inputs, output)
        return Kept(inner=kept.mask) if engine == "torch" else kept

    def output_range(self) -> Range:
        """Once trained; while training what is left is scaled up."""
        return "inputs"


class BatchNormalization(Layer):
    """Each channel brought to mean 0 and variance 1 over the batch, then scaled and shifted."""

    axis: int = argument(integer(-8, -1), -1)
    momentum: float = argument(number(0, 1), 0.99)
    epsilon: float = argument(number(0), 0.001)
    center: bool = argument(FLAG, True)
    scale: bool = argument(FLAG, True)
    beta_initializer: object = argument(PLAIN, "zeros")
    gamma_initializer: object = argument(PLAIN, "ones")
    moving_mean_initializer: object = argument(PLAIN, "zeros")
    moving_variance_initializer: object = argument(PLAIN, "ones")
    beta_regularizer: object = argument(PLAIN, None)
    gamma_regularizer: object = argument(PLAIN, None)
    beta_constraint: object = argument(PLAIN, None)
    gamma_constraint: object = argument(PLAIN, None)
    renorm: bool = argument(FLAG, False)
    renorm_clipping: object = argument(PLAIN, None)
    renorm_momentum: float = argument(number(0, 1), 0.99)
    synchronized: bool = argument(FLAG, False)

    sentence = Text(
        "Keeps the numbers of each channel in a steady range, which makes deep networks easier to train.",
        "채널마다 수의 범위를 고르게 해, 깊은 네트워크를 학습하기 쉽게 합니다.",
    )
    source = "Ioffe and Szegedy 2015; keras/src/layers/normalization/batch_normalization.py"
    examples = (
        ({}, ((7, 7, 16),)),
        ({"axis": 1, "scale": False}, ((3, 8, 8),)),
        ({"center": False, "renorm": True}, ((10,),)),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = inputs[0]
        if not -len(shape) <= self.axis < len(shape) or shape[self.axis] == BATCH:
            raise axis_fault(self.axis, shape)
        return shape

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        shape = (input_channels(self.type, inputs[0], self.axis),)
        names = [("gamma", self.scale), ("beta", self.center)]
        learned = [Weight(name, shape, self.trainable) for name, wanted in names if wanted]
        kept = ["moving_mean", "moving_variance"]
        kept += ["moving_stddev", "renorm_mean", "renorm_stddev"] if self.renorm else []
        return (*learned, *(Weight(name, shape, False) for name in kept))

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        channels = inputs[0][self.axis]
        if not self.trainable:
            return Kept()
        return Kept(inputs=True, fixed=2 * channels if isinstance(channels, int) else 0)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """Keras' gradient on TensorFlow is a sum of three arrays of the input's size, alive at once."""
        kept = self.kept(inputs, output)
        count = number_of(elements(output)) or 0
        return kept._replace(backward=3 * count) if engine == "tensorflow" and kept.inputs else kept

    def conflicts(self) -> list[Problem]:
        if not self.renorm and self.renorm_clipping is not None:
            reason = phrase("renorm_clipping needs renorm: true", "renorm_clipping에는 renorm: true가 필요합니다")
            facts = {
                "first": "renorm_clipping",
                "second": "renorm",
                "reason": reason,
                "received": self.renorm_clipping,
            }
            return [problem("arguments conflict", **facts, suggestion="")]
        return []


def axis_fault(axis: int, shape: Shape) -> ShapeError:
    """The fault of an axis that the shape does not have."""
    facts = {"axis": axis, "shape": show_shape(shape), "low": 1, "high": len(without_batch(shape))}
    return ShapeError(problem("axis", **facts))
