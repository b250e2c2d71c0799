"""What a decoder's largest Dense costs, and what spares it: a picture made of a vector has a weight for every pair."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from lamella.design import Design, Node
from lamella.errors import DesignError
from lamella.planning.kept_sizes import pooled
from lamella.planning.mirror import Mirror, mirrored
from lamella.planning.plan import Row
from lamella.planning.planner import plan

_MUCH: Final = 3
"""A Dense that holds more than this part of all parameters is worth a word: the encoder's own may hold as many."""


class Cost(NamedTuple):
    """The Dense that holds much of a mirrored design's parameters, `total` being all of them.

    `rank` is that of the pooling that could stand in place of the encoder's Flatten, `pooled` how many parameters the
    whole would have then; `code` the layer before the Flatten, `ended` how many with that as the code.
    """

    dense: Row
    total: int
    rank: int
    pooled: int | None
    code: str
    ended: int | None


def cost(encoder: Design, whole: Design, how: Mirror) -> Cost | None:
    """None where no Dense that stands before a Reshape holds much of the parameters, or no Flatten is its reason."""
    found = plan(replace(whole, expect={}))
    own = {node.name for node in encoder.nodes}
    reshaped = {node.inputs[0] for node in whole.nodes if node.type == "Reshape" and node.name not in own}
    rows = [row for row in found.rows if row.node.name in reshaped and row.node.type == "Dense"]
    largest = max(rows, key=lambda row: row.params or 0, default=None)
    flat = next((node for node in encoder.nodes if node.type == "Flatten"), None)
    if largest is None or flat is None or _MUCH * (largest.params or 0) <= found.totals.params:
        return None
    shapes = plan(replace(encoder, expect={})).inputs_of(found.row(flat.name))
    code = flat.inputs[0]
    short = replace(encoder, outputs={code: code}, nodes=_before(encoder, flat.name))
    rank = len(shapes[0]) - 2 if shapes else 0
    return Cost(largest, found.totals.params, rank, _params(pooled(encoder), how), code, _params(short, how))


def _before(encoder: Design, name: str) -> tuple[Node, ...]:
    names = [node.name for node in encoder.nodes]
    return encoder.nodes[: names.index(name)]


def _params(encoder: Design | None, how: Mirror) -> int | None:
    """How many parameters an encoder has with its mirror; None where it has none."""
    if encoder is None:
        return None
    try:
        return plan(mirrored(replace(encoder, expect={}), how)).totals.params
    except DesignError:
        return None
