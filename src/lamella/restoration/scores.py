"""The held-out images of a run, restored and scored: the worst of them, and some drawn whatever their score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from lamella.errors import DataError, DesignError, problem
from lamella.restoration.engine import Engine
from lamella.training.data import HeldOut, held_out, to_float
from lamella.training.metrics import psnr_of_each
from lamella.training.quality import parts
from lamella.training.run import Run, check_finite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SHOWN: Final = 6
"""So many are the worst, and so many are drawn."""


class Scored(NamedTuple):
    """One image, (height, width, channels) in [0, 1], and what was made of it; `place` counts from 0."""

    place: int
    name: str | None
    psnr: float
    original: Floats
    restored: Floats


class Scores(NamedTuple):
    """The PSNR of every held-out image in dB, (n,), inf where it is exact; `worst` begins with the lowest.

    `drawn` with `seed` from all of them, in their order; `engine` ran the network.
    """

    psnr: NDArray[np.float64]
    worst: tuple[Scored, ...]
    drawn: tuple[Scored, ...]
    seed: int
    engine: str

    @property
    def inexact(self) -> NDArray[np.float64]:
        """The finite ones: of images that are not exact."""
        return self.psnr[np.isfinite(self.psnr)]


def data_of(run: Run, shape: tuple[int, ...], data: str | None = None) -> HeldOut:
    """The images that a run holds out, from where it found its data or from where `data` says that they are now.

    Raises `DataError` where they can't be read, or where they are not those of the training: among others there might
    be some that the network learned from.
    """
    name = data or run.facts["settings"]["data"]
    found = held_out(name, shape)
    expected, received = run.facts.get("data", {}).get("fingerprint"), found.fingerprint()
    if expected != received:
        raise DataError(problem("data changed", data=name, received=received, expected=expected))
    return found


def scores(run: Run, seed: int, data: str | None = None, shown: int = SHOWN) -> Scores:
    """Restores every image that the run holds out and measures each.

    Raises `RunError` for weights that are broken or not finite, `DesignError` where a restored pixel is not finite,
    `DataError` (see `data_of`), and what `Engine` raises.
    """
    check_finite(run.weights())
    engine = Engine(run)
    held = data_of(run, engine.shape, data)
    psnr = np.concatenate([psnr_of_each(images, _restored(engine, images)) for images in parts(held.images)])
    count = min(shown, len(psnr))
    lowest = np.argsort(psnr, kind="stable")[:count]
    drawn = np.sort(np.random.default_rng(seed).choice(len(psnr), count, replace=False))
    worst, sample = (_scored(engine, held, psnr, places) for places in (lowest, drawn))
    return Scores(psnr, worst, sample, seed, engine.name)


def _scored(engine: Engine, held: HeldOut, psnr: NDArray[np.float64], places: NDArray[np.int64]) -> tuple[Scored, ...]:
    originals = to_float(held.images[places])
    names: Sequence[str | None] = held.names or [None] * len(psnr)
    pairs = zip(places.tolist(), originals, _restored(engine, originals), strict=True)
    return tuple(Scored(at, names[at], float(psnr[at]), original, restored) for at, original, restored in pairs)


def _restored(engine: Engine, images: Floats) -> Floats:
    found = engine.restore(images)
    if not np.isfinite(found).all():
        raise DesignError(problem("output not finite", count=int(found.size - np.isfinite(found).sum())))
    return np.clip(found, 0, 1)
