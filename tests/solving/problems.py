"""Random small designs with `any` in them, and all their solutions by trying every combination."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from lamella.algebra import Expression
from lamella.design import INPUT, Design, Node
from lamella.planning.expectations import unmet
from lamella.planning.plan import Plan
from lamella.planning.planner import plan
from lamella.solving.effects import flaws
from lamella.solving.unknowns import chosen, steps_of

MOST = 600
"""Combinations of one problem, so that trying them all stays cheap."""


def by_trying(design: Design) -> Iterator[tuple[dict[str, object], Plan]]:
    """Every combination that fits and meets what the design expects, each planned by itself."""
    steps = [step for step in steps_of(design) if step.owner == step.node.name]
    unknowns = [each for step in steps for each in step.unknowns]
    for picks in product(*(range(len(each.values)) for each in unknowns)):
        chosen_now = dict(zip(unknowns, picks, strict=True))
        known = plan(_with(design, lambda each, now=chosen_now: now[each]))
        if not known.errors and not unmet(replace(known, design=design)):
            yield {each.name: each.values[pick] for each, pick in chosen_now.items()}, known


def cost(known: Plan) -> tuple[int, int, int]:
    """What solutions are ordered by, from a plan alone: flaws, parameters, multiply-adds as far as they are numbers."""
    shapes = known.shapes
    against = sum(
        flaws(row.layer, tuple(shapes.get(name) for name in row.node.inputs), (row.output_shape,)) for row in known.rows
    )
    return against, known.totals.params, sum(row.macs for row in known.rows if isinstance(row.macs, int))


def _with(design: Design, pick: Callable[[Any], int]) -> Design:
    """The design with the values that `pick` gives for each unknown, and without its expectations."""
    values = {
        step.node.name: chosen(step.node.arguments, step.unknowns, tuple(map(pick, step.unknowns)))
        for step in steps_of(design)
        if step.owner == step.node.name
    }
    nodes = tuple(node if node.shares else replace(node, arguments=values[node.name]) for node in design.nodes)
    return replace(design, nodes=nodes, expect={})


def problem(draw: random.Random) -> Design:
    """Two to six layers, with branches, over no to three axes; one to four things are open. Raises `DesignError`.

    Now and then: two inputs, a size that stays open (None), several outputs, a layer that is not known.
    """
    rank = draw.choice((1, 1, 2, 2, 2, 2, 3))
    first = draw.random() < 0.15
    shape = _shape(draw, rank, first)
    nodes = [Node("input", INPUT, {"shape": shape})]
    if draw.random() < 0.1:
        other = shape if draw.random() < 0.6 else _shape(draw, rank, first)
        nodes.append(Node("other", INPUT, {"shape": other}))
    for place in range(draw.randint(1, 5)):
        nodes += _layer(draw, f"l{place}", nodes, first)
    if any(node.name == "other" for node in nodes) and not any("other" in node.inputs for node in nodes):
        nodes.append(Node("both", draw.choice(("Add", "Concatenate", "Multiply")), {}, (nodes[-1].name, "other")))
    if draw.random() < 0.15:
        nodes.append(Node("flat", "Flatten", {}, (nodes[-1].name,)))
        nodes.append(Node("dense", "Dense", {"units": draw.randint(1, 4)}, ("flat",)))
    outputs = {"out": nodes[-1].name}
    if draw.random() < 0.15:
        outputs["aside"] = draw.choice(nodes).name
    design = Design("problem", tuple(_opened(draw, nodes)), outputs)
    return replace(design, expect=_expect(draw, design))


def _shape(draw: random.Random, rank: int, first: bool) -> tuple[int | None, ...]:
    size = draw.randint(5, 14) if rank < 3 else draw.randint(3, 6)
    sizes: list[int | None] = [size] * rank
    if draw.random() < 0.2:
        sizes[0] = draw.randint(3, 12)
    if draw.random() < 0.08:
        sizes[draw.randrange(rank)] = None
    channels = draw.randint(1, 4)
    return (channels, *sizes) if first else (*sizes, channels)


def _layer(draw: random.Random, name: str, before: list[Node], first: bool) -> list[Node]:
    from_last = draw.random() < 0.85 or before[-1].name == "other"
    source = ("input" if len(before) < 3 and before[-1].name == "other" else before[-1].name,)
    if not from_last:
        source = (draw.choice(before).name,)
    several = next((node for node in before if node.arguments.get("return_state") and node.type == "LSTM"), None)
    if several is not None and draw.random() < 0.3:
        source = (f"{several.name}:{draw.choice((1, 2))}",)
    shape = _known_shape(before, source[0])
    rank = len(shape) - 2 if shape is not None else draw.choice((1, 2))
    anywhere = ("Dense", "Norm", "Branch", "Branch", "Shared", "Reshape", "Opaque", "Permute")
    places = ("Conv", "Conv", "Conv", "Pool", "Transpose", "Up", "Depthwise", "Separable", "Pad", "Crop", "Global")
    sequences = ("LSTM", "Attention", "Conv", "Conv", "Causal")
    kinds = anywhere if not 1 <= rank <= 3 else anywhere + places * 3 + (sequences * 2 if rank == 1 else ())
    kind = draw.choice(kinds)
    makers = _OF_PLACES if kind in _OF_PLACES else {}
    form: dict[str, object] = {"data_format": "channels_first"} if first else {}
    if kind == "Shared":
        known = [node for node in before if node.type.startswith(("Conv", "Dense")) and not node.shares]
        kind = "Norm"
        if known:
            return [Node(name, known[0].type, {}, source, shares=known[0].name)]
    if kind == "Branch":
        others = [node.name for node in before if node.name != source[0]] or [source[0]]
        type_ = draw.choice(("Add", "Concatenate", "Concatenate", "Multiply", "Average"))
        arguments: dict[str, Any] = {"axis": 1 if first else draw.choice((-1, -1, 1))} if type_ == "Concatenate" else {}
        if draw.random() < 0.4 and 1 <= rank <= 3:  # two wide branches
            side = {"filters": draw.choice((2, 4)), "kernel_size": draw.choice((1, 3)), "padding": "same"} | form
            pair = [Node(f"{name}{end}", f"Conv{rank}D", side, source) for end in "ab"]
            return [*pair, Node(name, type_, arguments, (pair[0].name, pair[1].name))]
        return [Node(name, type_, arguments, (source[0], draw.choice(others)))]
    if kind == "Norm":
        type_ = draw.choice(("BatchNormalization", "GroupNormalization", "LayerNormalization"))
        arguments = {"axis": 1 if first else -1}
        return [Node(name, type_, arguments | ({"groups": 2} if type_[0] == "G" else {}), source)]
    if kind == "Dense":
        return [Node(name, "Dense", {"units": draw.choice((1, 2, 4))}, source)]
    if kind == "Reshape":
        return [Node(name, "Reshape", {"target_shape": draw.choice(((-1, 2), (2, -1), (-1,), (-1, 2, 2)))}, source)]
    if kind == "Permute":
        dims = list(range(1, rank + 2))
        draw.shuffle(dims)
        return [Node(name, "Permute", {"dims": tuple(dims)}, source)]
    if kind == "Opaque":
        gives = None if shape is None else tuple(size if isinstance(size, int) else None for size in shape[1:])
        return [Node(name, "Strange", {}, source, gives=(gives,))] if draw.random() < 0.4 else []
    if kind == "LSTM":
        type_, state = draw.choice(("LSTM", "GRU", "SimpleRNN")), draw.random() < 0.3
        arguments = {"units": draw.choice((1, 2)), "return_sequences": draw.random() < 0.5}
        return [Node(name, type_, arguments | ({"return_state": True} if state else {}), source)]
    if kind == "Attention":
        return [Node(name, "MultiHeadAttention", {"num_heads": 2, "key_dim": 2}, (source[0], source[0]))]
    if kind not in makers:
        return []
    made = makers[kind](draw, rank, form)
    return [Node(name, *made, source)] if made is not None else []


def _known_shape(before: list[Node], source: str) -> tuple[Any, ...] | None:
    return plan(Design("so far", tuple(before), {"out": before[-1].name})).shapes.get(source)


Made = tuple[str, dict[str, Any]] | None


def _window(draw: random.Random) -> dict[str, Any]:
    found = {"kernel_size": draw.choice((1, 2, 2, 3, 3, 4, 5)), "padding": draw.choice(("valid", "same"))}
    return found | {"strides": draw.choice((1, 1, 2, 3))}


def _conv(draw: random.Random, rank: int, form: dict[str, Any]) -> Made:
    arguments = {"filters": draw.choice((1, 2, 4)), **_window(draw)}
    if arguments["strides"] == 1 and draw.random() < 0.3:
        arguments["dilation_rate"] = 2
    if draw.random() < 0.15:
        arguments["groups"] = 2
    return f"Conv{rank}D", arguments | form


def _causal(draw: random.Random, rank: int, form: dict[str, Any]) -> Made:
    return "Conv1D", {"filters": 2, "kernel_size": draw.choice((2, 3)), "dilation_rate": 2, "padding": "causal"}


def _pool(draw: random.Random, rank: int, form: dict[str, Any]) -> Made:
    window = _window(draw)
    arguments = {"pool_size": draw.choice((2, 3)), "strides": window["strides"], "padding": window["padding"]}
    return f"{draw.choice(('Max', 'Average'))}Pooling{rank}D", arguments | form


def _transpose(draw: random.Random, rank: int, form: dict[str, Any]) -> Made:
    arguments = {"filters": draw.choice((1, 2, 4)), **_window(draw)}
    if arguments["strides"] > 1 and draw.random() < 0.5:
        arguments["output_padding"] = 1
    return f"Conv{rank}DTranspose", arguments | form


def _up(draw: random.Random, rank: int, form: dict[str, Any]) -> Made:
    return f"UpSampling{rank}D", {"size": draw.choice((2, 3))} | (form if rank > 1 else {})


def _depthwise(draw: random.Random, rank: int, form: dict[str, Any]) -> Made:
    return (f"DepthwiseConv{rank}D", {"depth_multiplier": 1, **_window(draw)} | form) if rank < 3 else None


def _separable(draw: random.Random, rank: int, form: dict[str, Any]) -> Made:
    arguments = {"filters": draw.choice((1, 2, 4)), "depth_multiplier": draw.choice((1, 2)), **_window(draw)}
    return (f"SeparableConv{rank}D", arguments | form) if rank < 3 else None


def _border(kind: str, argument: str) -> Callable[[random.Random, int, dict[str, Any]], Made]:
    def made(draw: random.Random, rank: int, form: dict[str, Any]) -> Made:
        sizes = tuple((draw.randint(0, 1), draw.randint(0, 2)) for _ in range(rank))
        return f"{kind}{rank}D", {argument: sizes[0] if rank == 1 else sizes} | (form if rank > 1 else {})

    return made


def _global(draw: random.Random, rank: int, form: dict[str, Any]) -> Made:
    return f"Global{draw.choice(('Max', 'Average'))}Pooling{rank}D", {"keepdims": draw.random() < 0.5} | form


_OF_PLACES = {
    "Conv": _conv,
    "Causal": _causal,
    "Pool": _pool,
    "Transpose": _transpose,
    "Up": _up,
    "Depthwise": _depthwise,
    "Separable": _separable,
    "Pad": _border("ZeroPadding", "padding"),
    "Crop": _border("Cropping", "cropping"),
    "Global": _global,
}

_OPEN: dict[str, tuple[tuple[object, int], ...]] = {
    "filters": (("any 1..4", 4), ("any 2|4|6", 3), ("any 4|1", 2)),
    "units": (("any 1..3", 3), ("any 2|5", 2)),
    "kernel_size": (("any 1..5", 5), ("any 3|5", 2), ("any 2|1|4", 3)),
    "strides": (("any 1..3", 3), ("any 1|2", 2)),
    "padding": (("any", 3), ("any valid|same", 2)),
    "cropping": (("any 0..2", 3),),
    "dilation_rate": (("any 1..3", 3),),
    "pool_size": (("any 1..4", 4),),
    "size": (("any 1..3", 3),),
    "groups": (("any 1|2|4", 3),),
    "depth_multiplier": (("any 1..2", 2),),
    "output_padding": (("any", 4), ("any 0..1", 2)),
    "key_dim": (("any 1..3", 3),),
    "num_heads": (("any 1|2", 2),),
    "axis": (("any -1|1", 2),),
}
"""What is written for an argument, and how many values that has at most."""


def _opened(draw: random.Random, nodes: list[Node]) -> list[Node]:
    places = [(node.name, name) for node in nodes for name in node.arguments if name in _OPEN and not node.shares]
    places += [(node.name, "target_shape") for node in nodes if node.type == "Reshape"]
    picked = draw.sample(places, min(len(places), draw.randint(1, 4)))
    if not picked or draw.random() < 0.2:
        picked.append((draw.choice([node.name for node in nodes if node.type == INPUT]), "shape"))
    found, count = [], 1
    for node in nodes:
        arguments = dict(node.arguments)
        for name, argument in picked:
            if name != node.name:
                continue
            value, many = _open(draw, node, argument)
            if count * many <= MOST:
                arguments[argument], count = value, count * many
        found.append(replace(node, arguments=arguments))
    return found


def _open(draw: random.Random, node: Node, argument: str) -> tuple[Any, int]:
    """A value of the argument with something open in it, and how many values that has."""
    value: Any = node.arguments[argument]
    if argument == "shape":
        axes = [axis for axis, size in enumerate(value) if size is not None]
        opened = draw.sample(axes, min(len(axes), draw.choice((1, 1, 2))))
        return _replaced(
            value, {axis: f"any {max(1, value[axis] - 2)}..{value[axis] + 3}" for axis in opened}
        ), 6 ** len(opened)
    if argument == "target_shape":
        axis = draw.choice([axis for axis, size in enumerate(value) if size != -1] or [0])
        return _replaced(value, {axis: "any 1..4"}), 4
    if isinstance(value, tuple):  # the borders of ZeroPadding and Cropping
        if isinstance(value[0], tuple):
            inside, many = _open(draw, replace(node, arguments={argument: value[0]}), argument)
            return (inside, *value[1:]), many
        return draw.choice((("any 0..2", value[1]), (value[0], "any 1|3"), ("any 0..1", "any 0..2"))), 6
    if argument == "padding" and isinstance(value, str) and draw.random() < 0.3:
        return "any", 3
    if argument in ("kernel_size", "strides", "pool_size", "size") and node.type[-2] == "2" and draw.random() < 0.3:
        text = {"strides": "any 1|2", "size": "any 1|2"}.get(argument, "any 1..4")
        return (text, draw.choice((1, 2, "any 1..3"))), 12
    return draw.choice(_OPEN[argument])


def _replaced(value: tuple[Any, ...], changes: dict[int, object]) -> tuple[Any, ...]:
    return tuple(changes.get(place, each) for place, each in enumerate(value))


def _expect(draw: random.Random, design: Design) -> dict[str, object]:
    """Targets near what one of the combinations reaches, so that many problems have solutions and some have none."""
    for _ in range(4):
        known = plan(_with(design, lambda each: draw.randrange(len(each.values))))
        if not known.errors:
            break
    expect: dict[str, object] = {}
    outputs = {name: list(shape[1:]) for name, shape in known.outputs.items() if shape is not None}
    written = all(size is not None and not isinstance(size, Expression) for each in outputs.values() for size in each)
    if outputs and written and draw.random() < 0.7:
        expect["output"] = outputs["out"] if [*outputs] == ["out"] else outputs
        if len(outputs) > 1 and draw.random() < 0.5:
            expect["output"] = {"out": outputs["out"]}
    for word, chance in (("params", 0.4), ("trainable_params", 0.08), ("macs", 0.3)):
        figure = getattr(known.totals, word)
        if draw.random() < chance and isinstance(figure, int):
            near = max(0, figure + draw.choice((0, 0, 3, -3)))
            expect[word] = f"{draw.choice(('<=', '<=', '>=', '==', '<', '>'))} {near}"
    field = [
        size for name in design.outputs.values() for each in known.by_name[name].receptive_fields for size in each.max
    ]
    if draw.random() < 0.4 and field and None not in field:
        expect["receptive_field"] = f"{draw.choice(('>=', '==', '<=', '>'))} {draw.choice(field)}"
    for word in ("inference_memory", "training_memory"):
        memory = getattr(known.memory, word.replace("_memory", "_peak_bytes"))
        if draw.random() < 0.1 and isinstance(memory, int):
            expect[word] = f"{draw.choice(('<=', '<=', '>=', '=='))} {memory}"
    return expect
