"""Every rewrite against the original in real Keras: values, gradients, and weights that are made once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from lamella.building.keras_model import keras_model
from lamella.building.keras_weights import put_weights, take_weights
from lamella.building.rewritten_model import folded, rewritten_model
from lamella.design import Design
from lamella.planning.planner import plan
from lamella.planning.roofline import Running
from lamella.rewrites import REWRITES, Rewrite, Rewritten, rewritten
from lamella.sources import yaml_file

EXAMPLES = [(each, text) for each in REWRITES for text in each.examples]


def design_of(text: str) -> Design:
    return yaml_file.read(text.encode(), "example")


def randomly(model: Any, seed: int = 0) -> None:
    """Random weights; variances above 0."""
    draw = np.random.default_rng(seed)
    for each in model.weights:
        values = draw.normal(0, 0.5, each.shape)
        each.assign(np.abs(values) + 0.1 if "variance" in each.name else values)


def images_for(model: Any, seed: int = 1) -> Any:
    draw = np.random.default_rng(seed)
    return draw.normal(0, 1, (4, *model.input_shape[1:])).astype("float64")


def values_and_gradients(model: Any, variables: Any, images: Any, wanted: Any) -> tuple[Any, list[Any]]:
    import tensorflow as tf

    with tf.GradientTape() as tape:
        given = model(images, training=True)
        loss = tf.reduce_sum(given * wanted)
    return given.numpy(), [each.numpy() for each in tape.gradient(loss, variables)]


def close(one: Any, other: Any) -> bool:
    return bool(np.allclose(one, other, rtol=1e-9, atol=1e-9))


@pytest.fixture(autouse=True)
def wide() -> Iterator[None]:
    """In float64 rounding stays far below what a wrong rewrite would do."""
    import keras

    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_dtype_policy("float32")


@pytest.mark.parametrize(("rewrite", "text"), EXAMPLES, ids=lambda each: getattr(each, "name", "design"))
def test_the_same_values_and_gradients(rewrite: Rewrite, text: str) -> None:
    design = design_of(text)
    found = rewritten(design, Running(learning=rewrite.learns), [rewrite])
    assert found.applied
    check(found)


def check(found: Rewritten) -> None:
    """The rewritten design gives what the original does: over its variables, and with weights made once."""
    model = keras_model(found.original)
    randomly(model)
    images = images_for(model)
    before, after = plan(found.original), plan(found.design)
    assert [*before.outputs.values()] == [*after.outputs.values()]
    if all(each.rewrite.learns for each in found.applied):
        other = rewritten_model(model, found)
        variables = model.trainable_variables
        assert {id(each) for each in other.trainable_variables} == {id(each) for each in variables}
        wanted = np.random.default_rng(2).normal(0, 1, model(images).shape).astype("float64")
        kept = model.get_weights()
        values, gradients = values_and_gradients(model, variables, images, wanted)
        model.set_weights(kept)
        theirs, their_gradients = values_and_gradients(other, variables, images, wanted)
        assert close(theirs, values)
        assert all(map(close, their_gradients, gradients))
        model.set_weights(kept)
    alone = keras_model(found.design)
    put_weights(alone, found.design, folded(found, take_weights(model, found.original)))
    result = alone(images, training=False)
    values = next(iter(result.values())) if isinstance(result, dict) else result
    assert close(values.numpy(), model(images, training=False).numpy())
