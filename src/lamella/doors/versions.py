"""The version, and which engines are installed, found without loading any of them."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from lamella import __version__
from lamella.texts.languages import Language
from lamella.texts.words import say

ENGINES = ("numpy", "pillow", "keras", "tensorflow", "jax", "torch", "onnxruntime")


def engine_versions() -> dict[str, str | None]:
    """The version of every engine that lamella can use; None where it is not installed."""
    return {name: _installed(name) for name in ENGINES}


def version_text(language: Language) -> str:
    """A line for lamella and a line an engine."""
    lines = [f"lamella {__version__} (Python {platform.python_version()})"]
    missing = say("engine missing", language)
    return "\n".join([*lines, *(f"  {name} {found or missing}" for name, found in engine_versions().items())])


def _installed(name: str) -> str | None:
    for distribution in (name, f"{name}-cpu"):
        try:
            return version(distribution)
        except PackageNotFoundError:
            continue
    return None
