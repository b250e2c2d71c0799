"""Formulas of the layers over sequences, pictures and volumes: places under a window, and how sizes come about."""

from __future__ import annotations

from collections.abc import Sequence

from lamella.algebra import factor, is_known
from lamella.design import Shape, Size
from lamella.layers.spatial import POSITIONS, SIZES, TAPS, Spatial
from lamella.units import size as written_size


def added(text: str, number: int) -> str:
    """A number added to a term; nothing where it is 0.

    >>> added("i", 2), added("i", -1), added("i", 0)
    ('i + 2', 'i − 1', 'i')
    """
    return f"{text} {'+' if number > 0 else '−'} {abs(number)}" if number else text


def scaled(number: int, letter: str) -> str:
    return letter if number == 1 else f"{number}·{letter}"


def placed(layer: Spatial, places: Sequence[str], channel: str) -> str:
    """The places along all axes as an index, the channel where the layer has it."""
    return ", ".join([channel, *places] if layer.channels_first else [*places, channel])


def positions(layer: Spatial) -> str:
    return layer.position_letters[: layer.rank]


def taps(layer: Spatial) -> str:
    return TAPS[: layer.rank]


def weight_places(layer: Spatial, kernel: Sequence[int]) -> list[str]:
    """The place in the window, along each axis; 0 where it has only one."""
    return [tap if size > 1 else "0" for tap, size in zip(taps(layer), kernel, strict=True)]


def under_window(
    layer: Spatial,
    kernel: Sequence[int],
    strides: Sequence[int],
    dilation: Sequence[int],
    befores: Sequence[int | None],
) -> list[str]:
    """Where in the input the window of an output stands, along each axis: 2·i + 3·u − 1.

    The padding is p where it is not known.
    """
    found = []
    each = zip(positions(layer), taps(layer), kernel, strides, dilation, befores, strict=True)
    for position, tap, size, stride, gap, before in each:
        place = scaled(stride, position)
        if size > 1:
            place += f" + {scaled(gap, tap)}"
        found.append(f"{place} − p" if before is None else added(place, -before))
    return found


def tap_ranges(layer: Spatial, kernel: Sequence[int]) -> str:
    """The window's extent: 0 ≤ u < 3, 0 ≤ v < 2."""
    return ", ".join(f"0 ≤ {tap} < {size}" for tap, size in zip(taps(layer), kernel, strict=True))


def activated(activation: str | None, sum_of: str) -> str:
    return sum_of if activation in (None, "linear") else f"{activation}({sum_of})"


def size_lines(layer: Spatial, inputs: Shape, output: Shape, how: Sequence[str]) -> tuple[str, ...]:
    """One line for each spatial axis: h = ... = 14. In `how`, {size} stands for the input's size."""
    lines = []
    for letter, axis, text in zip(SIZES[layer.rank], layer.axes, how, strict=True):
        result = output[axis] if axis < len(output) else None
        filled = text.replace("{size}", _size(inputs[axis], letter))
        computed = written_size(result)
        lines.append(f"{letter} = {filled}" + (f" = {computed}" if is_known(result) and filled != computed else ""))
    return tuple(lines)


def _size(size: Size, letter: str) -> str:
    """A size that is not known is called after its axis, in capitals."""
    if size is None:
        return letter.upper()
    return factor(size) if is_known(size) else str(size)


def window_size(kernel: int, stride: int, padding: str, dilation: int = 1) -> str:
    """The size behind a convolution or pooling: ⌊({size} − 3) / 2⌋ + 1, with padding ⌈{size} / 2⌉."""
    if padding != "valid":
        return f"⌈{{size}} / {stride}⌉"
    inside = f"{{size}} − {kernel}" if dilation == 1 else f"{{size}} − {dilation}·({kernel} − 1) − 1"
    return f"{inside} + 1" if stride == 1 else f"⌊({inside}) / {stride}⌋ + 1"


def transposed_size(kernel: int, stride: int, padding: str, extra: int | None, dilation: int = 1) -> str:
    """The size behind a transposed convolution: ({size} − 1)·2 + 3."""
    extent = f"{kernel}" if dilation == 1 else f"{dilation}·({kernel} − 1) + 1"
    if padding == "same":
        odd = (dilation * (kernel - 1) + 1) % 2
        return f"{{size}}·{stride}" if extra is None else f"({{size}} − 1)·{stride} + {odd} + {extra}"
    return f"({{size}} − 1)·{stride} + " + (f"max({extent}, {stride})" if extra is None else f"{extent} + {extra}")


_WEIGHTS = {
    "bilinear": "k(t) = max(1 − |t|, 0)",
    "bicubic": "k(t) = 1.5·|t|³ − 2.5·|t|² + 1 (|t| ≤ 1), −0.5·|t|³ + 2.5·|t|² − 4·|t| + 2 (|t| < 2), 0",
    "lanczos3": "k(t) = sin(π·t)·sin(π·t / 3)·3 / (π·t)² (|t| < 3), 0",
    "lanczos5": "k(t) = sin(π·t)·sin(π·t / 5)·5 / (π·t)² (|t| < 5), 0",
}
"""The weight of an input at the distance t. Source: tensorflow/core/kernels/image/sampling_kernels.h"""


def resampled(layer: Spatial, interpolation: str, scales: Sequence[str], wider: Sequence[str] = ("", "", "")) -> str:
    """The inputs around an output's place, (i + 1/2) · 28 / 14 − 1/2, by their weights.

    `wider` is what distances are multiplied by where reducing with antialias widens the weights: " · 14 / 28".
    """
    places = [
        f"(i + 1/2) {scale}".replace("i", position, 1) for position, scale in zip(POSITIONS, scales, strict=False)
    ]
    if interpolation == "nearest":
        return f"x[{placed(layer, [f'⌊{place}⌋' for place in places], 'c')}]"
    factors = []
    for place, tap, by in zip(places, TAPS, wider, strict=False):
        distance = f"{place} − 1/2 − {tap}"
        factors.append(f"k(({distance}){by})" if by else f"k({distance})")
    weights = " · ".join(factors)
    return f"Σ x[{placed(layer, list(taps(layer)), 'c')}] · {weights} / Σ {weights}, {_WEIGHTS[interpolation]}"
