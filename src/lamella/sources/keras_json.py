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
"""Bytes of a config, whatever it is packed in; that of ResNet-152 has half a million."""

_LARGEST_OF_ALL: Final = 256 * 1024 * 1024
_MOST_GROWTH: Final = 30
"""So many times its bytes in the file a larger config may have: Keras packs none, and a bomb grows a thousand times."""

_MOST_MEMORY: Final = 128 * 1024 * 1024
_BYTES_OF: Final = {b"{": 240, b"[": 64, b",": 72}
"""About what Python takes for a mapping, a list and a value."""


def largest_config(packed: int) -> int:
    """How many bytes of a config are read that takes so many in its file."""
    return max(LARGEST_CONFIG, min(_MOST_GROWTH * packed, _LARGEST_OF_ALL))


def read_config(text: bytes, name: str, packed: int = 0) -> Design:
    """The design in a config that takes `packed` bytes in its file, as far as that is known.

    Raises `SourceError` where it is too large, no JSON, or no model.
    """
    where, most = Place(file=name), largest_config(packed)
    needed = sum(text.count(sign) * size for sign, size in _BYTES_OF.items())
    if len(text) > most or needed > _MOST_MEMORY + packed * _MOST_GROWTH:
        what = phrase("a config of many megabytes", "수십 메가바이트의 설정")
        raise SourceError(problem("keras too much", where, what=what, limit=size_bytes(most)))
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        said = phrase("nested too deep", "너무 깊이 중첩되어 있음")
        if isinstance(error, json.JSONDecodeError):
            said = phrase("character {place}", "{place}번째 글자", place=error.pos + 1)
        elif isinstance(error, ValueError):
            said = phrase("not text in UTF-8, or a number too long", "UTF-8 글자가 아니거나 너무 긴 수")
        reason = phrase("its config is no JSON ({said})", "설정이 JSON이 아닙니다({said})", said=said)
        raise SourceError(problem("keras broken", where, reason=reason)) from None
    return design(data, name)
