"""A file as git holds it: REVISION:PATH, as git itself writes it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from lamella.errors import Place, SourceError, problem
from lamella.texts.languages import phrase, plain

_SECONDS = 30


def is_revision(source: str) -> bool:
    """Whether this is no file but may be one in a revision."""
    revision, sign, path = source.partition(":")
    return bool(sign and revision and path) and not Path(source).exists()


def content(source: str, most: int) -> bytes:
    """The file's bytes in that revision, at most so many and one. Raises `SourceError` with git's own reason."""
    revision, _, path = source.partition(":")
    where = Place(file=source)
    if revision.startswith("-"):
        raise SourceError(problem("file unreadable", where, reason=_no_revision(revision)))
    relative = path if path.startswith(("./", "../", "/")) else f"./{path}"
    command = ["git", "show", "--no-textconv", "--end-of-options", f"{revision}:{relative}"]
    try:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            data = process.stdout.read(most + 1)
            process.stdout.close()
            reason = process.stderr.read(2000).decode(errors="replace")
            failed = process.wait(_SECONDS) and len(data) <= most
    except FileNotFoundError:
        reason_of_git = phrase("git is not installed", "git이 설치되어 있지 않습니다")
        raise SourceError(problem("file unreadable", where, reason=reason_of_git)) from None
    if failed:
        said = plain(reason.strip().removeprefix("fatal: ").rstrip(".") or str(_no_revision(revision)), 200)
        raise SourceError(problem("file unreadable", where, reason=said))
    return data


def _no_revision(revision: str) -> object:
    return phrase("{revision} is no revision", "{revision}: 그런 리비전이 없습니다", revision=revision)
