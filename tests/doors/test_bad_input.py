"""Bad design files: one clear line each with place, what was received and what to do; nothing on disk changes."""

import os
import re
import time

import pytest

from doors.command import lamella

HEAD = "input: [28, 28, 1]\nlayers:\n"

BAD = {
    "an empty file": ("", 2, "error: d.yaml: The file is empty; a design needs input: and layers:."),
    "only comments": ("# nothing\n", 2, "error: d.yaml: The file is empty"),
    "not YAML": (HEAD + "  - Conv2D: {filters: 16\n", 2, "error: d.yaml:4:1: This is not YAML"),
    "a duplicate key": (
        HEAD + "  - Flatten\ninput: [3]\n",
        2,
        'error: d.yaml:4:1: The key "input" stands here a second time; the first is in line 1.',
    ),
    "a tab": (
        "layers:\n\t- Flatten\n",
        2,
        "error: d.yaml:2:1: This is not YAML: a tab stands where spaces are needed.",
    ),
    "an unknown layer": (
        HEAD + "  - Conv2d: {filters: 1, kernel_size: 1}\n",
        1,
        "error LAM005: d.yaml:3:5 layers[0] 'conv2d' (Conv2d): There is no layer \"Conv2d\". Did you mean Conv2D?",
    ),
    "an unknown argument": (
        HEAD + "  - Conv2D: {filter: 1, kernel_size: 1, filters: 2}\n",
        1,
        "error LAM003: d.yaml:3:14 layers[0] 'conv2d' (Conv2D): Conv2D has no argument \"filter\". Did you mean filters?",  # noqa: E501
    ),
    "filters 0": (
        HEAD + "  - Conv2D: {filters: 0, kernel_size: 1}\n",
        1,
        "error LAM001: d.yaml:3:23 layers[0] 'conv2d' (Conv2D): filters must be an integer >= 1. Received 0. Try 1.",
    ),
    "filters -1": (
        HEAD + "  - Conv2D: {filters: -1, kernel_size: 1}\n",
        1,
        "filters must be an integer >= 1. Received -1.",
    ),
    "filters 2.5": (
        HEAD + "  - Conv2D: {filters: 2.5, kernel_size: 1}\n",
        1,
        "filters must be an integer >= 1. Received 2.5.",
    ),
    "filters in quotes": (
        HEAD + '  - Conv2D: {filters: "8", kernel_size: 1}\n',
        1,
        'filters must be an integer >= 1. Received "8". Try 8.',
    ),
    "a word for a flag": (
        HEAD + "  - Conv2D: {filters: 8, kernel_size: 1, use_bias: no}\n",
        1,
        'use_bias must be true or false. Received "no". Try false.',
    ),
    "a kernel larger than its input": (
        HEAD + "  - Conv2D: {filters: 8, kernel_size: 29}\n",
        1,
        "error LAM021: d.yaml:3:39 layers[0] 'conv2d' (Conv2D): kernel_size (29, 29) reaches over the input, which is "
        "only 28 along the height. Use at most 28, padding: same, or a larger input.",
    ),
    "a sum of shapes that don't fit": (
        HEAD + "  - MaxPooling2D: {name: half}\n  - Add: {from: [half, input]}\n",
        1,
        "error LAM024: d.yaml:4:5 layers[1] 'add' (Add): Add can't join 14x14x1, 28x28x1: the sizes along the height "
        "differ, 14, 28. UpSampling2D by 2 brings 14 to 28.",
    ),
    "a concatenation of shapes that don't fit": (
        HEAD + "  - MaxPooling2D: {name: half}\n  - Concatenate: {from: [half, input]}\n",
        1,
        "Concatenate can't join 14x14x1, 28x28x1: the sizes along the height differ, 14, 28.",
    ),
    "a cycle": (
        HEAD + "  - ReLU: {name: a, from: b}\n  - ReLU: {name: b, from: a}\n",
        1,
        "These layers feed each other in a circle: a, b.",
    ),
    "a layer that feeds itself": (
        HEAD + "  - ReLU: {name: a, from: a}\n",
        1,
        "These layers feed each other in a circle: a.",
    ),
    "a dangling name": (
        HEAD + "  - ReLU: {name: first}\n  - ReLU: {from: frist}\n",
        1,
        'There is no layer named "frist". Did you mean first?',
    ),
    "a Python object": (
        "input: !!python/object:os.system [ls]\n",
        2,
        "error: d.yaml:1:8: The tag !!python/object:os.system is not read; a design file holds plain data only. Remove it.",  # noqa: E501
    ),
    "more than 2 MiB": ("# " + "x" * 2**21, 2, "error: d.yaml: The file has more than 2.0 MiB"),
    "5,000 open brackets": ("input: " + "[" * 5000, 2, "error: d.yaml"),
    "5,000 open braces": ("input: " + "{a: " * 5000, 2, "error: d.yaml"),
    "5,000 closed brackets": ("input: " + "[" * 5000 + "]" * 5000, 2, "is nested more than 64 levels deep"),
    "an alias bomb": (
        "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)),
        2,
        "holds more than 100000 values, aliases written out",
    ),
    "an alias of itself": ("a: &a [*a]\n", 2, "error: d.yaml"),
    "a list": ("- Conv2D\n", 2, "A design file must be entries such as input: and layers:. Received a list."),
    "no layers": ("input: [28, 28, 1]\n", 1, "The design has no layers."),
    "no input": ("layers:\n  - Flatten\n", 1, "The design has no input."),
    "two documents": ("input: [3]\n---\ninput: [3]\n", 2, "error: d.yaml:2:1: This is not YAML"),
    "pictures without channels": (
        "input: [28, 28]\nlayers:\n  - Conv2D: {filters: 8, kernel_size: 3}\n",
        1,
        "Conv2D needs an input of 4 axes (batch, height, width, channels). Received Bx28x28.",
    ),
    "an input below 1": ("input: [28, 0, 1]\nlayers:\n  - Flatten\n", 1, "shape must be a list of integers >= 1"),
    "a name that is a number": (HEAD + "  - Flatten: {name: 5}\n", 1, "name must be a name"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_design(kind, monkeypatch, tmp_path):
    content, status, words = BAD[kind]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.yaml").write_text(content, "utf-8")
    started = time.perf_counter()
    done = lamella(monkeypatch, "plan", "d.yaml")
    assert time.perf_counter() - started < 5
    assert words in done.err
    assert "Traceback" not in done.err + done.out
    assert done.status == status
    assert len([line for line in done.err.splitlines() if re.match("error[ :]", line)]) == 1
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [("d.yaml", content)]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.mkdir(), "error: d.yaml: The file can't be read: it is a folder."),
        (lambda path: path.write_bytes(b"input: [3]\n\xff"), "error: d.yaml:2: This is not YAML: byte "),
        (lambda path: path.write_bytes(b"\0\1\2"), "error: d.yaml:1:1: This is not YAML"),
        (lambda _: None, "error: d.yaml: There is no such file or folder."),
        (
            lambda path: os.mkfifo(path),
            "error: d.yaml: The file can't be read: it is not a regular file.",
        ),
    ],
)
def test_bad_file(make, words, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "d.yaml")
    done = lamella(monkeypatch, "plan", "d.yaml")
    assert done.first_error.startswith(words)
    assert done.status == 2


def test_every_error_is_reported_and_every_row_that_can_be_known_is_printed(monkeypatch, tmp_path):
    path = tmp_path / "d.yaml"
    path.write_text(
        HEAD
        + "  - Conv2D: {name: edges, filters: 2.5, kernel_size: [3, 0]}\n"
        + "  - MaxPooling2D: {name: half, from: input}\n"
        + "  - Conv2D: {name: large, filters: 4, kernel_size: 17}\n"
        + "  - Conv2D: {name: behind, filters: 8, kernel_size: 3}\n"
    )
    done = lamella(monkeypatch, "plan", path)
    codes = [line.split()[1] for line in done.err.splitlines() if re.match("error[ :]", line)]
    assert codes == ["LAM001:", "LAM001:", "LAM021:"]
    rows = {line.split()[0]: line.split()[2:5] for line in done.out.splitlines() if "(" in line and line[0].isalpha()}
    assert rows["edges"] == ["?", "?", "?"]
    assert rows["half"] == ["14x14x1", "0", "0"]
    assert rows["large"] == ["?x?x4", "1,160", "?"]
    assert rows["behind"] == ["?x?x8", "296", "?"]
    assert "Not counted: edges, large, behind. Totals are partial." in done.out
