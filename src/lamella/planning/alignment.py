"""Two plans beside each other: which layer of the one is which of the other, as a person would pair them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from lamella.planning.plan import Plan, Row

_LARGEST: Final = 4_000_000
"""Pairs that are weighed; beyond them layers are paired by type and name in runs."""


class Pair(NamedTuple):
    """A layer before and after; None where there is none."""

    before: Row | None
    after: Row | None

    @property
    def same(self) -> bool:
        """Whether the two are one: type, arguments, shapes and weights; names and places may differ."""
        one, other = self.before, self.after
        if one is None or other is None:
            return False
        return (one.node.type, one.layer, one.output_shape, one.weights, one.receptive_fields and _fields(one)) == (
            other.node.type,
            other.layer,
            other.output_shape,
            other.weights,
            other.receptive_fields and _fields(other),
        )


def _fields(row: Row) -> tuple[object, ...]:
    return tuple((field.min, field.max, field.stride) for field in row.receptive_fields)


class Difference(NamedTuple):
    """Two plans and their layers in pairs."""

    before: Plan
    after: Plan
    pairs: tuple[Pair, ...]

    @property
    def none(self) -> bool:
        """Whether the designs are the same but for names."""
        return all(pair.same for pair in self.pairs)


def aligned(before: Plan, after: Plan) -> list[Pair]:
    """The layers of both plans in order, paired so that what they have in common is most.

    Two layers are paired where they have the same type, and rather where name, arguments and shape agree too; a
    layer whose type was exchanged is paired by its name.
    """
    one, other = before.rows, after.rows
    start = 0
    while start < min(len(one), len(other)) and _worth(one[start], other[start]) == _MOST:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and _worth(one[-1 - end], other[-1 - end]) == _MOST:
        end += 1
    head = [Pair(*each) for each in zip(one[:start], other[:start], strict=True)]
    tail = [Pair(*each) for each in zip(one[len(one) - end :], other[len(other) - end :], strict=True)]
    return [*head, *_middle(one[start : len(one) - end], other[start : len(other) - end]), *tail]


_MOST: Final = 16


def _worth(one: Row, other: Row) -> int:
    """How much two layers are alike: 0 where they are not one layer to anybody."""
    named = one.node.name == other.node.name
    if one.node.type != other.node.type:
        return 2 if named else 0
    return 5 + 4 * named + 4 * (one.layer == other.layer) + 3 * (one.output_shape == other.output_shape)


def _middle(one: Sequence[Row], other: Sequence[Row]) -> list[Pair]:
    """The pairing of the greatest worth that keeps both orders."""
    if len(one) * len(other) > _LARGEST:
        return _in_runs(one, other)
    best = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) - 1, -1, -1):
        row, below = best[i], best[i + 1]
        for j in range(len(other) - 1, -1, -1):
            worth = _worth(one[i], other[j])
            row[j] = max(below[j], row[j + 1], worth + below[j + 1] if worth else 0)
    found: list[Pair] = []
    i = j = 0
    while i < len(one) and j < len(other):
        worth = _worth(one[i], other[j])
        if worth and best[i][j] == worth + best[i + 1][j + 1]:
            found.append(Pair(one[i], other[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            found.append(Pair(one[i], None))
            i += 1
        else:
            found.append(Pair(None, other[j]))
            j += 1
    return [*found, *(Pair(each, None) for each in one[i:]), *(Pair(None, each) for each in other[j:])]


def _in_runs(one: Sequence[Row], other: Sequence[Row]) -> list[Pair]:
    """A pairing of very long designs: runs of layers that are alike in type and name."""
    from difflib import SequenceMatcher

    first_keys, second_keys = ([f"{row.node.type} {row.node.name}" for row in rows] for rows in (one, other))
    found: list[Pair] = []
    i = j = 0
    for first, second, count in SequenceMatcher(None, first_keys, second_keys, autojunk=False).get_matching_blocks():
        found += [Pair(row, None) for row in one[i:first]] + [Pair(None, row) for row in other[j:second]]
        i, j = first + count, second + count
        found += [Pair(*each) for each in zip(one[first:i], other[second:j], strict=True)]
    return found
