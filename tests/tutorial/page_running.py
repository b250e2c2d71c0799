"""Runs a page of the tutorial as its reader would: saves its design files, runs its commands and its Python.

Rules of the pages (docs/tutorial/en/README.md tells the reader):

- A `yaml` block whose first line is `# NAME.yaml` is saved under that name.
- In a `console` block lines with `$ ` are commands, what follows each is its output. In a `python` block code is run,
  all of a page in one namespace; a `text` block right behind it is its output.
- Outputs are compared word by word: where a line is broken does not count. A line `...` stands for any words.
- In blocks marked `trained` a number may differ by a fifth, and a line `...` is needed for what varies more.
"""

from __future__ import annotations

import contextlib
import io
import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TOLERANCE = 0.2
_FENCE = re.compile(r"^```(\w*)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NUMBER = re.compile(r"[-+]?\d[\d,]*\.?\d*(?:e[-+]?\d+)?")


class Block(NamedTuple):
    """A fenced block: its language, whether it is marked `trained`, its text, and at which line it begins."""

    kind: str
    trained: bool
    text: str
    line: int


class Step(NamedTuple):
    """What is run (a command or Python code) and what it should print; None where the page does not say."""

    kind: str
    run: str
    expected: str | None
    trained: bool
    line: int


def blocks(page: str) -> list[Block]:
    return [
        Block(found[1], found[2].strip() == "trained", found[3], page.count("\n", 0, found.start()) + 1)
        for found in _FENCE.finditer(page)
    ]


def steps(page: str) -> Iterator[Step]:
    """Everything that a page runs, in its order."""
    listed = blocks(page)
    for place, block in enumerate(listed):
        if block.kind == "yaml":
            yield Step("file", block.text, None, False, block.line)
        elif block.kind == "console":
            for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                yield Step("command", command, output, block.trained, block.line)
        elif block.kind == "python":
            after = listed[place + 1] if place + 1 < len(listed) else None
            output = after.text if after is not None and after.kind == "text" else None
            yield Step("python", block.text, output, after.trained if output is not None else False, block.line)


def run(step: Step, folder: Path, names: dict[str, object]) -> str:
    """What a step prints, standard output and error together; raises AssertionError where it fails."""
    if step.kind == "file":
        found = re.match(r"# ([\w-]+\.yaml)\n", step.run)
        assert found, f"line {step.line}: a design file begins with its name"
        (folder / found[1]).write_text(step.run, "utf-8")
        return ""
    if step.kind == "python":
        program, out = folder / "program.py", io.StringIO()
        program.write_text(step.run, "utf-8")
        with contextlib.redirect_stdout(out):
            names |= runpy.run_path(str(program), init_globals=names)
        return out.getvalue()
    words = shlex.split(step.run)
    assert words[0] == "lamella", f"line {step.line}: a command begins with lamella"
    done = subprocess.run(
        [sys.executable, "-m", "lamella", *words[1:]],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode in (0, 1), f"line {step.line}: {step.run} ended with {done.returncode}: {done.stdout}"
    return done.stdout


def agrees(received: str, expected: str, trained: bool) -> bool:
    """Whether an output is what the page says, by the rules above."""
    words, parts = received.split(), _parts(expected)
    if len(parts) == 1:
        return _same(words, parts[0], trained)
    first, *middle, last = parts
    begin, end = len(first), len(words) - len(last)
    if begin > end or not _same(words[:begin], first, trained) or not _same(words[end:], last, trained):
        return False
    for part in middle:
        starts = (at for at in range(begin, end - len(part) + 1) if _same(words[at : at + len(part)], part, trained))
        if (at := next(starts, None)) is None:
            return False
        begin = at + len(part)
    return True


def _parts(expected: str) -> list[list[str]]:
    """The words between the lines `...`."""
    return [part.split() for part in re.split(r"^\s*\.\.\.$", expected, flags=re.MULTILINE)]


def _same(received: list[str], expected: list[str], trained: bool) -> bool:
    return len(received) == len(expected) and all(
        ours == theirs or (trained and _close(ours, theirs)) for ours, theirs in zip(received, expected, strict=True)
    )


def _close(received: str, expected: str) -> bool:
    """Whether two words differ only in numbers, and those by a fifth at most."""
    if _NUMBER.sub("#", received) != _NUMBER.sub("#", expected):
        return False
    pairs = zip(_NUMBER.findall(received), _NUMBER.findall(expected), strict=True)
    values = [tuple(float(each.replace(",", "")) for each in pair) for pair in pairs]
    return all(abs(ours - theirs) <= TOLERANCE * abs(theirs) for ours, theirs in values)
