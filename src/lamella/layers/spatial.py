"""What the layers over sequences, pictures and volumes share: their axes, their rank, their windows along each axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from lamella.algebra import is_known
from lamella.design import Shape, Size
from lamella.errors import problem
from lamella.layers.arguments import Argument, OfRank, in_place
from lamella.layers.base import AxisMap, Layer, ShapeError
from lamella.texts.languages import Phrase, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY, Map, Window, same_padding

_LENGTH: Final = phrase("length", "길이")
_HEIGHT: Final = phrase("height", "높이")
_WIDTH: Final = phrase("width", "너비")
AXIS_NAMES: Final = {1: (_LENGTH,), 2: (_HEIGHT, _WIDTH), 3: (phrase("depth", "깊이"), _HEIGHT, _WIDTH)}
"""The spatial axes in words, by rank."""
ORDERS: Final = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
"""The same as Keras writes a shape."""
SIZES: Final = {1: "n", 2: "hw", 3: "dhw"}
POSITIONS: Final = "ijk"
TAPS: Final = "uvs"
"""Letters in formulas: the sizes of the spatial axes by rank, positions in the output, and in the window."""

Fault = Callable[[int, int, int], ShapeError]


class Spatial(Layer, abstract=True):
    """A family of layers over `rank` spatial axes: 1 (sequences), 2 (pictures) or 3 (volumes).

    A family declares its arguments once, with `of_rank` where their kind depends on the rank; a type of it says
    `rank=2` and gets them for that many axes, those in `first` in front, in Keras' order. Arguments that a type
    declares again keep their place.
    """

    rank: ClassVar[int]
    position_letters: ClassVar[str] = POSITIONS
    data_format: str | None = None

    def __init_subclass__(
        cls, *, rank: int = 0, first: Sequence[str] = (), without: Sequence[str] = (), type_name: str = ""
    ) -> None:
        if rank:
            declared: dict[str, Argument | OfRank] = {}
            for base in reversed(cls.__mro__):
                if base is not Layer:
                    found = vars(base).items()
                    declared |= {name: each for name, each in found if isinstance(each, (Argument, OfRank))}
            for name in [*first, *(each for each in in_place(declared) if each not in first)]:
                if name in vars(cls):
                    delattr(cls, name)  # set again behind those before it
                each = declared[name]
                setattr(cls, name, each.argument(rank) if isinstance(each, OfRank) else each)
            cls.rank = rank
        super().__init_subclass__(type_name=type_name, abstract=not rank, without=without)
        if "data_format" in without:
            cls.data_format = None

    @property
    def channels_first(self) -> bool:
        return self.data_format == "channels_first"

    @property
    def axes(self) -> range:
        """The spatial axes of a batch."""
        return range(2, self.rank + 2) if self.channels_first else range(1, self.rank + 1)

    @property
    def channel(self) -> int:
        """The channel axis of a batch."""
        return 1 if self.channels_first else self.rank + 1

    def need_images(self, shape: Shape) -> None:
        """Raises `ShapeError` unless the shape is a batch of sequences, pictures or volumes with channels."""
        if len(shape) == self.rank + 2:
            return
        order = ("channels", *ORDERS[self.rank]) if self.channels_first else (*ORDERS[self.rank], "channels")
        words = phrase(
            "{count} axes (batch, {order:list})", "축 {count}개(batch, {order:list})", count=len(order) + 1, order=order
        )
        plain = ", ".join(["28"] * self.rank)
        fix = phrase(
            "Add the channels: [{plain}, 1] rather than [{plain}].",
            "채널까지 적어 주세요: [{plain}] 대신 [{plain}, 1].",
            plain=plain,
        )
        hint = fix if len(shape) == self.rank + 1 else ""
        need_rank(self.type, shape, self.rank + 2, words, hint)

    def resized(
        self, shape: Shape, channels: Size, size: Callable[[int, int], int], fault: Fault | None = None
    ) -> Shape:
        """The shape with each known spatial size put through `size(0 for the first such axis, size)`.

        Where a result can be below 1, raises `fault(axis, size, result)` with the rest of the shape; the first of
        several faults is raised. Raises `ShapeError` where the shape has another rank.
        """
        self.need_images(shape)
        result = list(shape)
        result[self.channel] = channels
        first_fault = None
        for which, axis in enumerate(self.axes):
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

    def window_fault(self, argument: str, window: tuple[int, ...], dilation: tuple[int, ...]) -> Fault:
        """The fault of a window that is larger than its input."""

        def fault(which: int, size: int, _result: int) -> ShapeError:
            name, limit = AXIS_NAMES[self.rank][which], (size - 1) // dilation[which] + 1
            facts = {"argument": argument, "window": window, "size": size, "axis": name, "limit": limit}
            return ShapeError(problem("window too large", **facts))

        return fault

    def seen(self, maps: Sequence[Map | None], *, channels: bool = False) -> tuple[AxisMap, ...]:
        """One map for each spatial axis; with `channels`, each channel sees only that at its place."""
        found: dict[int, tuple[int, Map | None]] = {
            axis: (axis, way) for axis, way in zip(self.axes, maps, strict=True)
        }
        return (found | {self.channel: (self.channel, IDENTITY)} if channels else found,)


def need_rank(type_name: str, shape: Shape, rank: int, words: Phrase, fix: object = "") -> None:
    """Raises `ShapeError` unless the shape has `rank` axes."""
    if len(shape) != rank:
        raise ShapeError(problem("rank", type=type_name, expected=words, received=show_shape(shape), suggestion=fix))


def window(size: Size, kernel: int, stride: int, padding: str, dilation: int = 1) -> Window | None:
    """How the outputs of a convolution or pooling see their input; None where its size decides and is not known."""
    extent = dilation * (kernel - 1)
    if padding == "valid" or not extent:
        before = 0
    elif padding == "causal":
        before = extent
    elif isinstance(size, int) or stride == 1:
        before = same_padding(size if isinstance(size, int) else 1, kernel, stride, dilation)[0]
    else:
        return None
    return Window(kernel, stride, dilation, before)
