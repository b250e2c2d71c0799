"""Sizes in terms of symbols: whole-number polynomials of H, W, ... and of rounded-down quotients of such.

An input whose height is open has the size H; what a layer makes of it is computed with the same operators as a
number: `(H + 1) // 2`. Equal forms are equal sizes; different forms may still be equal for some or all sizes,
which `holds_for` finds out by trying.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import gcd, lcm
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeGuard

if TYPE_CHECKING:
    Atom: TypeAlias = "str | Quotient"
    Term: TypeAlias = tuple[Atom, ...]


class Quotient(NamedTuple):
    """An expression divided by a number, rounded down."""

    of: Expression
    by: int

    def __str__(self) -> str:
        inside = str(self.of)
        return f"{inside}//{self.by}" if inside.isalnum() else f"({inside})//{self.by}"

    @property
    def written(self) -> str:
        """As in mathematics: ⌊H / 2⌋, ⌈H / 2⌉."""
        up = self.of.constant == self.by - 1
        inside = self.of - self.of.constant if up else self.of
        text = factor(inside)
        return f"⌈{text} / {self.by:,}⌉" if up else f"⌊{text} / {self.by:,}⌋"


class Expression:
    """A sum of products of symbols and quotients with whole coefficients; never a plain number.

    >>> H = symbol("H")
    >>> (H + 1) // 2, ((H + 1) // 2 + 1) // 2, 2 * H * H - H, (2 * H + 1) // 2 - H
    ((H + 1)//2, (H + 3)//4, 2*H*H - H, 0)
    """

    __slots__ = ("__dict__", "terms")

    def __init__(self, terms: Mapping[Term, int]) -> None:
        self.terms = {term: terms[term] for term in sorted(terms, key=_order) if terms[term]}

    @cached_property
    def constant(self) -> int:
        return self.terms.get((), 0)

    @cached_property
    def symbols(self) -> frozenset[str]:
        found: set[str] = set()
        for term in self.terms:
            for atom in term:
                found |= {atom} if isinstance(atom, str) else atom.of.symbols
        return frozenset(found)

    @cached_property
    def period(self) -> int:
        """After how many steps of every symbol all quotients have moved by whole numbers."""
        found = 1
        for term in self.terms:
            for atom in term:
                if not isinstance(atom, str):
                    found = lcm(found, atom.by * atom.of.period)
        return found

    def __add__(self, other: object) -> AnySize:
        if not isinstance(other, (int, Expression)):
            return NotImplemented
        total = dict(self.terms)
        for term, count in _terms(other).items():
            total[term] = total.get(term, 0) + count
        return _simplest(total)

    def __mul__(self, other: object) -> AnySize:
        if not isinstance(other, (int, Expression)):
            return NotImplemented
        total: dict[Term, int] = {}
        for one, count in self.terms.items():
            for two, times in _terms(other).items():
                product = tuple(sorted((*one, *two), key=_atom_order))
                total[product] = total.get(product, 0) + count * times
        return _simplest(total)

    def __neg__(self) -> AnySize:
        return self * -1

    def __sub__(self, other: object) -> AnySize:
        return self + -other if isinstance(other, (int, Expression)) else NotImplemented

    def __rsub__(self, other: int) -> AnySize:
        return -self + other

    __radd__, __rmul__ = __add__, __mul__

    def __floordiv__(self, divisor: object) -> AnySize:
        """Whole multiples come out of the quotient; a quotient of a quotient becomes one."""
        if not isinstance(divisor, int) or divisor < 1:
            return NotImplemented
        whole = _simplest({term: count // divisor for term, count in self.terms.items()})
        rest = _simplest({term: count % divisor for term, count in self.terms.items()})
        if isinstance(rest, int):
            return whole
        common = gcd(divisor, *(count for term, count in rest.terms.items() if term))
        inside = _simplest({term: count // common for term, count in rest.terms.items()})
        by = divisor // common
        if isinstance(inside, int) or by == 1:
            return inside + whole
        single = [(term, count) for term, count in inside.terms.items() if term]
        if len(single) == 1 and single[0][1] == 1 and len(single[0][0]) == 1:
            atom = single[0][0][0]
            if isinstance(atom, Quotient):
                return (atom.of + atom.by * inside.constant) // (atom.by * by) + whole
        return Expression({(Quotient(inside, by),): 1}) + whole

    def __mod__(self, divisor: object) -> AnySize:
        return self - (self // divisor) * divisor if isinstance(divisor, int) else NotImplemented

    def at(self, values: Mapping[str, int]) -> int:
        """The number for given symbols. Raises `KeyError` for a symbol without one."""
        total = 0
        for term, count in self.terms.items():
            product = count
            for atom in term:
                product *= values[atom] if isinstance(atom, str) else atom.of.at(values) // atom.by
            total += product
        return total

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and self.terms == other.terms

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(self.terms.items()))

    def __hash__(self) -> int:
        return self._hash

    def __str__(self) -> str:
        """As Python computes it: (H + 1)//2."""
        return self._text

    @cached_property
    def _text(self) -> str:
        words = []
        for term, count in self.terms.items():
            factors = [str(abs(count))] if abs(count) != 1 or not term else []
            for atom in term:
                quotient = not isinstance(atom, str) and (len(term) > 1 or abs(count) != 1)
                factors.append(f"({atom})" if quotient else str(atom))
            sign = "-" if count < 0 else "+"
            words += [sign, "*".join(factors)]
        text = " ".join(words)
        return text.removeprefix("+ ") if text.startswith("+") else text.replace("- ", "-", 1)

    __repr__ = __str__

    def __format__(self, form: str) -> str:
        """In a formula: as people write it, a sum in parentheses."""
        return format(factor(self), form)

    @cached_property
    def written(self) -> str:
        """As people write it: 432·⌈H / 2⌉·⌈W / 2⌉ − 1,024."""
        text = ""
        for term, count in self.terms.items():
            factors = [f"{abs(count):,}"] if abs(count) != 1 or not term else []
            factors += [atom if isinstance(atom, str) else atom.written for atom in term]
            sign = "−" if count < 0 else "+"
            gap = " " if text else ""
            text += (f"{gap}{sign}{gap}" if text or count < 0 else "") + "·".join(factors)
        return text


AnySize = int | Expression
"""A size that is a number, or would be one if the symbols were."""


def symbol(name: str) -> Expression:
    """The size that is called `name`."""
    return Expression({(name,): 1})


def is_known(size: object) -> TypeGuard[int]:
    """Whether one can compute with a size: it is a number or an expression, which has a number's operators."""
    return isinstance(size, (int, Expression))


def number(size: object) -> int | None:
    """The size where it is a plain number."""
    return size if isinstance(size, int) else None


def factor(size: AnySize) -> str:
    """A size as a factor in a formula, a sum in parentheses."""
    if isinstance(size, int):
        return str(size)
    alone = len(size.terms) == 1 and min(size.terms.values()) > 0
    return size.written if alone else f"({size.written})"


def _terms(value: AnySize) -> Mapping[Term, int]:
    return value.terms if isinstance(value, Expression) else {(): value}


def _simplest(terms: Mapping[Term, int]) -> AnySize:
    if not any(count for term, count in terms.items() if term):
        return terms.get((), 0)
    return Expression(terms)


def _order(term: Term) -> tuple[int, list[tuple[int, str]]]:
    return (-len(term), [_atom_order(atom) for atom in term])


def _atom_order(atom: Atom) -> tuple[int, str]:
    return (0, atom) if isinstance(atom, str) else (1, str(atom))
