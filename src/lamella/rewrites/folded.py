"""Layers that go into others, or away, once a network does not learn any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lamella.design import Node
from lamella.layers.activating import Activation
from lamella.layers.augmentation import Augmentation
from lamella.layers.base import Layer
from lamella.layers.convolution import Conv1D, Conv2D, Conv3D
from lamella.layers.core import Dense, Identity
from lamella.layers.depthwise_convolution import DepthwiseConv1D, DepthwiseConv2D, SeparableConv1D, SeparableConv2D
from lamella.layers.normalization import BatchNormalization
from lamella.layers.random_geometry import RandomCrop
from lamella.layers.regularization import (
    ActivityRegularization,
    AlphaDropout,
    Dropout,
    GaussianDropout,
    GaussianNoise,
    SpatialDropout1D,
    SpatialDropout2D,
    SpatialDropout3D,
)
from lamella.layers.transposed_convolution import Transposed
from lamella.rewrites.rewrite import Change, Rewrite, Site
from lamella.rewrites.terms import Carried, Norm, Product, Scaled, Shifted, Term
from lamella.texts.languages import Text

_CONVOLUTIONS = (Conv1D, Conv2D, Conv3D)
_LINEAR = (None, "linear")
_WHILE_LEARNING = (
    *(ActivityRegularization, AlphaDropout, Dropout, GaussianDropout, GaussianNoise, Identity, Augmentation),
    *(SpatialDropout1D, SpatialDropout2D, SpatialDropout3D),
)


class FoldedNormalization(Rewrite):
    """A linear layer, then batch norm: one layer.

    Proof: with the moving mean m and variance v, batch norm is (z - m)·a + b, where a = gamma / √(v + ε). For
    z = k * x + c that is (k·a) * x + (c - m)·a + b, where every filter has its own a.
    """

    name = "folded batch norm"
    sentence = Text(
        "Puts a batch norm into the weights of the layer before it.",
        "배치 정규화를 앞 레이어의 가중치에 합칩니다.",
    )
    learns = False
    examples = (
        "input: [6, 7, 2]\nlayers:\n- Conv2D: {filters: 4, kernel_size: 3}\n- BatchNormalization: {}",
        "input: [6, 2]\nlayers:\n- Dense: {units: 4, use_bias: false}\n- BatchNormalization: {scale: false}",
        "input: [6, 7, 2]\nlayers:\n- Conv2DTranspose: {filters: 4, kernel_size: 3}\n"
        "- BatchNormalization: {center: false}",
        "input: [6, 7, 2]\nlayers:\n- DepthwiseConv2D: {kernel_size: 3, depth_multiplier: 2}\n- BatchNormalization: {}",
        "input: [6, 2]\nlayers:\n- SeparableConv1D: {filters: 3, kernel_size: 3}\n- BatchNormalization: {epsilon: 0.1}",
    )

    def changes(self, node: Node, site: Site) -> Iterator[Change]:
        norm, found = site.layer(node), site.before(node)
        if not isinstance(norm, BatchNormalization) or norm.renorm or found is None:
            return
        linear, layer = found
        shape, held = site.shape(linear.name), _scaled(layer)
        if held is None or shape is None or getattr(layer, "activation", None) not in _LINEAR:
            return
        name, axes = held
        if norm.axis % len(shape) != getattr(layer, "channel", len(shape) - 1):
            return
        own, theirs = site.weights(linear), site.weights(node)
        factor = Norm(theirs["moving_variance"], theirs.get("gamma"), norm.epsilon)
        terms = site.kept(linear)
        terms[f"{linear.name}/{name}"] = Scaled(own[name], factor, axes)
        shifted = Shifted(own.get("bias"), theirs["moving_mean"], factor, theirs.get("beta"))
        terms[f"{linear.name}/bias"] = shifted
        new = replace(linear, arguments={**linear.arguments, "use_bias": True})
        yield Change((linear.name, node.name), (new,), {node.name: linear.name}, terms)


def _scaled(layer: Layer) -> tuple[str, tuple[int, ...]] | None:
    """The weight that scales a linear layer's output, and which of its axes, from the end, hold the channels."""
    if isinstance(layer, (*_CONVOLUTIONS, Dense)):
        return "kernel", (-1,)
    if isinstance(layer, Transposed):
        return "kernel", (-2,)
    if isinstance(layer, (DepthwiseConv1D, DepthwiseConv2D)):
        return "kernel", (-2, -1)
    return ("pointwise_kernel", (-1,)) if isinstance(layer, (SeparableConv1D, SeparableConv2D)) else None


class JoinedLinear(Rewrite):
    """Two linear layers, of which one mixes the channels of single places: one layer.

    Proof: for z = k * x + c and y = h * z + b, where h has a single tap, y = (k·h) * x + c·h + b; where k has a single
    tap and no number beyond the border is read (or c is 0), y = (k·h) * x + Σ c·h + b, summed over the taps of h.
    """

    name = "joined linear layers"
    sentence = Text(
        "Multiplies the weights of two linear layers once, instead of both with every picture.",
        "선형 레이어 둘의 가중치를 미리 한 번 곱해, 이미지마다 두 번 곱하지 않습니다.",
    )
    learns = False
    examples = (
        "input: [6]\nlayers:\n- Dense: {units: 5}\n- Dense: {units: 2, activation: relu}",
        "input: [6, 7, 2]\nlayers:\n- Conv2D: {filters: 9, kernel_size: 3, padding: same, use_bias: false}\n"
        "- Conv2D: {filters: 2, kernel_size: 1}",
        "input: [6, 7, 9]\nlayers:\n- Conv2D: {filters: 9, kernel_size: 1}\n"
        "- Conv2D: {filters: 2, kernel_size: 3, strides: 2, use_bias: false, activation: tanh}",
        "input: [6, 7, 3]\nlayers:\n- Conv2D: {filters: 9, kernel_size: 1, strides: 2}\n"
        "- Conv2D: {filters: 2, kernel_size: 1}",
    )

    def changes(self, node: Node, site: Site) -> Iterator[Change]:
        second, found = site.layer(node), site.before(node)
        if second is None or found is None or found[1].type != second.type:
            return
        before, first = found
        if not isinstance(first, (Dense, *_CONVOLUTIONS)) or not isinstance(second, (Dense, *_CONVOLUTIONS)):
            return
        if first.activation not in _LINEAR or not _joins(first, second):
            return
        one, two = site.weights(before), site.weights(node)
        terms: dict[str, Term] = {f"{node.name}/kernel": Product(one["kernel"], two["kernel"])}
        arguments = dict(node.arguments) | {"use_bias": first.use_bias or second.use_bias}
        if isinstance(first, _CONVOLUTIONS) and max(*first.kernel_size, *first.strides) > 1:
            slid = ("kernel_size", "strides", "padding", "dilation_rate")
            arguments |= {name: getattr(first, name) for name in slid}
        if first.use_bias:
            terms[f"{node.name}/bias"] = Carried(one["bias"], two["kernel"], two.get("bias"))
        elif second.use_bias:
            terms[f"{node.name}/bias"] = two["bias"]
        new = replace(node, arguments=arguments, inputs=before.inputs)
        yield Change((before.name, node.name), (new,), {}, terms)


def _joins(first: Layer, second: Layer) -> bool:
    if not isinstance(first, _CONVOLUTIONS) or not isinstance(second, _CONVOLUTIONS):
        return True
    if max(first.groups, second.groups) > 1 or first.channels_first != second.channels_first:
        return False
    if max(*second.kernel_size, *second.strides) == 1:
        return True
    return max(*first.kernel_size, *first.strides) == 1 and (second.padding == "valid" or not first.use_bias)


class WithoutLearning(Rewrite):
    """What only acts while a network learns is taken out; elsewhere it hands its input on."""

    name = "without what only learning needs"
    sentence = Text("Takes out what only acts while learning.", "학습할 때만 작동하는 것을 뺍니다.")
    learns = False
    examples = (
        "input: [6, 7, 3]\nlayers:\n- Dropout: {rate: 0.5}\n- RandomFlip: {}\n- Conv2D: {filters: 1, kernel_size: 2}",
    )

    def changes(self, node: Node, site: Site) -> Iterator[Change]:
        layer = site.layer(node)
        plain = isinstance(layer, Activation) and layer.activation in _LINEAR
        if plain or (isinstance(layer, _WHILE_LEARNING) and not isinstance(layer, RandomCrop)):
            yield Change((node.name,), (), {node.name: node.inputs[0]}, {})


class WithoutDeadBranches(Rewrite):
    """Layers that lead to no output are taken out: nothing reads what they give, and no gradient reaches them."""

    name = "without dead branches"
    sentence = Text("Takes out layers that lead to no output.", "출력에 이르지 않는 레이어를 뺍니다.")
    learns = True
    examples = (
        "input: [6]\nlayers:\n- Dense: {name: a, units: 3}\n- Softmax: {}\n- ReLU: {}\n- Dense: {units: 2, from: a}",
    )

    def changes(self, node: Node, site: Site) -> Iterator[Change]:
        if node.name in site.unread:
            yield Change((node.name,), (), {}, {})
