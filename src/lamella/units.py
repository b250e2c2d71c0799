"""How counts, bytes, shapes and times are written for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lamella.algebra import Expression, factor

if TYPE_CHECKING:
    from collections.abc import Sequence


def count(number: int | None) -> str:
    """A whole number with separators, or an expression of open sizes; `?` where it is not known.

    >>> count(1327104), count(None)
    ('1,327,104', '?')
    """
    if number is None:
        return "?"
    return number.written if isinstance(number, Expression) else f"{number:,}"


def size_bytes(number: int | None) -> str:
    """Bytes in the largest unit that leaves at least 1 (KiB = 1024 bytes).

    >>> size_bytes(50176), size_bytes(900), size_bytes(2**50 * 10**400)[-5:]
    ('49.0 KiB', '900 B', '0 PiB')
    """
    if number is None:
        return "?"
    if isinstance(number, Expression):
        return f"{number.written} B"
    power = min((abs(number).bit_length() - 1) // 10, 5) if number else 0
    if power == 0:
        return f"{number} B"
    unit = ("KiB", "MiB", "GiB", "TiB", "PiB")[power - 1]
    tenths, rest = divmod(number * 10, 1024**power)  # in whole numbers: a float ends at 10^308
    tenths += 2 * rest > 1024**power or (2 * rest == 1024**power and tenths % 2)
    return f"{tenths // 10}.{tenths % 10} {unit}"


def shape(sizes: Sequence[object] | None) -> str:
    """A shape as a person writes it; an unknown size is `?`.

    >>> shape((28, None, 1)), shape((16,)), shape(()), shape(None)
    ('28x?x1', '16', '()', '?')
    >>> from lamella.algebra import symbol
    >>> H = symbol("H")
    >>> shape(((H + 1) // 2, 2 * H - 1, 3))
    '⌈H / 2⌉ × (2·H − 1) × 3'
    """
    if sizes is None:
        return "?"
    if len(sizes) > 1 and any(isinstance(each, Expression) for each in sizes):
        return " × ".join(factor(each) if isinstance(each, Expression) else size(each) for each in sizes)
    return "x".join(map(size, sizes)) or "()"


def size(value: object) -> str:
    """One size of a shape; an unknown one is `?`."""
    return "?" if value is None else value.written if isinstance(value, Expression) else str(value)


def seconds(value: float) -> str:
    """A time.

    >>> seconds(0.31), seconds(75), seconds(3725)
    ('0.3 s', '1:15', '1:02:05')
    """
    if value < 60:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
