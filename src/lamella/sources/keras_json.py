"""The text of a Keras config, whatever file it comes from, to a Design."""

from __future__ import annotations

import json
from typing import Final

from lamella.design import Design
from lamella.errors import Place, SourceError, problem
from lamella.sources.keras_config import design
from lamella.texts.languages import phrase
from lamella.units import size_bytes

LARGEST_CONFIG: Final = 16 * 1024 * 1024
"""Bytes of a config; that of ResNet-152 has half a million."""

_MOST_MEMORY: Final = 128 * 1024 * 1024
_BYTES_OF: Final = {b"{": 240, b"[": 64, b",": 72}
"""About what Python takes for a mapping, a list and a value."""


def read_config(text: bytes, name: str) -> Design:
    """The design in a config. Raises `SourceError` where it is too large, no JSON, or no model."""
    where = Place(file=name)
    if len(text) > LARGEST_CONFIG or sum(text.count(sign) * size for sign, size in _BYTES_OF.items()) > _MOST_MEMORY:
        what = phrase("a config of many megabytes", "수십 메가바이트의 설정")
        raise SourceError(problem("keras too much", where, what=what, limit=size_bytes(LARGEST_CONFIG)))
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        said = phrase("nested too deep", "너무 깊이 중첩되어 있음") if isinstance(error, RecursionError) else str(error)
        reason = phrase("its config is no JSON ({said})", "설정이 JSON이 아닙니다({said})", said=said)
        raise SourceError(problem("keras broken", where, reason=reason)) from None
    return design(data, name)
