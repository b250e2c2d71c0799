"""The claims that need no training: each figure by brute force or by real Keras, and the claim itself."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import lamella
from lamella.errors import UsageError
from lamella.seeing.bias import fits
from lamella.seeing.checkerboard import boards, period_two
from lamella.seeing.condensing import spreads
from lamella.seeing.depth import gradients
from lamella.seeing.padded_border import paddings, strides
from lamella.seeing.pooled_field import fields, laid_on
from lamella.seeing.shifts import MOST_PX, consistencies, moved, picture_consistencies
from lamella.sights import CLAIMS, PICTURED


def counted(size: int, layers: int, stride: int, padding: str) -> tuple[np.ndarray, int]:
    """On how many ways each pixel reaches an output, by walking from every output back; and the outputs' side."""
    sides = [size]
    for _ in range(layers):
        inner = sides[-1] if padding == "same" else sides[-1] - 2
        sides.append(-(-inner // stride))
    ways = np.ones((sides[-1],) * 2, int)
    for side in reversed(sides[:-1]):
        before = np.zeros((side, side), int)
        for y, x in np.ndindex(*ways.shape):
            for dy, dx in np.ndindex(3, 3):
                at = (y * stride + dy - (padding == "same"), x * stride + dx - (padding == "same"))
                if min(at) >= 0 and max(at) < side:
                    before[at] += ways[y, x]
        ways = before
    return ways, sides[-1]


@pytest.mark.parametrize(("size", "layers"), [(12, 1), (12, 4), (9, 3)])
def test_padding_keeps_the_size_and_uses_the_border(size, layers):
    found = paddings((size, size), 3, layers)
    for padding, use in found.items():
        ways, side = counted(size, layers, 1, padding)
        assert use.output_px == (side, side)
        assert (use.counts == ways).all()
    assert found["same"].output_px[0] == size > found["valid"].output_px[0]
    assert found["same"].border_share > found["valid"].border_share


def test_a_stride_saves_work_and_beyond_the_kernel_skips_pixels():
    found = strides((12, 12), 3, (1, 2, 3, 4, 5))
    for each in found:
        ways, side = counted(12, 1, each.stride, "valid")
        assert (each.counts == ways).all()
        assert (each.output_px, each.macs) == ((side, side), side * side * 9)
        assert each.unseen == (ways == 0).sum()
        inside = (side - 1) * each.stride + 3  # what the windows reach to
        assert bool((ways[:inside, :inside] == 0).any()) == (each.stride > 3)


def test_of_a_picture_that_is_not_square_both_axes_are_counted():
    found = paddings((9, 14), 3, 3)["valid"]
    rows, columns = (np.sqrt(np.diag(counted(size, 3, 1, "valid")[0])) for size in (9, 14))
    assert found.output_px == (3, 8)
    np.testing.assert_array_equal(found.counts, np.outer(rows, columns).round())


def test_only_uneven_overlap_leaves_a_board_of_equal_weights_and_only_upsampling_never_does():
    found = boards(draws=6, seed=1)
    assert found["kernel 4"].equal_energy == pytest.approx(0, abs=1e-12)
    assert found["upsampling"].equal_energy == pytest.approx(0, abs=1e-12)
    one, two, four = 1 / 9, 2 / 9, 4 / 9  # of nine equal weights: how many meet at each phase
    phases = np.array([one, two, two, four])
    assert found["kernel 3"].equal_energy == pytest.approx(phases.var() / np.square(phases).mean(), rel=1e-6)
    assert found["upsampling"].random_energy == pytest.approx(0, abs=1e-12)
    assert min(found["kernel 3"].random_energy, found["kernel 4"].random_energy) > 0.1


def test_trained_weights_are_those_that_gradient_descent_can_not_better():
    found = boards(draws=1, images=200)
    assert found["upsampling"].trained_energy == pytest.approx(0, abs=1e-12)
    assert 0 < found["kernel 4"].trained_energy < found["kernel 3"].trained_energy < found["kernel 3"].equal_energy
    keras = pytest.importorskip("keras")
    from lamella.training.data import read_digits

    digits = read_digits()["train_images"][:200].astype("float32")[..., None] / 255
    halves = digits.reshape(200, 14, 2, 14, 2, 1).mean((2, 4))
    layer = keras.layers.Conv2DTranspose(1, 3, strides=2, padding="same", use_bias=False)
    model = keras.Sequential([keras.Input((14, 14, 1)), layer])
    model.compile(keras.optimizers.Adam(0.1), "mse")
    keras.utils.set_random_seed(0)
    model.fit(halves, digits, batch_size=200, epochs=150, verbose=0)
    least = model.evaluate(halves, digits, batch_size=200, verbose=0)
    assert found["kernel 3"].error <= least * (1 + 1e-5)
    assert least == pytest.approx(found["kernel 3"].error, rel=0.02)


def test_period_two_is_found_in_a_board_and_in_nothing_else():
    board = np.indices((8, 8)).sum(0) % 2.0
    assert period_two(board) == (0.25, 0.5)
    assert period_two(np.ones((8, 8)))[0] == 0
    assert period_two(np.indices((8, 8)).sum(0) // 2 % 2.0)[0] == 0


def test_pooling_widens_the_field_that_is_seen_and_the_one_that_counts():
    found = fields(draws=2, seed=3)
    assert [each.theory_px for each in found.values()] == [7, 22, 22, 18, 18, 22]
    for each in found.values():
        assert each.reached == each.seen
        assert each.effective_px < each.theory_px
    assert found["pooling"].effective_px > 2 * found["convolution"].effective_px


@pytest.mark.parametrize(("name", "place", "poolings", "back"), [("pooling", 2, 3, False), ("phase 1", 17, 2, True)])
def test_the_influence_of_a_pixel_is_the_gradient_that_keras_computes(name, place, poolings, back):
    from lamella.planning.planner import plan
    from lamella.seeing.pooled_field import SIDE_PX, _design
    from lamella.seeing.starting_weights import random_weights

    tf = pytest.importorskip("tensorflow")
    from lamella.building.keras_weights import put_weights

    design = _design(poolings, back)
    model = lamella.build(design)
    put_weights(model, design, random_weights(plan(design), 5))
    x = tf.Variable(np.zeros((1, SIDE_PX, SIDE_PX, 1), np.float32))
    with tf.GradientTape(persistent=True) as tape:
        middle = model(x)[0, place, place]
    rows = tape.jacobian(middle, x, experimental_use_pfor=False).numpy()
    found = fields(draws=1, seed=5)[name].influence
    np.testing.assert_allclose(found, np.abs(rows[:, 0, :, :, 0]).mean(0), atol=1e-5)


def test_a_field_on_a_larger_picture_is_the_one_that_is_seen_there():
    from lamella.planning.planner import plan
    from lamella.seeing.cone import cone

    field = fields(draws=1)["pooling"]
    laid, (down, right) = laid_on(field, (64, 96))
    known = plan(trace_larger(64, 96))
    seen = cone(known, known.rows[-1], {0: (16 + down) // 8, 1: (16 + right) // 8})[-1].extents
    assert seen[:2] == tuple((field.seen[0] + moved, field.seen[1] + moved) for moved in (down, right))
    assert laid.sum() == pytest.approx(field.influence.sum())
    for axis, extent in ((1, seen[0]), (0, seen[1])):
        places = np.flatnonzero(laid.any(axis))
        assert (places[0], places[-1]) == extent


def trace_larger(height, width):
    """Three convolutions with a pooling behind each."""
    from lamella.layers import AveragePooling2D, Conv2D, Input

    x = y = Input((height, width, 1))
    for _ in range(3):
        y = AveragePooling2D(2)(Conv2D(8, 3, padding="same")(y))
    return lamella.Model(x, y).design


def test_pooling_steadies_features_and_blur_pooling_most():
    found = consistencies(images=16, draws=3, seed=2)
    for px in range(MOST_PX):
        at = {way: cosines[px] for way, cosines in found.items()}
        assert at["strides"] < at["max pooling"] < at["blur pooling"] < 1
        assert at["strides"] < at["average pooling"] < 1
    assert all(cosines == sorted(cosines, reverse=True) for cosines in found.values())


def test_a_moved_digit_is_whole_and_nothing_of_it_comes_in_on_the_other_side():
    digits = np.ones((2, 5, 6, 1), np.float32)  # ink up to the border
    views = moved(digits)
    whole = (2, 5 + 2 * MOST_PX, 6 + 2 * MOST_PX, 1)
    steps = [(0, 0), *((y * px, x * px) for px in range(1, 5) for y, x in ((0, 1), (1, 0), (0, -1), (-1, 0)))]
    assert views.shape == (len(steps), *whole)
    for view, (y, x) in zip(views, steps, strict=True):
        expected = np.zeros(whole, np.float32)
        expected[:, MOST_PX + y : MOST_PX + y + 5, MOST_PX + x : MOST_PX + x + 6] = digits
        np.testing.assert_array_equal(view, expected)


def test_the_consistency_is_the_cosine_of_what_keras_computes():
    pytest.importorskip("keras")
    from lamella.building.keras_weights import put_weights
    from lamella.planning.planner import plan
    from lamella.seeing.shifts import _design
    from lamella.seeing.starting_weights import random_weights

    pixels = np.random.default_rng(0).random((20, 24), np.float32)
    design = _design("max pooling", (12, 16, 1))
    model = lamella.build(design)
    put_weights(model, design, random_weights(plan(design), 4))
    still, *moved = (
        model(pixels[None, 4 - y : 16 - y, 4 - x : 20 - x, None]).numpy().ravel()
        for y, x in ((0, 0), (0, 3), (3, 0), (0, -3), (-3, 0))
    )
    cosines = [still @ each / np.linalg.norm(still) / np.linalg.norm(each) for each in moved]
    found = picture_consistencies(pixels, draws=1, seed=4)["max pooling"]
    assert found[2] == pytest.approx(np.mean(cosines), abs=1e-5)


def test_what_vanishes_is_unlike_what_was_there():
    pixels = np.zeros((16, 16), np.float32)
    pixels[4, 4] = 1  # in the corner of the inside: moved up or left it is gone
    found = picture_consistencies(pixels, draws=1)
    assert all(np.isfinite(each).all() for each in found.values())
    assert found["max pooling"][3] <= 0.5


def test_dense_layers_condense_and_enrich_and_only_an_activation_says_something_new():
    found = spreads(images=700, seed=4)
    assert found["condensed"].rank == found["condensed"].numbers == 64
    assert found["enriched"].numbers > found["pixels"].numbers
    assert found["enriched"].rank <= found["pixels"].rank < found["enriched relu"].rank == 700


def test_a_bias_reaches_what_no_weight_can():
    found = fits(images=50)
    assert found["with"].error == pytest.approx(0, abs=1e-20)
    assert (found["with"].weight, found["with"].bias) == pytest.approx((-1, 1))
    from lamella.training.data import read_digits

    x = read_digits()["train_images"][:50].ravel() / 255
    tried = {w: np.square(w * x - (1 - x)).mean() for w in np.linspace(-2, 2, 401)}
    assert min(tried, key=tried.__getitem__) == pytest.approx(found["without"].weight, abs=0.01)
    assert found["without"].error == pytest.approx(min(tried.values()), rel=1e-3)


@pytest.mark.parametrize(
    ("name", "measure", "fewer", "english", "korean"),
    [
        ("bias", fits, (70,), "turn 70 digits into", "숫자 70개를"),
        ("dense", spreads, (90, 0), "the most that 90 images can have", "90장의 최대는 90)"),
        ("shift", consistencies, (3, 2, 0), "2 draws of weights", "숫자 3개와"),
        ("checkerboard", boards, (5, 0, 60), "Over 5 draws of random weights", "숫자 60개를"),
        ("depth", gradients, (3, 1, 0, 2), "3 dense layers of 64 units", "가중치 1벌의"),
    ],
)
def test_a_sentence_says_how_much_was_measured(name, measure, fewer, english, korean, monkeypatch):
    monkeypatch.setattr(measure, "__defaults__", fewer)
    found = lamella.claim(name)
    assert english in found.text("en")
    assert korean in found.text("ko")


def test_a_claim_that_is_not_made_is_answered_with_a_near_one():
    with pytest.raises(UsageError, match=r'no claim "paddin"\. Did you mean padding'):
        lamella.claim("paddin")


def test_what_needs_no_training_loads_no_keras():
    program = (
        "import sys, lamella\nlamella.claim('checkerboard').text()\n"
        "print(*sorted({'keras', 'tensorflow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not done.stdout.strip()


def test_every_claim_is_known_by_name_before_it_is_loaded():
    from lamella.reports.claims import CLAIMS as MEASURES
    from lamella.reports.claims import ON_PICTURES

    assert set(CLAIMS) == set(MEASURES)
    assert set(PICTURED) == set(ON_PICTURES)
