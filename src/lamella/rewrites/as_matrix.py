"""A convolution of a very small picture as one product with a matrix, for which engines waste nothing.

Proof. A convolution is linear: y[o, f] = b[f] + Σ over the taps u that put input i under output o of
Σ_c x[i, c] · w[u, c, f]. With the matrix m[(i, c), (o, f)] = w[u, c, f] where a tap u does so, and 0 where none
does, that is y = b + x · m over the picture laid out as one row, the same sum with zeros added. No two taps of a
window, or of what is written to a place, join the same two places, so every entry is one weight or zero; the
derivative by w[u, c, f] is the sum of the derivatives by its entries, which is what reading them by position gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Final

from lamella.design import FreeNames, Node
from lamella.layers.activations import WHOLE_AXIS
from lamella.layers.convolution import Conv2D
from lamella.layers.transposed_convolution import Conv2DTranspose
from lamella.rewrites.phases import Reads, under, written
from lamella.rewrites.rewrite import Change, Rewrite, Site
from lamella.rewrites.terms import Repeated, Spread, Term
from lamella.texts.languages import Text
from lamella.window import Map, TransposedWindow, Window

_MOST: Final = 2**18
"""So many entries: no convolution of that many wastes as much."""


class ConvolutionAsMatrix(Rewrite):
    """A convolution, transposed too, of a picture of a known, very small size: a Dense over all of its numbers."""

    name = "convolution as a matrix"
    sentence = Text(
        "Computes a convolution of a very small picture as one product with a matrix: its kernel at every place.",
        "아주 작은 그림의 합성곱을, 커널을 모든 자리에 놓은 행렬 하나와의 곱으로 계산합니다.",
    )
    learns = True
    restores = False  # a model that is exported keeps its convolutions; ONNX Runtime was not seen to gain
    examples = (
        "input: [5, 4, 3]\nlayers:\n- Conv2D: {filters: 4, kernel_size: 3, padding: same, activation: relu}",
        "input: [6, 5, 2]\nlayers:\n- Conv2D: {filters: 3, kernel_size: [3, 2], strides: 2, use_bias: false}",
        "input: [5, 5, 2]\nlayers:\n- Conv2D: {filters: 2, kernel_size: 2, dilation_rate: 3, activation: softmax}",
        "input: [3, 4, 2]\nlayers:\n- Conv2DTranspose: {filters: 3, kernel_size: 3, strides: 2, padding: same}",
        "input: [2, 3, 2]\nlayers:\n- Conv2DTranspose: {filters: 2, kernel_size: [2, 3], strides: 3}",
    )

    def changes(self, node: Node, site: Site) -> Iterator[Change]:
        layer, given = site.layer(node), site.shape(node.inputs[0]) if node.inputs else None
        made = site.shape(node.name)
        if not isinstance(layer, (Conv2D, Conv2DTranspose)) or layer.channels_first or given is None or made is None:
            return
        if isinstance(layer, Conv2D) and layer.groups > 1:
            return
        before, after = (tuple(size for size in each[1:] if isinstance(size, int)) for each in (given, made))
        if len(before) + len(after) < 6 or prod(before) * prod(after) > _MOST:
            return
        ways: Sequence[Map | None] = layer.maps(given) if isinstance(layer, Conv2D) else layer.maps()
        reads = [_reads(way) for way in ways]
        if None not in reads:
            yield _as_matrix(node, layer, before, after, [each for each in reads if each is not None], site)


def _reads(way: Map | None) -> Reads | None:
    if isinstance(way, TransposedWindow):
        return written(way, 1)
    return under(way, 1) if isinstance(way, Window) else None


def _as_matrix(
    node: Node,
    layer: Conv2D | Conv2DTranspose,
    before: Sequence[int],
    after: Sequence[int],
    reads: Sequence[Reads],
    site: Site,
) -> Change:
    names, weights = FreeNames(site.plan.by_name), site.weights(node)
    places = prod(after[:2])
    fused = layer.activation not in WHOLE_AXIS and not site.in_loss(node, layer.activation)
    arguments: dict[str, object] = {"units": prod(after), "use_bias": layer.use_bias}
    arguments |= {"activation": layer.activation} if fused and layer.activation else {}
    flat, picture = names.take(f"{node.name}_row"), names.take(f"{node.name}_picture")
    new = [
        Node(flat, "Flatten", {}, node.inputs),
        Node(node.name, "Dense", arguments, (flat,)),
        Node(picture, "Reshape", {"target_shape": tuple(after)}, (node.name,)),
    ]
    if not fused:
        name = names.take(f"{node.name}_{layer.activation}")
        new.append(Node(name, "Activation", {"activation": layer.activation}, (picture,)))
    swapped = isinstance(layer, Conv2DTranspose)
    kernel = Spread(weights["kernel"], _taps(before, after, reads, layer.kernel_size[1]), places, swapped)
    terms: dict[str, Term] = {f"{node.name}/kernel": kernel}
    if layer.use_bias:
        terms[f"{node.name}/bias"] = Repeated(weights["bias"], places)
    return Change((node.name,), tuple(new), {node.name: new[-1].name}, terms)


def _taps(before: Sequence[int], after: Sequence[int], reads: Sequence[Reads], columns: int) -> tuple[int, ...]:
    """For each place of the input and of the output, row by row, the tap that joins them; -1 where none does."""
    found = [-1] * prod((*before[:2], *after[:2]))
    along = [
        [[(tap, place) for tap, place in read(output) if 0 <= place < size] for output in range(count)]
        for read, size, count in zip(reads, before, after, strict=False)
    ]
    for (row, above), (column, beside) in product(enumerate(along[0]), enumerate(along[1])):
        for (tap, y), (other, x) in product(above, beside):
            found[((y * before[1] + x) * after[0] + row) * after[1] + column] = tap * columns + other
    return tuple(found)
