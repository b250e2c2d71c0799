"""How other tools count a network's work, as data: each prints its own figure for the same network in PyTorch.

lamella's own MACs are the multiply-adds of `Layer.work` alone. What a tool adds to them, leaves out or gets wrong is
in its table: kind of layer -> how often it counts which quantity. A kind that a table does not name counts nothing
there; None stands for what is not known. Every entry was measured with the release named (tests/planning/
test_conventions.py runs the tools again).

The PyTorch network meant is the one people write: `nn` modules, `+` and `*` between tensors, padding as numbers
(fvcore counts nothing for padding="same"), a module for each activation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from lamella.algebra import is_known
from lamella.design import Shape, Size
from lamella.layers import REGISTRY
from lamella.layers.activations import ACTIVATIONS
from lamella.layers.augmentation import Augmentation
from lamella.layers.base import Layer, ShapeError, elements, product
from lamella.planning.plan import Plan, Row, Totals

Terms = Mapping[str, int]
"""Quantity -> how often it counts."""


class Convention(NamedTuple):
    """What one tool counts. `unit` is that of the figures it prints; texts/words.py says in words what it counts."""

    tool: str
    unit: str
    kinds: Mapping[str, Terms | None]
    only_products: bool = False
    """Whether it counts convolutions and matrix products alone, so that a layer without products counts nothing."""


RANKS: Final = ("1D", "2D", "3D")
_OPERATIONS: Final = ("convolution", "transposed", "dense")
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
    **_ranks("nearest", output=2),
    **_each(("bilinear 2D", "bicubic 2D"), output=2),
    **_each(("relu", "elu", "gelu"), output=2),
    **_each(("relu6", "leaky_relu", "silu", "swish", "softmax"), output=1),
    "prelu": {"inputs": 2},
    "matrix product": None,  # counted for torch.matmul, not for @
    **dict.fromkeys(_WITHOUT_MODULE),
}

_THOP: Final[dict[str, Terms | None]] = {
    **_each(("convolution", "dense"), work=1),
    "transposed": {"scattered": 1},
    **_each(("batch norm", "layer norm"), inputs=4),
    **_each(("batch norm plain", "layer norm plain"), inputs=2),
    "average pooling": {"output": 1},
    **_ranks("global average", inputs=1, output=1),
    **_ranks("nearest", output=1),
    "bilinear 2D": {"output": 11},
    "bicubic 2D": {"output": 259},
    "softmax": {"output": 3, "rows": -1},
    "prelu": {"inputs": 1},
}

_FVCORE: Final[dict[str, Terms | None]] = {
    **_each((*_OPERATIONS, "matrix product"), work=1),
    "batch norm": {"inputs": 2},
    "batch norm plain": {"inputs": 1},
    **_each(("layer norm", "group norm"), inputs=5),
    **_each(("layer norm plain", "group norm plain"), inputs=4),
    "global average 2D": {"inputs": 1},
    "nearest 2D": {"output": 1},
    "bilinear 2D": {"output": 4},
}

CONVENTIONS: Final[dict[str, Convention]] = {
    "torchvision": Convention(
        "torchvision",
        "MACs",
        _each((*_OPERATIONS, "matrix product"), work=1),
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
        _each((*_OPERATIONS, "matrix product"), work=2),
        only_products=True,
    ),
}

_FIXED: Final[dict[str, str]] = {
    **{f"{name}{rank}": "convolution" for name in ("Conv", "DepthwiseConv", "SeparableConv") for rank in RANKS},
    **{f"Conv{rank}Transpose": "transposed" for rank in RANKS},
    "Dense": "dense",
    **dict.fromkeys(("Dot", "ops.matmul"), "matrix product"),
    **{f"MaxPooling{rank}": "max pooling" for rank in RANKS},
    **{f"AveragePooling{rank}": "average pooling" for rank in RANKS},
    **{f"GlobalAveragePooling{rank}": f"global average {rank}" for rank in RANKS},
    **{f"GlobalMaxPooling{rank}": f"global max {rank}" for rank in RANKS},
    **{f"UpSampling{rank}": f"nearest {rank}" for rank in ("1D", "3D")},
    "PReLU": "prelu",
    "ELU": "elu",
    "LeakyReLU": "leaky_relu",
    "Softmax": "softmax",
    **dict.fromkeys(
        (
            "Input",
            *("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"),
            *("Flatten", "Reshape", "Permute", "RepeatVector", "ops.squeeze", "Identity"),
            *(f"{name}{rank}" for name in ("ZeroPadding", "Cropping", "SpatialDropout") for rank in RANKS),
            *("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise", "ActivityRegularization"),
            *("Embedding", "RMSNormalization"),
            *(name for name, kind in REGISTRY.items() if issubclass(kind, Augmentation) and kind.leaves_pictures),
        ),
        "nothing",
    ),
}
"""The kind of a layer type that its arguments do not change."""


def kinds_of(layer: Layer) -> tuple[str, ...] | None:
    """What a layer is to a tool, its activation after it; None where no table speaks of it."""
    given = vars(layer)
    kind = _chosen(layer) if layer.type in _CHOSEN else _FIXED.get(layer.type)
    if kind is None:
        return None
    if layer.type == "Activation" or given.get("activation") in (None, "linear"):
        return (kind,)
    activation = str(given["activation"])
    return (kind, activation) if activation in ACTIVATIONS else None


def _normalization(name: str) -> Callable[[Mapping[str, object]], str | None]:
    return lambda given: name if given["scale"] or given["center"] else f"{name} plain"


def _activation(given: Mapping[str, object]) -> str | None:
    name = str(given["activation"] or "linear")
    return name if name in ACTIVATIONS else None


def _relu(given: Mapping[str, object]) -> str | None:
    ceiling, slope, threshold = given["max_value"], given["negative_slope"], given["threshold"]
    if not threshold and not slope and ceiling in (None, 6):
        return "relu" if ceiling is None else "relu6"
    return "leaky_relu" if slope and not threshold and ceiling is None else "relu in parts"


def _upsampling(given: Mapping[str, object]) -> str | None:
    """Of Lanczos' windows PyTorch has none."""
    return f"{given['interpolation']} 2D" if given["interpolation"] in ("nearest", "bilinear", "bicubic") else None


_CHOSEN: Final[dict[str, Callable[[Mapping[str, object]], str | None]]] = {
    "Activation": _activation,
    "ReLU": _relu,
    "UpSampling2D": _upsampling,
    "BatchNormalization": _normalization("batch norm"),
    "LayerNormalization": _normalization("layer norm"),
    "GroupNormalization": _normalization("group norm"),
}
"""The kind of a layer type by its arguments."""


def _chosen(layer: Layer) -> str | None:
    return _CHOSEN[layer.type](vars(layer))


def figure(convention: Convention, layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> int | None:
    """What the tool prints for one layer and one image; None where that is not known."""
    kinds = kinds_of(layer)
    if kinds is None:
        return 0 if convention.only_products and not layer.work(inputs, output) else None
    total = 0
    for kind in kinds:
        terms = convention.kinds.get(kind, {})
        if terms is None:
            return None
        for quantity, times in terms.items():
            size = _QUANTITIES[quantity](layer, inputs, output)
            if not is_known(size):
                return None
            total += size * times
    return total


def _inputs(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    return None if "Pooling" in layer.type and _pads_unevenly(layer) else elements(inputs[0])


def _output(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    return elements(output)


def _rows(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    """The numbers that one softmax over all of the axis counts for: the output without that axis."""
    axis = vars(layer).get("axis", -1)
    if not isinstance(axis, int):
        return None
    axis %= len(output)
    return product(size for place, size in enumerate(output) if place not in (0, axis))


def _bias(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    if not vars(layer)["use_bias"]:
        return 0
    return None if layer.type in _TRANSPOSED and _pads_unevenly(layer) else elements(output)


def _work(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    return layer.macs(inputs, output)


def _scattered(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    """A transposed convolution counted at every output position, as if its stride were 1."""
    if _pads_unevenly(layer):
        return None
    try:
        *window, _filters, channels = layer.weights(*inputs)[0].shape
    except ShapeError:
        return None
    return product((*output[1:], *window, channels))


_QUANTITIES: Final[dict[str, Callable[[Layer, tuple[Shape, ...], Shape], Size]]] = {
    "work": _work,
    "bias": _bias,
    "inputs": _inputs,
    "output": _output,
    "rows": _rows,
    "scattered": _scattered,
}
_TRANSPOSED: Final = frozenset(name for name, kind in _FIXED.items() if kind == "transposed")


def _pads_unevenly(layer: Layer) -> bool:
    """Whether "same" puts one more number at the end and PyTorch's own layer can't: an even window at stride 1.

    Someone writes padding or cropping beside it then, and the layer itself sees or gives another size.
    """
    given = vars(layer)
    if given.get("padding") != "same":
        return False
    window = _sizes(given.get("pool_size", given.get("kernel_size")))
    strides = _sizes(given["strides"] or given.get("pool_size"))
    dilation = _sizes(given.get("dilation_rate", 1))
    count = len(window)
    each = zip(window, strides * count, dilation * count, strict=False)
    return any(size % 2 == 0 and step == 1 and spread == 1 for size, step, spread in each)


def _sizes(value: object) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (int(str(value)),)


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
