"""How wide text is in a picture, and how it is shortened or broken: a wide character takes two columns."""

from __future__ import annotations

from typing import Final

from lamella.reports.table import width

FONT: Final = (
    "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Noto Sans KR', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', "
    "'Malgun Gothic', sans-serif"
)
_COLUMN: Final = 0.6
_BOLD: Final = 0.66
"""Of the font's size: the widest of these fonts takes so much for a Latin letter, none more than twice for Hangul."""


def width_px(text: str, size_px: float, *, bold: bool = False) -> float:
    """How wide a text is, rather too wide than too narrow, in letters of this size."""
    return width(text) * size_px * (_BOLD if bold else _COLUMN)


def cut(text: str, columns: int) -> str:
    """The text in at most so many columns; of a longer one the beginning and the end, between them a dot of three.

    >>> cut("a_long_name_of_a_layer", 11)
    'a_lon…layer'
    """
    if width(text) <= columns:
        return text
    begin, end = "", ""
    while width(begin) + width(end) < columns - 1:
        if width(begin) <= width(end):
            begin += text[len(begin)]
        else:
            end = text[-len(end) - 1] + end
    while width(begin) + width(end) > columns - 1:
        end = end[1:]
    return f"{begin}…{end}"


def broken(text: str, columns: int, most: int) -> list[str]:
    """The text in at most `most` lines of so many columns, broken at blanks; words that are longer are shortened.

    >>> broken("an error of a layer", 8, 3)
    ['an error', 'of a', 'layer']
    """
    lines = [""]
    for word in filter(None, text.split(" ")):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if width(longer) <= columns:
            lines[-1] = longer
        elif len(lines) == most:
            lines[-1] = cut(lines[-1], columns - 2) + " …"
            break
        else:
            lines += [cut(word, columns)] if lines[-1] else []
            lines[-1] = lines[-1] or cut(word, columns)
    return lines
