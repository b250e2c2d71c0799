"""The pictures of one layer: of a plan's row to SVG. Raises `UsageError` where there is nothing to draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lamella import units
from lamella.errors import UsageError, problem
from lamella.layers.arguments import is_integer
from lamella.layers.base import without_batch
from lamella.layers.spatial import AXIS_NAMES
from lamella.planning.plan import Plan, Row
from lamella.reports.draw.cone import Panel, cone_picture
from lamella.reports.draw.window import window
from lamella.reports.geometry_text import geometry_title
from lamella.seeing.cone import Seen, cone, picture_axes
from lamella.seeing.geometry import geometry
from lamella.texts.languages import Language, phrase, plain
from lamella.texts.words import say


def window_picture(plan: Plan, row: Row, language: Language) -> str:
    """The layer's window going over its input."""
    axes = geometry(plan, row)
    if axes is None or not all(axis.lay.windows and axis.lay.places for axis in axes):
        raise UsageError(problem("no picture", row.node.place(), type=row.node.type))
    return window(axes, geometry_title(plan, row, language), language)


def field_picture(plan: Plan, row: Row, place: Sequence[int] | None, language: Language) -> str:
    """What one place of the layer sees."""
    shape = row.output_shape
    if shape is None or row.whole or not all(isinstance(size, int) and size > 0 for size in shape[1:]):
        raise UsageError(problem("field unknown", row.node.place(), shape=units.shape(shape and without_batch(shape))))
    axes = picture_axes(plan, shape)
    chosen = _place(row, axes, place)
    seen = cone(plan, row, chosen)
    names = [f"{axis.words.fill(language)}" for axis in AXIS_NAMES.get(len(axes), ())] if len(shape) > 2 else []
    panels = _panels(plan, seen, names or [say("cone place", language)])
    facts = {"name": plain(row.node.name, 80), "type": row.node.type, "place": list(chosen.values())}
    return cone_picture(seen, panels, say("cone title", language, **facts), language)


def _place(row: Row, axes: Sequence[int], place: Sequence[int] | None) -> Mapping[int, int]:
    """The place by axis; in the middle where none is asked for."""
    assert row.output_shape is not None
    sizes = [size for axis in axes if isinstance(size := row.output_shape[axis + 1], int)]
    if place is None:
        return {axis: size // 2 for axis, size in zip(axes, sizes, strict=True)}
    pairs = zip(place, sizes, strict=False)
    if len(place) != len(axes) or not all(is_integer(at) and 0 <= at < size for at, size in pairs):
        expected = phrase(
            "{count} positions from 0, below {sizes:list}",
            "0부터 세는 위치 {count}개. 각각 다음보다 작아야 합니다: {sizes:list}",
            count=len(axes),
            sizes=sizes,
        )
        raise UsageError(problem("setting", row.node.place(), option="place", expected=expected, received=list(place)))
    return dict(zip(axes, place, strict=True))


def _panels(plan: Plan, seen: Sequence[Seen], names: Sequence[str]) -> list[Panel]:
    """One panel for each axis of the layer; axes that are alike in every tensor have one together."""
    panels: list[tuple[list[str], Panel, list[object]]] = []
    for number, name in enumerate(names):
        axes = tuple(_axis(plan, each, number, len(names)) for each in seen)
        facts: list[object] = [
            None if axis is None else (each.row.output_shape and each.row.output_shape[axis + 1], each.extents[axis])
            for each, axis in zip(seen, axes, strict=True)
        ]
        same = next((each for each in panels if each[2] == facts), None)
        if same is not None:
            same[0].append(name)
        else:
            panels.append(([name], Panel(name, axes), facts))
    return [panel._replace(name=", ".join(together)) for together, panel, _ in panels]


def _axis(plan: Plan, each: Seen, number: int, count: int) -> int | None:
    """The axis of a tensor along that of a panel: of as many the same, of a vector its only one."""
    axes = picture_axes(plan, each.row.output_shape or ())
    if len(axes) == count:
        return axes[number]
    return axes[min(number, len(axes) - 1)] if axes else None
