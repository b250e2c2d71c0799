"""A tensor of a design in ONNX, in one or both of two layouts: as the design has it, and with the last axis moved to 1.

ONNX' convolutions and poolings want the channels in front, Keras' have them last. A value is turned where a layer
needs it otherwise, and only once: a chain of convolutions has a Transpose at its start and one at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lamella.design import Shape, Size

if TYPE_CHECKING:
    from lamella.building.onnx_graph import Function, Graph


class Value:
    """A tensor with the shape that the design gives it, the batch included.

    `name(False)` is its ONNX tensor in the design's own order, `name(True)` that with the last axis moved to 1.
    Below three axes both are one.
    """

    def __init__(self, graph: Graph, shape: Shape, name: str, moved: bool = False, *, flags: bool = False) -> None:
        """`flags`: whether Keras has true and false in it, or whole numbers, which are float32 here."""
        self.graph, self.shape, self.flags = graph, shape, flags
        self.layer = graph.layer
        self.moved = moved and len(shape) > 2
        """The layout that it was made in."""
        self._names = {self.moved: name}

    def has(self, moved: bool) -> bool:
        """Whether it is there in a layout already, or both are one."""
        return len(self.shape) < 3 or moved in self._names

    def name(self, moved: bool | None = None) -> str:
        """The tensor in a layout, by default the one that it was made in."""
        wanted = (self.moved if moved is None else moved) and len(self.shape) > 2
        if wanted not in self._names:
            self._names[wanted] = self._turned(wanted)
        return self._names[wanted]

    def _turned(self, moved: bool) -> str:
        with self.graph.of(self.layer):
            last, source = len(self.shape) - 1, self.name(not moved)
            if self.same_order:
                target = new_shape(self.sizes(not moved), self.sizes(moved))
                if target is not None:
                    return self.graph.add("Reshape", source, self.graph.integers(target))
            order = [0, last, *range(1, last)] if moved else [0, *range(2, last + 1), 1]
            return self.graph.add("Transpose", source, perm=order)

    @property
    def same_order(self) -> bool:
        """Whether the numbers stand in the same order in both layouts."""
        *spatial, channels = self.shape[1:]
        return channels == 1 or all(size == 1 for size in spatial)

    def in_a_row(self) -> str:
        """The numbers in the design's order, whatever the layout."""
        return self.name() if len(self.shape) > 2 and self.same_order else self.name(False)

    def sizes(self, moved: bool) -> Shape:
        """The shape in a layout."""
        if not moved or len(self.shape) < 3:
            return self.shape
        return (self.shape[0], self.shape[-1], *self.shape[1:-1])

    def axis(self, place: int, moved: bool) -> int:
        """Where an axis of the design's shape, counted from 0, stands in a layout."""
        if not moved or not place or len(self.shape) < 3:
            return place
        return 1 if place == len(self.shape) - 1 else place + 1

    def put(self, function: Function) -> Value:
        """What a function of single numbers makes of it."""
        return self.like(function(self.graph, self.name()))

    def like(self, name: str, *, flags: bool = False) -> Value:
        """Another tensor of the same shape and layout."""
        return Value(self.graph, self.shape, name, self.moved, flags=flags)


class Padded(Value):
    """A value with zeros around it that are only written where a layer can't take them itself."""

    def __init__(self, inner: Value, shape: Shape, ends: Sequence[tuple[int, int]], write: Callable[[], Value]) -> None:
        """`ends` are how many zeros stand before and after, along each axis of the design's shape."""
        self.graph, self.shape, self.flags = inner.graph, shape, False
        self.layer, self.moved = inner.graph.layer, inner.moved
        self.inner, self.ends, self._write = inner, ends, write
        self._names: dict[bool, str] = {}

    def name(self, moved: bool | None = None) -> str:
        if not self._names:
            with self.graph.of(self.layer):
                self._names[self.moved] = self._write().name(self.moved)
        return super().name(moved)

    def has(self, moved: bool) -> bool:
        return moved == self.moved or super().has(moved)

    def only(self, axes: Sequence[int]) -> bool:
        """Whether zeros stand along these axes alone."""
        return not any(any(ends) for axis, ends in enumerate(self.ends) if axis not in axes)


def together(values: Sequence[Value]) -> bool:
    """The layout in which values of as many axes are joined with the fewest turned."""
    for moved in (False, True):
        if all(value.has(moved) for value in values):
            return moved
    return any(value.moved for value in values)


def surrounded(value: Value, ends: Sequence[tuple[int, int]], fill: float, mode: str = "constant") -> str:
    """The tensor, as it stands, with a number before and after it, so often along each axis of the design's shape.

    Pad could be told some axes alone; ONNX Runtime 1.32 forgets them where it moves a Transpose past it.
    """
    places = sorted(range(len(ends)), key=lambda place: value.axis(place, value.moved))
    pads = [ends[place][end] for end in (0, 1) for place in places]
    filled = [value.graph.number(fill)] if mode == "constant" else []
    return value.graph.add("Pad", value.name(), value.graph.integers(pads), *filled, mode=mode)


def new_shape(before: Shape, after: Shape) -> list[int] | None:
    """What Reshape takes: 0 for a size that stays where it is, -1 for one that follows; None where several would."""
    found = []
    for axis, size in enumerate(after):
        stays = axis < len(before) and size == before[axis] and size is not None
        found.append(size if isinstance(size, int) else 0 if stays else -1)
    return found if found.count(-1) < 2 else None


def fixed(sizes: Sequence[Size]) -> list[int] | None:
    """The sizes as numbers; None where one is open."""
    found = [size for size in sizes if isinstance(size, int)]
    return found if len(found) == len(sizes) else None
