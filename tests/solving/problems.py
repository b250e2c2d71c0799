"""Random small designs with `any` in them, and all their solutions by trying every combination."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from lamella.design import INPUT, Design, Node
from lamella.planning.expectations import unmet
from lamella.planning.plan import Plan
from lamella.planning.planner import plan
from lamella.solving.unknowns import chosen, steps_of

MOST = 3_000
"""Combinations of one problem, so that trying them all stays cheap."""


def by_trying(design: Design) -> Iterator[tuple[dict[str, object], Plan]]:
    """Every combination that fits and meets what the design expects, each planned by itself."""
    steps = [step for step in steps_of(design) if step.owner == step.node.name]
    unknowns = [each for step in steps for each in step.unknowns]
    for picks in product(*(range(len(each.values)) for each in unknowns)):
        chosen_now = dict(zip(unknowns, picks, strict=True))
        values = {
            step.node.name: chosen(
                step.node.arguments, step.unknowns, tuple(chosen_now[each] for each in step.unknowns)
            )
            for step in steps
        }
        nodes = tuple(node if node.shares else replace(node, arguments=values[node.name]) for node in design.nodes)
        known = plan(replace(design, nodes=nodes, expect={}))
        if not known.errors and not unmet(replace(known, design=design)):
            yield {each.name: each.values[pick] for each, pick in chosen_now.items()}, known


def problem(draw: random.Random) -> Design:
    """A chain, with a branch now and then, of two to six layers over one or two axes; one to four things are open."""
    rank = draw.choice((1, 2, 2, 2))
    size = draw.randint(5, 14)
    first = draw.random() < 0.15
    shape = (draw.randint(1, 4), *[size] * rank) if first else (*[size] * rank, draw.randint(1, 4))
    nodes = [Node("input", INPUT, {"shape": shape})]
    for place in range(draw.randint(1, 5)):
        nodes += _layer(draw, f"l{place}", nodes, rank, first)
    if draw.random() < 0.2:
        nodes.append(Node("flat", "Flatten", {}, (nodes[-1].name,)))
        nodes.append(Node("dense", "Dense", {"units": draw.randint(1, 4)}, ("flat",)))
    nodes = _opened(draw, nodes)
    design = Design("problem", tuple(nodes), {"out": nodes[-1].name})
    return replace(design, expect=_expect(draw, design))


def _layer(draw: random.Random, name: str, before: list[Node], rank: int, first: bool) -> list[Node]:
    source = (before[-1].name,)
    form: dict[str, object] = {"data_format": "channels_first"} if first else {}
    kernel = draw.choice((1, 2, 3, 3, 4, 5, 2))
    padding = draw.choice(("valid", "same"))
    strides = draw.choice((1, 1, 2, 3))
    kind = draw.choice(("Conv", "Conv", "Pool", "Transpose", "Up", "Depthwise", "Norm", "Branch", "Shared"))
    if kind == "Shared":
        known = [node for node in before if node.type.startswith("Conv") and not node.shares]
        if known:
            return [Node(name, known[0].type, {}, source, shares=known[0].name)]
    if kind == "Branch":
        other = draw.choice(before).name
        return [Node(name, draw.choice(("Add", "Concatenate")), {}, (*source, other))]
    if kind == "Pool":
        arguments = {"pool_size": draw.choice((2, 3)), "strides": strides, "padding": padding}
        return [Node(name, f"{draw.choice(('Max', 'Average'))}Pooling{rank}D", arguments | form, source)]
    if kind == "Up":
        return [Node(name, f"UpSampling{rank}D", {"size": draw.choice((2, 3))} | (form if rank > 1 else {}), source)]
    if kind == "Norm":
        return [Node(name, "BatchNormalization", {"axis": 1 if first else -1}, source)]
    if kind == "Depthwise":
        arguments = {"kernel_size": kernel, "strides": strides, "padding": padding}
        return [Node(name, f"DepthwiseConv{rank}D", arguments | form, source)]
    arguments = {"filters": draw.choice((1, 2, 4)), "kernel_size": kernel, "strides": strides, "padding": padding}
    if kind == "Conv" and strides == 1 and draw.random() < 0.3:
        arguments["dilation_rate"] = 2
    if kind == "Conv" and draw.random() < 0.15:
        arguments["groups"] = 2
    return [Node(name, f"Conv{rank}D{'Transpose' if kind == 'Transpose' else ''}", arguments | form, source)]


_OPEN = {
    "filters": ("any 1..4", "any 2|4|6", "any 4|1"),
    "units": ("any 1..3",),
    "kernel_size": ("any 1..5", "any 3|5", "any 2|1|4"),
    "strides": ("any 1..3", "any 1|2"),
    "padding": ("any", "any valid|same"),
    "dilation_rate": ("any 1..3",),
    "pool_size": ("any 1..4",),
    "size": ("any 1..3",),
    "groups": ("any 1|2|4",),
}


def _opened(draw: random.Random, nodes: list[Node]) -> list[Node]:
    places = [(node.name, name) for node in nodes for name in node.arguments if name in _OPEN and not node.shares]
    picked = draw.sample(places, min(len(places), draw.randint(1, 4)))
    if not picked or draw.random() < 0.2:
        picked.append(("input", "shape"))
    found, count = [], 1
    for node in nodes:
        arguments = dict(node.arguments)
        for name, argument in picked:
            if name != node.name:
                continue
            if argument == "shape":
                shape = list(arguments["shape"])  # type: ignore[call-overload]
                places_of_size = [1] if node.arguments["shape"][0] < 5 else [0]  # type: ignore[index]
                if len(shape) > 2 and draw.random() < 0.5:
                    places_of_size.append(places_of_size[0] + 1)
                for place in places_of_size:
                    shape[place] = f"any {shape[place] - 2}..{shape[place] + 3}"
                arguments[argument], many = tuple(shape), 6 ** len(places_of_size)
            else:
                arguments[argument], many = draw.choice(_OPEN[argument]), 5
                if argument == "kernel_size" and node.type[-2] == "2" and draw.random() < 0.3:
                    arguments[argument], many = ("any 1..4", draw.choice((1, 3, "any 1..3"))), 12
            if count * many > MOST:
                arguments[argument] = node.arguments[argument]
            else:
                count *= many
        found.append(replace(node, arguments=arguments))
    return found


def _expect(draw: random.Random, design: Design) -> dict[str, object]:
    """Targets near what one of the combinations reaches, so that many problems have solutions and some have none."""
    steps = [step for step in steps_of(design) if step.owner == step.node.name]
    values = {
        step.node.name: chosen(
            step.node.arguments, step.unknowns, tuple(draw.randrange(len(each.values)) for each in step.unknowns)
        )
        for step in steps
    }
    known = plan(
        replace(
            design,
            nodes=tuple(node if node.shares else replace(node, arguments=values[node.name]) for node in design.nodes),
        )
    )
    expect: dict[str, object] = {}
    output = known.outputs["out"]
    if output is not None and None not in output and draw.random() < 0.7:
        expect["output"] = list(output[1:])
    if draw.random() < 0.4:
        expect["params"] = f"{draw.choice(('<=', '<=', '>=', '==', '<', '>'))} {known.totals.params}"
    if draw.random() < 0.3:
        expect["macs"] = f"{draw.choice(('<=', '>='))} {known.totals.macs}"
    row = known.by_name[design.outputs["out"]]
    field = [size for each in row.receptive_fields for size in each.max]
    if draw.random() < 0.4 and field and None not in field:
        expect["receptive_field"] = f"{draw.choice(('>=', '==', '<='))} {field[0]}"
    if draw.random() < 0.15 and known.memory.training_peak_bytes is not None:
        expect["training_memory"] = f"<= {known.memory.training_peak_bytes}"
    return expect
