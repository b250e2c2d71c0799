"""Input, Dense, Identity, Masking."""

from __future__ import annotations

from lamella.design import BATCH, INPUT, Shape
from lamella.errors import problem
from lamella.layers.activations import Range
from lamella.layers.arguments import (
    ACTIVATION,
    FLAG,
    NOTHING,
    PLAIN,
    argument,
    integer,
    number,
    optional,
    sizes,
)
from lamella.layers.axes import letters
from lamella.layers.base import AxisMap, Engine, Kept, Layer, ShapeError, Weight, Work, product
from lamella.layers.convolution import input_channels
from lamella.layers.convolution_memory import kept_with_activation
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

    def gives_words(self) -> bool:
        return self.dtype == "string"

    def output_range(self) -> Range:
        """Images lie in [0, 1]."""
        return "unit"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y[{letters(len(self.shape))}]",)


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

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return kept_with_activation(self.activation, output, engine)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        rest = letters(len(output) - 2)
        before = f"{rest}, " if rest else ""
        total = f"{'b[u] + ' if self.use_bias else ''}Σ x[{before}c] · w[c, u]"
        return (f"y[{before}u] = {total if self.activation is None else f'{self.activation}({total})'}",)


class Identity(Layer):
    """The numbers as they came."""

    aliases = True
    sentence = Text("Hands its input on as it is.", "입력을 그대로 내보냅니다.")
    source = "keras/src/layers/core/identity.py"
    examples = (({}, ((4, 4, 3),)), ({}, ((5,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def output_range(self) -> Range:
        return "inputs"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return ("y = x",)


class Masking(Layer):
    """Marks the places of a sequence whose numbers all are `mask_value`, and sets them to 0: (B, ..., n)."""

    in_place = True

    mask_value: float = argument(number(), 0.0)

    sentence = Text(
        "Marks the steps of a sequence that only fill it up, so that later layers skip them.",
        "시퀀스를 채우기만 하는 단계를 표시해, 뒤의 레이어가 건너뛰게 합니다.",
    )
    source = "keras/src/layers/core/masking.py"
    examples = (({}, ((6, 3),)), ({"mask_value": -1}, ((4, 2, 3),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """Whether a step is masked depends on all of its numbers."""
        return ({axis: (axis, IDENTITY) for axis in range(1, len(output) - 1)},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return Kept(mask=product(output[1:-1]) or 0)

    def output_range(self) -> Range:
        return "inputs"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        rest = letters(len(output) - 2)
        before = f"{rest}, " if rest else ""
        return (f"y[{before}c] = x[{before}c] · [∃k: x[{before}k] ≠ {self.mask_value:g}]",)
