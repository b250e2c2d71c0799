"""What layers see: every figure against real Keras layer by layer, and every bad input answered by one error."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

import lamella
from lamella import api, pictures
from lamella.building.keras_weights import put_weights
from lamella.errors import LamellaError
from lamella.reports.draw.contact_sheet import DEAD, contact_sheet
from lamella.seeing import running
from lamella.seeing.maps import input_shape, see
from lamella.seeing.starting_weights import SOBEL, random_weights

CHELSEA = Path(__file__).parents[2] / "examples" / "chelsea.png"
DESIGN = """
input: [40, 56, 3]
layers:
  - Conv2D: {name: first, filters: 6, kernel_size: 5, activation: relu}
  - BatchNormalization: {name: norm}
  - MaxPooling2D: {name: pool}
  - Conv2D: {name: second, filters: 4, kernel_size: 3, activation: tanh}
  - Flatten: {name: flat}
  - Dense: {name: code, units: 10, activation: relu}
"""


@pytest.fixture
def design(tmp_path):
    path = tmp_path / "design.yaml"
    path.write_text(DESIGN)
    return path


def test_every_figure_is_that_of_the_keras_model(design):
    keras = pytest.importorskip("keras")
    plan = lamella.plan(design)
    weights = random_weights(plan, 3)
    sight = see(plan, weights, pictures.read(CHELSEA, input_shape(plan)))
    model = lamella.build(design)
    put_weights(model, plan.design, weights)
    every = keras.Model(model.input, [model.get_layer(each.row.node.name).output for each in sight.layers])
    for seen, found in zip(sight.layers, every(sight.picture.pixels[None]), strict=True):
        values = np.asarray(found)[0]
        channels = values.reshape(-1, values.shape[-1])
        assert seen.shape == values.shape
        figures = (seen.least, seen.mean, seen.most)
        np.testing.assert_allclose(figures, (values.min(), values.mean(), values.max()), atol=2e-5)
        np.testing.assert_allclose(seen.energy, np.square(channels).mean(0), rtol=1e-3, atol=1e-6)
        assert seen.zeros == pytest.approx((values == 0).mean(), abs=0.01)
        for place, channel in enumerate(seen.channels):
            np.testing.assert_allclose(seen.maps[place], values[..., channel], atol=2e-5)
    assert {each.row.node.name: each.kernels is not None for each in sight.layers} == {
        "first": True, "norm": False, "pool": False, "second": False, "flat": False, "code": False,
    }  # fmt: skip


def test_in_parts_it_is_the_same(design, monkeypatch):
    plan = lamella.plan(design)
    weights, picture = random_weights(plan, 0), pictures.read(CHELSEA, (40, 56, 3))
    whole = see(plan, weights, picture)
    monkeypatch.setattr(running, "NUMBERS_AT_ONCE", 1)
    for one, other in zip(whole.layers, see(plan, weights, picture).layers, strict=True):
        np.testing.assert_allclose(one.maps, other.maps, atol=1e-6)


def test_maps_stand_by_energy_and_dead_ones_are_known(design):
    plan = lamella.plan(design)
    weights = random_weights(plan, 0)
    weights["first/kernel"][..., 2] = 0
    first = see(plan, weights, pictures.read(CHELSEA, (40, 56, 3)), ["first"]).layers[0]
    assert first.dead == (2,)
    assert first.channels[-1] == 2
    assert list(first.energy[list(first.channels)]) == sorted(first.energy, reverse=True)


def test_sobel_answers_to_edges_alone(tmp_path):
    flat, edge = tmp_path / "flat.png", tmp_path / "edge.png"
    pictures.write(flat, np.full((40, 56, 3), 0.5))
    pictures.write(edge, np.repeat(np.repeat(np.linspace(0, 1, 2), 28)[None, :, None], 40, 0).repeat(3, -1))
    path = tmp_path / "one.yaml"
    path.write_text("input: [40, 56, 3]\nlayers:\n  - Conv2D: {name: sobel, filters: 8, kernel_size: 3}\n")
    without, across = (lamella.see(path, each, weights="sobel").layers[0] for each in (flat, edge))
    assert np.abs(without.maps).max() < 1e-6
    assert across.most == pytest.approx(4)
    assert np.abs(SOBEL.sum((1, 2))).max() == 0


def test_an_open_design_sees_the_picture_in_its_own_size(tmp_path):
    path = tmp_path / "open.yaml"
    path.write_text("input: [null, null, 1]\nlayers:\n  - Conv2D: {filters: 2, kernel_size: 3}\n")
    sight = lamella.see(path, CHELSEA, weights="random")
    assert sight.layers[0].shape == (298, 449, 2)


@pytest.mark.parametrize(
    ("layers", "picture", "arguments", "words"),
    [
        ("[null, null, 1]|- Conv2D: {filters: 2, kernel_size: 3}", (2, 2, 1), {}, "kernel"),
        ("[8, 8, 2]|- Conv2D: {filters: 2, kernel_size: 3}", (8, 8, 1), {}, "the design takes 2 channels"),
        ("[8]|- Dense: {units: 2}", (8, 8, 1), {}, "needs a design of one input that is a picture"),
        ("[8, 8, 1]|- Conv2D: {filters: 2, kernel_size: 3}", (8, 8, 1), {"weights": None}, "without weights"),
        ("[8, 8, 1]|- Conv2D: {filters: 2, kernel_size: 3}", (8, 8, 1), {"layers": ["con"]}, "no layer"),
        ("[8, 8, 1]|- Conv2D: {filters: 2, kernel_size: 1}", (8, 8, 1), {"weights": "sobel"}, "Sobel's kernels need"),
        ("[8, 8, 1]|- ReLU: {}", (8, 8, 1), {"weights": "gone.safetensors"}, "sobel or a safetensors file"),
        ("[null, null, 1]|- UpSampling2D: {size: 200}", (90, 90, 1), {}, "For this picture it gives 324,000,000"),
        ("[8, 8, 1]|" + "- ReLU: {}\n  " * 500, (8, 8, 1), {}, "has 500 layers to see"),
    ],
)  # fmt: skip
def test_what_can_not_be_seen_is_said(tmp_path, layers, picture, arguments, words):
    shape, body = layers.split("|")
    path, image = tmp_path / "d.yaml", tmp_path / "p.png"
    path.write_text(f"input: {shape}\nlayers:\n  {body}\n")
    pictures.write(image, np.full(picture, 0.5))
    with pytest.raises(LamellaError, match=re.escape(words)) as error:
        lamella.see(path, image, **({"weights": "random"} | arguments))
    assert len(error.value.problems) == 1
    assert re.search("[가-힣]", error.value.problems[0].text("ko"))


def test_weights_and_outputs_that_are_not_finite_are_named(design, tmp_path):
    plan = lamella.plan(design)
    weights = random_weights(plan, 0)
    weights["second/kernel"][0, 0, 0, 0] = np.nan
    save_file(weights, tmp_path / "nan.safetensors")
    with pytest.raises(LamellaError, match=r"not finite \(NaN or infinite\): second/kernel"):
        lamella.see(design, CHELSEA, weights=tmp_path / "nan.safetensors")
    weights["second/kernel"][:] = 0
    weights["norm/gamma"][:] = 3e38
    weights["norm/beta"][:] = 3e38
    with pytest.raises(LamellaError, match=r"'norm' \(BatchNormalization\): \d+ numbers of its output"):
        see(plan, weights, pictures.read(CHELSEA, (40, 56, 3)))


def test_a_broken_run_is_said_to_be_one(tmp_path):
    with pytest.raises(LamellaError, match=r"it has no design\.yaml"):
        lamella.see(tmp_path, CHELSEA)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_two_hundred_layers_make_a_page_below_5_mib(tmp_path, language):
    path = tmp_path / "deep.yaml"
    body = "".join("  - Conv2D: {filters: 8, kernel_size: 3, padding: same}\n" for _ in range(200))
    path.write_text(f"input: [96, 96, 3]\nlayers:\n{body}")
    lamella.see(path, CHELSEA, weights="random", out=tmp_path / "deep.html", language=language)
    page = (tmp_path / "deep.html").read_text("utf-8")
    assert len(page.encode()) < 5 << 20
    assert page.count("<img") == 1 + 200 + 1


def test_one_pixel_is_seen_as_one_shade(design, tmp_path):
    image = tmp_path / "dot.png"
    pictures.write(image, np.full((1, 1, 1), 0.6))
    sight = lamella.see(design, image, weights="random", layers=["first"], out=tmp_path / "seen")
    assert sight.picture.fitted
    assert np.ptp(sight.picture.pixels) == 0
    assert {each.name for each in (tmp_path / "seen").iterdir()} == {
        "index.html", "first-maps.png", "first-filters.png",
    }  # fmt: skip
    with pytest.raises(LamellaError, match="exists already"):
        lamella.see(design, image, weights="random", out=tmp_path / "seen")


def test_a_sheet_has_one_scale_and_marks_what_is_dead(tmp_path):
    maps = np.stack([np.full((2, 2), 2.0), np.full((2, 2), 1.0), np.zeros((2, 2))])
    for signed, shades in ((False, (255, 128)), (True, (255, 191))):
        sheet = contact_sheet(maps, {2}, signed=signed)
        (tmp_path / "sheet.png").write_bytes(sheet.png)
        pixels = pictures.read(tmp_path / "sheet.png", (None, None, 3)).pixels * 255
        assert pixels.shape == (4, 10, 3)
        for place, shade in enumerate(shades):
            assert np.abs(pixels[1:3, 1 + 3 * place : 3 + 3 * place] - shade).max() <= 1
        np.testing.assert_allclose(pixels[1:3, 7:9], np.broadcast_to(DEAD, (2, 2, 3)) * np.float32(255), atol=1)


def test_a_run_is_seen_with_its_own_weights(tmp_path, design):
    plan = lamella.plan(design)
    from lamella.training.run import Run

    run = Run(tmp_path, replace(plan.design), (), {}, None)
    save_file(random_weights(plan, 5), tmp_path / "weights.safetensors")
    given = lamella.see(design, CHELSEA, weights="random", seed=5)
    for one, other in zip(lamella.see(run, CHELSEA).layers, given.layers, strict=True):
        assert (one.least, one.mean, one.most) == (other.least, other.mean, other.most)
    assert api.read(design) == run.design
