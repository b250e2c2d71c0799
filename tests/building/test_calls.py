"""What a call says besides its inputs, flags and masks: kept from a Keras model to the model that is built again."""

import inspect
from operator import attrgetter

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers, ops

import lamella
from lamella.building.keras_code import write
from lamella.errors import BuildError
from lamella.layers import REGISTRY
from lamella.planning.planner import plan
from lamella.sources import read, yaml_file, yaml_writer

pytestmark = [
    pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask attached to it"),
]


def sequence(steps=5, features=6):
    return keras.Input((steps, features))


def bits(*shape):
    return keras.Input(shape, dtype="bool")


def words(count=5):
    return keras.Input((count,), dtype="int32")


def causal():
    x = sequence()
    return x, layers.MultiHeadAttention(2, 3)(x, x, use_causal_mask=True)


def attention_mask():
    x, mask = sequence(), bits(5, 5)
    return [x, mask], layers.MultiHeadAttention(2, 3)(x, x, attention_mask=mask)


def masks_by_place():
    x, v, m, n = sequence(5), sequence(7), bits(5), bits(7)
    return [x, v, m, n], layers.GroupQueryAttention(3, 4, 2)(x, v, None, m, n)


def masks_in_a_list():
    x, v, mask = sequence(5), sequence(7), bits(7)
    y, scores = layers.Attention()([x, v], mask=[None, mask], return_attention_scores=True)
    return [x, v, mask], {"y": y, "scores": scores}


def causal_over_words():
    x = words()
    y = layers.Embedding(10, 4, mask_zero=True)(x)
    return x, layers.AdditiveAttention()([y, y], use_causal_mask=True)


def recurrent():
    x, mask = sequence(), bits(5)
    y = layers.LSTM(4, return_sequences=True)(x, mask=mask)
    return [x, mask], layers.GlobalAveragePooling1D()(y)


def both_ways():
    x, mask = sequence(), bits(5)
    return [x, mask], layers.Bidirectional(layers.GRU(4))(x, mask=mask)


def softmax():
    x, mask = sequence(), bits(5, 6)
    return [x, mask], layers.Softmax()(x, mask)


def made_mask():
    x = words()
    y = layers.Embedding(10, 4)(x)
    return x, layers.GlobalAveragePooling1D()(y, mask=ops.not_equal(x, 1))


def another_mask_than_the_embedding_makes():
    x = words()
    y = layers.Embedding(10, 4, mask_zero=True)(x)
    y = layers.LSTM(4, return_sequences=True)(y, mask=ops.not_equal(x, 2))
    return x, layers.GlobalAveragePooling1D()(y)


def counted():
    x, weights = words(4), keras.Input((4,))
    return [x, weights], layers.CategoryEncoding(5, output_mode="count")(x, count_weights=weights)


def normalized():
    x, mask = sequence(), bits(5)
    return [x, mask], layers.BatchNormalization()(layers.TimeDistributed(layers.Dense(3))(x, mask=mask))


def scores():
    x = sequence()
    found = layers.MultiHeadAttention(2, 3)(x, x, return_attention_scores=True, use_causal_mask=True)
    return x, list(found)


def scores_of_another():
    x, v = sequence(5), sequence(7)
    return [x, v], list(layers.MultiHeadAttention(2, 3)(x, v, return_attention_scores=True))


def scores_along_an_axis():
    x = keras.Input((3, 5, 6))
    return x, list(layers.MultiHeadAttention(2, 3, attention_axes=(2,))(x, x, return_attention_scores=True))


def scores_in_groups():
    x, v = sequence(5), sequence(7)
    y, found = layers.GroupQueryAttention(3, 4, 2)(x, v, return_attention_scores=True)
    return [x, v], [y, layers.Dense(2)(found)]


def there_and_back():
    x = words(4)
    table = layers.ReversibleEmbedding(10, 6, logit_soft_cap=3.0)
    return x, table(layers.Dense(6)(table(x)), reverse=True)


def only_back():
    x = sequence(4)
    return x, layers.ReversibleEmbedding(10, 6, tie_weights=False)(x, reverse=True)


def always_training():
    x = sequence()
    y = layers.RandomFlip()(layers.Reshape((5, 6, 1))(x), training=False)
    return x, layers.Dropout(0.5)(y, training=True)


def a_model_always_training():
    x = sequence()
    inner = keras.Sequential([keras.Input((5, 6)), layers.Dense(3), layers.Dropout(0.1)], name="inner")
    return x, inner(x, training=True)


SAID = {
    causal: {"use_causal_mask": True},
    attention_mask: {"attention_mask": True},
    masks_by_place: {"query_mask": True, "value_mask": True},
    masks_in_a_list: {"return_attention_scores": True, "mask": True},
    causal_over_words: {"use_causal_mask": True},
    recurrent: {"mask": True},
    both_ways: {"mask": True},
    softmax: {"mask": True},
    made_mask: {"mask": True},
    another_mask_than_the_embedding_makes: {"mask": True},
    counted: {"count_weights": True},
    normalized: {"mask": True},
    scores: {"return_attention_scores": True, "use_causal_mask": True},
    scores_of_another: {"return_attention_scores": True},
    scores_along_an_axis: {"return_attention_scores": True},
    scores_in_groups: {"return_attention_scores": True},
    there_and_back: {"reverse": True},
    only_back: {"reverse": True},
    always_training: {"training": True},
    a_model_always_training: {"training": True},
}


def values(tensor):
    found = np.random.default_rng(tensor.shape[-1])
    shape = (2, *tensor.shape[1:])
    if tensor.dtype == "bool":
        return found.integers(0, 2, shape).astype(bool)
    return found.integers(0, 4, shape) if "int" in tensor.dtype else found.normal(size=shape).astype("float32")


def predictions(model):
    inputs = [values(each) for each in model.inputs]
    return keras.tree.flatten(model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0))


def check(model, tmp_path):
    """The same network by every way, with the same numbers; gives its design."""
    design = lamella.plan(model).design
    planned = plan(design)
    assert not planned.findings
    assert planned.totals.params == model.count_params()
    model.save(tmp_path / "model.keras")
    assert read(tmp_path / "model.keras") == design
    assert yaml_file.read(yaml_writer.write(design).encode(), "design.yaml") == design
    code = write(design)
    (tmp_path / "model.py").write_text(code)
    again = plan(read(tmp_path / "model.py"))
    assert [row.node.called.keys() for row in again.rows] == [row.node.called.keys() for row in planned.rows]
    assert again.totals.macs == planned.totals.macs
    made = {}
    exec(code, made)  # noqa: S102  (written by the function under test)
    expected = predictions(model)
    for shape, found in zip(planned.outputs.values(), expected, strict=True):
        assert shape[1:] == found.shape[1:]
    for other in (lamella.build(design), made["model"]):
        other.set_weights(model.get_weights())
        for one, two in zip(expected, predictions(other), strict=True):
            np.testing.assert_allclose(one, two, atol=1e-5)
    return design


@pytest.mark.parametrize("case", SAID, ids=lambda case: case.__name__)
def test_what_a_call_says_is_kept(case, tmp_path):
    keras.utils.clear_session()
    model = keras.Model(*case())
    design = check(model, tmp_path)
    said = {key: value for node in design.nodes for key, value in node.called.items()}
    assert said.keys() == SAID[case].keys()


@settings(max_examples=6, deadline=None)
@given(st.data())
def test_masks_drawn(tmp_path_factory, data):
    draw = data.draw
    keras.utils.clear_session()
    x, mask, own = words(), bits(5), None
    y = layers.Embedding(10, 4, mask_zero=draw(st.booleans()))(x)
    drawn = [layers.GRU(4, return_sequences=True), layers.Bidirectional(layers.LSTM(2, return_sequences=True))]
    drawn += [
        layers.TimeDistributed(layers.Dense(4)),
        layers.BatchNormalization(),
        layers.Dense(4),
        layers.Dropout(0.5),
    ]
    drawn += [
        layers.Add(),
        layers.Reshape((5, 4)),
        layers.MultiHeadAttention(2, 3),
        layers.Attention(),
        layers.Masking(),
    ]
    for layer in draw(st.lists(st.sampled_from(drawn), unique=True, max_size=4)):
        own = draw(st.sampled_from([None, mask, ops.not_equal(x, 1)]))
        causal = {"use_causal_mask": True} if draw(st.booleans()) else {}
        if isinstance(layer, layers.MultiHeadAttention):
            y = layer(y, y, value_mask=own, **causal)
        elif isinstance(layer, layers.Attention):
            y = layer([y, y], mask=None if own is None else [None, own], **causal)
        elif isinstance(layer, layers.Add):
            y = layer([y, layers.Dense(4)(y)])
        else:
            takes = "mask" in inspect.signature(layer.call).parameters
            y = layer(y, mask=own) if takes and own is not None else layer(y)
    y = layers.GlobalAveragePooling1D()(y)
    check(keras.Model([x, mask], [y, layers.Flatten()(mask)]), tmp_path_factory.mktemp("drawn"))


def test_every_name_of_a_call_is_known():
    """What Keras' call takes besides the inputs is declared, but for a training flag that changes nothing."""
    same_in_training = {"Dense", "EinsumDense", "Resizing", "CenterCrop"}
    for kind in REGISTRY.values() if hasattr(REGISTRY, "values") else map(REGISTRY.get, REGISTRY):
        if kind.type.startswith("ops.") or kind.type == "Input":
            continue
        real = inspect.signature(attrgetter(f"{kind.home.removeprefix('keras.')}.{kind.type}")(keras).call)
        taken = list(real.parameters)[1 + (len(kind.call_names) or 1) :]
        known = {*kind.call_flags, *kind.call_tensors}
        left = {each for each in taken if each not in known and real.parameters[each].kind.name != "VAR_KEYWORD"}
        assert left <= ({"training"} if kind.type in same_in_training else set()), kind.type
        assert known <= {*taken}, kind.type
        tensors = [each for each in taken if each in kind.call_tensors]
        assert tensors == list(kind.call_tensors), kind.type
        for flag, default in kind.call_flags.items():
            assert default is bool(real.parameters[flag].default), kind.type


def test_a_model_called_with_a_mask_is_planned_but_not_built():
    x, mask = sequence(), bits(5)
    inner = keras.Sequential([keras.Input((5, 6)), layers.LSTM(3)], name="inner")
    design = lamella.plan(model := keras.Model([x, mask], inner(x, mask=mask))).design
    planned = plan(design)
    assert [each.key for each in planned.findings] == ["model mask"]
    assert planned.totals.params == model.count_params()
    for door in (lamella.build, write):
        with pytest.raises(BuildError, match="inner"):
            door(design)


def test_on_symbolic_tensors():
    x, mask = lamella.Input((5, 6)), lamella.Input((5,), dtype="bool")
    y, found = lamella.layers.MultiHeadAttention(2, 3)(
        x, x, value_mask=mask, return_attention_scores=True, use_causal_mask=True, training=True
    )
    assert found.shape == (None, 2, 5, 5)
    design = lamella.Model([x, mask], [y, found]).design
    said = {"return_attention_scores": True, "training": True, "use_causal_mask": True, "value_mask": "input_1"}
    assert design.nodes[-1].called == said
    with pytest.raises(lamella.LamellaError, match="use_causal_mask"):
        lamella.layers.MultiHeadAttention(2, 3)(x, x, use_causal_mask=3)
    with pytest.raises(lamella.LamellaError, match="causal"):
        lamella.layers.MultiHeadAttention(2, 3)(x, x, use_causl_mask=True)
    with pytest.raises(lamella.LamellaError, match="value_mask"):
        lamella.layers.MultiHeadAttention(2, 3)(x, x, value_mask=True)


def test_a_causal_mask_is_seen():
    """A position of a causal attention sees those up to its own; with a mask made of the input that is not said."""
    x = lamella.Input((5, 6))
    field = (
        plan(lamella.Model(x, lamella.layers.Attention()([x, x], use_causal_mask=True)).design)
        .rows[-1]
        .receptive_fields
    )
    assert (field[0].max[0], field[0].seen[0], field[0].start[0]) == (5, 5, -4)
    y = lamella.layers.Attention()([x, x], mask=[None, lamella.ops.any(lamella.ops.not_equal(x, 0), axis=-1)])
    assert plan(lamella.Model(x, y).design).rows[-1].receptive_fields[0].seen[0] is None


def test_the_way_back_counts_its_products():
    x = lamella.Input((4, 6))
    planned = plan(lamella.Model(x, lamella.layers.ReversibleEmbedding(10, 6)(x, reverse=True)).design)
    assert planned.totals.macs == 4 * 6 * 10
    with pytest.raises(lamella.LamellaError, match="output_dim"):
        lamella.layers.ReversibleEmbedding(10, 5)(x, reverse=True)
