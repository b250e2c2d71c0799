"""Axes of an input by number: how they are written, checked and named in formulas."""

from __future__ import annotations

from collections.abc import Sequence

from lamella.design import BATCH, Shape, Size
from lamella.errors import problem
from lamella.layers.arguments import Kind, Wrong, is_integer
from lamella.layers.base import AxisMap, ShapeError, without_batch
from lamella.texts.languages import Phrase, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY


def _axes(value: object) -> tuple[int, ...]:
    axes = (value,) if is_integer(value) else value
    if isinstance(axes, Sequence) and not isinstance(axes, str) and axes and all(map(is_integer, axes)):
        return tuple(axes)
    raise Wrong


AXES = Kind(phrase("an integer or several", "정수 하나 또는 여럿"), _axes, -1, spread=True)


def axis_fault(axis: int, shape: Shape) -> ShapeError:
    """The fault of an axis that the shape does not have."""
    facts = {"axis": axis, "shape": show_shape(shape), "low": 1, "high": len(without_batch(shape))}
    return ShapeError(problem("axis", **facts))


def axis_words(axis: int) -> Phrase:
    """An axis by its number."""
    return phrase("axis {axis}", "axis {axis}", axis=axis)


def sizes_differ(
    type_name: str, shapes: Sequence[str], differing: Sequence[tuple[Phrase, Sequence[object]]], fix: Phrase
) -> ShapeError:
    """The fault of inputs whose sizes should be equal along some axes and are not, with every such axis."""
    along = [
        phrase("{axis} ({sizes:list})", "{axis}({sizes:list})", axis=axis, sizes=sizes) for axis, sizes in differing
    ]
    sizes = [size for _, each in differing for size in each]
    facts = {"shapes": shapes, "along": along, "sizes": sizes, "suggestion": fix}
    return ShapeError(problem("merge shapes", type=type_name, **facts))


def place_of(axis: int, shape: Shape) -> int:
    """The axis counted from 0, the batch. Raises `ShapeError` where the shape has none or it is the batch."""
    if not -len(shape) <= axis < len(shape) or shape[axis] == BATCH:
        raise axis_fault(axis, shape)
    return axis % len(shape)


def places_of(axes: Sequence[int], shape: Shape) -> tuple[int, ...]:
    """The same for several axes, in ascending order. Raises `ShapeError` too where two of them are one."""
    places = [place_of(axis, shape) for axis in axes]
    if len(set(places)) < len(places):
        raise ShapeError(problem("axes twice", axes=tuple(axes), rank=len(shape)))
    return tuple(sorted(places))


def need_rank(type_name: str, shape: Shape, rank: int, suggestion: Phrase | str = "") -> None:
    """Raises `ShapeError` where the input does not have so many axes, the batch included."""
    if len(shape) == rank:
        return
    words = phrase("{rank} axes, the batch included", "batch까지 축 {rank}개", rank=rank)
    facts = {"type": type_name, "expected": words, "received": show_shape(shape)}
    raise ShapeError(problem("rank", **facts, suggestion=suggestion or phrase("Reshape it.", "Reshape 하세요.")))


def same_places(shape: Shape, output: Shape) -> AxisMap:
    """What an output number by number sees: axes are aligned at the end, one that is repeated is seen whole.

    An open size is another expression than the output's where they are equal for the sizes that fit.
    """
    offset = len(output) - len(shape)
    sizes = [(axis, size) for axis, size in enumerate(shape) if size != BATCH]
    axes = [axis for axis, size in sizes if size != 1 or output[axis + offset] == 1]
    return {axis + offset: (axis, IDENTITY) for axis in axes}


def letters(count: int, last: str = "") -> str:
    """Names for the places along `count` axes, the last of which may have its own.

    >>> letters(3), letters(3, "c")
    ('i, j, k', 'i, j, c')
    """
    names = [*"ijklmnopq"[: count - bool(last)], *([last] if last else [])]
    return ", ".join(names)


def shown(size: Size) -> str:
    """A size in a formula."""
    return "?" if size is None else f"{size}"
