"""The parts of what a notebook shows, each as HTML and as plain text.

The HTML is what code hosts and Jupyter leave in notebooks that they do not trust: they take scripts, style sheets and
drawings inside the HTML out, and GitHub style attributes too. So columns are aligned twice, by an attribute for GitHub
and by a style for Jupyter, whose own style is stronger than an attribute; drawings are images; and no colour is set,
since a notebook may be light or dark.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from lamella.reports.document import escaped
from lamella.reports.table import pairs, table

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from lamella.texts.languages import Language

_DARK: Final = re.compile(r"@media screen and \(prefers-color-scheme: ?dark\)")


class Part(NamedTuple):
    """One part of a view; a picture has no text."""

    html: str
    text: str


def as_html(parts: Sequence[Part], language: Language) -> str:
    """One element that holds all parts."""
    return "\n".join([f'<div lang="{language}">', *(each.html for each in parts), "</div>"])


def as_text(parts: Sequence[Part]) -> str:
    """All parts with an empty line between them."""
    return "\n\n".join(each.text for each in parts if each.text)


def heading(text: str) -> Part:
    """What a view is of. No heading of a document: those are its reader's own."""
    return Part(f"<p><b>{escaped(text)}</b></p>", text)


def lines(texts: Sequence[str]) -> Part:
    """Lines of plain text, one below the other."""
    return Part(f"<p>{'<br/>'.join(map(escaped, texts))}</p>", "\n".join(texts))


def verbatim(text: str) -> Part:
    """Text whose blanks and line ends mean something; Jupyter sets what is no code in another type."""
    return Part(f'<pre><code style="font-family:monospace">{escaped(text)}</code></pre>', text)


def facts(entries: Sequence[tuple[str, str]]) -> Part:
    """Names and what goes with them, one below the other; an empty name goes on with the one above."""
    rows = "\n".join(_line(entry, "td", (), wrapped=1) for entry in entries)
    return Part(f"<table>\n<tbody>\n{rows}\n</tbody>\n</table>", "\n".join(pairs(entries)))


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int] = (), wrapped: int = 0) -> Part:
    """A table; the columns in `right` are set flush right, so many at its end hold sentences and may be broken."""
    named = _line(head, "th", right, wrapped=0)
    body = "\n".join(_line(row, "td", right, wrapped) for row in rows)
    html = f"<table>\n<thead>\n{named}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>"
    return Part(html, table(head, rows, right))


def _line(cells: Sequence[str], tag: str, right: Collection[int], wrapped: int) -> str:
    written = []
    for place, cell in enumerate(cells):
        side = "right" if place in right else "left"
        whole = "" if place >= len(cells) - wrapped else ";white-space:nowrap"
        written.append(f'<{tag} align="{side}" style="text-align:{side}{whole}">{escaped(cell)}</{tag}>')
    return f"<tr>{''.join(written)}</tr>"


def drawing(svg: str, alt: str) -> Part:
    """An SVG as an image, always light: it can follow the reader's system, which need not be as the notebook is."""
    return _image("svg+xml", _DARK.sub("@media not all", svg).encode(), alt)


def picture(png: bytes, alt: str, width_px: int) -> Part:
    """A PNG, `width_px` wide; enlarged pixels stay sharp where styles are kept."""
    return _image("png", png, alt, f' width="{width_px}" style="image-rendering:pixelated"')


def _image(kind: str, data: bytes, alt: str, more: str = "") -> Part:
    coded = base64.b64encode(data).decode("ascii")
    return Part(f'<p><img src="data:image/{kind};base64,{coded}" alt="{escaped(alt)}"{more}/></p>', "")
