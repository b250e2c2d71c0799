"""Activations as layers: of any name, and those with arguments or weights of their own."""

from __future__ import annotations

from typing import ClassVar

from lamella.design import Shape
from lamella.layers.activations import FORMULAS, WHOLE_AXIS, Range, needs_in
from lamella.layers.arguments import ACTIVATION_NAME, PLAIN, argument, number, optional
from lamella.layers.axes import AXES, axis_fault, letters, places_of
from lamella.layers.base import AxisMap, Engine, Kept, Layer, Weight, elements
from lamella.layers.convolution import input_channels
from lamella.texts.languages import Text
from lamella.window import IDENTITY


class Activation(Layer):
    """A function applied to each number (softmax: along the last axis)."""

    in_place = True

    activation: str | None = argument(ACTIVATION_NAME)

    sentence = Text("Bends each number by a fixed function.", "각각의 수를 정해진 함수로 바꿉니다.")
    source = "keras/src/layers/activations/activation.py"
    examples = (({"activation": "relu"}, ((4, 4, 3),)), ({"activation": "gelu"}, ((5,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return self.kept_by("tensorflow", inputs, output)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        needs, numbers = needs_in(engine, self.activation), elements(output) or 0
        return Kept(needs.input, needs.output, needs.inner * numbers, needs.mask * numbers)

    def output_range(self) -> Range:
        return "inputs" if self.activation in (None, "linear", "relu", "relu6") else super().output_range()

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        whole = self.activation in WHOLE_AXIS
        return ({axis: (axis, IDENTITY) for axis in range(1, len(output) - whole)},)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        name = self.activation or "linear"
        return (f"y{'[c]' if name in WHOLE_AXIS else ''} = {FORMULAS[name]}",)


class ReLU(Layer):
    """max(x, 0), with Keras' variants: a ceiling, a slope below the threshold, a threshold."""

    in_place = True

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

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """PyTorch needs the input of relu6, as of hardtanh."""
        limited = engine == "torch" and self.max_value is not None
        return Kept(inputs=True) if limited else self.kept(inputs, output)

    def output_range(self) -> Range:
        if self.negative_slope:
            return None
        return "unit" if self.max_value is not None and self.max_value <= 1 else "inputs"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        threshold, slope = self.threshold or 0.0, self.negative_slope or 0.0
        above = "max(x, 0)" if not threshold else f"x · [x > {threshold:g}]"
        if self.max_value is not None:
            above = f"min({above}, {self.max_value:g})"
        below = f" − {slope:g} · max({f'{threshold:g} − x' if threshold else '−x'}, 0)" if slope else ""
        return (f"y = {above}{below}",)


class ELU(Layer):
    """x above 0, alpha * (exp(x) - 1) below."""

    in_place = True

    alpha: float = argument(number(), 1.0)

    sentence = Text(
        "Keeps positive numbers and lets negative ones sink smoothly to a lowest value.",
        "양수는 그대로 두고, 음수는 가장 낮은 값까지 부드럽게 내려가게 합니다.",
    )
    source = "Clevert et al. 2015; keras/src/layers/activations/elu.py"
    examples = (({}, ((4, 4, 3),)), ({"alpha": 0.5}, ((5,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """With another alpha, Keras scales TensorFlow's own ELU where x is not above 0, by a mask."""
        if self.alpha == 1:
            return Kept(output=True)
        numbers = elements(output) or 0
        return Kept(inner=numbers, mask=numbers)

    def output_range(self) -> Range:
        return "inputs"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y = x · [x > 0] + {self.alpha:g} · (e^x − 1) · [x ≤ 0]",)


class LeakyReLU(Layer):
    """x above 0, negative_slope * x below."""

    in_place = True

    negative_slope: float = argument(number(0), 0.3)

    sentence = Text(
        "Keeps positive numbers and shrinks negative ones, so that no unit falls silent for good.",
        "양수는 그대로 두고 음수는 줄여, 아주 꺼져 버리는 유닛이 없게 합니다.",
    )
    source = "keras/src/layers/activations/leaky_relu.py"
    examples = (({}, ((4, 4, 3),)), ({"negative_slope": 0.1}, ((5,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return Kept(inputs=True)

    def output_range(self) -> Range:
        return "inputs"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y = max(x, 0) + {self.negative_slope:g} · min(x, 0)",)


class PReLU(Layer):
    """max(x, 0) + alpha * min(x, 0), alpha learned: one for each place of an image but along `shared_axes`."""

    alpha_initializer: object = argument(PLAIN, "Zeros")
    alpha_regularizer: object = argument(PLAIN, None)
    alpha_constraint: object = argument(PLAIN, None)
    shared_axes: tuple[int, ...] | None = argument(optional(AXES), None)

    one_rank = True
    sentence = Text(
        "Keeps positive numbers and learns by how much negative ones shrink.",
        "양수는 그대로 두고, 음수를 얼마나 줄일지 학습합니다.",
    )
    source = "He et al. 2015; keras/src/layers/activations/prelu.py"
    examples = (({}, ((4, 4, 3),)), ({"shared_axes": (1, 2)}, ((6, 5, 3),)), ({"shared_axes": 1}, ((9, 2),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """Keras counts the shared axes from 1 and takes one less as Python's index: 0 is the last."""
        (shape,) = inputs
        places = range(1, len(shape))
        shared = set()
        for axis in self.shared_axes or ():
            if not -len(places) <= axis - 1 < len(places):
                raise axis_fault(axis, shape)
            shared.add(places[axis - 1])
        sizes = tuple(1 if axis in shared else input_channels(self.type, shape, axis) for axis in places)
        return (Weight("alpha", sizes, self.trainable),)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """The rectified input and the rectified negative input, of which the result is put together."""
        return Kept(inner=2 * (elements(output) or 0))

    def output_range(self) -> Range:
        return "inputs"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return ("y = max(x, 0) + a · min(x, 0)",)


class Softmax(Layer):
    """Numbers above 0 that sum to 1 along an axis, or along several at once."""

    in_place = True

    axis: tuple[int, ...] = argument(AXES, (-1,))

    call_tensors: ClassVar[tuple[str, ...]] = ("mask",)
    sentence = Text(
        "Turns the numbers along an axis into shares that sum to 1, as probabilities do.",
        "축을 따라 있는 수들을 확률처럼 합이 1인 비율로 바꿉니다.",
    )
    source = "keras/src/layers/activations/softmax.py"
    examples = (({}, ((4, 3),)), ({"axis": 1}, ((3, 5, 2),)), ({"axis": (1, 2)}, ((3, 5, 2),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        places_of(self.axis, inputs[0])
        return inputs[0]

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        mixed = places_of(self.axis, inputs[0])
        return ({axis: (axis, IDENTITY) for axis in range(1, len(output)) if axis not in mixed},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """TensorFlow's softmax runs along the last axis; for another one it is given a transposed copy."""
        places, numbers = places_of(self.axis, inputs[0]), elements(output) or 0
        if places == (len(output) - 1,):
            return Kept(output=True)
        return Kept(inner=numbers if len(places) == 1 else 2 * numbers)

    def output_range(self) -> Range:
        return "unit"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        mixed = places_of(self.axis, inputs[0])
        names = letters(len(output) - 1).split(", ")
        summed = ", ".join(f"{name}'" if place in mixed else name for place, name in enumerate(names, 1))
        return (f"y[{', '.join(names)}] = e^x[{', '.join(names)}] / Σ e^x[{summed}]",)
