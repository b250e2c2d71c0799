"""Resizing and CenterCrop: pictures brought to a wanted size."""

from __future__ import annotations

from math import gcd
from struct import pack, unpack
from typing import Final

from lamella.design import Shape, Size
from lamella.errors import Problem, problem
from lamella.layers.activations import Range
from lamella.layers.arguments import DATA_FORMAT, FLAG, argument, choice, integer, number
from lamella.layers.base import AxisMap
from lamella.layers.spatial import Spatial
from lamella.layers.spatial_formulas import added, placed, positions, resampled
from lamella.texts.languages import Text, phrase
from lamella.window import Chain, Map, Resampling, Window

RADIUS: Final = {"nearest": 0, "bilinear": 1, "bicubic": 2, "lanczos3": 3, "lanczos5": 5}
"""How far the weights of an interpolation reach, in inputs."""
INTERPOLATIONS: Final = tuple(RADIUS)


class _Resized(Spatial):
    """Pictures of any size made into pictures of `height` x `width`."""

    height: int = argument(integer(1, 28))
    width: int = argument(integer(1, 28))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        self.need_images(shape)
        found = list(shape)
        for axis, size in zip(self.axes, (self.height, self.width), strict=True):
            found[axis] = size
        return tuple(found)


class Resizing(_Resized, rank=2):
    """A picture at another size: (B, any height, any width, channels) -> (B, height, width, channels)."""

    height: int = argument(integer(1, 28))
    width: int = argument(integer(1, 28))
    interpolation: str = argument(choice("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"), "bilinear")
    crop_to_aspect_ratio: bool = argument(FLAG, False)
    pad_to_aspect_ratio: bool = argument(FLAG, False)
    fill_mode: str = argument(choice("constant"), "constant")
    fill_value: float = argument(number(), 0.0)
    antialias: bool = argument(FLAG, False)
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Brings pictures to one size, with numbers between those of the picture.",
        "이미지의 수들 사이를 채워, 이미지를 정해진 크기로 맞춥니다.",
    )
    source = (
        "keras/src/layers/preprocessing/image_preprocessing/resizing.py; "
        "tensorflow/core/kernels/image/image_resizer_state.h"
    )
    examples = (
        ({"height": 8, "width": 6}, ((5, 7, 3),)),
        ({"height": 4, "width": 9, "interpolation": "lanczos5", "antialias": True}, ((10, 6, 2),)),
        ({"height": 4, "width": 4, "interpolation": "nearest", "crop_to_aspect_ratio": True}, ((9, 6, 1),)),
        ({"height": 6, "width": 8, "pad_to_aspect_ratio": True, "interpolation": "bicubic"}, ((7, 4, 2),)),
    )

    def conflicts(self) -> list[Problem]:
        return crop_and_pad() if self.crop_to_aspect_ratio and self.pad_to_aspect_ratio else []

    def _ends(self, shape: Shape) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """For each axis what stands before the picture that is resized (below 0: cut off), and its size."""
        height, width = (shape[axis] for axis in self.axes)
        if not isinstance(height, int) or not isinstance(width, int):
            return None
        return cropped(height, width, self.height, self.width, self.pad_to_aspect_ratio)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        """With an aspect ratio kept, x is the picture that is cropped or padded first."""
        wanted = (self.height, self.width)
        held: list[Size] = [inputs[0][axis] for axis in self.axes]
        if self.crop_to_aspect_ratio or self.pad_to_aspect_ratio:
            ends = self._ends(inputs[0])
            held = [None, None] if ends is None else [size for _, size in ends]
        names = [letter.upper() if size is None else f"{size}" for letter, size in zip("hw", held, strict=True)]
        scales = [f"· {name} / {size}" for name, size in zip(names, wanted, strict=True)]
        wider = [
            f" · {out} / {name}" if self.antialias and isinstance(size, int) and size > out else ""
            for size, name, out in zip(held, names, wanted, strict=True)
        ]
        first = resampled(self, self.interpolation, scales, wider)
        return (f"y[{placed(self, positions(self), 'c')}] = {first}", f"h = {self.height}", f"w = {self.width}")

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        wanted, sizes = (self.height, self.width), [inputs[0][axis] for axis in self.axes]
        radius = RADIUS[self.interpolation]
        if not (self.crop_to_aspect_ratio or self.pad_to_aspect_ratio):
            each = zip(sizes, wanted, strict=True)
            return self.seen([resampling(size, out, radius, self.antialias) for size, out in each], channels=True)
        return self.seen(_behind(self._ends(inputs[0]), wanted, radius, self.antialias), channels=True)

    def output_range(self) -> Range:
        """The cubic and Lanczos interpolations overshoot, and a picture may be filled up with any number."""
        filled = self.pad_to_aspect_ratio and not 0 <= self.fill_value <= 1
        return "inputs" if self.interpolation in ("nearest", "bilinear") and not filled else None


class CenterCrop(_Resized, rank=2):
    """The middle of a picture: (B, any height, any width, channels) -> (B, height, width, channels).

    A picture that is too small is resized: its middle of the wanted aspect ratio, bilinearly.
    """

    height: int = argument(integer(1, 28))
    width: int = argument(integer(1, 28))
    data_format: str | None = argument(DATA_FORMAT, None)

    sentence = Text(
        "Cuts the middle out of a picture; one that is too small is enlarged.",
        "이미지의 가운데를 잘라 냅니다. 너무 작은 이미지는 키웁니다.",
    )
    source = "keras/src/layers/preprocessing/image_preprocessing/center_crop.py; keras/src/utils/image_utils.py"
    examples = (
        ({"height": 4, "width": 3}, ((9, 8, 3),)),
        ({"height": 6, "width": 6}, ((5, 9, 2),)),
    )

    def _shift(self, shape: Shape) -> tuple[int, int] | None:
        """Where the middle begins; None where the picture is too small, or its size not known."""
        height, width = (shape[axis] for axis in self.axes)
        if not isinstance(height, int) or not isinstance(width, int) or height < self.height or width < self.width:
            return None
        return (height - self.height) // 2, (width - self.width) // 2

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        height, width = (inputs[0][axis] for axis in self.axes)
        shift, result = self._shift(inputs[0]), f"y[{placed(self, positions(self), 'c')}] = "
        if shift is not None:
            places = [added(position, start) for position, start in zip(positions(self), shift, strict=True)]
            return (f"{result}x[{placed(self, places, 'c')}]", f"h = {self.height}", f"w = {self.width}")
        wanted = (self.height, self.width)
        names = ["H", "W"]
        if isinstance(height, int) and isinstance(width, int):
            names = [str(size) for _, size in cropped(height, width, *wanted)]
        scales = [f"· {name} / {size}" for name, size in zip(names, wanted, strict=True)]
        return (result + resampled(self, "bilinear", scales), f"h = {self.height}", f"w = {self.width}")

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        shift, (height, width) = self._shift(inputs[0]), (inputs[0][axis] for axis in self.axes)
        if shift is not None:
            return self.seen([Window(before=-start) for start in shift], channels=True)
        wanted, known = (self.height, self.width), isinstance(height, int) and isinstance(width, int)
        ends = cropped(height, width, *wanted) if known else None  # type: ignore[arg-type]
        return self.seen(_behind(ends, wanted, RADIUS["bilinear"], False), channels=True)

    def output_range(self) -> Range:
        return "inputs"


def crop_and_pad() -> list[Problem]:
    """The fault of both at once."""
    facts = {
        "first": "crop_to_aspect_ratio",
        "second": "pad_to_aspect_ratio",
        "reason": phrase("a picture is either cropped or padded", "이미지는 자르거나 채우거나 둘 중 하나입니다"),
        "received": "true, true",
        "suggestion": phrase("Set one of them to false.", "하나를 false로 하세요."),
    }
    return [problem("arguments conflict", **facts)]


def cropped(
    height: int, width: int, wanted_height: int, wanted_width: int, pad: bool = False
) -> tuple[tuple[int, int], tuple[int, int]]:
    """The middle of a picture that has the wanted aspect ratio, or with `pad` the picture with as much around it.

    For each axis what is put in front (below 0: cut off), and the size then. Both ends get the same padding.
    """
    found = []
    for size, other in (
        (height, width * wanted_height // wanted_width),
        (width, height * wanted_width // wanted_height),
    ):
        if pad:
            before = (max(size, other) - size) // 2
            found.append((before, size + 2 * before))
        else:
            kept = max(min(size, other), 1)
            found.append((-((size - kept) // 2), kept))
    return found[0], found[1]


def resampling(size: Size, wanted: int, radius: int, antialias: bool) -> Map | None:
    """How `wanted` outputs see an axis; None where its size is not known.

    TensorFlow takes the nearest input in 32-bit numbers, which at some sizes round a place that lies between two
    inputs the other way than the rule says: that is not followed.
    """
    if not isinstance(size, int) or (not radius and _rounds_otherwise(size, wanted)):
        return None
    if size == wanted:
        return Window()
    common = gcd(size, wanted)
    return Resampling(size // common, wanted // common, radius, antialias)


def _behind(
    ends: tuple[tuple[int, int], tuple[int, int]] | None, wanted: tuple[int, int], radius: int, antialias: bool
) -> list[Map | None]:
    """Cut or padded first, then resized, along both axes."""
    if ends is None:
        return [None, None]
    maps: list[Map | None] = []
    for (before, size), out in zip(ends, wanted, strict=True):
        then = resampling(size, out, radius, antialias)
        maps.append(None if then is None else Chain(Window(before=before), size, then))
    return maps


def _rounds_otherwise(size: int, wanted: int) -> bool:
    scale = _float32(size / wanted)
    places = (min(int(_float32((output + 0.5) * scale)), size - 1) for output in range(wanted))
    return any(place != (2 * output + 1) * size // (2 * wanted) for output, place in enumerate(places))


def _float32(value: float) -> float:
    rounded: float = unpack("f", pack("f", value))[0]
    return rounded
