"""What layers of the form activation(weights * input + bias) keep for the backward pass, by engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lamella.algebra import number
from lamella.design import Shape
from lamella.layers.activations import Needs, needs_in
from lamella.layers.base import Engine, Kept, elements
from lamella.window import same_padding

if TYPE_CHECKING:
    from lamella.layers.convolution import Sliding


def kept_with_activation(activation: str | None, output: Shape, engine: Engine = "tensorflow") -> Kept:
    """What a product with weights, a bias and an activation keep."""
    needs, numbers = needs_in(engine, activation), _numbers(output)
    in_place = needs == Needs() or (engine != "torch" and not (needs.input or needs.inner))
    return Kept(
        inputs=True,
        output=needs.output,
        inner=(needs.input + needs.inner) * numbers,
        mask=needs.mask * numbers,
        forward=0 if in_place else numbers,  # the result before it
        for_weights=True,
        activated=needs != Needs(),
    )


def kept_by_convolution(engine: Engine, layer: Sliding, given: Shape, output: Shape) -> Kept:
    """What a convolution keeps and works with.

    TensorFlow on a CPU takes a picture for a dilated convolution apart, into one for each place within the
    dilation, and puts the results together. PyTorch pads evenly only: for more behind than before, the input is
    copied with its border. Source: tensorflow/python/ops/nn_ops.py (with_space_to_batch); keras/src/backend/torch.
    """
    kept, after = kept_with_activation(layer.activation, output, engine), _numbers(output)
    if engine == "tensorflow" and max(layer.dilation_rate) > 1:
        copy = _numbers(_taken_apart(layer, given))
        return kept._replace(inputs=False, copy=copy, forward=after, backward=max(after, copy))
    if engine == "torch":
        padded = _unevenly_padded(layer, given)
        if padded is not None:
            kept = kept._replace(inputs=False, copy=_numbers(padded))
        return in_blocks(kept, given if padded is None else padded, output, layer.channel)
    return kept


def unfolds(engine: Engine, dtype: str) -> bool:
    """Whether a convolution runs on an unfolded picture, of which it is not known here how large it is.

    PyTorch's oneDNN has no convolutions in float64.
    """
    return engine == "torch" and dtype == "float64"


_BLOCK: Final = 16
"""Channels in a block of oneDNN's where the processor has AVX-512 (8 with AVX2 alone)."""
_PLAIN: Final = 3
"""Input channels up to which a convolution takes its input as it is."""


def in_blocks(kept: Kept, given: Shape, output: Shape, channel: int, results: int = 1) -> Kept:
    """PyTorch's oneDNN works on copies in blocks of channels: of input and output, backward of both gradients.

    A transposed convolution has two copies of its result at once. Source: torch.profiler's memory events of
    mkldnn_convolution and convolution_backward.
    """
    plain, before, after = _numbers(output), _blocked(given, channel), _blocked(output, channel)
    channels = number(given[channel])
    if channels is not None and channels <= _PLAIN:
        before = 0
    return kept._replace(
        forward=max(before + results * after - plain, results * after, kept.forward), backward=before + after
    )


def _blocked(shape: Shape, channel: int) -> int:
    """The numbers with the channels filled up to whole blocks."""
    channels = number(shape[channel])
    if not channels:
        return 0
    return _numbers(shape) // channels * -(-channels // _BLOCK) * _BLOCK


def _taken_apart(layer: Sliding, given: Shape) -> Shape:
    """The sizes with the border of "same" or "causal", up to the next multiple of the dilation."""
    sizes = list(given)
    for axis, kernel, rate in zip(layer.axes, layer.kernel_size, layer.dilation_rate, strict=True):
        size = number(given[axis])
        border = 0 if layer.padding == "valid" else (kernel - 1) * rate
        sizes[axis] = None if size is None else -(-(size + border) // rate) * rate
    return tuple(sizes)


def _unevenly_padded(layer: Sliding, given: Shape) -> Shape | None:
    """The sizes with the border of "same", where some axis has more of it behind than before."""
    sizes, uneven = list(given), False
    for axis, kernel, stride, rate in zip(
        layer.axes, layer.kernel_size, layer.strides, layer.dilation_rate, strict=True
    ):
        size = number(given[axis])
        if size is None or layer.padding != "same":
            return None
        before, behind = same_padding(size, (kernel - 1) * rate + 1, stride)
        sizes[axis], uneven = size + before + behind, uneven or before != behind
    return tuple(sizes) if uneven else None


def _numbers(shape: Shape) -> int:
    """How many there are for one image; 0 where a size is open: then no figure is made of it."""
    return number(elements(shape)) or 0
