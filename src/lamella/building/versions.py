"""Which engines are installed, found without loading any of them."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

ENGINES = ("numpy", "pillow", "keras", "tensorflow", "jax", "torch", "onnx", "onnxruntime", "openvino")


def engine_versions() -> dict[str, str | None]:
    """The version of every engine that lamella can use; None where it is not installed."""
    return {name: _installed(name) for name in ENGINES}


def _installed(name: str) -> str | None:
    for distribution in (name, f"{name}-cpu"):
        try:
            return version(distribution)
        except PackageNotFoundError:
            continue
    return None
