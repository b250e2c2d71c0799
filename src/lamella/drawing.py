"""The verb that draws: a design, or one layer of it, as SVG or PNG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from lamella.api import must_be_new, plan, unknown, write_new
from lamella.errors import UsageError, problem
from lamella.layers.arguments import is_integer
from lamella.texts.languages import chosen_language, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lamella.api import Source
    from lamella.planning.given_input import Given
    from lamella.planning.plan import Plan, Row
    from lamella.texts.languages import Language

OF_ALL: Final = ("stack", "graph")
OF_ONE: Final = ("window", "field")
KINDS: Final = (*OF_ALL, *OF_ONE)
"""The kinds of pictures: of a whole design, and of one layer."""
ENDINGS: Final = (".svg", ".png")
MOST: Final = 1000
"""Layers of one picture."""
WIDTHS: Final = (300, 10_000)


def draw(
    source: Source,
    kind: str = "stack",
    layer: str | None = None,
    *,
    out: str | Path | None = None,
    width: int = 960,
    first: str | None = None,
    last: str | None = None,
    place: Sequence[int] | None = None,
    input: Given | None = None,
    language: str | None = None,
) -> str:
    """A picture of a design as the text of an SVG; with `out`, written to a new .svg or .png too.

    `kind`: "stack", every output as a block drawn to scale; "graph", every layer with its figures and what it reads;
    "window", the window of `layer` going over its input, which moves; "field", what one place of `layer` sees, back to
    the input (`place`: its position along each axis of the picture; default: the middle). `width` px are filled by a
    whole design, of which `first` and `last` choose layers. `input` is as for `plan`. A design with errors is drawn
    as far as it is known. The same input gives the same text.

    Raises `SourceError` for an unreadable file, `UsageError` for what can't be drawn or written as asked,
    `MissingEngineError` where a PNG is asked for and what makes it is not installed.
    """
    if kind not in KINDS:
        raise UsageError(unknown(phrase("kind of picture", "그림 종류"), kind, list(KINDS)))
    _check(kind, layer, width, first, last, place)
    if out is not None:
        _check_file(out)
    found = plan(source, input=input)
    picture = _picture(found, kind, layer, width, (first, last), place, chosen_language(language))
    if out is not None:
        data = picture.encode()
        if Path(out).suffix.lower() == ".png":
            from lamella.reports.draw.png import png

            data = png(picture)
        write_new(out, data)
    return picture


def _check(
    kind: str, layer: str | None, width: int, first: str | None, last: str | None, place: Sequence[int] | None
) -> None:
    """Raises `UsageError` for what does not belong to the kind."""
    if kind in OF_ONE and layer is None:
        expected = phrase("the name of a layer, for {kind}", "{kind}에 쓸 레이어 이름", kind=kind)
        raise UsageError(problem("setting", option="layer", expected=expected, received=None))
    of_one = phrase("left out but for {kinds:list}", "{kinds:list} 말고는 없어야 합니다", kinds=list(OF_ONE))
    of_all = phrase("left out but for {kinds:list}", "{kinds:list} 말고는 없어야 합니다", kinds=list(OF_ALL))
    of_field = phrase("left out but for {kinds:list}", "{kinds:list} 말고는 없어야 합니다", kinds=["field"])
    wrong = [
        ("layer", of_one, layer, kind in OF_ONE),
        ("first", of_all, first, kind in OF_ALL),
        ("last", of_all, last, kind in OF_ALL),
        ("place", of_field, place, kind == "field"),
    ]
    for option, expected, received, fits in wrong:
        if received is not None and not fits:
            raise UsageError(problem("setting", option=option, expected=expected, received=received))
    if not is_integer(width) or not WIDTHS[0] <= width <= WIDTHS[1]:
        expected = phrase(
            "an integer from {least} to {most}", "{least}에서 {most}까지의 정수", least=WIDTHS[0], most=WIDTHS[1]
        )
        raise UsageError(problem("setting", option="width", expected=expected, received=width))


def _check_file(out: str | Path) -> None:
    """Raises before anything is drawn what would keep the file from being written."""
    if Path(out).suffix.lower() not in ENDINGS:
        expected = phrase("a file that ends in .svg or .png", ".svg나 .png로 끝나는 파일")
        raise UsageError(problem("setting", option="-o", expected=expected, received=str(out)))
    must_be_new(out)
    if Path(out).suffix.lower() == ".png":
        from lamella.building.engines import need_for_png

        need_for_png()


def _picture(
    found: Plan,
    kind: str,
    layer: str | None,
    width: int,
    ends: tuple[str | None, str | None],
    place: Sequence[int] | None,
    language: Language,
) -> str:
    if layer is not None:
        row = _row(found, layer)
        if kind == "window":
            from lamella.reports.draw.layer_pictures import window_picture

            return window_picture(found, row, language)
        from lamella.reports.draw.layer_pictures import field_picture

        return field_picture(found, row, place, language)
    from lamella.reports.draw.design_picture import design_picture

    rows = _chosen(found, *ends)
    if not rows:
        raise UsageError(problem("nothing drawn"))
    if len(rows) > MOST:
        facts = {"count": len(rows), "most": MOST, "first": rows[0].node.name, "last": rows[MOST - 1].node.name}
        raise UsageError(problem("too many drawn", **facts))
    return design_picture(found, kind, language, width, rows)


def _row(found: Plan, name: str) -> Row:
    row = found.by_name.get(name)
    if row is None:
        raise UsageError(unknown(phrase("layer", "레이어"), name, list(found.by_name)))
    return row


def _chosen(found: Plan, first: str | None, last: str | None) -> tuple[Row, ...]:
    """The rows from one name to another, in the order of the plan."""
    begin = 0 if first is None else found.rows.index(_row(found, first))
    end = len(found.rows) if last is None else found.rows.index(_row(found, last)) + 1
    if begin >= end and found.rows:
        expected = phrase("the name of a layer behind {first}", "{first} 뒤에 오는 레이어의 이름", first=first)
        raise UsageError(problem("setting", option="last", expected=expected, received=last))
    return found.rows[begin:end]
