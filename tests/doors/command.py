"""Runs the command line inside the test's process: what it printed, and its exit status."""

import io
import sys
from dataclasses import dataclass

import pytest

from lamella.doors.cli import main


@dataclass(frozen=True)
class Done:
    out: str
    err: str
    status: int

    @property
    def first_error(self) -> str:
        return next(line for line in self.err.splitlines() if line)


def lamella(monkeypatch: pytest.MonkeyPatch, *arguments: object, stdin: bytes = b"", **environment: str) -> Done:
    """`lamella ARGUMENTS` with `stdin` as its standard input; of variables for languages only those given."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "argv", ["lamella", *map(str, arguments)])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        for name in ("LAMELLA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
            patch.delenv(name, raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as end:
            main()
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    status = end.value.code
    return Done(*texts, status if isinstance(status, int) else 1)
