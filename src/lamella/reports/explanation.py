"""A plan's layers explained: what each computes, and how its sizes, parameters and MACs come about.

The mathematics is each layer's own (`Layer.formulas`, `weights`, `work`) and needs no language. Layers that say the
same of themselves are explained once, under all their names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lamella import units
from lamella.algebra import Expression, factor
from lamella.design import BATCH, INPUT, Shape, Size
from lamella.layers.base import Layer, Weight, Work
from lamella.planning.conventions import CONVENTIONS
from lamella.planning.plan import Plan, Row
from lamella.reports.table import width
from lamella.texts.languages import Language, plain
from lamella.texts.words import WORDS, say

LINE: Final = 100
"""Columns of a line where there is no terminal to ask."""
_NARROWEST: Final = 40
_OPERATORS: Final = frozenset("=+-−·*/<>≤≥→")
"""An equation is broken in front of these, so that a line begins with its sign."""


def explanation(plan: Plan, language: Language = "en", columns: int = LINE, only: str | None = None) -> str:
    """Each layer of a plan, or one: name and type, its sentence where the type comes up first, its mathematics."""
    names: dict[tuple[str, ...], list[str]] = {}
    rows: dict[tuple[str, ...], Row] = {}
    for row in plan.by_name.values():
        if row.node.name == only or (only is None and row.layer is not None and row.node.type != INPUT):
            facts = (row.node.type, *mathematics(row, plan, language))
            names.setdefault(facts, []).append(plain(row.node.name, 80))
            rows.setdefault(facts, row)
    parts, met = [], set[str]()
    for (type_name, *lines), which in names.items():
        layer = rows[type_name, *lines].layer
        room = max(columns, _NARROWEST)
        said = [wrap(f"{', '.join(which)} ({type_name})", room)]
        if layer is not None and type_name not in met:
            said.append(wrap("  " + layer.sentence.fill(language), room, hang=0))
        met.add(type_name)
        parts.append("\n".join([*said, *(wrap(f"  {line}", room) for line in lines)]))
    return "\n\n".join(parts)


def mathematics(row: Row, plan: Plan, language: Language) -> list[str]:
    """The formulas of one layer, then where its parameters and its work come from."""
    inputs, layer, output = plan.inputs_of(row), row.layer, row.output_shape
    lines: list[str] = []
    if layer is not None and inputs is not None and output is not None:
        lines += (_in_words(line, language) for line in layer.formulas(inputs, output))
    lines += _parameters(row, language)
    if layer is not None and inputs is not None and output is not None:
        lines += work_line(layer, inputs, output, language)
    if plan.like is not None and (row.macs is None or row.macs):
        convention = CONVENTIONS[plan.like]
        lines.append(f"{convention.tool}: {_known(row.macs, language)} {convention.unit}")
    return lines


def _in_words(formula: str, language: Language) -> str:
    """A formula whose one word, where it holds in training only, is said in the reader's language."""
    head, mark, rest = formula.partition("training: ")
    return f"{head}{say('explained training', language)}: {rest}" if mark else formula


def _parameters(row: Row, language: Language) -> list[str]:
    name = say("explained parameters", language)
    if row.node.shares is not None:
        return [say("explained zero", language, name=plain(row.node.shares, 80))]
    if row.weights is None:
        return [f"{name}: {say('not known', language)}"]
    if not row.weights:
        return []
    terms = " + ".join(_weight(each, language) for each in row.weights)
    return [f"{name} = {terms} = {units.count(row.params)}"]


def _weight(weight: Weight, language: Language) -> str:
    name = weight.name if weight.trainable else say("not trained", language, name=weight.name)
    return f"{'·'.join(map(str, weight.shape)) or '1'} ({name})"


def work_line(layer: Layer, inputs: tuple[Shape, ...], output: Shape, language: Language) -> list[str]:
    """ "MACs = 28·28·16 · 3·3·1 = 112,896"; nothing for a layer without products."""
    terms = layer.work(inputs, output)
    if not terms:
        return []
    shown = " + ".join(_product(each, (output, *inputs), language) for each in terms)
    return [f"MACs = {shown} = {_known(layer.macs(inputs, output), language)}"]


def _product(work: Work, shapes: Sequence[Shape], language: Language) -> str:
    """The factors, a gap behind the sizes of what is computed where they are those of a tensor."""
    factors, gap = list(map(_factor, work.factors)), 0
    for shape in shapes:
        sizes = tuple(size for size in shape if size != BATCH)
        if 0 < len(sizes) < len(factors) and work.factors[: len(sizes)] == sizes:
            gap = len(sizes)
            break
    groups = ["·".join(part) for part in (factors[:gap], factors[gap:]) if part]
    return " · ".join(groups) + (f" ({_part(work.what, language)})" if work.what else "")


def _part(what: str, language: Language) -> str:
    """The name of a part of the work, each word of it that is no tensor's or layer's own."""
    return " ".join(
        say(f"part of {each}", language) if f"part of {each}" in WORDS else each for each in what.split(" ")
    )


def _factor(size: Size) -> str:
    return factor(size) if isinstance(size, Expression) else units.size(size)


def _known(number: int | None, language: Language) -> str:
    return say("not known", language) if number is None else units.count(number)


def wrap(line: str, columns: int, hang: int = 2) -> str:
    """A line broken at blanks, of mathematics in front of signs; what follows is set in by `hang` more.

    >>> print(wrap("  MACs = 28·28·16 · 3·3·1 = 112,896", 24))
      MACs = 28·28·16
        · 3·3·1 = 112,896
    """
    indent = len(line) - len(line.lstrip())
    pieces: list[str] = []
    for word in line.split():
        if pieces and pieces[-1] in _OPERATORS:
            pieces[-1] += f" {word}"
        else:
            pieces.append(word)
    lines, now = [], " " * indent
    for piece in pieces:
        joined = f"{now} {piece}" if now.strip() else now + piece
        if width(joined) > columns and now.strip():
            lines.append(now)
            joined = " " * (indent + hang) + piece
        now = joined
    return "\n".join([*lines, now])
