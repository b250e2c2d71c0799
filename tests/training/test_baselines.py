"""Baselines: entropy by a direct formula, principal components against a singular value decomposition."""

from __future__ import annotations

import numpy as np
import pytest

from lamella.training import baselines
from lamella.training.baselines import fit_pca, floor, pca, sample_size
from lamella.training.data import load, to_float
from lamella.training.metrics import binary_cross_entropy, mean_squared_error, psnr, ssim

# Many images of few numbers (the covariance is smaller) and few images of many numbers (the Gram matrix is).
SHAPES = {"covariance": (60, 4, 3, 2), "gram": (9, 12, 13, 1), "square": (12, 4, 3, 1)}
shapes = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)


def some_images(shape, seed=0):
    return np.random.default_rng(seed).uniform(0, 1, shape).astype(np.float32)


def svd_restore(train, images, components):
    """Restored images by NumPy's singular value decomposition of the whole centred matrix."""
    matrix = train.reshape(len(train), -1).astype(np.float64)
    mean = matrix.mean(axis=0)
    directions = np.linalg.svd(matrix - mean, full_matrices=False)[2][:components]
    centred = images.reshape(len(images), -1).astype(np.float64) - mean
    return (centred @ directions.T @ directions + mean).reshape(images.shape)


def test_floor_of_the_digits_is_their_entropy():
    images = load("digits", (28, 28, 1)).test
    levels = np.bincount(images.ravel(), minlength=256)
    p = np.arange(1, 255) / 255  # black and white have no entropy
    entropy = -(p * np.log(p) + (1 - p) * np.log(1 - p))
    expected = float(levels[1:255] @ entropy) / images.size
    assert floor(to_float(images)) == pytest.approx(expected, abs=2e-7)  # black and white cost 1e-7 each
    assert f"{floor(to_float(images)):.4f}" == "0.0580"


def test_floor_by_hand():
    assert floor(np.full((2, 3, 3, 1), 0.5, np.float32)) == pytest.approx(np.log(2), rel=1e-12)
    assert 0 < floor(np.zeros((2, 3, 3, 1), np.float32)) < 2e-7


@shapes
@pytest.mark.parametrize("components", [0, 1, 3, 7])
def test_restored_as_by_svd(shape, components):
    train, held_out = some_images(shape), some_images((5, *shape[1:]), seed=1)
    fitted = fit_pca(train, components)
    assert fitted.directions.shape == (components, np.prod(shape[1:]))
    for images in (train, held_out):
        restored = fitted.restore(images)
        assert restored.dtype == np.float32
        np.testing.assert_allclose(restored, svd_restore(train, images, components), atol=1e-6)


@shapes
def test_directions_are_orthonormal_and_in_order(shape):
    train = some_images(shape)
    fitted = fit_pca(train, 6)
    np.testing.assert_allclose(fitted.directions @ fitted.directions.T, np.eye(6), atol=1e-10)
    spread = np.var((train.reshape(len(train), -1) - fitted.mean) @ fitted.directions.T, axis=0)
    assert (np.diff(spread) < 0).all()


@shapes
def test_more_components_are_never_worse(shape):
    train, held_out = some_images(shape), some_images((5, *shape[1:]), seed=1)
    most = min(shape[0] - 1, int(np.prod(shape[1:])))
    for images in (train, held_out):
        errors = [
            mean_squared_error(images, fit_pca(train, components).restore(images)) for components in range(most + 1)
        ]
        assert errors[0] > 0.01
        assert errors[-1] < errors[0]
        assert (np.diff(errors) <= 1e-12).all()


@shapes
def test_all_components_restore_train_and_more_are_capped(shape):
    train = some_images(shape)
    most = min(shape[0] - 1, int(np.prod(shape[1:])))
    for components in (most, most + 1, 10**6):
        fitted = fit_pca(train, components)
        assert len(fitted.directions) == most
        np.testing.assert_allclose(fitted.restore(train), train, atol=1e-6)
    assert mean_squared_error(train, fit_pca(train, most - 1).restore(train)) > 1e-6


@pytest.mark.parametrize("shape", [(60, 4, 3, 2), (16, 12, 13, 1)], ids=["covariance", "gram"])
def test_directions_without_variance_are_left_out(shape):
    twice = np.repeat(some_images((5, *shape[1:])), 4, axis=0)[: shape[0]]
    fitted = fit_pca(twice, 50)
    assert len(fitted.directions) == len(np.unique(twice, axis=0)) - 1
    np.testing.assert_allclose(fitted.restore(twice), twice, atol=1e-6)


def test_one_image_is_its_own_mean():
    image = some_images((1, 4, 3, 1))
    fitted = fit_pca(image, 3)
    assert fitted.directions.shape == (0, 12)
    np.testing.assert_array_equal(fitted.restore(some_images((2, 4, 3, 1), seed=1)), np.repeat(image, 2, axis=0))


def test_rows_at_a_time_change_nothing(monkeypatch):
    train = some_images((60, 4, 3, 2))
    together = fit_pca(train, 5).restore(train)
    monkeypatch.setattr(baselines, "CHUNK_NUMBERS", 7 * 24)
    np.testing.assert_allclose(fit_pca(train, 5).restore(train), together, atol=1e-6)


def test_pca_measures_what_svd_restores():
    digits = load("digits", (28, 28, 1))
    train, held_out = to_float(digits.train[::20]), to_float(digits.test[::20])
    quality = pca(train, [held_out[:30], held_out[30:]], 16)
    raw = svd_restore(train, held_out, 16)
    assert raw.min() < 0
    assert raw.max() > 1
    clipped = np.clip(raw, 0, 1).astype(np.float32)
    assert quality.mse == pytest.approx(mean_squared_error(held_out, clipped), rel=1e-5)
    assert quality.psnr == pytest.approx(psnr(held_out, clipped), rel=1e-5)
    assert quality.ssim == pytest.approx(ssim(held_out, clipped), rel=1e-5)
    narrow = np.clip(raw, 0.001, 0.999).astype(np.float32)
    assert quality.bce == pytest.approx(binary_cross_entropy(held_out, narrow), rel=1e-5)
    assert floor(held_out) < quality.bce < binary_cross_entropy(held_out, clipped)


@pytest.mark.parametrize("images", [2, 500, 10**4, 10**7])
@pytest.mark.parametrize("side", [8, 28, 64, 128, 256, 1024])
@pytest.mark.parametrize("channels", [1, 3])
def test_components_are_fitted_in_bounded_time_and_memory(images, side, channels):
    """The matrix that is decomposed has the smaller of both sides, and the images are held as float64."""
    numbers = side * side * channels
    used = sample_size(images, numbers)
    assert 1 <= used <= images
    assert min(used, numbers) <= 4096
    assert used * numbers * 8 <= 512 * 2**20
    assert used in (images, 4096) or (used + 1) * numbers * 8 > 512 * 2**20  # no fewer than need be


def test_components_below_zero_are_our_mistake():
    with pytest.raises(AssertionError, match="-1"):
        fit_pca(some_images((4, 3, 3, 1)), -1)
