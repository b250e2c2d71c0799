"""What tools count of a layer, each quantity for one image."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from lamella.design import Shape, Size
from lamella.layers.base import Layer, ShapeError, elements, product
from lamella.planning.counterparts import FIXED


def _inputs(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    return None if "Pooling" in layer.type and _pads_unevenly(layer) else elements(inputs[0])


def _output(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    return elements(output)


def _rows(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    """The numbers that one softmax over all of the axis counts for: the output without that axis."""
    axes = vars(layer)["axis"] if layer.type == "Softmax" else (-1,)
    places = [axis % len(output) for axis in axes]
    return product(size for place, size in enumerate(output) if place not in (0, *places))


def _bias(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    if not vars(layer)["use_bias"]:
        return 0
    return None if layer.type in _TRANSPOSED and _pads_unevenly(layer) else elements(output)


def _work(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    return layer.macs(inputs, output)


def _scattered(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    """A transposed convolution counted at every output position, as if its stride were 1."""
    if _pads_unevenly(layer):
        return None
    try:
        *window, _filters, channels = layer.weights(*inputs)[0].shape
    except ShapeError:
        return None
    return product((*output[1:], *window, channels))


def _first_product(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    """A matrix product counted for the first tensor's matrices, though the second may have more of them."""
    return product((elements(inputs[0]), inputs[1][-1]))


def _shared(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    """Every input number and every output number once.

    Where the sizes of adaptive windows differ, the tool rounds a product of fractions down.
    """
    sizes = zip(inputs[0][1:], output[1:], strict=True)
    if not all(isinstance(size, int) and isinstance(wanted, int) and size % wanted == 0 for size, wanted in sizes):
        return None
    before, after = elements(inputs[0]), elements(output)
    return None if before is None or after is None else before + after


def _projections(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    return _sum(each.macs for each in layer.work(inputs, output) if each.what not in _BETWEEN_ACTIVATIONS)


def _projected(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    """The numbers that projections add their biases to."""
    if not vars(layer)["use_bias"]:
        return 0
    sizes = [each.factors for each in layer.work(inputs, output) if each.what not in _BETWEEN_ACTIVATIONS]
    return _sum([*(product(factors[:-1]) for factors in sizes[:-1]), elements(output)])


_BETWEEN_ACTIVATIONS: Final = ("scores", "weighted sum")


def _states(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    """The numbers of the states of all steps, in both directions where there are two."""
    units = (each.shape[0] for each in layer.weights(*inputs) if each.keras_name == "recurrent_kernel")
    return product((inputs[0][1], sum(units)))


def _biases(layer: Layer, inputs: tuple[Shape, ...], output: Shape) -> Size:
    """PyTorch's gates have two biases each, one beside the input and one beside the state."""
    weights = layer.weights(*inputs)
    if not any(each.keras_name == "bias" for each in weights):
        return 0
    return product((inputs[0][1], 2 * sum(each.shape[-1] for each in weights if each.keras_name == "kernel")))


def _sum(sizes: Iterable[int | None]) -> int | None:
    """The sizes added; None where one is not known."""
    total = 0
    for size in sizes:
        if size is None:
            return None
        total += size
    return total


QUANTITIES: Final[dict[str, Callable[[Layer, tuple[Shape, ...], Shape], Size]]] = {
    "work": _work,
    "bias": _bias,
    "inputs": _inputs,
    "output": _output,
    "rows": _rows,
    "scattered": _scattered,
    "first product": _first_product,
    "shared": _shared,
    "projections": _projections,
    "projected": _projected,
    "states": _states,
    "biases": _biases,
}
"""By the name that a table has for it: of one image, None where it is not known."""
_TRANSPOSED: Final = frozenset(name for name, kind in FIXED.items() if kind == "transposed")


def _pads_unevenly(layer: Layer) -> bool:
    """Whether "same" puts one more number at the end and PyTorch's own layer can't: an even window at stride 1.

    Someone writes padding or cropping beside it then, and the layer itself sees or gives another size.
    """
    given = vars(layer)
    if given.get("padding") != "same":
        return False
    window = _sizes(given.get("pool_size", given.get("kernel_size")))
    strides = _sizes(given["strides"] or given.get("pool_size"))
    dilation = _sizes(given.get("dilation_rate", 1))
    count = len(window)
    each = zip(window, strides * count, dilation * count, strict=False)
    return any(size % 2 == 0 and step == 1 and spread == 1 for size, step, spread in each)


def _sizes(value: object) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (int(str(value)),)
