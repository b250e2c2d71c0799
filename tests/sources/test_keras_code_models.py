"""Models in Keras code: what Keras makes of it when it runs, and what is passed over or named without running it."""

from __future__ import annotations

from io import BytesIO

import keras
import pytest

from lamella import api
from lamella.errors import DesignError, SourceError
from lamella.sources.keras_code_file import load

IMPORTS = "import keras\nfrom keras import layers, ops\n"

MODELS = {
    "a list": "model = keras.Sequential([keras.Input((9, 8, 1)), layers.Conv2D(2**2, 3), layers.Flatten()])",
    "with add": "from keras.models import Sequential\nfrom keras.layers import Dense\n"
    "model = Sequential(name='small')\nmodel.add(keras.Input(shape=(6,)))\nmodel.add(Dense(4, activation='relu'))\n"
    "model.add(layers.BatchNormalization())\nmodel.add(layer=Dense(2))",
    "built": "model = keras.Sequential([layers.Dense(4), layers.Dense(2)])\nmodel.build((None, 5))",
    "input_shape": "model = keras.models.Sequential((layers.Conv2D(4, 3, input_shape=(9, 8, 1)), layers.ReLU()))",
    "input_dim": "model = keras.Sequential([layers.Dense(4, input_dim=3)])",
    "a chain in a chain": "inner = keras.Sequential([keras.Input((5,)), layers.Dense(4), layers.Dense(3)])\n"
    "model = keras.Sequential([inner, layers.Dense(2)])",
    "models called": "i = keras.Input((5,))\nencoder = keras.Model(i, layers.Dense(3)(i), name='encoder')\n"
    "decoder = keras.Sequential([layers.Dense(5)])\nx = keras.Input((5,))\n"
    "model = keras.Model(inputs=x, outputs=decoder(encoder(x)) + x)",
    "called twice": "i = keras.Input((5,))\nhalf = keras.Model(i, [layers.Dense(3)(i), i])\nx = keras.Input((5,))\n"
    "one, same = half(x)\nmodel = keras.Model(x, layers.concatenate([one, half(same * 2)[0]]))",
    "plain Python": "units: int = 6\nunits //= 2\nshape = (4, 4) + (units,)\nx = keras.Input(shape)\ny = x\ny += 1\n"
    "y = layers.Dense(units ** 2 % 7)(y) * 2 - x[..., :1]\nmodel = keras.Model(x, y)",
    "inside main": "if __name__ == '__main__':\n    x = keras.Input((3,))\n"
    "    model = keras.Model(x, layers.Dense(2)(x))",
}

AROUND = """
import os
import numpy as np
import matplotlib.pyplot as plt
os.environ["KERAS_BACKEND"] = "tensorflow"
batch_size: int = 128
(x_train, y_train), _ = keras.datasets.mnist.load_data()
x_train = np.expand_dims(x_train.astype("float32") / 255, -1)
print("shape:", x_train.shape)
def show(history):
    for key in history.history:
        plt.plot(history.history[key])
{model}
model.summary()
keras.utils.plot_model(model, show_shapes=True)
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse", metrics=["accuracy"])
history = model.fit(x_train, y_train, batch_size=batch_size, callbacks=[keras.callbacks.EarlyStopping()])
score = model.evaluate(x_train, y_train, verbose=0)
print("loss:", score[0])
show(history)
if score[0] > 1:
    print("bad")
model.save("model.keras")
"""


def read(text: str):
    return load(BytesIO((IMPORTS + text).encode()), "m.py")


def problems(text: str) -> list[str]:
    with pytest.raises((SourceError, DesignError)) as caught:
        read(text)
    return [each.text() for each in caught.value.problems]


@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`")
@pytest.mark.parametrize("name", MODELS)
def test_the_plan_is_that_of_the_model_that_keras_makes(name):
    found, names = read(MODELS[name] + "\n"), {"__name__": "__main__"}
    exec(IMPORTS + MODELS[name], names)  # noqa: S102  (the test's own text, by Keras itself)
    real = names["model"]
    plan = api.plan(found)
    trainable = sum(int(keras.ops.size(each)) for each in real.trainable_weights)
    assert plan.errors == ()
    assert (plan.totals.params, plan.totals.trainable_params) == (real.count_params(), trainable)
    assert [tuple(shape[1:]) for shape in plan.outputs.values()] == [each.shape[1:] for each in real.outputs]


@pytest.mark.parametrize("name", [each for each in MODELS if each != "inside main"])
def test_what_cannot_change_the_model_is_passed_over(name):
    assert read(AROUND.format(model=MODELS[name])) == read(MODELS[name] + "\n")


MODEL = "model = keras.Sequential([keras.Input((3,)), layers.Dense(2, name='d')])\n"
UNSURE = {
    f"{MODEL}for layer in model.layers:\n    layer.trainable = False": "m.py:4:1: a loop is not read",
    f"{MODEL}model.trainable = False": "m.py:4:1: an attribute is not read",
    f"{MODEL}model.layers.pop()": "m.py:4:1: a line that makes no layer (delete it) is not read",
    f"{MODEL}change(model)": "m.py:4:1: a line that makes no layer (delete it) is not read",
    f"{MODEL}if 1 < 2:\n    model.add(layers.Dense(1))": "m.py:4:1: a condition is not read",
    f"def freeze():\n    model.layers[0].trainable = False\n{MODEL}freeze()": "m.py:3:1: a function is not read",
    f"def make():\n    global model\n    model = 3\n{MODEL}make()": "m.py:3:1: a function is not read",
    f"{MODEL}model = wrap(model)": "m.py:4:9: the name wrap is not read",
    f"{MODEL}other = keras.Sequential([Mine()])": "m.py:4:27: the name Mine is not read",
    "def make():\n    return keras.Sequential()\nmodel = make()\nmodel.summary()": "m.py:3:1: a function is not read",
    "class Mine(layers.Layer):\n    pass\nmodel = keras.Sequential([Mine()])": "m.py:3:1: a class is not read",
    "d = layers.Dense(2)\nd.trainable = False\n"
    "model = keras.Sequential([keras.Input((3,)), d])": "m.py:4:1: an attribute",
    "a = [layers.Dense(2)]\na.append(layers.Dense(3))\nmodel = keras.Sequential(a)": "m.py:4:1: a line that makes no",
    "model = keras.Sequential([layers.Dense(2)])": 'm.py:3:9: The Sequential model "sequential" has no input shape.',
    "model = keras.Sequential([\n    keras.Input((3, 3, 1)),\n"
    "    layers.Conv2D(2, 4)])": "m.py:5:5 (Conv2D): kernel_size",
    "가 = '나'; model = keras.Sequential([layers.Dense(0)])": "m.py:3:36 (Dense): units must be",
    "model = keras.Sequential([layers.Cnv2D(2, 4)])": "m.py:3:27: keras.layers.Cnv2D (is it Conv2D?) is not read",
    f"{MODEL}y = layers.TimeDistributed(model)\nx = keras.Input((2, 3))\n"
    "model = keras.Model(x, y(x))": "m.py:4:5: a layer around",
    f"{MODEL}x = keras.Input((4,))\nboth = keras.Model(x, model(x))": "m.py:5:23: Sequential takes inputs of the shape",
    f"{MODEL}other = keras.Sequential([keras.Input((3,))])": "m.py: The code makes 2 models",
}


@pytest.mark.parametrize("text", UNSURE)
def test_what_may_change_the_model_is_named(text):
    found = problems(text + "\n")
    assert found[0].startswith(UNSURE[text])
    assert len(found) == 1


def test_of_several_models_the_compiled_one_is_meant():
    text = f"{MODEL}other = keras.Sequential([keras.Input((7,)), layers.Dense(3)])\nother.compile(loss='mse')\n"
    assert api.plan(read(text)).totals.params == 24
