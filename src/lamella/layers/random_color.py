"""Brightness, contrast and colours changed at random while training."""

from __future__ import annotations

from lamella.design import Shape
from lamella.errors import Problem, problem
from lamella.layers.arguments import DATA_FORMAT, Kind, Wrong, argument, is_integer, number, optional
from lamella.layers.augmentation import (
    SEED,
    VALUE_RANGE,
    Augmentation,
    Pair,
    as_given,
    between,
    clipped,
    drawn,
    of_bytes,
    over,
    signed,
    some,
    times,
)
from lamella.texts.languages import Text, phrase

GRAY = "g = 0.2989 · R + 0.587 · G + 0.114 · B"
"""How bright a colour looks. Source: tensorflow/python/ops/image_ops_impl.py, rgb_to_grayscale"""


class RandomBrightness(Augmentation, rank=2):
    """Pictures made brighter or darker at random while training: (B, height, width, channels) as it came."""

    factor: Pair = argument(between(-1, 1))
    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    seed: int | None = argument(SEED, None)
    data_format: str | None = argument(DATA_FORMAT, None, kw_only=True)

    sentence = Text(
        "Makes pictures brighter or darker at random while training, so that the light does not matter.",
        "학습할 때 이미지를 무작위로 밝거나 어둡게 하여, 조명이 중요하지 않게 합니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_brightness.py"
    examples = (({"factor": 0.2}, ((8, 9, 3),)), ({"factor": (0, 0.5), "value_range": (0, 1), "seed": 7}, ((5, 6, 1),)))

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        low, high = self.value_range
        moved = clipped(f"x + {times(high - low, 'a')}", self.value_range)
        return (f"y = {moved}, a ~ {drawn(self.factor)}",)


class RandomContrast(Augmentation, rank=2):
    """Pictures with more contrast at random while training: (B, height, width, channels) as it came.

    One number f raises the contrast only; two, (l, u), draw from 1 - l to 1 + u.
    """

    factor: Pair = argument(between(0, 1))
    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    seed: int | None = argument(SEED, None)
    data_format: str | None = argument(DATA_FORMAT, None, kw_only=True)

    sentence = Text(
        "Spreads the numbers of pictures around their mean at random while training.",
        "학습할 때 이미지의 수를 평균을 중심으로 무작위로 벌립니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_contrast.py"
    examples = (
        ({"factor": 0.2}, ((8, 9, 3),)),
        ({"factor": (0.1, 0.5), "value_range": (0, 1), "seed": 7}, ((5, 6, 1),)),
    )

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        height, width = self.sides(shape)
        low, high = self.factor
        spread = clipped("(x − μ[c]) · a + μ[c]", self.value_range)
        return (
            f"y = {spread}, a ~ U({signed(1 - low)}, {signed(1 + high)})",
            f"μ[c] = Σ x[{self.at()}] / ({height}·{width})",
        )


class RandomGrayscale(Augmentation, rank=2):
    """Pictures without their colours at random while training: (B, height, width, 3) as it came."""

    factor: float = argument(number(0, 1), 0.5)
    data_format: str | None = argument(DATA_FORMAT, None)
    seed: int | None = argument(SEED, None)

    channels = (1, 3)
    sentence = Text(
        "Takes the colours out of some pictures while training, so that colours alone do not decide.",
        "학습할 때 몇몇 이미지에서 색을 빼, 색만 보고 판단하지 않게 합니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_grayscale.py"
    examples = (({}, ((8, 9, 3),)), ({"factor": 0.2}, ((5, 6, 1),)))

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        return (f"y[{self.at()}] = g, {GRAY}, P = {self.factor:g}",)


class RandomHue(Augmentation, rank=2):
    """Pictures with other hues at random while training: (B, height, width, 3) as it came."""

    factor: Pair = argument(between(0, 1))
    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    data_format: str | None = argument(DATA_FORMAT, None)
    seed: int | None = argument(SEED, None)

    channels = (3,)
    sentence = Text(
        "Shifts the hues of pictures at random while training, so that red may stand for green.",
        "학습할 때 이미지의 색상을 무작위로 돌립니다. 빨강이 초록이 될 수도 있습니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_hue.py"
    examples = (
        ({"factor": 0.2}, ((8, 9, 3),)),
        ({"factor": (0.1, 0.5), "value_range": (0, 1), "seed": 7}, ((5, 6, 3),)),
    )

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        return (f"H(y) = (H(x) + 0.5 · s · a) mod 1, a ~ {drawn(self.factor)}, s ~ U{{−1, 1}}",)


class RandomSaturation(Augmentation, rank=2):
    """Pictures with paler or stronger colours at random while training: (B, height, width, 3) as it came."""

    factor: Pair = argument(between(-1, 1))
    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    data_format: str | None = argument(DATA_FORMAT, None)
    seed: int | None = argument(SEED, None)

    channels = (3,)
    sentence = Text(
        "Makes the colours of pictures paler or stronger at random while training.",
        "학습할 때 이미지의 색을 무작위로 옅거나 짙게 합니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_saturation.py"
    examples = (
        ({"factor": 0.2}, ((8, 9, 3),)),
        ({"factor": (0.25, 0.5), "value_range": (0, 1), "seed": 7}, ((5, 6, 3),)),
    )

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        stronger = clipped("S(x) · a / (1 − a)", self.value_range)
        return (f"S(y) = {stronger}, a ~ {drawn(self.factor)}",)


class RandomColorJitter(Augmentation, rank=2):
    """Brightness, contrast, saturation and hue changed one after the other while training, where a factor is given."""

    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    brightness_factor: float | Pair | None = argument(optional(as_given(-1, 1)), None)
    contrast_factor: float | Pair | None = argument(optional(as_given(0, 1)), None)
    saturation_factor: float | Pair | None = argument(optional(as_given(-1, 1)), None)
    hue_factor: float | Pair | None = argument(optional(as_given(0, 1)), None)
    seed: int | None = argument(SEED, None)
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Changes brightness, contrast and colours of pictures together at random while training.",
        "학습할 때 이미지의 밝기, 대비, 색을 한꺼번에 무작위로 바꿉니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_color_jitter.py"
    examples = (
        ({"brightness_factor": 0.2, "hue_factor": (0.1, 0.3)}, ((8, 9, 3),)),
        ({"contrast_factor": 0.5, "value_range": (0, 1), "seed": 7}, ((5, 6, 1),)),
    )

    def conflicts(self) -> list[Problem]:
        given = (self.contrast_factor, self.saturation_factor, self.hue_factor)
        if not self.channels_first or given == (None, None, None):
            return []
        reason = phrase("Keras does not tell the layers inside", "Keras가 안쪽 레이어에 알려 주지 않습니다")
        fix = phrase("Use the layers themselves.", "안쪽 레이어를 직접 쓰세요.")
        facts = {"first": "data_format", "second": "contrast_factor, saturation_factor, hue_factor", "reason": reason}
        return [problem("arguments conflict", **facts, received="channels_first", suggestion=fix)]

    @property
    def colours(self) -> tuple[int, ...]:
        return () if self.saturation_factor is None and self.hue_factor is None else (3,)

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        """The formulas of the layers that it stands for, each behind the one before."""
        given: tuple[tuple[type[Augmentation], object], ...] = (
            (RandomBrightness, self.brightness_factor),
            (RandomContrast, self.contrast_factor),
            (RandomSaturation, self.saturation_factor),
            (RandomHue, self.hue_factor),
        )
        named = {"value_range": self.value_range}
        inside = {kind.type: kind(each, **named) for kind, each in given if each is not None}
        chain = "x"
        for name in inside:
            chain = f"{name}({chain})"
        lines = (f"{name}: {line}" for name, each in inside.items() for line in each.training_formulas(shape))
        return (f"y = {chain}", *lines)


class RandomColorDegeneration(Augmentation, rank=2):
    """Pictures on the way to gray at random while training: (B, height, width, 3) as it came."""

    factor: Pair = argument(between(-1, 1))
    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    data_format: str | None = argument(DATA_FORMAT, None)
    seed: int | None = argument(SEED, None)

    channels = (3,)
    sentence = Text(
        "Mixes pictures with their gray selves at random while training.",
        "학습할 때 이미지를 색이 빠진 자기 모습과 무작위로 섞습니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_color_degeneration.py"
    examples = (
        ({"factor": 0.2}, ((8, 9, 3),)),
        ({"factor": (0, 0.5), "value_range": (0, 1), "seed": 7}, ((5, 6, 3),)),
    )

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        return (f"y = {clipped('x + a · (g − x)', self.value_range)}, {GRAY}, a ~ {drawn(self.factor)}",)


def _bits(value: object) -> tuple[int, int]:
    """One number b stands for 1 to b, as Keras keeps it."""
    pair = value if isinstance(value, (list, tuple)) else (1, value)
    if len(pair) != 2 or not all(is_integer(each) and 1 <= each <= 8 for each in pair):
        raise Wrong(4)
    low, high = sorted(pair)
    return low, high


_BITS = Kind(phrase("an integer from 1 to 8, or two of them", "1에서 8 사이의 정수 하나 또는 둘"), _bits, 4)


class RandomPosterization(Augmentation, rank=2):
    """Pictures with few shades at random while training, 2^factor of them: (B, height, width, channels)."""

    factor: tuple[int, int] = argument(_BITS)
    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    data_format: str | None = argument(DATA_FORMAT, None)
    seed: int | None = argument(SEED, None)

    sentence = Text(
        "Leaves pictures few shades while training, as on a poster.",
        "학습할 때 이미지에 포스터처럼 몇 가지 색조만 남깁니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_posterization.py"
    examples = (({"factor": 4}, ((8, 9, 3),)), ({"factor": (3, 6), "value_range": (0, 1), "seed": 7}, ((5, 6, 1),)))

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        level = of_bytes(self.value_range)
        least, most = self.factor
        bits = f"{least}" if least == most else f"U{{{least}..{most - 1}}}"
        line = f"y = ⌊z / 2^k⌋ · 2^k, z = ⌊{level}⌋, k = 8 − b, b ~ {bits}"
        back = () if level == "x" else (f"y ← {over(self.value_range, 'y / 255')}",)
        return (line, *back)


class RandomInvert(Augmentation, rank=2):
    """Pictures made negatives at random while training: (B, height, width, channels) as it came."""

    factor: Pair = argument(between(0, 1), (0.0, 1.0))
    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    seed: int | None = argument(SEED, None)
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Turns some pictures into their negatives while training.",
        "학습할 때 몇몇 이미지를 밝고 어두움이 뒤바뀐 음화로 만듭니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_invert.py"
    examples = (({}, ((8, 9, 3),)), ({"factor": 0.5, "value_range": (0, 1), "seed": 7}, ((5, 6, 1),)))

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        return (f"y = {signed(self.value_range[1])} − x, {some(self.factor)}",)
