"""How well images were restored: binary cross-entropy, MSE, PSNR and SSIM over held-out images.

Every function takes two float arrays (n, height, width, channels) of the same shape, with finite numbers and
`images` in [0, 1]. It counts in float64, some images at a time, so that 10,000 digits need little more memory
than they take themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Float64s = NDArray[np.float64]
    Images = NDArray[np.float32]

# Keras' epsilon, and 1 - epsilon as Keras has it: a float32, 0.99999988.
LOWEST, HIGHEST = np.float32(1e-7), np.float32(1) - np.float32(1e-7)
CHUNK_NUMBERS = 2**18  # 2 MiB of float64: the arrays that SSIM needs stay in the processor's cache

WINDOW_PX, SIGMA_PX = 11, 1.5
C1, C2 = 0.01**2, 0.03**2  # (K1 L)^2 and (K2 L)^2 with the range L = 1


@dataclass(frozen=True)
class Quality:
    """The four measures; psnr in dB (inf or None: all restored exactly), ssim None where its window does not fit."""

    bce: float
    mse: float
    psnr: float | None
    ssim: float | None


class Tally:
    """All four measures over images that come in parts."""

    def __init__(self) -> None:
        self._images, self._bce, self._ssim = 0, 0.0, 0.0
        self._mse_of_each: list[Float64s] = []
        self._has_ssim = True

    def add(self, images: Images, restored: Images, bce_of: Images | None = None) -> None:
        """Measures a part; `bce_of` is restored images whose binary cross-entropy counts in place of `restored`'s."""
        self._images += len(images)
        self._bce += len(images) * binary_cross_entropy(images, restored if bce_of is None else bce_of)
        self._mse_of_each.append(_mse_of_each(images, restored))
        likeness = ssim(images, restored)
        self._has_ssim = likeness is not None
        self._ssim += len(images) * (likeness or 0.0)

    def quality(self) -> Quality:
        """Of all parts together; there must have been one."""
        each = np.concatenate(self._mse_of_each)
        likeness = self._ssim / self._images if self._has_ssim else None
        return Quality(bce=self._bce / self._images, mse=float(np.mean(each)), psnr=_psnr(each), ssim=likeness)


def binary_cross_entropy(images: Images, restored: Images) -> float:
    """The mean over all numbers of -(x log y + (1 - x) log(1 - y)), in nats.

    As in Keras' BinaryCrossentropy, y is clipped to [1e-7, 1 - 1e-7] in float32 first: a number that is
    wholly wrong costs about 16.
    """
    total = 0.0
    for x, y in _chunks(images, restored):
        y = np.clip(y, LOWEST, HIGHEST)
        total -= float(np.sum(x * np.log(y) + (1 - x) * np.log1p(-y)))
    return total / images.size


def mean_squared_error(images: Images, restored: Images) -> float:
    """The mean over all numbers of (x - y)^2."""
    return float(np.mean(_mse_of_each(images, restored)))


def psnr(images: Images, restored: Images) -> float:
    """Peak signal-to-noise ratio in dB: the mean over the images of 10 log10(1 / MSE of the image), range 1.

    It is the mean of the images' PSNRs, not the PSNR of the mean MSE, which is lower. An image that is
    restored exactly has an infinite PSNR and is left out of the mean, so that one such image doesn't hide all
    others; the mean can only get lower by that. Where every image is restored exactly, the result is inf.
    """
    return _psnr(_mse_of_each(images, restored))


def psnr_of_each(images: Images, restored: Images) -> Float64s:
    """The PSNR of each image in dB: (n,); inf where it is restored exactly."""
    with np.errstate(divide="ignore"):
        return -10 * np.log10(_mse_of_each(images, restored))


def ssim(images: Images, restored: Images) -> float | None:
    """Structural similarity, at most 1: the mean over windows, channels, images; None where a side is < 11.

    The window is Gaussian, 11 x 11 with sigma 1.5, and lies wholly inside the image; K1 is 0.01, K2 is 0.03,
    the range 1. Each channel counts for itself. Variances are those of the population.

    Source: Z. Wang, A. Bovik, H. Sheikh, E. Simoncelli, "Image quality assessment: from error visibility to
    structural similarity", IEEE Transactions on Image Processing 13(4), 2004, equation 13.
    """
    n, height, width, channels = images.shape
    if min(height, width) < WINDOW_PX:
        return None
    windows = n * (height - WINDOW_PX + 1) * (width - WINDOW_PX + 1) * channels
    return float(sum(np.sum(_ssim_map(x, y)) for x, y in _chunks(images, restored)) / windows)


def _ssim_map(x: Float64s, y: Float64s) -> Float64s:
    """SSIM of each window and channel: (n, height - 10, width - 10, channels)."""
    mean_x, mean_y = _windowed(x), _windowed(y)
    product, squares = mean_x * mean_y, mean_x**2 + mean_y**2
    covariance = _windowed(x * y) - product
    variances = _windowed(x**2 + y**2) - squares  # of x and y together
    above = (2 * product + C1) * (2 * covariance + C2)
    below = (squares + C1) * (variances + C2)
    return above / below


def _windowed(x: Float64s) -> Float64s:
    """The Gaussian mean of each window: first down the height, then along the width."""
    offsets = np.arange(WINDOW_PX) - WINDOW_PX // 2
    weights = np.exp(-(offsets**2) / (2 * SIGMA_PX**2))
    weights /= weights.sum()
    rows, columns = (side - WINDOW_PX + 1 for side in x.shape[1:3])
    down = np.zeros((len(x), rows, *x.shape[2:]))
    for k, weight in enumerate(weights):
        down += weight * x[:, k : k + rows]
    across = np.zeros((len(x), rows, columns, x.shape[3]))
    for k, weight in enumerate(weights):
        across += weight * down[:, :, k : k + columns]
    return across


def _psnr(mse_of_each: Float64s) -> float:
    inexact = mse_of_each[mse_of_each != 0]
    return float(np.mean(-10 * np.log10(inexact))) if inexact.size else float("inf")


def _mse_of_each(images: Images, restored: Images) -> Float64s:
    """The mean squared error of each image: (n,)."""
    return np.concatenate([np.mean((x - y) ** 2, axis=(1, 2, 3)) for x, y in _chunks(images, restored)])


def _chunks(images: Images, restored: Images) -> Iterator[tuple[Float64s, Float64s]]:
    """Both arrays in float64, some whole images at a time."""
    assert images.shape == restored.shape, (images.shape, restored.shape)
    assert images.ndim == 4, images.shape
    assert images.size, images.shape
    step = max(1, CHUNK_NUMBERS // images[0].size)
    for start in range(0, len(images), step):
        chunk = slice(start, start + step)
        yield images[chunk].astype(np.float64), restored[chunk].astype(np.float64)
