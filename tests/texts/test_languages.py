"""Words in two languages: complete, filled alike, and safe to print whatever they hold."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamella.errors import Place, problem
from lamella.layers import REGISTRY
from lamella.texts.help import HELP
from lamella.texts.languages import LANGUAGES, Text, chosen_language, phrase, plain, quote, show
from lamella.texts.problems import PROBLEMS
from lamella.texts.words import WORDS

SOURCE = Path(__file__).parents[2] / "src" / "lamella"
SAME_IN_BOTH = {
    "words macs": "a term of the field",
    "words restored line": "two file names",
    "words report scored": "a term of the field",
    "words from to": "two sizes and a wave dash",
    "fix engine missing": "a command",
}
FOLLOWS_A_WORD = {"words best mark", "words fitted"}
SET_APART = {"words fitted", "words epoch line"}
SAME_PHRASES = {"axis {axis}": "an argument's name"}


def texts() -> dict[str, Text]:
    found = {f"words {key}": text for key, text in WORDS.items()} | {f"help {key}": text for key, text in HELP.items()}
    found |= {f"message {key}": entry.message for key, entry in PROBLEMS.items()}
    found |= {f"fix {key}": entry.fix for key, entry in PROBLEMS.items()}
    return found | {f"sentence {key}": kind.sentence for key, kind in REGISTRY.items()}


def phrases() -> dict[str, Text]:
    """Every `phrase("...", "...")` of the code, by where it stands."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "phrase":
                english, korean = (ast.literal_eval(each) for each in node.args)
                found[f"{path.relative_to(SOURCE)}:{node.lineno}"] = Text(english, korean)
    return found


TEXTS, PHRASES = texts(), phrases()


def holes(template: str) -> set[tuple[str, str]]:
    """Names and forms of the facts in a template."""
    return {(name, form or "") for _, name, form, _ in Formatter().parse(template) if name is not None}


def letters(template: str) -> str:
    return "".join(text for text, _, _, _ in Formatter().parse(template))


def test_there_are_words():
    assert len(TEXTS) > 200
    assert len(PHRASES) > 80


@pytest.mark.parametrize("key", [*TEXTS, *PHRASES])
def test_both_languages_hold_the_same_facts(key):
    text = (TEXTS | PHRASES)[key]
    assert holes(text.en) == holes(text.ko)
    assert {form for _, form in holes(text.en)} <= {"", "value", "list"}


@pytest.mark.parametrize("key", [*TEXTS, *PHRASES])
def test_korean_is_korean_where_english_has_words(key):
    text = (TEXTS | PHRASES)[key]
    same = key in SAME_IN_BOTH or text.en in SAME_PHRASES
    words = bool(re.search("[A-Za-z]{2}", letters(text.en)))
    assert bool(re.search("[가-힣]", text.ko)) == (words and not same), text
    assert not re.search("[가-힣]", text.en)
    assert bool(text.en) == bool(text.ko)


@pytest.mark.parametrize("key", [*TEXTS, *PHRASES])
def test_no_particle_hangs_on_a_fact(key):
    """Which form a particle takes depends on the sound before it, and a fact may be any word or number."""
    korean = (TEXTS | PHRASES)[key].ko
    assert not re.search(r"\((를|가|는|과|와|으|이)\)", korean)
    assert not re.search(r"(?<!})[}]['\"]? ?(이|가|은|는|을|를|과|와|으로|로|이나|나|이라|라)(?=[ .,?]|$)", korean)


@pytest.mark.parametrize("key", [*TEXTS, *PHRASES])
def test_an_edge_and_a_border_have_a_korean_word_each(key):
    """What brightness has in a picture is 가장자리, where a picture ends is 경계."""
    text = (TEXTS | PHRASES)[key]
    assert "에지" not in text.ko
    assert "가장자리" not in text.ko or re.search("(?i)edge", text.en)
    assert "경계" not in text.ko or re.search("(?i)border|bounding", text.en)


@pytest.mark.parametrize("key", [*TEXTS, *PHRASES])
def test_sentences_end(key):
    text = (TEXTS | PHRASES)[key]
    for words in (text.en, text.ko):
        assert words == words.strip() or key in FOLLOWS_A_WORD
        assert "  " not in words or key in SET_APART or "  [" in words, "two blanks in a row"
    if key.startswith("message "):
        assert text.en.endswith((".", "}"))
        assert text.ko.endswith((".", "}"))


@pytest.mark.parametrize("key", PROBLEMS)
def test_a_problem_reads_well_in_both_languages(key):
    template = PROBLEMS[key]
    facts = {name: "fact" for name, _ in holes(template.message.en) | holes(template.fix.en)}
    found = problem(key, Place("d.yaml", 3, 7, "layers[0]", "a", "Conv2D"), **facts)
    for language in LANGUAGES:
        line = found.text(language)
        assert line.startswith("d.yaml:3:7 layers[0] 'a' (Conv2D): ")
        assert "\n" not in line
        assert not re.search(r"\{(?!filters|\{)\w+(:\w+)?\}", line)
    assert re.fullmatch(r"LAM[012]\d\d", found.code)


def test_a_phrase_inside_a_fact_is_put_into_the_readers_language():
    inner = phrase("{least} or more", "{least} 이상", least=3)
    found = problem("argument value", argument="filters", expected=inner, received=0, suggestion="")
    assert found.text("en") == "filters must be 3 or more. Received 0."
    assert found.text("ko") == "filters에는 다음이 필요합니다: 3 이상. 받은 값: 0."


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("8", '"8"'),
        ((3, 0), "(3, 0)"),
        ([3], "(3,)"),
        ((), "()"),
        (None, "null"),
        (True, "true"),
        (2.5, "2.5"),
        ({"a": [True, "x"]}, '{a: (true, "x")}'),
        (range(3), "range(0, 3)"),
        (list(range(12)), "(0, 1, 2, 3, 4, 5, 6, 7, 8, ...)"),
        ("한글", '"한글"'),
        ("a\nb\x1b[31m\u202e", '"a\\nb\\x1b[31m\\u202e"'),
        ("x" * 100, '"' + "x" * 77 + '..."'),
    ],
)
def test_a_value_as_a_person_would_write_it(value, shown):
    assert show(value) == shown


anything = st.recursive(
    st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.binary()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner), st.tuples(inner)),
)


@given(anything)
def test_no_fact_breaks_a_line_or_reaches_the_terminal(value):
    facts = {"argument": value, "expected": value, "received": value, "suggestion": value}
    for language in LANGUAGES:
        message = PROBLEMS["argument value"].message.fill(language, **facts)
        assert message.isprintable()
        assert PROBLEMS["argument unknown"].message.fill(language, type=value, argument=value).isprintable()


@given(st.text(), st.integers(4, 90))
def test_plain_text_is_printable_and_short(value, limit):
    assert plain(value, limit).isprintable()
    assert plain(value, 10**6).isprintable()
    assert len(plain(value, limit).encode("ascii", "backslashreplace")) <= 10 * limit
    if value.isprintable() and len(value) <= limit:
        assert plain(value, limit) == value
    assert quote(value)[0] == quote(value)[-1] == '"'


@pytest.mark.parametrize(
    ("asked", "environment", "language"),
    [
        (None, {}, "en"),
        ("ko", {"LAMELLA_LANG": "en"}, "ko"),
        ("en", {"LAMELLA_LANG": "ko"}, "en"),
        (None, {"LAMELLA_LANG": "ko", "LC_ALL": "en_US.UTF-8"}, "ko"),
        (None, {"LC_ALL": "ko_KR.UTF-8", "LANG": "en_US.UTF-8"}, "ko"),
        (None, {"LC_ALL": "", "LC_MESSAGES": "ko_KR", "LANG": "en_US"}, "ko"),
        (None, {"LC_ALL": "fr_FR.UTF-8", "LANG": "ko_KR.UTF-8"}, "en"),
        (None, {"LANG": "KO_kr.UTF-8"}, "ko"),
        (None, {"LANG": "kok_IN.UTF-8"}, "en"),
        (None, {"LANG": "C"}, "en"),
    ],
)
def test_chosen_language(asked, environment, language):
    assert chosen_language(asked, environment) == language
