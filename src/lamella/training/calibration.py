"""What this machine does at most, measured once and kept in the user's cache.

The file is only ever a shortcut: one that is broken, of another machine or not to be written is passed over.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from lamella.building.engines import load, processors
from lamella.building.versions import engine_versions
from lamella.files import write_whole
from lamella.planning.roofline import Machine
from lamella.texts.languages import phrase

_SCHEMA: Final = 1
_SIDE: Final = 1024
"""Rows and columns of the matrices."""
_NUMBERS: Final = 2**23
"""In each of the three arrays that are moved: 32 MiB, more than caches keep."""
_TINY: Final = 40
"""Tiny layers behind one another."""
_TIMES: Final = 15
_LIMITS: Final = {"flops_per_s": (1e6, 1e17), "bytes_per_s": (1e6, 1e16), "layer_s": (1e-9, 1.0)}
"""What no machine is beyond: such a figure in a file was not measured."""


def known() -> Machine | None:
    """This machine as it was measured before; None where it was not. Measures nothing."""
    path = _file()
    try:
        data = json.loads(path.read_bytes()) if path else None
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or {name: data.get(name) for name in _key()} != _key():
        return None
    found: list[Any] = [data.get(name) for name in Machine._fields]
    if not all(_possible(*each) for each in zip(Machine._fields, found, strict=True)):
        return None
    return Machine(*map(float, found))


def _possible(name: str, value: object) -> bool:
    least, most = _LIMITS[name]
    return isinstance(value, (int, float)) and least <= value <= most


def calibrated(*, again: bool = False) -> Machine:
    """This machine as it was measured before; measured now, and kept, where it was not or `again` is asked.

    What is measured while others keep the processors busy is no limit of the machine: it is used once and not kept.
    Raises `MissingEngineError` without NumPy or TensorFlow.
    """
    found = None if again else known()
    if found is None:
        busy = _busy()
        found = measured()
        if not busy:
            _keep(found)
    return found


def _busy() -> bool:
    """Whether more has been waiting for the processors in the last minute than there are of them."""
    try:
        return os.getloadavg()[0] > processors()
    except (AttributeError, OSError):  # Windows does not say
        return False


def processor() -> str:
    """What the system calls its processor."""
    told: list[str] = []
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
        facts = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        told = [facts[name] for name in ("model name", "cpu family", "model") if name in facts]
    except OSError:
        pass  # not Linux
    return " ".join(told) or platform.processor() or platform.machine()


def _key() -> dict[str, object]:
    """What the figures hold for."""
    engine = f"tensorflow {engine_versions()['tensorflow']}"
    return {"schema": _SCHEMA, "processor": processor(), "processors": processors(), "engine": engine}


def cache_folder(system: str = sys.platform, environment: Mapping[str, str] | None = None) -> Path | None:
    """The user's cache for lamella: XDG_CACHE_HOME wherever it is set, else the system's own place."""
    environment = os.environ if environment is None else environment
    asked = Path(environment.get("XDG_CACHE_HOME", ""))
    try:
        if asked.is_absolute():
            return asked / "lamella"
        if system == "win32":
            local = environment.get("LOCALAPPDATA")
            return Path(local) / "lamella" / "Cache" if local else Path.home() / "AppData" / "Local" / "lamella"
        return Path.home() / ("Library/Caches" if system == "darwin" else ".cache") / "lamella"
    except RuntimeError:  # the user has no home
        return None


def _file() -> Path | None:
    folder = cache_folder()
    name = hashlib.sha256(json.dumps(_key()).encode()).hexdigest()[:12]
    return folder and folder / f"machine-{name}.json"


def _keep(found: Machine) -> None:
    path = _file()
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(_key() | found._asdict(), indent=1).encode())
    except OSError:
        pass  # it is measured again next time


def measured() -> Machine:
    """The peaks of all processors that this process may use, in about a second: the best of several times."""
    what = phrase("measuring", "측정")
    tensorflow, numpy = load("tensorflow", what, "train"), load("numpy", what, "train")
    return Machine(_flops(tensorflow, numpy), _bytes(numpy), _layer(tensorflow))


def _seconds(run: Callable[[], object]) -> float:
    """The least time of a call behind a first one, which is not counted: what a machine does at most."""
    run()
    times = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return min(times)


def _flops(tensorflow: Any, numpy: Any) -> float:
    """Products of matrices, one for each processor: however TensorFlow shares its work, each has enough."""
    count = processors()
    given = tensorflow.constant(numpy.random.default_rng(0).random((count, _SIDE, _SIDE), numpy.float32))

    def products() -> Any:
        return [tensorflow.matmul(given[place], given[place])[0, 0] for place in range(count)]

    run = tensorflow.function(products, autograph=False)
    return float(2 * _SIDE**3 * count / _seconds(lambda: [each.numpy() for each in run()]))


def _bytes(numpy: Any) -> float:
    """Two arrays added into a third, each processor a part; NumPy, as it writes into an array that is there."""
    count = processors()
    one, two, three = (numpy.full(_NUMBERS, value, numpy.float32) for value in (1, 2, 0))
    ends = [_NUMBERS * place // count for place in range(count + 1)]
    parts = [slice(*each) for each in pairwise(ends)]
    with ThreadPoolExecutor(count) as pool:
        spent = _seconds(lambda: [*pool.map(lambda part: numpy.add(one[part], two[part], three[part]), parts)])
    return float(one.nbytes + two.nbytes + three.nbytes) / spent


def _layer(tensorflow: Any) -> float:
    """One of many tiny convolutions behind one another, with bias and activation."""
    picture, kernel = tensorflow.ones((1, 4, 4, 8)), tensorflow.fill((3, 3, 8, 8), 0.01)
    bias = tensorflow.zeros(8)

    def layers(given: Any) -> Any:
        for _ in range(_TINY):
            given = tensorflow.nn.relu(tensorflow.nn.conv2d(given, kernel, 1, "SAME") + bias)
        return given

    run = tensorflow.function(layers, autograph=False)
    return _seconds(lambda: run(picture).numpy()) / _TINY
