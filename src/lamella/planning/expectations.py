"""What a design's author expects of it (`expect:`), held against the plan."""

from __future__ import annotations

import operator
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from lamella.algebra import number
from lamella.errors import Place, Problem, problem
from lamella.layers.arguments import is_integer
from lamella.layers.base import did_you_mean, without_batch
from lamella.planning.plan import Plan, Row
from lamella.texts.languages import Phrase, phrase, show
from lamella.units import size_bytes

_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}
_UNITS: Final = {"": 1, "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_BOUND: Final = re.compile(r"\s*(<=|>=|==|<|>)?\s*(\d+(?:\.\d+)?)\s*(k|K|M|G|KiB|MiB|GiB)?\s*")

FIGURES: Final[dict[str, Callable[[Plan], list[int | None]]]] = {
    "params": lambda plan: [None if plan.totals.params_partial else plan.totals.params],
    "trainable_params": lambda plan: [None if plan.totals.params_partial else plan.totals.trainable_params],
    "macs": lambda plan: [None if plan.totals.macs_partial else plan.totals.macs],
    "inference_memory": lambda plan: [plan.memory.inference_peak_bytes],
    "training_memory": lambda plan: [plan.memory.training_peak_bytes],
    "receptive_field": lambda plan: [
        size for name in plan.outputs for field in _output_row(plan, name) for size in field.max
    ],
}
"""By word: the figures that must each meet the bound (memory for the plan's batch; the field along every axis)."""


BUDGETS: Final = {
    "max-params": ("params", "<="),
    "max-macs": ("macs", "<="),
    "max-memory": ("training_memory", "<="),
    "min-receptive-field": ("receptive_field", ">="),
}
"""Limits by their names on the command line: the figure, and how it must compare."""


def is_limit(text: str) -> bool:
    """Whether a text is a figure with or without a unit, such as 1M."""
    match = _BOUND.fullmatch(text)
    return match is not None and match[1] is None


def _output_row(plan: Plan, output: str) -> tuple[Any, ...]:
    row = plan.by_name.get(plan.design.outputs[output])
    return () if row is None else row.receptive_fields


def unmet(plan: Plan, asked: Mapping[str, object] | None = None) -> list[Problem]:
    """A problem for every expectation that does not hold, can't be decided or can't be read.

    The design's own, or those that are `asked` instead. That one can't be decided because the design has errors is
    no problem of its own.
    """
    found = []
    for word, expected in (plan.design.expect if asked is None else asked).items():
        where = plan.design.where.get(f"expect.{word}", Place()) if asked is None else Place()
        what = f"expect: {word}" if asked is None else word
        if word == "output":
            found += _output(what, plan, expected, where)
        elif word in FIGURES:
            found += _figure(word, what, plan, expected, where)
        else:
            near = did_you_mean(word, ["output", *FIGURES])
            found.append(problem("expect unknown", where, name=word, suggestion=near))
    return found


def _output(what: str, plan: Plan, expected: object, where: Place) -> list[Problem]:
    if not _is_shape(expected) and not (isinstance(expected, Mapping) and all(map(_is_shape, expected.values()))):
        words = phrase(
            "a shape such as [28, 28, 1], or one for each output by its name",
            "[28, 28, 1] 같은 모양, 또는 출력 이름마다 하나씩",
        )
        return [_unreadable("output", words, expected, where)]
    shapes = plan.outputs
    if isinstance(expected, Mapping) and (strangers := [name for name in expected if name not in shapes]):
        suggestion = did_you_mean(strangers[0], list(shapes))
        return [problem("name dangling", where, name=strangers[0], suggestion=suggestion)]
    wanted: Mapping[str, object] = expected if isinstance(expected, Mapping) else dict.fromkeys(shapes, expected)
    received = {name: None if shape is None else list(without_batch(shape)) for name, shape in shapes.items()}
    if any(received[name] is None for name in wanted):
        return _undecided(what, None, expected, plan, where)
    return [
        problem("expect not met", where, what=what, expected=shape, received=_shape(received[name]), suggestion=_EITHER)
        for name, shape in wanted.items()
        if received[name] != shape
    ]


def _is_shape(value: object) -> bool:
    return isinstance(value, list) and all(is_integer(size) or size is None for size in value)


def _unreadable(word: str, words: Phrase, expected: object, where: Place) -> Problem:
    received = phrase("{value:value}", "{value:value}", value=expected)
    return problem("entry", where, what=f"expect.{word}", expected=words, received=received, suggestion="")


def _undecided(what: str, figure: object, expected: object, plan: Plan, where: Place) -> list[Problem]:
    if plan.errors:
        return []
    reason = phrase("the plan does not know it", "계획에서 알 수 없는 값입니다")
    if figure is not None:
        reason = phrase("in the plan it is {figure:value}", "계획에서는 {figure:value}입니다", figure=figure)
    return [problem("expect not known", where, what=what, expected=expected, reason=reason)]


class Bound(NamedTuple):
    """What a figure must be: how it compares with a limit."""

    sign: str
    limit: float

    def holds(self, figure: float) -> bool:
        return _COMPARE[self.sign](figure, self.limit)


def bound_of(expected: object) -> Bound | None:
    """What "<= 1M" or a number asks for; None where it can't be read."""
    match = _BOUND.fullmatch(str(expected)) if isinstance(expected, (int, str)) else None
    if match is None or isinstance(expected, bool):
        return None
    return Bound(match[1] or "==", float(match[2]) * _UNITS[match[3] or ""])


def _figure(word: str, what: str, plan: Plan, expected: object, where: Place) -> list[Problem]:
    asked = bound_of(expected)
    if asked is None:
        bound = phrase('a number or a bound such as "<= 1M"', '수 또는 "<= 1M" 같은 한계')
        return [_unreadable(word, bound, expected, where)]
    figures = FIGURES[word](plan)
    if not figures or not all(isinstance(figure, int) for figure in figures):
        return _undecided(what, next(iter(figures), None), expected, plan, where)
    if all(figure is not None and asked.holds(figure) for figure in figures):
        return []
    received = _shape(figures) if len(figures) > 1 else f"{figures[0]:,}"
    if word.endswith("memory"):
        received = size_bytes(figures[0])
    missing = max(int(asked.limit) - (figure or 0) for figure in figures) if asked.sign == ">=" else 0
    suggestion = _wider(plan, missing) if word == "receptive_field" else _largest(word, plan)
    facts = {"what": what, "expected": expected, "received": received, "suggestion": suggestion or _EITHER}
    return [problem("expect not met", where, **facts)]


_EITHER: Final = phrase("Change the design or the expectation.", "설계나 기대를 바꿔 주세요.")


def _shape(sizes: Sequence[object] | None) -> str:
    return show(tuple(sizes or ()))


def _largest(word: str, plan: Plan) -> Phrase | None:
    """Where most of a figure is."""
    if word in ("inference_memory", "training_memory"):
        peak = word.replace("memory", "peak_layer")
        name = getattr(plan.memory, peak)
        return name and phrase("The most is held at once at '{name}'.", "가장 많이 잡는 곳: '{name}'.", name=name)
    counts = [(number(getattr(row, word)) or 0, row.node) for row in plan.rows]
    count, node = max(counts, key=lambda each: each[0], default=(0, None))
    if node is None or not count:
        return None
    facts = {"name": node.name, "type": node.type, "count": f"{count:,}"}
    return phrase("'{name}' ({type}) alone has {count}.", "'{name}'({type}) 하나에만 {count}입니다.", **facts)


def _wider(plan: Plan, missing: int) -> Phrase | None:
    """How many more convolutions reach a receptive field, put where its steps are the largest; of chains only."""
    read = Counter(reference for row in plan.rows for reference in row.node.inputs)
    if missing <= 0 or max(read.values(), default=0) > 1 or len(plan.design.inputs) != 1:
        return None
    steps = [(_step(row), row) for row in plan.rows if row.node.inputs]
    step, row = max(steps, key=lambda each: each[0], default=(0, None))
    if row is None or not step:
        return None
    facts = {"step": step, "name": row.node.name, "more": 2 * step, "count": -(-missing // (2 * step))}
    return phrase(
        "Behind '{name}' places are {step} pixels apart: each convolution of kernel 3 there adds {more}; "
        "{count} of them reach it.",
        "'{name}' 뒤에서는 칸 사이가 {step}픽셀입니다. 거기에 커널 3인 합성곱을 하나 둘 때마다 {more}씩 늘어, "
        "{count}개면 됩니다.",
        **facts,
    )


def _step(row: Row) -> int:
    """How many pixels the places of a picture are apart, the same along every axis; 0 where that can't be said."""
    if len(row.receptive_fields) != 1 or row.output_shape is None or row.layer is None:
        return 0
    strides = {*row.receptive_fields[0].stride}
    (stride,) = strides if len(strides) == 1 else (None,)
    alone = len(row.output_shape) == len(row.receptive_fields[0].stride) + 2
    return stride[0] if stride is not None and stride[1] == 1 and alone else 0
