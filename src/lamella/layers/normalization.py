"""Normalization by learned layers: each brings numbers to mean 0 and variance 1, over other axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from lamella.design import Shape
from lamella.errors import Problem, problem
from lamella.layers.arguments import FLAG, PLAIN, Kind, Wrong, argument, integer, is_integer, number
from lamella.layers.axes import AXES, place_of, places_of
from lamella.layers.base import AxisMap, Engine, Kept, Layer, ShapeError, Weight, elements, product
from lamella.layers.convolution import input_channels
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY


class BatchNormalization(Layer):
    """Each channel brought to mean 0 and variance 1 over the batch, then scaled and shifted."""

    in_place = True

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

    one_rank = True
    call_flags: ClassVar[Mapping[str, bool]] = {"training": False}
    call_tensors: ClassVar[tuple[str, ...]] = ("mask",)
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
        place_of(self.axis, inputs[0])
        return inputs[0]

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
            return Kept()  # it normalizes with what it has moved along: a product with a constant
        return Kept(inputs=True, fixed=2 * channels if isinstance(channels, int) else 0)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """On TensorFlow Keras' gradient is a sum of three arrays of the input's size, alive at once."""
        kept, numbers = self.kept(inputs, output), elements(output) or 0
        if not kept.inputs:
            return kept
        return kept._replace(backward=(3 if engine == "tensorflow" else 1) * numbers)

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

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        """Once trained; while training mean and variance are the batch's own."""
        return (f"y = {normalized('[c]', self.scale, self.center, self.epsilon)}",)


class LayerNormalization(Layer):
    """Each image along an axis, or several, brought to mean 0 and variance 1, then scaled and shifted."""

    axis: tuple[int, ...] = argument(AXES, (-1,))
    epsilon: float = argument(number(0), 0.001)
    center: bool = argument(FLAG, True)
    scale: bool = argument(FLAG, True)
    beta_initializer: object = argument(PLAIN, "zeros")
    gamma_initializer: object = argument(PLAIN, "ones")
    beta_regularizer: object = argument(PLAIN, None)
    gamma_regularizer: object = argument(PLAIN, None)
    beta_constraint: object = argument(PLAIN, None)
    gamma_constraint: object = argument(PLAIN, None)
    rms_scaling: bool = argument(FLAG, False, kw_only=True)
    """Keras takes it by name only, and warns: it divides by the deviation without taking the mean away."""

    sentence = Text(
        "Keeps the numbers of each image in a steady range, whatever else is in the batch.",
        "batch에 무엇이 있든 상관없이 이미지마다 수의 범위를 고르게 합니다.",
    )
    source = "Ba et al. 2016; keras/src/layers/normalization/layer_normalization.py"
    examples = (
        ({}, ((7, 7, 16),)),
        ({"axis": (1, 2, 3)}, ((4, 5, 3),)),
        ({"axis": (-1, 1), "center": False}, ((4, 5, 3),)),
        ({"scale": False}, ((10,),)),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        places_of(self.axis, inputs[0])
        return inputs[0]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """Their sizes stand in the order of the axes as they were written, the negative ones first."""
        wanted = [("gamma", self.scale or self.rms_scaling), ("beta", self.center and not self.rms_scaling)]
        names = [name for name, present in wanted if present]
        sizes = tuple(input_channels(self.type, inputs[0], axis) for axis in sorted(self.axis)) if names else ()
        return tuple(Weight(name, sizes, self.trainable) for name in names)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return (all_but(places_of(self.axis, output), output),)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return self.kept_by("tensorflow", inputs, output)

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        """Keras on TensorFlow multiplies gamma with 1 / deviation first, spread out over all numbers."""
        spread = (elements(output) or 0) if engine == "tensorflow" and self.scale else 0
        return Kept(inputs=True, inner=statistics(2, places_of(self.axis, output), output) + spread)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        if self.rms_scaling:
            return (f"y = x · γ / √(σ² + {self.epsilon:g})", *moments(places_of(self.axis, output), output))
        whole = normalized("", self.scale, self.center, self.epsilon)
        return (f"y = {whole}", *moments(places_of(self.axis, output), output))


def _groups(value: object) -> int:
    if isinstance(value, int) and is_integer(value) and (value >= 1 or value == -1):
        return value
    raise Wrong


_GROUPS: Final = Kind(
    phrase("an integer >= 1, or -1 for one group a channel", "1 이상의 정수, 또는 채널마다 한 그룹이면 -1"), _groups, 8
)


class GroupNormalization(Layer):
    """Each group of channels of each image brought to mean 0 and variance 1, then scaled and shifted."""

    groups: int = argument(_GROUPS, 32)
    axis: int = argument(integer(-8, -1), -1)
    epsilon: float = argument(number(0), 0.001)
    center: bool = argument(FLAG, True)
    scale: bool = argument(FLAG, True)
    beta_initializer: object = argument(PLAIN, "zeros")
    gamma_initializer: object = argument(PLAIN, "ones")
    beta_regularizer: object = argument(PLAIN, None)
    gamma_regularizer: object = argument(PLAIN, None)
    beta_constraint: object = argument(PLAIN, None)
    gamma_constraint: object = argument(PLAIN, None)

    one_rank = True
    sentence = Text(
        "Keeps groups of channels in a steady range within each image, which works for small batches too.",
        "이미지마다 채널 그룹의 범위를 고르게 합니다. batch가 작아도 잘 됩니다.",
    )
    source = "Wu and He 2018; keras/src/layers/normalization/group_normalization.py"
    examples = (
        ({"groups": 4}, ((7, 7, 16),)),
        ({"groups": -1, "axis": 1, "scale": False}, ((3, 8, 8),)),
        ({}, ((5, 32),)),
    )

    def _divided(self, shape: Shape) -> tuple[int, int]:
        """The channels and the groups. Raises `ShapeError` where these don't divide those."""
        place_of(self.axis, shape)
        channels = input_channels(self.type, shape, self.axis)
        groups = channels if self.groups == -1 else self.groups
        if channels % groups:
            divisors = [each for each in range(1, min(channels, 64) + 1) if channels % each == 0]
            raise ShapeError(problem("groups", groups=groups, channels=channels, divisors=divisors), shape)
        return channels, groups

    def output_shape(self, *inputs: Shape) -> Shape:
        self._divided(inputs[0])
        return inputs[0]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        shape = (input_channels(self.type, inputs[0], self.axis),)
        wanted = [("gamma", self.scale), ("beta", self.center)]
        return tuple(Weight(name, shape, self.trainable) for name, present in wanted if present)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """All places of the image are seen, and the channels of the group."""
        return ({},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return Kept(inputs=True, inner=2 * self._divided(inputs[0])[1])

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        channels, groups = self._divided(inputs[0])
        whole = normalized("[c]", self.scale, self.center, self.epsilon, statistic="[g]")
        return (f"y = {whole}", f"g = ⌊c / {channels // groups}⌋, {channels} / {groups} = {channels // groups}")


class RMSNormalization(Layer):
    """Each image's numbers along an axis divided by their root mean square, then scaled."""

    axis: tuple[int, ...] = argument(AXES, (-1,))
    epsilon: float = argument(number(0), 1e-6)

    sentence = Text(
        "Brings numbers to a steady size without taking their mean away.",
        "평균은 빼지 않고 수의 크기만 고르게 합니다.",
    )
    source = "Zhang and Sennrich 2019; keras/src/layers/normalization/rms_normalization.py"
    examples = (({}, ((7, 16),)), ({"axis": (1, 2)}, ((4, 3),)), ({"epsilon": 0.01}, ((5,),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        """Keras multiplies with the scale as it is, so that it must fit the last axes."""
        (shape,) = inputs
        places_of(self.axis, shape)
        sizes = self._sizes(shape)
        if any(size not in (1, other) for size, other in zip(reversed(sizes), reversed(shape), strict=False)):
            last = tuple(range(-len(sizes), 0))
            raise ShapeError(
                problem("scale axes", axes=self.axis, given=sizes, shape=show_shape(shape), last=last), shape
            )
        return shape

    def _sizes(self, shape: Shape) -> tuple[int, ...]:
        return tuple(input_channels(self.type, shape, axis) for axis in sorted(self.axis))

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        return (Weight("scale", self._sizes(inputs[0]), self.trainable),)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return (all_but(places_of(self.axis, output), output),)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return Kept(inputs=True, inner=statistics(1, places_of(self.axis, output), output))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        count = product(output[place] for place in places_of(self.axis, output))
        return (f"y = γ · x / √(Σ x² / {'n' if count is None else count} + {self.epsilon:g})",)


class UnitNormalization(Layer):
    """Each image's numbers along an axis, or several, divided by their length: their squares sum to 1."""

    axis: tuple[int, ...] = argument(AXES, (-1,))

    sentence = Text(
        "Divides numbers by their length, so that only their direction is left.",
        "수들을 그 길이로 나눠 방향만 남깁니다.",
    )
    source = "keras/src/layers/normalization/unit_normalization.py"
    examples = (({}, ((7, 16),)), ({"axis": (1, 2)}, ((4, 3),)))

    def output_shape(self, *inputs: Shape) -> Shape:
        places_of(self.axis, inputs[0])
        return inputs[0]

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return (all_but(places_of(self.axis, output), output),)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return Kept(inputs=True, inner=statistics(1, places_of(self.axis, output), output))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return ("y = x · min(1 / √(Σ x²), 1e+12)",)


def all_but(mixed: tuple[int, ...], shape: Shape) -> AxisMap:
    """Each number sees the one at its place, and along the mixed axes all."""
    return {axis: (axis, IDENTITY) for axis in range(1, len(shape)) if axis not in mixed}


def statistics(each: int, mixed: tuple[int, ...], shape: Shape) -> int:
    """How many numbers the statistics over the mixed axes hold for one image; 0 where that is not known."""
    return each * (product(size for axis, size in enumerate(shape) if axis > 0 and axis not in mixed) or 0)


def moments(mixed: tuple[int, ...], shape: Shape) -> tuple[str, ...]:
    """The mean and the variance over the mixed axes."""
    count = product(shape[place] for place in mixed)
    by = "n" if count is None else f"{count}"
    return (f"μ = Σ x / {by}", f"σ² = Σ (x − μ)² / {by}")


def normalized(place: str, scale: bool, center: bool, epsilon: float, statistic: str | None = None) -> str:
    """The right side of a normalization's formula."""
    of = place if statistic is None else statistic
    times, plus = f" · γ{place}" if scale else "", f" + β{place}" if center else ""
    return f"(x − μ{of}) / √(σ²{of} + {epsilon:g}){times}{plus}"
