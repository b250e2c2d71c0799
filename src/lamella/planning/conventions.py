"""How other tools count a network's work, as data: each prints its own figure for the same network in PyTorch.

lamella's own MACs are the multiply-adds of `Layer.work` alone. What a tool adds to them, leaves out or gets wrong is
in its table: kind of layer -> how often it counts which quantity. A kind that a table does not name counts nothing
there; None stands for what is not known: the tool's figure depends on how the network is written or on the machine,
or PyTorch has no such layer. Every entry was measured with torch 2.13.0, fvcore 0.1.5.post20221221, ptflops 0.7.5 and
thop 0.1.1.post2209072238 (tests/planning/test_conventions.py runs the tools again on every layer type named here).

The PyTorch network meant is the one people write: `nn` modules, `+` and `*` between tensors, padding as numbers
(fvcore counts nothing for padding="same"), a module for each activation. A separable convolution is two convolutions,
attention with projections is `nn.Linear` around `scaled_dot_product_attention` (`nn.MultiheadAttention` can't have a
`key_dim` of its own, and each tool prints something else for it), EinsumDense is `torch.einsum`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from lamella.algebra import is_known
from lamella.design import Shape, Size
from lamella.layers.activations import ACTIVATIONS
from lamella.layers.base import Layer, ShapeError, elements, product
from lamella.layers.wrappers import Bidirectional, TimeDistributed, one_step
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
        # On a CPU it does not know scaled_dot_product_attention's kernel, nor that of an LSTM; on a GPU no recurrent one.
        {**_each(_PRODUCTS, work=2), **dict.fromkeys(("attention", *_RECURRENT))},
        only_products=True,
    ),
}

OPERATORS: Final = (
    *("absolute", "negative", "exp", "log", "sqrt", "square", "sin", "cos", "tanh", "erf", "sign", "floor", "ceil"),
    *("add", "subtract", "multiply", "divide", "maximum", "minimum"),
    *("mean", "sum", "max", "min", "amax", "amin", "var"),
    *("reshape", "transpose", "expand_dims", "squeeze", "repeat", "tile", "concatenate", "stack", "split", "get_item"),
)
"""Keras' operations that are an operator or a function of PyTorch that no tool counts."""

_FIXED: Final[dict[str, str]] = {
    **{f"Conv{rank}": "convolution" for rank in RANKS},
    **{f"{name}Conv{rank}": "convolution" for name in ("Depthwise", "Separable") for rank in ("1D", "2D")},
    **{f"Conv{rank}Transpose": "transposed" for rank in RANKS},
    "Dense": "dense",
    "ops.matmul": "matrix product",
    "Dot": "dot",
    **{f"MaxPooling{rank}": "max pooling" for rank in RANKS},
    **{f"AveragePooling{rank}": "average pooling" for rank in RANKS},
    **{f"GlobalAveragePooling{rank}": f"global average {rank}" for rank in RANKS},
    **{f"GlobalMaxPooling{rank}": f"global max {rank}" for rank in RANKS},
    **{f"AdaptiveAveragePooling{rank}": f"adaptive average {rank}" for rank in RANKS},
    **{f"AdaptiveMaxPooling{rank}": f"adaptive max {rank}" for rank in RANKS},
    **{f"UpSampling{rank}": f"nearest {rank}" for rank in ("1D", "3D")},
    **dict.fromkeys(("MultiHeadAttention", "GroupQueryAttention"), "attention"),
    "ELU": "elu",
    "LeakyReLU": "leaky_relu",
    "Softmax": "softmax",
    **dict.fromkeys(
        (
            "Input",
            *("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "CustomScaleLayer"),
            *("Flatten", "Reshape", "Permute", "RepeatVector", "Identity", "Rescaling", "LayerScale"),
            *(f"{name}{rank}" for name in ("ZeroPadding", "Cropping", "SpatialDropout") for rank in RANKS),
            *("Dropout", "AlphaDropout", "Embedding", "RMSNormalization", "UnitNormalization"),
            # No modules of PyTorch; once trained they do nothing, however they are written.
            *("GaussianDropout", "GaussianNoise", "ActivityRegularization", "StochasticDepth"),
        ),
        "nothing",
    ),
    **{f"ops.{name}": "nothing" for name in OPERATORS},
}
"""The kind of a layer type that its arguments do not change."""


def kinds_of(layer: Layer, inputs: tuple[Shape, ...]) -> tuple[str, ...] | None:
    """What a layer is to a tool, its activation after it; None where no table speaks of it."""
    given = vars(layer)
    kind = _CHOSEN[layer.type](layer, inputs) if layer.type in _CHOSEN else _FIXED.get(layer.type)
    if kind is None:
        return None
    if layer.type in _ACTIVATION_WITHIN or given.get("activation") in (None, "linear"):
        return (kind,)
    activation = str(given["activation"])
    return (kind, activation) if activation in ACTIVATIONS else None


_ACTIVATION_WITHIN: Final = ("Activation", "SimpleRNN", "GRU", "LSTM")
_Choice = Callable[[Layer, tuple[Shape, ...]], "str | None"]


def _normalization(name: str) -> _Choice:
    """PyTorch has no layer that divides by the deviation and leaves the mean."""

    def kind(layer: Layer, inputs: tuple[Shape, ...]) -> str | None:
        given = vars(layer)
        if given.get("rms_scaling"):
            return None
        return name if given["scale"] or given["center"] else f"{name} plain"

    return kind


def _activation(layer: Layer, inputs: tuple[Shape, ...]) -> str | None:
    name = str(vars(layer)["activation"] or "linear")
    return name if name in ACTIVATIONS else None


def _relu(layer: Layer, inputs: tuple[Shape, ...]) -> str | None:
    given = vars(layer)
    ceiling, slope, threshold = given["max_value"], given["negative_slope"], given["threshold"]
    if not threshold and not slope and ceiling in (None, 6):
        return "relu" if ceiling is None else "relu6"
    return "leaky_relu" if slope and not threshold and ceiling is None else "relu in parts"


def _prelu(layer: Layer, inputs: tuple[Shape, ...]) -> str | None:
    """PyTorch learns one slope, or one a channel."""
    try:
        (slopes,) = layer.weights(*inputs)
    except ShapeError:
        return None
    return "prelu" if sum(size > 1 for size in slopes.shape) <= 1 else None


def _upsampling(layer: Layer, inputs: tuple[Shape, ...]) -> str | None:
    """Of Lanczos' windows PyTorch has none."""
    way = vars(layer)["interpolation"]
    return f"{way} 2D" if way in ("nearest", "bilinear", "bicubic") else None


def _einsum(layer: Layer, inputs: tuple[Shape, ...]) -> str | None:
    """Two tensors that share what is summed: with more PyTorch chooses an order, and what one has alone it adds up first.

    Where nothing is summed, or one number only, it multiplies number by number, which tools see as no product of
    matrices.
    """
    left, _, right = str(vars(layer).get("equation") or vars(layer)["subscripts"]).partition("->")
    terms = left.split(",")
    if len(terms) != 2:
        return None
    shapes = inputs if layer.type == "ops.einsum" else (layer.weights(*inputs)[0].shape,)
    sizes = [dict(zip(term, shape, strict=True)) for term, shape in zip(reversed(terms), reversed(shapes), strict=False)]
    summed = {letter for term in terms for letter in term} - set(right)
    alone = any(letter not in term for letter in summed for term in terms)
    repeated = any(one != sizes[0].get(letter, one) for each in sizes for letter, one in each.items())
    one_number = all(sizes[0].get(letter) == 1 for letter in summed)
    return None if alone or repeated or one_number else "einsum"


def _recurrent(layer: Layer, inputs: tuple[Shape, ...]) -> str | None:
    """PyTorch's own have the activations of the papers; its GRU resets after the product."""
    given = vars(layer)
    if layer.type == "SimpleRNN":
        return "simple rnn" if given["activation"] in ("tanh", "relu") else None
    usual = given["activation"] == "tanh" and given["recurrent_activation"] == "sigmoid"
    return layer.type.lower() if usual and given.get("reset_after", True) else None


def _bidirectional(layer: Layer, inputs: tuple[Shape, ...]) -> str | None:
    """PyTorch has both directions of one layer."""
    assert isinstance(layer, Bidirectional)
    inner = layer.ways[0]
    if layer.backward_layer is not None or inner.type not in ("SimpleRNN", "GRU", "LSTM"):
        return None
    return _recurrent(inner, inputs)


_CHOSEN: Final[dict[str, _Choice]] = {
    "Activation": _activation,
    "ReLU": _relu,
    "PReLU": _prelu,
    "UpSampling2D": _upsampling,
    **dict.fromkeys(("EinsumDense", "ops.einsum"), _einsum),
    "BatchNormalization": _normalization("batch norm"),
    "LayerNormalization": _normalization("layer norm"),
    "GroupNormalization": _normalization("group norm"),
    **dict.fromkeys(("SimpleRNN", "GRU", "LSTM"), _recurrent),
    "Bidirectional": _bidirectional,
}
"""The kind of a layer type by its arguments."""


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
    axes = vars(layer)["axis"] if layer.type == "Softmax" else (-1,)
    places = [axis % len(output) for axis in axes]
    return product(size for place, size in enumerate(output) if place not in (0, *places))


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


def _first_product(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    """A matrix product counted for the first tensor's matrices, though the second may have more of them."""
    return product((elements(inputs[0]), inputs[1][-1]))


def _shared(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    """Every input number and every output number once.

    Where the sizes of adaptive windows differ, the tool rounds a product of fractions down.
    """
    sizes = zip(inputs[0][1:], output[1:], strict=True)
    if not all(isinstance(size, int) and isinstance(wanted, int) and size % wanted == 0 for size, wanted in sizes):
        return None
    before, after = elements(inputs[0]), elements(output)
    return None if before is None or after is None else before + after


def _projections(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    return sum_of(each.macs for each in layer.work(inputs, output) if each.what not in _BETWEEN_ACTIVATIONS)


def _projected(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    """The numbers that projections add their biases to."""
    if not vars(layer)["use_bias"]:
        return 0
    sizes = [each.factors for each in layer.work(inputs, output) if each.what not in _BETWEEN_ACTIVATIONS]
    return sum_of([*(product(factors[:-1]) for factors in sizes[:-1]), elements(output)])


_BETWEEN_ACTIVATIONS: Final = ("scores", "weighted sum")


def _states(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    """The numbers of the states of all steps, in both directions where there are two."""
    units = (each.shape[0] for each in layer.weights(*inputs) if each.keras_name == "recurrent_kernel")
    return product((inputs[0][1], sum(units)))


def _biases(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    """PyTorch's gates have two biases each, one beside the input and one beside the state."""
    weights = layer.weights(*inputs)
    if not any(each.keras_name == "bias" for each in weights):
        return 0
    return product((inputs[0][1], 2 * sum(each.shape[-1] for each in weights if each.keras_name == "kernel")))


def sum_of(sizes: Iterable[int | None]) -> int | None:
    """The sizes added; None where one is not known."""
    total = 0
    for size in sizes:
        if size is None:
            return None
        total += size
    return total


_QUANTITIES: Final[dict[str, Callable[[Layer, tuple[Shape, ...], Shape], Size]]] = {
    "work": _work,
    "bias": _bias,
    "inputs": _inputs,
    "output": _output,
    "rows": _rows,
    "scattered": _scattered,
    "first product": _first_product,
    "shared": _shared,
    "projections": _projections,
    "projected": _projected,
    "states": _states,
    "biases": _biases,
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
