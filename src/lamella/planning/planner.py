"""From a Design to its Plan. Planning never raises: what is wrong becomes a finding, what is not known a None."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import prod

from lamella.design import BATCH, Design, Node, Shape, node_of, origin, output_reference
from lamella.errors import problem
from lamella.layers.base import Engine, Kept, Layer, elements
from lamella.layers.fixed_batch import Fit
from lamella.planning.expectations import unmet
from lamella.planning.graph import added_onto, in_file_order, ordered_nodes, unused
from lamella.planning.liveness import Setting, Step, Weights, saved_bytes
from lamella.planning.memory import DTYPES, Memory, NumberBytes, memory_of, of_one_image, times, weights_of
from lamella.planning.open_sizes import OpenSize, open_sizes
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
from lamella.planning.walk import Walked, fixed_batches, visit


@dataclass
class _Known(Walked):
    """What is found out besides: the figures, by node name, and views by reference to one output."""

    macs: dict[str, int | None] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    views: dict[str, dict[str, Views]] = field(default_factory=dict)
    moved: dict[str, set[int]] = field(default_factory=dict)
    sizes: tuple[OpenSize, ...] = ()
    engine: Engine = "tensorflow"
    dtype: str = "float32"
    uncounted: set[str] = field(default_factory=set)
    """Nodes whose memory is not known at all."""


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
    findings = [*design.problems]
    nodes = ordered_nodes(design, findings)
    batches = fixed_batches(nodes)
    known = _Known(findings=findings, fed=bool(design.inputs), batches=batches, engine=engine, dtype=dtype)
    by_name = {node.name: node for node in reversed(design.nodes)}
    for node in nodes:
        visit(node, by_name, design, known)
    for name, fitted in known.fits.items():
        _count(by_name[name], fitted, known)
    if all(each.severity == "warning" and each.key != "model mask" for each in known.findings):
        # else what leads where can't be said
        known.findings += unused(design, by_name)
    if batch is None:
        batch = next((size for each in design.inputs if (size := batches.get(each.name))), 1)
    inputs = [(node.name, known.shapes[node.name]) for node in design.inputs if node.name in known.shapes]
    sizes = open_sizes(inputs, known.conditions)
    known.sizes = sizes
    rows, memory = _rows(design, nodes, known, batch, dtype, optimizer, engine)
    known.findings += [
        problem("no size fits", by_name[each.input].place(), symbol=each.symbol) for each in sizes if each.fits_none
    ]
    told, conditions = tuple(known.findings), tuple(known.conditions)
    found = Plan(design, batch, dtype, optimizer, rows, Totals.of(rows), memory, told, sizes, conditions)
    return replace(found, findings=in_file_order([*told, *unmet(found)]))


def _count(node: Node, fitted: Fit, known: _Known) -> None:
    """Adds the figures of a node that fits its inputs, and what it sees."""
    made, outputs = known.layers[node.name], known.outputs[node.name]
    inputs, output = fitted.inputs, outputs[0] or ()
    macs = made.macs(inputs, output)
    known.macs[node.name] = macs if not (fitted.whole and macs) else None
    if any(node_of(name, known.layers) in known.trained for name in node.reads):
        known.trained.add(node.name)  # a gradient goes through it
    kept = None if fitted.whole else made.kept_by(known.engine, inputs, output)
    if kept is None and node.name not in known.trained:
        kept = Kept()  # no gradient goes through it
    if not made.memory_known(known.engine, known.dtype):
        known.uncounted.add(node.name)
    elif kept is not None:
        known.kept[node.name] = kept
    given = tuple(known.shapes[name] for name in node.inputs)
    for place, each in enumerate(outputs):
        if each is not None:
            _see(node, output_reference(node.name, place), made, given, each, known)


def _see(node: Node, reference: str, layer: Layer, inputs: tuple[Shape, ...], output: Shape, known: _Known) -> None:
    """Adds what the node's units see of each input of the design."""
    if not node.inputs:
        known.views[reference] = {node.name: input_views(output)}
        return
    deciding = node.reads[0 if known.fits[node.name].whole else len(node.inputs) :]
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
            whole=node.name in facts.fits and facts.fits[node.name].whole,
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
