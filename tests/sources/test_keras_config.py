"""What a Keras model's config means: models in models, shared layers, inputs by name, what is not known."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import keras
import pytest
from keras import layers, ops

from lamella import api
from lamella.errors import BuildError, SourceError
from lamella.sources.keras_config import design
from lamella.sources.yaml_file import read
from sources.keras_models import save_config

pytestmark = [
    pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`"),
    pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file"),
]


def graph(found):
    return {node.name: (node.type, node.inputs, node.shares) for node in found.nodes}


def nested():
    a, x = keras.Input((8, 8, 4), name="a"), keras.Input((8, 8, 3), name="x")
    inner = keras.Model(a, layers.Conv2D(4, 1, name="mix")(a), name="inner")
    chain = keras.Sequential([layers.Conv2D(4, 3, padding="same", name="c"), layers.ReLU(name="r")], name="chain")
    head = layers.Dense(2, name="head")
    y = inner(chain(x))
    return keras.Model(x, [head(inner(y)), head(y)], name="outer")


def test_models_in_models_are_written_out_and_weights_counted_once(tmp_path):
    model = nested()
    found = api.read(save_config(model, tmp_path / "m.keras"))
    assert graph(found) == {
        "x": ("Input", (), None),
        "chain.c": ("Conv2D", ("x",), None),
        "chain.r": ("ReLU", ("chain.c",), None),
        "inner.mix": ("Conv2D", ("chain.r",), None),
        "inner@2.mix": ("Conv2D", ("inner.mix",), "inner.mix"),
        "head": ("Dense", ("inner@2.mix",), None),
        "head@2": ("Dense", ("inner.mix",), "head"),
    }
    assert (found.name, found.outputs) == ("outer", {"head": "head", "head@2": "head@2"})
    plan = api.plan(found)
    assert (plan.findings, plan.totals.params) == ((), model.count_params())
    assert plan.totals.macs == 64 * (9 * 3 * 4 + 2 * 4 * 4 + 2 * 4 * 2)


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_the_file_and_the_living_model_give_one_design(ending, tmp_path):
    model = nested()
    model.save(tmp_path / f"m.{ending}")
    assert api.read(tmp_path / f"m.{ending}") == api.read(model)


def test_a_layer_in_two_models_is_one_layer(tmp_path):
    shared = layers.Dense(3, name="d")
    a, b = keras.Input((3,), name="a"), keras.Input((3,), name="b")
    inner = keras.Model(a, shared(a), name="inner")
    model = keras.Model(b, shared(inner(shared(b))))
    model.save(tmp_path / "m.keras")
    for source in (model, tmp_path / "m.keras"):
        plan = api.plan(source)
        assert (plan.totals.params, plan.totals.macs, plan.findings) == (12, 27, ())
        assert graph(plan.design)["inner.d"] == ("Dense", ("d",), "d")


def test_inputs_and_outputs_keep_their_names():
    a, b = keras.Input((3,), name="a"), keras.Input((3,), name="b", batch_size=5)
    model = keras.Model({"b": b, "a": a}, {"sum": layers.Add(name="s")([a, b]), "raw": [a, b]})
    found = api.read(model)
    assert [node.name for node in found.inputs] == ["a", "b"]
    assert found.outputs == {"raw.0": "a", "raw.1": "b", "sum": "s"}
    assert api.plan(found).batch == 5


def test_a_model_in_a_model_takes_its_inputs_by_name():
    p, q = keras.Input((2,), name="p"), keras.Input((3,), name="q")
    inner = keras.Model({"p": p, "q": q}, {"u": layers.Dense(4, name="u")(q), "t": layers.Dense(5, name="t")(p)})
    inner.name = "inner"
    x, y = keras.Input((2,), name="x"), keras.Input((3,), name="y")
    given = inner({"q": y, "p": x})
    model = keras.Model([x, y], layers.Concatenate(name="c")([given["t"], given["u"]]))
    found = api.read(model)
    assert graph(found)["inner.t"] == ("Dense", ("x",), None)
    assert graph(found)["c"] == ("Concatenate", ("inner.t", "inner.u"), None)
    assert api.plan(found).totals.params == model.count_params()


def test_short_names_and_what_differs_from_them():
    x = keras.Input((4,), name="x")
    arguments = {
        "kernel_initializer": keras.initializers.HeNormal(),
        "bias_initializer": keras.initializers.Constant(0.5),
        "kernel_regularizer": keras.regularizers.L2(),
        "bias_regularizer": keras.regularizers.L1(0.3),
        "kernel_constraint": keras.constraints.NonNeg(),
    }
    model = keras.Model(x, layers.Dense(2, activation="linear", **arguments, name="d")(x))
    found = dict(api.read(model).nodes[1].arguments)
    assert found.pop("bias_initializer")["config"] == {"value": 0.5}
    assert found.pop("bias_regularizer")["config"]["l1"] == pytest.approx(0.3)
    assert found == {
        "units": 2,
        "kernel_initializer": "he_normal",
        "kernel_regularizer": "l2",
        "kernel_constraint": "non_neg",
    }
    assert api.build(api.read(model)).get_layer("d").bias_initializer.value == 0.5


def test_dtype_policies_go_by_their_names():
    x = keras.Input((4,), name="x")
    model = keras.Model(x, layers.Dense(2, dtype="mixed_bfloat16")(layers.Dense(2, dtype="float32")(x)))
    assert [node.arguments.get("dtype") for node in api.read(model).nodes] == [None, None, "mixed_bfloat16"]


def test_frozen_layers_and_models(tmp_path):
    model = nested()
    model.get_layer("inner").trainable = False
    assert api.plan(model).totals.trainable_params == 2 * 4 + 2 + 9 * 3 * 4 + 4
    assert differences_of_totals(model) == (0, 0)
    model.trainable = False
    assert api.plan(save_config(model, tmp_path / "m.keras")).totals.trainable_params == 0


def differences_of_totals(model):
    totals = api.plan(model).totals
    trainable = sum(each.numpy().size for each in model.trainable_weights)
    return totals.params - model.count_params(), totals.trainable_params - trainable


def opaque_model():
    x = keras.Input((6, 6, 3), name="x")
    y = layers.Lambda(lambda t: t[:, 1:], name="cut")(x)
    return keras.Model(x, layers.Conv2D(2, 3, name="c")(y))


def test_an_opaque_layer_is_a_warning_and_openly_not_known(tmp_path):
    plan = api.plan(save_config(opaque_model(), tmp_path / "m.keras"))
    (found,) = plan.findings
    assert found.severity == "warning"
    assert found.text() == (
        f"{tmp_path / 'm.keras'} layers[1] 'cut' (Lambda): lamella does not know Lambda: what it computes and its "
        "weights are not counted; its output shape is the stored one."
    )
    row = plan.row("cut")
    assert (row.output_shape, row.params, row.macs) == (("B", 5, 6, 3), None, None)
    assert plan.totals.partial
    assert (plan.row("c").params, plan.row("c").macs) == (56, 3 * 4 * 27 * 2)
    assert plan.memory.training_peak_bytes is None


def test_an_opaque_layer_in_every_door(tmp_path):
    from lamella.planning.contract import as_json
    from lamella.reports.plan_text import plan_text

    found = api.read(opaque_model())
    assert api.write(found).splitlines()[2:4] == ["  x: [6, 6, 3]", "layers:"]
    assert "  - Lambda: {name: cut, gives: [5, 6, 3]}" in api.write(found)
    assert read(api.write(found).encode(), "d.yaml") == found
    assert "cut (Lambda, not known)" in plan_text(api.plan(found))
    assert "cut (Lambda, 알 수 없음)" in plan_text(api.plan(found), "ko")
    row = next(each for each in as_json(api.plan(found))["layers"] if each["name"] == "cut")
    assert (row["opaque"], row["params"], row["output_shape"]) == (True, None, [5, 6, 3])
    with pytest.raises(BuildError, match="lamella does not know Lambda and can't have Keras make it"):
        api.build(found)


@pytest.mark.parametrize(
    ("written", "gives", "shape"),
    [
        ("[4, 2]", ((4, 2),), ("B", 4, 2)),
        ("[[4, null], [3]]", ((4, None), (3,)), ("B", 4, None)),
        ("[null, [3]]", (None, (3,)), None),
        ("[[]]", ((),), ("B",)),
        ("[]", (), None),
    ],
)
def test_gives_in_a_design_file(written, gives, shape):
    found = read(f"input: [4]\nlayers:\n  - Mine: {{gives: {written}}}\n".encode(), "d.yaml")
    assert (found.problems, found.nodes[1].gives) == ((), gives)
    assert api.plan(found).row("mine").output_shape == shape
    assert [each.key for each in api.plan(found).findings] == ["layer opaque"]
    assert read(api.write(found).encode(), "d.yaml") == found


@pytest.mark.parametrize("written", ["4", "[a]", "[[1], 2]", "[-1]", "{a: 1}"])
def test_a_wrong_gives(written):
    found = read(f"input: [4]\nlayers:\n  - Mine: {{gives: {written}}}\n".encode(), "d.yaml")
    assert [each.key for each in found.problems] == ["entry"]


def test_of_a_shared_opaque_layer_the_warning_comes_once():
    @keras.saving.register_keras_serializable("mine")
    class Twice(layers.Layer):
        def call(self, x):
            return ops.concatenate([x, x], -1)

    x, twice = keras.Input((2,), name="x"), Twice(name="t")
    found = api.read(keras.Model(x, twice(twice(x))))
    assert [(node.name, node.type, node.gives) for node in found.nodes[1:]] == [
        ("t", "mine>Twice", ((4,),)),
        ("t@2", "mine>Twice", ((8,),)),
    ]
    assert [each.key for each in api.plan(found).findings] == ["layer opaque"]


def test_a_class_of_ones_own_is_never_taken_for_keras():
    class Dense(layers.Layer):
        def call(self, x):
            return x

    x = keras.Input((2,), name="x")
    (node,) = api.read(keras.Model(x, Dense(name="d")(x))).nodes[1:]
    assert (node.type, node.gives) == ("Custom>Dense", ((2,),))


def test_an_activation_of_ones_own_makes_a_layer_opaque():
    x = keras.Input((2,), name="x")
    (node,) = api.read(keras.Model(x, layers.Dense(3, activation=lambda t: t, name="d")(x))).nodes[1:]
    assert (node.type, node.gives) == ("Dense", ((3,),))


def test_a_layer_says_for_which_argument_it_is_not_counted():
    x = keras.Input((4, 3))
    part = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Lambda(lambda t: t[:, :2])])
    inner = keras.Input((3,))
    graph_part = keras.Model(inner, layers.Concatenate()([layers.Dense(1)(inner), layers.Dense(1)(inner)]))
    lora = layers.Dense(3, name="l")
    y = layers.TimeDistributed(graph_part, name="g")(lora(x))
    z = layers.TimeDistributed(part, name="s")(lora(x))
    lora.enable_lora(2)
    plan = api.plan(keras.Model(x, [layers.Flatten()(y), layers.Flatten()(z)]))
    found = {each.where.layer: each.message() for each in plan.findings}
    assert found["l"].startswith("lamella does not know Dense with lora_rank: ")
    assert found["s"].startswith("lamella does not know TimeDistributed with layer Sequential: ")
    assert found["g"].startswith("lamella does not know TimeDistributed with layer Functional: ")
    assert [plan.row(name).output_shape for name in "sg"] == [("B", 4, 2)] * 2
    assert (plan.errors, plan.totals.partial) == ((), True)


def test_what_only_makes_masks_is_left_out():
    x = keras.Input((5,), name="x")
    y = layers.Embedding(10, 4, mask_zero=True, name="e")(x)
    found = api.read(keras.Model(x, layers.LSTM(3, name="l")(y)))
    assert graph(found) == {"x": ("Input", (), None), "e": ("Embedding", ("x",), None), "l": ("LSTM", ("e",), None)}


FORMER = {
    "class_name": "Functional",
    "config": {
        "name": "old",
        "layers": [
            {
                "class_name": "InputLayer",
                "config": {"batch_input_shape": [None, 8, 8, 1], "dtype": "float32", "sparse": False, "name": "i"},
                "name": "i",
                "inbound_nodes": [],
            },
            {
                "class_name": "Conv2D",
                "config": {"name": "c/1", "trainable": True, "dtype": "float32", "filters": 2, "kernel_size": [3, 3]},
                "name": "c/1",
                "inbound_nodes": [[["i", 0, 0, {}]]],
            },
            {
                "class_name": "Sequential",
                "config": {
                    "name": "s",
                    "layers": [
                        {
                            "class_name": "InputLayer",
                            "config": {"batch_input_shape": [None, 6, 6, 2], "name": "si"},
                        },
                        {"class_name": "BatchNormalization", "config": {"name": "b", "axis": [3], "trainable": True}},
                    ],
                },
                "name": "s",
                "inbound_nodes": [[["c/1", 0, 0, {}]], [["s", 1, 0, {}]]],
            },
            {
                "class_name": "Add",
                "config": {"name": "a", "trainable": True, "dtype": "float32"},
                "name": "a",
                "inbound_nodes": [[["s", 2, 0, {}], ["c/1", 0, 0, {}]]],
            },
        ],
        "input_layers": [["i", 0, 0]],
        "output_layers": [["a", 0, 0]],
    },
}
"""A config as Keras 2 wrote it."""


def test_keras_2():
    found = design(FORMER, "old.h5")
    assert graph(found) == {
        "i": ("Input", (), None),
        "c.1": ("Conv2D", ("i",), None),
        "s.b": ("BatchNormalization", ("c.1",), None),
        "s@2.b": ("BatchNormalization", ("s.b",), "s.b"),
        "a": ("Add", ("s@2.b", "c.1"), None),
    }
    plan = api.plan(found)
    assert (plan.findings, plan.totals.params) == ((), 20 + 8)


def test_a_chain_of_keras_2_begins_with_its_first_layer():
    first = {"class_name": "Dense", "config": {"name": "d", "units": 2, "batch_input_shape": [None, 5]}}
    found = design({"class_name": "Sequential", "config": [first]}, None)
    assert graph(found) == {"input": ("Input", (), None), "d": ("Dense", ("input",), None)}
    assert found.nodes[0].arguments == {"shape": (5,)}


def test_a_layer_twice_in_a_chain():
    """Keras' own config of the chain forgets the second use."""
    same = layers.Dense(4, name="d")
    found = api.read(keras.Sequential([keras.Input((4,), name="x"), same, layers.ReLU(name="r"), same], name="s"))
    assert graph(found)["d@2"] == ("Dense", ("r",), "d")
    assert api.plan(found).totals.params == 20


def test_a_chain_without_an_input_shape():
    with pytest.raises(
        SourceError, match=r"The Sequential model \"s\" has no input shape\. Begin it with keras\.Input"
    ):
        api.read(keras.Sequential([layers.Dense(4)], name="s"))


def test_a_subclassed_model():
    class Mine(keras.Model):
        def __init__(self):
            super().__init__(name="mine")
            self.dense = layers.Dense(2)

        def call(self, x):
            return self.dense(x)

    with pytest.raises(SourceError, match=r"how a Mine is made, .* Make it with keras\.Model\(inputs, outputs\)"):
        api.read(Mine())


def test_a_layer_that_keras_cannot_serialize():
    class Odd(layers.Layer):
        def __init__(self, size):
            super().__init__()
            self.size = size

        def call(self, x):
            return x

    x = keras.Input((2,))
    with pytest.raises(SourceError, match="Keras can't say how this model is made"):
        api.read(keras.Model(x, Odd(object())(x)))


def test_a_keras_file_is_read_without_keras(tmp_path):
    path = save_config(nested(), tmp_path / "m.keras")
    code = f"import lamella, sys; lamella.plan({str(path)!r}); print({{'keras', 'numpy', 'h5py'}} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "set()"


def test_h5_without_h5py(tmp_path):
    nested().save(tmp_path / "m.h5")
    code = f"import sys; sys.modules['h5py'] = None; import lamella; lamella.read({str(tmp_path / 'm.h5')!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ)
    assert "h5py is not installed; reading .h5 files needs it. pip install 'lamella[h5]'" in done.stderr


def test_names_that_only_lamella_gives_do_not_collide():
    x = keras.Input((2,), name="x")
    inner = keras.Model(x, layers.Dense(2, name="d")(x), name="m")
    y = keras.Input((2,), name="y")
    found = api.read(keras.Model(y, layers.Dense(2, name="m.d")(layers.ReLU(name="r:1")(inner(y)))))
    assert list(graph(found)) == ["y", "m.d", "r_1", "m.d_2"]
    assert api.plan(found).findings == ()


def test_the_config_may_come_as_text():
    from lamella.sources.keras_json import read_config

    model = nested()
    assert graph(read_config(model.to_json().encode(), "m")) == graph(api.read(model))
    assert json.loads(model.to_json())["class_name"] == "Functional"
