"""Activations by Keras' names, and which tensor the backward pass needs of each in TensorFlow.

Source: tensorflow/python/ops/nn_grad.py and math_grad.py; Keras' activations.py. "output": the derivative is
computed from the result; "input": from what went in; "nothing" for linear. Left out of Keras' names are two:
glu halves the last axis while every Keras layer says that it does not (`Activation("glu")` promises one shape and
gives another), and threshold has arguments without a default, so that no layer can run it by name.
"""

from __future__ import annotations

from typing import Final, Literal

Range = Literal["unit", "inputs"] | None
"""Where a layer's numbers can lie: always in [0, 1], there if its inputs do, or anywhere."""

UNIT_RANGE: Final = frozenset({"sigmoid", "hard_sigmoid", "softmax", "sparse_sigmoid"})
"""Activations whose results lie in [0, 1]; sparsemax does by its formula, but not as Keras computes it."""

Kept = Literal["nothing", "input", "output"]

ACTIVATIONS: Final[dict[str, Kept]] = {
    "linear": "nothing",
    "relu": "output",
    "relu6": "output",
    "sigmoid": "output",
    "tanh": "output",
    "softmax": "output",
    "log_softmax": "output",
    "exponential": "output",
    "elu": "output",
    "selu": "output",
    "celu": "input",
    "gelu": "input",
    "silu": "input",
    "swish": "input",
    "mish": "input",
    "softplus": "input",
    "softsign": "input",
    "squareplus": "input",
    "leaky_relu": "input",
    "log_sigmoid": "input",
    "hard_sigmoid": "input",
    "hard_silu": "input",
    "hard_swish": "input",
    "hard_tanh": "input",
    "hard_shrink": "input",
    "soft_shrink": "input",
    "tanh_shrink": "input",
    "sparse_plus": "input",
    "sparse_sigmoid": "input",
    "sparsemax": "input",
}

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
