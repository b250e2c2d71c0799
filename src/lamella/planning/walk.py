"""The walk over a design's nodes: layers, shapes, weights, what must hold of sizes, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from lamella.algebra import Expression
from lamella.design import BATCH, INPUT, Design, FreeNames, Node, Shape, node_of, origin, output_reference
from lamella.errors import Problem, problem
from lamella.layers import REGISTRY, make
from lamella.layers.base import Layer, ShapeError, Weight
from lamella.layers.calling import wrong_call
from lamella.layers.fixed_batch import Fit, fit
from lamella.layers.symbolic import wrong_count
from lamella.planning.open_sizes import Condition, opened
from lamella.texts.languages import phrase

_FOR_UNKNOWN: Final = ("channels unknown", "step unknown")
"""Errors for a size that is not known: behind another error they say nothing new."""


@dataclass
class Walked:
    """What the walk over the nodes finds out, by node name; shapes by reference to one output."""

    layers: dict[str, Layer] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)
    outputs: dict[str, tuple[Shape | None, ...]] = field(default_factory=dict)
    weights: dict[str, tuple[Weight, ...]] = field(default_factory=dict)
    findings: list[Problem] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    symbols: FreeNames = field(default_factory=lambda: FreeNames(sign=""))
    fits: dict[str, Fit] = field(default_factory=dict)
    """The nodes that fit their inputs, in order, with what they give."""
    batches: Mapping[str, int | None] = field(default_factory=dict)
    """The number of images, where an input fixes it."""
    trained: set[str] = field(default_factory=set)
    """Nodes that have weights to train, as far as can be told."""
    broken: set[str] = field(default_factory=set)
    """Nodes with an error, and those behind them of which a size is not known for it."""
    fed: bool = True
    """Whether the design has an input at all; without one, that is the only thing to say."""


def visit(node: Node, by_name: Mapping[str, Node], design: Design, known: Walked) -> None:
    """Adds what can be known of one node from the shapes that reach it."""
    if node.unread:
        return
    shared = None
    if node.shares is not None:
        shared = origin(node, design)
        if shared.shares is not None or shared.type != node.type:
            return  # the chain leads nowhere, or to another type of layer: that is reported where it stands
    if node.gives is not None:
        _take_word(node, by_name, known)
        return
    made = make(node if shared is None else replace(node, arguments=shared.arguments))
    if not isinstance(made, Layer):
        known.findings += made if shared is None else ()
        return
    if by_name[node.name] is not node:
        return
    if wrong := wrong_call(type(made), node.called):
        known.findings += (each.at(node.place(str(each.facts["argument"]))) for each in wrong)
        return
    made = made.called_with(node.called)
    known.layers[node.name] = made
    if counted := wrong_count(made, len(node.inputs)):
        if known.fed:
            known.findings.append(problem("input count", node.place("from"), **counted))
        return
    if not all(name in known.shapes for name in node.reads):
        return
    inputs = tuple(known.shapes[name] for name in node.inputs)
    behind = any(node_of(name, known.layers) in known.broken for name in node.reads)
    try:
        fitted = fit(made, inputs, [known.batches.get(node_of(name, known.batches)) for name in node.inputs])
        known.weights[node.name] = _weights(node, made, fitted.inputs)
    except ShapeError as error:
        where = node.place(str(error.problem.facts.get("argument", "")))
        if not (behind and error.problem.key in _FOR_UNKNOWN and any(None in shape for shape in inputs)):
            known.findings.append(error.problem.at(where))
        known.broken.add(node.name)
        _what_is_left(node.name, made, inputs, error.shape, known)
        return
    outputs = fitted.outputs
    if node.type == INPUT:
        outputs = (opened(outputs[0], known.symbols),)
    if made.needs_batch() and not all(each.arguments.get("batch_size") for each in design.inputs):
        known.findings.append(problem("batch open", node.place("stateful")))
    if behind and any(None in shape for shape in outputs):
        known.broken.add(node.name)
    known.conditions += (Condition(*pair) for pair in made.conditions(*fitted.inputs))
    _give(node.name, outputs, known)
    if any(weight.trainable for weight in known.weights[node.name]):
        known.trained.add(node.name)
    if fitted.whole:
        images = known.batches.get(node.name)
        known.findings.append(problem("images together", node.place(), type=node.type, count=images))
    if shared is not None:
        _check_shared(node, shared, known)
    known.fits[node.name] = fitted


def fixed_batches(nodes: Iterable[Node]) -> dict[str, int | None]:
    """How many images reach each node, None where any number will do; `nodes` in an order to compute them in."""
    found: dict[str, int | None] = {}
    for node in nodes:
        if node.type == INPUT:
            size = node.arguments.get("batch_size")
            found[node.name] = size if isinstance(size, int) else None
        else:
            read = (found.get(node_of(name, found)) for name in node.reads)
            found[node.name] = min((size for size in read if size), default=None)
    return found


def _weights(node: Node, layer: Layer, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
    found = layer.weights(*inputs)
    return tuple(each._replace(trainable=False) for each in found) if node.frozen else found


def _take_word(node: Node, by_name: Mapping[str, Node], known: Walked) -> None:
    """Adds what a source says of a node that lamella does not know."""
    if by_name[node.name] is not node:
        return
    known.trained.add(node.name)  # as far as can be told
    given = tuple(None if each is None else (BATCH, *each) for each in node.gives or ())
    _give(node.name, given, known)
    if node.shares is not None:
        known.weights[node.name] = ()
        return
    complete, written = bool(given) and None not in given, "gives" in node.marks
    if written and node.type in REGISTRY:
        known.findings.append(problem("layer given", node.place("gives"), type=node.type))
    else:
        known.findings.append(
            problem("layer opaque", node.place(), type=node.words(), shape=_ITS_SHAPE[complete, written])
        )


_ITS_SHAPE: Final = {
    (True, False): phrase("its output shape is the stored one", "출력 모양은 저장된 값입니다"),
    (False, False): phrase("not every output shape is stored", "저장되지 않은 출력 모양이 있습니다"),
    (True, True): phrase("its output shape is the one that gives: states", "출력 모양은 gives: 에 적은 값입니다"),
    (False, True): phrase("gives: does not state every output shape", "gives: 에 적지 않은 출력 모양이 있습니다"),
}
"""By whether all output shapes are known and whether a person wrote them."""


def _give(name: str, outputs: tuple[Shape | None, ...], known: Walked) -> None:
    """Adds the shapes of a node's outputs."""
    known.outputs[name] = outputs
    sizes = (each for shape in outputs for each in shape or ())
    known.conditions += (Condition(each) for each in sizes if isinstance(each, Expression))
    references = ((output_reference(name, place), shape) for place, shape in enumerate(outputs))
    known.shapes |= {reference: shape for reference, shape in references if shape is not None}


def _what_is_left(name: str, layer: Layer, inputs: tuple[Shape, ...], partial: Shape | None, known: Walked) -> None:
    """The rest that can be said of a layer whose input does not fit, such as its weights and channels."""
    if partial is None:
        return
    _give(name, (partial,), known)
    if name not in known.weights:
        try:
            known.weights[name] = layer.weights(*inputs)
        except ShapeError:
            return


def _check_shared(node: Node, first: Node, known: Walked) -> None:
    """A second use brings no weights of its own, and must fit those of the first."""
    layer = known.layers[node.name]
    before, now = (tuple(known.shapes[name] for name in each.inputs if name in known.shapes) for each in (first, node))
    if differ := layer.other_rank(before, now):
        facts = {"name": first.name, "expected": differ[0], "received": differ[1]}
        known.findings.append(problem("shares other rank", node.place("from"), **facts))
    elif first.name in known.weights and (theirs := layer.fixed(*before)) != (mine := layer.fixed(*now)):
        old, new = next((old, new) for old, new in zip(theirs, mine, strict=True) if old != new)
        facts = {"name": first.name, "weight": old.name, "expected": old.shape, "received": new.shape}
        known.findings.append(problem("shares other input", node.place("from"), **facts))
    known.weights[node.name] = ()
