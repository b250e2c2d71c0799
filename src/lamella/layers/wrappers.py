"""Bidirectional, TimeDistributed and SpectralNormalization: layers around another layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from lamella.algebra import is_known
from lamella.design import Shape
from lamella.errors import Problem, problem
from lamella.layers.activations import Range
from lamella.layers.arguments import NOTHING, Kind, Wrong, argument, integer, optional
from lamella.layers.base import AxisMap, Kept, Layer, ShapeError, Weight, Work
from lamella.layers.recurrent import Recurrent, check_states
from lamella.layers.spatial import need_rank
from lamella.layers.wrapped import LAYER, Data, layer_of
from lamella.texts.languages import Text, phrase
from lamella.window import IDENTITY, Map

_MERGES: Final = ("sum", "mul", "ave", "concat", None)


def _merge(value: object) -> object:
    if value in _MERGES:
        return value
    lower = value.lower() if isinstance(value, str) else None
    raise Wrong(lower if lower in _MERGES else "concat")


_MERGE: Final = Kind(phrase("concat, sum, ave, mul or null", "concat, sum, ave, mul 또는 null"), _merge, "concat")
_SHARED: Final = ("stateful", "return_sequences", "return_state")


class Bidirectional(Layer):
    """A recurrent layer and its like in the other direction: (B, steps, features) -> (B, 2 · units)."""

    layer: dict[str, Any] = argument(LAYER)
    merge_mode: str | None = argument(_MERGE, "concat")
    weights_: None = None
    backward_layer: dict[str, Any] | None = argument(optional(LAYER), None)

    input_count: ClassVar[tuple[int, int | None]] = (1, None)
    call_names = ("sequences", "initial_state")
    sentence = Text(
        "Reads a sequence forwards and backwards and joins what both find.",
        "시퀀스를 앞에서 뒤로, 뒤에서 앞으로 읽어 둘을 합칩니다.",
    )
    source = "Schuster and Paliwal 1997; keras/src/layers/rnn/bidirectional.py"
    examples = ()
