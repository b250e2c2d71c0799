"""A design as the PyTorch network that people would write for it, for the tools that count PyTorch networks.

Pictures are channels-first as PyTorch has them. Padding is given as numbers, activations are modules.
"""

from __future__ import annotations

from math import prod

import torch
from torch import nn
from torch.nn import functional

from lamella.design import INPUT
from lamella.layers.base import Layer
from lamella.planning.plan import Plan, Row

ACTIVATIONS = {
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "selu": nn.SELU,
    "celu": nn.CELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "swish": nn.SiLU,
    "mish": nn.Mish,
    "softplus": nn.Softplus,
    "softsign": nn.Softsign,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "log_sigmoid": nn.LogSigmoid,
    "hard_sigmoid": nn.Hardsigmoid,
    "hard_silu": nn.Hardswish,
    "hard_swish": nn.Hardswish,
    "hard_tanh": nn.Hardtanh,
    "hard_shrink": nn.Hardshrink,
    "soft_shrink": nn.Softshrink,
    "tanh_shrink": nn.Tanhshrink,
    "softmax": lambda: nn.Softmax(1),
    "log_softmax": lambda: nn.LogSoftmax(1),
}


def torch_shape(shape):
    """A channels-last shape as PyTorch's, for one image."""
    return (shape[-1], *shape[1:-1])


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


def same_pads(shape, window, strides, dilation):
    pads = []
    for size, width, step, spread in zip(shape[1:-1], window, strides, dilation):
        more = max((-(-size // step) - 1) * step + spread * (width - 1) + 1 - size, 0)
        pads.append((more // 2, more - more // 2))
    return pads


def convolution(layer, shape, _output):
    given = vars(layer)
    pads = [(0, 0)] * 2
    if layer.padding == "same":
        pads = same_pads(shape, layer.kernel_size, layer.strides, layer.dilation_rate)
    module = nn.Conv2d(
        shape[-1],
        layer.filters,
        layer.kernel_size,
        layer.strides,
        tuple(before for before, _ in pads),
        layer.dilation_rate,
        given.get("groups", 1),
        layer.use_bias,
    )
    return Padded(module, [(0, after - before) for before, after in pads])


def transposed(layer, shape, output):
    """With PyTorch's padding and output_padding where they give Keras' size; else cropped afterwards."""
    padding, extra, crops = [], [], []
    for place, (size, wanted) in enumerate(zip(shape[1:-1], output[1:-1])):
        step, spread = layer.strides[place], layer.dilation_rate[place]
        full = (size - 1) * step + spread * (layer.kernel_size[place] - 1) + 1
        before = max(-((wanted - full) // 2), 0)
        more = wanted - (full - 2 * before)
        if more >= max(step, spread):
            before, more = 0, 0
        padding.append(before)
        extra.append(more)
        crops.append(wanted)
    module = nn.ConvTranspose2d(
        shape[-1],
        layer.filters,
        layer.kernel_size,
        layer.strides,
        tuple(padding),
        tuple(extra),
        bias=layer.use_bias,
        dilation=layer.dilation_rate,
    )
    height, width = crops
    return nn.Sequential(module, Function(lambda x: x[:, :, :height, :width]))


def pooling(kind, value, layer, shape, output):
    """With PyTorch's padding and ceil_mode where they give Keras' size; else padded before."""
    steps = layer.pool_size if layer.strides is None else layer.strides
    if layer.padding == "valid":
        return kind(layer.pool_size, steps)
    pads = same_pads(shape, layer.pool_size, steps, (1, 1))
    even = any(width % 2 == 0 and step == 1 for width, step in zip(layer.pool_size, steps))
    if even:
        return Padded(kind(layer.pool_size, steps), pads, value)
    return kind(layer.pool_size, steps, tuple(before for before, _ in pads), ceil_mode=True)


def normalization(layer, shape, _output):
    kind = nn.BatchNorm1d if len(shape) < 4 else nn.BatchNorm2d
    return kind(shape[-1], affine=layer.scale or layer.center)


def dense(layer, shape, _output):
    module = nn.Linear(shape[-1], layer.units, layer.use_bias)
    return Moved(module) if len(shape) > 2 else module


def relu(layer, _shape, _output):
    if layer.negative_slope:
        return nn.LeakyReLU(layer.negative_slope)
    return nn.ReLU6() if layer.max_value == 6 else nn.ReLU()


def upsampling(layer, _shape, _output):
    return nn.Upsample(scale_factor=tuple(map(float, layer.size)), mode=layer.interpolation)


def average(layer, _shape, _output):
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), *([] if layer.keepdims else [nn.Flatten()]))


def sides(borders):
    return [side for pair in reversed(borders) for side in pair]


MODULES = {
    "Conv2D": convolution,
    "Conv2DTranspose": transposed,
    "Dense": dense,
    "BatchNormalization": normalization,
    "ReLU": relu,
    "MaxPooling2D": lambda *facts: pooling(nn.MaxPool2d, float("-inf"), *facts),
    "AveragePooling2D": lambda *facts: pooling(nn.AvgPool2d, 0.0, *facts),
    "GlobalAveragePooling2D": average,
    "UpSampling2D": upsampling,
    "ZeroPadding2D": lambda layer, *_: nn.ZeroPad2d(sides(layer.padding)),
    "Cropping2D": lambda layer, *_: nn.ZeroPad2d([-side for side in sides(layer.cropping)]),
    "Flatten": lambda *_: nn.Flatten(),
    "Dropout": lambda layer, *_: nn.Dropout(layer.rate),
    "Activation": lambda *_: nn.Identity(),
    "Add": lambda *_: Function(lambda first, *more: sum(more, first)),
    "Concatenate": lambda *_: Function(lambda *inputs: torch.cat(inputs, 1)),
}
"""By layer type: the module from the layer, its first input's shape and its output's."""


class Unit(nn.Module):
    """One layer with its activation."""

    def __init__(self, layer: Layer, inputs, output) -> None:
        super().__init__()
        self.module = MODULES[layer.type](layer, inputs[0], output)
        name = vars(layer).get("activation")
        self.activation = ACTIVATIONS[name]() if name not in (None, "linear") else nn.Identity()

    def forward(self, *inputs, **named):
        return self.activation(self.module(*inputs, *named.values()))


class Network(nn.Module):
    """A plan's design; a node that shares another's layer calls its module."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self.units = nn.ModuleDict()
        for row in plan.rows:
            if row.node.type != INPUT and row.node.shares is None:
                self.units[row.node.name] = unit(plan, row)

    def forward(self, *inputs, **named):
        values = dict(zip((node.name for node in self.plan.design.inputs), (*inputs, *named.values())))
        for row in self.plan.rows:
            if row.node.type != INPUT:
                called = self.units[row.node.shares or row.node.name]
                values[row.node.name] = called(*(values[name] for name in row.node.inputs))
                wanted = torch_shape(row.output_shape)
                assert prod(values[row.node.name].shape) == prod(wanted), row.node
        return [values[name] for name in self.plan.design.outputs.values()]


def unit(plan: Plan, row: Row) -> Unit:
    return Unit(row.layer, plan.inputs_of(row), row.output_shape).eval()
