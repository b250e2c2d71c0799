"""`any` in place of an argument: what a person leaves to `lamella solve`.

`any` alone stands for the values that are usual for the argument, `any 1..9` for a range, `any 3|5|7` for a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from lamella.errors import Problem, problem
from lamella.layers.arguments import Kind, Wrong

FILTERS: Final = (*range(1, 9), *range(16, 1025, 8))
USUAL: Final[dict[str, Sequence[int]]] = {
    "kernel_size": range(1, 12),
    "strides": range(1, 5),
    "dilation_rate": range(1, 5),
    "filters": FILTERS,
    "units": FILTERS,
    "pool_size": range(1, 9),
    "size": range(1, 9),
    "output_padding": range(4),
    "padding": range(9),
    "cropping": range(9),
    "shape": range(1, 513),
}
"""By argument: what `any` alone stands for. Where `padding` is a word, its words; `shape` is an input's size."""

MOST: Final = 10_000
"""A list of so many values is no longer a choice."""
_CONSTANTS: Final = {"null": None, "none": None, "None": None, "true": True, "false": False}
_WORDS: Final = ("valid", "same", "causal")
_OPEN: Final = re.compile(r"any(\s.*)?")
_PART: Final = re.compile(r"\s*(?:(\d{1,9})\s*\.\.\s*(\d{1,9})|(-?\d+(?:\.\d+)?(?:e-?\d+)?|[a-zA-Z_][\w.-]*))\s*")

Path = tuple[int, ...]
"""Where in an argument a value stands: () for the argument itself, (0, 1) for the second of the first."""


def is_open(value: object) -> bool:
    """Whether a value is `any`, with or without what it may be."""
    return isinstance(value, str) and _OPEN.fullmatch(value) is not None


def open_places(value: object) -> Iterator[tuple[Path, str]]:
    """Every `any` in an argument's value, with its place.

    >>> list(open_places(["any", [3, "any 1..2"]]))
    [((0,), 'any'), ((1, 1), 'any 1..2')]
    """
    if isinstance(value, str):
        if is_open(value):
            yield (), value
    elif isinstance(value, Sequence):
        for index, each in enumerate(value):
            yield from (((index, *path), text) for path, text in open_places(each))


def written_values(text: str) -> tuple[int | float | str | None, ...] | None:
    """The values that an `any` names; None for `any` alone. Raises `Wrong` where it can't be read.

    >>> written_values("any 1..3"), written_values("any 3|5|same"), written_values("any")
    ((1, 2, 3), (3, 5, 'same'), None)
    """
    rest = text.removeprefix("any").strip()
    if not rest:
        return None
    found: list[int | float | str | None] = []
    for part in rest.split("|"):
        match = _PART.fullmatch(part)
        if match is None:
            raise Wrong
        if match[3] is not None:
            found.append(_plain(match[3]))
            continue
        first, last = int(match[1]), int(match[2])
        if not first <= last < first + MOST:
            raise Wrong
        found += range(first, last + 1)
    if len(found) > MOST:
        raise Wrong
    return tuple(dict.fromkeys(found))


def usual_values(argument: str, kind: Kind) -> tuple[int | str, ...] | None:
    """What `any` alone stands for; None where nothing is usual."""
    if argument == "padding":
        words = tuple(word for word in _WORDS if takes(kind, word))
        if words:
            return words
    found = USUAL.get(argument)
    return None if found is None else tuple(found)


def left_open(argument: str, value: object) -> Problem | None:
    """What to do about an argument that is not chosen yet; None where it has no `any`."""
    if next(open_places(value), None) is None:
        return None
    return problem("left open", argument=argument, received=value)


def takes(kind: Kind, value: object) -> bool:
    """Whether an argument may have this value."""
    try:
        kind.parse(value)
    except Wrong:
        return False
    return True


def at_place(value: object, path: Path, new: object) -> object:
    """The value with another one at a place."""
    if not path:
        return new
    assert isinstance(value, Sequence), "the place was found in it"
    first, *rest = path
    return tuple(at_place(each, tuple(rest), new) if index == first else each for index, each in enumerate(value))


def everywhere(value: object, new: object) -> object:
    """The value with another one in place of every `any` in it."""
    for path, _ in [*open_places(value)]:
        value = at_place(value, path, new)
    return value


def _plain(word: str) -> int | float | str | None:
    if word in _CONSTANTS:
        return _CONSTANTS[word]
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word
