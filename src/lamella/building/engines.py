"""Loads the frameworks that are not needed for planning, with their chatter kept off the terminal."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from lamella.errors import MissingEngineError, problem
from lamella.texts.languages import phrase


def load_keras() -> Any:
    """Keras, with TensorFlow unless KERAS_BACKEND says otherwise. Raises `MissingEngineError`."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    what = phrase("building and training", "모델 만들기와 학습")
    return load("keras", what, "train")


def load(package: str, what: object, extra: str) -> Any:
    """A package of an optional part of lamella. Raises `MissingEngineError` saying how to install it."""
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        missing = error.name or package
        raise MissingEngineError(problem("engine missing", package=missing, what=what, extra=extra)) from error
