"""How other tools count a network's work, as data: each prints its own figure for the same network in PyTorch.

lamella's own MACs are the multiply-adds of `Layer.work` alone. What a tool adds to them, leaves out or gets wrong is
in its table: kind of layer -> how often it counts which quantity. A kind that a table does not name counts nothing
there; None stands for what is not known: the tool's figure depends on how the network is written or on the machine,
or PyTorch has no such layer. Every entry was measured with torch 2.13.0, fvcore 0.1.5.post20221221, ptflops 0.7.5 and
thop 0.1.1.post2209072238 (tests/planning/test_conventions.py and
test_convention_layers.py run the tools again, on every layer type that counterparts.py names).

The PyTorch network meant is the one people write: `nn` modules, `+` and `*` between tensors, padding as numbers
(fvcore counts nothing for padding="same"), a module for each activation. A separable convolution is two convolutions,
attention with projections is `nn.Linear` around `scaled_dot_product_attention` (`nn.MultiheadAttention` can't have a
`key_dim` of its own, and each tool prints something else for it), EinsumDense is `torch.einsum`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from lamella.algebra import is_known
from lamella.design import Shape
from lamella.layers.base import Layer, product
from lamella.layers.wrappers import TimeDistributed, one_step
from lamella.planning.counterparts import RANKS, kinds_of
from lamella.planning.plan import Plan, Row, Totals
from lamella.planning.quantities import QUANTITIES

Terms = Mapping[str, int]
"""Quantity -> how often it counts."""


class Convention(NamedTuple):
    """What one tool counts. `unit` is that of the figures it prints; texts/words.py says in words what it counts."""

    tool: str
    unit: str
    kinds: Mapping[str, Terms | None]
    only_products: bool = False
    """Whether it counts convolutions and matrix products alone, so that a layer without products counts nothing."""


_OPERATIONS: Final = ("convolution", "transposed", "dense")
_PRODUCTS: Final = (*_OPERATIONS, "matrix product", "dot", "einsum")
_RECURRENT: Final = ("simple rnn", "gru", "lstm")
_WITHOUT_MODULE: Final = ("squareplus", "sparse_plus", "sparse_sigmoid", "sparsemax", "relu in parts")
"""PyTorch has no module for these; ptflops' figure depends on the functions someone writes them with."""


def _each(kinds: tuple[str, ...], **terms: int) -> dict[str, Terms]:
    return dict.fromkeys(kinds, terms)


def _ranks(kind: str, **terms: int) -> dict[str, Terms]:
    return {f"{kind} {rank}": terms for rank in RANKS}


_PTFLOPS: Final[dict[str, Terms | None]] = {
    **_each(_OPERATIONS, work=1, bias=1),
    **_each(("batch norm", "group norm"), inputs=2),
    **_each(("batch norm plain", "group norm plain", "layer norm", "layer norm plain"), inputs=1),
    **_each(("max pooling", "average pooling"), inputs=2),
    **_ranks("global average", inputs=2),
    **_ranks("global max", inputs=2),
    **_ranks("adaptive average", inputs=2),
    **_ranks("adaptive max", inputs=2),
    **_ranks("nearest", output=2),
    **_each(("bilinear 2D", "bicubic 2D"), output=2),
    **_each(("relu", "elu", "gelu"), output=2),
    **_each(("relu6", "leaky_relu", "silu", "swish", "softmax"), output=1),
    "prelu": {"inputs": 2},
    **dict.fromkeys(("matrix product", "dot")),  # counted for torch.matmul, not for @
    "attention": {"projections": 1, "projected": 1},
    "simple rnn": {"work": 1, "states": 1, "biases": 1},
    "gru": {"work": 1, "states": 7, "biases": 1},
    "lstm": {"work": 1, "states": 10, "biases": 1},
    **dict.fromkeys(_WITHOUT_MODULE),
}

_THOP: Final[dict[str, Terms | None]] = {
    **_each(("convolution", "dense"), work=1),
    "transposed": {"scattered": 1},
    **_each(("batch norm", "layer norm"), inputs=4),
    **_each(("batch norm plain", "layer norm plain"), inputs=2),
    "average pooling": {"output": 1},
    **_ranks("global average", inputs=1, output=1),
    **_ranks("adaptive average", shared=1),
    **_ranks("nearest", output=1),
    "bilinear 2D": {"output": 11},
    "bicubic 2D": {"output": 259},
    "softmax": {"output": 3, "rows": -1},
    "prelu": {"inputs": 1},
    "attention": {"projections": 1},
    "simple rnn": {"work": 1, "states": 1, "biases": 1},
    "gru": {"work": 1, "states": 7, "biases": 1},
    "lstm": {"work": 1, "states": 8, "biases": 1},
}

_FVCORE: Final[dict[str, Terms | None]] = {
    **_each((*_OPERATIONS, "dot"), work=1),
    "matrix product": {"first product": 1},
    "einsum": None,  # rounded to four digits, and halved where nothing is summed
    "attention": {"projections": 1},
    "batch norm": {"inputs": 2},
    "batch norm plain": {"inputs": 1},
    **_each(("layer norm", "group norm"), inputs=5),
    **_each(("layer norm plain", "group norm plain"), inputs=4),
    "global average 2D": {"inputs": 1},
    "adaptive average 2D": {"inputs": 1},
    "nearest 2D": {"output": 1},
    "bilinear 2D": {"output": 4},
}

CONVENTIONS: Final[dict[str, Convention]] = {
    "torchvision": Convention(
        "torchvision",
        "MACs",
        # Of attention its figure for ViT-B/16, 17.564, holds all; no network of its own is recurrent.
        {**_each((*_PRODUCTS, "attention"), work=1), **dict.fromkeys(_RECURRENT)},
        only_products=True,
    ),
    "fvcore": Convention(
        "fvcore",
        "MACs",
        _FVCORE,
    ),
    "ptflops": Convention(
        "ptflops",
        "MACs",
        _PTFLOPS,
    ),
    "thop": Convention(
        "thop",
        "MACs",
        _THOP,
    ),
    "flopcounter": Convention(
        "FlopCounterMode",
        "FLOPs",
        # Which kernels run depends on the machine. A CPU's own for scaled_dot_product_attention and for an LSTM count 0
        # (measured); of a GPU's, its source names those of attention and none of recurrent layers.
        {**_each(_PRODUCTS, work=2), **dict.fromkeys(("attention", *_RECURRENT))},
        only_products=True,
    ),
}


def figure(convention: Convention, layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> int | None:
    """What the tool prints for one layer and one image; None where that is not known."""
    if isinstance(layer, TimeDistributed):
        inside = figure(convention, layer.inner, (one_step(inputs[0]),), one_step(output))
        return product((inputs[0][1], inside))
    kinds = kinds_of(layer, inputs)
    if kinds is None:
        return 0 if convention.only_products and not layer.work(inputs, output) else None
    total = 0
    for kind in kinds:
        terms = convention.kinds.get(kind, {})
        if terms is None:
            return None
        for quantity, times in terms.items():
            size = QUANTITIES[quantity](layer, inputs, output)
            if not is_known(size):
                return None
            total += size * times
    return total


def recounted(plan: Plan, like: str) -> Plan:
    """The plan with the figures of a tool in place of its MACs. `like` is a key of `CONVENTIONS`."""
    convention = CONVENTIONS[like]
    rows = tuple(_recounted(row, plan, convention) for row in plan.rows)
    return replace(plan, rows=rows, totals=Totals.of(rows), like=like)


def _recounted(row: Row, plan: Plan, convention: Convention) -> Row:
    inputs = plan.inputs_of(row)
    if row.macs is None or row.layer is None or row.output_shape is None or inputs is None:
        return row
    return replace(row, macs=figure(convention, row.layer, inputs, row.output_shape))


def unit(plan: Plan) -> str:
    """The unit of the plan's figures of work."""
    return "MACs" if plan.like is None else CONVENTIONS[plan.like].unit
