"""A plan as text: the table, totals, memory, and what was and was not counted."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm

from lamella import units
from lamella.layers.base import without_batch
from lamella.planning.arrays import PARTS
from lamella.planning.conventions import CONVENTIONS, unit
from lamella.planning.plan import Plan, Row
from lamella.planning.receptive_field import ReceptiveField
from lamella.reports.sizes_text import rule_text
from lamella.reports.table import pairs, table
from lamella.texts.languages import Language, plain
from lamella.texts.words import say

ENGINE_NAMES = {"tensorflow": "TensorFlow", "torch": "PyTorch", "jax": "JAX"}
NAMED = 3
"""So many layers are named where something is said of several."""
HEAD = ("layer", "output", "params", "macs", "field", "memory")


def plan_text(plan: Plan, language: Language = "en", notes: bool = True) -> str:
    """The whole plan without its findings; without `notes` only what limits the figures stays below them."""
    title = plain(plan.design.name, 200) or say("unnamed", language)
    head, rows = plan_table(plan, language)
    lines = [title, "", table(head, rows, right={2, 3, 5}), ""]
    lines += pairs(plan_summary(plan, language))
    below = plan_notes(plan, language) if notes else plan_limits(plan, language)
    return "\n".join([*lines, "", *below] if below else lines)


def plan_table(plan: Plan, language: Language) -> tuple[list[str], list[list[str]]]:
    """Head and rows of a plan's table."""
    several = len(plan.design.inputs) > 1
    return [say(key, language, unit=unit(plan)) for key in HEAD], [cells(row, several, language) for row in plan.rows]


def plan_summary(plan: Plan, language: Language) -> list[tuple[str, str]]:
    """Totals and memory, each with its name."""
    totals, memory, size = plan.totals, plan.memory, units.size_bytes
    common = {"batch": plan.batch, "dtype": plan.dtype}
    more, more_macs = (" + ?" if each else "" for each in (totals.params_partial, totals.macs_partial))
    params = say(
        "total params",
        language,
        params=units.count(totals.params) + more,
        trainable=units.count(totals.trainable_params) + more,
        size=size(memory.parameters_bytes),
    )
    parts = {part: getattr(memory, f"{part}_bytes") for part in PARTS}
    made_of = ", ".join(f"{say(f'part {key}', language)} {size(part)}" for key, part in parts.items() if part)
    when = (
        say(f"peak {memory.training_peak_phase}", language, layer=_peak_layer(plan))
        if memory.training_peak_phase
        else ""
    )
    training = say(
        "training memory", language, peak=size(memory.training_peak_bytes), optimizer=plan.optimizer, **common
    )
    return [
        (say("total", language), params),
        ("", say("total macs", language, macs=units.count(totals.macs) + more_macs, unit=unit(plan))),
        *_open_sizes(plan, language),
        (
            say("inference", language),
            say("inference memory", language, peak=size(memory.inference_peak_bytes), **common),
        ),
        (say("training", language), training),
        *([("", made_of), ("", when)] if when else []),
    ]


def _peak_layer(plan: Plan) -> str:
    return plain(plan.memory.training_peak_layer or "?", 80)


def _open_sizes(plan: Plan, language: Language) -> list[tuple[str, str]]:
    """Which numbers the open sizes may be."""
    found = [f"{each.symbol}: {rule_text(each, language)}" for each in plan.open_sizes]
    lines = [*found, *(f"{units.size(each.left)} = {units.size(each.right)}" for each in plan.relations)]
    return [(say("open sizes", language) if not index else "", line) for index, line in enumerate(lines)]


def plan_notes(plan: Plan, language: Language) -> list[str]:
    """The convention of the figures, and what is not among them."""
    notes = [f"{_convention(plan, language)} {_memory_convention(plan, language)}"]
    if not _not_known(plan, language):
        notes.append(say("counted all", language))
    return notes + plan_limits(plan, language)


def plan_limits(plan: Plan, language: Language) -> list[str]:
    """What is not among the figures of this plan, and where they do not hold."""
    notes = _not_known(plan, language)
    unknown = [row.node.name for row in plan.rows if _field_not_known(row)]
    if unknown:
        notes.append(say("field not counted", language, names=_names(unknown, language)))
    askew = [row.node.name for row in plan.rows if not all(each.aligned for each in row.receptive_fields)]
    if askew:
        notes.append(say("not aligned", language, names=_names(askew, language)))
    if any(_is_whole(each) for row in plan.rows for each in row.receptive_fields):
        notes.append(say("whole means", language))
    multiple = lcm(*(each for row in plan.rows for field in row.receptive_fields for each in field.multiple))
    if multiple > 1:
        notes.append(say("field multiple", language, multiple=multiple))
    return notes


def _not_known(plan: Plan, language: Language) -> list[str]:
    """For each total that is partial or not known: because of which layers."""
    memory, lines = plan.memory, []
    unweighed = [row.node.name for row in plan.rows if row.weights is None]
    uncounted = [row.node.name for row in plan.rows if row.macs is None]
    partial = {"both partial": unweighed if unweighed == uncounted else []}
    partial |= {"params partial": unweighed, "macs partial": uncounted} if unweighed != uncounted else {}
    for key, names in partial.items():
        if names:
            lines.append(say(key, language, names=_names(names, language), unit=unit(plan)))
    if memory.inference_peak_bytes is None and plan.open_sizes:
        lines.append(say("memory open", language, names=", ".join(each.symbol for each in plan.open_sizes)))
    if memory.unknown_layers:
        lines.append(say("memory unknown", language, names=_names(memory.unknown_layers, language)))
    elif memory.unkept_layers:
        lines.append(say("training unknown", language, names=_names(memory.unkept_layers, language)))
    return lines


def _names(names: Sequence[str], language: Language) -> str:
    """The first few names, and how many more there are."""
    shown = [plain(each, 80) for each in names[:NAMED]]
    if len(names) > NAMED:
        return say("names more", language, names=shown, more=len(names) - NAMED)
    return ", ".join(shown)


def _memory_convention(plan: Plan, language: Language) -> str:
    engine = plan.memory.engine
    note = say("memory convention", language, engine=ENGINE_NAMES[engine])
    return f"{note} {say('memory jax', language)}" if engine == "jax" else note


def _convention(plan: Plan, language: Language) -> str:
    """What the figures of work count, and which of the plan's types not."""
    if plan.like is None:
        return say("convention", language)
    convention = CONVENTIONS[plan.like]
    types = list(dict.fromkeys(row.node.type for row in plan.rows if row.macs == 0 and row.node.inputs))
    note = say(f"like {plan.like}", language)
    return f"{note} {say('not counted by', language, tool=convention.tool, types=types)}" if types else note


def cells(row: Row, several: bool, language: Language) -> list[str]:
    """The cells of a row of the table; `several` inputs are named with their fields."""
    node = row.node
    shape = None if row.output_shape is None else without_batch(row.output_shape)
    params = units.count(row.params)
    if node.shares is not None:
        params = say("shares", language, name=plain(node.shares, 80))
    fields = [_field(each, several, language) for each in row.receptive_fields]
    kind = plain(node.type, 80)
    if node.gives is not None:
        kind = say("opaque", language, type=kind)
    return [
        f"{plain(node.name, 80)} ({kind})",
        units.shape(shape),
        params,
        units.count(row.macs),
        ", ".join(fields) if fields else "?",
        units.size_bytes(row.activation_bytes),
    ]


def _field(field: ReceptiveField, several: bool, language: Language) -> str:
    everywhere = say("whole", language)
    if _is_whole(field):
        text = everywhere if None in field.max else f"{units.shape(field.max)} ({everywhere})"
    else:
        least, most = (_extent(sizes, field.stride, everywhere) for sizes in (field.min, field.max))
        text = most if least == most else say("from to", language, least=least, most=most)
    return f"{plain(field.input, 80)}: {text}" if several else text


def _extent(sizes: Sequence[int | None], strides: Sequence[tuple[int, int] | None], everywhere: str) -> str:
    """The sizes of a field; an axis of open size that is seen whole has none."""
    if sizes and not any(sizes) and (0, 1) not in strides:
        return "?"
    words = [
        everywhere if size is None and stride == (0, 1) else units.size(size)
        for size, stride in zip(sizes, strides, strict=True)
    ]
    return (" × " if everywhere in words else "x").join(words) or "()"


def _is_whole(field: ReceptiveField) -> bool:
    """Whether every unit sees all of the input, along every axis."""
    return bool(field.stride) and all(each == (0, 1) for each in field.stride)


def _field_not_known(row: Row) -> bool:
    """Whether along some axis it can't be said what is seen; all of an axis of open size is known."""
    fields = row.receptive_fields
    axes = (each for field in fields for each in zip(field.max, field.stride, strict=True))
    return not fields or any(size is None and stride != (0, 1) for size, stride in axes)
