"""Measures of quality, each counted a second time: by loops, by scikit-image, by hand."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from lamella.training import metrics
from lamella.training.metrics import Quality, Tally, binary_cross_entropy, mean_squared_error, psnr, ssim

SIZES = [(11, 11), (11, 30), (28, 28), (27, 40), (33, 16), (64, 11)]


def pair(height=28, width=28, channels=1, n=3, seed=0):
    """Smooth images and noisy copies, float32 in [0, 1], some numbers exactly 0 and 1."""
    random = np.random.default_rng(seed)
    waves = np.sin(np.linspace(0, 6, height))[:, None, None] + np.cos(np.linspace(0, 9, width))[:, None]
    images = np.clip(0.5 + 0.4 * waves + random.normal(0, 0.1, (n, height, width, channels)), 0, 1)
    restored = np.clip(images + random.normal(0, 0.15, images.shape), 0, 1)
    return images.astype(np.float32), restored.astype(np.float32)


def measure(images, restored, parts=1):
    """All four measures, of images that come in so many parts."""
    tally = Tally()
    for some in zip(np.array_split(images, parts), np.array_split(restored, parts), strict=True):
        tally.add(*some)
    return tally.quality()


def loop_bce(images, restored):
    """Cross-entropy number by number with Python's own floats."""
    total = 0.0
    for x, y in zip(images.ravel().tolist(), restored.ravel().tolist(), strict=True):
        y = min(max(y, float(np.float32(1e-7))), float(np.float32(1 - 1e-7)))
        total -= x * math.log(y) + (1 - x) * math.log(1 - y)
    return total / images.size


def loop_ssim(x, y):
    """SSIM of one channel (height, width), window by window, from the paper's formulas."""
    side = np.arange(11) - 5
    window = np.exp(-(side[:, None] ** 2 + side[None, :] ** 2) / (2 * 1.5**2))
    window /= window.sum()
    values = []
    for row in range(x.shape[0] - 10):
        for column in range(x.shape[1] - 10):
            a, b = (each[row : row + 11, column : column + 11].astype(np.float64) for each in (x, y))
            mean_a, mean_b = (window * a).sum(), (window * b).sum()
            var_a, var_b = (window * (a - mean_a) ** 2).sum(), (window * (b - mean_b) ** 2).sum()
            cov = (window * (a - mean_a) * (b - mean_b)).sum()
            values.append(
                (2 * mean_a * mean_b + 1e-4)
                * (2 * cov + 9e-4)
                / ((mean_a**2 + mean_b**2 + 1e-4) * (var_a + var_b + 9e-4))
            )
    return float(np.mean(values))


def test_binary_cross_entropy_is_what_a_loop_gives():
    images, restored = pair(12, 9, 3)
    assert {0.0, 1.0} <= set(restored.ravel().tolist())
    assert binary_cross_entropy(images, restored) == pytest.approx(loop_bce(images, restored), rel=1e-12)


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (0.0, 0.5, math.log(2)),
        (1.0, 0.5, math.log(2)),
        (0.25, 0.25, 0.5623351446188083),
        (1.0, 0.0, -math.log(1e-7)),
        (0.0, 1.0, 15.942385152878742),  # -log(2^-23): the float32 before 1 - 1e-7 is 1 - 2^-23
        (0.0, 0.0, 1e-7),
        (1.0, 1.0, 2.0**-23),
    ],
)
def test_binary_cross_entropy_by_hand(x, y, expected):
    image, restored = (np.full((1, 2, 2, 1), each, np.float32) for each in (x, y))
    assert binary_cross_entropy(image, restored) == pytest.approx(expected, rel=1e-6)


def test_binary_cross_entropy_is_least_for_a_perfect_copy():
    images, restored = pair()
    least = binary_cross_entropy(images, images)
    assert least < binary_cross_entropy(images, restored)
    for weight in (0.01, 0.5):
        mixed = ((1 - weight) * images + weight * restored).astype(np.float32)
        assert least < binary_cross_entropy(images, mixed)


def test_mean_squared_error():
    images, restored = pair(13, 8, 3)
    loop = math.fsum((x - y) ** 2 for x, y in zip(images.ravel().tolist(), restored.ravel().tolist(), strict=True))
    assert mean_squared_error(images, restored) == pytest.approx(loop / images.size, rel=1e-12)
    assert mean_squared_error(images, images) == 0


def test_psnr_is_the_mean_of_the_images():
    images, restored = pair(n=5)
    restored[0] = images[0] * np.float32(0.5)
    each = [peak_signal_noise_ratio(x, y, data_range=1) for x, y in zip(images, restored, strict=True)]
    assert psnr(images, restored) == pytest.approx(np.mean(each), rel=1e-6)
    assert psnr(images, restored) > -10 * math.log10(mean_squared_error(images, restored))


def test_psnr_by_hand():
    images = np.zeros((2, 3, 3, 1), np.float32)
    restored = images.copy()
    restored[0], restored[1] = 0.1, 0.01
    assert psnr(images, restored) == pytest.approx((20 + 40) / 2, rel=1e-6)
    assert psnr(images, images + 1) == 0


def test_psnr_leaves_exact_images_out():
    images, restored = pair(n=4)
    restored[2] = images[2]
    others = [0, 1, 3]
    assert psnr(images, restored) == pytest.approx(psnr(images[others], restored[others]), rel=1e-12)
    assert psnr(images, images) == math.inf


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("height", "width"), SIZES)
def test_ssim_is_scikit_images(height, width, channels):
    images, restored = pair(height, width, channels)
    expected = np.mean(
        [
            structural_similarity(
                x.astype(np.float64),
                y.astype(np.float64),
                channel_axis=2,
                gaussian_weights=True,
                sigma=1.5,
                use_sample_covariance=False,
                data_range=1,
            )
            for x, y in zip(images, restored, strict=True)
        ]
    )
    assert 0.1 < expected < 0.95
    assert ssim(images, restored) == pytest.approx(expected, abs=1e-6)


def test_ssim_is_the_papers_formula():
    images, restored = pair(14, 17, 2, n=2)
    loops = [loop_ssim(images[n, :, :, channel], restored[n, :, :, channel]) for n in (0, 1) for channel in (0, 1)]
    assert ssim(images, restored) == pytest.approx(np.mean(loops), abs=1e-10)


def test_ssim_laws():
    images, restored = pair(20, 15, 3)
    assert ssim(images, images) == 1
    assert ssim(images, restored) == ssim(restored, images)
    turned = ssim(images.transpose(0, 2, 1, 3), restored.transpose(0, 2, 1, 3))
    assert turned == pytest.approx(ssim(images, restored), abs=1e-12)
    assert ssim(images, 1 - images) < 0
    black, white = np.zeros((1, 11, 11, 1), np.float32), np.ones((1, 11, 11, 1), np.float32)
    assert ssim(black, white) == pytest.approx(1e-4 / (1 + 1e-4), rel=1e-9)


@pytest.mark.parametrize(("height", "width"), [(10, 11), (11, 10), (10, 10), (1, 1), (10, 100)])
def test_no_ssim_where_no_window_fits(height, width):
    images, restored = pair(height, width)
    assert ssim(images, restored) is None
    assert measure(images, restored).ssim is None
    assert measure(images, restored).mse > 0


def test_measure_is_all_four():
    images, restored = pair()
    each = Quality(
        bce=binary_cross_entropy(images, restored),
        mse=mean_squared_error(images, restored),
        psnr=psnr(images, restored),
        ssim=ssim(images, restored),
    )
    assert vars(measure(images, restored)) == pytest.approx(vars(each), rel=1e-12)
    for figure in vars(measure(images, restored)).values():
        assert type(figure) is float


def test_chunks_change_nothing(monkeypatch):
    images, restored = pair(n=7)
    together = measure(images, restored)
    for numbers in (1, 2 * 28 * 28, 3 * 28 * 28 + 5):
        monkeypatch.setattr(metrics, "CHUNK_NUMBERS", numbers)
        parts = measure(images, restored)
        for name, figure in vars(together).items():
            assert getattr(parts, name) == pytest.approx(figure, rel=1e-12)


def test_parts_that_are_measured_one_by_one_change_nothing():
    images, restored = pair(n=7)
    restored[2] = images[2]
    for parts in (2, 3, 7):
        found = vars(measure(images, restored, parts))
        assert found == pytest.approx(vars(measure(images, restored)), rel=1e-12)


def test_another_array_may_count_for_the_cross_entropy():
    images, restored = pair()
    tally = Tally()
    tally.add(images, restored, np.clip(restored, np.float32(0.1), np.float32(0.9)))
    found = tally.quality()
    assert found.bce == pytest.approx(binary_cross_entropy(images, np.clip(restored, np.float32(0.1), np.float32(0.9))))
    assert found.mse == mean_squared_error(images, restored)
    assert found.ssim == pytest.approx(ssim(images, restored), rel=1e-12)


def test_ten_thousand_images_need_little_memory():
    images = np.zeros((10000, 28, 28, 1), np.float32)
    restored = np.full_like(images, 0.1)
    tracemalloc.start()
    try:
        measure(images, restored)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 60 * 1024 * 1024  # beside the 60 MiB of the images themselves


@pytest.mark.parametrize("figure", [binary_cross_entropy, mean_squared_error, psnr, ssim, measure])
def test_shapes_that_differ_are_our_mistake(figure):
    images, restored = pair()
    with pytest.raises(AssertionError, match=r"\(3, 28, 28, 1\), \(3, 28, 27, 1\)"):
        figure(images, restored[:, :, :27])
