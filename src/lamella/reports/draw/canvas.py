"""A picture in the making: shapes and words become SVG, and the sheet grows so that none of them is cut off.

Colours stand at each shape, those of dark at the top in one style: where a page takes styles out, light is left. All
is set by what is drawn and nothing else, so the same picture has the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from lamella.reports.document import escaped
from lamella.reports.draw.lettering import FONT, width_px
from lamella.reports.draw.palette import FILLS, STROKES

_MARGIN: Final = 14
Point = tuple[float, float]


def px(value: float) -> str:
    """A length with at most one decimal.

    >>> px(12.04), px(123456.78)
    ('12', '123456.8')
    """
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


class Canvas:
    """Shapes and words in the order in which they were put down; later ones lie on top."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._styled: set[tuple[str, str]] = set()
        self._low: Point = (0.0, 0.0)
        self._high: Point = (0.0, 0.0)
        self.moves = False
        """Whether something was put down that changes in time."""

    @property
    def right(self) -> float:
        return self._high[0]

    @property
    def bottom(self) -> float:
        return self._high[1]

    def reach(self, points: Iterable[Point]) -> None:
        """Grows the sheet so that these points lie on it."""
        xs, ys = zip(*points, strict=True)
        self._low = min(self._low[0], *xs), min(self._low[1], *ys)
        self._high = max(self._high[0], *xs), max(self._high[1], *ys)

    def box(
        self,
        x: float,
        y: float,
        wide: float,
        high: float,
        fill: str,
        stroke: str = "",
        *,
        dashed: bool = False,
        round_px: float = 0,
        thick: float = 1,
        hint: str = "",
        inside: str = "",
        more: str = "",
    ) -> None:
        """A rectangle; `hint` is shown under the pointer, `inside` are elements that move it, `more` attributes."""
        self.reach([(x, y), (x + wide, y + high)])
        corner = f' rx="{px(round_px)}"' if round_px else ""
        head = f'<rect x="{px(x)}" y="{px(y)}" width="{px(wide)}" height="{px(high)}"{corner}'
        content = (f"<title>{escaped(hint)}</title>" if hint else "") + inside
        self._add(head + self._paint(fill, stroke, dashed, thick) + more, content, "rect")

    def polygon(
        self, points: Sequence[Point], fill: str, stroke: str = "", *, dashed: bool = False, opacity: float = 1
    ) -> None:
        """A closed figure."""
        self.reach(points)
        listed = " ".join(f"{px(x)},{px(y)}" for x, y in points)
        shade = "" if opacity == 1 else f' fill-opacity="{opacity:g}"'
        self._add(f'<polygon points="{listed}"{shade}' + self._paint(fill, stroke, dashed, 1), "", "polygon")

    def line(
        self, way: str, ends: Sequence[Point], stroke: str = "edge", *, arrow: bool = False, thick: float = 1.2
    ) -> None:
        """A line along an SVG path within `ends`; `arrow` puts a head at the last, from the one before."""
        self.reach(ends)
        self._add(f'<path d="{way}"' + self._paint("", stroke, False, thick), "", "path")
        if arrow:
            (before_x, before_y), (x, y) = ends[-2:]
            across = abs(x - before_x) > abs(y - before_y)
            sign = 1 if (x > before_x if across else y > before_y) else -1
            back = [(x - 6 * sign, y - 3.5), (x - 6 * sign, y + 3.5)]
            down = [(x - 3.5, y - 6 * sign), (x + 3.5, y - 6 * sign)]
            points = " ".join(f"{px(a)},{px(b)}" for a, b in [(x, y), *(back if across else down)])
            self._add(f'<polygon points="{points}" stroke="none"' + self._class("stroke-fill", stroke), "", "polygon")

    def words(
        self,
        x: float,
        y: float,
        text: str,
        fill: str = "ink",
        size: float = 13,
        *,
        anchor: str = "start",
        bold: bool = False,
        turned: bool = False,
        hint: str = "",
    ) -> float:
        """One line of text whose baseline begins (ends, is centred) at (x, y); gives its width. `turned`: 45° down."""
        wide = width_px(text, size, bold=bold)
        left = {"start": 0.0, "middle": -wide / 2, "end": -wide}[anchor]
        slope = 0.7071
        corners = [(left, -size), (left + wide, -size), (left, size * 0.3), (left + wide, size * 0.3)]
        if turned:
            corners = [((a - b) * slope, (a + b) * slope) for a, b in corners]
        self.reach((x + a, y + b) for a, b in corners)
        turn = f' transform="rotate(45 {px(x)} {px(y)})"' if turned else ""
        place = "" if anchor == "start" else f' text-anchor="{anchor}"'
        weight = ' font-weight="600"' if bold else ""
        head = f'<text x="{px(x)}" y="{px(y)}" font-size="{px(size)}"{place}{weight}{turn}' + self._class("fill", fill)
        self._add(head, escaped(text) + (f"<title>{escaped(hint)}</title>" if hint else ""), "text")
        return wide

    def open_group(self, attributes: str) -> None:
        """What follows up to `close_group` has these attributes in common."""
        self._parts.append(f"<g {attributes}>")

    def close_group(self) -> None:
        self._parts.append("</g>")

    def svg(self, title: str, words: str) -> str:
        """The whole picture with its name and a sentence for those who don't see it.

        It follows the reader's choice of light or dark and of less motion.
        """
        x, y = (each - _MARGIN for each in self._low)
        wide, high = (b - a + 2 * _MARGIN for a, b in zip(self._low, self._high, strict=True))
        ground = f'<rect x="{px(x)}" y="{px(y)}" width="{px(wide)}" height="{px(high)}"'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" class="lamella-picture" role="img" width="{px(wide)}" '
                f'height="{px(high)}" viewBox="{px(x)} {px(y)} {px(wide)} {px(high)}" font-family="{FONT}">',
                f"<title>{escaped(title)}</title>",
                f"<desc>{escaped(words)}</desc><style>{self._style()}</style>",
                ground + ' fill="#ffffff" class="f-ground"/>',
                *self._parts,
                "</svg>\n",
            ]
        )

    def _add(self, head: str, content: str, tag: str) -> None:
        self._parts.append(f"{head}>{content}</{tag}>" if content else f"{head}/>")

    def _paint(self, fill: str, stroke: str, dashed: bool, thick: float) -> str:
        classes = [f"f-{fill}"] * bool(fill) + [f"s-{stroke}"] * bool(stroke)
        self._styled |= {(kind, role) for kind, role in (("fill", fill), ("stroke", stroke)) if role}
        found = f' class="{" ".join(classes)}" fill="{FILLS[fill][0] if fill else "none"}"'
        if stroke:
            found += f' stroke="{STROKES[stroke][0]}" stroke-width="{thick:g}"'
        return found + (' stroke-dasharray="4 3"' if dashed else "")

    def _class(self, kind: str, role: str) -> str:
        table, letter = (STROKES, "a") if kind == "stroke-fill" else (FILLS, "f")
        self._styled.add((kind, role))
        return f' class="{letter}-{role}" fill="{table[role][0]}"'

    def _style(self) -> str:
        rules = [".lamella-picture .f-ground{fill:" + FILLS["ground"][1] + "}"]
        for kind, role in sorted(self._styled):
            letter = {"fill": "f", "stroke": "s", "stroke-fill": "a"}[kind]
            colour = (FILLS if kind == "fill" else STROKES)[role][1]
            rules.append(f".lamella-picture .{letter}-{role}{{{kind.removeprefix('stroke-')}:{colour}}}")
        dark = "@media screen and (prefers-color-scheme:dark){" + "".join(rules) + "}"
        less = "@media (prefers-reduced-motion:reduce){.lamella-picture .moving{display:none}"
        return dark + (less + ".lamella-picture .still{display:inline}}" if self.moves else "")
