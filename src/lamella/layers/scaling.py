"""Scaling of numbers: by given factors, by a mean and a variance measured on data, or learned for each channel."""

from __future__ import annotations

from collections.abc import Sequence

from lamella.design import Shape
from lamella.errors import Problem, problem
from lamella.layers.arguments import FLAG, Kind, Wrong, argument, integer, number, optional
from lamella.layers.axes import AXES, places_of
from lamella.layers.base import Kept, Layer, ShapeError, Weight, without_batch
from lamella.layers.convolution import input_channels
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape


def _numbers(value: object) -> object:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value == value:
        return value
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        inner = tuple(_numbers(each) for each in value)
        if len({_shape(each) for each in inner}) == 1:
            return inner
    raise Wrong


def _shape(value: object) -> tuple[int, ...]:
    """The shape of nested tuples of numbers; () for one number."""
    return (len(value), *_shape(value[0])) if isinstance(value, tuple) else ()


_NUMBERS = Kind(phrase("a number or a list of numbers", "수 하나 또는 수의 목록"), _numbers, 0.5)


class Rescaling(Layer):
    """x * scale + offset; a list holds one number for each place along the last axis."""

    in_place = True

    scale: object = argument(_NUMBERS)
    offset: object = argument(_NUMBERS, 0.0)

    sentence = Text(
        "Scales and shifts all numbers, as from 0..255 to 0..1.",
        "0~255를 0~1로 바꾸듯, 모든 수를 일정하게 늘이거나 줄이고 옮깁니다.",
    )
    source = "keras/src/layers/preprocessing/rescaling.py"
    examples = (
        ({"scale": 1 / 255}, ((4, 4, 3),)),
        ({"scale": (0.5, 2, 1), "offset": -1}, ((4, 4, 3),)),
        ({"scale": 2, "offset": (1.5, 0)}, ((2,),)),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        for name, value in (("scale", self.scale), ("offset", self.offset)):
            need_fit(name, _shape(value), without_batch(inputs[0]))
        return inputs[0]

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y = x · {_word(self.scale, 's[c]')} + {_word(self.offset, 'o[c]')}",)


class Normalization(Layer):
    """(x - mean) / sqrt(variance), given or measured by `adapt`: one of each for every place along the axes."""

    axis: tuple[int, ...] | None = argument(optional(AXES), (-1,))
    mean: object = argument(optional(_NUMBERS), None)
    variance: object = argument(optional(_NUMBERS), None)
    invert: bool = argument(FLAG, False)

    sentence = Text(
        "Brings data to mean 0 and variance 1 by figures that were measured once, before training.",
        "학습 전에 한 번 재어 둔 값으로 데이터를 평균 0, 분산 1로 맞춥니다.",
    )
    source = "keras/src/layers/preprocessing/normalization.py"
    examples = (
        ({}, ((4, 4, 3),)),
        ({"axis": (1, -1)}, ((5, 2),)),
        ({"axis": None}, ((7,),)),
        ({"mean": 0.5, "variance": 2, "invert": True}, ((4, 3),)),
        ({"mean": (1, 2, 3), "variance": (1, 1, 4)}, ((4, 3),)),
    )

    def conflicts(self) -> list[Problem]:
        mine, theirs = self.mean, self.variance
        facts: dict[str, object] = {"first": "mean", "second": "variance", "received": f"{mine}, {theirs}"}
        if (mine is None) != (theirs is None):
            reason = phrase("both or none must be given", "둘 다 주거나 둘 다 비워야 합니다")
        elif _shape(mine) != _shape(theirs):
            reason = phrase("they must have the same shape", "모양이 같아야 합니다")
        elif len(_shape(mine)) > len(self.axis or ()):
            facts["second"] = "axis"
            facts["received"] = f"{mine}, {self.axis}"
            reason = phrase("mean has more axes than axis names", "mean의 축이 axis가 가리키는 축보다 많습니다")
        else:
            return []
        fix = phrase("Leave both out to measure them with adapt.", "둘 다 비우고 adapt로 재세요.")
        return [problem("arguments conflict", **facts, reason=reason, suggestion=fix)]

    def _sizes(self, shape: Shape) -> tuple[int, ...]:
        """The sizes along the axes that keep a mean of their own."""
        return tuple(input_channels(self.type, shape, place) for place in places_of(self.axis or (), shape))

    def output_shape(self, *inputs: Shape) -> Shape:
        need_fit("mean", _shape(self.mean), self._sizes(inputs[0]))
        return inputs[0]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """Measured figures are kept with the model, and how many numbers they were measured on."""
        return self.fixed(*inputs) if self.mean is None else ()

    def fixed(self, *inputs: Shape) -> tuple[Weight, ...]:
        """Given figures too are repeated for the first input once and for all."""
        sizes = self._sizes(inputs[0])
        return Weight("mean", sizes, False), Weight("variance", sizes, False), Weight("count", (), False)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        if self.invert:
            return ("y = x · max(√(σ²), 1e-07) + μ",)
        return ("y = (x − μ) / max(√(σ²), 1e-07)",)


class LayerScale(Layer):
    """x * gamma with a learned number for each channel, small at first: ConvNeXt ends its branches so."""

    init_values: float = argument(number())
    projection_dim: int = argument(integer(1))

    home = "keras.src.applications.convnext"
    sentence = Text(
        "Scales every channel by a learned number that begins near 0, so that a deep network starts out simple.",
        "채널마다 0에 가까운 값에서 출발해 학습되는 수를 곱해, 깊은 네트워크가 단순하게 시작하도록 합니다.",
    )
    source = "Touvron et al. 2021; keras/src/applications/convnext.py"
    examples = (
        ({"init_values": 1e-6, "projection_dim": 3}, ((4, 4, 3),)),
        ({"init_values": 0.5, "projection_dim": 7}, ((7,),)),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        need_fit("projection_dim", (self.projection_dim,), without_batch(inputs[0]))
        return inputs[0]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """Keras gives the variable no name of its own."""
        return (Weight("gamma", (self.projection_dim,), self.trainable),)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept:
        return Kept(inputs=True)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return ("y = x · γ[c]",)


def need_fit(argument_name: str, given: tuple[int, ...], sizes: Shape) -> None:
    """Raises `ShapeError` where numbers of the shape `given` can't be repeated to fill `sizes`, aligned at the end."""
    pairs = zip(reversed(given), reversed(sizes), strict=False)
    if len(given) > len(sizes) or any(mine not in (1, size) for mine, size in pairs):
        expected = show_shape(sizes[-len(given) :]) if len(given) <= len(sizes) else show_shape(sizes)
        facts = {"argument": argument_name, "given": show_shape(given), "shape": show_shape(sizes)}
        raise ShapeError(problem("statistics", **facts, expected=expected))


def _word(value: object, name: str) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else name
