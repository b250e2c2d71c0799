"""A report as one HTML file that needs nothing else: no network, no script, its own style in light and dark.

What comes from outside (names, paths, words) is escaped here; `Section.html` is what these functions and
the drawings made. The greys and blues have a contrast of at least 4.5 to 1 on their ground (WCAG 2.2, AA).
"""

from __future__ import annotations

import base64
import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from lamella.texts.languages import Language

# What neither HTML nor XML can hold: control characters, halves of surrogate pairs, non-characters.
UNWRITABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# With the policy a browser loads nothing and runs nothing, whatever a section holds.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

_LONGEST_WORD = 40
"""Characters."""

STYLE = """
:root { color-scheme: light dark; --ink: #1b1d21; --soft: #555b66; --ground: #ffffff; --line: #d4d8de;
  --band: #f3f5f8; --accent: #1f5fa8; }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ec; --soft: #a9b0bb; --ground: #16181c; --line: #3a3f48; --band: #1f2228;
    --accent: #7db7f0; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 54rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans KR",
  "Noto Sans CJK KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif; overflow-wrap: break-word; }
:lang(ko) { word-break: keep-all; }
h1 { margin: 0 0 1.5rem; font-size: 1.75rem; line-height: 1.25; }
h2 { margin: 2.5rem 0 0.75rem; padding-top: 0.75rem; border-top: 1px solid var(--line);
  font-size: 1.25rem; line-height: 1.3; }
h3 { margin: 1.5rem 0 0.5rem; font-size: 1rem; line-height: 1.4; }
p { margin: 0 0 1rem; max-width: 42rem; }
a { color: var(--accent); }
nav ol { margin: 0 0 1rem; padding: 0 0 0 1.5rem; columns: 15rem; }
img, svg { display: block; max-width: 100%; height: auto; margin: 0 0 1rem; }
.exact { image-rendering: pixelated; }
.table { overflow-x: auto; margin: 0 0 1rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.wide svg { max-width: none; margin: 0; }
.rows { display: grid; gap: 1rem; margin: 0 0 1rem; padding: 0; list-style: none;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, var(--row)), 1fr)); }
.rows .of { margin: 0 0 0.25rem; overflow-wrap: anywhere; }
.row { display: flex; gap: 0.5rem; }
.row figure { flex: 0 1 var(--wide); min-width: 0; margin: 0; }
.row img { margin: 0; }
figcaption { color: var(--soft); font-size: 0.8125rem; }
pre { margin: 0 0 1rem; padding: 1rem; background: var(--band); font-size: 0.8125rem; line-height: 1.5;
  white-space: pre-wrap; overflow-wrap: anywhere; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
caption { padding: 0 0 0.5rem; color: var(--soft); text-align: start; }
th, td { padding: 0.375rem 0.75rem; border-bottom: 1px solid var(--line); text-align: start;
  vertical-align: top; }
th, td:first-child, .number { white-space: nowrap; }
thead th, thead td { background: var(--band); }
.number { text-align: end; }
.long { min-width: 12rem; overflow-wrap: anywhere; }
@media print {
  @page { margin: 18mm; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  h2, h3, .of { break-after: avoid; }
  img, svg, tr, .rows li { break-inside: avoid; }
  .table { overflow: visible; }
  .wide svg { max-width: 100%; }
  th, td { white-space: normal; }
}
"""


@dataclass(frozen=True)
class Section:
    """A part of a report: its heading as plain text, what stands below it as HTML."""

    heading: str
    html: str


def document(title: str, language: Language, sections: Sequence[Section], contents: str = "") -> str:
    """The whole HTML file; the same input gives the same text. `contents`, if given, names a list of the sections."""
    parts = [
        f'<section aria-labelledby="section-{number}">\n'
        f'<h2 id="section-{number}">{escaped(section.heading)}</h2>\n{section.html}\n</section>'
        for number, section in enumerate(sections, start=1)
    ]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{language}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escaped(title)}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            "<main>",
            f"<h1>{escaped(title)}</h1>",
            *([_contents(contents, sections)] if contents else []),
            *parts,
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _contents(name: str, sections: Sequence[Section]) -> str:
    """Links to the sections."""
    lines = [
        f'<li><a href="#section-{number}">{escaped(section.heading)}</a></li>'
        for number, section in enumerate(sections, start=1)
    ]
    return f'<nav aria-label="{escaped(name)}">\n<ol>\n' + "\n".join(lines) + "\n</ol>\n</nav>"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numeric: Collection[int], caption: str) -> str:
    """A table that scrolls in its own box; `numeric` are the columns (from 0) that are set to the right.

    A column may be without a name: an empty heading would name it to those who hear the page.

    Raises `ValueError` where a row is not as long as the head.
    """
    for row in rows:
        if len(row) != len(head):
            raise ValueError(f"A row needs {len(head)} cells. Received {list(row)}.")
    kinds = [' class="number"' if column in numeric else "" for column in range(len(head))]
    named = zip(kinds, head, strict=True)
    names = "".join(f'<th scope="col"{kind}>{escaped(name)}</th>' if name else "<td></td>" for kind, name in named)
    lines = [
        "".join(f"<td{_broken(cell, kind)}>{escaped(cell)}</td>" for kind, cell in zip(kinds, row, strict=True))
        for row in rows
    ]
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return (
        f'<div class="table" role="region" aria-label="{escaped(caption)}" tabindex="0">\n'
        f"<table>\n<caption>{escaped(caption)}</caption>\n<thead>\n<tr>{names}</tr>\n</thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _broken(cell: str, kind: str) -> str:
    """The attributes of a cell: a word that is longer than most columns may be broken anywhere, others not."""
    return ' class="long"' if max(map(len, cell.split()), default=0) > _LONGEST_WORD else kind


def picture(png: bytes, alt: str, width_px: int) -> str:
    """A PNG inside the page, `width_px` wide where there is room; enlarged pixels stay sharp."""
    data = base64.b64encode(png).decode("ascii")
    return f'<img class="exact" src="data:image/png;base64,{data}" alt="{escaped(alt)}" width="{width_px}">'


def wide(svg: str, name: str) -> str:
    """A drawing in its own size, which scrolls in a named box where the page is narrower."""
    return f'<div class="table wide" role="region" aria-label="{escaped(name)}" tabindex="0">\n{svg}\n</div>'


def subheading(text: str) -> str:
    """A heading within a section."""
    return f"<h3>{escaped(text)}</h3>"


def as_written(text: str) -> str:
    """Plain text with its own lines."""
    return f"<pre>{escaped(text)}</pre>"


def paragraph(text: str) -> str:
    """One paragraph of plain text."""
    return f"<p>{escaped(text)}</p>"


def escaped(text: str) -> str:
    """Text for HTML and SVG, in an element or in a quoted attribute; what neither can hold becomes U+FFFD.

    >>> escaped('a < "b"')
    'a &lt; &quot;b&quot;'
    """
    return html.escape(UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text))
