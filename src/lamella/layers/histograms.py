"""AutoContrast, Equalization, ContrastLimitedAdaptiveHistogramEqualization and Solarization: the shades of pictures."""

from __future__ import annotations

from lamella.design import Shape
from lamella.errors import problem
from lamella.layers.activations import Range
from lamella.layers.arguments import DATA_FORMAT, argument, integer, number, several
from lamella.layers.augmentation import SEED, VALUE_RANGE, Augmentation, Pair, between, drawn, of_bytes, over
from lamella.layers.base import AxisMap, ShapeError
from lamella.texts.languages import Text
from lamella.window import IDENTITY


class AutoContrast(Augmentation, rank=2):
    """Each channel of a picture stretched over all its numbers, also once trained: (B, height, width, channels)."""

    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    data_format: str | None = argument(DATA_FORMAT, None, kw_only=True)

    leaves_pictures = False
    sentence = Text(
        "Stretches each channel of a picture so that its darkest number is black and its brightest white.",
        "채널마다 가장 어두운 수는 검정, 가장 밝은 수는 하양이 되게 펼칩니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/auto_contrast.py"
    examples = (({}, ((8, 9, 3),)), ({"value_range": (0, 1)}, ((5, 6, 1),)))

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        """The same axes with channels first, where Keras takes them too."""
        share = over(self.value_range, "(x[i, j, k] − m[k]) / (M[k] − m[k])")
        return (f"y[i, j, k] = {share}, M[k] > m[k]", "m[k] = min(x[:, :, k]), M[k] = max(x[:, :, k])")

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        return ()

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """All of the first two axes behind the batch, for their smallest and largest number."""
        return ({3: (3, IDENTITY)},)

    def output_range(self) -> Range:
        """A channel of one number only is handed on as it is."""
        return "inputs" if self.value_range == (0, 1) else None


class Equalization(Augmentation, rank=2):
    """Each channel's numbers spread evenly while training: (B, height, width, channels) as it came."""

    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    bins: int = argument(integer(1, 256), 256)
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Spreads the numbers of each channel evenly while training, so that faint structure shows.",
        "학습할 때 채널마다 수를 고르게 펼쳐, 흐린 구조가 드러나게 합니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/equalization.py"
    examples = (({}, ((8, 9, 3),)), ({"value_range": (0, 1), "bins": 64}, ((5, 6, 1),)))

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        share = over(self.value_range, "(F(x) − F₀) / (1 − F₀)")
        return (f"y = {share}", f"F(x) = P(X ≤ x), F₀ = F(min x), Δx = 255 / {self.bins - 1}")


class ContrastLimitedAdaptiveHistogramEqualization(Augmentation, rank=2):
    """Each tile of a picture equalized, also once trained: (B, height, width, channels) as it came."""

    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    clip_limit: float = argument(number(), 4.0)
    tile_grid_size: tuple[int, int] = argument(several(2, 1, 8), (8, 8))
    data_format: str | None = argument(DATA_FORMAT, None)

    leaves_pictures = False
    sentence = Text(
        "Raises the contrast tile by tile, and holds it down where it would only show noise.",
        "이미지를 칸으로 나눠 칸마다 대비를 높이되, 노이즈만 도드라질 곳에서는 억제합니다.",
    )
    source = "Zuiderveld 1994; keras/src/layers/preprocessing/image_preprocessing/clahe.py"
    examples = (
        ({}, ((16, 24, 3),)),
        ({"value_range": (0, 1), "clip_limit": 2, "tile_grid_size": (2, 3)}, ((9, 7, 1),)),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        found = super().output_shape(*inputs)
        for axis, tiles in zip(self.axes, self.tile_grid_size, strict=True):
            size = found[axis]
            if isinstance(size, int) and (wanted := -(-size // tiles) * tiles) > 2 * size:
                facts = {"type": self.type, "tiles": tiles, "wanted": wanted, "size": size}
                raise ShapeError(problem("tiles", **facts), found)
        return found

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        return ()

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        rows, columns = self.tile_grid_size
        share = over(self.value_range, "Σ w[t] · (F[t](x) − F[t](0)) / (n − F[t](0))")
        limit = f"{self.clip_limit:g} · n / 256"
        held = f"h ← min(h, {limit}) + Σ max(h − {limit}, 0) / 256"
        return (
            f"y = {share}, 1 ≤ t ≤ {rows}·{columns}",
            "F[t](x) = Σ h[t][0..x], n = Σ h[t]",
            *((held,) if self.clip_limit > 0 else ()),
        )

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """A place sees the tiles around it, which begin and end where the size says."""
        return self.seen([None, None], channels=True)

    def output_range(self) -> Range:
        return None


class Solarization(Augmentation, rank=2):
    """Pictures whose bright numbers are turned dark at random while training: (B, height, width, channels)."""

    addition_factor: Pair = argument(between(0, 1), (0.0, 0.0))
    threshold_factor: Pair = argument(between(0, 1), (0.0, 0.0))
    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    seed: int | None = argument(SEED, None)
    data_format: str | None = argument(DATA_FORMAT, None, kw_only=True)

    sentence = Text(
        "Turns the bright parts of pictures dark while training, as film does that has seen too much light.",
        "학습할 때 빛을 너무 받은 필름처럼 이미지의 밝은 부분을 어둡게 뒤집습니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/solarization.py"
    examples = (
        ({}, ((8, 9, 3),)),
        ({"addition_factor": 0.2, "threshold_factor": (0.4, 0.8), "value_range": (0, 1), "seed": 7}, ((5, 6, 1),)),
    )

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        (first, last), (least, most) = self.addition_factor, self.threshold_factor
        back = () if self.value_range == (0, 255) else (f"y ← {over(self.value_range, 'y / 255')}",)
        added = f"clip({of_bytes(self.value_range)} + a, 0, 255), a ~ {drawn((first, 255 * last))}"
        return (f"y = z (z < t), 255 − z (z ≥ t), z = {added}, t ~ {drawn((least, 255 * most))}", *back)
