"""What the pictures of a whole design show: of each layer its words, its drawn sizes, its errors and what it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from lamella import units
from lamella.algebra import Expression
from lamella.design import INPUT, node_of
from lamella.layers.base import REGISTRY, without_batch
from lamella.layers.spatial import Spatial
from lamella.planning.conventions import unit
from lamella.planning.plan import Plan, Row
from lamella.reports.layer_text import group_of
from lamella.reports.plan_text import plan_summary
from lamella.texts.languages import Language, plain
from lamella.texts.words import say

NOMINAL: Final = 256
"""What stands for an open size where it is drawn; where several meet they are the same."""
_FIXED: Final = "\N{NO-BREAK SPACE}"


class Part(NamedTuple):
    """One layer. `sizes` are the drawn sizes of its output, channels last; None where one is not known."""

    name: str
    type: str
    shape: str
    figures: str
    family: str
    sizes: tuple[int, ...] | None
    errors: tuple[str, ...]
    reads: tuple[int, ...]
    """Which earlier parts it reads, in order."""
    others: tuple[str, ...]
    """What it reads besides: layers that are not drawn, not there, or behind it."""


class Drawn(NamedTuple):
    """A design, or some of its layers, ready to be drawn."""

    title: str
    totals: str
    parts: tuple[Part, ...]
    errors: tuple[str, ...]
    """Errors that belong to none of the parts."""
    notes: tuple[str, ...]
    """Which layers of how many were chosen."""
    scale_notes: tuple[str, ...]
    """What stands for sizes that are no lengths: those that are open, a vector's, a volume's."""

    @property
    def families(self) -> list[str]:
        """The families of layers in it, in the order of `FILLS`."""
        from lamella.reports.draw.palette import FILLS

        return [family for family in FILLS if any(part.family == family for part in self.parts)]


def drawn(plan: Plan, language: Language, rows: Sequence[Row] | None = None) -> Drawn:
    """What is shown of a plan, or of some of its rows."""
    chosen = plan.rows if rows is None else tuple(rows)
    place: dict[str, int] = {}
    for index, row in enumerate(chosen):
        place.setdefault(row.node.name, index)
    errors: dict[str, list[str]] = {}
    for each in plan.errors:
        text = _error(each.code, each.message(language), each.fix(language))
        errors.setdefault(each.where.layer or "", []).append(text)
    channels_first = any(isinstance(row.layer, Spatial) and row.layer.channels_first for row in plan.rows)
    names = plan.design.first
    parts = []
    for index, row in enumerate(chosen):
        read = list(dict.fromkeys(node_of(reference, names) for reference in row.node.reads))
        near = tuple(place[name] for name in read if place.get(name, index) < index)
        others = tuple(plain(name, 80) for name in read if place.get(name, index) >= index)
        mine = tuple(errors.get(row.node.name, ())) if place[row.node.name] == index else ()
        parts.append(_part(row, plan, language, channels_first, mine, near, others))
    loose = [text for name, texts in errors.items() if name not in plan.by_name for text in texts]
    notes = []
    if len(chosen) < len(plan.rows):
        ends = {"first": parts[0].name, "last": parts[-1].name} if parts else {}
        notes.append(say("drawn some", language, count=len(chosen), every=len(plan.rows), **ends))
    ranks = {len(part.sizes) for part in parts if part.sizes is not None}
    scaled = [say("drawn vector", language)] if 1 in ranks else []
    scaled += [say("drawn volume", language)] if max(ranks, default=0) > 3 else []
    if plan.open_sizes:
        symbols = [each.symbol for each in plan.open_sizes]
        scaled.append(say("drawn nominal", language, symbols=symbols, size=NOMINAL))
    summary = plan_summary(plan, language)
    title = plain(plan.design.name, 80) or say("unnamed", language)
    return Drawn(title, f"{summary[0][1]}, {summary[1][1]}", tuple(parts), tuple(loose), tuple(notes), tuple(scaled))


def family_words(family: str, language: Language) -> str:
    """What a family of layers is called."""
    if family in ("input", "unknown"):
        return say(f"drawn {family}", language)
    return say(f"group {family}", language)


def _part(
    row: Row,
    plan: Plan,
    language: Language,
    channels_first: bool,
    errors: tuple[str, ...],
    reads: tuple[int, ...],
    others: tuple[str, ...],
) -> Part:
    shape = None if row.output_shape is None else without_batch(row.output_shape)
    symbols = {each.symbol: NOMINAL for each in plan.open_sizes}
    kind = row.node.words().words.fill(language, **row.node.words().facts)
    if row.node.shares is not None:
        kind = f"{kind}, {say('shares', language, name=row.node.shares)}"
    macs = _together(f"{unit(plan)} {units.count(row.macs)}").replace(f"{_FIXED}+", " +").replace(f"{_FIXED}−", " −")
    params = f"{say('params', language)} {units.count(row.params)}"
    return Part(
        plain(row.node.name, 200),
        plain(kind, 200),
        _together(units.shape(shape)).replace(f"{_FIXED}×{_FIXED}", " × "),
        f"{params} · {macs}",
        _family(row),
        _sizes(shape, symbols, channels_first),
        errors,
        reads,
        others,
    )


def _together(text: str) -> str:
    """Text that is not to be broken between lines."""
    return text.replace(" ", _FIXED)


def _family(row: Row) -> str:
    kind = REGISTRY.get(row.node.type)
    if row.node.type == INPUT:
        return "input"
    return "unknown" if kind is None or row.node.gives is not None else group_of(kind).removeprefix("group ")


def _sizes(shape: Sequence[object] | None, symbols: Mapping[str, int], channels_first: bool) -> tuple[int, ...] | None:
    """The sizes in numbers, channels last."""
    if shape is None:
        return None
    numbers = [each.at(symbols) if isinstance(each, Expression) else each for each in shape]
    if not all(isinstance(each, int) for each in numbers):
        return None
    found = [max(each, 0) for each in numbers if isinstance(each, int)]
    return tuple([*found[1:], found[0]] if channels_first and len(found) > 2 else found)


def _error(code: str, message: str, fix: str) -> str:
    return plain(" ".join(filter(None, (f"{code}:", message, fix))), 600)
