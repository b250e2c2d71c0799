"""Repairs by trial: small changes of a design that are planned anew and told where they bring what is wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from lamella.checks.check import CHECKS
from lamella.checks.facts import restored
from lamella.design import INPUT, Design, Node
from lamella.layers.convolution import Sliding
from lamella.layers.registry import REGISTRY
from lamella.layers.transposed_convolution import Transposed
from lamella.planning.fitting_sizes import fitting
from lamella.planning.plan import Plan
from lamella.planning.planner import plan
from lamella.planning.trial import Trials, with_node
from lamella.texts.languages import Phrase, phrase
from lamella.units import shape as show_shape

_TOLD: Final = 4
"""Repairs that are told."""

_PLANNED: Final = 6
"""Repairs that are planned whole, for what else they bring."""

_MOST: Final = 6_000
"""Layers whose shapes are computed for trials in all: about a third of a second."""

_KEEPS: Final = ("output_padding", "pad", "same", "crop", "valid", "kernel_size")
"""What changes, what leaves more of the design and of the picture as it is first; valid uses borders less."""


class _Repair(NamedTuple):
    """One node in another form, and how that is said."""

    what: str
    node: Node
    words: Phrase


def repairs(known: Plan, returning: bool) -> Phrase | None:
    """What to do, in words: other input sizes, and changes of one layer, each planned and found to mend the plan.

    With `returning` only what gives the input's size back, else that rather than what only takes the errors away.
    The first leaves the fewest findings of other checks. None where nothing was found.
    """
    bare = replace(known.design, expect={})
    backs, others = _that_fit(known, bare)
    for some, back in ((backs, True), ([] if returning else others, False)):
        some.sort(key=lambda each: _KEEPS.index(each.what))
        plans = [(each, plan(with_node(bare, each.node))) for each in some[:_PLANNED]]
        mended = [(each, now) for each, now in plans if (comes_back(now) if back else not now.errors)]
        if mended:
            return _told(known, mended)
    return None


def comes_back(known: Plan) -> bool:
    """Whether a network without errors gives pictures back in the size in which they came."""
    pair = None if known.errors else restored(known)
    return pair is not None and pair[0].output_shape == pair[1].output_shape


def _that_fit(known: Plan, bare: Design) -> tuple[list[_Repair], list[_Repair]]:
    """The changes after which all shapes fit: those that give the input's shape back, and the others."""
    trials = Trials(known)
    backs, others = _sizes(bare)
    for each in _changes(bare):
        if trials.walked > _MOST or len(backs) >= _PLANNED:
            break
        shapes = trials.shapes(each.node)
        if shapes is not None:
            inputs = [shapes.get(node.name) for node in bare.inputs]
            results = [shapes.get(reference) for reference in bare.outputs.values()]
            (backs if len(inputs) == 1 and inputs == results else others).append(each)
    return backs, others


def _told(known: Plan, mended: list[tuple[_Repair, Plan]]) -> Phrase:
    """The repairs in words, those first that leave the fewest findings."""
    found = [_found(now) for _, now in mended]
    before = None if known.errors else _found(known)
    least = Counter({code: min(each[code] for each in found) for each in found for code in each})
    best: dict[tuple[str, str], int] = {}  # of several values of an argument only the best is told
    for place in sorted(range(len(mended)), key=lambda place: found[place].total()):
        best.setdefault((mended[place][0].node.name, mended[place][0].what), place)
    said = []
    for place in [*best.values()][:_TOLD]:
        words = mended[place][0].words
        if gone := sorted((before or Counter()) - found[place]):
            words = phrase("{words} (mends {codes:list} too)", "{words} ({codes:list}도 해결)", words=words, codes=gone)
        if new := sorted(found[place] - (least if before is None else before)):
            words = phrase("{words} (then {codes:list})", "{words} (그러면 {codes:list})", words=words, codes=new)
        said.append(words)
    if len(said) == 1:
        return phrase("Do this: {one}.", "이렇게 하세요: {one}.", one=said[0])
    text = said[0]
    for one in said[1:]:
        text = phrase("{before}, or {one}", "{before}, 또는 {one}", before=text, one=one)
    return phrase("Do one of these, the best first: {all}.", "다음 중 하나, 나은 것부터: {all}.", all=text)


def _found(known: Plan) -> Counter[str]:
    """How often each check finds something in a plan, but for sizes that don't come back: that is being mended."""
    kinds = [kind for code, kind in CHECKS.items() if code != "LAM331"]
    return Counter(each.code for kind in kinds for each in kind().find(known))


def _sizes(design: Design) -> tuple[list[_Repair], list[_Repair]]:
    """The nearest sizes of the input that come back, and those that fit: larger ones, which cost no picture, first."""
    shape = design.inputs[0].arguments.get("shape") if len(design.inputs) == 1 else None
    if not isinstance(shape, tuple) or not all(isinstance(size, int) for size in shape[:-1]):
        return [], []
    found = fitting(design)
    listed: list[list[_Repair]] = [[], []]
    for rules, some in zip((found.returning or (), found.every), listed, strict=True):
        nearest = found._replace(returning=rules).nearest(shape[:-1]) if rules else []
        for what in ("pad", "crop"):
            sizes = [each.above if what == "pad" else each.below for each in nearest]
            whole = (*sizes, shape[-1])
            if not nearest or None in sizes or whole == shape:
                continue
            by = [str(abs(each.size - size)) for each, size in zip(nearest, sizes, strict=True) if size is not None]
            facts = {"sizes": show_shape(whole), "by": ", ".join(by)}
            words = _PADDED if what == "pad" else _CROPPED
            first = design.inputs[0]
            node = replace(first, arguments={**first.arguments, "shape": whole})
            some.append(_Repair(what, node, replace(words, facts=facts)))
    return listed[0], listed[1]


_PADDED: Final = phrase("pad the input to {sizes} (by {by})", "입력 덧대기 {sizes} (더할 칸: {by})")
_CROPPED: Final = phrase("crop the input to {sizes} (by {by})", "입력 자르기 {sizes} (뺄 칸: {by})")


def _changes(design: Design) -> Iterator[_Repair]:
    """Changes of one layer, the last layers first: that is where sizes are given back."""
    for node in reversed(design.nodes):
        kind = REGISTRY.get(node.type)
        if kind is None or node.type == INPUT or node.shares is not None:
            continue
        for argument, value in _values(kind, node):
            words = phrase(
                "{argument}: {value} in '{name}'",
                "'{name}'의 {argument}: {value}",
                argument=argument,
                value=_written(value),
                name=node.name,
            )
            what = str(value) if argument == "padding" else argument
            yield _Repair(what, replace(node, arguments={**node.arguments, argument: value}), words)


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return str(value[0]) if len({*value}) == 1 else f"[{', '.join(map(str, value))}]"
    return str(value)


def _values(kind: type, node: Node) -> Iterator[tuple[str, object]]:
    arguments = node.arguments
    padding = arguments.get("padding", "valid")
    if issubclass(kind, Transposed):
        strides = arguments.get("strides", (1,) * kind.rank)
        if isinstance(strides, tuple):
            for extra in range(max(strides)):
                if arguments.get("output_padding") != (value := tuple(min(extra, each - 1) for each in strides)):
                    yield "output_padding", value
    if issubclass(kind, (Sliding, Transposed)):
        yield "padding", "same" if padding == "valid" else "valid"
        kernel = arguments.get("kernel_size")
        if isinstance(kernel, tuple):
            for more in (1, -1, 2, -2):
                if min(kernel) + more >= 1:
                    yield "kernel_size", tuple(each + more for each in kernel)
    if kind.__name__.startswith(("MaxPooling", "AveragePooling")):
        yield "padding", "same" if padding == "valid" else "valid"
