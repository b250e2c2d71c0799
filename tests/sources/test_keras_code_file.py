"""Python code of Keras' functional API read as data: what is read, and one clear line for each thing that is not."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO

import pytest

from lamella import api
from lamella.design import Node
from lamella.errors import DesignError, SourceError
from lamella.sources.keras_code_file import load

HEAD = "import keras\nfrom keras import layers, ops\n\nx = keras.Input((4, 4, 3))\n"
END = "\nmodel = keras.Model(x, y)\n"


def read(text: str):
    return load(BytesIO(text.encode()), "m.py")


def problems(text: str) -> list[str]:
    with pytest.raises((SourceError, DesignError)) as caught:
        read(text)
    return [each.text() for each in caught.value.problems]


def test_code_as_people_write_it():
    design = read(
        '"""A small network."""\n'
        "from __future__ import annotations\n"
        "from tensorflow import keras\n"
        "from keras.layers import Dense, MaxPool2D as Pool\n"
        "filters = 2 * 8\n"
        "size = (3, 3)\n"
        'image = keras.layers.Input(shape=(28, 28, 1), name="image")\n'
        "scaled = keras.layers.Rescaling(1 / 255)(image)\n"
        "convolution = keras.layers.Conv2D(filters, size, kernel_initializer=keras.initializers.HeNormal(), "
        "activation=keras.activations.relu)\n"
        "y = Pool()(convolution(scaled))\n"
        "y = keras.ops.mean(y, axis=(1, 2)) * -0.5 + 1\n"
        "left, right = keras.ops.split(y[:, :4], 2, axis=-1)\n"
        "several = [left, right]\n"
        "code = Dense(2)(keras.layers.Add()(several))\n"
        'model = keras.Model(inputs=image, outputs={"code": code, "part": several[0]}, name="small")\n'
    )
    key = ({"start": None, "stop": None, "step": None}, {"start": None, "stop": 4, "step": None})
    convolution = {"filters": 16, "kernel_size": (3, 3), "activation": "relu", "kernel_initializer": "he_normal"}
    assert design.nodes == (
        Node("image", "Input", {"shape": (28, 28, 1)}),
        Node("rescaling", "Rescaling", {"scale": 1 / 255}, ("image",)),
        Node("conv2d", "Conv2D", convolution, ("rescaling",)),
        Node("max_pooling2d", "MaxPooling2D", {}, ("conv2d",)),
        Node("mean", "ops.mean", {"axis": (1, 2)}, ("max_pooling2d",)),
        Node("multiply", "ops.multiply", {"x2": -0.5}, ("mean",)),
        Node("add", "ops.add", {"x2": 1}, ("multiply",)),
        Node("get_item", "ops.get_item", {"key": key}, ("add",)),
        Node("split", "ops.split", {"indices_or_sections": 2, "axis": -1}, ("get_item",)),
        Node("add_1", "Add", {}, ("split", "split:1")),
        Node("dense", "Dense", {"units": 2}, ("add_1",)),
    )
    assert (design.name, design.outputs) == ("small", {"code": "dense", "part": "split"})
    assert design.nodes[4].where.line == 11
    assert api.plan(design).errors == ()


NOT_READ = {
    "import os": "m.py:5:1: an import of os is not read",
    "from os.path import join": "m.py:5:1: an import of os.path.join is not read",
    "from keras.layers import Conv4D": "m.py:5:1: keras.layers.Conv4D (is it Conv3D?) is not read",
    "from keras import *": "m.py:5:1: keras.* is not read",
    "for i in range(3):\n    x = layers.Dense(i)(x)": "m.py:5:1: a loop is not read",
    "if x: pass": "m.py:5:1: a condition is not read",
    "def f(): return 1": "m.py:5:1: a function is not read",
    "class A: pass": "m.py:5:1: a class is not read",
    "y = (lambda: 1)()": "m.py:5:6: a function is not read",
    "y = [layers.Dense(i) for i in (1, 2)]": "m.py:5:5: a comprehension is not read",
    "y = layers.Dense(2, name=f'{x}')": "m.py:5:26: an f-string is not read",
    "__import__('os').system('ls')": "m.py:5:1: a line that makes no layer (delete it) is not read",
    "y = __import__('os')": "m.py:5:5: the name __import__ is not read",
    "y = x.shape": "m.py:5:5: an attribute is not read",
    "y = layers.Dense.__init__": "m.py:5:5: an attribute is not read",
    "y = layers.__loader__": "m.py:5:5: keras.layers.__loader__ is not read",
    "y = ops.__class__": "m.py:5:5: keras.ops.__class__ is not read",
    "y = keras.initializers.Mine()": "m.py:5:5: keras.initializers.Mine is not read",
    "y = layers.Dense(*x)": "m.py:5:5: a call with * is not read",
    "y = layers.Dense(2, **x)": "m.py:5:5: a call with * is not read",
    "y = x(x)": "m.py:5:5: a call of what is no layer is not read",
    "y = 1 / 0": "m.py:5:5: what Python refuses (division by zero) is not read",
    "y = 2 ** 900": "m.py:5:5: ** of such values is not read",
    "y = (-8) ** 0.5": "m.py:5:5: ** of such values is not read",
    "y = 'a' * 9": "m.py:5:5: * of such values is not read",
    "y = 9 << 2": "m.py:5:5: << of such values is not read",
    "y = not x": "m.py:5:5: not of such a value is not read",
    "y = x and x": "m.py:5:5: and of such values is not read",
    "y = {1: 2}": "m.py:5:6: a key that is no text is not read",
    "y, z = layers.Flatten()(x)": "m.py:5:1: a list of names is not read",
    "y, z = ops.split(x, 3, axis=-1)": "m.py:5:1: 2 names for 3 values is not read",
    "y = keras.Input(sparse=True)": "m.py:5:5: what Python refuses (Input() got an unexpected keyword",
    "y = keras.Model(x, x, name=3)": "m.py:5:5: what Python refuses (name must be text, not 3)",
    "y += 1": "m.py:5:1: the name y is not read",
}


@pytest.mark.parametrize("line", NOT_READ)
def test_what_is_no_straight_line_code_is_named(line):
    found = problems(f"{HEAD}{line}\n")
    assert found[0].startswith(NOT_READ[line])
    assert len(found) == 1


def test_every_line_that_is_wrong_is_named_and_what_follows_from_it_is_not():
    text = (
        f"{HEAD}import numpy as np\ny = np.zeros(3)\nz = layers.Conv2D(0, 3, pading=1)(x)\nw = layers.Dense(2)(z)\n"
        "v = layers.Conv2D(2, 9)(x)\nu = layers.Flatten()(v)\n"
    )
    assert [each.split(": ")[0] for each in problems(text)] == [
        *["m.py:7:5 (Conv2D)"] * 2,
        "m.py:9:5 (Conv2D)",
    ]
    with pytest.raises(DesignError):
        read(text.replace("import numpy as np\ny = np.zeros(3)\n", ""))


def test_one_model_is_read():
    assert "The code makes 0 models" in problems(HEAD)[0]
    text = f"{HEAD}y = layers.Flatten()(x){END}"
    assert read(f"{text}again = model\n").outputs == {"flatten": "flatten"}
    assert "The code makes 2 models" in problems(f"{text}other = keras.Model(x, x)\n")[0]


def test_what_is_no_python_is_said():
    assert problems("# coding: nope\nx\n") == ["m.py: This is not Python: unknown encoding: nope."]
    assert problems("x = (\n") == ["m.py:1:5: This is not Python: '(' was never closed."]
    assert problems("x = 'a\0b'\n")[0].startswith("m.py: This is not Python: source code string cannot contain null")
    with pytest.raises(SourceError, match="This is not Python"):
        load(BytesIO(b"x = '\xff'"), "m.py")


def many(count: int) -> str:
    lists = "".join(f"a{n} = [a{n - 1}, a{n - 1}]\n" for n in range(1, count))
    return f"a0 = [1, 1]\n{lists}y = layers.Dense(2, kernel_initializer=a{count - 1})(x)"


HOSTILE = {
    "sums": "y = " + "1+" * 300_000 + "1",
    "calls": "y = x" + "()" * 90_000,
    "minus": "y = " + "-" * 250_000 + "1",
    "attributes": "y = x" + ".b" * 90_000,
    "brackets": "y = " + "[" * 100_000,
    "conditions": "y = " + "1 if 1 else " * 50_000 + "1",
    "a list": "y = [" + "1," * 900_000 + "]",
    "lists of lists": many(60),
    "squares": "y = 9\n" + "y = y * y\n" * 60,
    "digits": "y = " + "9" * 1_000_000,
    "lines": "y = x.z\n" * 200_000,
    "wrappers": "y = " + "layers.TimeDistributed(" * 40 + "layers.Dense(3)" + ")" * 40 + "(x)",
    "cells": "c = layers.LSTMCell(2)\n" + "c = layers.StackedRNNCells([c, c])\n" * 28 + "y = layers.RNN(c)(x)",
    "models in models": "m = keras.Model(x, layers.Dense(3)(x))\n" + "m = keras.Model(x, m(m(x)))\n" * 40 + "y = m(x)",
    "chains": "c = keras.Sequential()\n" + "c = keras.Sequential([c, c])\n" * 40 + "y = c(x)",
    "chains in a circle": "c = keras.Sequential()\nd = keras.Sequential([c])\nc.add(d)\ny = c(x)",
    "powers": "y = layers.Dense(10 ** 10 ** 8)(x)",
    "text": "y = layers.Dense('a' * 10 ** 10)(x)",
    "hexadecimal": "y = layers.Dense(0x" + "f" * 1_000_000 + ")(x)",
    "longer lists": "a = ()\n" + "a = a + (1,)\n" * 15_000,
    "twice as long": "a = (1, 2)\n" + "a = a + a\n" * 60 + "y = layers.Reshape(a)(x)",
    "range": "y = [layers.Dense(2)(x) for i in range(10 ** 12)]",
    "f-string": "y = f'{1:>{10 ** 10}}'",
    "recursion": "def f(): return f()\ny = f()",
    "decorators": "@a\n" * 100_000 + "def g(): pass\ny = g()",
    "lambdas": "y = " + "lambda: " * 30_000 + "1",
}


@pytest.mark.skipif(sys.platform == "win32", reason="memory is limited by POSIX means")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_words(name, tmp_path):
    """In seconds and half a gigabyte, in a process of its own: Python's own parser may fall."""
    (tmp_path / "m.py").write_text(HEAD + HOSTILE[name] + END)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29)); "
    code = limit + "import sys; sys.argv = ['lamella', 'plan', 'm.py']; from lamella.doors.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode in (1, 2)
    assert done.stderr.startswith("error: m.py")
    assert "Traceback" not in done.stderr
