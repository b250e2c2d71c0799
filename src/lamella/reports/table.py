"""Plain text tables. A wide character, such as a Hangul syllable, takes two columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def width(text: str) -> int:
    """Columns that a text takes in a terminal.

    >>> width("레이어"), width("Layer")
    (6, 5)
    """
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def pairs(entries: Sequence[tuple[str, str]]) -> list[str]:
    """Lines of names and what goes with them, which stands below each other."""
    widest = max(width(name) for name, _ in entries)
    return [f"{name}{' ' * (widest - width(name))}  {words}" for name, words in entries]


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int]) -> str:
    """Rows under a head, columns two blanks apart; the columns in `right` are set flush right."""
    widths = [max(map(width, column)) for column in zip(head, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        padded = []
        for index, (cell, wanted) in enumerate(zip(cells, widths, strict=True)):
            blanks = " " * (wanted - width(cell))
            padded.append(blanks + cell if index in right else cell + blanks)
        return "  ".join(padded).rstrip()

    return "\n".join([line(head), "─" * (sum(widths) + 2 * (len(widths) - 1)), *map(line, rows)])
