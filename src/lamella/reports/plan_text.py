"""A plan as text: the table, totals, memory, and what was and was not counted."""

from __future__ import annotations

from math import lcm

from lamella import units
from lamella.layers.base import without_batch
from lamella.planning.arrays import PARTS
from lamella.planning.conventions import CONVENTIONS, unit
from lamella.planning.plan import Plan, Row
from lamella.planning.receptive_field import ReceptiveField
from lamella.reports.table import table, width
from lamella.texts.languages import Language, plain
from lamella.texts.words import say

ENGINE_NAMES = {"tensorflow": "TensorFlow", "torch": "PyTorch", "jax": "JAX"}
HEAD = ("layer", "output", "params", "macs", "field", "memory")


def plan_text(plan: Plan, language: Language = "en", notes: bool = True) -> str:
    """The whole plan without its findings; `notes` say which convention the figures follow."""
    title = plain(plan.design.name, 200) or say("unnamed", language)
    head, rows = plan_table(plan, language)
    lines = [title, "", table(head, rows, right={2, 3, 5}), ""]
    entries = plan_summary(plan, language)
    widest = max(width(name) for name, _ in entries)
    lines += [f"{name}{' ' * (widest - width(name))}  {words}" for name, words in entries]
    return "\n".join([*lines, "", *plan_notes(plan, language)] if notes else lines)


def plan_table(plan: Plan, language: Language) -> tuple[list[str], list[list[str]]]:
    """Head and rows of a plan's table."""
    several = len(plan.design.inputs) > 1
    return [say(key, language, unit=unit(plan)) for key in HEAD], [_cells(row, several, language) for row in plan.rows]


def plan_summary(plan: Plan, language: Language) -> list[tuple[str, str]]:
    """Totals and memory, each with its name."""
    totals, memory, size = plan.totals, plan.memory, units.size_bytes
    common = {"batch": plan.batch, "dtype": plan.dtype}
    more = " + ?" if totals.partial else ""
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
        ("", say("total macs", language, macs=units.count(totals.macs) + more, unit=unit(plan))),
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
    found = []
    for each in plan.open_sizes:
        if each.remainders is None:
            text = say("sizes unknown", language)
        elif not each.remainders:
            text = say("sizes only", language, sizes=each.only) if each.only else say("sizes none", language)
        elif each.period == 1:
            text = say("sizes from", language, first=each.first)
        elif each.remainders == (0,):
            text = say("sizes multiples", language, period=each.period, first=each.first)
        else:
            text = say("sizes remainders", language, period=each.period, remainders=each.remainders, first=each.first)
        found.append(f"{each.symbol}: {text}")
    lines = [*found, *(f"{units.size(each.left)} = {units.size(each.right)}" for each in plan.relations)]
    return [(say("open sizes", language) if not index else "", line) for index, line in enumerate(lines)]


def plan_notes(plan: Plan, language: Language) -> list[str]:
    """The convention of the figures, and what is not among them."""
    uncounted = [row.node.name for row in plan.rows if row.macs is None or row.weights is None]
    notes = [f"{_convention(plan, language)} {_memory_convention(plan, language)}"]
    notes.append(say("not counted" if uncounted else "counted all", language, names=uncounted))
    unknown = [row.node.name for row in plan.rows if any(None in each.max for each in row.receptive_fields)]
    if unknown:
        notes.append(say("field not counted", language, names=unknown))
    askew = [row.node.name for row in plan.rows if not all(each.aligned for each in row.receptive_fields)]
    if askew:
        notes.append(say("not aligned", language, names=askew))
    multiple = lcm(*(each for row in plan.rows for field in row.receptive_fields for each in field.multiple))
    if multiple > 1:
        notes.append(say("field multiple", language, multiple=multiple))
    return notes


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


def _cells(row: Row, several: bool, language: Language) -> list[str]:
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
    least, most = (units.shape(sizes) for sizes in (field.min, field.max))
    text = most if least == most else say("from to", language, least=least, most=most)
    if field.stride and all(each == (0, 1) for each in field.stride):
        text = f"{text} ({say('whole', language)})"
    return f"{plain(field.input, 80)}: {text}" if several else text
