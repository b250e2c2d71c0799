"""Bad design files: one clear line an error with its place, the right exit status, and nothing on disk changes."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from doors.command import Done, lamella

SAMPLES = Path(__file__).parents[1] / "samples"
HEAD = "input: [28, 28, 1]\nlayers:\n"
TOO_DEEP = (
    "The file is nested more than 64 levels deep; a design file stays below 64 levels. "
    "Write the layers out, without nesting or aliases."
)
EMPTY = (
    "error: d.yaml: The file is empty; a design needs input: and layers:. "
    "lamella new upsampling-autoencoder writes one to begin with."
)
UTF_8 = "Save the file as text in UTF-8."
BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))

ROWS: dict[str, tuple[bytes, int, list[str]]] = {
    "an empty file": (b"", 2, [EMPTY]),
    "5,000 open brackets": (b"[" * 5000, 2, [f"error: d.yaml:1:66: {TOO_DEEP}"]),
    "5,000 open braces": (b"{" * 5000, 2, [f"error: d.yaml:1:66: {TOO_DEEP}"]),
    "5,000 nested mappings": (b"input: " + b"{a: " * 5000 + b"}" * 5000, 2, [f"error: d.yaml:1:261: {TOO_DEEP}"]),
    "5,000 dashes": (b"- " * 5000 + b"1\n", 2, [f"error: d.yaml:1:131: {TOO_DEEP}"]),
    "more than 2 MiB": (
        b"#" * (2**21 + 1),
        2,
        [
            "error: d.yaml: The file has more than 2.0 MiB, the most that a design file may have. "
            "Check that this is the right file."
        ],
    ),
    "NUL": (
        b"input: [4]\nlayers:\n  - Fl\0atten\n",
        2,
        [f"error: d.yaml:3:7: This is not YAML: the character U+0000 can't stand in it. {UTF_8}"],
    ),
    "an escape": (
        b"name: \x1b[31m\n",
        2,
        [f"error: d.yaml:1:7: This is not YAML: the character U+001B can't stand in it. {UTF_8}"],
    ),
    "a PNG": (
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        2,
        [f"error: d.yaml:1: This is not YAML: byte 1 is not UTF-8. {UTF_8}"],
    ),
    "UTF-16": (HEAD.encode("utf-16"), 2, [f"error: d.yaml:1: This is not YAML: byte 1 is not UTF-8. {UTF_8}"]),
    "UTF-16 without its mark": (
        HEAD.encode("utf-16-le"),
        2,
        [f"error: d.yaml:1:2: This is not YAML: the character U+0000 can't stand in it. {UTF_8}"],
    ),
    "Latin-1": (
        "name: a\ninput: [4] # größe\n".encode("latin-1"),
        2,
        [f"error: d.yaml:2: This is not YAML: byte 24 is not UTF-8. {UTF_8}"],
    ),
}
for row in re.split("^=== ", (SAMPLES / "bad_designs.txt").read_text("utf-8"), flags=re.MULTILINE)[1:]:
    head, rest = row.split("\n", 1)
    content, lines = rest.rsplit("---\n", 1)
    kind, status = head.rsplit(": ", 1)
    assert kind not in ROWS, f"two rows {kind}"
    ROWS[kind] = (content.encode(), int(status), lines.split("\n"))


def error_lines(done: Done) -> list[str]:
    return [line for line in done.err.splitlines() if line and not line.startswith("errors: ")]


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("kind", ROWS)
def test_bad_design(kind, monkeypatch, folder):
    content, status, lines = ROWS[kind]
    (folder / "d.yaml").write_bytes(content)
    done = lamella(monkeypatch, "plan", "d.yaml")
    assert error_lines(done) == [line for line in lines if line]
    assert done.status == status
    assert (status == 2) == (done.out == "")
    assert all(line.isprintable() for line in (done.out + done.err).splitlines())
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [("d.yaml", content)]


@pytest.mark.parametrize("kind", ROWS)
def test_bad_design_as_json_and_in_korean(kind, monkeypatch, folder):
    content, status, _ = ROWS[kind]
    (folder / "d.yaml").write_bytes(content)
    english, korean = (lamella(monkeypatch, "plan", "d.yaml", "--json", "--lang", each) for each in ("en", "ko"))
    assert (english.status, korean.status, korean.out) == (status, status, english.out)
    if status == 1:
        findings = json.loads(english.out)["findings"]
        assert findings
        assert {each["file"] for each in findings} == {"d.yaml"}
        assert english.err == korean.err == ""
    else:
        assert english.out == ""
        assert re.search("[가-힣]", korean.err)


@pytest.mark.parametrize("kind", ["an alias bomb", "an alias of itself in braces"])
def test_aliases_end_soon_and_small(kind, folder):
    content = {"an alias bomb": BOMB, "an alias of itself in braces": "&a {*a : *a}\n"}[kind]
    (folder / "d.yaml").write_text(content)
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (300 * 2**20,) * 2)\n"
        "import sys; sys.argv = ['lamella', 'plan', 'd.yaml']; from lamella.doors.cli import main; main()"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 2
    assert done.stderr.startswith("error: d.yaml:1:")
    assert done.stderr.count("\n") == 1
    assert after.ru_utime - before.ru_utime < 2


def test_every_open_bracket_ends_soon(monkeypatch, folder):
    (folder / "d.yaml").write_text("input: " + "[" * 100_000)
    started = time.process_time()
    assert lamella(monkeypatch, "plan", "d.yaml").status == 2
    assert time.process_time() - started < 2


UNREADABLE = "error: d.yaml: The file can't be read: "


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda path: path.mkdir(), UNREADABLE + "it is a folder."),
        (os.mkfifo, UNREADABLE + "it is not a regular file."),
        (lambda path: path.symlink_to("nowhere"), "error: d.yaml: There is no such file or folder."),
        (lambda path: path.symlink_to("d.yaml"), UNREADABLE + "Too many levels of symbolic links."),
        (lambda _: None, "error: d.yaml: There is no such file or folder."),
    ],
)
def test_no_file(make, line, monkeypatch, folder):
    make(folder / "d.yaml")
    done = lamella(monkeypatch, "plan", "d.yaml")
    assert (done.err.strip(), done.out, done.status) == (line, "", 2)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_no_permission(monkeypatch, folder):
    (folder / "d.yaml").touch(mode=0o000)
    done = lamella(monkeypatch, "plan", "d.yaml")
    assert (done.err.strip(), done.out, done.status) == (UNREADABLE + "Permission denied.", "", 2)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("x" * 300, f"error: {'x' * 300}: The file can't be read: File name too long."),
        ("a\x1b[31m.yaml", "error: a\\x1b[31m.yaml: There is no such file or folder. Here is e.yaml."),
        ("d/e.yaml", "error: d/e.yaml: There is no such file or folder."),
        ("e.yml", "error: e.yml: There is no such file or folder. Here is e.yaml."),
        ("e.yaml/e", "error: e.yaml/e: The file can't be read: Not a directory."),
        (
            "e.keras",
            "error: e.keras: This is not a whole .keras file: it is no zip archive, or its end is missing. "
            "Save the model again with model.save.",
        ),
        (
            "e.pkl",
            "error: e.pkl: No format that lamella reads. Received .pkl. Give a design in YAML, for example "
            "autoencoder.yaml (lamella new writes one), a Keras model (.keras, .h5), or Keras code (.py).",
        ),
    ],
)
def test_odd_file_name(name, line, monkeypatch, folder):
    (folder / "e.yaml").touch()
    (folder / "e.keras").touch()
    (folder / "e.pkl").touch()
    done = lamella(monkeypatch, "plan", name)
    assert (done.err.strip(), done.out, done.status) == (line, "", 2)


SIX = (
    HEAD
    + "  - Conv2D: {name: edges, filters: 2.5, kernel_size: [3, 0]}\n"
    + "  - MaxPooling2D: {name: half, from: input}\n"
    + "  - Conv2D: {name: large, filters: 4, kernel_size: 17}\n"
    + "  - Conv2D: {name: behind, filters: 8, kernel_size: 3}\n"
    + "  - Conv2d: {name: unknown, from: half}\n"
    + "  - Flatten: {name: flat, from: haff}\n"
    + "  - Dense: {name: last, units: 2, use_bias: no}\n"
)
SIX_PLACES = [("LAM001", 3, 36), ("LAM001", 3, 54), ("LAM021", 5, 52), ("LAM005", 7, 5), ("LAM011", 8, 33)]
SIX_PLACES += [("LAM001", 9, 45)]


def test_every_error_is_reported_and_every_row_that_can_be_known_is_printed(monkeypatch, folder):
    (folder / "d.yaml").write_text(SIX)
    done = lamella(monkeypatch, "plan", "d.yaml")
    starts = [f"error {code}: d.yaml:{line}:{column} " for code, line, column in SIX_PLACES]
    assert len(error_lines(done)) == len(starts)
    assert all(line.startswith(start) for line, start in zip(error_lines(done), starts, strict=True))
    assert done.err.endswith("errors: 6, warnings: 0\n")
    rows = {line.split()[0]: line.split()[2:5] for line in done.out.splitlines() if "(" in line and line[0].isalpha()}
    assert list(rows)[:8] == ["input", "edges", "half", "large", "behind", "unknown", "flat", "last"]
    assert rows["edges"] == ["?", "?", "?"]
    assert rows["half"] == ["14x14x1", "0", "0"]
    assert rows["large"] == ["?x?x4", "1,160", "?"]
    assert rows["behind"] == ["?x?x8", "296", "?"]
    assert rows["unknown"] == rows["flat"] == rows["last"] == ["?", "?", "?"]
    assert "Parameters not known: edges, unknown, flat and 1 more. Their total is partial." in done.out
    assert "MACs not known: edges, large, behind and 3 more. Their total is partial." in done.out
    assert "Memory for a batch is not known, because of edges, large, behind and 3 more." in done.out


def test_every_error_is_in_the_json(monkeypatch, folder):
    (folder / "d.yaml").write_text(SIX)
    done = lamella(monkeypatch, "plan", "d.yaml", "--json")
    data = json.loads(done.out)
    assert [(each["code"], each["line"], each["column"]) for each in data["findings"]] == SIX_PLACES
    assert [row["params"] for row in data["layers"]] == [None, 0, 1160, 296, None, None, None]
    assert data["totals"] == {"params": 1456, "trainable_params": 1456, "macs": 0, "partial": True}
    assert (data["memory"]["training_peak_bytes"], done.err, done.status) == (None, "", 1)
