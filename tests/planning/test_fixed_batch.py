"""Inputs of a fixed number of images: a size like any other to Keras, and no reason to refuse a design."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lamella
from lamella import Model, layers, ops
from lamella.algebra import number
from lamella.design import BATCH, INPUT, Design, Shape
from lamella.planning.plan import Plan
from lamella.planning.planner import plan
from oracles import keras_graph
from planning.designs import designs

Chain = Callable[[Any, Any, Any], Any]
"""A network of `layers` and `ops`, Keras' or lamella's, on an input."""

IMAGES_STAY = {
    "reshape to the batch": ((3, 4, 6), lambda of, ops, x: of.Dense(2)(ops.reshape(x, (3, -1)))),
    "reshape without -1": ((3, 4, 6), lambda of, ops, x: of.Dense(2)(ops.reshape(x, (3, 24)))),
    "an axis before the batch": ((2, 6), lambda of, ops, x: of.Dense(5)(ops.squeeze(ops.expand_dims(x, 0), 0))),
    "a batch of one": ((1, 4, 6), lambda of, ops, x: of.Dense(2)(ops.reshape(x, (1, 2, 12)))),
}
IMAGES_MEET = {
    "reshape to more": ((3, 4, 6), lambda of, ops, x: of.Dense(2)(ops.reshape(x, (6, -1)))),
    "all in a row": ((3, 4), lambda of, ops, x: ops.ravel(x)),
    "images as channels": ((2, 8, 8, 3), lambda of, ops, x: of.Conv2D(4, 3)(ops.transpose(x, (1, 2, 3, 0)))),
    "images as rows": ((2, 8, 8, 3), lambda of, ops, x: of.Conv2D(4, 1)(ops.transpose(x, (1, 0, 2, 3)))),
    "the only image": ((1, 8, 8, 3), lambda of, ops, x: of.Conv2D(4, 3)(ops.expand_dims(ops.squeeze(x, 0), 0))),
    "all axes of size 1": ((1, 4, 1), lambda of, ops, x: ops.squeeze(x)),
    "images beside each other": ((3, 3, 5), lambda of, ops, x: ops.add(x, ops.transpose(x, (1, 0, 2)))),
    "images summed over": ((3, 3), lambda of, ops, x: ops.dot(x, x)),
    "two images of three": ((3, 5), lambda of, ops, x: of.Dense(4)(x[:2, :])),
}


def shown(shape: Shape | None, batch: int) -> tuple[int | None, ...]:
    return tuple(batch if size == BATCH else number(size) for size in shape or (None,))


def ways(shape: tuple[int, ...], chain: Chain, folder: Path) -> tuple[keras.Model, list[Plan]]:
    """The chain as Keras' model, and its plans: written with lamella, of the live model, of its files."""
    image = keras.Input(batch_shape=shape)
    model = keras.Model(image, chain(keras.layers, keras.ops, image))
    model.save(folder / "model.keras")
    model.save(folder / "model.h5")
    mine = layers.Input(batch_shape=shape)
    written = lamella.write(Model(mine, chain(layers, ops, mine)))
    (folder / "model.yaml").write_text(written, "utf-8")
    sources = [model, *(folder / f"model.{ending}" for ending in ("keras", "h5", "yaml"))]
    return model, [lamella.plan(each) for each in sources]


@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
@pytest.mark.parametrize("name", [*IMAGES_STAY, *IMAGES_MEET])
def test_what_keras_builds_for_a_fixed_batch_is_no_error(name: str, tmp_path: Path) -> None:
    shape, chain = {**IMAGES_STAY, **IMAGES_MEET}[name]
    model, plans = ways(shape, chain, tmp_path)
    for known in plans:
        assert not known.errors, known.errors
        assert known.batch == shape[0]
        (output,) = known.outputs.values()
        assert shown(output, shape[0]) == model.output_shape
        assert known.totals.params == model.count_params()
        together = [each for each in known.findings if each.key == "images together"]
        assert bool(together) == (name in IMAGES_MEET)
        assert not any(row.whole for row in known.rows if row.macs)
        if name in IMAGES_STAY:
            assert not known.totals.partial
            assert known.memory.training_peak_bytes


def test_figures_of_one_image_are_those_without_a_fixed_batch() -> None:
    fixed, free = (layers.Input((4, 6), batch_size=size) for size in (3, None))
    one = Model(fixed, layers.Dense(2)(ops.reshape(fixed, (3, -1)))).plan()
    other = Model(free, layers.Dense(2)(layers.Flatten()(free))).plan(batch=3)
    assert one.totals == other.totals
    assert one.rows[-1].receptive_fields[0].max == other.rows[-1].receptive_fields[0].max


def test_images_that_meet_can_still_be_too_many() -> None:
    one, other = layers.Input((4,), batch_size=2), layers.Input((4,), batch_size=3)
    with pytest.raises(lamella.LamellaError, match=r"Add can't join 2x4, 3x4"):
        layers.Add()([one, other])
    with pytest.raises(lamella.LamellaError, match="holds 6 numbers, the input 3x4 holds 12"):
        ops.reshape(other, (3, 2))


@settings(max_examples=60)
@given(designs(most=5), st.integers(1, 3))
def test_a_fixed_batch_refuses_nothing_and_gives_kerass_shapes(design: Design, batch: int) -> None:
    nodes = tuple(
        replace(node, arguments={**node.arguments, "batch_size": batch}) if node.type == INPUT else node
        for node in design.nodes
    )
    free, known = plan(design), plan(replace(design, nodes=nodes))
    found = keras_graph(known.design, lambda *_: False)
    refused = {each.where.layer for each in free.errors}
    for error in known.errors:
        assert error.where.layer in refused or error.where.layer not in found.tensors, error.text()
    for row in known.rows:
        if row.output_shape is not None and row.node.name in found.tensors and row.node.type != "EinsumDense":
            theirs = tuple(found.tensors[row.node.name].shape)
            assert all(size in (None, shown(row.output_shape, batch)[axis]) for axis, size in enumerate(theirs))
