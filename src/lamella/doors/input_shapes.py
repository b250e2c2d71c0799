"""The option --input: sizes as 224,224,3 or NAME=224,224,3."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lamella.errors import UsageError, problem
from lamella.texts.languages import phrase

if TYPE_CHECKING:
    from lamella.planning.given_input import Given

_OPEN: Final = ("null", "none", "?")
_SIZE: Final = re.compile(r"[0-9]{1,40}")


def input_shapes(texts: tuple[str, ...]) -> Given | None:
    """What --input gave: shapes in order, or by name; None without one. Raises `UsageError`."""
    parted = [text.rpartition("=") for text in texts]
    named = {name for name, sign, _ in parted if sign}
    if not texts:
        return None
    if not named:
        return [_sizes(text) for text in texts]
    if len(named) < len(texts):
        expected = phrase(
            "one shape for each input, all with names or none",
            "입력마다 모양 하나, 모두 이름과 함께 또는 모두 이름 없이",
        )
        raise UsageError(problem("setting", option="--input", expected=expected, received=texts))
    return {name: _sizes(text) for (name, _, _), text in zip(parted, texts, strict=True)}


def _sizes(text: str) -> list[int | None]:
    sizes = text.rpartition("=")[2].strip("()[] ")
    found: list[int | None] = []
    for each in re.split(r"\s*[,x]\s*", sizes.removesuffix(",")):
        if each.lower() not in _OPEN and not _SIZE.fullmatch(each):
            expected = phrase(
                "sizes such as 224,224,3 (null where one stays open), or NAME=224,224,3",
                "224,224,3 같은 크기(정하지 않을 크기는 null) 또는 이름=224,224,3",
            )
            raise UsageError(problem("setting", option="--input", expected=expected, received=text))
        found.append(None if each.lower() in _OPEN else int(each))
    return found
