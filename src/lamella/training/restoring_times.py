"""Restoring as `lamella restore` does it, measured: in lanes on ONNX Runtime, whole and layer by layer.

Layers are not measured by themselves here: ONNX Runtime notes of every run what each of its operations took, and
operations have the names of their layers in front.
"""

from __future__ import annotations

import math
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lamella.building.onnx_session import RUN, Event, Lanes, Session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lamella.building.onnx_session import Restores

_CALL_S: Final = 0.05
"""Long enough that handing work to the lanes does not count, and that none waits for the others' last batch."""
_MOST_RUNS: Final = 500
"""Of each lane; more are not noted."""


def in_lanes(restores: Restores, parts: Sequence[NDArray[np.float32]], pool: ThreadPoolExecutor) -> Callable[[], int]:
    """What restores batches, a part of each in every lane, and says how many these were."""
    times = 0

    def lane(part: NDArray[np.float32]) -> None:
        for _ in range(times or 1):
            restores(part)

    def restore() -> int:
        nonlocal times
        began = time.perf_counter()
        for _ in pool.map(lane, parts):
            pass
        done = times or 1
        times = math.ceil(_CALL_S * done / (time.perf_counter() - began))
        return done

    return restore


def seconds_by_layer(
    model: bytes, parts: Sequence[NDArray[np.float32]], lanes: Lanes, layers: Collection[str], seconds: float
) -> dict[str, float]:
    """What each of the layers takes of a batch, in about so many seconds, while every lane restores its part."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(lanes.workers) as pool:
        session = Session(model, lanes.threads, Path(folder) / "profile")
        session(parts[0])
        end = time.perf_counter() + seconds

        def lane(part: NDArray[np.float32]) -> None:
            for _ in range(_MOST_RUNS):
                session(part)
                if time.perf_counter() >= end:
                    break

        for _ in pool.map(lane, parts):
            pass
        return means(session.events(), layers)


def means(events: Iterable[Event], layers: Collection[str]) -> dict[str, float]:
    """What a run spent on each layer: the mean of all but the first, which prepares.

    Not the median: the whole is measured over many runs too, interruptions among them.
    """
    by_thread: dict[int, list[Event]] = defaultdict(list)
    for each in sorted(events, key=lambda each: each.began_s):
        by_thread[each.thread].append(each)
    found: list[tuple[float, dict[str, float]]] = []
    for own in by_thread.values():
        spent: dict[str, float] = {}
        for each in own:
            if each.name == RUN:  # noted at its end, but with its beginning: it stands before its operations
                spent = dict.fromkeys(layers, 0.0)
                found.append((each.began_s, spent))
            elif (name := _layer(each.name, layers)) is not None and spent:
                spent[name] += each.spent_s
    runs = [spent for _, spent in sorted(found, key=lambda each: each[0])][1:]
    return {name: statistics.fmean(spent[name] for spent in runs) for name in layers}


def _layer(operation: str, layers: Collection[str]) -> str | None:
    """The layer that an operation is named after: of several that fit, the one with the longest name."""
    return max((name for name in layers if operation.startswith(f"{name}/")), key=len, default=None)
