"""Every check: found in its wrong samples, not in its right ones, said whole in both languages."""

from __future__ import annotations

import re

import pytest

from lamella import api
from lamella.checks import CHECKS
from lamella.checks.checking import findings
from lamella.planning.planner import plan
from lamella.sources.yaml_file import read
from lamella.texts.languages import LANGUAGES
from lamella.texts.problems import PROBLEMS

SAMPLES = [
    pytest.param(kind, text, wrong, id=f"{code}-{'wrong' if wrong else 'right'}-{place}")
    for code, kind in sorted(CHECKS.items())
    for wrong in (True, False)
    for place, text in enumerate(kind.wrong if wrong else kind.right)
]


@pytest.mark.parametrize(("kind", "text", "wrong"), SAMPLES)
def test_samples(kind, text, wrong):
    known = plan(read(text.encode(), "sample.yaml"))
    assert known.errors == ()
    found = [*kind().find(known)]
    assert bool(found) == wrong
    for each in found:
        assert each.code == kind.words.code
        assert each.where.line is not None
        assert each.where.layer is not None
        for language in LANGUAGES:
            said = each.text(language)
            assert not re.search(r"[{}]|None|Phrase", said), said
            assert bool(re.search("[가-힣]", said)) == (language == "ko")


@pytest.mark.parametrize("kind", CHECKS.values(), ids=list(CHECKS))
def test_pages(kind):
    assert kind.wrong
    assert kind.right
    assert kind.__doc__
    assert len(kind.source) > 10
    for text in (kind.title, kind.why, kind.words.message):
        assert text.en.isascii(), text.en
        assert re.search("[가-힣]", text.ko)


def test_codes_are_used_once():
    assert not CHECKS.keys() & {each.code for each in PROBLEMS.values()}


@pytest.mark.parametrize("name", api.ready_designs())
def test_the_ready_designs_are_found_fault_with_only_for_what_they_show(name):
    expected = {"transposed-autoencoder": {"LAM311", "LAM314"}}.get(name, set())
    assert {each.code for each in findings(plan(api.ready_design(name)))} == expected
