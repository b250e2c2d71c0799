"""Open sizes: how an input's unknown heights and widths are called, and which numbers they may be.

Every size of a design with open inputs is an expression of their symbols. The design fits where every size is at
least 1 and the sizes that meet are equal. Along one symbol each of these conditions holds, from some size on,
either in a residue class of the expressions' period or not in it: so one period far out says which sizes fit, and
the sizes before it are tried one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import gcd, lcm
from typing import NamedTuple

from lamella.algebra import Expression, symbol
from lamella.design import FreeNames, Shape, Size

LONGEST_PERIOD, TRIED = 2048, 4096
FAR = 10**9

_LETTERS = {1: ("N",), 2: ("T", "C"), 3: ("H", "W", "C"), 4: ("D", "H", "W", "C")}
"""By the number of axes of one image."""


class Condition(NamedTuple):
    """Two sizes that must be equal; with `right` None, one that must be at least 1."""

    left: Size
    right: Size | None = None

    @property
    def symbols(self) -> frozenset[str]:
        return frozenset().union(*(each.symbols for each in self if isinstance(each, Expression)))

    def holds(self, values: Mapping[str, int]) -> bool:
        """Whether it is true of numbers for its symbols."""
        left, right = (each.at(values) if isinstance(each, Expression) else each for each in self)
        if right is None:
            return isinstance(left, int) and left >= 1
        return left == right


class OpenSize(NamedTuple):
    """One symbol: which axis (0 = the batch) of which input it stands for, and the sizes that fit.

    They are `first` and all later ones whose remainder by `period` is in `remainders`, or, where no later ones fit,
    those in `only`. `remainders` is None where the conditions are too involved to say.
    """

    symbol: str
    input: str
    axis: int
    first: int | None = None
    period: int = 1
    remainders: tuple[int, ...] | None = ()
    only: tuple[int, ...] = ()

    @property
    def fits_none(self) -> bool:
        return self.remainders == () and not self.only

    def fits_multiples(self, of: int) -> bool:
        """Whether some multiples of a number fit; true where that can't be said."""
        common = gcd(of, self.period)
        lasting = any(each % common == 0 for each in self.remainders or ())
        return self.remainders is None or lasting or any(each % of == 0 for each in self.only)


def opened(shape: Shape, symbols: FreeNames) -> Shape:
    """An input's shape with a symbol for every size that is not known."""
    sizes = shape[1:]
    letters: Sequence[str] = _LETTERS.get(len(sizes), tuple(f"N{axis}" for axis in range(1, len(shape))))
    if len(sizes) > 1 and sizes[0] is not None and sizes[-1] is None:
        letters = (letters[-1], *letters[:-1])  # channels first
    found = list(shape)
    for axis, (size, letter) in enumerate(zip(sizes, letters, strict=True), 1):
        if size is None:
            found[axis] = symbol(symbols.take(letter))
    return tuple(found)


def open_sizes(inputs: Iterable[tuple[str, Shape]], conditions: Iterable[Condition]) -> tuple[OpenSize, ...]:
    """Every symbol of the inputs' shapes with the sizes that fit."""
    by_symbol: dict[str, dict[Condition, None]] = {}
    for condition in conditions:
        for name in (involved := condition.symbols):
            if len(involved) == 1:
                by_symbol.setdefault(name, {})[condition] = None
    return tuple(
        _fitting(OpenSize(str(size), name, axis), list(by_symbol.get(str(size), ())))
        for name, shape in inputs
        for axis, size in enumerate(shape)
        if isinstance(size, Expression)
    )


def relations(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """The equalities between several symbols: H = W."""
    found = (each for each in conditions if each.right not in (None, each.left) and len(each.symbols) > 1)
    return tuple({frozenset(each): each for each in reversed([*found])}.values())[::-1]  # H = W is W = H


def _fitting(size: OpenSize, found: list[Condition]) -> OpenSize:
    conditions = [each for each in found if each != Condition(symbol(size.symbol))]  # true of every size
    if not conditions:
        return size._replace(first=1, remainders=(0,))
    period = 1
    for condition in conditions:
        for each in condition:
            period = lcm(period, each.period if isinstance(each, Expression) else 1)
    if period > LONGEST_PERIOD:
        return size._replace(remainders=None)

    growing = [each for each in conditions if each.right is None and _grows(each.left)]
    others = [each for each in conditions if each not in {*growing}]
    least = max((_least(each, size.symbol) for each in growing), default=1)

    def fits(value: int) -> bool:
        return value >= least and all(condition.holds({size.symbol: value}) for condition in others)

    far = FAR - FAR % period
    lasting = [remainder for remainder in range(period) if fits(far + remainder)]
    near = [value for value in range(1, TRIED + 1) if fits(value)]
    if not lasting:
        return size._replace(only=tuple(near))
    shorter = next(each for each in range(1, period + 1) if not period % each and _repeats(lasting, each, period))
    remainders = tuple(each for each in lasting if each < shorter)
    broken = [value for value in range(1, TRIED + 1) if (value % shorter in remainders) and not fits(value)]
    first = next(value for value in range(max(broken, default=0) + 1, FAR) if value % shorter in remainders)
    return size._replace(first=first, period=shorter, remainders=remainders)


def _grows(size: Size) -> bool:
    """Whether a size never falls when its symbol grows: a sum of symbols and of quotients of such, none taken away."""
    return isinstance(size, Expression) and all(
        count > 0 and len(term) == 1 and (isinstance(term[0], str) or _grows(term[0].of))
        for term, count in size.terms.items()
        if term
    )


def _least(condition: Condition, name: str) -> int:
    """The least number from which on a growing size is at least 1, by halving; FAR where there is none before it."""
    low, high = 1, FAR
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if condition.holds({name: middle}) else (middle + 1, high)
    return low


def _repeats(remainders: list[int], shorter: int, period: int) -> bool:
    """Whether the remainders by `period` are all those that share their remainder by `shorter`."""
    classes = {each % shorter for each in remainders}
    return len(classes) * (period // shorter) == len(remainders)
