"""The report's HTML: whole, self-contained, escaped, and readable in both schemes."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from itertools import product

import pytest

from lamella.reports.document import STYLE, Section, document, escaped, paragraph, picture, table
from lamella.reports.draw.loss_curve import STYLE as CURVE_STYLE

EVIL = "<script>alert(1)</script>&\"'\x00\ud800"
EMPTY = {"meta", "img", "br", "hr", "link"}
PNG = b"\x89PNG\r\n\x1a\n anything"


class Reader(HTMLParser):
    """Every element with its attributes, its text; fails where an end tag does not fit."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append((self.open[-1] if self.open else "", data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def said(self, tag: str) -> list[str]:
        return [text for name, text in self.words if name == tag]


def whole(language: str = "en") -> str:
    sections = [
        Section("Layers", table(["layer", "params"], [["conv2d", "160"]], {1}, "The layers")),
        Section("Loss & pictures", paragraph("It fell.") + picture(PNG, "ten digits", 300)),
    ]
    return document("digits", language, sections)  # type: ignore[arg-type]


def test_a_reader_meets_title_headings_and_text_in_order() -> None:
    page = Reader(whole())
    assert page.said("title") == page.said("h1") == ["digits"]
    assert page.said("h2") == ["Layers", "Loss & pictures"]
    assert [tag for tag, _ in page.elements if re.fullmatch(r"h\d", tag)] == ["h1", "h2", "h2"]
    labels = [each["aria-labelledby"] for each in page.all("section")]
    assert labels == [each["id"] for each in page.all("h2")] == ["section-1", "section-2"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_says_its_language_and_its_encoding(language: str) -> None:
    text = whole(language)
    page = Reader(text)
    assert text.startswith("<!DOCTYPE html>\n")
    assert page.all("html") == [{"lang": language}]
    assert page.all("meta")[0] == {"charset": "utf-8"}
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all("meta")


def test_nothing_is_loaded_and_nothing_runs() -> None:
    text = whole()
    page = Reader(text)
    policies = [each for each in page.all("meta") if each.get("http-equiv") == "Content-Security-Policy"]
    assert policies[0]["content"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "link", "iframe", "object"})
    assert not re.search(r"https?:|@import|url\(", text)
    assert [each["src"] for each in page.all("img") if not (each["src"] or "").startswith("data:")] == []


def test_the_same_report_has_the_same_bytes() -> None:
    assert whole() == whole()


@pytest.mark.parametrize(
    "text",
    [
        document(EVIL, "en", [Section(EVIL, "")]),
        table([EVIL], [[EVIL]], set(), EVIL),
        picture(PNG, EVIL, 10),
        paragraph(EVIL),
    ],
    ids=["document", "table", "picture", "paragraph"],
)
def test_what_comes_from_outside_is_shown_and_never_obeyed(text: str) -> None:
    shown = "<script>alert(1)</script>&\"'\ufffd\ufffd"
    page = Reader(text)
    assert page.all("script") == []
    assert "alert" in text
    outside = [data for _, data in page.words if "alert" in data]
    outside += [value for _, each in page.elements for value in each.values() if value and "alert" in value]
    assert outside == [shown] * len(outside)
    text.encode()


@pytest.mark.parametrize("text", ["plain", "a < b & c > d", "tab\tline\n", "한글 가나다", "\U0001f600", "\xa0\u3000"])
def test_every_writable_text_comes_back_as_it_was(text: str) -> None:
    reader = Reader(f"<pre>{escaped(text)}</pre>")
    assert "".join(data for _, data in reader.words) == text or not text.strip()
    assert "\ufffd" not in escaped(text)


def test_a_table_scrolls_in_a_named_box_that_the_keyboard_reaches() -> None:
    text = table(["layer", "params"], [["a", "1"], ["b", "22"]], [1], "The layers")
    page = Reader(text)
    box = {"class": "table", "role": "region", "aria-label": "The layers", "tabindex": "0"}
    assert page.all("div") == [box]
    assert page.said("caption") == ["The layers"]
    assert page.said("th") == ["layer", "params"]
    assert page.said("td") == ["a", "1", "b", "22"]
    assert page.all("th") == [{"scope": "col"}, {"scope": "col", "class": "number"}]
    assert page.all("td") == [{}, {"class": "number"}] * 2
    assert ".table { overflow-x: auto;" in STYLE


def test_only_a_word_that_is_long_is_broken_and_a_column_may_have_no_name() -> None:
    page = Reader(table(["", "value"], [["print", "a" * 64], ["size", "128x128x16"]], {1}, "Facts"))
    assert page.all("td") == [{}, {}, {"class": "long"}, {}, {"class": "number"}]
    assert page.all("th") == [{"scope": "col", "class": "number"}]
    assert re.search(r"\.long {[^}]*overflow-wrap: anywhere", STYLE)


def test_a_row_as_long_as_the_head_is_needed() -> None:
    with pytest.raises(ValueError, match=r"A row needs 2 cells\. Received \['a'\]\."):
        table(["layer", "params"], [["a"]], (), "The layers")


def test_a_picture_holds_its_own_bytes() -> None:
    (image,) = Reader(picture(PNG, "ten digits", 300)).all("img")
    head, data = (image["src"] or "").split(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(data) == PNG
    assert (image["alt"], image["width"], image["class"]) == ("ten digits", "300", "exact")
    assert ".exact { image-rendering: pixelated; }" in STYLE


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def schemes(style: str) -> list[dict[str, str]]:
    """The colours by name: light, then dark."""
    light, dark = style.split("prefers-color-scheme: dark", 1)
    return [dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", part)) for part in (light, dark)]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("style", "fore", "back"),
    [
        *product([STYLE], ["ink", "soft", "accent"], ["ground", "band"]),
        *product([CURVE_STYLE], ["ink", "soft", "one", "two"], ["ground"]),
    ],
)
def test_text_stands_out_from_its_ground(style: str, fore: str, back: str, scheme: int) -> None:
    colours = schemes(style)[scheme]
    low, high = sorted([luminance(colours[fore]), luminance(colours[back])])
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_the_curve_stands_on_the_page_s_own_ground() -> None:
    for page, curve in zip(schemes(STYLE), schemes(CURVE_STYLE), strict=True):
        shared = page.keys() & curve.keys()
        assert {"ink", "soft", "ground", "line"} <= shared
        assert {name: page[name] for name in shared} == {name: curve[name] for name in shared}
