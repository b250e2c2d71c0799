"""Repairs by trial: small changes of a design that are planned anew and kept where they bring what is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from lamella.checks.facts import restored
from lamella.design import INPUT, Design, Node
from lamella.layers.convolution import Sliding
from lamella.layers.registry import REGISTRY
from lamella.layers.transposed_convolution import Transposed
from lamella.planning.fitting_sizes import fitting
from lamella.planning.plan import Plan
from lamella.planning.planner import plan
from lamella.texts.languages import Phrase, phrase
from lamella.units import shape as show_shape

Change = tuple[Phrase, Design]

_ENOUGH: Final = 3
"""Changes of layers that are told."""

_MOST: Final = 200
"""Changes that are tried."""

_LAYERS: Final = 5_000
"""Layers planned for them in all: what long networks may cost."""


def repairs(design: Design, wanted: Callable[[Plan], bool], returns: bool) -> Phrase | None:
    """What to do, in words: other input sizes, and changes of one layer, each planned and found to bring it.

    `returns` says that what is wanted includes an output of the input's size. None where nothing was found.
    """
    found = [*_sizes(design, wanted, returns)]
    most = min(_MOST, _LAYERS // max(len(design.nodes), 1))
    for tried, (words, changed) in enumerate(_changes(design)):
        if tried >= most or len(found) > _ENOUGH:
            break
        if wanted(plan(changed)):
            found.append(words)
    if not found:
        return None
    text = phrase("{one}", "{one}", one=found[0])
    for each in found[1:]:
        text = phrase("{before}, or {one}", "{before}, 또는 {one}", before=text, one=each)
    return phrase("Do one of these: {all}.", "다음 중 하나: {all}.", all=text)


def comes_back(plan: Plan) -> bool:
    """Whether a network without errors gives pictures back in the size in which they came."""
    pair = None if plan.errors else restored(plan)
    return pair is not None and pair[0].output_shape == pair[1].output_shape


def _sizes(design: Design, wanted: Callable[[Plan], bool], returns: bool) -> Iterator[Phrase]:
    """The nearest sizes of the input that bring it: larger ones, which cost no picture, then smaller ones."""
    found = fitting(design)
    rules = (found.returning if returns else found.every) or ()
    shape = design.inputs[0].arguments.get("shape") if len(design.inputs) == 1 else None
    if not rules or not isinstance(shape, tuple) or not all(isinstance(size, int) for size in shape[:-1]):
        return
    nearest = found._replace(returning=rules).nearest(shape[:-1])
    for grows in (True, False):
        sizes = [each.above if grows else each.below for each in nearest]
        whole = (*sizes, shape[-1])
        if None in sizes or whole == shape:
            continue
        changed = _with(design, replace(design.inputs[0], arguments={**design.inputs[0].arguments, "shape": whole}))
        if not wanted(plan(changed)):
            continue
        by = [str(abs(each.size - size)) for each, size in zip(nearest, sizes, strict=True) if size is not None]
        facts = {"sizes": show_shape(whole), "by": ", ".join(by)}
        if grows:
            yield phrase("pad the input to {sizes} (by {by})", "입력 덧대기 {sizes} (더할 칸: {by})", **facts)
        else:
            yield phrase("crop the input to {sizes} (by {by})", "입력 자르기 {sizes} (뺄 칸: {by})", **facts)


def _with(design: Design, node: Node) -> Design:
    return replace(design, nodes=tuple(node if each.name == node.name else each for each in design.nodes))


def _changes(design: Design) -> Iterator[Change]:
    """Changes of one layer, the last layers first: that is where sizes are given back."""
    for node in reversed(design.nodes):
        kind = REGISTRY.get(node.type)
        if kind is None or node.type == INPUT or node.shares is not None:
            continue
        for argument, value in _values(kind, node):
            changed = _with(design, replace(node, arguments={**node.arguments, argument: value}))
            words = phrase(
                "{argument}: {value} in '{name}'",
                "'{name}'의 {argument}: {value}",
                argument=argument,
                value=_written(value),
                name=node.name,
            )
            yield words, changed


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
