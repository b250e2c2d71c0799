"""Loads the frameworks that are not needed for planning, with their chatter kept off the terminal."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from lamella.building.container import processor_quotas
from lamella.errors import MissingEngineError, UsageError, problem
from lamella.texts.languages import Phrase, phrase

RESTORING: Final = ("auto", "onnxruntime", "openvino")
"""What a person may ask to restore with."""
_EXTRAS: Final = {"tensorflow": "train", "jax": "jax", "torch": "torch"}
"""The engines that Keras trains with, and the optional part of lamella that brings each."""


def load_keras() -> Any:
    """Keras, with TensorFlow unless KERAS_BACKEND says otherwise.

    Raises `UsageError` where that names no engine to train with, `MissingEngineError` where it is not installed.
    """
    if "keras" in sys.modules:  # with the engine it was loaded with, whatever the environment says by now
        return load("keras", _BUILDING, "train")
    engine = _named_engine()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["KERAS_BACKEND"] = engine
    _need((engine,), _BUILDING, _EXTRAS[engine])
    with _quiet_stderr():
        return load("keras", _BUILDING, _EXTRAS[engine])


def _named_engine() -> str:
    engine = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if engine not in _EXTRAS:
        raise UsageError(problem("setting", option="KERAS_BACKEND", expected=", ".join(_EXTRAS), received=engine))
    return engine


def seed_engine(seed: int) -> None:
    """Seeds what Keras draws weights and dropout from: Python, NumPy and its own engine.

    `keras.utils.set_random_seed` loads TensorFlow wherever it is installed, seconds and hundreds of MiB for nothing on
    another engine, with threads that would compete with its own.
    """
    keras = load_keras()
    if (engine := keras.backend.backend()) == "tensorflow":
        keras.utils.set_random_seed(seed)
        return
    random.seed(seed)
    load("numpy", _BUILDING, "train").random.seed(seed)
    if engine == "torch":
        load("torch", _BUILDING, "torch").manual_seed(seed)


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Keeps what libraries write straight to file 2 while they load off the terminal.

    TensorFlow announces oneDNN there, on processors that it uses it on, before it reads any log level.
    """
    try:
        terminal = os.dup(2)
    except OSError:  # closed
        yield
        return
    try:
        with Path(os.devnull).open("w") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)


def need_for_training() -> None:
    """Raises `MissingEngineError` where a package that training and restoring need is not installed.

    `UsageError` where KERAS_BACKEND names no engine to train with.
    """
    what = phrase("training and restoring", "학습과 복원")
    engine = _named_engine()
    _need(("numpy", "PIL", "safetensors", "keras", engine), what, _EXTRAS[engine])


def need_for_restoring() -> None:
    """The same for restoring, which needs no Keras."""
    _need(("numpy", "PIL", "safetensors", "onnx", "onnxruntime"), phrase("restoring", "복원"), "restore")


def need_for_export() -> None:
    """The same for writing a run as ONNX, which needs no Keras."""
    _need(("numpy", "safetensors", "onnx"), WRITING_ONNX, "restore")


def need_for_png() -> None:
    """The same for pictures in pixels."""
    _need(("resvg_py",), WRITING_PNG, "png")


WRITING_PNG: Final = phrase("writing PNG pictures of a design", "설계 그림을 PNG로 쓰기")
WRITING_ONNX: Final = phrase("writing ONNX", "ONNX 쓰기")
_BUILDING: Final = phrase("building and training", "모델 만들기와 학습")


def _need(packages: Iterable[str], what: Phrase, extra: str) -> None:
    for package in packages:
        if not is_installed(package):
            raise MissingEngineError(problem("engine missing", package=package, what=what, extra=extra))


def is_installed(package: str) -> bool:
    """Whether a package can be imported, found without loading it; one that was blocked can't."""
    try:
        return find_spec(package) is not None
    except (ModuleNotFoundError, ValueError):
        return False


def load(package: str, what: object, extra: str) -> Any:
    """A package of an optional part of lamella. Raises `MissingEngineError` saying how to install it."""
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        missing = error.name or package
        raise MissingEngineError(problem("engine missing", package=missing, what=what, extra=extra)) from error


def processors() -> int:
    """How many processors this process may use: those it may run on, and of their time what a container may have."""
    affinity = getattr(os, "sched_getaffinity", None)
    return min([len(affinity(0)) if affinity else os.cpu_count() or 1, *processor_quotas()])
