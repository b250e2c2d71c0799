"""Every page that lamella writes, opened in Chromium and asked by axe-core: no violation of any of its rules."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import lamella
from lamella import sights
from lamella.texts.languages import LANGUAGES
from reports.small_run import fill, small_run

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
CLAIMS = ("padding", "bias", "stride")
PAGES = ("report", "report without pictures", "see", "claims")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (Debian: apt-get install chromium)")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Each page in each language, of a small run whose design has findings."""
    place = tmp_path_factory.mktemp("pages")
    shape = (12, 16, 3)
    run = small_run(place / "run", f"folder:{fill(place / 'in', 120, shape)}", shape)
    found = {}
    for language in LANGUAGES:
        found["report", language] = place / f"{language}.html"
        lamella.report(run, found["report", language], language=language)
        found["see", language] = place / f"see-{language}.html"
        lamella.see(run, place / "in" / "000.png", out=found["see", language], language=language)
        sights.write_claims([lamella.claim(each) for each in CLAIMS], place / f"claims-{language}", language)
        found["claims", language] = place / f"claims-{language}" / "claims.html"
    (place / "in").rename(place / "gone")
    for language in LANGUAGES:
        found["report without pictures", language] = place / f"without-{language}.html"
        lamella.report(run, found["report without pictures", language], language=language)
    return found


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as engines:
        started = engines.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def opened(browser):
    """Opens a page; its policy forbids scripts, so that of axe is let in past it."""
    contexts = []

    def open_page(path: Path, scheme: str, width: int):
        contexts.append(
            browser.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 900})
        )
        page = contexts[-1].new_page()
        page.goto(path.as_uri())
        return page

    yield open_page
    for each in contexts:
        each.close()


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name, language, scheme, width, pages, opened):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(opened(pages[name, language], scheme, width)).response
    assert len(found["passes"]) > 15, "axe looked at next to nothing"
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []


def test_axe_finds_what_is_wrong(tmp_path, opened):
    """The test can fail: a picture without words and a text that can't be told from its ground."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = tmp_path / "bad.html"
    page.write_text(
        '<html lang="en"><title>t</title><h1>t</h1><img src="data:,"><p style="color:#ccc">grey</p>', "utf-8"
    )
    found = {each["id"] for each in axe.Axe().run(opened(page, "light", 360)).response["violations"]}
    assert {"image-alt", "color-contrast"} <= found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 1200])
def test_the_report_is_no_wider_than_its_window(language, width, pages, opened):
    page = opened(pages["report", language], "light", width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_of_all_rows_are_in_one_zoom(language, pages, opened):
    for width in (360, 1200):
        page = opened(pages["report", language], "light", width)
        sizes = page.evaluate("[...document.querySelectorAll('.row img')].map(i => [i.clientWidth, i.clientHeight])")
        assert len(sizes) >= 3 * 8
        assert len({*map(tuple, sizes)}) == 1
        assert abs(sizes[0][0] / sizes[0][1] - 16 / 12) < 0.02
