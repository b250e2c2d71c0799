"""Layers that do something while a network is trained, or nothing at all: in ONNX they are no node."""

from __future__ import annotations

from typing import Final

from lamella.building.onnx_values import Value
from lamella.building.onnx_writers import NO_WRITER, Unwritable, Use, writes
from lamella.layers import REGISTRY
from lamella.layers.augmentation import Augmentation
from lamella.texts.languages import phrase

_RANKS: Final = ("1D", "2D", "3D")
_OTHER_SIZE: Final = phrase(
    "once trained it gives another size than Keras says",
    "학습이 끝나면 Keras가 말하는 것과 다른 크기를 냅니다",
)


@writes(
    *("Identity", "Dropout", "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization"),
    *("StochasticDepth", *(f"SpatialDropout{rank}" for rank in _RANKS)),
    *(f"ops.{name}" for name in ("stop_gradient", "copy", "conjugate", "real")),
)
def unchanged(use: Use) -> Value:
    return use.input


@writes("ops.cast", "ops.array", "ops.convert_to_tensor")
def cast(use: Use) -> Value:
    """Every number of the graph is float32."""
    if vars(use.layer).get("dtype") not in (None, "float32"):
        raise Unwritable(NO_WRITER)
    return use.input


def _handing_on() -> list[str]:
    kinds = (REGISTRY[name] for name in REGISTRY.loaded)
    return [kind.type for kind in kinds if issubclass(kind, Augmentation) and kind.leaves_pictures]


@writes(*_handing_on())
def augmentation(use: Use) -> Value:
    """Keras states the size that RandomCrop trains with, and then leaves pictures whole."""
    if use.shape != use.input.shape:
        raise Unwritable(_OTHER_SIZE)
    return use.input
