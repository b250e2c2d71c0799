"""`lamella draw`: the picture of `lamella.draw` on standard output or in a new file, as SVG or PNG."""

from __future__ import annotations

import struct
import sys

import pytest
from command import lamella

from lamella import draw
from lamella.api import ready_design, write

NAME = "upsampling-autoencoder"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "design.yaml"
    path.write_text(write(ready_design(NAME)), "utf-8")
    return path


@pytest.mark.parametrize("arguments", [(), ("graph",), ("window", "conv2d_2"), ("field", "restored")])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_door_gives_what_python_gives(monkeypatch, file, arguments, language):
    wanted = draw(file, *arguments, language=language)
    printed = lamella(monkeypatch, "draw", file, *arguments, "--lang", language)
    assert (printed.out, printed.err, printed.status) == (wanted, "", 0)
    out = file.with_suffix(".svg")
    written = lamella(monkeypatch, "draw", file, *arguments, "-o", out, "--lang", language)
    assert (written.out, written.status, out.read_text("utf-8")) == ("", 0, wanted)


def test_options(monkeypatch, file):
    some = lamella(monkeypatch, "draw", file, "--first", "code", "--last", "up_sampling2d", "--width", 400)
    assert some.out == draw(file, first="code", last="up_sampling2d", width=400, language="en")
    place = lamella(monkeypatch, "draw", file, "field", "restored", "--place", "0, 27", "--input", "28,28,1")
    assert place.out == draw(file, "field", "restored", place=(0, 27), input=(28, 28, 1), language="en")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["grph"], 'There is no kind of picture "grph". Did you mean graph?'),
        (["window"], "layer must be the name of a layer, for window."),
        (["field", "restored", "--place", "1,x"], '--place must be positions such as 3,4. Received "1,x".'),
        (["-o", "picture.jpg"], '-o must be a file that ends in .svg or .png. Received "picture.jpg".'),
        (["field", "restored", "--place", "28,0"], "place must be 2 positions from 0, below 28, 28. Received (28, 0)."),
    ],
)
def test_misuse(monkeypatch, file, arguments, words):
    done = lamella(monkeypatch, "draw", file, *arguments)
    assert (done.status, done.out) == (2, "")
    assert words in done.first_error
    assert len(done.err.splitlines()) == 1
    assert lamella(monkeypatch, "draw", file, *arguments, "--lang", "ko").first_error.startswith("오류: ")


def test_no_file_is_replaced(monkeypatch, file):
    out = file.with_suffix(".svg")
    out.write_text("mine")
    assert lamella(monkeypatch, "draw", file, "-o", out).status == 2
    assert out.read_text() == "mine"


def test_png_is_the_picture_twice_as_fine(monkeypatch, file):
    pytest.importorskip("resvg_py")
    out = file.with_suffix(".png")
    assert lamella(monkeypatch, "draw", file, "-o", out).status == 0
    data = out.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    wide, high = struct.unpack(">II", data[16:24])
    first = draw(file, language="en").splitlines()[0]
    assert abs(wide / 2 - float(first.split('width="')[1].split('"')[0])) <= 1
    assert high > 200
    again = file.with_name("again.png")
    lamella(monkeypatch, "draw", file, "-o", again)
    assert again.read_bytes() == data


def test_png_without_what_makes_it(monkeypatch, file):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    done = lamella(monkeypatch, "draw", file, "-o", file.with_suffix(".png"))
    assert (done.status, file.with_suffix(".png").exists()) == (2, False)
    assert (
        "resvg_py is not installed; writing PNG pictures of a design needs it. pip install 'lamella[png]'" in done.err
    )


def test_a_design_with_errors_is_drawn_and_its_errors_are_said(monkeypatch, tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("input: [8, 8, 1]\nlayers:\n  - ReLU\n  - Conv2D: {filters: 8, kernel_size: 40}\n", "utf-8")
    drawn = lamella(monkeypatch, "draw", path)
    assert drawn.out == draw(path, language="en")
    assert "bad.yaml:4" in drawn.err
    assert "errors: 1" in drawn.err
    assert drawn.status == 1


def test_a_picture_that_was_fitted_is_said(monkeypatch, tmp_path, file):
    from PIL import Image

    for size, said in (((28, 28), ""), ((3, 1), "one.png as it reaches the network: 28x28x1, fitted from 3x1 L.\n")):
        Image.new("L", size, 200).save(tmp_path / "one.png")
        out = tmp_path / f"{size[0]}.html"
        seen = lamella(monkeypatch, "see", file, tmp_path / "one.png", "-o", out, "--weights", "random")
        assert (seen.err, seen.status) == (said, 0)
