"""What the layers over pictures share: their axes, their rank, their windows along each axis."""

from __future__ import annotations

from collections.abc import Callable

from lamella.algebra import is_known
from lamella.design import Shape, Size
from lamella.errors import problem
from lamella.layers.base import AxisMap, ShapeError
from lamella.texts.languages import Phrase, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY, Map, Window, same_padding

AXIS_NAMES = (phrase("height", "높이"), phrase("width", "너비"))


def axes(data_format: str | None) -> tuple[tuple[int, int], int]:
    """The two spatial axes and the channel axis of a batch of pictures."""
    return ((2, 3), 1) if data_format == "channels_first" else ((1, 2), 3)


def need_rank(type_name: str, shape: Shape, rank: int, words: Phrase, fix: object = "") -> None:
    """Raises `ShapeError` unless the shape has `rank` axes."""
    if len(shape) != rank:
        raise ShapeError(problem("rank", type=type_name, expected=words, received=show_shape(shape), suggestion=fix))


def need_picture(type_name: str, shape: Shape, data_format: str | None) -> None:
    """Raises `ShapeError` unless the shape is a batch of pictures with channels."""
    first = data_format == "channels_first"
    words = phrase(
        "4 axes (batch, {order:list})",
        "축 4개(batch, {order:list})",
        order=("channels", "height", "width") if first else ("height", "width", "channels"),
    )
    fix = phrase(
        "Add the channels: [28, 28, 1] rather than [28, 28].",
        "채널까지 적어 주세요: [28, 28] 대신 [28, 28, 1].",
    )
    need_rank(type_name, shape, 4, words, fix if len(shape) == 3 else "")


def each_axis(
    shape: Shape,
    data_format: str | None,
    channels: Size,
    size: Callable[[int, int], int],
    fault: Callable[[int, int, int], ShapeError] | None = None,
) -> Shape:
    """The shape with each known spatial size put through `size(axis 0 or 1, size)`.

    Where a result can be below 1, raises `fault(axis, size, result)` with the rest of the shape; the first of two
    faults is raised.
    """
    spatial, channel = axes(data_format)
    result = list(shape)
    result[channel] = channels
    first_fault = None
    for which, axis in enumerate(spatial):
        known = shape[axis]
        result[axis] = size(which, known) if is_known(known) else None
        new = result[axis]
        if fault is not None and isinstance(known, int) and isinstance(new, int) and new < 1:
            result[axis] = None
            first_fault = first_fault or fault(which, known, new)
    if first_fault is not None:
        first_fault.shape = tuple(result)
        raise first_fault
    return tuple(result)


def window_fault(argument: str, window: tuple[int, int], dilation: tuple[int, int]) -> Callable[..., ShapeError]:
    """The fault of a window that is larger than its input."""

    def fault(which: int, size: int, _result: int) -> ShapeError:
        return ShapeError(
            problem(
                "window too large",
                argument=argument,
                window=window,
                size=size,
                axis=AXIS_NAMES[which],
                limit=(size - 1) // dilation[which] + 1,
            )
        )

    return fault


def windows(
    shape: Shape,
    data_format: str | None,
    kernel: tuple[int, int],
    strides: tuple[int, int],
    padding: str,
    dilation: tuple[int, int] = (1, 1),
) -> dict[int, tuple[int, Map | None]]:
    """How the outputs of a convolution or pooling see its input, per spatial axis."""
    found: dict[int, tuple[int, Map | None]] = {}
    for which, axis in enumerate(axes(data_format)[0]):
        size = shape[axis]
        if padding == "valid":
            before: int | None = 0
        elif isinstance(size, int) or strides[which] == 1:
            before = same_padding(size if isinstance(size, int) else 1, kernel[which], strides[which], dilation[which])[
                0
            ]
        else:
            before = 0 if dilation[which] * (kernel[which] - 1) == 0 else None
        seen = None if before is None else Window(kernel[which], strides[which], dilation[which], before)
        found[axis] = (axis, seen)
    return found


def with_channels(views: dict[int, tuple[int, Map | None]], data_format: str | None) -> AxisMap:
    """The same, where each channel sees only the channel at its place."""
    channel = axes(data_format)[1]
    return {**views, channel: (channel, IDENTITY)}
