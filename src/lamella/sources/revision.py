"""A file as git holds it: REVISION:PATH, as git itself writes it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

from lamella.errors import Place, SourceError, problem
from lamella.texts.languages import Phrase, phrase, plain

_SECONDS: Final = 30
_NAMED: Final = 5
"""So many files are named where the one asked for is not there."""


def is_revision(source: str) -> bool:
    """Whether this is no file but may be one in a revision."""
    revision, sign, path = source.partition(":")
    return bool(sign and revision and path) and not Path(source).exists()


def content(source: str, most: int) -> bytes:
    """The file's bytes in that revision, at most so many and one. Raises `SourceError` with what is not there."""
    revision, _, path = source.partition(":")
    relative = path if path.startswith(("./", "../", "/")) else f"./{path}"
    try:
        if revision.startswith("-") or not _says("rev-parse", "--verify", "--end-of-options", f"{revision}^{{tree}}"):
            raise _missing(source, _no_revision(revision))
        name = f"{revision}:{relative}"
        if (kind := _says("cat-file", "-t", name)) != "blob":
            raise _missing(source, _no_file(revision, path, kind))
        with subprocess.Popen(["git", "cat-file", "blob", name], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            data = process.stdout.read(most + 1)
            process.stdout.close()
            process.wait(_SECONDS)
    except FileNotFoundError:
        raise _missing(source, phrase("git is not installed", "git이 설치되어 있지 않습니다")) from None
    return data


def _says(*command: str) -> str:
    """What git answers, in one line; nothing where it refuses."""
    done = subprocess.run(["git", *command], capture_output=True, timeout=_SECONDS, check=False)
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else ""


def _missing(source: str, reason: Phrase) -> SourceError:
    return SourceError(problem("file unreadable", Place(file=source), reason=reason))


def _no_revision(revision: str) -> Phrase:
    if not _says("rev-parse", "--git-dir"):
        return phrase("this folder is in no git repository", "이 폴더는 git 저장소 안에 있지 않습니다")
    return phrase(
        "there is no such file, and git knows no revision {revision}; git log --oneline lists them, such as {first}",
        "그런 파일이 없고, git에 {revision} 리비전도 없습니다. git log --oneline이 목록을 보여 줍니다. 보기: {first}",
        revision=plain(revision, 80),
        first=_says("rev-parse", "--short", "--verify", "HEAD") or "HEAD",
    )


def _no_file(revision: str, path: str, kind: str) -> Phrase:
    """Why there is no file: it is a folder, or nothing; with the files beside it."""
    folder = path if kind == "tree" else str(Path(path).parent)
    listed = _says("ls-tree", "-z", "--name-only", revision, f"{folder.rstrip('/')}/").split("\0")
    names = [each for each in listed if each.endswith((".yaml", ".yml"))][:_NAMED]
    facts = {"revision": plain(revision, 80), "path": plain(path, 200)}
    more = phrase("; there is {names:list}", ". 있는 파일: {names:list}", names=names) if names else ""
    if kind == "tree":
        return phrase(
            "{path} is a folder in {revision}{more}", "{path}: {revision}에서는 폴더{more}", more=more, **facts
        )
    return phrase("{revision} has no file {path}{more}", "{revision}에 없는 파일: {path}{more}", more=more, **facts)
