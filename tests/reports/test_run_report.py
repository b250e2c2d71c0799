"""The report of a run: what it shows is the run's, it stands alone, stays small, and is the same every time."""

from __future__ import annotations

import base64
import io
import json
import re
from html.parser import HTMLParser
from math import log10

import numpy as np
import pytest
from PIL import Image

import lamella
from lamella import pictures
from lamella.checks.checking import findings
from lamella.errors import LamellaError
from lamella.planning.planner import plan
from lamella.reports import picture_rows
from lamella.reports.document import escaped
from lamella.reports.evidence import evidence, spaced
from lamella.reports.picture_rows import rows
from lamella.restoration.scores import Scored, data_of, scores
from lamella.running import load_run
from lamella.training import run as runs
from lamella.training.data import load, to_float
from lamella.training.quality import judge
from lamella.training.settings import Epoch
from reports.small_run import fill, small_run

SHAPE = (12, 16, 3)
LIMIT = 5 * 1024 * 1024
ROW = (": original", ": restored", ": difference")
PNG = re.compile(r'<img [^>]*src="data:image/png;base64,([^"]*)" alt="([^"]*)" width="(\d+)"')


class Tags(HTMLParser):
    """Every element with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of 300 colour pictures in a folder, of which 30 are held out."""
    place = tmp_path_factory.mktemp("report")
    fill(place / "in", 300, SHAPE)
    return small_run(place / "run", f"folder:{place / 'in'}", SHAPE)


@pytest.fixture(scope="module")
def made(run):
    return {language: lamella.report(run, language=language) for language in ("en", "ko")}


def pixels(page):
    """Every picture's numbers by its words, and its width in the page."""
    return {
        alt: (np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))), int(width))
        for data, alt, width in PNG.findall(page)
    }


@pytest.mark.parametrize("language", ["en", "ko"])
def test_it_needs_nothing_else(made, language):
    page = made[language].html
    tags = Tags(page).found
    assert {tag for tag, _ in tags}.isdisjoint({"script", "link", "iframe", "object", "form", "style-src"})
    for _, each in tags:
        for name in ("src", "href", "srcset", "action", "xlink:href"):
            value = each.get(name)
            assert value is None or value.startswith(("data:image/png;base64,", "#section-")), value
        assert not [name for name in each if name.startswith("on")]
    assert not re.search(r"@import|url\(", page)
    assert len(page.encode()) < LIMIT


def test_every_picture_decodes_and_has_words(made):
    page = made["en"].html
    assert page.count("<img ") == len(PNG.findall(page))
    found = pixels(page)
    assert len(found) > 30
    assert all(alt and image.size for alt, (image, _) in found.items())


def test_rows_show_the_image_what_was_made_of_it_and_the_difference(run, made):
    """By hand from the run's folder: levels of the original and of what the engine gives; one scale of differences."""
    scores = evidence(run, 0).scores
    test = to_float(load(run.facts["settings"]["data"], SHAPE).test[:])
    found = pixels(made["en"].html)
    shown = {each.name: each for each in (*scores.worst, *scores.drawn)}
    far = max(np.abs(each.restored - each.original).max() for each in shown.values())
    for name, each in shown.items():
        original, restored, difference = (found[f"{name}: {what}"] for what in ("original", "restored", "difference"))
        np.testing.assert_array_equal(original[0], np.rint(test[each.place] * 255))
        np.testing.assert_array_equal(restored[0], np.rint(np.clip(each.restored, 0, 1) * 255))
        np.testing.assert_allclose(difference[0], np.abs(each.restored - each.original) / far * 255, atol=0.6)
        assert {width for _, width in (original, restored, difference)} == {112}
    assert f"full brightness {far:.2g} of a range of 1" in made["en"].html


def test_the_order_is_worst_first_and_drawn_in_their_order(run, made):
    scores = evidence(run, 0).scores
    page = made["en"].html
    listed = re.findall(r"<b>([^<]*)</b> PSNR ([\d.]+) dB", page)
    expected = [(each.name, f"{each.psnr:.2f}") for each in (*scores.worst, *scores.drawn)]
    assert listed == expected
    assert "6 of all 30 test images, drawn with seed 0 whatever their score" in page
    assert "The 6 images with the lowest PSNR of all 30 test images, the lowest first." in page


def test_the_numbers_of_the_distribution(run, made):
    psnr = evidence(run, 0).scores.psnr
    page = made["en"].html
    expected = {
        "worst": psnr.min(),
        "5 % of the images are below": np.percentile(psnr, 5),
        "median": np.median(psnr),
        "95 % of the images are below": np.percentile(psnr, 95),
        "best": psnr.max(),
        "mean": psnr.mean(),
        "standard error of the mean": psnr.std(ddof=1) / len(psnr) ** 0.5,
    }
    for name, value in expected.items():
        assert f'<tr><td>{name}</td><td class="number">{value:.2f} dB</td></tr>' in page
    assert f"the mean PSNR is {psnr.mean():.2f} dB, the median {np.median(psnr):.2f} dB" in page
    assert f"| this network | {run.quality.network.bce:.4f} |" in page
    assert "the mean agrees with that of the training&#x27;s end" in page


def test_weights_that_are_others_are_told(run, tmp_path):
    other = small_run(tmp_path / "run", run.facts["settings"]["data"], SHAPE)
    runs.write_weights(other.folder, {name: -each for name, each in other.weights().items()})
    page = lamella.report(other, language="en").html
    assert re.search(r"The mean is [\d.]+ dB, but was [\d.]+ dB when the training ended", page)


def test_findings_are_those_of_check(run, made):
    found = findings(lamella.plan(run.design))
    assert found
    page = made["en"].html
    for each in found:
        assert f"<h3>{each.code} (warning): {each.where.layer}</h3>" in page
        assert escaped(each.message("en")) in page
        assert escaped(each.fix("en")) in page
    assert (
        "lamella check finds in the design: " + ", ".join(dict.fromkeys(each.code for each in found)) in made["en"].card
    )


def test_the_maps_are_of_the_first_image_drawn(run, made):
    drawn = evidence(run, 0).scores.drawn[0]
    assert f"The image is {drawn.name}, drawn at random (seed 0)" in made["en"].html
    sight = evidence(run, 0).sight
    np.testing.assert_array_equal(sight.picture.pixels, drawn.original)
    for each in sight.layers:
        assert f"<h3>{each.row.node.name} ({each.row.node.type})</h3>" in made["en"].html


def test_the_same_run_gives_the_same_bytes(run, made):
    assert lamella.report(run.folder, language="ko") == made["ko"]
    assert lamella.report(run.folder, language="en", seed=1).html != made["en"].html


def test_both_languages_say_the_same_numbers(made):
    """Numbers of the tables and cards are the same, in both languages."""
    cells = [re.findall(r'<td class="number">([^<]*)</td>', made[each].html) for each in ("en", "ko")]
    assert len(cells[0]) > 60
    assert cells[0] == cells[1]
    assert not re.search(r"\{\w+(:\w+)?\}", re.sub(r"<style>.*?</style>", "", made["ko"].html, flags=re.DOTALL))
    headings = re.findall("<h[123][^>]*>([^<]*)</h", made["ko"].html)
    assert [each for each in headings if not re.search("[가-힣]", each) and not each.endswith(")")] == []


def test_the_card_is_in_the_report_and_repeats_its_facts(run, made):
    card = made["en"].card
    assert card.startswith("# small net\n\n## What it is\n")
    assert [line for line in card.splitlines() if line.startswith("## ")] == [
        "## What it is", "## Data", "## Quality", "## Limits", "## How it was made", "## How to use it",
    ]  # fmt: skip
    assert run.facts["data"]["fingerprint"] in card
    assert f"PSNR is {run.quality.network.psnr:.2f} dB" in card
    command = next(line for line in card.splitlines() if line.startswith("lamella train "))
    assert command.startswith(f"lamella train RUN/design.yaml --data {run.facts['settings']['data']} --epochs 2 ")
    assert "--time-limit" not in command
    assert "<pre># small net" in made["en"].html


def test_a_name_from_outside_is_shown_and_never_obeyed(run, tmp_path):
    evil = small_run(tmp_path / "run", run.facts["settings"]["data"], SHAPE, status="<script>alert(1)</script>|*x*")
    made = lamella.report(evil, language="en")
    assert "<script" not in made.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in made.html
    assert r"\<script\>alert(1)\</script\>\|\*x\*" in made.card


def test_100_pictures_of_512_stay_below_5_mib(tmp_path):
    """Noise is the largest that a PNG can be: all pictures are made smaller alike, and the page says so."""
    shape = (512, 512, 3)
    fill(tmp_path / "in", 100, shape)
    page = lamella.report(
        small_run(tmp_path / "run", f"folder:{tmp_path / 'in'}", shape, judged=False), language="en"
    ).html
    assert 10**6 < len(page.encode()) < LIMIT
    block = int(re.search(r"a pixel shown is the mean of (\d+) x \d+ pixels", page)[1])
    found = {alt: image for alt, (image, _) in pixels(page).items() if alt.endswith(ROW)}
    assert len(found) >= 3 * 6
    assert {image.shape for image in found.values()} == {(512 // block, 512 // block, 3)}


def test_smaller_pictures_are_means_of_blocks(monkeypatch):
    random = np.random.default_rng(0)
    images = [Scored(place, None, 10.0, *random.random((2, 30, 44, 3), np.float32)) for place in range(2)]
    monkeypatch.setattr(picture_rows, "MOST_BYTES", 6 * 600)
    found = rows([images], "en")
    block = int(re.search(r"the mean of (\d+) x", " ".join(found.words))[1])
    assert block > 1
    shown = pixels(found.groups[0])["test image 2: original"][0]
    down, across = 30 // block, 44 // block
    for y, x in ((0, 0), (down - 1, across - 1)):
        whole = images[1].original[y * block : (y + 1) * block, x * block : (x + 1) * block]
        np.testing.assert_allclose(shown[y, x], whole.mean((0, 1)) * 255, atol=0.51)


def brightening(place, shape, more):
    """A run on the pictures in `place`/in whose network adds `more` to every number, and does no more."""
    run = small_run(place / "run", f"folder:{place / 'in'}", shape, judged=False)
    design = f"input: {list(shape)}\nlayers:\n  - Conv2D: {{name: c, filters: 1, kernel_size: 1}}\n"
    (run.folder / runs.DESIGN).write_text(design, "utf-8")
    weights = {"c/kernel": np.ones((1, 1, 1, 1), np.float32), "c/bias": np.full(1, more, np.float32)}
    runs.write_weights(run.folder, weights)
    return load_run(run.folder)


def test_pictures_restored_exactly(tmp_path):
    """Their PSNR is infinite: no histogram, no division by zero, and words that say so."""
    shape = (6, 6, 1)
    fill(tmp_path / "in", 30, shape)
    run = brightening(tmp_path, shape, 0)
    made = lamella.report(run.folder, language="en")
    assert "3 images are restored exactly (PSNR ∞) and are left out of these figures." in made.html
    assert "PSNR of the single images" not in made.html
    assert "the mean PSNR is ∞, the median ∞, the worst ∞" in made.html


def test_what_is_beyond_white_counts_as_what_the_file_holds(tmp_path):
    """A linear output: what is shown, its difference, its score and the training's are of the same numbers."""
    shape = (6, 6, 1)
    fill(tmp_path / "in", 40, shape)
    run = brightening(tmp_path, shape, 0.5)
    held = data_of(run, shape)
    whole = held.images[np.arange(len(held.images))]
    originals = to_float(whole)
    wanted = [10 * log10(1 / np.mean((np.minimum(each + 0.5, 1) - each) ** 2)) for each in originals.astype(np.float64)]
    found = scores(run, 0)
    np.testing.assert_allclose(found.psnr, wanted, atol=1e-4)
    assert max(float(each.restored.max()) for each in (*found.worst, *found.drawn)) == 1
    judged = judge(plan(run.design), whole, np.arange(len(whole)), whole, lambda images: images + 0.5)
    assert judged.network.psnr == pytest.approx(np.mean(wanted), abs=1e-4)


def test_one_median_where_some_images_are_exact(tmp_path):
    shape = (6, 6, 1)
    fill(tmp_path / "in", 80, shape)
    for number in range(0, 80, 2):  # all white, which a linear layer that adds nothing below 1 gives back
        pictures.write(tmp_path / "in" / f"{number:03}.png", np.ones(shape, np.float32))
    run = brightening(tmp_path, shape, 0.2)
    found = scores(run, 0)
    exact = len(found.psnr) - found.inexact.size
    assert 0 < exact < len(found.psnr)
    median = f"{np.median(found.inexact):.2f} dB"
    page = lamella.report(run.folder, language="en").html
    assert f"the median {median}" in page
    assert f"{exact} images are restored exactly (PSNR ∞) and are left out of these figures." in page
    assert f'<td>median</td><td class="number">{median}</td>' in page


def test_pictures_of_one_row_are_made_smaller_too():
    noise = np.random.default_rng(0).random((1, 40_000, 3), np.float32)
    found = rows([[Scored(at, None, 3.0, noise, 1 - noise) for at in range(12)]], "en")
    assert sum(map(len, found.groups)) < 4 * 2**20
    assert "a pixel shown is the mean of 1 x " in found.words[1]


def test_a_long_training_and_a_deep_design_stay_small(run, tmp_path):
    long = small_run(tmp_path / "run", run.facts["settings"]["data"], SHAPE)
    random = np.random.default_rng(0).random(20_000)
    epochs = [Epoch(at + 1, float(each), float(each) / 2, 0.1, at == 7_777) for at, each in enumerate(random)]
    runs.write_epochs(long.folder, epochs)
    page = lamella.report(long.folder, language="en").html
    assert "The table shows 30 of 20,000 epochs at even steps, and the best one." in page
    assert '<td class="number">7,778</td>' in page
    assert len(page.encode()) < LIMIT
    layers = "\n".join(f"  - Activation: {{name: a{at}, activation: relu}}" for at in range(600))
    deep = small_run(tmp_path / "deep", run.facts["settings"]["data"], SHAPE)
    text = (deep.folder / runs.DESIGN).read_text("utf-8").rstrip() + "\n" + layers + "\n"
    (deep.folder / runs.DESIGN).write_text(text, "utf-8")
    page = lamella.report(deep.folder, language="en").html
    assert "The first 400 of 605 layers are shown." in page
    assert "Shown are 24 of 604 layers, at even steps." in page
    assert len(page.encode()) < LIMIT


def test_without_its_pictures_it_says_so_and_tells_the_rest(run, tmp_path):
    fill(tmp_path / "in", 40, SHAPE)
    gone = small_run(tmp_path / "run", f"folder:{tmp_path / 'in'}", SHAPE)
    (tmp_path / "in").rename(tmp_path / "elsewhere")
    made = lamella.report(gone, language="en")
    assert made.missing.key == "path missing"
    assert "This report has no pictures and no scores of single images." in made.html
    assert f"{tmp_path / 'in'}: There is no such file or folder." in made.html
    assert "How the scores are spread" not in made.html
    assert "Quality on 4 test images, held out from all training" in made.html
    moved = lamella.report(gone, data=f"folder:{tmp_path / 'elsewhere'}", language="en")
    assert moved.missing is None
    assert "How the scores are spread" in moved.html
    (tmp_path / "elsewhere" / "007.png").unlink()
    (tmp_path / "elsewhere").rename(tmp_path / "in")
    changed = lamella.report(gone, language="ko")
    assert changed.missing.key == "data changed"
    assert "이미지가 학습할 때와 다릅니다" in changed.html
    with pytest.raises(LamellaError, match="are not those that the run was trained with"):
        lamella.report(gone, data=f"folder:{tmp_path / 'in'}")


def test_a_layer_that_cant_be_seen_leaves_the_rest(run, monkeypatch):
    from lamella.errors import BuildError, problem
    from lamella.reports import evidence as gathered

    def refuse(*_):
        raise BuildError(problem("see many", count=3, limit=2, example="a,b"))

    monkeypatch.setattr(gathered, "see", refuse)
    page = lamella.report(run, language="en").html
    assert "There are no maps. The design has 3 layers to see" in page
    assert "How the scores are spread" in page


def test_a_run_that_did_not_finish_says_so(run, tmp_path):
    stopped = small_run(tmp_path / "run", run.facts["settings"]["data"], SHAPE, status="interrupted", judged=False)
    facts = json.loads((stopped.folder / runs.FACTS).read_text("utf-8"))
    del facts["best_epoch"], facts["seconds"]
    runs.write_json(stopped.folder / runs.FACTS, facts)
    made = lamella.report(stopped.folder, language="en")
    assert "The training did not come to its end (status: interrupted)" in made.html
    assert "The training did not come to its end" in made.card
    assert "PCA" not in made.card


def test_at_even_steps_the_ends_stay():
    for count in range(1, 60):
        for most in range(2, 20):
            kept = spaced(range(count), most)
            assert len(kept) == min(count, most) == len({*kept})
            assert (kept[0], kept[-1]) == (0, count - 1)
            assert list(kept) == sorted(kept)


def test_few_images_are_shown_once_and_no_percents_are_told_of_them(tmp_path):
    fill(tmp_path / "in", 40, SHAPE)
    few = small_run(tmp_path / "run", f"folder:{tmp_path / 'in'}", SHAPE)
    made = lamella.report(few, language="en")
    assert "All 4 test images, the lowest PSNR first: too few to draw some of them." in made.html
    assert "Drawn at random" not in made.html
    assert made.html.count('class="row"') == 4
    assert "% of the images are below" not in made.html
    assert "Only 4 test images were measured" in made.card
    assert "one in twenty" not in made.card
