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
from lamella.planning.fitting_sizes import fits, fitting, near
from lamella.planning.plan import Plan
from lamella.planning.planner import plan
from lamella.texts.languages import Phrase, phrase
from lamella.units import shape as show_shape

Change = tuple[Phrase, Design]

_ENOUGH: Final = 3
"""Changes of layers that are told."""

_MOST: Final = 200
"""Changes that are tried."""


def repairs(design: Design, wanted: Callable[[Plan], bool], returns: bool) -> Phrase | None:
    """What to do, in words: other input sizes, and changes of one layer, each planned and found to bring it.

    `returns` says that what is wanted includes an output of the input's size. None where nothing was found.
    """
    found = [*_sizes(design, wanted, returns)]
    for tried, (words, changed) in enumerate(_changes(design)):
        if tried == _MOST or len(found) > _ENOUGH:
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
    """The nearest sizes of the first input that bring it, as one change, with the padding that makes the larger one."""
    found = fitting(design, returns)
    if found is None or not found.sizes or len(design.inputs) != 1:
        return
    (node,) = design.inputs
    shape = node.arguments["shape"]
    assert isinstance(shape, tuple), "fitting has opened it"
    by_axis = {each.axis: each for each in found.sizes}
    for place in (1, 0):  # the next larger sizes, which cost no picture, come first
        sizes = []
        for axis, size in enumerate(shape, 1):
            rule = by_axis.get(axis)
            if rule is None or not isinstance(size, int) or fits(rule, size):
                sizes.append(size)
                continue
            around = [each for each in near(rule, size) if (each > size) == bool(place)]
            sizes.append(around[0] if around else None)
        if None in sizes or tuple(sizes) == shape:
            continue
        changed = _with(design, replace(node, arguments={**node.arguments, "shape": tuple(sizes)}))
        if not wanted(plan(changed)):
            continue
        pairs = [(one, other) for one, other in zip(shape, sizes, strict=True) if one != other]
        pads = ", ".join(str(abs(other - one)) for one, other in pairs)
        facts = {"sizes": show_shape(tuple(sizes)), "pads": pads}
        if place:
            yield phrase("pad the input to {sizes} (by {pads})", "입력을 {sizes}로 덧대기({pads}만큼)", **facts)
        else:
            yield phrase("crop the input to {sizes} (by {pads})", "입력을 {sizes}로 자르기({pads}만큼)", **facts)


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
