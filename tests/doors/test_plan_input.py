"""`--input`: a design planned for other input sizes is what a design written with them is, or says what keeps it."""

from __future__ import annotations

import json

import pytest

import lamella as door
from doors.command import lamella
from lamella.errors import UsageError
from lamella.planning.contract import as_json
from lamella.sources.yaml_file import read

OPEN = """
name: d
input: [null, null, 3]
layers:
  - Conv2D: {name: first, filters: 8, kernel_size: 3, strides: 2, padding: same}
  - MaxPooling2D
  - Conv2D: {filters: 4, kernel_size: 3}
  - GlobalAveragePooling2D
  - Dense: {units: 5}
"""
FLAT = "input: [8, 8, 3]\nlayers:\n  - Conv2D: {filters: 2, kernel_size: 3}\n  - Flatten\n  - Dense: {units: 3}\n"
TWO = "inputs: {left: [null, 4, 3], right: [null, 4, 3]}\nlayers:\n  - Add: {from: [left, right]}\n"
OPAQUE = "input: %s\nlayers:\n  - ReLU\n  - Mine: {gives: [null, null, 8]}\n  - Conv2D: {filters: 2, kernel_size: 1}\n"


def planned(text: str, **settings: object) -> dict[str, object]:
    return as_json(door.plan(read(text.encode(), "d.yaml"), **settings))


@pytest.mark.parametrize("shape", [(96, 96, 3), (33, 18, 3), (33, None, 3), (None, None, 3), (1, 1, 3)])
def test_it_is_the_plan_of_the_design_that_is_written_so(shape):
    sizes = ", ".join("null" if each is None else str(each) for each in shape)
    written = OPEN.replace("[null, null, 3]", f"[{sizes}]")
    for of in (OPEN, OPEN.replace("[null, null, 3]", "[64, 64, 3]")):
        assert planned(of, input=shape, batch=4) == planned(written, batch=4)
    assert door.Model.of(read(OPEN.encode(), "")).plan(input=shape).rows[-1].params == 25


def test_a_saved_model_at_another_size_is_that_of_keras(tmp_path):
    keras = pytest.importorskip("keras")
    inputs = keras.Input((None, None, 3), name="image")
    y = keras.layers.Conv2D(8, 3, strides=2, padding="same")(inputs)
    y = keras.layers.DepthwiseConv2D(5, padding="same")(y)
    model = keras.Model(inputs, keras.layers.UpSampling2D(3)(y))
    model.save(tmp_path / "m.keras")
    plan = door.plan(tmp_path / "m.keras", input=(33, 50, 3))
    assert plan.rows[-1].output_shape == ("B", *keras.ops.shape(model(keras.ops.zeros((1, 33, 50, 3))))[1:])
    assert plan.totals.params == model.count_params()
    assert not plan.totals.partial


@pytest.mark.parametrize(
    ("text", "shape", "layer", "words"),
    [
        (FLAT, (9, 9, 3), "dense", "With this input its kernel is (98, 3), in the design (72, 3): other weights."),
        (FLAT, (8, 8, 1), "conv2d", "With this input its kernel is (3, 3, 1, 2), in the design (3, 3, 3, 2)"),
    ],
)
def test_other_weights_are_an_error_of_each_layer_that_has_them(text, shape, layer, words):
    plan = door.plan(read(text.encode(), "d.yaml"), input=shape)
    (found,) = plan.errors
    assert (found.where.layer, found.message()[: len(words)]) == (layer, words)
    assert door.plan(read(text.encode(), "d.yaml"), input=(8, 8, 3)).findings == ()


@pytest.mark.parametrize(("own", "shape"), [("[null, null, 3]", (None, None, 8)), ("[4, 4, 3]", None)])
def test_what_a_source_stored_holds_where_only_open_sizes_get_numbers(own, shape):
    plan = door.plan(read((OPAQUE % own).encode(), "d.yaml"), input=(8, 8, 3))
    assert plan.row("mine").output_shape == (None if shape is None else ("B", *shape))
    assert (plan.row("conv2d").params is None) == (shape is None)


def test_several_inputs(monkeypatch, tmp_path):
    (tmp_path / "d.yaml").write_text(TWO)
    by_order = lamella(monkeypatch, "plan", tmp_path / "d.yaml", "--json", "--input", "6,4,3", "--input", "6x4x3")
    names = ("--input", "right=6, 4, 3", "--input", "left=(6,4,3)")
    by_name = lamella(monkeypatch, "plan", tmp_path / "d.yaml", "--json", *names)
    assert json.loads(by_order.out) == json.loads(by_name.out) | {"batch": 1}
    assert json.loads(by_order.out)["outputs"] == {"add": [6, 4, 3]}
    one = door.plan(tmp_path / "d.yaml", input={"left": (6, None, 3)})
    assert [row.output_shape for row in one.rows[:2]] == [
        ("B", 6, one.rows[0].output_shape[2], 3),
        ("B", one.rows[1].output_shape[1], 4, 3),
    ]


SIZES = "--input must be sizes such as 224,224,3 (null where one stays open), or NAME=224,224,3."
ALL = "--input must be one shape for each input, all with names or none."


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["abc"], f'{SIZES} Received "abc".'),
        ([""], f'{SIZES} Received "".'),
        (["8,,3"], f'{SIZES} Received "8,,3".'),
        (["-8,8,3"], f'{SIZES} Received "-8,8,3".'),
        (["8.0,8,3"], f'{SIZES} Received "8.0,8,3".'),
        (["left="], f'{SIZES} Received "left=".'),
        (["9" * 41 + ",4,3"] * 2, f'{SIZES} Received "{"9" * 41},4,3".'),
        (["0,4,3", "1,4,3"], "input must be a list of integers >= 1 (null where a size is open). Received (0, 4, 3)."),
        (["8,4,3"], "input must give one shape for each input: left, right. Received 1 of them. Write the sizes"),
        (["1,8,4,3"] * 2, "input must give sizes along 3 axes for 'left', which is ?x4x3. Received 1x8x4x3."),
        (["lft=8,4,3"], 'There is no input "lft". Did you mean left?'),
        (["left=8,4,3", "8,4,3"], f'{ALL} Received ("left=8,4,3", "8,4,3").'),
        (["left=8,4,3", "left=8,4,3"], f'{ALL} Received ("left=8,4,3", "left=8,4,3").'),
    ],
)
def test_what_is_no_input_of_the_design(given, words, monkeypatch, tmp_path):
    (tmp_path / "d.yaml").write_text(TWO)
    options = [part for each in given for part in ("--input", each)]
    done = lamella(monkeypatch, "plan", tmp_path / "d.yaml", *options)
    assert done.err.startswith(f"error: {words}")
    assert (done.out, done.err.count("\n"), done.status) == ("", 1, 2)
    korean = lamella(monkeypatch, "plan", tmp_path / "d.yaml", *options, "--lang", "ko")
    assert (korean.err[:3], korean.err.count("\n"), korean.status) == ("오류:", 1, 2)


@pytest.mark.parametrize("given", ["8,8,3", 5, (8.0, 4, 3), [[8, 4, 3], "x"], {"left": None}, [None], ((8, 4), 3)])
def test_python_is_told_too(given):
    with pytest.raises(UsageError, match="input"):
        door.plan(read(TWO.encode(), "d.yaml"), input=given)


def test_an_input_of_any_length_ends_soon():
    plan = door.plan(read(OPEN.encode(), "d.yaml"), input=(10**30, 7, 3))
    assert plan.row("first").output_shape == ("B", 5 * 10**29, 4, 8)
