"""Recurrent layers and attention as people write them in PyTorch."""

from __future__ import annotations

from math import prod

from torch import nn
from torch.nn import functional

from planning.torch_parts import first, last


def recurrent(layer, shape, _output):
    """Its own first output: of every step, else of the last one."""
    inner, ways = (layer.ways[0], 2) if layer.type == "Bidirectional" else (layer, 1)
    more = {"nonlinearity": inner.activation} if inner.type == "SimpleRNN" else {}
    kind = nn.RNN if inner.type == "SimpleRNN" else getattr(nn, inner.type)
    module = kind(shape[-1], inner.units, bias=inner.use_bias, batch_first=True, bidirectional=ways == 2, **more)
    merged = layer.merge_mode if ways == 2 else "concat"
    return Recurrent(module, inner.return_sequences, merged)


class Recurrent(nn.Module):
    def __init__(self, module, every_step: bool, merged: str) -> None:
        super().__init__()
        self.module, self.every_step, self.merged = module, every_step, merged

    def forward(self, x):
        y = self.module(last(x))[0]
        if self.merged != "concat":
            one, other = y.chunk(2, -1)
            y = {"sum": one + other, "mul": one * other, "ave": (one + other) / 2}[self.merged]
        return first(y) if self.every_step else y[:, -1]


class Attention(nn.Module):
    """Projections around scaled_dot_product_attention over all positions."""

    def __init__(self, layer, inputs, _output) -> None:
        super().__init__()
        query, value, *key = inputs
        key = key[0] if key else value
        wide = layer.type == "MultiHeadAttention"
        self.heads = layer.num_heads if wide else layer.num_query_heads
        self.fewer = layer.num_heads if wide else layer.num_key_value_heads
        key_dim = layer.key_dim if wide else layer.head_dim
        value_dim = (layer.value_dim or key_dim) if wide else key_dim
        bias, given = layer.use_bias, layer.projected_shape if wide else None
        self.query = nn.Linear(query[-1], self.heads * key_dim, bias)
        self.key = nn.Linear(key[-1], self.fewer * key_dim, bias)
        self.value = nn.Linear(value[-1], self.fewer * value_dim, bias)
        self.gate = nn.Linear(query[-1], self.heads * value_dim, bias) if layer.use_gate else None
        self.output = nn.Linear(self.heads * value_dim, prod(given or query[-1:]), bias)

    def forward(self, query, value, *key):
        query, value, *key = map(last, (query, value, *key))
        q, k, v = self.query(query), self.key(key[0] if key else value), self.value(value)
        q, k, v = (
            x.flatten(1, -2).unflatten(-1, (heads, -1)).transpose(1, 2)
            for x, heads in ((q, self.heads), (k, self.fewer), (v, self.fewer))
        )
        y = functional.scaled_dot_product_attention(q, k, v, enable_gqa=self.heads != self.fewer)
        y = y.transpose(1, 2).flatten(2).reshape(*query.shape[:-1], -1)
        if self.gate is not None:
            y = y * self.gate(query).sigmoid()
        return self.output(y)
