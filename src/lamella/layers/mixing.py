"""MixUp, CutMix, AugMix and RandAugment: several changes or several pictures at once. MaxNumBoundingBoxes: none."""

from __future__ import annotations

from lamella.design import Shape
from lamella.layers.arguments import DATA_FORMAT, FLAG, argument, integer, number
from lamella.layers.augmentation import (
    INTERPOLATION,
    SEED,
    VALUE_RANGE,
    Augmentation,
    Pair,
    between,
    clipped,
    drawn,
)
from lamella.texts.languages import Text


class MixUp(Augmentation, rank=2):
    """Each picture mixed with another of the batch while training: (B, height, width, channels) as it came."""

    alpha: float = argument(number(0), 0.2)
    data_format: str | None = argument(DATA_FORMAT, None)
    seed: int | None = argument(SEED, None)

    sentence = Text(
        "Mixes each picture with another of the batch while training, and their labels alike.",
        "학습할 때 이미지마다 batch의 다른 이미지와 섞고, 정답도 같은 비율로 섞습니다.",
    )
    source = "Zhang et al. 2017; keras/src/layers/preprocessing/image_preprocessing/mix_up.py"
    examples = (({}, ((8, 9, 3),)), ({"alpha": 0.5, "seed": 7}, ((5, 6, 1),)))

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        return (f"y[n] = λ · x[n] + (1 − λ) · x[π(n)], λ ~ Beta({self.alpha:g}, {self.alpha:g})",)


class CutMix(Augmentation, rank=2):
    """A rectangle of each picture taken from another of the batch while training: (B, height, width, channels)."""

    factor: Pair = argument(between(0, 1), (0.0, 1.0))
    seed: int | None = argument(SEED, None)
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Pastes a rectangle of another picture of the batch into each picture while training.",
        "학습할 때 이미지마다 batch의 다른 이미지에서 사각형을 떼어 붙입니다.",
    )
    source = "Yun et al. 2019; keras/src/layers/preprocessing/image_preprocessing/cut_mix.py"
    examples = (({}, ((8, 9, 3),)), ({"factor": 0.5, "seed": 7}, ((5, 6, 1),)))

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        height, width = self.sides(shape)
        return (
            f"y[n, {self.at()}] = x[π(n), {self.at()}] (r ≤ i < r + {height}·√(1 − λ), s ≤ j < s + {width}·√(1 − λ))",
            f"λ ~ Beta(α, α), α ~ {drawn(self.factor)}",
        )


class RandAugment(Augmentation, rank=2):
    """Some changes out of eleven, drawn anew for each batch while training: (B, height, width, channels)."""

    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    num_ops: int = argument(integer(0), 2)
    factor: Pair = argument(between(0, 1), (0.0, 0.5))
    interpolation: str = argument(INTERPOLATION, "bilinear")
    seed: int | None = argument(SEED, None)
    data_format: str | None = argument(DATA_FORMAT, None)

    channels = (1, 3)
    sentence = Text(
        "Changes pictures in a few ways drawn at random out of many while training.",
        "학습할 때 여러 변형 가운데 몇 가지를 무작위로 골라 이미지를 바꿉니다.",
    )
    source = "Cubuk et al. 2019; keras/src/layers/preprocessing/image_preprocessing/rand_augment.py"
    examples = (({}, ((8, 9, 3),)), ({"num_ops": 1, "factor": 0.3, "value_range": (0, 1), "seed": 7}, ((5, 6, 3),)))

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        chain = "x"
        for place in range(1, min(self.num_ops, 3) + 1):
            chain = f"A{place}({chain})"
        if self.num_ops > 3:
            chain = f"A{self.num_ops}(… {chain})"
        return (f"y = {chain}, a ~ {drawn(self.factor)}", f"A ~ U{{{', '.join(_CHANGES)}}}")


class AugMix(Augmentation, rank=2):
    """Chains of changes, mixed with each other and with the picture while training: (B, height, width, channels)."""

    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    num_chains: int = argument(integer(1), 3)
    chain_depth: int = argument(integer(0), 3)
    factor: Pair = argument(between(0, 1), (0.0, 0.3))
    alpha: float = argument(number(0), 1.0)
    all_ops: bool = argument(FLAG, True)
    interpolation: str = argument(INTERPOLATION, "bilinear")
    seed: int | None = argument(SEED, None)
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Mixes each picture with versions of itself that were changed in chains while training.",
        "학습할 때 이미지를 여러 단계로 바꾼 자기 모습들과 섞습니다.",
    )
    source = "Hendrycks et al. 2019; keras/src/layers/preprocessing/image_preprocessing/aug_mix.py"
    examples = (
        ({}, ((8, 9, 3),)),
        (
            {"num_chains": 2, "chain_depth": 1, "factor": 0.5, "all_ops": False, "value_range": (0, 1), "seed": 7},
            ((5, 6, 1),),
        ),
    )

    @property
    def colours(self) -> tuple[int, ...]:
        return (1, 3) if self.all_ops else ()

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        mixed = clipped("λ · x + (1 − λ) · Σ w[k] · A[k](x)", self.value_range)
        changes = _CHANGES if self.all_ops else _CHANGES[:-4]
        return (
            f"y = {mixed}, 1 ≤ k ≤ {self.num_chains}",
            f"λ ~ Beta({self.alpha:g}, {self.alpha:g}), w ~ Dir({self.alpha:g})",
            f"A[k](x) = A{self.chain_depth}(…A1(x)), a ~ {drawn(self.factor)}",
            f"A ~ U{{{', '.join(changes)}, y = x}}",
        )


_CHANGES = (
    "RandomShear",
    "RandomTranslation",
    "RandomRotation",
    "RandomPosterization",
    "Solarization",
    "AutoContrast",
    "Equalization",
    "RandomBrightness",
    "RandomColorDegeneration",
    "RandomContrast",
    "RandomSharpness",
)
"""What RandAugment draws from, and AugMix, without the last four unless all_ops."""


class MaxNumBoundingBoxes(Augmentation, rank=2):
    """Boxes beside the pictures cut or filled up to one number; pictures as they came: (B, height, width, channels)."""

    max_number: int = argument(integer(0, 100))
    fill_value: int = argument(integer(-(2**31)), -1)
    data_format: str | None = argument(DATA_FORMAT, None, kw_only=True)

    sentence = Text(
        "Gives every picture equally many bounding boxes; the picture itself stays as it is.",
        "이미지마다 경계 상자의 수를 같게 맞춥니다. 이미지 자체는 그대로입니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/max_num_bounding_box.py"
    examples = (({"max_number": 3}, ((8, 9, 3),)), ({"max_number": 10}, ((5, 6, 1),)))

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        return ()
