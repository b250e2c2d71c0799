"""What is advised for a transposed convolution that TensorFlow can't run: each advice makes a layer without faults."""

from __future__ import annotations

from itertools import product

import pytest

from lamella.design import Node
from lamella.layers import make
from lamella.layers.base import Layer

KERNELS, STRIDES, PADDINGS, EXTRAS = range(1, 6), range(1, 4), ("same", "valid"), range(4)


@pytest.mark.parametrize("kernel", [*product(KERNELS, repeat=2)])
def test_what_is_advised_for_output_padding_fits(kernel: tuple[int, int]) -> None:
    advised = 0
    for strides, padding, extra in product(product(STRIDES, repeat=2), PADDINGS, EXTRAS):
        arguments = {"filters": 1, "kernel_size": kernel, "strides": strides, "padding": padding}
        made = make(Node("up", "Conv2DTranspose", arguments | {"output_padding": (extra, extra)}))
        if isinstance(made, Layer):
            continue
        (fault,) = made
        facts = fault.facts["suggestion"].facts
        assert isinstance(make(Node("up", "Conv2DTranspose", arguments)), Layer)
        if "most" in facts:
            changed = arguments | {"output_padding": facts["most"]}
        elif "odd" in facts:
            changed = arguments | {"output_padding": (extra, extra), "kernel_size": facts["odd"]}
        else:
            continue
        advised += 1
        assert isinstance(make(Node("up", "Conv2DTranspose", changed)), Layer)
    assert advised
