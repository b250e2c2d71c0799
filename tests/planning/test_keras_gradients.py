"""The receptive field against real Keras: which pixels have a gradient behind one output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from lamella import Model
from lamella.layers import (
    Add,
    AveragePooling2D,
    Concatenate,
    Conv2D,
    Conv2DTranspose,
    Cropping2D,
    Dense,
    Flatten,
    Input,
    UpSampling2D,
    ZeroPadding2D,
)
from lamella.layers.symbolic import SymbolicTensor as Tensor
from planning.fields import Extent, check_real, check_unbounded, length, pattern_length

SIZE = 32
POSITIVE = {"kernel_initializer": {"class_name": "RandomUniform", "config": {"minval": 0.5, "maxval": 1.5, "seed": 3}}}


def convolved(x: Tensor, *arguments: object, **named: object) -> Tensor:
    return Conv2D(1, *arguments, **named, **POSITIVE)(x)


def transposed(x: Tensor, *arguments: object, **named: object) -> Tensor:
    return Conv2DTranspose(1, *arguments, **named, **POSITIVE)(x)


DESIGNS = {
    "one window": lambda x: convolved(x, (3, 2)),
    "same with stride": lambda x: convolved(convolved(x, 3, 2, "same"), (2, 4), padding="same"),
    "dilation": lambda x: convolved(convolved(x, (2, 3), dilation_rate=(3, 2)), 3, padding="same", dilation_rate=2),
    "pooling": lambda x: convolved(AveragePooling2D((3, 2), 2, "same")(convolved(x, 3)), 2),
    "transposed valid": lambda x: transposed(convolved(x, 3, 2), (3, 5), 2),
    "transposed same": lambda x: transposed(convolved(x, 3, 2, "same"), (4, 3), (2, 3), "same"),
    "transposed with holes": lambda x: transposed(convolved(x, 2, 2), (1, 2), 3),
    "transposed, holes, window": lambda x: convolved(transposed(convolved(x, 2, 2), 1, 3), 2),
    "output padding": lambda x: transposed(convolved(x, 2, 3), 3, 3, "same", 2),
    "upsampling": lambda x: convolved(UpSampling2D((2, 3))(AveragePooling2D(2)(x)), (3, 2)),
    "padding and cropping": lambda x: Cropping2D(((2, 1), (0, 3)))(convolved(ZeroPadding2D(((1, 3), (0, 2)))(x), 4)),
    "branches": lambda x: Add()([convolved(x, 5, padding="same"), convolved(x, (1, 4), padding="same"), x]),
    "u-net": lambda x: Concatenate()([UpSampling2D()(convolved(AveragePooling2D(2)(x), 3, padding="same")), x]),
}


def gradients(model: keras.Model) -> np.ndarray:
    """For each position of the output (its channels added up) the gradient of every pixel."""
    image = tf.ones((1, SIZE, SIZE, 1))
    with tf.GradientTape() as tape:
        tape.watch(image)
        positions = tf.reshape(tf.reduce_sum(model(image), axis=-1), [-1])
    return tape.jacobian(positions, image).numpy()[:, 0, :, :, 0]


def extents(pixels: np.ndarray) -> list[Extent]:
    """First and last index at which something moves, of each unit (the first axis)."""
    hits = [np.flatnonzero(unit) for unit in pixels]
    return [(int(each[0]), int(each[-1])) if len(each) else None for each in hits]


def away_from_the_ends(units: list[Extent], field: int) -> np.ndarray:
    """Units that no end reaches: what they see begins and ends at least a whole field from it.

    A unit that sees nothing, in a hole, is one where its neighbours are.
    """
    away = [each is not None and field <= each[0] and each[1] < SIZE - field for each in units]
    seeing = [index for index, each in enumerate(units) if each is not None]
    for index in set(range(len(units))) - set(seeing):
        before, behind = [i for i in seeing if i < index], [i for i in seeing if i > index]
        away[index] = bool(before) and bool(behind) and away[before[-1]] and away[behind[0]]
    return np.array(away)


@pytest.mark.parametrize("name", DESIGNS)
def test_gradients_reach_what_is_seen(name: str) -> None:
    x = Input((SIZE, SIZE, 1))
    model = Model(x, DESIGNS[name](x))
    known = model.plan()
    row = known.rows[-1]
    (field,) = row.receptive_fields
    height, width = row.output_shape[1:3]
    reached = gradients(model.build()).reshape(height, width, SIZE, SIZE) > 0
    for axis, units in enumerate((extents(reached.any(axis=(1, 3))), extents(reached.any(axis=(0, 2))))):
        check_real(field, axis, units)
        inside = away_from_the_ends(units, field.max[axis])
        assert check_unbounded(field, axis, units, inside, pattern_length(known, axis)), "no whole pattern inside"


def test_behind_a_dense_layer_everything_is_seen() -> None:
    x = Input((SIZE, SIZE, 1))
    model = Model(x, Dense(2, **POSITIVE)(Flatten()(convolved(Cropping2D(((3, 0), (0, 2)))(x), 3))))
    (field,) = model.plan().rows[-1].receptive_fields
    image = tf.ones((1, SIZE, SIZE, 1))
    with tf.GradientTape() as tape:
        tape.watch(image)
        total = model.build()(image)[0, 0]
    reached = tape.gradient(total, image).numpy()[0, :, :, 0] > 0
    for axis in (0, 1):
        (seen,) = extents(reached.any(axis=1 - axis)[None])
        assert (field.start[axis], field.max[axis]) == (seen[0], length(seen))
        assert field.seen[axis] == length(seen)


@pytest.mark.slow
@pytest.mark.parametrize(("rank", "size", "count"), [(2, 20, 140), (1, 30, 80)])
def test_random_designs_have_gradients_where_they_see(rank: int, size: int, count: int) -> None:
    """Branches, dilation, strides, transposed and upsampling layers: exact in size and position."""
    program = Path(__file__).with_name("random_gradients.py")
    arguments = [sys.executable, str(program), *map(str, (rank, size, count))]
    ran = subprocess.run(arguments, env={**os.environ, "TF_ENABLE_ONEDNN_OPTS": "0"}, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-3000:]
    seen = json.loads(ran.stdout.splitlines()[-1])
    assert seen["designs"] >= count * 0.9
    assert seen["unbounded"] >= count // 2
    kinds = ("UpSampling", "SeparableConv", "AveragePooling")
    assert min(seen[f"{kind}{rank}D"] for kind in kinds) >= 3
    assert min(seen["Add"], seen[f"Conv{rank}DTranspose"]) >= 10
