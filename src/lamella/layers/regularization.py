"""What helps training and changes nothing afterwards: dropout, noise, a price on large numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from lamella.algebra import number as plain_number
from lamella.design import Shape
from lamella.layers.activations import Range
from lamella.layers.arguments import DATA_FORMAT, PLAIN, argument, integer, number, optional
from lamella.layers.axes import need_rank
from lamella.layers.base import Engine, Kept, Layer, elements
from lamella.texts.languages import Text


class Dropout(Layer):
    """Sets a random part of the numbers to zero while training; changes nothing afterwards."""

    in_place = True

    rate: float = argument(number(0, 1))
    noise_shape: object = argument(PLAIN, None)
    seed: int | None = argument(optional(integer(0)), None)

    call_flags: ClassVar[Mapping[str, bool]] = {"training": False}
    sentence = Text(
        "Drops numbers at random while training, so that the network does not lean on single ones.",
        "학습할 때 수를 무작위로 버려, 네트워크가 몇몇 수에만 기대지 않게 합니다.",
    )
    source = "keras/src/layers/regularization/dropout.py"
    examples = (({"rate": 0.5}, ((4, 4, 3),)), ({"rate": 0.25, "seed": 7}, ((9,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return Kept(mask=(plain_number(elements(output)) or 0) if 0 < self.rate < 1 else 0)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """PyTorch keeps the mask as numbers to multiply with, on a CPU."""
        kept = self.kept(inputs, output)
        return Kept(inner=kept.mask) if engine == "torch" else kept

    def output_range(self) -> Range:
        """Once trained; while training what is left is scaled up."""
        return "inputs"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return dropped(self.rate)


class StochasticDepth(Layer):
    """A whole branch left out at random while training, for all images of a batch; unchanged afterwards."""

    drop_path_rate: float = argument(number(0, 1))

    home = "keras.src.applications.convnext"
    call_flags: ClassVar[Mapping[str, bool]] = {"training": False}
    sentence = Text(
        "Leaves out a whole branch at random while training, so that the network learns to do without it.",
        "학습할 때 가지 하나를 통째로 무작위로 건너뛰어, 네트워크가 그 가지 없이도 일하도록 배우게 합니다.",
    )
    source = "Huang et al. 2016; keras/src/applications/convnext.py"
    examples = (({"drop_path_rate": 0.1}, ((4, 4, 3),)), ({"drop_path_rate": 0.5}, ((9,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def output_range(self) -> Range:
        """Once trained; while training what is left is scaled up."""
        return "inputs"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return dropped(self.drop_path_rate)


class _SpatialDropout(Layer, abstract=True):
    """What dropping whole channels has in common over sequences, pictures and volumes."""

    in_place = True

    rate: float
    rank: ClassVar[int]
    """The number of axes of the input, the batch included."""
    source = "Tompson et al. 2014; keras/src/layers/regularization/spatial_dropout.py"

    call_flags: ClassVar[Mapping[str, bool]] = {"training": False}

    def output_shape(self, *inputs: Shape) -> Shape:
        need_rank(self.type, inputs[0], self.rank)
        return inputs[0]

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """One byte for each channel."""
        first = vars(self).get("data_format") == "channels_first"
        channels = plain_number(output[1 if first else -1]) or 0
        return Kept(mask=channels if 0 < self.rate < 1 else 0)

    def output_range(self) -> Range:
        """Once trained; while training what is left is scaled up."""
        return "inputs"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return dropped(self.rate)


class SpatialDropout1D(_SpatialDropout, without=("trainable", "activity_regularizer")):
    """Whole channels of a sequence set to zero while training: (B, steps, channels)."""

    rate: float = argument(number(0, 1))
    seed: int | None = argument(optional(integer(0)), None)

    rank = 3
    sentence = Text(
        "Drops whole channels of a sequence at random while training, as neighbouring numbers say much the same.",
        "학습할 때 시퀀스의 채널을 통째로 무작위로 버립니다. 이웃한 수들은 서로 비슷하기 때문입니다.",
    )
    examples = (({"rate": 0.5}, ((6, 3),)), ({"rate": 0.25, "seed": 7}, ((9, 2),)))


class SpatialDropout2D(_SpatialDropout, without=("trainable", "activity_regularizer")):
    """Whole channels of a picture set to zero while training: (B, height, width, channels)."""

    rate: float = argument(number(0, 1))
    data_format: str | None = argument(DATA_FORMAT, None)
    seed: int | None = argument(optional(integer(0)), None)

    rank = 4
    sentence = Text(
        "Drops whole channels of a picture at random while training, as neighbouring numbers say much the same.",
        "학습할 때 이미지의 채널을 통째로 무작위로 버립니다. 이웃한 수들은 서로 비슷하기 때문입니다.",
    )
    examples = (({"rate": 0.5}, ((4, 5, 3),)), ({"rate": 0.25, "data_format": "channels_first"}, ((3, 4, 5),)))


class SpatialDropout3D(_SpatialDropout, without=("trainable", "activity_regularizer")):
    """Whole channels of a volume set to zero while training: (B, depth, height, width, channels)."""

    rate: float = argument(number(0, 1))
    data_format: str | None = argument(DATA_FORMAT, None)
    seed: int | None = argument(optional(integer(0)), None)

    rank = 5
    sentence = Text(
        "Drops whole channels of a volume at random while training, as neighbouring numbers say much the same.",
        "학습할 때 볼륨의 채널을 통째로 무작위로 버립니다. 이웃한 수들은 서로 비슷하기 때문입니다.",
    )
    examples = (({"rate": 0.5}, ((4, 5, 2, 3),)), ({"rate": 0.25, "data_format": "channels_first"}, ((3, 4, 5, 2),)))


class GaussianNoise(Layer):
    """Adds noise with this standard deviation while training; changes nothing afterwards."""

    in_place = True

    stddev: float = argument(number(0, 1))
    seed: int | None = argument(optional(integer(0)), None)

    call_flags: ClassVar[Mapping[str, bool]] = {"training": False}
    sentence = Text(
        "Adds random noise while training, so that the network does not learn single pictures by heart.",
        "학습할 때 무작위 노이즈를 더해, 네트워크가 이미지를 하나하나 외우지 않게 합니다.",
    )
    source = "keras/src/layers/regularization/gaussian_noise.py"
    examples = (({"stddev": 0.1}, ((4, 4, 3),)), ({"stddev": 1, "seed": 7}, ((9,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def output_range(self) -> Range:
        """Once trained."""
        return "inputs"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return ("y = x", f"training: y = x + n, n ~ N(0, {self.stddev:g}²)")


class GaussianDropout(Layer):
    """Multiplies with noise around 1 while training; changes nothing afterwards."""

    rate: float = argument(number(0, 1))
    seed: int | None = argument(optional(integer(0)), None)

    call_flags: ClassVar[Mapping[str, bool]] = {"training": False}
    sentence = Text(
        "Multiplies numbers with noise around 1 while training, a soft kind of dropout.",
        "학습할 때 1 근처의 노이즈를 곱합니다. 부드러운 드롭아웃입니다.",
    )
    source = "Srivastava et al. 2014; keras/src/layers/regularization/gaussian_dropout.py"
    examples = (({"rate": 0.5}, ((4, 4, 3),)), ({"rate": 0.1, "seed": 7}, ((9,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """The noise that was multiplied with."""
        return Kept(inner=(elements(output) or 0) if self.rate > 0 else 0)

    def output_range(self) -> Range:
        """Once trained."""
        return "inputs"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        if not 0 < self.rate < 1:
            return ("y = x",)
        return ("y = x", f"training: y = x · n, n ~ N(1, {self.rate:g} / (1 − {self.rate:g}))")


class AlphaDropout(Layer):
    """Dropout that keeps mean and variance, for networks with selu; changes nothing after training."""

    rate: float = argument(number(0, 1))
    noise_shape: object = argument(PLAIN, None)
    seed: int | None = argument(optional(integer(0)), None)

    call_flags: ClassVar[Mapping[str, bool]] = {"training": False}
    sentence = Text(
        "Dropout that keeps the mean and the variance of its input, made for the activation selu.",
        "입력의 평균과 분산을 지키는 드롭아웃입니다. selu 활성화에 맞춰 만들어졌습니다.",
    )
    source = "Klambauer et al. 2017; keras/src/layers/regularization/alpha_dropout.py"
    examples = (({"rate": 0.5}, ((4, 4, 3),)), ({"rate": 0.25, "seed": 7}, ((9,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """Which numbers stay, as numbers that are multiplied with."""
        return Kept(inner=(elements(output) or 0) if self.rate > 0 else 0)

    def output_range(self) -> Range:
        """Once trained."""
        return "inputs"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        if not 0 < self.rate < 1:
            return ("y = x",)
        lowest = -1.0507009873554805 * 1.6732632423543772
        scale = ((1 - self.rate) * (1 + self.rate * lowest**2)) ** -0.5
        kept = f"m · x + (1 − m) · ({lowest:.6g})"
        return (
            "y = x",
            f"training: y = {scale:.6g} · ({kept}) + {-scale * lowest * self.rate:.6g}, P(m = 1) = {1 - self.rate:g}",
        )


class ActivityRegularization(Layer, without=("activity_regularizer",)):
    """Adds l1 * sum(abs(x)) + l2 * sum(x^2) to the loss; its output is its input."""

    l1: float = argument(number(), 0.0)
    l2: float = argument(number(), 0.0)

    aliases = True
    sentence = Text(
        "Puts a price on large numbers in the loss, and hands its input on as it is.",
        "큰 수에 벌점을 매겨 손실에 더하고, 입력은 그대로 내보냅니다.",
    )
    source = "keras/src/layers/regularization/activity_regularization.py"
    examples = (({}, ((4, 4, 3),)), ({"l1": 0.01, "l2": 0.5}, ((9,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return Kept(inputs=bool(self.l1 or self.l2))

    def output_range(self) -> Range:
        return "inputs"

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return ("y = x", f"L += {self.l1:g} · Σ |x| + {self.l2:g} · Σ x²")


def dropped(rate: float) -> tuple[str, ...]:
    """What a dropout computes while training, and afterwards."""
    if rate == 1:
        return ("y = x", "training: y = 0")
    training = f"training: y = m · x / (1 − {rate:g}), P(m = 1) = {1 - rate:g}"
    return ("y = x", training) if rate > 0 else ("y = x",)
