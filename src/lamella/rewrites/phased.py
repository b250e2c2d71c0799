"""Convolutions of a picture that grew, or that make it grow, computed on the small picture in phases.

Proof, along one axis. Let z be x upsampled by s (nearest), z[i] = x[⌊i / s⌋], and y[o] = Σ_u w[u] z[o·t + u·d − q],
with zeros around z, which are zeros around x, as ⌊i / s⌋ < 0 just where i < 0, and ⌊i / s⌋ ≥ n just where i ≥ s·n.
With P = s / gcd(s, t) the place moves by P·t from o to o + P, a multiple of s, so y[o + P] reads x P·t / s places
further on with the same weights: the outputs repeat their pattern (`phases`). For a transposed convolution,
y[o] = Σ w[u] z[i] over all i·t + u·d = o + q, so y[o + s·t] reads z s places further on, and x one. Each output is the
same sum with equal terms put together, so values are equal, and the derivative by w[u] is the sum of the derivatives
by the taps that hold it: what the derivative of `Gathered` is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from math import gcd
from typing import Final

from lamella.design import FreeNames, Node, Shape, Size
from lamella.layers.activations import WHOLE_AXIS
from lamella.layers.convolution import Conv2D
from lamella.layers.transposed_convolution import Conv2DTranspose
from lamella.layers.upsampling import UpSampling2D
from lamella.rewrites.phases import Axis, Reads, in_phases
from lamella.rewrites.rewrite import Change, Rewrite, Site
from lamella.rewrites.terms import Gathered, Repeated, Term
from lamella.texts.languages import Text
from lamella.window import Map, TransposedWindow, Window, same_padding, transposed_output, window_output

_MANY: Final = 24
"""Sizes of an open axis for which the borders must be the same."""


class UpsampledConvolution(Rewrite):
    """UpSampling2D (nearest), then a convolution: one of the small picture with summed kernels, then its phases."""

    name = "upsampled convolution"
    sentence = Text(
        "Convolves before enlarging: taps on equal numbers become one, and the phases are laid out after.",
        "키우기 전에 합성곱합니다. 같은 수에 놓이는 가중치는 하나로 더하고, 위상들은 나중에 펼쳐 놓습니다.",
    )
    learns = True
    examples = (
        "input: [5, 6, 3]\nlayers:\n- UpSampling2D: {size: 2}\n- Conv2D: {filters: 4, kernel_size: 3, padding: same}",
        "input: [4, 7, 2]\nlayers:\n- UpSampling2D: {size: 3}\n- Conv2D: {filters: 2, kernel_size: [5, 2]}",
        "input: [5, 4, 2]\nlayers:\n- UpSampling2D: {}\n- Conv2DTranspose: {filters: 3, kernel_size: 3, padding: same}",
        "input: [5, 4, 2]\nlayers:\n- UpSampling2D: {}\n- Conv2D: {filters: 3, kernel_size: 3, strides: 2}",
        "input: [7, 5, 2]\nlayers:\n- UpSampling2D: {size: 4}\n"
        "- Conv2D: {filters: 3, kernel_size: 3, strides: 2, padding: same, activation: softmax}",
    )

    def changes(self, node: Node, site: Site) -> Iterator[Change]:
        layer, found = site.layer(node), site.before(node)
        if not isinstance(layer, (Conv2D, Conv2DTranspose)) or layer.channels_first or found is None:
            return
        upsampling, grown = found
        if not isinstance(grown, UpSampling2D) or grown.interpolation != "nearest" or grown.channels_first:
            return
        shape, large = site.shape(upsampling.inputs[0]), site.shape(upsampling.name)
        if shape is None or large is None or (isinstance(layer, Conv2D) and layer.groups > 1):
            return
        axes = []
        ways: Sequence[Map | None] = layer.maps(large) if isinstance(layer, Conv2D) else layer.maps()
        for axis, (way, factor) in enumerate(zip(ways, grown.factors, strict=True)):
            sizes = _sizes(shape[axis + 1], partial(_output, layer, axis, factor))
            if isinstance(way, TransposedWindow):
                axes.append(in_phases(_written(way, factor), factor * way.stride, 1, sizes))
            elif isinstance(way, Window):
                common = gcd(factor, way.stride)
                axes.append(in_phases(_under(way, factor), factor // common, way.stride // common, sizes))
            else:
                return
        yield from _phased(node, layer, (upsampling.name, node.name), upsampling.inputs[0], axes, site)


class TransposedInPhases(Rewrite):
    """Conv2DTranspose with strides: a convolution with a kernel for each phase, which then are laid out (subpixel)."""

    name = "transposed convolution in phases"
    sentence = Text(
        "Computes each phase of a transposed convolution as an ordinary one; the phases are laid out after.",
        "전치 합성곱의 위상 하나하나를 보통 합성곱으로 계산하고, 위상들은 나중에 펼쳐 놓습니다.",
    )
    learns = True
    examples = (
        "input: [5, 6, 3]\nlayers:\n- Conv2DTranspose: {filters: 4, kernel_size: 3, strides: 2, padding: same}",
        "input: [4, 5, 2]\nlayers:\n- Conv2DTranspose: {filters: 2, kernel_size: [5, 2], strides: 3}",
    )

    def changes(self, node: Node, site: Site) -> Iterator[Change]:
        layer = site.layer(node)
        if not isinstance(layer, Conv2DTranspose) or layer.channels_first or max(layer.strides) == 1:
            return
        shape = site.shape(node.inputs[0])
        if shape is None:
            return
        axes = []
        for axis, way in enumerate(layer.maps()):
            sizes = _sizes(shape[axis + 1], partial(_output, layer, axis, 1))
            axes.append(in_phases(_written(way, 1), way.stride, 1, sizes))
        yield from _phased(node, layer, (node.name,), node.inputs[0], axes, site)


def _under(way: Window, factor: int) -> Reads:
    """What a window over a picture that was enlarged puts its taps on."""

    def reads(output: int) -> list[tuple[int, int]]:
        return [(tap, place // factor) for tap, place in enumerate(way.inputs(output))]

    return reads


def _written(way: TransposedWindow, factor: int) -> Reads:
    """The taps by which a picture that was enlarged writes to an output."""

    def reads(output: int) -> list[tuple[int, int]]:
        reach = output + way.before
        return [((reach - place * way.stride) // way.dilation, place // factor) for place in way.inputs(output)]

    return reads


def _output(layer: Conv2D | Conv2DTranspose, axis: int, factor: int, size: int) -> int:
    """How many numbers there are along an axis behind the enlarging and the layer; 0 or less where it does not fit."""
    kernel, stride, gap = layer.kernel_size[axis], layer.strides[axis], layer.dilation_rate[axis]
    if isinstance(layer, Conv2D):
        return window_output(size * factor, kernel, stride, layer.padding, gap)
    extra = None if layer.output_padding is None else layer.output_padding[axis]
    return transposed_output(size * factor, kernel, stride, layer.padding, extra, gap)


def _sizes(size: Size, after: Callable[[int], int]) -> list[tuple[int, int]]:
    """The input's size with the output's; of an open one many."""
    return [(each, after(each)) for each in ([size] if isinstance(size, int) else range(1, _MANY)) if after(each) > 0]


def _phased(
    node: Node, layer: Conv2D | Conv2DTranspose, gone: tuple[str, ...], read: str, axes: list[list[Axis]], site: Site
) -> Iterator[Change]:
    """The nodes for each way that has as many phases along both axes."""
    weights = site.weights(node)
    for rows, columns in product(*axes):
        if rows.phases != columns.phases:
            continue
        way, count = (rows, columns), rows.phases**2
        names = FreeNames(site.plan.by_name)
        apart = layer.activation in WHOLE_AXIS or site.in_loss(node, layer.activation)
        fused = not apart or (count == 1 and not any(each.front or each.back for each in way))
        size = rows.kernel, columns.kernel
        arguments: dict[str, object] = {"filters": layer.filters * count, "kernel_size": size}
        arguments |= {"strides": tuple(each.stride for each in way), "use_bias": layer.use_bias}
        arguments |= {"activation": layer.activation} if fused and layer.activation else {}
        chain: list[tuple[str, str, dict[str, object]]] = [(node.name, "Conv2D", arguments)]
        if _same(way, site.shape(read)):
            arguments["padding"] = "same"
        elif any(each.before or each.after for each in way):
            borders = tuple((each.before, each.after) for each in way)
            chain.insert(0, (names.take(f"{node.name}_pad"), "ZeroPadding2D", {"padding": borders}))
        if count > 1:
            chain.append((names.take(f"{node.name}_phases"), "ops.depth_to_space", {"block_size": rows.phases}))
        if any(each.front or each.back for each in way):
            borders = tuple((each.front, each.back) for each in way)
            chain.append((names.take(f"{node.name}_crop"), "Cropping2D", {"cropping": borders}))
        if not fused:
            name = names.take(f"{node.name}_{layer.activation}")
            chain.append((name, "Activation", {"activation": layer.activation}))
        befores = [read, *(name for name, _, _ in chain)]
        new = tuple(Node(*each, (before,)) for each, before in zip(chain, befores, strict=False))
        kernel = Gathered(weights["kernel"], _sums(way), size, isinstance(layer, Conv2DTranspose))
        terms: dict[str, Term] = {f"{node.name}/kernel": kernel}
        if layer.use_bias:
            terms[f"{node.name}/bias"] = Repeated(weights["bias"], count)
        last = chain[-1][0]
        yield Change(gone, new, {node.name: last} if last != node.name else {}, terms)


def _same(way: tuple[Axis, Axis], shape: Shape | None) -> bool:
    """Whether padding "same" gives these borders, whatever an open size is."""
    sizes = shape[1:3] if shape is not None else ()
    for each, size in zip(way, sizes, strict=True):
        tried = [size] if isinstance(size, int) else range(1, _MANY)
        if any(same_padding(one, each.kernel, each.stride) != (each.before, each.after) for one in tried):
            return False
    return True


def _sums(way: tuple[Axis, Axis]) -> tuple[tuple[tuple[tuple[int, int], ...], ...], ...]:
    """For each phase and tap of the picture the taps of the original kernel."""
    rows, columns = (each.taps for each in way)
    return tuple(
        tuple(tuple(product(above, beside)) for above in row for beside in column) for row in rows for column in columns
    )
