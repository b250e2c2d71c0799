"""Pictures cropped, flipped, moved and bent at random while training."""

from __future__ import annotations

from lamella.design import Shape
from lamella.layers.arguments import DATA_FORMAT, argument, choice, integer, number, optional
from lamella.layers.augmentation import (
    FILL_MODE,
    INTERPOLATION,
    SEED,
    VALUE_RANGE,
    Augmentation,
    Pair,
    as_given,
    between,
    both_ways,
    clipped,
    drawn,
    some,
)
from lamella.layers.base import AxisMap
from lamella.layers.resizing import cropped
from lamella.texts.languages import Text
from lamella.window import IDENTITY, Map


def _shear(value: object) -> object:
    """Keras takes numbers from 0 on, and keeps one number f as -f to f: that is brought back."""
    if isinstance(value, (list, tuple)) and len(value) == 2 and value[0] == -value[1] <= 0:
        value = value[1]
    return _SHEAR.parse(value)


_SHEAR = as_given(0, 1)


class RandomCrop(Augmentation, rank=2):
    """A random part of a picture: (B, any height, any width, channels) -> (B, height, width, channels).

    A picture that is too small is resized. So Keras says, and so it trains; afterwards the picture stays whole.
    """

    height: int = argument(integer(1, 28))
    width: int = argument(integer(1, 28))
    seed: int | None = argument(SEED, None)
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Cuts a random part out of each picture while training; afterwards Keras leaves pictures as they are.",
        "학습할 때 이미지마다 무작위 부분을 잘라 냅니다. 학습이 끝나면 Keras는 이미지를 자르지 않고 그대로 둡니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_crop.py"
    examples = (
        ({"height": 5, "width": 4}, ((8, 9, 3),)),
        ({"height": 6, "width": 6, "seed": 7}, ((4, 9, 2),)),
        ({"height": 3, "width": 5, "data_format": "channels_first"}, ((1, 3, 5),)),
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        found = list(super().output_shape(*inputs))
        for axis, size in zip(self.axes, (self.height, self.width), strict=True):
            found[axis] = size
        return tuple(found)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """Of another size, the output is a part that is never the same."""
        ways: list[Map | None] = [IDENTITY if inputs[0][axis] == output[axis] else None for axis in self.axes]
        return self.seen(ways, channels=True)

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        height, width = self.sides(shape)
        known = [size for axis in self.axes if isinstance(size := shape[axis], int)]
        if len(known) == 2 and not (known[0] > self.height and known[1] > self.width):
            ends = cropped(known[0], known[1], self.height, self.width)
            parts = [
                f"{-before}:{min(wanted - before, size)}"
                for (before, _), wanted, size in zip(ends, (self.height, self.width), known, strict=True)
            ]
            return (f"y = bilinear(x[{self.at(*parts).replace('c', ':')}], {self.height} × {self.width})",)
        return (
            f"y[{self.at()}] = x[{self.at('i + a', 'j + b')}]",
            f"a ~ U{{0..{height} − {self.height}}}, b ~ U{{0..{width} − {self.width}}}",
        )


class RandomFlip(Augmentation, rank=2):
    """Every second picture mirrored while training: (B, height, width, channels) as it came."""

    mode: str = argument(choice("horizontal_and_vertical", "horizontal", "vertical"), "horizontal_and_vertical")
    seed: int | None = argument(SEED, None)
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Mirrors half of the pictures at random while training, so that left and right, or top and bottom, are alike.",
        "학습할 때 이미지를 절반의 확률로 뒤집어, 좌우나 위아래가 중요하지 않게 합니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_flip.py"
    examples = (
        ({}, ((8, 9, 3),)),
        ({"mode": "horizontal", "seed": 7}, ((5, 6, 1),)),
        ({"mode": "vertical", "data_format": "channels_first"}, ((2, 5, 6),)),
    )

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        bottom, right = self.last(shape)
        rows = "i" if self.mode == "horizontal" else f"{bottom} − i"
        columns = "j" if self.mode == "vertical" else f"{right} − j"
        return (f"y[{self.at()}] = x[{self.at(rows, columns)}], P = 1/2",)


class RandomTranslation(Augmentation, rank=2):
    """Pictures moved by a random part of their size while training: (B, height, width, channels) as it came."""

    height_factor: float | Pair = argument(as_given(-1, 1))
    width_factor: float | Pair = argument(as_given(-1, 1))
    fill_mode: str = argument(FILL_MODE, "reflect")
    interpolation: str = argument(INTERPOLATION, "bilinear")
    seed: int | None = argument(SEED, None)
    fill_value: float = argument(number(), 0.0)
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Moves pictures up, down and sideways at random while training, so that the place does not matter.",
        "학습할 때 이미지를 위아래와 옆으로 무작위로 옮겨, 위치가 중요하지 않게 합니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_translation.py"
    examples = (
        ({"height_factor": 0.2, "width_factor": 0.1}, ((8, 9, 3),)),
        (
            {"height_factor": (-0.3, 0), "width_factor": 0, "fill_mode": "constant", "fill_value": 1, "seed": 7},
            ((5, 6, 1),),
        ),
    )

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        height, width = self.sides(shape)
        rows, columns = both_ways(self.height_factor), both_ways(self.width_factor)
        return (
            f"y[{self.at()}] = x[{self.at(f'i − {height}·a', f'j − {width}·b')}]",
            f"a ~ {drawn(rows)}, b ~ {drawn(columns)}",
        )


class RandomRotation(Augmentation, rank=2):
    """Pictures turned by a random angle while training, factor 1 all around: (B, height, width, channels)."""

    factor: Pair = argument(between(-1, 1))
    fill_mode: str = argument(FILL_MODE, "reflect")
    interpolation: str = argument(INTERPOLATION, "bilinear")
    seed: int | None = argument(SEED, None)
    fill_value: float = argument(number(), 0.0)
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Turns pictures by a random angle while training, so that their direction does not matter.",
        "학습할 때 이미지를 무작위 각도로 돌려, 방향이 중요하지 않게 합니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_rotation.py"
    examples = (
        ({"factor": 0.2}, ((8, 9, 3),)),
        ({"factor": (-0.1, 0.3), "fill_mode": "nearest", "interpolation": "nearest", "seed": 7}, ((5, 6, 1),)),
    )

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        i, j = self.middle(shape)
        rows = f"{i} + sin θ · (j − {j}) + cos θ · (i − {i})"
        columns = f"{j} + cos θ · (j − {j}) − sin θ · (i − {i})"
        return (f"y[{self.at()}] = x[{self.at(rows, columns)}]", f"θ ~ 360° · {drawn(self.factor)}")


class RandomZoom(Augmentation, rank=2):
    """Pictures enlarged or reduced at random while training: (B, height, width, channels) as it came."""

    height_factor: float | Pair = argument(as_given(-1, 1, above=True))
    width_factor: float | Pair | None = argument(optional(as_given(-1, 1, above=True)), None)
    fill_mode: str = argument(FILL_MODE, "reflect")
    interpolation: str = argument(INTERPOLATION, "bilinear")
    seed: int | None = argument(SEED, None)
    fill_value: float = argument(number(), 0.0)
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Enlarges or reduces pictures at random while training, so that the size of things does not matter.",
        "학습할 때 이미지를 무작위로 키우거나 줄여, 물체의 크기가 중요하지 않게 합니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_zoom.py"
    examples = (
        ({"height_factor": 0.2}, ((8, 9, 3),)),
        ({"height_factor": (-0.5, 0), "width_factor": (0, 0.25), "seed": 7}, ((5, 6, 1),)),
    )

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        i, j = self.middle(shape)
        rows, columns = f"{i} + a · (i − {i})", f"{j} + b · (j − {j})"
        other = "b = a" if self.width_factor is None else f"b ~ 1 + {drawn(both_ways(self.width_factor))}"
        return (
            f"y[{self.at()}] = x[{self.at(rows, columns)}]",
            f"a ~ 1 + {drawn(both_ways(self.height_factor))}, {other}",
        )


class RandomShear(Augmentation, rank=2):
    """Pictures slanted at random while training: (B, height, width, channels) as it came."""

    x_factor: float | Pair = argument(_SHEAR._replace(parse=_shear), 0.0)
    y_factor: float | Pair = argument(_SHEAR._replace(parse=_shear), 0.0)
    interpolation: str = argument(INTERPOLATION, "bilinear")
    fill_mode: str = argument(FILL_MODE, "reflect")
    fill_value: float = argument(number(), 0.0)
    data_format: str | None = argument(DATA_FORMAT, None)
    seed: int | None = argument(SEED, None)

    sentence = Text(
        "Slants pictures at random while training, as if seen from the side.",
        "학습할 때 이미지를 비스듬히 본 것처럼 무작위로 기울입니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_shear.py"
    examples = (
        ({"x_factor": 0.2}, ((8, 9, 3),)),
        ({"x_factor": (0.1, 0.3), "y_factor": 0.5, "fill_mode": "wrap", "seed": 7}, ((5, 6, 1),)),
    )

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        across, down = drawn(both_ways(self.x_factor)), drawn(both_ways(self.y_factor))
        return (
            f"y[{self.at()}] = x[{self.at('i + s · b · j', 'j + s · a · i')}]",
            f"a ~ {across}, b ~ {down}, s ~ U{{−1, 1}}",
        )


class RandomPerspective(Augmentation, rank=2):
    """Pictures seen from a random side while training: (B, height, width, channels) as it came."""

    factor: Pair = argument(between(0, 1), (0.0, 1.0))
    scale: float = argument(number(0, 1), 1.0)
    interpolation: str = argument(INTERPOLATION, "bilinear")
    fill_value: float = argument(number(), 0.0)
    seed: int | None = argument(SEED, None)
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Moves the corners of pictures at random while training, as if the camera stood elsewhere.",
        "학습할 때 이미지의 네 모서리를 무작위로 옮겨, 카메라가 다른 곳에 있었던 것처럼 만듭니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/random_perspective.py"
    examples = (
        ({}, ((8, 9, 3),)),
        ({"factor": 0.5, "scale": 0.3, "interpolation": "nearest", "seed": 7}, ((5, 6, 1),)),
    )

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        half = self.scale / 2
        bottom, right = self.last(shape)
        corners = f"(0, 0), (0, {right}), ({bottom}, 0), ({bottom}, {right})"
        return (
            f"y[p, c] = x[H(p), c], {some(self.factor)}",
            f"H(q) = q · (1 + a), q ∈ {{{corners}}}, a ~ {drawn((-half, half))}",
        )


class RandomElasticTransform(Augmentation, rank=2):
    """Pictures bent at random while training: (B, height, width, channels) as it came."""

    factor: Pair = argument(between(0, 1), (0.0, 1.0))
    scale: Pair = argument(between(0, 1), (0.0, 1.0))
    interpolation: str = argument(INTERPOLATION, "bilinear")
    fill_mode: str = argument(choice("reflect", "wrap", "constant", "nearest", "mirror"), "reflect")
    fill_value: float = argument(number(), 0.0)
    value_range: Pair = argument(VALUE_RANGE, (0.0, 255.0))
    seed: int | None = argument(SEED, None)
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Bends pictures at random while training, as if printed on rubber.",
        "학습할 때 이미지를 고무에 찍힌 것처럼 무작위로 휘어 놓습니다.",
    )
    source = "Simard et al. 2003; keras/src/layers/preprocessing/image_preprocessing/random_elastic_transform.py"
    examples = (
        ({}, ((8, 9, 3),)),
        ({"factor": (0.2, 0.5), "scale": 0.3, "value_range": (0, 1), "seed": 7}, ((5, 6, 1),)),
    )

    def training_formulas(self, shape: Shape) -> tuple[str, ...]:
        height, width = self.sides(shape)
        moved = clipped("x[p + α · (G(σ) ∗ n)[p], c]", self.value_range)
        return (
            f"y[p, c] = {moved}, n ~ N(0, σ²), {some(self.factor)}",
            f"α = 0.1·s·max({height}, {width}), σ = 0.05·s·min({height}, {width}), s ~ {drawn(self.scale)}",
        )
