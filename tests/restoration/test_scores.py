"""Scores of the held-out images: each by brute force, the worst really the worst, the drawn ones fair."""

from __future__ import annotations

import numpy as np
import pytest

from lamella import pictures
from lamella.errors import DataError, DesignError, RunError
from lamella.restoration.engine import Engine
from lamella.restoration.scores import Scores, data_of, scores
from lamella.training import run as runs
from lamella.training.data import load, to_float
from lamella.training.run import load as load_run
from reports.small_run import fill, small_run

SHAPE = (12, 16, 1)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of 200 pictures in a folder, of which 20 are held out."""
    place = tmp_path_factory.mktemp("scores")
    fill(place / "in", 200, SHAPE)
    return small_run(place / "run", f"folder:{place / 'in'}", SHAPE)


@pytest.fixture(scope="module")
def found(run):
    return scores(run, seed=3)


def by_hand(run):
    """The held-out images, what an engine makes of each alone, and 10 log10(1 / MSE) of each."""
    test = to_float(load(run.facts["settings"]["data"], SHAPE).test[:])
    restored = np.concatenate([Engine(run).restore(image[None]) for image in test])
    errors = [np.square(a.astype(float) - b.astype(float)).mean() for a, b in zip(test, restored, strict=True)]
    return test, restored, [10 * np.log10(1 / each) for each in errors]


def test_every_score_is_that_of_brute_force(run, found):
    _, _, psnr = by_hand(run)
    assert len(psnr) == 20
    np.testing.assert_allclose(found.psnr, psnr, atol=1e-4)
    assert found.psnr.mean() == pytest.approx(run.quality.network.psnr, abs=1e-4)


def test_the_worst_are_the_worst(run, found):
    test, restored, psnr = by_hand(run)
    order = sorted(range(len(psnr)), key=psnr.__getitem__)
    assert [each.place for each in found.worst] == order[:6]
    for each in found.worst:
        np.testing.assert_array_equal(each.original, test[each.place])
        np.testing.assert_allclose(each.restored, restored[each.place], atol=1e-5)
        assert each.psnr == pytest.approx(psnr[each.place], abs=1e-4)


def test_the_names_are_those_of_files_that_were_held_out(run, found):
    names = {each.place: each.name for each in (*found.worst, *found.drawn)}
    folder = run.facts["settings"]["data"].removeprefix("folder:")
    test = load(f"folder:{folder}", SHAPE).test
    for place, name in names.items():
        np.testing.assert_array_equal(
            pictures.levels(pictures.read(runs.Path(folder) / name, SHAPE).pixels), test[place]
        )


def test_the_same_seed_draws_the_same_and_others_others(run, found):
    drawn = [tuple(each.place for each in scores(run, seed).drawn) for seed in (3, 3, *range(4, 24))]
    assert drawn[0] == drawn[1] == tuple(each.place for each in found.drawn)
    assert len({*drawn}) > 15
    assert all(len({*each}) == 6 and sorted(each) == list(each) for each in drawn)
    assert {place for each in drawn for place in each} == {*range(20)}, "some image is never drawn"


def test_what_is_drawn_does_not_depend_on_the_scores(run, tmp_path):
    """With the scores turned round, the same places are drawn: a network of other weights, the same seed."""
    data = run.facts["settings"]["data"]
    other = small_run(tmp_path / "run", data, SHAPE)
    weights = {name: -each for name, each in other.weights().items()}
    runs.write_weights(other.folder, weights)
    one, two = scores(run, 5), scores(other, 5)
    assert not np.allclose(one.psnr, two.psnr, atol=0.01)
    assert [each.place for each in one.drawn] == [each.place for each in two.drawn]


def test_fewer_images_than_are_shown(tmp_path):
    fill(tmp_path / "in", 30, SHAPE)
    found = scores(small_run(tmp_path / "run", f"folder:{tmp_path / 'in'}", SHAPE), 0)
    assert (len(found.psnr), len(found.worst), len(found.drawn)) == (3, 3, 3)
    assert isinstance(found, Scores)


def test_data_that_have_moved_are_found_and_others_refused(run, tmp_path):
    folder = runs.Path(run.facts["settings"]["data"].removeprefix("folder:"))
    copy = tmp_path / "copy"
    copy.mkdir()
    for each in folder.iterdir():
        (copy / each.name).write_bytes(each.read_bytes())
    assert len(data_of(run, SHAPE, f"folder:{copy}").images) == 20
    next(iter(sorted(copy.iterdir()))).unlink()
    with pytest.raises(
        DataError, match="are not those that the run was trained with: their fingerprint is sha256:"
    ) as no:
        data_of(run, SHAPE, f"folder:{copy}")
    assert "학습할 때와 다릅니다" in no.value.problems[0].text("ko")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_no_numbers(run, tmp_path, value):
    broken = small_run(tmp_path / "run", run.facts["settings"]["data"], SHAPE)
    weights = broken.weights()
    weights["edges/kernel"][0, 0, 0, 0] = value
    runs.write_weights(broken.folder, weights)
    with pytest.raises(RunError, match=r"not finite \(NaN or infinite\): edges/kernel"):
        scores(load_run(broken.folder), 0)


def test_numbers_that_overflow(run, tmp_path):
    """All weights are finite, but what they give is not."""
    broken = small_run(tmp_path / "run", run.facts["settings"]["data"], SHAPE)
    weights = {name: np.full_like(each, 3e38) for name, each in broken.weights().items()}
    weights["restored/kernel"][..., ::2, :] *= -1
    runs.write_weights(broken.folder, weights)
    with pytest.raises(DesignError, match="numbers of its output are not finite"):
        scores(load_run(broken.folder), 0)
