"""Every rewrite against the original in real Keras: values, gradients, and weights that are made once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
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


SATURATED = """
input: [12, 12, 2]
layers:
- Conv2D: {filters: 4, kernel_size: 3, padding: same, activation: relu}
- MaxPooling2D: {}
- %s
"""
ENDS = (
    "UpSampling2D: {size: 2}\n- Conv2D: {filters: 2, kernel_size: 3, padding: same, activation: sigmoid}",
    "UpSampling2D: {size: 2}\n- Conv2D: {filters: 2, kernel_size: 1, activation: sigmoid}",
    "UpSampling2D: {size: 2}\n- Conv2D: {filters: 2, kernel_size: 1}\n- Activation: {activation: sigmoid}",
    "Conv2DTranspose: {filters: 2, kernel_size: 3, strides: 2, padding: same, activation: sigmoid}",
    "Conv2DTranspose: {filters: 2, kernel_size: 2, strides: 2, activation: sigmoid}",
    "Conv2D: {filters: 2, kernel_size: 3, activation: sigmoid}",
    "Conv2D: {filters: 2, kernel_size: 3, activation: sigmoid}\n- MaxPooling2D: {}",
)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("policy", [None, "mixed_bfloat16"])
def test_a_loss_sees_what_an_output_activated(end: str, policy: str | None) -> None:
    """Cross-entropy far where the sigmoid is 0 or 1 to all digits, in value and gradient."""
    import keras
    import tensorflow as tf

    keras.config.set_dtype_policy("float32")
    found = rewritten(design_of(SATURATED % end), Running(learning=True), [each for each in REWRITES if each.learns])
    assert found.applied
    model = keras_model(found.original)
    randomly(model)
    for each in model.weights[-2:]:
        each.assign(each * 60)
    images = images_for(model).astype("float32")
    wanted = np.random.default_rng(3).integers(0, 2, model(images).shape).astype("float32")
    loss, told = keras.losses.BinaryCrossentropy(), []
    for one in (model, rewritten_model(model, found, policy)):
        with tf.GradientTape() as tape:
            value = loss(wanted, one(images, training=True))
        told.append((float(value), [each.numpy() for each in tape.gradient(value, model.trainable_variables)]))
    (expected, gradients), (value, theirs) = told
    assert expected > (4 if "MaxPooling2D: {}" in end else 8), "the output is not saturated"
    assert value == pytest.approx(expected, rel=1e-5 if policy is None else 0.02)
    for one, other in zip(theirs, gradients, strict=True):
        room = 1e-4 if policy is None else 0.1
        assert np.linalg.norm(one - other) <= room * np.linalg.norm(other)


def test_what_is_not_known_is_left_as_it_is() -> None:
    text = "input: [8, 8, 2]\nlayers:\n- Mine: {gives: [8, 8, 2]}\n- Conv2D: {filters: 2, kernel_size: 1}\n- ReLU: {}\n"
    text += "- MaxPooling2D: {}\n- BatchNormalization: {}\n"
    design = design_of(text)
    nodes = [each if each.gives is None else replace(each, gives=(None,)) for each in design.nodes]
    design = replace(design, nodes=tuple(nodes))
    assert not plan(design).errors
    for learning in (True, False):
        assert not rewritten(design, Running(learning=learning)).applied


def test_a_norm_is_folded_though_its_convolution_could_be_phased_first() -> None:
    text = "input: [8, 8, 32]\nlayers:\n- UpSampling2D: {}\n"
    text += "- Conv2D: {filters: 3, kernel_size: 3, padding: same}\n- BatchNormalization: {}\n"
    found = rewritten(design_of(text), Running(engine="onnxruntime"))
    assert "BatchNormalization" not in {node.type for node in found.design.nodes}
    assert len(found.applied) > 1
