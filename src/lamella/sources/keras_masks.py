"""Which masks in a Keras config were passed on by Keras itself, from an Embedding or a Masking on.

Keras writes them like masks that somebody gave. A model that is built again gets them by itself, so a design leaves
them out; a mask that Keras may not have passed on is kept, which is right either way.

Source: keras/src/layers/layer.py (__call__, _set_mask_metadata) and compute_mask of each layer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from lamella.sources.keras_calls import Call, Tensor, tensors
from lamella.sources.keras_values import type_name

if TYPE_CHECKING:
    from lamella.sources.keras_graph import GraphLayer

_MOST_STEPS: Final = 1_000_000
_DEEPEST: Final = 60

PASS_ON: Final = frozenset({
    *("Activation", "ReLU", "ELU", "LeakyReLU", "PReLU", "Softmax", "Dense", "Identity", "BatchNormalization"),
    *("LayerNormalization", "GroupNormalization", "UnitNormalization", "TimeDistributed", "Dropout"),
    *("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise", "GaussianDropout"),
    *("AlphaDropout", "ActivityRegularization", "Rescaling", "Normalization", "Attention", "AdditiveAttention"),
    *("SimpleRNN", "LSTM", "GRU", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "Bidirectional"),
})  # fmt: skip
"""Layers whose (first) output has the mask of their (first) input; recurrent ones where they give every step."""

_MASKED: Final = {
    "mask": (0, "inputs"),
    "query_mask": (0, "query"),
    "value_mask": (1, "value"),
    "key_mask": (2, "key"),
}
"""The input that a mask belongs to: its place in a call, and the name it may have been given by."""

EITHER: Final = frozenset({"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"})
"""Layers whose output counts where one of the inputs does, if all have masks."""


def without_passed_on(layers: Mapping[str, GraphLayer]) -> None:
    """Takes out of the calls the masks that Keras passed on by itself."""
    masks = _Masks(layers)
    found = [(layer, index, masks.left(call)) for layer in layers.values() for index, call in enumerate(layer.calls)]
    for layer, index, call in found:
        layer.calls[index] = call


class _Masks:
    def __init__(self, layers: Mapping[str, GraphLayer]) -> None:
        self.layers, self.steps = layers, _MOST_STEPS

    def left(self, call: Call) -> Call:
        """The call without the masks that arrive with its inputs."""
        named = dict(call.named)
        for name, value in call.named.items():
            if name in _MASKED and self._all_arrive(value, call.at(*_MASKED[name])):
                del named[name]
        return Call(call.given, named)

    def _all_arrive(self, masks: object, sources: object) -> bool:
        if isinstance(masks, Tensor):
            if isinstance(sources, list) and len(sources) == 1:
                sources = sources[0]
            return isinstance(sources, Tensor) and self.arrives(masks, sources)
        if not isinstance(masks, list) or not any(tensors(masks)):
            return False
        if not isinstance(sources, list) or len(masks) != len(sources):
            return False
        pairs = list(zip(masks, sources, strict=True))
        # What has no mask of its own here must not have one that Keras would pass on; then all are kept.
        return all(isinstance(each, Tensor) and self._all_arrive(each, source) for each, source in pairs)

    def arrives(self, mask: Tensor, tensor: Tensor, deepest: int = _DEEPEST) -> bool:
        """Whether Keras passes this mask on with this tensor."""
        mask = mask._replace(shape=None)
        while self.steps > 0 and deepest > 0:
            self.steps -= 1
            layer, call = self._made(tensor)
            if layer is None or call is None:
                return False
            kind, inputs = type_name(layer.data), list(tensors(call.given[:1]))
            config = layer.data["config"]
            if kind == "Embedding":
                zero = isinstance(config, Mapping) and config.get("mask_zero") is True
                return zero and self._compares(mask, inputs, 0)
            if kind == "Masking":
                inner = self._inputs(mask, "Any")
                value = config.get("mask_value") if isinstance(config, Mapping) else None
                return inner is not None and len(inner) == 1 and self._compares(inner[0], inputs, value)
            if kind in EITHER:
                return self._either(mask, inputs, deepest)
            if kind == "Concatenate":
                return self._joined(mask, inputs, deepest)
            if kind not in PASS_ON or tensor.place or not inputs or not _every_step(config):
                return False
            given = next(tensors(call.named.get("mask")), None)
            if given is not None:
                return given._replace(shape=None) == mask
            tensor = inputs[0]
        return False

    def _made(self, tensor: Tensor) -> tuple[GraphLayer | None, Call | None]:
        layer = self.layers.get(tensor.layer)
        if layer is None or tensor.call >= len(layer.calls):
            return None, None
        return layer, layer.calls[tensor.call]

    def _inputs(self, mask: Tensor, operation: str) -> list[Tensor] | None:
        """What the operation that made the mask reads; None where it is another operation."""
        layer, call = self._made(mask)
        if layer is None or call is None or layer.data["class_name"] != operation:
            return None
        return list(call.tensors())

    def _reads(self, mask: Tensor, operation: str, inputs: list[Tensor]) -> bool:
        return _places(self._inputs(mask, operation) or ()) == _places(inputs) != []

    def _compares(self, mask: Tensor, inputs: list[Tensor], value: object) -> bool:
        """Whether the mask is where these inputs are not this value."""
        call = self._made(mask)[1]
        return self._reads(mask, "NotEqual", inputs) and call is not None and [*call.given[1:]] == [value]

    def _either(self, mask: Tensor, inputs: list[Tensor], deepest: int) -> bool:
        for source in reversed(inputs[1:]):
            both = self._inputs(mask, "LogicalOr")
            if both is None or len(both) != 2 or not self.arrives(both[1], source, deepest - 1):
                return False
            mask = both[0]
        return bool(inputs) and self.arrives(mask, inputs[0], deepest - 1)

    def _joined(self, mask: Tensor, inputs: list[Tensor], deepest: int) -> bool:
        whole = self._inputs(mask, "Any") or ()
        parts = self._inputs(whole[0], "Concatenate") if len(whole) == 1 else None
        if parts is None or len(parts) != len(inputs):
            return False
        for part, source in zip(parts, inputs, strict=True):
            wide = self._inputs(part, "LogicalOr")
            narrow = self._inputs(wide[0], "ExpandDims") if wide else None
            if narrow is not None and len(narrow) == 1:
                part = narrow[0]
            if not self._reads(part, "OnesLike", [source]) and not self.arrives(part, source, deepest - 1):
                return False
        return True


def _places(found: list[Tensor] | tuple[()]) -> list[Tensor]:
    return [each._replace(shape=None) for each in found]


def _every_step(config: object) -> bool:
    """Whether a layer is not recurrent, or gives the output of every step."""
    if not isinstance(config, Mapping):
        return False
    inner = config.get("layer")
    inside = inner.get("config") if isinstance(inner, Mapping) and "merge_mode" in config else None
    if isinstance(inside, Mapping):
        config = inside
    return config.get("return_sequences") is not False
