"""A design as the PyTorch network that people would write for it, for the tools that count PyTorch networks.

Channels come first, behind the batch, as PyTorch has them. Padding is given as numbers, activations are modules.
"""

from __future__ import annotations

from functools import reduce
from math import prod

import torch
from torch import nn
from torch.nn import functional

from lamella.design import INPUT
from lamella.layers.base import Layer
from lamella.planning.plan import Plan, Row
from planning.torch_parts import Function, Moved, Padded, Weighted, first, last
from planning.torch_sequences import Attention, recurrent

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


def of_rank(name: str, shape):
    """The module of as many spatial axes: Conv2d for pictures."""
    return getattr(nn, f"{name}{len(shape) - 2}d")


def same_pads(shape, window, strides, dilation):
    pads = []
    for size, width, step, spread in zip(shape[1:-1], window, strides, dilation):
        more = max((-(-size // step) - 1) * step + spread * (width - 1) + 1 - size, 0)
        pads.append((more // 2, more - more // 2))
    return pads


def sliding(layer, shape, filters, groups, bias):
    pads = [(0, 0)] * (len(shape) - 2)
    if layer.padding == "same":
        pads = same_pads(shape, layer.kernel_size, layer.strides, layer.dilation_rate)
    module = of_rank("Conv", shape)(
        shape[-1],
        filters,
        layer.kernel_size,
        layer.strides,
        tuple(before for before, _ in pads),
        layer.dilation_rate,
        groups,
        bias,
    )
    after = [(0, after - before) for before, after in pads]
    if layer.padding == "causal":
        after = [(layer.dilation_rate[0] * (layer.kernel_size[0] - 1), 0)]
    return Padded(module, after)


def convolution(layer, shape, _output):
    return sliding(layer, shape, layer.filters, layer.groups, layer.use_bias)


def depthwise(layer, shape, _output):
    return sliding(layer, shape, shape[-1] * layer.depth_multiplier, shape[-1], layer.use_bias)


def separable(layer, shape, output):
    deep = shape[-1] * layer.depth_multiplier
    pointwise = of_rank("Conv", shape)(deep, layer.filters, 1, bias=layer.use_bias)
    return nn.Sequential(sliding(layer, shape, deep, shape[-1], False), pointwise)


def transposed(layer, shape, output):
    """With PyTorch's padding and output_padding where they give Keras' size; else cropped afterwards."""
    padding, extra = [], []
    for place, (size, wanted) in enumerate(zip(shape[1:-1], output[1:-1])):
        step, spread = layer.strides[place], layer.dilation_rate[place]
        full = (size - 1) * step + spread * (layer.kernel_size[place] - 1) + 1
        before = max(-((wanted - full) // 2), 0)
        more = wanted - (full - 2 * before)
        if more >= max(step, spread):
            before, more = 0, 0
        padding.append(before)
        extra.append(more)
    module = of_rank("ConvTranspose", shape)(
        shape[-1],
        layer.filters,
        layer.kernel_size,
        layer.strides,
        tuple(padding),
        tuple(extra),
        bias=layer.use_bias,
        dilation=layer.dilation_rate,
    )
    wanted = (slice(None), slice(None), *map(slice, output[1:-1]))
    return nn.Sequential(module, Function(lambda x: x[wanted]))


def pooling(kind, value, layer, shape, output):
    """With PyTorch's padding and ceil_mode where they give Keras' size; else padded before."""
    module = of_rank(kind, shape)
    steps = layer.pool_size if layer.strides is None else layer.strides
    if layer.padding == "valid":
        return module(layer.pool_size, steps)
    pads = same_pads(shape, layer.pool_size, steps, (1,) * len(steps))
    even = any(width % 2 == 0 and step == 1 for width, step in zip(layer.pool_size, steps))
    if even:
        return Padded(module(layer.pool_size, steps), pads, value)
    return module(layer.pool_size, steps, tuple(before for before, _ in pads), ceil_mode=True)


def batch_normalization(layer, shape, _output):
    kind = nn.BatchNorm1d if len(shape) < 4 else of_rank("BatchNorm", shape)
    return kind(shape[-1], affine=layer.scale or layer.center)


def layer_normalization(layer, shape, _output):
    """Over the axes moved to the end."""
    axes = sorted(axis % len(shape) for axis in layer.axis)
    rest = [axis for axis in range(len(shape)) if axis not in axes]
    sizes = [shape[axis] for axis in axes]
    affine = getattr(layer, "scale", True) or getattr(layer, "center", True)
    kind = nn.RMSNorm if layer.type == "RMSNormalization" else nn.LayerNorm
    module = kind(sizes, elementwise_affine=affine)
    return nn.Sequential(Function(lambda x: last(x).permute(*rest, *axes)), module)


def group_normalization(layer, shape, _output):
    channels = shape[layer.axis]
    groups = channels if layer.groups == -1 else layer.groups
    module = nn.GroupNorm(groups, channels, affine=layer.scale or layer.center)
    return nn.Sequential(Function(lambda x: last(x).movedim(layer.axis, 1)), module)


def dense(layer, shape, _output):
    module = nn.Linear(shape[-1], layer.units, layer.use_bias)
    return Moved(module) if len(shape) > 2 else module


def relu(layer, _shape, _output):
    if layer.negative_slope:
        return nn.LeakyReLU(layer.negative_slope)
    return nn.ReLU6() if layer.max_value == 6 else nn.ReLU()


def prelu(layer, shape, _output):
    (slopes,) = (each.shape for each in layer.weights(shape))
    place = next((place for place, size in enumerate(slopes, 1) if size > 1), len(slopes))
    return nn.Sequential(Function(lambda x: last(x).movedim(place, 1)), nn.PReLU(slopes[place - 1]))


def softmax(layer, shape, _output):
    """PyTorch's goes along one axis."""
    (axis,) = layer.axis
    return nn.Sequential(Function(last), nn.Softmax(axis))


def upsampling(layer, _shape, _output):
    mode = vars(layer).get("interpolation", "nearest")
    sizes = layer.size if isinstance(layer.size, tuple) else (layer.size,)
    return nn.Upsample(scale_factor=tuple(map(float, sizes)), mode=mode)


def adaptive(kind, layer, shape, _output):
    sizes = vars(layer).get("output_size", (1,) * (len(shape) - 2))
    flat = "output_size" not in vars(layer) and not layer.keepdims
    return nn.Sequential(of_rank(kind, shape)(sizes), *([nn.Flatten()] if flat else []))


def padding(borders, shape, sign=1):
    pairs = borders if len(shape) > 3 else [(borders, borders) if isinstance(borders, int) else borders]
    pads = [sign * side for pair in reversed(pairs) for side in pair]
    return Function(lambda x: functional.pad(x, pads))


def dropout(layer, shape, _output):
    return of_rank("Dropout", shape)(layer.rate)


def einsum_dense(layer, shape, output):
    kernel = layer.weights(shape)[0].shape
    return Weighted(kernel, lambda x, w: torch.einsum(layer.equation, last(x), w) + float(layer.bias_axes is not None))


def dot(layer, inputs, output):
    """A product of matrices of which one axis is summed."""
    axes = (layer.axes,) * 2 if isinstance(layer.axes, int) else layer.axes
    places = [axis % len(shape) for axis, shape in zip(axes, inputs)]

    def multiply(one, other):
        one, other = last(one).movedim(places[0], -1), last(other).movedim(places[1], 1)
        if layer.normalize:
            one, other = functional.normalize(one, dim=-1), functional.normalize(other, dim=1)
        return one.reshape(len(one), -1, one.shape[-1]) @ other.reshape(*other.shape[:2], -1)

    return Function(multiply)


def distributed(layer, shape, output):
    """The steps stand among the images."""
    inside = Unit(layer.inner, ((shape[0], *shape[2:]),), (output[0], *output[2:]))
    to_steps = Function(lambda x: first(last(x).flatten(0, 1)) if x.dim() > 3 else last(x).flatten(0, 1))
    return nn.Sequential(to_steps, inside)


def operator(name):
    """PyTorch's operator or function of the name."""
    given = {
        "add": lambda a, b: a + b,
        "subtract": lambda a, b: a - b,
        "multiply": lambda a, b: a * b,
        "divide": lambda a, b: a / b,
        "reshape": lambda x: x.reshape(1, -1),
        "transpose": lambda x: x.permute(0, *range(x.dim() - 1, 0, -1)),
        "expand_dims": lambda x: x.unsqueeze(-1),
        "repeat": lambda x: x.repeat_interleave(2, 1),
        "tile": lambda x: x.tile(1, 2, 1),
        "concatenate": lambda *x: torch.cat(x, 1),
        "stack": lambda *x: torch.stack(x, 1),
        "split": lambda x: x.chunk(2, -1)[0],
        "get_item": lambda x: x[:, :, 0],
        "squeeze": lambda x: x.squeeze(-1),
        **{name: lambda x, name=name: getattr(x, name)((1, 2)) for name in ("mean", "sum", "amax", "amin", "var")},
        **{name: lambda x, name=name: getattr(x, name)(1)[0] for name in ("max", "min")},
    }
    return Function(given.get(name) or getattr(torch, name))


MODULES = {
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), convolution),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), depthwise),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), separable),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), transposed),
    "Dense": dense,
    "EinsumDense": einsum_dense,
    "Embedding": lambda layer, *_: nn.Sequential(
        Function(lambda x: x.long()), nn.Embedding(layer.input_dim, layer.output_dim)
    ),
    "BatchNormalization": batch_normalization,
    **dict.fromkeys(("LayerNormalization", "RMSNormalization"), layer_normalization),
    "GroupNormalization": group_normalization,
    "UnitNormalization": lambda *_: Function(functional.normalize),
    "ReLU": relu,
    "ELU": lambda layer, *_: nn.ELU(layer.alpha),
    "LeakyReLU": lambda layer, *_: nn.LeakyReLU(layer.negative_slope),
    "PReLU": prelu,
    "Softmax": softmax,
    **{
        f"{name}Pooling{rank}D": lambda *facts, kind=kind, value=value: pooling(kind, value, *facts)
        for name, kind, value in (("Max", "MaxPool", float("-inf")), ("Average", "AvgPool", 0.0))
        for rank in (1, 2, 3)
    },
    **{
        f"{of}{name}Pooling{rank}D": lambda *facts, kind=kind: adaptive(kind, *facts)
        for of in ("Global", "Adaptive")
        for name, kind in (("Max", "AdaptiveMaxPool"), ("Average", "AdaptiveAvgPool"))
        for rank in (1, 2, 3)
    },
    **{f"UpSampling{rank}D": upsampling for rank in (1, 2, 3)},
    **{f"ZeroPadding{rank}D": lambda layer, shape, _: padding(layer.padding, shape) for rank in (1, 2, 3)},
    **{f"Cropping{rank}D": lambda layer, shape, _: padding(layer.cropping, shape, -1) for rank in (1, 2, 3)},
    "Flatten": lambda *_: nn.Flatten(),
    **dict.fromkeys(("Reshape", "Identity", "ActivityRegularization"), lambda *_: Function(lambda x: x + 0)),
    "Permute": lambda layer, *_: Function(lambda x: last(x).permute(0, *layer.dims)),
    "RepeatVector": lambda layer, *_: Function(lambda x: x.unsqueeze(1).repeat(1, layer.n, 1)),
    "Rescaling": lambda layer, *_: Function(lambda x: x * layer.scale + layer.offset),
    "LayerScale": lambda layer, *_: Weighted((layer.projection_dim,), lambda x, w: last(x) * w),
    "Dropout": lambda layer, *_: nn.Dropout(layer.rate),
    "AlphaDropout": lambda layer, *_: nn.AlphaDropout(layer.rate),
    **{f"SpatialDropout{rank}D": dropout for rank in (1, 2, 3)},
    "GaussianDropout": lambda layer, *_: Function(lambda x: x * (1 + torch.randn_like(x) * layer.rate)),
    "GaussianNoise": lambda layer, *_: Function(lambda x: x + torch.randn_like(x) * layer.stddev),
    "StochasticDepth": lambda layer, *_: Function(lambda x: x * torch.rand(1)),
    "Activation": lambda *_: nn.Identity(),
    "Add": lambda *_: Function(lambda first, *more: sum(more, first)),
    "Subtract": lambda *_: Function(lambda one, other: one - other),
    "Multiply": lambda *_: Function(lambda first, *more: prod(more, start=first)),
    "Average": lambda *_: Function(lambda first, *more: sum(more, first) / (1 + len(more))),
    "Maximum": lambda *_: Function(lambda *inputs: reduce(torch.maximum, inputs)),
    "Minimum": lambda *_: Function(lambda *inputs: reduce(torch.minimum, inputs)),
    "CustomScaleLayer": lambda layer, *_: Function(lambda one, other: one + layer.scale * other),
    "Concatenate": lambda *_: Function(lambda *inputs: torch.cat(inputs, 1)),
    **dict.fromkeys(("SimpleRNN", "GRU", "LSTM", "Bidirectional"), recurrent),
    "TimeDistributed": distributed,
    "ops.matmul": lambda *_: Function(lambda one, other: last(one) @ last(other)),
    "ops.einsum": lambda layer, *_: Function(lambda *inputs: torch.einsum(layer.subscripts, *map(last, inputs))),
}
"""By layer type: the module from the layer, its first input's shape and its output's."""

JOINING = {"Dot": dot, "MultiHeadAttention": Attention, "GroupQueryAttention": Attention}
"""Those whose module depends on the shapes of all inputs."""


def module_of(layer, inputs, output):
    if layer.type in JOINING:
        return JOINING[layer.type](layer, inputs, output)
    made = MODULES.get(layer.type)
    return made(layer, inputs[0], output) if made else operator(layer.type.removeprefix("ops."))


class Unit(nn.Module):
    """One layer with its activation."""

    def __init__(self, layer: Layer, inputs, output) -> None:
        super().__init__()
        self.module = module_of(layer, inputs, output)
        within = layer.type in ("SimpleRNN", "GRU", "LSTM")
        name = None if within else vars(layer).get("activation")
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
