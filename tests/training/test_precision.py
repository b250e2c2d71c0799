"""Which numbers a training computes in, and what is said where bfloat16 is not used."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from lamella.errors import UsageError
from lamella.planning.planner import plan
from lamella.sources import yaml_file
from lamella.training import precision
from lamella.training.precision import agrees, precision_for
from lamella.training.settings import Settings

SMALL = "input: [28, 28, 1]\nlayers:\n- Conv2D: {filters: 1, kernel_size: 3, padding: same}"
LARGE = "input: [512, 512, 3]\nlayers:\n- Conv2D: {filters: 32, kernel_size: 3, padding: same}"
MIDDLE = "input: [128, 128, 3]\nlayers:\n- Conv2D: {filters: 32, kernel_size: 3, padding: same}"
TWO = "input: [8, 4]\nlayers:\n- Dense: {name: a, units: 4}\n"
TWO += "- MultiHeadAttention: {num_heads: 1, key_dim: 2, from: [a, a]}"


@pytest.mark.parametrize(
    ("asked", "text", "engine", "able", "used", "why"),
    [
        ("float32", LARGE, "tensorflow", True, "float32", None),
        ("auto", LARGE, "tensorflow", True, "bf16", None),
        ("auto", SMALL, "tensorflow", True, "float32", "with 7056 MACs an image it would not be faster"),
        ("auto", MIDDLE, "tensorflow", True, "bf16", None),
        ("auto", SMALL, "torch", True, "float32", "with 7056 MACs an image it would not be faster"),
        ("auto", LARGE, "jax", True, "float32", "on the jax backend a processor is slower in bfloat16"),
        ("bf16", SMALL, "jax", True, "bf16", None),
        ("bf16", SMALL, "tensorflow", True, "bf16", None),
        ("bf16", LARGE, "tensorflow", False, "float32", "this processor does not compute in bfloat16"),
        ("bf16", TWO, "tensorflow", True, "float32", "a layer with weights reads several tensors"),
    ],
)
def test_what_is_used(
    asked: str, text: str, engine: str, able: bool, used: str, why: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "has_bfloat16", lambda: able)
    told = precision_for(asked, plan(yaml_file.read(text.encode(), "design")), engine).as_json()
    reason = told["reason"]
    assert told["used"] == used
    assert (reason["en"] if isinstance(reason, dict) else None) == why
    assert reason is None or set(reason) == {"en", "ko"}


def test_another_word_is_refused() -> None:
    with pytest.raises(UsageError, match=r'precision must be float32, auto, bf16\. Received "half"'):
        Settings(precision="half")


def test_losses_that_differ_are_said() -> None:
    inputs = keras.Input((4, 4, 1))
    half = keras.Model(inputs, keras.layers.Rescaling(0.5)(inputs))
    same = keras.Model(inputs, keras.layers.Rescaling(0.5)(inputs))
    images = np.random.default_rng(0).random((2, 4, 4, 1), np.float32)
    assert agrees(half, same, images) is None
    other = agrees(half, keras.Model(inputs, keras.layers.Rescaling(0.9)(inputs)), images)
    assert other is not None
    assert other.words.fill("en", **other.facts).startswith("the loss of the first batch is ")
