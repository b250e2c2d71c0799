"""A layer's geometry as text: for each axis the windows over the places, and how often each place is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lamella import units
from lamella.layers.base import without_batch
from lamella.planning.plan import Plan, Row
from lamella.reports.table import width
from lamella.seeing.geometry import Axis, Lay, unused
from lamella.texts.languages import Language, plain
from lamella.texts.words import say

_PLACES: Final = 21
"""Places of an axis that are shown; of longer ones the beginning and the end."""
_NAMED: Final = 9
"""So many places are named of those that are used by nobody."""
_WINDOWS: Final = 3
"""Windows that are shown from the start, and the last one."""


def geometry_text(axes: Sequence[Axis], language: Language) -> str:
    """Every axis with a picture of its own; axes that are alike have one. Of several what the whole input loses."""
    parts, drawn = [], list[tuple[object, ...]]()
    for axis in axes:
        if axis[1:] in drawn:
            continue
        drawn.append(axis[1:])
        parts.append("\n".join(_axis(axis, [each for each in axes if each[1:] == axis[1:]], language)))
    count, every = unused(axes)
    if count:
        share = f"{100 * count / every:.1f}"
        parts.append(say("geometry lost", language, count=units.count(count), every=units.count(every), share=share))
    return "\n\n".join(parts)


def geometry_svg(plan: Plan, row: Row, axes: Sequence[Axis], language: Language) -> str:
    """The same as a picture with its title and legend."""
    from lamella.reports.draw.geometry import geometry

    keys = ["places", "padding", "unseen", "window", *(["slice"] if len(axes) > 2 else [])]
    if not any(axis.lay.before or axis.lay.after for axis in axes):
        keys.remove("padding")
    if not any(axis.lay.empty for axis in axes):
        keys.remove("unseen")
    kind = "output" if any(axis.writes for axis in axes) else "input"
    return geometry(axes, geometry_title(plan, row, language), [say(f"legend {kind} {key}", language) for key in keys])


def geometry_title(plan: Plan, row: Row, language: Language) -> str:
    """A layer's name, its type, and the shapes before and behind it."""
    inputs = plan.inputs_of(row) or ((),)
    shapes = [units.shape(without_batch(shape)) for shape in (inputs[0], row.output_shape or ())]
    facts = {"name": plain(row.node.name, 80), "type": row.node.type, "before": shapes[0], "after": shapes[1]}
    return say("geometry title", language, **facts)


def _axis(axis: Axis, alike: Sequence[Axis], language: Language) -> list[str]:
    lay, kind = axis.lay, "output" if axis.writes else "input"
    names = ", ".join(each.name.words.fill(language) for each in alike)
    places, letter = shown(lay), "x" if axis.writes else "y"
    cell = max(len(str(lay.places)), len(str(max(lay.counts, default=0))), 2) + 1
    counted = say(f"lay {kind} counts", language)
    label = max(width(counted), len(f"{letter}[{lay.windows - 1}]")) + 1
    facts = {"axis": names, "size": axis.size, "outputs": axis.outputs, "before": lay.before, "after": lay.after}
    outside = f"lay {kind} outside" if lay.before or lay.after else f"lay {kind} inside"
    lines = [say(outside, language, **facts), _line("", [_place(lay, place) for place in places], cell, label)]
    first = [number for number in range(min(_WINDOWS, lay.windows)) if {*places} & {*lay.window(number)}]
    lines += [_window(lay, letter, number, places, cell, label) for number in first]
    if lay.windows > len(first):
        lines += ["…"] if lay.windows > len(first) + 1 else []
        lines.append(_window(lay, letter, lay.windows - 1, places, cell, label))
    counts = [
        "…" if place is None else "" if not 0 <= place < lay.places else str(lay.counts[place]) for place in places
    ]
    lines.append(_line(counted, counts, cell, label))
    if axis.writes:
        if lay.empty:
            lines.append(_named("written empty", lay.empty, language))
        least, most = min(axis.used, default=0), max(axis.used, default=0)
        lines.append(say("written used" if least == most else "written used between", language, least=least, most=most))
    if axis.unseen:
        lines.append(_named("geometry unseen", axis.unseen, language))
    return lines


def _named(key: str, places: Sequence[int], language: Language) -> str:
    """How many places these are, and the first of them."""
    more = ["..."] if len(places) > _NAMED else []
    return say(key, language, count=len(places), places=[*places[:_NAMED], *more])


def shown(lay: Lay) -> list[int | None]:
    """The places to show, those outside among them; None stands for those that are left out."""
    every = list(range(-lay.before, lay.places + lay.after))
    if len(every) <= _PLACES:
        return [*every]
    half = _PLACES // 2
    return [*every[:half], None, *every[-half:]]


def _place(lay: Lay, place: int | None) -> str:
    if place is None:
        return "…"
    return str(place) if 0 <= place < lay.places else "+"


def _window(lay: Lay, letter: str, number: int, places: Sequence[int | None], cell: int, label: int) -> str:
    held = {*lay.window(number)}
    marks = [
        "" if place not in held else "■" if place is not None and 0 <= place < lay.places else "□" for place in places
    ]
    return _line(f"{letter}[{number}]", marks, cell, label)


def _line(name: str, cells: Sequence[str], cell: int, label: int) -> str:
    padded = name + " " * (label - width(name))
    return (padded + "".join(each.rjust(cell) for each in cells)).rstrip()
