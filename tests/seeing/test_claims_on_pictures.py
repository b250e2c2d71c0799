"""Claims on a reader's picture: what is measured of it, and a clear word for one that has nothing to show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import lamella
from doors.command import lamella as lamella_command
from lamella import sights
from lamella.errors import DataError, UsageError
from lamella.seeing.claim_picture import LONGEST_PX, grey_picture
from lamella.seeing.learned_edges import alike
from lamella.seeing.photograph_edges import answers, picture_edges, sobel_magnitude
from lamella.seeing.starting_weights import SOBEL
from lamella.sights import CLAIMS, PICTURED, write_claims

CHELSEA = Path(__file__).parents[2] / "examples" / "chelsea.png"
UNTRAINED = [name for name in PICTURED if name != "edges"]


def saved(folder, pixels, name="picture.png", mode=None):
    path = folder / name
    Image.fromarray(np.asarray(pixels, np.uint8), mode).save(path)
    return path


def noise(*shape):
    return np.random.default_rng(0).integers(0, 256, shape)


@pytest.mark.parametrize("name", UNTRAINED)
def test_each_is_measured_drawn_and_said_in_both_languages(name, tmp_path):
    found = lamella.claim(name, image=CHELSEA)
    assert found.pictured
    for language in ("en", "ko"):
        assert "chelsea.png" in found.text(language)
        assert "64x96" in found.text(language)
        assert "{" not in found.text(language)
        write_claims([found], tmp_path / language, language)
        assert (tmp_path / language / f"{name}.svg").read_text("utf-8") == found.draw(language)


def test_edges_are_told_and_drawn_too():
    pytest.importorskip("keras")
    found = lamella.claim("edges", image=CHELSEA)
    maps, _, _ = found.measured
    assert f"{maps.alike['learned'].max():.2f} at most" in found.text()
    assert found.draw("ko").count("<use") == 16 + 4


def test_sobel_and_the_answers_of_filters_are_those_of_a_plain_loop():
    pixels = np.random.default_rng(2).random((9, 12), np.float32)
    kernels = np.random.default_rng(3).normal(size=(3, 3, 3)).astype(np.float32)
    for stride in (1, 2):
        found = answers(pixels, kernels, stride)
        for spot in np.ndindex(*found.shape[1:]):
            y, x = (place * stride for place in spot)
            around = pixels[y : y + 3, x : x + 3]
            assert found[(slice(None), *spot)] == pytest.approx((kernels * around).sum((1, 2)), abs=1e-5)
        magnitude = sobel_magnitude(pixels, stride)
        down, along = answers(pixels, np.stack([SOBEL[0], SOBEL[2]]), stride)
        np.testing.assert_allclose(magnitude, np.sqrt(down**2 + along**2), rtol=1e-5)
    assert SOBEL[0].tolist() == (-SOBEL[2].T).tolist() or SOBEL[0].tolist() == SOBEL[2].T.tolist()


def test_a_map_is_alike_to_sobels_as_numpy_correlates():
    pixels = np.random.default_rng(4).random((20, 20), np.float32)
    kernels = alike(np.concatenate([SOBEL[:1], np.random.default_rng(5).normal(size=(3, 3, 3))]).astype(np.float32))
    found = picture_edges(pixels, {"learned": kernels, "random": kernels})
    for each, correlation in zip(found.learned, found.alike["learned"], strict=True):
        assert correlation == pytest.approx(np.corrcoef(each.ravel(), found.sobel.ravel())[0, 1])


@pytest.mark.parametrize(
    ("pixels", "mode"), [(noise(40, 50), "L"), (noise(40, 50, 4), "RGBA"), (noise(40, 50, 3), "RGB")]
)
def test_any_channels_become_grey(pixels, mode, tmp_path):
    found = grey_picture(saved(tmp_path, pixels, mode=mode), "shift", 16)
    assert found.pixels.shape == (40, 50)
    assert found.original == (50, 40)


def test_a_large_picture_is_made_smaller_and_a_small_one_is_not(tmp_path):
    assert grey_picture(CHELSEA, "padding", 9).pixels.shape == (64, LONGEST_PX)
    kept = grey_picture(saved(tmp_path, noise(20, 30)), "padding", 9)
    np.testing.assert_allclose(kept.pixels * 255, noise(20, 30), atol=1e-3)


@pytest.mark.parametrize("name", PICTURED)
@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (3, 1000)])
def test_a_picture_smaller_than_what_is_shown_is_refused(name, shape, tmp_path):
    made = "1x96" if shape[1] == 1000 else f"{shape[0]}x{shape[1]}"
    words = rf"The claim {name} needs at least \d+ pixels .*Received {shape[0]}x{shape[1]} .*, taken as {made}\."
    with pytest.raises(DataError, match=words):
        lamella.claim(name, image=saved(tmp_path, noise(*shape)))


@pytest.mark.parametrize("name", PICTURED)
def test_a_picture_of_one_grey_is_refused(name, tmp_path):
    with pytest.raises(DataError, match=r"have the same grey, 90 of 255: nothing could be seen\."):
        lamella.claim(name, image=saved(tmp_path, np.full((50, 60), 90)))


def test_a_picture_whose_inside_is_empty_is_refused_where_only_that_is_shown(tmp_path):
    pixels = np.zeros((40, 40))
    pixels[0, 0] = 255
    path = saved(tmp_path, pixels)
    with pytest.raises(DataError, match="the same grey, 0 of 255"):
        lamella.claim("shift", image=path)
    assert lamella.claim("padding", image=path).pictured


@pytest.mark.parametrize("name", ["stride", "edges"])
def test_a_picture_in_which_sobel_finds_nothing_is_refused(name, tmp_path):
    with pytest.raises(DataError, match=r"Sobel's kernels find no edge in this picture: its map would be black\."):
        lamella.claim(name, image=saved(tmp_path, np.indices((40, 40)).sum(0) % 2 * 255))


def test_a_ramp_has_the_same_edge_everywhere_and_nothing_to_compare_filters_with(tmp_path):
    path = saved(tmp_path, np.indices((20, 12))[1] * 20)
    words = r"This picture is equally steep everywhere, .*nothing can be compared"
    with pytest.raises(DataError, match=words) as raised:
        lamella.claim("edges", image=path)
    assert "비교할 수 없습니다." in raised.value.problems[0].text("ko")
    assert lamella.claim("stride", image=path).pictured


def test_a_file_that_is_no_picture_is_named(tmp_path):
    (tmp_path / "text.png").write_text("hello")
    with pytest.raises(DataError, match=r"text\.png: The picture can't be read: it is neither PNG nor JPEG"):
        lamella.claim("padding", image=tmp_path / "text.png")


@pytest.mark.parametrize("name", [name for name in CLAIMS if name not in PICTURED])
def test_a_claim_that_takes_no_picture_says_which_do(name):
    with pytest.raises(UsageError, match=f"The claim {name} is not measured on a picture; these are: padding, stride"):
        lamella.claim(name, image=CHELSEA)


def test_the_command_refuses_such_a_picture_in_korean_too(tmp_path, monkeypatch):
    done = lamella_command(monkeypatch, "claims", "padding", "--image", saved(tmp_path, noise(2, 3)), LAMELLA_LANG="ko")
    assert (done.status, done.out) == (2, "")
    assert "padding 주장에는" in done.first_error
    assert "받은 이미지: 2x3(높이x너비), 맞춘 크기: 2x3." in done.first_error


def test_without_a_name_those_that_can_are_shown_on_the_picture(monkeypatch):
    found, asked = lamella.claim("padding"), {}
    monkeypatch.setattr(sights, "claim", lambda name, *, image, seed: asked.update({name: image}) or found)
    done = lamella_command(monkeypatch, "claims", "--image", CHELSEA)
    assert done.status == 0
    assert asked == {name: CHELSEA if name in PICTURED else None for name in CLAIMS}
