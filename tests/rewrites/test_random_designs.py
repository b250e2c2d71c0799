"""Random designs rewritten wherever they can be, against the original in real Keras; sizes that are open too."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from lamella.building.keras_model import keras_model
from lamella.building.keras_weights import put_weights, take_weights
from lamella.building.rewritten_model import folded
from lamella.planning.planner import plan
from lamella.planning.roofline import Running
from lamella.rewrites import REWRITES, rewritten
from rewrites.test_every_rewrite import check, close, design_of, randomly, wide  # noqa: F401

SEED = 20261125
DESIGNS = 40


def layers(draw: random.Random, count: int, *, learning: bool) -> list[str]:
    """Layers of a chain, such as rewrites look for, in a likely order."""

    def pair(low: int, high: int) -> list[int]:
        return [draw.randint(low, high), draw.randint(low, high)]

    def activation() -> str:
        return draw.choice(["linear", "relu", "tanh", "softmax", "leaky_relu"])

    def padding() -> str:
        return draw.choice(["same", "valid"])

    def convolution() -> str:
        kernel = draw.choice([1, draw.randint(1, 4), pair(1, 4)])
        strided = draw.choice([f"strides: {draw.randint(1, 3)}", f"dilation_rate: {draw.randint(1, 2)}"])
        bias = draw.choice(["true", "false"])
        return (
            f"Conv2D: {{filters: {draw.randint(2, 4)}, kernel_size: {kernel}, {strided}, padding: {padding()}, "
            f"use_bias: {bias}, activation: {activation()}}}"
        )

    def transposed() -> str:
        stride = draw.choice([1, 2, 3, pair(1, 3)])
        return (
            f"Conv2DTranspose: {{filters: {draw.randint(2, 3)}, kernel_size: {draw.choice([1, 3, 4, pair(2, 5)])}, "
            f"strides: {stride}, padding: {padding()}, activation: {activation()}}}"
        )

    kinds = [convolution, convolution, transposed]
    kinds += [lambda: f"UpSampling2D: {{size: {draw.choice([2, 3, pair(1, 3)])}}}"] * 3
    kinds += [lambda: f"MaxPooling2D: {{pool_size: {draw.randint(1, 2)}, padding: {padding()}}}"]
    kinds += [lambda: f"Dense: {{units: {draw.randint(2, 4)}}}", lambda: f"Activation: {{activation: {activation()}}}"]
    kinds += [lambda: "ReLU: {}", lambda: "BatchNormalization: {}"]
    if not learning:
        kinds += [lambda: "Dropout: {rate: 0.3}"]
    return [draw.choice(kinds)() for _ in range(count)]


def text_of(draw: random.Random, size: str, *, learning: bool) -> str:
    chain = "\n".join(f"- {each}" for each in layers(draw, draw.randint(2, 6), learning=learning))
    return f"input: [{size}, {draw.randint(2, 3)}]\nlayers:\n{chain}"


def drawn(draw: random.Random, size: str, *, learning: bool) -> Any:
    """A design that fits, small enough to run, to which some rewrite applies."""
    while True:
        design = design_of(text_of(draw, size, learning=learning))
        known = plan(design)
        sizes = [row.activation_bytes for row in known.rows]
        if known.errors or any(isinstance(size, int) and size > 400_000 for size in sizes):
            continue
        found = rewritten(design, Running(learning=learning), REWRITES)
        if found.applied:
            return found


@pytest.mark.parametrize("learning", [True, False])
def test_random_designs(learning: bool) -> None:
    draw = random.Random(f"{SEED}/{learning}")
    print(f"seed {SEED}/{learning}")
    made = set()
    for _ in range(DESIGNS):
        found = drawn(draw, f"{draw.randint(4, 9)}, {draw.randint(4, 9)}", learning=learning)
        made |= {each.rewrite.name for each in found.applied}
        check(found)
    assert len(made) >= 4


def test_open_sizes_have_the_same_borders_at_every_size() -> None:
    draw = random.Random(SEED)
    print(f"seed {SEED}")
    for _ in range(12):
        found = drawn(draw, "null, null", learning=False)
        model, other = keras_model(found.original), keras_model(found.design)
        randomly(model)
        put_weights(other, found.design, folded(found, take_weights(model, found.original)))
        for size in ((9, 9), (10, 7), (13, 16)):
            if plan_of(found, size).errors:
                continue
            images = np.random.default_rng(1).normal(0, 1, (2, *size, model.input_shape[-1])).astype("float64")
            result = other(images, training=False)
            values = next(iter(result.values())) if isinstance(result, dict) else result
            assert close(values.numpy(), model(images, training=False).numpy()), found


def plan_of(found: Any, size: tuple[int, int]) -> Any:
    from lamella.planning.given_input import plan_with_input

    return plan_with_input(found.original, (*size, found.original.inputs[0].arguments["shape"][-1]), plan)
