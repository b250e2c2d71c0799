"""Sizes of a design whose weights are made for its own: those near them that leave the weights as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lamella.design import Design, Node, origin
from lamella.planning.fitting_sizes import Sizes, fitting, spatial_axes
from lamella.planning.given_input import plan_with_input
from lamella.planning.open_sizes import OpenSize
from lamella.planning.plan import Plan
from lamella.planning.planner import plan

_FARTHEST: Final = 64
"""How far from the design's own size another one is tried."""
_POOLED: Final = (1, 2, 3)
"""The ranks that have a global pooling."""


def kept(design: Design, found: Sizes) -> Sizes:
    """What `fitting` found, with the sizes that leave every weight as it is, each tried with the others as they are."""
    rules, bare = [], replace(design, expect={})
    for node in design.inputs:
        shape = node.arguments.get("shape")
        for axis in spatial_axes(node, design):
            if isinstance(shape, tuple) and isinstance(shape[axis], int):
                rules.append(OpenSize("", node.name, axis + 1, only=tuple(_around(bare, node, shape, axis))))
    other = pooled(design)
    instead = fitting(other) if other is not None else found
    return found._replace(every=tuple(rules), pooled=() if instead.faults else instead.every)


def _around(design: Design, node: Node, shape: Sequence[int], axis: int) -> list[int]:
    """The sizes along one axis, the design's own among them, up to the first that does not fit on either side."""

    own_plan = plan(design)

    def planned(each: Design) -> Plan:
        return own_plan if each is design else plan(each)

    def fits(size: int) -> bool:
        return not plan_with_input(design, {node.name: (*shape[:axis], size, *shape[axis + 1 :])}, planned).errors

    own = shape[axis]
    least = next((each + 1 for each in range(own - 1, max(0, own - _FARTHEST), -1) if not fits(each)), 1)
    most = next((each - 1 for each in range(own + 1, own + _FARTHEST) if not fits(each)), own + _FARTHEST)
    return [*range(max(least, own - _FARTHEST), most + 1)]


def pooled(design: Design) -> Design | None:
    """The design with a global pooling in place of every Flatten; None where there is no Flatten of a picture."""
    before = plan(replace(design, expect={}))
    nodes = []
    for node in design.nodes:
        shapes = before.inputs_of(before.row(node.name)) if node.type == "Flatten" else None
        if shapes and len(shapes[0]) - 2 in _POOLED:
            channels = origin(node, design).arguments.get("data_format")
            arguments = {"data_format": channels} if channels else {}
            node = replace(node, type=f"GlobalAveragePooling{len(shapes[0]) - 2}D", arguments=arguments, shares=None)
        nodes.append(node)
    changed = any(node.type != old.type for node, old in zip(nodes, design.nodes, strict=True))
    return replace(design, nodes=tuple(nodes)) if changed else None
