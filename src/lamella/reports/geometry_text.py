"""A layer's geometry as text: for each axis the windows over the places, and how often each place is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lamella import units
from lamella.layers.base import without_batch
from lamella.planning.plan import Plan, Row
from lamella.reports.table import width
from lamella.seeing.geometry import Axis
from lamella.texts.languages import Language
from lamella.texts.words import say

_PLACES: Final = 21
"""Places of an axis that are shown; of longer ones the beginning and the end."""
_WINDOWS: Final = 3
"""Windows that are shown from the start, and the last one."""


def geometry_text(axes: Sequence[Axis], language: Language) -> str:
    """Every axis with a picture of its own; axes that are alike have one."""
    parts, drawn = [], list[tuple[object, ...]]()
    for axis in axes:
        key = (axis.size, axis.outputs, axis.seen_by)
        if key in drawn:
            continue
        drawn.append(key)
        alike = [each for each in axes if (each.size, each.outputs, each.seen_by) == key]
        parts.append("\n".join(_axis(axis, alike, language)))
    return "\n\n".join(parts)


def geometry_svg(plan: Plan, row: Row, axes: Sequence[Axis], language: Language) -> str:
    """The same as a picture with its title and legend."""
    from lamella.reports.draw.geometry import geometry

    inputs = plan.inputs_of(row) or ((),)
    shapes = [units.shape(without_batch(shape)) for shape in (inputs[0], row.output_shape or ())]
    facts = {"name": row.node.name, "type": row.node.type, "before": shapes[0], "after": shapes[1]}
    words = {key: say(f"legend {key}", language) for key in ("places", "padding", "unseen", "window")}
    if not any(axis.before or axis.after for axis in axes):
        del words["padding"]
    return geometry(axes, say("geometry title", language, **facts), words)


def _axis(axis: Axis, alike: Sequence[Axis], language: Language) -> list[str]:
    names = ", ".join(each.name.words.fill(language) for each in alike)
    places = shown(axis)
    cell = max(len(str(axis.size)), len(str(max(axis.used, default=0))), 2) + 1
    label = max(width(say("places used", language)), len(f"y[{axis.outputs - 1}]")) + 1
    facts = {"axis": names, "size": axis.size, "outputs": axis.outputs}
    head = say("geometry axis", language, **facts, before=axis.before, after=axis.after)
    lines = [head, _line("", [_place(axis, place) for place in places], cell, label)]
    first = [output for output in range(min(_WINDOWS, axis.outputs)) if {*places} & {*axis.inputs(output)}]
    lines += [_window(axis, output, places, cell, label) for output in first]
    if axis.outputs > len(first):
        lines += ["…"] if axis.outputs > len(first) + 1 else []
        lines.append(_window(axis, axis.outputs - 1, places, cell, label))
    used = ["…" if place is None else "" if not 0 <= place < axis.size else str(axis.used[place]) for place in places]
    lines.append(_line(say("places used", language), used, cell, label))
    if axis.unseen:
        lines.append(say("geometry unseen", language, count=len(axis.unseen), places=axis.unseen[:9]))
    return lines


def shown(axis: Axis) -> list[int | None]:
    """The places to show, padding among them; None stands for those that are left out."""
    every = list(range(-axis.before, axis.size + axis.after))
    if len(every) <= _PLACES:
        return [*every]
    half = _PLACES // 2
    return [*every[:half], None, *every[-half:]]


def _place(axis: Axis, place: int | None) -> str:
    if place is None:
        return "…"
    return str(place) if 0 <= place < axis.size else "+"


def _window(axis: Axis, output: int, places: Sequence[int | None], cell: int, label: int) -> str:
    seen = set(axis.inputs(output))
    marks = [
        "" if place not in seen else "■" if place is not None and 0 <= place < axis.size else "□" for place in places
    ]
    return _line(f"y[{output}]", marks, cell, label)


def _line(name: str, cells: Sequence[str], cell: int, label: int) -> str:
    padded = name + " " * (label - width(name))
    return (padded + "".join(each.rjust(cell) for each in cells)).rstrip()
