"""The layers of two plans in pairs: which layer of the one is which of the other, as a person would pair them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from operator import attrgetter
from typing import Final, NamedTuple

from lamella.design import Shape, origin
from lamella.layers.registry import snake_case
from lamella.planning.plan import Plan, Row

_WEIGHED: Final = 250_000
"""Pairs of layers of which each is weighed; where there are more, what is alike is paired first."""


class Pair(NamedTuple):
    """A layer before and after; None where there is none. `moved`: it stands elsewhere among the others."""

    before: Row | None
    after: Row | None
    moved: bool = False


class _Face(NamedTuple):
    """What a person knows a layer by: its type, the name that its author gave it, its arguments, its shape."""

    row: Row
    type: str
    name: str
    given: str | None
    arguments: str
    shape: Shape | None


def aligned(before: Plan, after: Plan) -> list[Pair]:
    """The layers of both plans in order, paired so that what they have in common is most.

    Two layers are paired where they have the same type, and rather where given name, arguments and shape agree too;
    a layer whose type was exchanged is paired by its name. What is left over on both sides and is one layer to
    everybody was moved.
    """
    one, other = _faces(before), _faces(after)
    start = 0
    while start < min(len(one), len(other)) and one[start][1:] == other[start][1:]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end][1:] == other[-1 - end][1:]:
        end += 1
    head = [*zip(one[:start], other[:start], strict=True)]
    tail = [*zip(one[len(one) - end :], other[len(other) - end :], strict=True)]
    return _with_moved([*head, *_middle(one[start : len(one) - end], other[start : len(other) - end]), *tail])


_Two = tuple[_Face | None, _Face | None]


def _faces(plan: Plan) -> list[_Face]:
    found = []
    for row in plan.rows:
        node, base = row.node, "input" if row.node.type == "Input" else snake_case(row.node.type)
        number = node.name.removeprefix(base).removeprefix("_")
        automatic = node.name == base or (node.name.startswith(f"{base}_") and number.isdecimal())
        arguments = repr(sorted(origin(node, plan.design).arguments.items()))
        given = None if automatic else node.name
        found.append(_Face(row, node.type, node.name, given, arguments, row.output_shape))
    return found


def _worth(one: _Face, other: _Face) -> int:
    """How much two layers are alike: 0 where they are not one layer to anybody."""
    named = one.given is not None and one.given == other.given
    if one.type != other.type:
        return 3 if named else 0
    same = one.name == other.name, one.arguments == other.arguments, one.shape == other.shape
    return 6 + 5 * named + same[0] + 4 * same[1] + 3 * same[2]


def _middle(one: Sequence[_Face], other: Sequence[_Face], level: int = 0) -> list[_Two]:
    """The pairing of the greatest worth that keeps both orders; of long ones first what is alike, then between it."""
    if len(one) * len(other) <= _WEIGHED:
        return _weighed(one, other)
    if level == len(_LEVELS):
        return [*((each, None) for each in one), *((None, each) for each in other)]
    keys = [[attrgetter("type", *_LEVELS[level])(each) for each in side] for side in (one, other)]
    found: list[_Two] = []
    i = j = 0
    for first, second in [*_common(*keys), (len(one), len(other))]:
        found += _middle(one[i:first], other[j:second], level + 1)
        if first < len(one):
            found.append((one[first], other[second]))
        i, j = first + 1, second + 1
    return found


_LEVELS: Final = (("given", "arguments", "shape"), ("given", "arguments"), ("arguments",), ())


def _common(one: Sequence[Hashable], other: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The longest sequence that two have in common, as places in both.

    A bit of a row is 0 where the longest common sequence up to there is longer than one place before.
    Source: Hyyrö 2004, Bit-parallel LCS-length computation revisited.
    """
    places: dict[Hashable, int] = defaultdict(int)
    for place, key in enumerate(other):
        places[key] |= 1 << place
    full = (1 << len(other)) - 1
    rows = [full]
    for key in one:
        now = rows[-1]
        hit = now & places[key]
        rows.append(((now + hit) | (now - hit)) & full)
    found = []
    i, j = len(one), len(other)
    while i and j:
        if rows[i] >> (j - 1) & 1:
            j -= 1
        elif not rows[i - 1] >> (j - 1) & 1:
            i -= 1
        else:
            i, j = i - 1, j - 1
            found.append((i, j))
    return found[::-1]


def _weighed(one: Sequence[_Face], other: Sequence[_Face]) -> list[_Two]:
    """The pairing of the greatest worth, every pair weighed."""
    best = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) - 1, -1, -1):
        row, below = best[i], best[i + 1]
        for j in range(len(other) - 1, -1, -1):
            worth = _worth(one[i], other[j])
            row[j] = max(below[j], row[j + 1], worth + below[j + 1] if worth else 0)
    found: list[_Two] = []
    i = j = 0
    while i < len(one) and j < len(other):
        worth = _worth(one[i], other[j])
        if worth and best[i][j] == worth + best[i + 1][j + 1]:
            found.append((one[i], other[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            found.append((one[i], None))
            i += 1
        else:
            found.append((None, other[j]))
            j += 1
    return [*found, *((each, None) for each in one[i:]), *((None, each) for each in other[j:])]


def _with_moved(pairs: Sequence[_Two]) -> list[Pair]:
    """The pairs, those left over joined where type and given name, or else type and arguments, are found once each."""
    left = [one for one, other in pairs if one is not None and other is None]
    right = [other for one, other in pairs if other is not None and one is None]
    moved: dict[int, _Face] = {}
    for key in (attrgetter("type", "given"), attrgetter("type", "arguments")):
        alike = {key(each): each for each in left}
        counts = Counter(map(key, left)), Counter(map(key, right))
        for each in right:
            if None not in key(each) and all(count[key(each)] == 1 for count in counts):
                moved[id(each)] = alike[key(each)]
        gone = {*map(id, moved.values())}
        left = [each for each in left if id(each) not in gone]
        right = [each for each in right if id(each) not in moved]
    found = []
    for one, other in pairs:
        if other is not None and id(other) in moved:
            found.append(Pair(moved[id(other)].row, other.row, moved=True))
        elif one is None or other is not None or id(one) not in gone:
            found.append(Pair(one and one.row, other and other.row))
    return found
