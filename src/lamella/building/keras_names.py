"""Names for Keras' layers: a node's name may hold what Keras and TensorFlow do not allow."""

from __future__ import annotations

import re

from lamella.design import Design, FreeNames

_ALLOWED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def keras_names(design: Design) -> dict[str, str]:
    """The Keras name of each node: its own where Keras allows it, else a plain one that no other node has.

    Sources: TensorFlow's rule for root scopes (tensorflow/python/framework/ops.py); Keras' names are told
    apart by their letters whatever their case.
    """
    found: dict[str, str] = {}
    free = FreeNames(fold=True)
    for node in sorted(design.nodes, key=lambda node: not _ALLOWED.fullmatch(node.name)):
        plain = node.name if _ALLOWED.fullmatch(node.name) else _plain(node.name) or "node"
        found.setdefault(node.name, free.take(plain))
    return found


def keras_model_name(design: Design) -> str | None:
    """The design's name as Keras allows it; None leaves the choice to Keras."""
    return _plain(design.name) or None


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("_.-")
