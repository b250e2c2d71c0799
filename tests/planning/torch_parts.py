"""Modules that the PyTorch networks of designs are put together from."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional


class Padded(nn.Module):
    """What Keras' "same" pads beyond what the module can, then the module."""

    def __init__(self, module: nn.Module, pads: list[tuple[int, int]], value: float = 0.0) -> None:
        super().__init__()
        self.module, self.value = module, value
        self.pads = [side for pair in reversed(pads) for side in pair]

    def forward(self, x):
        return self.module(functional.pad(x, self.pads, value=self.value) if any(self.pads) else x)


class Moved(nn.Module):
    """A module over the last axis, given the channels there."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, x):
        return self.module(x.movedim(1, -1)).movedim(-1, 1)


class Function(nn.Module):
    def __init__(self, function) -> None:
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        return self.function(*inputs)


class Weighted(nn.Module):
    def __init__(self, shape, function) -> None:
        super().__init__()
        self.weight, self.function = nn.Parameter(torch.zeros(shape)), function

    def forward(self, x):
        return self.function(x, self.weight)


def last(x):
    """The channels from behind the batch to the end."""
    return x.movedim(1, -1)


def first(x):
    return x.movedim(-1, 1)
