"""A design with other input shapes than its own: open sizes get numbers, fixed ones others.

Everything is planned as if the design were written so. What a source stored for its own sizes (`gives`) holds where
only open sizes got numbers; the shapes that a fixed size led to are not known for another. The weights are the
design's: a layer that would need others is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from lamella.design import INPUT, Design, Node, in_order, node_of
from lamella.errors import Problem, UsageError, problem
from lamella.layers.arguments import Wrong
from lamella.layers.base import REGISTRY, did_you_mean
from lamella.planning.graph import in_file_order
from lamella.planning.plan import Plan
from lamella.texts.languages import Phrase, phrase, plain
from lamella.units import shape as show_shape

Sizes = Sequence[int | None]
Given = Sizes | Sequence[Sizes] | Mapping[str, Sizes]
"""The shape of the one input, of each input in order, or of some by name; None keeps a size open."""

_SHAPE = REGISTRY[INPUT].arguments["shape"].kind


def plan_with_input(design: Design, given: Given, planned: Callable[[Design], Plan]) -> Plan:
    """The plan of the design with these input shapes, `planned` being how one is planned.

    Raises `UsageError` where they are no shapes, or not as many, or of other axes than the design's.
    """
    shapes = _by_name(design, given)
    for node in design.inputs:
        if node.name in shapes:
            _check_axes(node, shapes[node.name])
    moved = _behind(design, {node.name for node in design.inputs if _moves(node, shapes)})
    found = planned(replace(design, nodes=tuple(_resized(node, shapes, moved) for node in design.nodes)))
    if not moved:
        return found
    return replace(found, findings=in_file_order([*found.findings, *_other_weights(planned(design), found)]))


def _check_axes(node: Node, shape: tuple[int | None, ...]) -> None:
    own = _own(node)
    if own is not None and len(own) != len(shape):
        axes = phrase(
            "sizes along {count} axes for '{name}', which is {shape}",
            "'{name}'({shape})의 축 {count}개의 크기",
            count=len(own),
            name=plain(node.name, 80),
            shape=show_shape(own),
        )
        raise _not_the_designs(axes, phrase("{shape}", "{shape}", shape=show_shape(shape)))


def _behind(design: Design, moved: set[str]) -> set[str]:
    """The inputs whose fixed sizes are others, with every node that comes after one."""
    found, names = set(moved), {node.name for node in design.nodes}
    for node in in_order(design)[0]:
        if any(node_of(reference, names) in found for reference in node.reads):
            found.add(node.name)
    return found


def _resized(node: Node, shapes: Mapping[str, tuple[int | None, ...]], moved: set[str]) -> Node:
    if node.type == INPUT and node.name in shapes:
        return replace(node, arguments={**node.arguments, "shape": shapes[node.name]}, unread=False)
    if node.gives is not None and node.name in moved:
        return replace(node, gives=(None,) * len(node.gives))
    return node


def _other_weights(own: Plan, resized: Plan) -> list[Problem]:
    """A problem for every layer that has other weights with the given input than in the design itself."""
    found, before = [], own.by_name
    for row in resized.rows:
        old, new = before[row.node.name].weights, row.weights
        if old is None or new is None:
            continue
        for first, second in zip(old, new, strict=False):
            if first.shape != second.shape:
                facts = {"weight": first.name, "expected": first.shape, "received": second.shape}
                found.append(problem("input other weights", row.node.place(), **facts))
                break
    return found


def _by_name(design: Design, given: Given) -> dict[str, tuple[int | None, ...]]:
    names = [node.name for node in design.inputs]
    if not names:
        return {}  # that there is no input is what is wrong with the design
    if isinstance(given, Mapping):
        for name in given:
            if name not in names:
                what = phrase("input", "입력")
                near = did_you_mean(name, names)
                raise UsageError(problem("name unknown", what=what, received=name, suggestion=near))
        return {name: _sizes(shape) for name, shape in given.items()}
    one = (
        isinstance(given, str)
        or not isinstance(given, Sequence)
        or all(each is None or isinstance(each, int) for each in given)
    )
    listed: list[object] = [given] if one else list(given)
    if len(listed) != len(names):
        words = phrase("one shape for each input: {names:list}", "입력마다 모양 하나: {names:list}", names=names)
        raise _not_the_designs(words, phrase("{count} of them", "{count}개", count=len(listed)))
    return {name: _sizes(shape) for name, shape in zip(names, listed, strict=True)}


def _parsed(shape: object) -> tuple[int | None, ...]:
    found = _SHAPE.parse(shape)
    return found if isinstance(found, tuple) else ()


def _sizes(shape: object) -> tuple[int | None, ...]:
    try:
        return _parsed(shape)
    except Wrong:
        raise UsageError(problem("setting", option="input", expected=_SHAPE.expected, received=shape)) from None


def _own(node: Node) -> tuple[int | None, ...] | None:
    """The shape that the design gives its input; None where it is wrong."""
    try:
        return _parsed(node.arguments.get("shape"))
    except Wrong:
        return None


def _moves(node: Node, shapes: Mapping[str, tuple[int | None, ...]]) -> bool:
    """Whether a size that the design fixes is another one now."""
    own, now = _own(node), shapes.get(node.name)
    if own is None or now is None:
        return False
    return any(old is not None and old != new for old, new in zip(own, now, strict=True))


def _not_the_designs(expected: Phrase, received: Phrase) -> UsageError:
    return UsageError(problem("input shapes", expected=expected, received=received))
