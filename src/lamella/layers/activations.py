"""Activations by Keras' names, and what the backward pass needs of each in TensorFlow and in PyTorch.

Source: tensorflow/python/ops/nn_grad.py and math_grad.py; Keras' activations.py. Left out of Keras' names are two:
glu halves the last axis while every Keras layer says that it does not (`Activation("glu")` promises one shape and
gives another), and threshold has arguments without a default, so that no layer can run it by name.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Range = Literal["unit", "inputs"] | None
"""Where a layer's numbers can lie: always in [0, 1], there if its inputs do, or anywhere."""

UNIT_RANGE: Final = frozenset({"sigmoid", "hard_sigmoid", "softmax", "sparse_sigmoid"})
"""Activations whose results lie in [0, 1]; sparsemax does by its formula, but not as Keras computes it."""

RISING: Final = frozenset(
    {"relu", "relu6", "sigmoid", "tanh", "elu", "selu", "celu", "softplus", "softsign", "squareplus", "leaky_relu"}
    | {"log_sigmoid", "hard_sigmoid", "hard_tanh", "exponential", "sparse_plus", "sparse_sigmoid"}
)
"""Activations of single numbers that never fall as their input rises."""


class Needs(NamedTuple):
    """What the gradient of an activation is computed from: its input, its output, arrays and bytes in between.

    The last two are for each number.
    """

    input: bool = False
    output: bool = False
    inner: int = 0
    mask: int = 0


_INPUT: Final = Needs(input=True)
_OUTPUT: Final = Needs(output=True)

ACTIVATIONS: Final[dict[str, Needs]] = {
    "linear": Needs(),
    "relu": _OUTPUT,
    "relu6": _OUTPUT,
    "sigmoid": _OUTPUT,
    "tanh": _OUTPUT,
    "softmax": _OUTPUT,
    "log_softmax": _OUTPUT,
    "exponential": _OUTPUT,
    "elu": _OUTPUT,
    "selu": _OUTPUT,
    "celu": Needs(input=True, inner=2),
    "gelu": Needs(inner=3),
    "silu": _INPUT,
    "swish": _INPUT,
    "mish": Needs(input=True, inner=1),
    "softplus": _INPUT,
    "softsign": _INPUT,
    "squareplus": Needs(input=True, inner=2),
    "leaky_relu": _INPUT,
    "log_sigmoid": Needs(inner=1),
    "hard_sigmoid": Needs(inner=1),
    "hard_silu": Needs(input=True, inner=2),
    "hard_swish": Needs(input=True, inner=2),
    "hard_tanh": Needs(input=True, inner=1),
    "hard_shrink": Needs(mask=1),
    "soft_shrink": Needs(mask=2),
    "tanh_shrink": Needs(inner=1),
    "sparse_plus": Needs(inner=1, mask=2),
    "sparse_sigmoid": Needs(mask=2),
    "sparsemax": Needs(inner=2, mask=1),
}

_IN_TORCH: Final[dict[str, Needs]] = {
    "linear": Needs(),
    **dict.fromkeys(("relu", "sigmoid", "tanh", "softmax", "log_softmax", "exponential"), _OUTPUT),
    "log_sigmoid": Needs(input=True, inner=1),
}
"""PyTorch's; of all others the input. Source: tools/autograd/derivatives.yaml."""


def needs_in(engine: str, activation: str | None) -> Needs:
    """What an activation's gradient needs in an engine."""
    name = activation or "linear"
    return _IN_TORCH.get(name, _INPUT) if engine == "torch" else ACTIVATIONS[name]


WHOLE_AXIS: Final = frozenset({"softmax", "log_softmax", "sparsemax"})
"""Activations that see all numbers along the last axis; the others see only the one at their place."""

FORMULAS: Final[dict[str, str]] = {
    "linear": "x",
    "relu": "max(x, 0)",
    "relu6": "min(max(x, 0), 6)",
    "sigmoid": "1 / (1 + e^(−x))",
    "tanh": "tanh(x)",
    "softmax": "e^x[c] / Σ e^x[k]",
    "log_softmax": "x[c] − ln(Σ e^x[k])",
    "exponential": "e^x",
    "elu": "max(x, 0) + min(e^x − 1, 0)",
    "selu": "1.0507009873554805 · (max(x, 0) + 1.6732632423543772 · min(e^x − 1, 0))",
    "celu": "max(x, 0) + min(e^x − 1, 0)",
    "gelu": "x · (1 + erf(x / √(2))) / 2",
    "silu": "x / (1 + e^(−x))",
    "swish": "x / (1 + e^(−x))",
    "mish": "x · tanh(ln(1 + e^x))",
    "softplus": "ln(1 + e^x)",
    "softsign": "x / (1 + |x|)",
    "squareplus": "(x + √(x² + 4)) / 2",
    "leaky_relu": "max(x, 0) + 0.2 · min(x, 0)",
    "log_sigmoid": "−ln(1 + e^(−x))",
    "hard_sigmoid": "min(max(x / 6 + 0.5, 0), 1)",
    "hard_silu": "x · min(max(x / 6 + 0.5, 0), 1)",
    "hard_swish": "x · min(max(x / 6 + 0.5, 0), 1)",
    "hard_tanh": "min(max(x, −1), 1)",
    "hard_shrink": "x · [|x| > 0.5]",
    "soft_shrink": "max(x − 0.5, 0) + min(x + 0.5, 0)",
    "tanh_shrink": "x − tanh(x)",
    "sparse_plus": "(x + 1)² / 4 · [|x| < 1] + x · [x ≥ 1]",
    "sparse_sigmoid": "min(max((x + 1) / 2, 0), 1)",
    "sparsemax": "max(x[c] − t, 0), Σ max(x[k] − t, 0) = 1",
}
"""What each computes; [...] is 1 where the condition holds, else 0."""
