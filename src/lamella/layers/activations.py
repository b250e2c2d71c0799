"""Activations by Keras' names, and which tensor the backward pass needs of each in TensorFlow.

Source: tensorflow/python/ops/nn_grad.py and math_grad.py; Keras' activations.py. "output": the derivative is
computed from the result; "input": from what went in; "nothing" for linear. Left out: glu halves the
shape, threshold has arguments without a default.
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
