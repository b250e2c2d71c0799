"""From a Design to its Plan. Planning never raises: what is wrong becomes a finding, what is not known a None."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import Final

from lamella.algebra import Expression
from lamella.design import BATCH, INPUT, Design, FreeNames, Node, Shape, node_of, origin, output_reference
from lamella.errors import Problem, problem
from lamella.layers import REGISTRY, make
from lamella.layers.base import Engine, Kept, Layer, ShapeError, Weight, elements
from lamella.layers.calling import wrong_call
from lamella.layers.core import InputLayer
from lamella.layers.fixed_batch import Fit, fit
from lamella.layers.symbolic import wrong_count
from lamella.planning.expectations import unmet
from lamella.planning.graph import added_onto, in_file_order, ordered_nodes, unused
from lamella.planning.liveness import Setting, Step, Weights, saved_bytes
from lamella.planning.memory import DTYPES, Memory, NumberBytes, memory_of, of_one_image, times, weights_of
from lamella.planning.open_sizes import Condition, OpenSize, open_sizes, opened
from lamella.planning.optimizers import slot_bytes
from lamella.planning.plan import Plan, Row, Totals
from lamella.planning.receptive_field import (
    ReceptiveField,
    Views,
    input_views,
    moved_axes,
    output_views,
    receptive_field,
    sight,
    unknown_views,
)
from lamella.texts.languages import phrase

_FOR_UNKNOWN: Final = ("channels unknown", "step unknown")
"""Errors for a size that is not known: behind another error they say nothing new."""


@dataclass
class _Known:
    """What the walk over the nodes finds out, by node name; shapes and views by reference to one output."""

    layers: dict[str, Layer] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)
    outputs: dict[str, tuple[Shape | None, ...]] = field(default_factory=dict)
    weights: dict[str, tuple[Weight, ...]] = field(default_factory=dict)
    macs: dict[str, int | None] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    trained: set[str] = field(default_factory=set)
    """Nodes that have weights to train, or come behind some."""
    batches: dict[str, int | None] = field(default_factory=dict)
    """The number of images, where an input fixes it."""
    whole: set[str] = field(default_factory=set)
    """Nodes that take all images together."""
    views: dict[str, dict[str, Views]] = field(default_factory=dict)
    moved: dict[str, set[int]] = field(default_factory=dict)
    findings: list[Problem] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    symbols: FreeNames = field(default_factory=lambda: FreeNames(sign=""))
    sizes: tuple[OpenSize, ...] = ()
    engine: Engine = "tensorflow"
    dtype: str = "float32"
    uncounted: set[str] = field(default_factory=set)
    """Nodes whose memory is not known at all."""
    broken: set[str] = field(default_factory=set)
    """Nodes with an error, and those behind them of which a size is not known for it."""
    fed: bool = True
    """Whether the design has an input at all; without one, that is the only thing to say."""


def plan(
    design: Design,
    batch: int | None = None,
    dtype: str = "float32",
    optimizer: str = "adam",
    engine: Engine = "tensorflow",
) -> Plan:
    """The plan of a design: for each node what is known, with every error in the findings.

    `batch` is the number of images that the memory is for (default: the input's batch_size, else 1), `dtype`
    one of `DTYPES`, `optimizer` one of `OPTIMIZERS`, `engine` one of `ENGINES`.
    """
    known = _Known(fed=bool(design.inputs), engine=engine, dtype=dtype)
    known.findings += design.problems
    nodes = ordered_nodes(design, known.findings)
    by_name = {node.name: node for node in reversed(design.nodes)}
    for node in nodes:
        _visit(node, by_name, design, known)
    if all(each.severity == "warning" and each.key != "model mask" for each in known.findings):
        # else what leads where can't be said
        known.findings += unused(design, by_name)
    if batch is None:
        batch = next((size for each in design.inputs if (size := known.batches.get(each.name))), 1)
    inputs = [(node.name, known.shapes[node.name]) for node in design.inputs if node.name in known.shapes]
    sizes = open_sizes(inputs, known.conditions)
    known.sizes = sizes
    rows, memory = _rows(design, nodes, known, batch, dtype, optimizer, engine)
    known.findings += [
        problem("no size fits", by_name[each.input].place(), symbol=each.symbol) for each in sizes if each.fits_none
    ]
    findings, conditions = tuple(known.findings), tuple(known.conditions)
    found = Plan(design, batch, dtype, optimizer, rows, Totals.of(rows), memory, findings, sizes, conditions)
    return replace(found, findings=in_file_order([*findings, *unmet(found)]))


def _visit(node: Node, by_name: Mapping[str, Node], design: Design, known: _Known) -> None:
    """Adds what can be known of one node."""
    known.batches[node.name] = min(
        (size for name in node.reads if (size := known.batches.get(node_of(name, known.batches)))), default=None
    )
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
    if isinstance(made, InputLayer):
        known.batches[node.name] = made.batch_size
    if counted := wrong_count(made, len(node.inputs)):
        if known.fed:
            known.findings.append(problem("input count", node.place("from"), **counted))
        return
    if not all(name in known.shapes for name in node.reads):
        return
    inputs = tuple(known.shapes[name] for name in node.inputs)
    behind = any(node_of(name, known.layers) in known.broken for name in node.reads)
    try:
        fitted = fit(made, inputs, [known.batches[node_of(name, known.batches)] for name in node.inputs])
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
    if any(weight.trainable for weight in known.weights[node.name]) or any(
        node_of(name, known.layers) in known.trained for name in node.reads
    ):
        known.trained.add(node.name)
    if fitted.whole:
        known.whole.add(node.name)
        known.findings.append(problem("images together", node.place(), type=node.type, count=known.batches[node.name]))
    _count(node, made, fitted, known)
    if shared is not None:
        _check_shared(node, shared, known)
    for place, each in enumerate(outputs):
        _see(node, output_reference(node.name, place), made, inputs, each, known)


def _count(node: Node, layer: Layer, fitted: Fit, known: _Known) -> None:
    """Adds the work of one image and what is kept for the backward pass."""
    inputs, output = fitted.inputs, known.outputs[node.name][0] or ()
    macs = layer.macs(inputs, output)
    known.macs[node.name] = macs if not (fitted.whole and macs) else None
    kept = None if fitted.whole else layer.kept_by(known.engine, inputs, output)
    if kept is None and node.name not in known.trained:
        kept = Kept()  # no gradient goes through it
    if not layer.memory_known(known.engine, known.dtype):
        known.uncounted.add(node.name)
    elif kept is not None:
        known.kept[node.name] = kept


def _weights(node: Node, layer: Layer, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
    found = layer.weights(*inputs)
    return tuple(each._replace(trainable=False) for each in found) if node.frozen else found


def _take_word(node: Node, by_name: Mapping[str, Node], known: _Known) -> None:
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


def _give(name: str, outputs: tuple[Shape | None, ...], known: _Known) -> None:
    """Adds the shapes of a node's outputs."""
    known.outputs[name] = outputs
    sizes = (each for shape in outputs for each in shape or ())
    known.conditions += (Condition(each) for each in sizes if isinstance(each, Expression))
    references = ((output_reference(name, place), shape) for place, shape in enumerate(outputs))
    known.shapes |= {reference: shape for reference, shape in references if shape is not None}


def _what_is_left(name: str, layer: Layer, inputs: tuple[Shape, ...], partial: Shape | None, known: _Known) -> None:
    """The rest that can be said of a layer whose input does not fit, such as its weights and channels."""
    if partial is None:
        return
    _give(name, (partial,), known)
    if name not in known.weights:
        try:
            known.weights[name] = layer.weights(*inputs)
        except ShapeError:
            return


def _check_shared(node: Node, first: Node, known: _Known) -> None:
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


def _see(node: Node, reference: str, layer: Layer, inputs: tuple[Shape, ...], output: Shape, known: _Known) -> None:
    """Adds what the node's units see of each input of the design."""
    if not node.inputs:
        known.views[reference] = {node.name: input_views(output)}
        return
    deciding = node.reads[0 if node.name in known.whole else len(node.inputs) :]
    masks = [known.views.get(name, {}) for name in deciding]
    hidden = {source: unknown_views(seen) for mask in masks for source, seen in mask.items()}
    arriving: dict[str, list[tuple[int, Views]]] = {}
    for place, name in enumerate(node.inputs):
        for source, views in known.views.get(name, {}).items():
            if source not in hidden:
                arriving.setdefault(source, []).append((place, views))
    if not arriving:
        known.views[reference] = hidden
        return
    seen = sight(layer, inputs, output)
    for source, arrived in arriving.items():
        moved = known.moved.setdefault(source, set())
        moved.update(*(moved_axes(seen, views) for _, views in arrived))
    found = {source: output_views(seen, arrived) for source, arrived in arriving.items()}
    known.views[reference] = {**hidden, **found}


def _fields(node: Node, known: _Known) -> tuple[ReceptiveField, ...]:
    """The receptive fields of a node over the axes along which the design slides windows.

    Where it slides none: over all axes of the input but the channels.
    """
    found = []
    for source, views in known.views.get(node.name, {}).items():
        axes = sorted(known.moved.get(source, ())) or list(range(max(len(views.states) - 1, min(len(views.states), 1))))
        sizes = {size.axis - 1: size for size in known.sizes if size.input == source}
        found.append(receptive_field(source, views, axes, sizes))
    return tuple(found)


def _rows(
    design: Design, nodes: list[Node], known: _Known, batch: int, dtype: str, optimizer: str, engine: Engine
) -> tuple[tuple[Row, ...], Memory]:
    number_bytes = DTYPES[dtype]
    setting = Setting(engine, batch, number_bytes.activation, training=True)
    first = {node.name: node for node in reversed(design.nodes)}
    shown = [known if first[node.name] is node else _Known() for node in nodes]  # of a name's second nothing is known
    steps = [
        _step(node, design, each, number_bytes, optimizer, engine) for node, each in zip(nodes, shown, strict=True)
    ]
    if engine == "tensorflow":
        onto = added_onto(nodes, known.layers, engine)
        steps = [None if step is None else step._replace(onto=onto.get(step.name, "")) for step in steps]
    counted = all(node.name in each.weights for node, each in zip(nodes, shown, strict=True))
    parameters = sum(prod(weight.shape) for each in known.weights.values() for weight in each) * number_bytes.weight
    sized = [step for step in steps if step is not None]
    given = {name for step in sized for name, _ in step.outputs}
    whole = len(sized) == len(steps) and not known.uncounted and given.issuperset(design.outputs.values())
    slots = sum(
        slot_bytes(optimizer, f"{name}/{weight.name}", weight.shape, number_bytes.weight)
        for name, weights in known.weights.items()
        for weight in weights
        if weight.trainable
    )
    figures = memory_of(
        sized if counted and whole else None,
        list(design.outputs.values()),
        parameters if counted else None,
        slots if counted else None,
        setting,
        tuple(node.name for node, step in zip(nodes, steps, strict=True) if _memory_unknown(node, step, known)),
        tuple(node.name for node in nodes if node.name not in known.kept),
    )
    saved = saved_bytes(sized, number_bytes.activation)
    rows = [
        Row(
            node,
            facts.layers.get(node.name),
            facts.shapes.get(node.name),
            facts.outputs.get(node.name, ())[1:],
            facts.weights.get(node.name),
            facts.macs.get(node.name),
            times(_numbers(node.name, facts), number_bytes.activation),
            saved.get(node.name) if node.name in facts.kept else None,
            _fields(node, facts),
            figures.inference.get(node.name),
            figures.training.get(node.name),
            whole=node.name in facts.whole,
        )
        for node, facts in zip(nodes, shown, strict=True)
    ]
    return tuple(rows), figures.memory


def _step(node: Node, design: Design, known: _Known, dtype: NumberBytes, optimizer: str, engine: Engine) -> Step | None:
    """What the memory of a node is counted from; None where a size is not known."""
    if any(of_one_image(known.shapes.get(name)) is None for name in node.reads) or _gives_words(node.name, known):
        return None
    outputs = []
    for place, shape in enumerate(known.outputs.get(node.name, (None,))):
        numbers = of_one_image(shape)
        if numbers is None:
            return None
        outputs.append((output_reference(node.name, place), numbers))
    layer, owner = known.layers.get(node.name), node.name
    if node.shares is not None:
        owner = origin(node, design).name
    own = known.weights.get(owner, ())
    return Step(
        node.name,
        node.reads,
        tuple(outputs),
        known.kept.get(node.name, Kept()),
        aliases=layer is not None and layer.aliases and len(node.inputs) == 1,
        in_place=layer is not None and layer.in_place,
        hands_on=layer is not None and engine in layer.hands_on,
        is_input=not node.inputs,
        opaque=owner not in known.weights,
        owner=owner if own else "",
        weights=weights_of(owner, own, dtype, optimizer, engine) if own else Weights(),
    )


def _memory_unknown(node: Node, step: Step | None, known: _Known) -> bool:
    """Whether the memory is not known because of this node, rather than of open sizes alone."""
    if node.name not in known.weights or node.name in known.uncounted:
        return True
    shapes = [*(known.shapes.get(name) for name in node.inputs), *known.outputs.get(node.name, (None,))]
    numbers = [None if shape is None or shape.count(BATCH) != 1 else elements(shape) for shape in shapes]
    return step is None and (None in numbers or _gives_words(node.name, known))


def _gives_words(name: str, known: _Known) -> bool:
    layer = known.layers.get(name)
    return layer is not None and layer.gives_words()


def _numbers(name: str, known: _Known) -> int | None:
    """The numbers of a node's output for one image; None also for words, whose bytes are not known."""
    shape = known.shapes.get(name)
    together = known.batches.get(name) is not None and BATCH not in (shape or ())
    return None if together or _gives_words(name, known) else elements(shape)
