"""What a figure is worth: the lowest loss that any network could reach, and what a linear method reaches.

A convolutional autoencoder that restores images worse than principal components with as many numbers in its
code has learned less than a matrix could.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lamella.training.metrics import Quality, Tally, binary_cross_entropy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    Float64s = NDArray[np.float64]
    Images = NDArray[np.float32]

CHUNK_NUMBERS = 2**22  # 32 MiB of float64
SAMPLE_NUMBERS = 2**26
"""Components are fitted on images of so many numbers at most, 512 MiB of float64: 85,598 digits, 1,365 of 128x128x3."""
LARGEST_SIDE = 4096
"""Of the matrix whose eigenvectors are computed; twice as much takes eight times as long."""


@dataclass(frozen=True, eq=False)
class PrincipalComponents:
    """The mean image (numbers,) and the directions (components, numbers) in which images vary, most first.

    The directions are orthonormal; `numbers` is height x width x channels.
    """

    mean: Float64s
    directions: Float64s

    def restore(self, images: Images) -> Images:
        """`images` (n, height, width, channels) projected onto the directions and back, not clipped."""
        restored = np.empty(images.shape, np.float32)
        flat = restored.reshape(len(images), -1)
        for rows, centred in _centred(images, self.mean):
            flat[rows] = centred @ self.directions.T @ self.directions + self.mean
        return restored


def floor(images: Images) -> float:
    """The binary cross-entropy of a perfect copy, the images against themselves: their entropy in nats.

    No restoration has a lower one; it is 0 only where every number is 0 or 1. `images`: (n, height, width,
    channels) in [0, 1].
    """
    return binary_cross_entropy(images, images)


def pca(train: Images, held_out: Iterable[Images], components: int) -> Quality:
    """The quality of `held_out`, images in parts, restored from so many principal components of `train`.

    All are (n, height, width, channels) in [0, 1]. A linear method knows no range: what it restores is
    clipped to [0, 1] before MSE, PSNR and SSIM, and to [0.001, 0.999] before the binary cross-entropy, since
    its many numbers just outside [0, 1] would each be punished by the logarithm of 0, which would be unfair.
    """
    fitted, tally = fit_pca(train, components), Tally()
    for images in held_out:
        restored = fitted.restore(images)
        tally.add(images, np.clip(restored, 0, 1), np.clip(restored, np.float32(0.001), np.float32(0.999)))
    return tally.quality()


def sample_size(images: int, numbers: int) -> int:
    """On how many images of so many numbers each components are fitted, for bounded time and memory."""
    most = max(SAMPLE_NUMBERS // numbers, 1)
    return min(images, most if numbers <= LARGEST_SIDE else min(most, LARGEST_SIDE))


def fit_pca(train: Images, components: int) -> PrincipalComponents:
    """The first principal components of `train` (n, height, width, channels).

    There are at most min(n - 1, numbers of an image), and fewer where the images vary in fewer directions;
    asking for more gives all there are, asking for 0 the mean alone. They come from the smaller of two
    matrices with the same eigenvalues, so time grows with the cube of min(n, numbers of an image).

    Source: I. Jolliffe, "Principal Component Analysis", 2nd edition, 2002, sections 1.1 and 3.5.
    """
    assert components >= 0, components
    n, numbers = len(train), train[0].size
    mean: Float64s = train.reshape(n, numbers).mean(axis=0, dtype=np.float64)
    if numbers <= n:
        scatter = np.zeros((numbers, numbers))
        for _, centred in _centred(train, mean):
            scatter += centred.T @ centred
        _, vectors = _largest(scatter, components, rank=min(n - 1, numbers))
        return PrincipalComponents(mean, vectors.T)
    whole = np.concatenate([centred for _, centred in _centred(train, mean)])
    values, vectors = _largest(whole @ whole.T, components, rank=n - 1)
    return PrincipalComponents(mean, (vectors / np.sqrt(values)).T @ whole)


def _largest(matrix: Float64s, components: int, rank: int) -> tuple[Float64s, Float64s]:
    """The largest eigenvalues and their vectors (columns), without those that are zero but for rounding."""
    values, vectors = np.linalg.eigh(matrix)
    values, vectors = values[::-1], vectors[:, ::-1]
    nonzero = int(np.sum(values > values[0] * len(values) * np.finfo(np.float64).eps))
    keep = min(components, rank, nonzero)
    return values[:keep], vectors[:, :keep]


def _centred(images: Images, mean: Float64s) -> Iterator[tuple[slice, Float64s]]:
    """Some images less the mean as float64 (some, numbers), and the slice of `images` that they are."""
    step = max(CHUNK_NUMBERS // mean.size, 1)
    for start in range(0, len(images), step):
        rows = slice(start, start + step)
        yield rows, images[rows].reshape(-1, mean.size) - mean
