"""Convolutions in ONNX: plain, of single channels, in two steps, transposed; and Dense."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lamella.building.onnx_activations import activated
from lamella.building.onnx_values import Padded, Value, surrounded
from lamella.building.onnx_windows import axes_of, placed
from lamella.building.onnx_writers import Use, writes
from lamella.window import transposed_before, transposed_output

if TYPE_CHECKING:
    from numpy.typing import NDArray


def filters_first(kernel: NDArray[Any]) -> NDArray[Any]:
    """(..., channels, filters) -> (filters, channels, ...), as ONNX has kernels."""
    return kernel.transpose(-1, -2, *range(kernel.ndim - 2))


def channels_apart(kernel: NDArray[Any]) -> NDArray[Any]:
    """(..., channels, windows) -> (channels * windows, 1, ...): a group for each channel."""
    flat = kernel.reshape(*kernel.shape[:-2], 1, -1)
    return filters_first(flat)


def convolved(use: Use, value: Value, kernel: str, bias: str, groups: int) -> str:
    """A node that slides the layer's windows over a value."""
    layer = use.layer
    axes = axes_of(layer, value, layer.kernel_size, layer.strides, layer.dilation_rate, layer.padding)
    source, where = placed(value, layer, axes, None)
    said: dict[str, Any] = {"kernel_shape": layer.kernel_size, "strides": layer.strides}
    said |= {"dilations": layer.dilation_rate, "group": groups}
    return use.graph.add("Conv", source, kernel, *filter(None, [bias]), **said, **where)


@writes("Conv1D", "Conv2D", "Conv3D")
def convolution(use: Use) -> Value:
    layer = use.layer
    found = convolved(use, use.input, use.weight("kernel", filters_first), use.weight("bias"), layer.groups)
    return activated(use.gives(found, not layer.channels_first), layer.activation)


def _channels(use: Use) -> int:
    return use.known([use.input.shape[use.layer.channel]])[0]


@writes("DepthwiseConv1D", "DepthwiseConv2D")
def depthwise(use: Use) -> Value:
    found = convolved(use, use.input, use.weight("kernel", channels_apart), use.weight("bias"), _channels(use))
    return activated(use.gives(found, not use.layer.channels_first), use.layer.activation)


@writes("SeparableConv1D", "SeparableConv2D")
def separable(use: Use) -> Value:
    """The windows of single channels first, then their sums; only these have a bias."""
    apart = convolved(use, use.input, use.weight("depthwise_kernel", channels_apart), "", _channels(use))
    pointwise = use.weight("pointwise_kernel", filters_first)
    found = use.graph.add("Conv", apart, pointwise, *filter(None, [use.weight("bias")]))
    return activated(use.gives(found, not use.layer.channels_first), use.layer.activation)


@writes("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose")
def transposed(use: Use) -> Value:
    """What TensorFlow cuts off both ends is ONNX' padding; what it adds behind, where no window writes, the rest.

    The input's size cancels out of both, so 1 stands for any.
    """
    layer, befores, afters, more = use.layer, [], [], []
    for axis, (kernel, stride, dilation) in enumerate(
        zip(layer.kernel_size, layer.strides, layer.dilation_rate, strict=True)
    ):
        extra = None if layer.output_padding is None else layer.output_padding[axis]
        size = transposed_output(1, kernel, stride, layer.padding, extra, dilation)
        before = transposed_before(1, kernel, stride, layer.padding, size, dilation)
        rest = dilation * (kernel - 1) + 1 - size - before
        befores.append(before)
        afters.append(max(rest, 0))
        more.append(max(-rest, 0))
    said: dict[str, Any] = {"kernel_shape": layer.kernel_size, "strides": layer.strides}
    said |= {"dilations": layer.dilation_rate, "pads": [*befores, *afters]}
    said |= {"output_padding": more} if any(more) else {}
    moved = not layer.channels_first
    inputs = [use.input.name(moved), use.weight("kernel", filters_first), use.weight("bias")]
    found = use.graph.add("ConvTranspose", *filter(None, inputs), **said)
    return activated(use.gives(found, moved), layer.activation)


@writes("Dense")
def dense(use: Use) -> Value:
    """One Gemm for rows; a product and a sum where there are more axes."""
    graph, kernel, bias = use.graph, use.weight("kernel"), use.weight("bias")
    source = use.input.name(False)
    if len(use.shape) == 2:
        found = graph.add("Gemm", source, kernel, *filter(None, [bias]))
    else:
        found = graph.add("MatMul", source, kernel)
        found = graph.add("Add", found, bias) if bias else found
    return activated(use.gives(found), use.layer.activation)


@writes("EinsumDense")
def einsum_dense(use: Use) -> Value:
    graph, bias = use.graph, use.weight("bias")
    found = graph.add("Einsum", use.input.name(False), use.weight("kernel"), equation=use.layer.equation)
    return activated(use.gives(graph.add("Add", found, bias) if bias else found), use.layer.activation)


@writes("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D")
def zero_padding(use: Use) -> Value:
    """Written only where what reads it is no convolution, which takes the zeros into its own padding."""
    value, layer = use.input, use.layer
    known = dict(zip(layer.axes, layer.ends, strict=True))
    ends = [known.get(axis, (0, 0)) for axis in range(len(use.shape))]

    def write() -> Value:
        return use.gives(surrounded(value, ends, 0.0), value.moved)

    return Padded(value, use.shape, ends, write)


@writes("Cropping1D", "Cropping2D", "Cropping3D")
def cropping(use: Use) -> Value:
    value, layer, graph = use.input, use.layer, use.graph
    axes = [value.axis(place, value.moved) for place in layer.axes]
    starts = [-before for before, _ in layer.ends]
    stops = [after or np.iinfo(np.int64).max for _, after in layer.ends]
    sliced = graph.add("Slice", value.name(), *map(graph.integers, (starts, stops, axes)))
    return use.gives(sliced, value.moved)
