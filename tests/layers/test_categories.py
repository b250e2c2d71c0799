"""Categories, lookups and texts: the size of a table, and shapes, against real Keras that is asked and run."""

from __future__ import annotations

from itertools import product

import keras
import numpy as np
import pytest
import tensorflow as tf

from lamella import api
from lamella.errors import DesignError
from lamella.layers import (
    REGISTRY,
    CategoryEncoding,
    Discretization,
    HashedCrossing,
    Hashing,
    IntegerLookup,
    StringLookup,
    TextVectorization,
)
from lamella.layers.base import Layer, ShapeError
from lamella.planning.planner import plan
from lamella.sources.yaml_file import read

MODES = ("int", "one_hot", "multi_hot", "count")
SHAPES = [(), (1,), (5,), (4, 3), (4, 1), (3, 4), (2, 3, 4), (2, 2, 1), (3, 1, 1)]
LAYERS = [
    *(CategoryEncoding(6, mode) for mode in MODES[1:]),
    *(Discretization((0.0, 1.0), output_mode=mode) for mode in MODES),
    *(Hashing(6, output_mode=mode) for mode in MODES),
    *(IntegerLookup(vocabulary=(5, 7), output_mode=mode) for mode in MODES),
    *(StringLookup(vocabulary=("a", "b"), output_mode=mode) for mode in MODES),
    *(
        TextVectorization(vocabulary=("a", "b"), output_mode=mode, split=split, ngrams=ngrams)
        for mode, split, ngrams in product(MODES, (None, "whitespace"), (None, 2))
    ),
    *(HashedCrossing(6, mode) for mode in MODES[:2]),
]
WORDS = (StringLookup, TextVectorization)


def run(layer: Layer, shape: tuple[int, ...]) -> tuple[tuple[int | None, ...], tuple[int | None, ...]]:
    """What Keras says of the output's shape, and what it then gives for two images."""
    kind = getattr(keras.layers, layer.type)
    symbols = [keras.Input(shape, dtype="string" if isinstance(layer, WORDS) else "int64")] * layer.input_count[0]
    said = kind(**layer.changed())(*layer.grouped(symbols)).shape
    images = np.zeros((2, *shape), "int64")
    if isinstance(layer, WORDS):
        images = tf.constant(np.full((2, *shape), "a b b").tolist())
    given = kind(**layer.changed())(*layer.grouped([images] * layer.input_count[0])).shape
    return said, tuple(given)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("layer", LAYERS, ids=repr)
def test_the_shape_is_one_that_keras_says_and_gives(layer: Layer, shape: tuple[int, ...]) -> None:
    """What lamella refuses, Keras refuses, says otherwise than it gives, or mixes the images of."""
    inputs = [("B", *shape)] * layer.input_count[0]
    try:
        said, given = run(layer, shape)
    except Exception:  # Keras and TensorFlow raise what they like
        with pytest.raises(ShapeError):
            layer.output_shape(*inputs)
        return
    ran = tuple(None if size == 2 and place == 0 else size for place, size in enumerate(given))
    same = len(said) == len(ran) and all(one in (None, other) for one, other in zip(said, ran, strict=True))
    try:
        output = layer.output_shape(*inputs)
    except ShapeError:
        assert not same or said[:1] != (None,) or by_chance(layer, shape)
        return
    assert same
    assert (None, *output[1:]) == said
    (seen, *_) = layer.views(tuple(inputs), output)
    assert all(axis < len(output) and source < len(shape) + 1 for axis, (source, _) in seen.items())


def by_chance(layer: Layer, shape: tuple[int, ...]) -> bool:
    """Whether Keras' shape is right since two axes are as large, or words that it joins as many as before."""
    return len(set(shape)) < len(shape) or (isinstance(layer, TextVectorization) and bool(shape[1:] or layer.ngrams))


@pytest.mark.parametrize(
    "given",
    [
        {"vocabulary": (5, 7)},
        {"vocabulary": (5, 7), "num_oov_indices": 3},
        {"vocabulary": (5, 7), "num_oov_indices": 0},
        {"vocabulary": (5, 7), "mask_token": 0},
        {"vocabulary": (-1, 5, 7)},
        {"vocabulary": (5, -1, 7)},
        {"vocabulary": (5, 7), "max_tokens": 9},
        {"vocabulary": (5, 7), "max_tokens": 9, "pad_to_max_tokens": True},
        {"max_tokens": 9},
        {"max_tokens": 9, "pad_to_max_tokens": True},
        {"vocabulary_size": 12},
    ],
)
@pytest.mark.parametrize("mode", ["one_hot", "multi_hot"])
def test_the_table_is_as_large_as_keras_own(given: dict, mode: str) -> None:
    layer = IntegerLookup(output_mode=mode, **given)
    real = keras.layers.IntegerLookup(output_mode=mode, **given)
    assert layer.depth == real(keras.Input((4,), dtype="int64")).shape[-1]
    if "vocabulary" in given:
        assert layer.size == real.vocabulary_size()
        assert IntegerLookup(**given).size == keras.layers.IntegerLookup(**given).vocabulary_size()


@pytest.mark.parametrize("special", [(), ("[UNK]",), ("", "[UNK]")])
@pytest.mark.parametrize("mode", ["int", "count"])
def test_the_words_of_a_text_have_their_table(special: tuple[str, ...], mode: str) -> None:
    given = {"vocabulary": (*special, "a", "b"), "output_mode": mode}
    try:
        real = keras.layers.TextVectorization(**given)
    except ValueError:  # the mask where it does not belong
        return
    assert TextVectorization(**given).size == real.vocabulary_size()


def test_what_was_learned_from_data_is_read(tmp_path) -> None:
    inputs = keras.Input((4,))
    bins = keras.layers.Discretization(num_bins=3, output_mode="one_hot", name="bins")
    bins.adapt(np.arange(40, dtype="float32"))
    model = keras.Model(inputs, keras.layers.Flatten()(bins(inputs)))
    model.save(tmp_path / "m.keras")
    found = api.plan(tmp_path / "m.keras")
    assert found.findings == ()
    assert found.row("bins").output_shape[1:] == model.get_layer("bins").output.shape[1:]
    numbers = keras.Input((4,), dtype="int64")
    table = keras.layers.IntegerLookup(output_mode="multi_hot", name="table")
    table.adapt(np.array([[3, 3, 8], [9, 9, 3]]))
    model = keras.Model(numbers, table(numbers))
    model.save(tmp_path / "n.keras")
    assert api.plan(tmp_path / "n.keras").row("table").output_shape == ("B", 4)


TEXTS = """
input: {shape: [1], dtype: string}
layers:
- TextVectorization: {vocabulary: [good, bad], output_sequence_length: 5}
- Embedding: {input_dim: 4, output_dim: 3}
- GlobalAveragePooling1D
- Dense: {units: 1}
"""


def test_texts_are_planned_and_built() -> None:
    design = read(TEXTS.encode(), "d.yaml")
    known = plan(design)
    assert known.errors == ()
    model = api.build(design)
    assert model.count_params() == known.totals.params == 4 * 3 + 3 + 1
    assert model(tf.constant([["good good"], ["bad"]])).shape == (2, 1)
    first = known.rows[0]
    assert first.activation_bytes is None, "a text has no fixed number of bytes"
    assert known.memory.inference_peak_bytes is None
    assert known.rows[1].activation_bytes == 5 * 4


@pytest.mark.parametrize(
    ("type_name", "given", "said"),
    [
        ("CategoryEncoding", {}, "num_tokens is required"),
        ("Discretization", {}, "bin_boundaries is required"),
        ("Discretization", {"bin_boundaries": [1, 0]}, "in ascending order"),
        ("Discretization", {"bin_boundaries": [1], "num_bins": 2}, "one of them says where the bins are"),
        ("Hashing", {"num_bins": 3, "sparse": True}, "places in a table are never sparse"),
        ("IntegerLookup", {"pad_to_max_tokens": True}, "filled up to max_tokens"),
        ("IntegerLookup", {"vocabulary": [1, 1]}, "a list of terms, each once"),
        ("IntegerLookup", {"vocabulary": [1, 2], "max_tokens": 2}, "with its special tokens it has 3"),
        ("IntegerLookup", {"vocabulary": [1], "salt": 3}, "only farmhash is salted"),
        ("IntegerLookup", {"vocabulary": [1], "invert": True, "output_mode": "count"}, "the inverse gives terms"),
        ("StringLookup", {"vocabulary": ["a"], "output_mode": "tf_idf"}, "each term needs a weight"),
        ("StringLookup", {"vocabulary": ["a"], "idf_weights": [1]}, "only tf_idf uses weights"),
        ("TextVectorization", {"output_mode": "count", "ragged": True}, "as long as the vocabulary"),
    ],
)
def test_wrong_arguments_are_named(type_name: str, given: dict, said: str) -> None:
    with pytest.raises(DesignError) as caught:
        REGISTRY[type_name](**given)
    assert said in str(caught.value)
    if given != {"bin_boundaries": [1, 0]}:  # Keras takes them in any order, and sorts into wrong bins
        with pytest.raises(ValueError, match=r"."):
            getattr(keras.layers, type_name)(**given)
