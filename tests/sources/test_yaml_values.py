"""YAML text to plain values: what a scalar means, where everything stands, and what is refused in which words."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamella.errors import SourceError
from lamella.sources.yaml_values import DEEPEST, MOST_VALUES, parse

SCALARS = {
    "3": 3,
    "-5": -5,
    "+5": 5,
    "010": 10,
    "1_000": 1000,
    "1e-3": 0.001,
    "1E3": 1000.0,
    "1.": 1.0,
    ".5": 0.5,
    "-.5": -0.5,
    "1_000.5": 1000.5,
    ".inf": math.inf,
    "-.inf": -math.inf,
    "true": True,
    "True": True,
    "FALSE": False,
    "null": None,
    "Null": None,
    "~": None,
    "": None,
    # text
    "yes": "yes",
    "No": "No",
    "on": "on",
    "off": "off",
    "y": "y",
    '"8"': "8",
    "'1e-3'": "1e-3",
    '"true"': "true",
    '""': "",
    "2024-01-31": "2024-01-31",
    "2024-01-31 10:00:00": "2024-01-31 10:00:00",
    "12:30:45": "12:30:45",
    "0x1F": "0x1F",
    "0o17": "0o17",
    "0b11": "0b11",
    "1_": "1_",
    "1__0": "1__0",
    "_1": "_1",
    "1e": "1e",
    "e3": "e3",
    ".": ".",
    "1.2.3": "1.2.3",
    "1,5": "1,5",
    "nan": "nan",
    "inf": "inf",
    "=": "=",
    "٣": "٣",
    "합성곱": "합성곱",
}


def value_of(text: str) -> object:
    return parse(text.encode("utf-8"), "d.yaml").plain()


def refused(text: str | bytes) -> list[str]:
    with pytest.raises(SourceError) as error:
        parse(text if isinstance(text, bytes) else text.encode("utf-8"), "d.yaml")
    assert error.value.exit_status == 2
    return [each.text() for each in error.value.problems]


@pytest.mark.parametrize("text", SCALARS)
def test_scalar(text):
    found = value_of(f"a: {text}")
    assert found == {"a": SCALARS[text]}
    assert type(found["a"]) is type(SCALARS[text])


def test_not_a_number():
    assert math.isnan(value_of("a: .nan")["a"])


@given(st.integers(-(10**39), 10**39))
def test_every_integer_is_read_as_python_writes_it(number):
    assert value_of(f"a: {number}") == {"a": number}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_read_as_python_writes_it(number):
    assert value_of(f"a: {number!r}") == {"a": number}


def test_lists_mappings_aliases_and_text_over_lines():
    text = "a: &x [1, {b: two}]\nc: *x\nd:\n  - 1\n  -\n  - - 2\ne: |\n  one\n  two\nf: >-\n  one\n  two\n"
    assert value_of(text) == {
        "a": [1, {"b": "two"}],
        "c": [1, {"b": "two"}],
        "d": [1, None, [2]],
        "e": "one\ntwo\n",
        "f": "one two",
    }


@pytest.mark.parametrize("before", ["%YAML 1.1\n---\n", "%YAML 1.2\n---\n", "---\n", "\ufeff", "# comment\n\n"])
def test_the_version_of_yaml_changes_no_meaning(before):
    assert value_of(f"{before}a: yes\nb: 010\nc: 12:30\n") == {"a": "yes", "b": 10, "c": "12:30"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_places_with_every_line_end(end):
    root = parse(end.join(["a: 1", "# 한글", "b:", "  - {c: 2,   d: [3]}", ""]).encode(), "d.yaml")
    assert (root.line, root.column) == (1, 1)
    assert root.keys == {"a": (1, 1), "b": (3, 1)}
    (item,) = root.mapping()["b"].sequence()
    assert (item.line, item.column) == (4, 5)
    assert item.keys == {"c": (4, 6), "d": (4, 14)}
    three = item.mapping()["d"].sequence()[0]
    assert (three.line, three.column, three.data) == (4, 18, 3)


def test_a_wide_character_is_one_column():
    root = parse("{이름: 값, b: 1}".encode(), "d.yaml")
    assert root.keys == {"이름": (1, 2), "b": (1, 9)}


KEEP = "Keep one of them; where they are entries of a list, put a - before each."
NOT_YAML = {
    "a: [1, 2\nb: 3\n": (
        "d.yaml:2:2: This is not YAML: the bracket opened in line 1, column 4 is not closed before this. "
        "Close it, or separate its entries with commas."
    ),
    "a: {b: 1 c: 2}\n": (
        "d.yaml:1:11: This is not YAML: the bracket opened in line 1, column 4 is not closed before this. "
        "Close it, or separate its entries with commas."
    ),
    "a: {b: 1]\n": (
        "d.yaml:1:9: This is not YAML: the bracket opened in line 1, column 4 is not closed before this. "
        "Close it, or separate its entries with commas."
    ),
    "a: b: c\n": (
        "d.yaml:1:5: This is not YAML: a colon stands where none can. Check the indentation and whether the line "
        "before lacks a colon, or put the text in quotes."
    ),
    "a:\n\t- b\n": "d.yaml:2:1: This is not YAML: a tab stands where spaces are needed. Indent with spaces.",
    "a: 1\n---\nb: 2\n": "d.yaml:2:1: This is not YAML: a second document begins here. Keep one design in a file.",
    "a: 1\nb\0: 2\n": (
        "d.yaml:2:2: This is not YAML: the character U+0000 can't stand in it. Save the file as text in UTF-8."
    ),
    "a: \x1b[31m\n": (
        "d.yaml:1:4: This is not YAML: the character U+001B can't stand in it. Save the file as text in UTF-8."
    ),
    b"a: 1\nb: \xff\n": "d.yaml:2: This is not YAML: byte 9 is not UTF-8. Save the file as text in UTF-8.",
    "input: [3]".encode("utf-16"): "d.yaml:1: This is not YAML: byte 1 is not UTF-8. Save the file as text in UTF-8.",
    "a: *nowhere\n": "d.yaml:1:4: This is not YAML: found undefined alias 'nowhere'.",
    "a: 1\na: 2\n": f'd.yaml:2:1: The key "a" stands here a second time; the first is in line 1. {KEEP}',
    "a: {1: 2,\n  '1': 3}\n": (f'd.yaml:2:3: The key "1" stands here a second time; the first is in line 1. {KEEP}'),
    "a: {[b, c]: 1}\n": "d.yaml:1:5: A key must be one word. Received a list.",
    "? {b: c}\n: 1\n": "d.yaml:1:3: A key must be one word. Received a mapping.",
    "a: !!python/object/apply:os.system [id]\n": (
        "d.yaml:1:4: The tag !!python/object/apply:os.system is not read; a design file holds plain data only. "
        "Remove it."
    ),
    "a: !!set {b}\n": "d.yaml:1:4: The tag !!set is not read; a design file holds plain data only. Remove it.",
    "a: !mine 3\n": "d.yaml:1:4: The tag !mine is not read; a design file holds plain data only. Remove it.",
    "a: &x {b: 1}\nc: {<<: *x}\n": (
        "d.yaml:2:5: The tag << is not read; a design file holds plain data only. Remove it."
    ),
}
EMPTY = (
    "d.yaml: The file is empty; a design needs input: and layers:. "
    "lamella new upsampling-autoencoder writes one to begin with."
)


@pytest.mark.parametrize("text", NOT_YAML)
def test_what_is_refused(text):
    assert refused(text) == [NOT_YAML[text]]


@pytest.mark.parametrize("text", ["", " \n\n", "# nothing\n", "---\n", "---\n...\n", "null\n", "\ufeff", "~"])
def test_an_empty_file(text):
    assert refused(text) == [EMPTY]


def test_every_refusal_is_reported():
    assert [line.split(" ")[0] for line in refused("a: !x 1\nb: 1\nb: 2\nc: {d: !!set {e}}\n")] == [
        "d.yaml:1:4:",
        "d.yaml:3:1:",
        "d.yaml:4:8:",
    ]


def test_nesting_up_to_the_limit():
    deep = DEEPEST - 1
    assert value_of("a: " + "[" * deep + "]" * deep) != {}
    lines = refused("a: " + "[" * (deep + 2) + "]" * (deep + 2))
    assert lines == [
        f"d.yaml:1:{deep + 5}: The file is nested more than 64 levels deep; a design file stays below 64 levels. "
        "Write the layers out, without nesting or aliases."
    ]


@pytest.mark.parametrize("text", ["[" * 5000, "a: " + "{b: " * 5000, "- " * 5000 + "1", "&a [*a]", "&a {b: *a}"])
def test_nesting_without_end(text):
    (line,) = refused(text)
    assert "The file is nested more than 64 levels deep; a design file stays below 64 levels." in line


def test_values_up_to_the_limit():
    row = ", ".join("x" * 1000)
    head = f"a: &a [{row}]\n"
    fits = MOST_VALUES // 1001 - 1
    assert len(value_of(head + f"b: [{', '.join(['*a'] * (fits - 1))}]")["b"]) == fits - 1
    (line,) = refused(head + f"b: [{', '.join(['*a'] * (fits + 1))}]")
    assert "The file holds more than 30,000 values, aliases written out; a design file stays below" in line
