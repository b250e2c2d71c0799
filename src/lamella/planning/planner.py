"""From a Design to its Plan. Planning never raises: what is wrong becomes a finding, what is not known a None."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lamella.algebra import Expression, number
from lamella.design import BATCH, INPUT, Design, Node, Shape, node_of, origin, output_reference
from lamella.errors import Problem, problem
from lamella.layers import make
from lamella.layers.base import Kept, Layer, ShapeError, Weight, elements
from lamella.layers.core import InputLayer
from lamella.layers.symbolic import check_batch, wrong_count
from lamella.planning.expectations import unmet
from lamella.planning.graph import ordered_nodes, unused
from lamella.planning.memory import (
    DTYPE_BYTES,
    OPTIMIZER_ARRAYS,
    Memory,
    SavedStorages,
    Step,
    inference_peak,
    largest_gradients,
    plus,
    times,
)
from lamella.planning.open_sizes import Condition, open_sizes, opened, relations
from lamella.planning.plan import Plan, Row, Totals
from lamella.planning.receptive_field import (
    ReceptiveField,
    Views,
    input_views,
    moved_axes,
    output_views,
    receptive_field,
)
from lamella.texts.languages import phrase


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
    views: dict[str, dict[str, Views]] = field(default_factory=dict)
    moved: dict[str, set[int]] = field(default_factory=dict)
    findings: list[Problem] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    symbols: set[str] = field(default_factory=set)
    fed: bool = True
    """Whether the design has an input at all; without one, that is the only thing to say."""


def plan(design: Design, batch: int | None = None, dtype: str = "float32", optimizer: str = "adam") -> Plan:
    """The plan of a design: for each node what is known, with every error in the findings.

    `batch` is the number of images that the memory is for (default: the input's batch_size, else 1), `dtype`
    one of `DTYPE_BYTES`, `optimizer` one of `OPTIMIZER_ARRAYS`.
    """
    known = _Known(fed=bool(design.inputs))
    known.findings += design.problems
    nodes = ordered_nodes(design, known.findings)
    by_name = {node.name: node for node in reversed(design.nodes)}
    for node in nodes:
        _visit(node, by_name, design, known)
    if all(each.severity == "warning" for each in known.findings):  # else what leads where can't be said
        known.findings += unused(design, by_name)
    if batch is None:
        layers = (known.layers.get(each.name) for each in design.inputs)
        given = (vars(layer)["batch_size"] for layer in layers if isinstance(layer, InputLayer))
        batch = next((size for size in given if size is not None), 1)
    rows, memory = _rows(design, nodes, known, batch, dtype, optimizer)
    inputs = [(node.name, known.shapes[node.name]) for node in design.inputs if node.name in known.shapes]
    sizes = open_sizes(inputs, known.conditions)
    known.findings += [
        problem("no size fits", by_name[each.input].place(), symbol=each.symbol) for each in sizes if each.fits_none
    ]
    found = Plan(design, batch, dtype, optimizer, rows, Totals.of(rows), memory, (), sizes, relations(known.conditions))
    return replace(found, findings=_in_file_order([*known.findings, *unmet(found)]))


def _visit(node: Node, by_name: Mapping[str, Node], design: Design, known: _Known) -> None:
    """Adds what can be known of one node."""
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
    known.layers[node.name] = made
    if counted := wrong_count(made, len(node.inputs)):
        if known.fed:
            known.findings.append(problem("input count", node.place("from"), **counted))
        return
    if not all(name in known.shapes for name in node.inputs):
        return
    inputs = tuple(known.shapes[name] for name in node.inputs)
    try:
        check_batch(made, inputs)
        outputs = made.output_shapes(*inputs)
        known.weights[node.name] = made.weights(*inputs)
    except ShapeError as error:
        where = node.place(str(error.problem.facts.get("argument", "")))
        known.findings.append(error.problem.at(where))
        _what_is_left(node.name, made, inputs, error.shape, known)
        return
    if node.type == INPUT:
        outputs = (opened(outputs[0], known.symbols),)
    if made.needs_batch() and not all(each.arguments.get("batch_size") for each in design.inputs):
        known.findings.append(problem("batch open", node.place("stateful")))
    output = outputs[0]
    known.conditions += (Condition(*pair) for pair in made.conditions(*inputs))
    _give(node.name, outputs, known)
    known.macs[node.name] = made.macs(inputs, output)
    mine = known.weights[node.name]
    if any(weight.trainable for weight in mine) or any(
        node_of(name, known.layers) in known.trained for name in node.inputs
    ):
        known.trained.add(node.name)
    kept = made.kept(inputs, output)
    if kept is None and node.name not in known.trained:
        kept = Kept()  # no gradient goes through it
    if kept is not None:
        known.kept[node.name] = kept
    if shared is not None:
        _check_shared(node, shared, known)
    for place, each in enumerate(outputs):
        _see(node, output_reference(node.name, place), made, inputs, each, known)


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
    shape = phrase("its output shape is the stored one", "출력 모양은 저장된 값입니다")
    if None in given or not given:
        shape = phrase("not every output shape is stored", "저장되지 않은 출력 모양이 있습니다")
    known.findings.append(problem("layer opaque", node.place(), type=node.type, shape=shape))


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
    sources = dict.fromkeys(source for name in node.inputs for source in known.views.get(name, ()))
    views = {}
    for source in sources:
        arriving = [known.views.get(name, {}).get(source) for name in node.inputs]
        found = output_views(layer, list(zip(inputs, arriving, strict=True)), output)
        if found is not None:
            views[source] = found
        for each in arriving:
            if each is not None:
                known.moved.setdefault(source, set()).update(moved_axes(layer, inputs, output, each))
    known.views[reference] = views


def _fields(node: Node, known: _Known) -> tuple[ReceptiveField, ...]:
    """The receptive fields of a node over the axes along which the design slides windows.

    Where it slides none: over all axes of the input but the channels.
    """
    found = []
    for source, views in known.views.get(node.name, {}).items():
        axes = sorted(known.moved.get(source, ())) or list(range(max(len(views.states) - 1, min(len(views.states), 1))))
        found.append(receptive_field(source, views, axes))
    return tuple(found)


def _rows(
    design: Design, nodes: list[Node], known: _Known, batch: int, dtype: str, optimizer: str
) -> tuple[tuple[Row, ...], Memory]:
    number_bytes = DTYPE_BYTES[dtype]
    steps, storages = [], dict[str, str]()
    for node in nodes:
        layer, inputs = known.layers.get(node.name), tuple(storages.get(name, name) for name in node.inputs)
        aliased = layer is not None and layer.aliases and len(inputs) == 1
        storages[node.name] = inputs[0] if aliased else node.name
        words = layer is not None and layer.gives_words()
        numbers = None if words else _of_one_image(known.shapes.get(node.name))
        kept = known.kept.get(node.name, Kept())
        steps.append(Step(node.name, storages[node.name], inputs, numbers, kept, not node.inputs))
        for place, more in list(enumerate(known.outputs.get(node.name, ())))[1:]:
            reference = output_reference(node.name, place)
            steps.append(Step(reference, reference, inputs, _of_one_image(more), Kept()))
    sizes = {step.name: step.numbers for step in steps}
    saving = SavedStorages({**{name: None for node in nodes for name in node.inputs}, **sizes})
    saved, fixed, rows = 0, 0, []
    complete = True
    first = {node.name: node for node in reversed(design.nodes)}
    by_step = {step.name: step for step in steps}
    for node in nodes:
        step = by_step[node.name]
        facts = known if first[node.name] is node else _Known()  # of a name's second node nothing is known
        mine, constant = saving.keep(step, number_bytes) if node.name in facts.kept else (None, 0)
        complete = complete and mine is not None
        saved, fixed = saved + (mine or 0), fixed + constant
        shape, made = facts.shapes.get(node.name), facts.layers.get(node.name)
        size = None if made is not None and made.gives_words() else elements(shape)
        rows.append(
            Row(
                node,
                made,
                shape,
                facts.outputs.get(node.name, ())[1:],
                facts.weights.get(node.name),
                facts.macs.get(node.name),
                times(size, number_bytes),
                plus(mine, constant),
                _fields(node, facts),
            )
        )
    total_saved = saved * batch + fixed if complete else None
    memory = _memory(design, steps, storages, rows, total_saved, saving.seen, batch, number_bytes, optimizer)
    return tuple(rows), memory


def _of_one_image(shape: Shape | None) -> int | None:
    """How many numbers an image has in a tensor; not known where the images are no axis of it."""
    return number(elements(shape)) if shape is not None and shape.count(BATCH) == 1 else None


def _memory(
    design: Design,
    steps: list[Step],
    storages: Mapping[str, str],
    rows: list[Row],
    saved: int | None,
    kept: set[str],
    batch: int,
    number_bytes: int,
    optimizer: str,
) -> Memory:
    def per_batch(numbers: int | None) -> int | None:
        return times(numbers, batch * number_bytes)

    counted = all(row.weights is not None for row in rows)
    totals = Totals.of(tuple(rows))
    parameters = totals.params * number_bytes if counted else None
    gradients = totals.trainable_params * number_bytes if counted else None
    optimizing = times(gradients, OPTIMIZER_ARRAYS[optimizer])
    live = per_batch(largest_gradients(steps)) if counted else None
    data: int | None = 0
    for step in steps:
        if step.is_input and step.name not in kept:
            data = plus(data, per_batch(step.numbers))
    training: int | None = 0
    for part in (parameters, gradients, optimizing, saved, live, data):
        training = plus(training, part)
    outputs = {storages.get(name, name) for name in design.outputs.values()}
    inference = plus(parameters, per_batch(inference_peak(steps, outputs))) if counted else None
    return Memory(parameters, gradients, optimizing, saved, live, data, inference, training)


def _in_file_order(findings: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(findings, key=lambda each: (each.where.line or 0, each.where.column or 0)))
