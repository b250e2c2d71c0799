"""Gradients of random designs against their receptive fields, as a program: the rank, the size and how many designs.

Run by test_keras_gradients.py with TensorFlow's oneDNN kernels off: version 2.21's gradients of small convolutions
and poolings corrupt the memory of the process on some CPUs. Prints what was compared as JSON.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import keras
import numpy as np
import tensorflow as tf
from hypothesis import HealthCheck, Phase, given, settings

import conftest  # noqa: F401  (a quiet TensorFlow on the CPU)
from lamella.design import Design, Node
from lamella.planning.planner import plan
from planning.fields import Extent, check_real, check_unbounded
from planning.test_field_against_keras import away, cropped, hits, made, period, ranked_designs


def with_gradient(node: Node) -> Node:
    """Average pooling in place of maximum pooling, whose gradient reaches one number of what it sees."""
    if not node.type.startswith("MaxPooling"):
        return node
    return replace(node, type=node.type.replace("Max", "Average"))


def units(design: Design, axis: int) -> list[Extent]:
    """What the last node's positions see along an axis: one image a position, and that position's gradient alone."""
    shape = design.nodes[0].arguments["shape"]
    random = np.random.default_rng(7)
    layers = {node.name: made(node.type, dict(node.arguments), random) for node in design.nodes[1:]}

    def forward(images: tf.Tensor) -> tf.Tensor:
        results = {"x": images}
        for node in design.nodes[1:]:
            read = [results[name] for name in node.inputs]
            results[node.name] = layers[node.name](read if len(read) > 1 else read[0])
        return results[design.outputs["y"]]

    output = forward(tf.ones((1, *shape))).shape[1:]
    images = tf.ones((output[axis], *shape))
    with tf.GradientTape() as tape:
        tape.watch(images)
        found = forward(images)
    wanted = np.zeros(found.shape, "float32")
    np.moveaxis(wanted, axis + 1, 1)[np.arange(output[axis]), np.arange(output[axis])] = 1
    moved = tape.gradient(found, images, output_gradients=tf.constant(wanted)).numpy()
    return hits(np.swapaxes(moved, 0, axis + 1), axis)


def compare(rank: int, size: int, count: int) -> Counter[str]:
    """Raises `AssertionError` at the first design whose field is not that of its gradients, in size or position."""
    seen: Counter[str] = Counter()

    @settings(
        max_examples=count,
        phases=[Phase.generate, Phase.shrink],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(ranked_designs(rank, size))
    def agree(drawn: Design) -> None:
        if seen["designs"] % 20 == 0:
            keras.backend.clear_session()
        design = replace(drawn, nodes=tuple(map(with_gradient, drawn.nodes)))
        known = plan(design)
        assert not known.errors
        (field,) = known.row(design.outputs["y"]).receptive_fields
        for axis in range(rank):
            extents = units(design, axis)
            if not any(extents):
                continue  # padding alone: each axis is followed on its own
            check_real(field, axis, extents)
            most = field.max[axis]
            assert most is not None
            inside = away(extents, most + cropped(known, axis), size)
            seen["unbounded"] += check_unbounded(field, axis, extents, inside, period(known, axis))
            seen["axes"] += 1
        seen["designs"] += 1
        seen.update({node.type for node in design.nodes})

    agree()
    return seen


if __name__ == "__main__":
    print(json.dumps(compare(*map(int, sys.argv[1:]))))
