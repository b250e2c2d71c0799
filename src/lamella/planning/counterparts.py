"""What a layer is in PyTorch, as a kind that the tables of other tools' counting name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lamella.design import Shape
from lamella.layers.activations import ACTIVATIONS
from lamella.layers.augmentation import Augmentation
from lamella.layers.base import Layer, ShapeError
from lamella.layers.wrappers import Bidirectional

RANKS: Final = ("1D", "2D", "3D")
OPERATORS: Final = (
    *("absolute", "negative", "exp", "log", "sqrt", "square", "sin", "cos", "tanh", "erf", "sign", "floor", "ceil"),
    *("add", "subtract", "multiply", "divide", "maximum", "minimum"),
    *("mean", "sum", "max", "min", "amax", "amin", "var"),
    *("reshape", "transpose", "expand_dims", "squeeze", "repeat", "tile", "concatenate", "stack", "split", "get_item"),
)
"""Keras' operations that are an operator or a function of PyTorch that no tool counts."""

FIXED: Final[dict[str, str]] = {
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
    if isinstance(layer, Augmentation) and layer.leaves_pictures:
        return ("nothing",)
    kind = CHOSEN[layer.type](layer, inputs) if layer.type in CHOSEN else FIXED.get(layer.type)
    if kind is None:
        return None
    activation = vars(layer).get("activation")
    if layer.type in _ACTIVATION_WITHIN or activation in (None, "linear"):
        return (kind,)
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
    """Two tensors that share what is summed.

    With more PyTorch chooses an order, and what one has alone it adds up first. Where nothing is summed, or one
    number only, it multiplies number by number, which tools see as no product of matrices.
    """
    left, _, right = str(vars(layer).get("equation") or vars(layer)["subscripts"]).partition("->")
    terms = left.split(",")
    if len(terms) != 2:
        return None
    shapes = inputs if layer.type == "ops.einsum" else (layer.weights(*inputs)[0].shape,)
    sizes = [
        dict(zip(term, shape, strict=True)) for term, shape in zip(reversed(terms), reversed(shapes), strict=False)
    ]
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


CHOSEN: Final[dict[str, _Choice]] = {
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
