"""Layers that change places because one of them then has less to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lamella.design import Node
from lamella.layers.activating import ELU, Activation, LeakyReLU, ReLU, Softmax
from lamella.layers.activations import RISING
from lamella.layers.base import Layer
from lamella.layers.convolution import Conv1D, Conv2D, Conv3D
from lamella.layers.core import Dense
from lamella.layers.depthwise_convolution import DepthwiseConv1D, DepthwiseConv2D, SeparableConv1D, SeparableConv2D
from lamella.layers.global_pooling import GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalMaxPooling3D
from lamella.layers.normalization import BatchNormalization
from lamella.layers.pooling import MaxPooling1D, MaxPooling2D, MaxPooling3D
from lamella.layers.transposed_convolution import Transposed
from lamella.layers.upsampling import UpSampling1D, UpSampling2D, UpSampling3D
from lamella.rewrites.rewrite import Change, Rewrite, Site
from lamella.texts.languages import Text

_LARGEST = (MaxPooling1D, MaxPooling2D, MaxPooling3D, GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalMaxPooling3D)
_ENLARGING = (UpSampling1D, UpSampling2D, UpSampling3D)
_CONVOLUTIONS = (Conv1D, Conv2D, Conv3D)
_ACTIVATED = (*_CONVOLUTIONS, Transposed, DepthwiseConv1D, DepthwiseConv2D, SeparableConv1D, SeparableConv2D)


class PooledActivation(Rewrite):
    """An activation that never falls, then max pooling: the pooling first.

    Proof: f(max(a, b)) = max(f(a), f(b)) where f never falls, so every window gives the same. With f' the derivative,
    both ways send the gradient of an output, times f' of the largest number, to a place where that number stands;
    where several numbers give the same largest f(x) but are not equal themselves, f is level between them and f' is 0
    there (ReLU below 0), so nothing is sent either way. Padding adds nothing to a maximum.
    """

    name = "activation after pooling"
    sentence = Text(
        "Activates the largest number of each window instead of all numbers.",
        "창마다 모든 수가 아니라 가장 큰 수만 활성화합니다.",
    )
    learns = True
    examples = (
        "input: [6, 7, 2]\nlayers:\n- Conv2D: {filters: 3, kernel_size: 3, activation: relu}\n"
        "- MaxPooling2D: {padding: same}",
        "input: [9, 2]\nlayers:\n- Dense: {units: 3}\n- LeakyReLU: {}\n- MaxPooling1D: {pool_size: 3, strides: 2}",
    )

    def changes(self, node: Node, site: Site) -> Iterator[Change]:
        found = site.before(node)
        if not isinstance(site.layer(node), _LARGEST) or found is None:
            return
        first, layer = found
        if site.in_loss(node, getattr(layer, "activation", None)):
            return
        if isinstance(layer, _ACTIVATED) and layer.activation in RISING:
            plain = {name: each for name, each in first.arguments.items() if name != "activation"}
            then = site.names.take(f"{node.name}_{layer.activation}")
            last = Node(then, "Activation", {"activation": layer.activation}, (node.name,))
            yield Change(
                (first.name, node.name),
                (replace(first, arguments=plain), node, last),
                {node.name: then},
                site.kept(first),
            )
        elif _rises(layer):
            new = (replace(node, inputs=first.inputs), replace(first, inputs=(node.name,)))
            yield Change((first.name, node.name), new, {node.name: first.name}, {})


class EarlierPlaces(Rewrite):
    """Upsampling (nearest), then a layer that treats every place alike by itself: that layer first.

    Proof: z[i] = x[⌊i / s⌋] and y[i] = f(z[i]) give y[i] = f(x)[⌊i / s⌋]. Weights are the same; the gradient of a
    weight sums over places of z, where every place of x stands s times, as the gradient that comes back through
    upsampling sums over them. A batch norm finds the same mean and variance in z as in x: there every number stands
    equally often.
    """

    name = "layer before upsampling"
    sentence = Text(
        "Computes what is the same at every repeated place once, before repeating it.",
        "되풀이되는 자리마다 같은 계산을, 되풀이하기 전에 한 번만 합니다.",
    )
    learns = True
    examples = (
        "input: [4, 5, 6]\nlayers:\n- UpSampling2D: {size: 2}\n"
        "- Conv2D: {filters: 2, kernel_size: 1, activation: tanh}",
        "input: [5, 3]\nlayers:\n- UpSampling1D: {size: 3}\n- BatchNormalization: {}\n- Softmax: {}",
        "input: [2, 3, 2, 4]\nlayers:\n- UpSampling3D: {size: [1, 2, 3]}\n- Dense: {units: 3}\n- ReLU: {}",
    )

    def changes(self, node: Node, site: Site) -> Iterator[Change]:
        layer, found = site.layer(node), site.before(node)
        if layer is None or found is None:
            return
        enlarging, enlarged = found
        if not isinstance(enlarged, _ENLARGING) or site.in_loss(node, getattr(layer, "activation", None)):
            return
        if enlarged.interpolation == "nearest" and not enlarged.channels_first and _by_place(layer):
            new = (replace(node, inputs=enlarging.inputs), replace(enlarging, inputs=(node.name,)))
            yield Change((enlarging.name, node.name), new, {node.name: enlarging.name}, site.kept(node))


def _by_place(layer: Layer) -> bool:
    """Whether all channels of one place give those of the same place of the output, everywhere alike."""
    match layer:
        case Conv1D() | Conv2D() | Conv3D():
            return max(*layer.kernel_size, *layer.strides) == 1 and not layer.channels_first
        case BatchNormalization() | Softmax():
            return layer.axis == -1
    return isinstance(layer, (Dense, Activation, ReLU, LeakyReLU, ELU))


def _rises(layer: Layer) -> bool:
    """Whether it takes each number by itself and never falls."""
    match layer:
        case Activation():
            return layer.activation in RISING
        case ELU():
            return layer.alpha >= 0
    return isinstance(layer, (ReLU, LeakyReLU))
