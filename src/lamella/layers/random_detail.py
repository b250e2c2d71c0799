"""Pictures sharpened, blurred and partly erased at random while training."""

from __future__ import annotations

from lamella.design import Shape
from lamella.layers.arguments import DATA_FORMAT, Kind, Wrong, argument, is_integer
from lamella.layers.augmentation import (
    SEED,
    VALUE_RANGE,
    Augmentation,
    Pair,
    between,
    clipped,
    drawn,
    signed,
    some,
    times,
)
from lamella.texts.languages import Text, phrase


def _odd(value: object) -> tuple[int, int]:
    pair = value if isinstance(value, (list, tuple)) else (value, value)
    if len(pair) != 2 or not all(is_integer(each) and each > 0 for each in pair):
        raise Wrong(3)
    if any(each % 2 == 0 for each in pair):
        raise Wrong(tuple(each + 1 - each % 2 for each in pair))
    return pair[0], pair[1]


_ODD = Kind(phrase("an odd integer >= 1, or two of them", "1 이상의 홀수 하나 또는 둘"), _odd, 3)


def _fill(value: object) -> float | tuple[float, ...]:
    """One number, or one for each of three channels."""
    several = value if isinstance(value, (list, tuple)) else [value]
    found = tuple(float(each) for each in several if isinstance(each, (int, float)))
    if len(found) != len(several) or len(found) not in (1, 3):
        raise Wrong(0)
    return found if len(found) == 3 else found[0]


_FILL = Kind(
    phrase("a number, three of them, or null", "수 하나, 셋, 또는 null"),
    lambda value: None if value is None else _fill(value),
    0,
)


class RandomSharpness(Augmentation, rank=2):
    """Pictures blurred or sharpened at random while training, factor 0.5 leaving them: (B, height, width, channels)."""

    factor: Pair = argument(between(0, 1))
    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    data_format: str | None = argument(DATA_FORMAT, None)
    seed: int | None = argument(SEED, None)

    sentence = Text(
        "Blurs or sharpens pictures at random while training.",
        "학습할 때 이미지를 무작위로 흐리거나 선명하게 합니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_sharpness.py"
    examples = (({"factor": 0.8}, ((8, 9, 3),)), ({"factor": (0.5, 1), "value_range": (0, 1), "seed": 7}, ((5, 6, 1),)))

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        mixed = clipped("x + (1 − 2·a) · (s − x)", self.value_range)
        neighbours = self.at("i + u", "j + v")
        return (
            f"y = {mixed}, a ~ {drawn(self.factor)}",
            f"s[{self.at()}] = (Σ x[{neighbours}] + 4 · x[{self.at()}]) / 13, −1 ≤ u, v ≤ 1",
        )


class RandomGaussianBlur(Augmentation, rank=2):
    """Pictures blurred at random while training: (B, height, width, channels) as it came."""

    factor: Pair = argument(between(0, 1), (0.0, 1.0))
    kernel_size: tuple[int, int] = argument(_ODD, (3, 3))
    sigma: Pair = argument(between(0, 1), (0.0, 1.0))
    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    data_format: str | None = argument(DATA_FORMAT, None)
    seed: int | None = argument(SEED, None)

    sentence = Text(
        "Blurs some pictures while training, as if out of focus.",
        "학습할 때 몇몇 이미지를 초점이 나간 것처럼 흐립니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_gaussian_blur.py"
    examples = (
        ({}, ((8, 9, 3),)),
        ({"factor": 0.5, "kernel_size": (3, 5), "sigma": (0.2, 0.9), "value_range": (0, 1), "seed": 7}, ((6, 7, 1),)),
    )

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        height, width = self.kernel_size
        blurred = clipped("x ∗ G(σ)", self.value_range)
        return (f"y = {blurred}, G: {height} × {width}, σ ~ {drawn(self.sigma)}, {some(self.factor)}",)


class RandomErasing(Augmentation, rank=2):
    """Pictures with a random rectangle filled while training: (B, height, width, channels) as it came.

    Without a fill_value the rectangle is filled with noise.
    """

    factor: Pair = argument(between(0, 1), (0.0, 1.0))
    scale: Pair = argument(between(0, 1), (0.02, 0.33))
    fill_value: float | tuple[float, ...] | None = argument(_FILL, None)
    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    seed: int | None = argument(SEED, None)
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Covers a random rectangle of each picture while training, so that no single part decides.",
        "학습할 때 이미지마다 무작위 사각형을 가려, 한 부분만 보고 판단하지 않게 합니다.",
    )
    source = "Zhong et al. 2017; keras/src/layers/preprocessing/image_preprocessing/random_erasing.py"
    examples = (
        ({}, ((8, 9, 3),)),
        ({"factor": 0.5, "scale": 0.3, "fill_value": 0, "value_range": (0, 1), "seed": 7}, ((5, 6, 1),)),
        ({"fill_value": (10, 20, 30)}, ((5, 6, 3),)),
    )

    @property
    def colours(self) -> tuple[int, ...]:
        return (3,) if isinstance(self.fill_value, tuple) else ()

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        height, width = self.sides(shape)
        filled = self.fill_value
        value = f"{clipped(times(self.value_range[1], 'n'), self.value_range)}, n ~ N(0, 1)"
        if filled is not None:
            value = "(" + ", ".join(map(signed, filled)) + ")[c]" if isinstance(filled, tuple) else signed(filled)
        return (
            f"y[{self.at()}] = {value} (r ≤ i < r + a, s ≤ j < s + b), {some(self.factor)}",
            f"a = {height} · √α, b = {width} · √β, α, β ~ {drawn(self.scale)}",
        )
