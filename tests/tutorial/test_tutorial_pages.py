"""The tutorial: every page runs, prints what it says, shows pictures that are there and are what the code draws."""

from __future__ import annotations

import re
import runpy
import shutil
from pathlib import Path

import pytest

from tutorial.page_running import agrees, blocks, run, steps

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorial"
PAGES = sorted(TUTORIAL.glob("*/*.md"))
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "draw_tutorial.py"))


def name_of(page):
    return f"{page.parent.name}/{page.stem}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_what_a_page_runs_prints_what_it_says(page, tmp_path, monkeypatch):
    listed = list(steps(page.read_text("utf-8")))
    if any(step.trained or "keras" in step.run for step in listed):
        pytest.importorskip("keras")
    monkeypatch.setenv("LAMELLA_LANG", page.parent.name)
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "examples" / "chelsea.png", tmp_path)
    names = {"__name__": "page"}
    for step in listed:
        received = run(step, tmp_path, names)
        if step.expected is not None:
            place = f"{page}:{step.line}: {step.run}"
            assert agrees(received, step.expected, step.trained), f"{place}\nprinted:\n{received}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_all_code_of_a_page_is_run(page):
    text = page.read_text("utf-8")
    assert text.count("\n```") == 2 * len(blocks(text)), "a fence is not closed, or stands in the line"
    kinds = [block.kind for block in blocks(text)]
    assert set(kinds) <= {"yaml", "console", "python", "text"}
    for before, kind in zip(["", *kinds], kinds):
        assert kind != "text" or before == "python", "output stands right behind what prints it"
    for block in blocks(text):
        assert block.kind != "console" or block.text.startswith("$ lamella ")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_and_pictures_of_a_page_are_there(page):
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert "://" in target or (page.parent / target).resolve().exists(), target
    for picture in re.findall(r"!\[[^\]]+\]\(\.\./pictures/([^)]+)\)", text):
        assert picture.startswith(f"{page.parent.name}/") or picture in SCRIPT["SHARED"], picture


def test_both_languages_have_the_same_pages_commands_and_pictures():
    for page in (TUTORIAL / "en").glob("*.md"):
        other = TUTORIAL / "ko" / page.name
        english, korean = page.read_text("utf-8"), other.read_text("utf-8")
        assert [step.run for step in steps(english) if step.kind == "command"] == [
            step.run for step in steps(korean) if step.kind == "command"
        ]
        both = [re.findall(r"\.\./pictures/(?:en/|ko/)?([^)]+)", text) for text in (english, korean)]
        assert both[0] == both[1]
    assert {page.name for page in (TUTORIAL / "en").iterdir()} == {page.name for page in (TUTORIAL / "ko").iterdir()}


def test_every_picture_is_shown_and_all_are_small():
    shown = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in re.findall(r"\]\((\.\./pictures/[^)]+)\)", page.read_text("utf-8"))
    }
    there = {path for path in (TUTORIAL / "pictures").rglob("*") if path.is_file()}
    assert there == shown == {TUTORIAL / "pictures" / name for name in SCRIPT["names"]()}
    assert sum(path.stat().st_size for path in there) < 1.5 * 2**20


@pytest.mark.parametrize("name", SCRIPT["names"](trained=False))
def test_a_picture_is_what_the_code_draws_today(name):
    made = SCRIPT["draw"](name)
    assert made == (TUTORIAL / "pictures" / name).read_bytes()


@pytest.mark.parametrize(
    ("received", "expected", "trained", "agree"),
    [
        ("a b\nc", "a\nb c", False, True),
        ("a b c", "a c", False, False),
        ("a b c", "a\n...\nc", False, True),
        ("a b", "a\n...\nc", False, False),
        ("one 1.0 two 2.0 three", "one\n...\ntwo 2.0\n...", False, True),
        ("one 1.0 two 2.0 three", "one\n...\ntwo 2.1\n...", False, False),
        ("loss 0.110", "loss 0.100", True, True),
        ("loss 0.130", "loss 0.100", True, False),
        ("loss 0.110", "loss 0.100", False, False),
        ("loss 0.110", "gain 0.100", True, False),
        ("a", "a\n...\na", False, False),
    ],
)
def test_the_rules_of_comparing(received, expected, trained, agree):
    assert agrees(received, expected, trained) is agree
