"""Upsampling and resizing in ONNX, as TensorFlow computes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lamella.building.onnx_values import Value, surrounded
from lamella.building.onnx_writers import OPEN, Unwritable, Use, writes
from lamella.layers.resizing import Resizing, cropped
from lamella.texts.languages import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lamella.design import Size

_BILINEAR: Final[dict[str, Any]] = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
_REPEATED: Final[dict[str, Any]] = {
    "mode": "nearest",
    "coordinate_transformation_mode": "asymmetric",
    "nearest_mode": "floor",
}


def _not(interpolation: str) -> Unwritable:
    """Cubic weights could be said; ONNX Runtime 1.20 refuses them where it moves a Transpose past them."""
    reason = phrase(
        "no Resize of ONNX gives its {name}", "ONNX의 Resize로는 {name} 보간을 낼 수 없습니다", name=interpolation
    )
    return Unwritable(reason)


@writes("UpSampling1D", "UpSampling2D", "UpSampling3D")
def upsampling(use: Use) -> Value:
    """Numbers repeated in whatever layout they have; numbers between them with the channels first."""
    layer, value = use.layer, use.input
    between = layer.interpolation != "nearest"
    moved = not layer.channels_first if between else value.moved
    scales = np.ones(len(value.shape), np.float32)
    for axis, factor in zip(layer.axes, layer.factors, strict=True):
        scales[value.axis(axis, moved)] = factor
    if np.all(scales == 1):
        return value
    if layer.interpolation not in ("nearest", "bilinear"):
        raise _not(layer.interpolation)
    said = _BILINEAR if between else _REPEATED
    found = use.graph.add("Resize", value.name(moved), "", use.graph.numbers(scales, "scales"), **said)
    return use.gives(found, moved)


@writes("Resizing")
def resizing(use: Use) -> Value:
    return resized(use, use.layer)


@writes("ops.image.resize")
def resize(use: Use) -> Value:
    return resized(use, use.layer.layer(use.input.shape))


def resized(use: Use, layer: Resizing) -> Value:
    """A picture at the wanted size, cut to its aspect ratio or filled up first where that is asked for."""
    value, wanted, axes = use.input, (layer.height, layer.width), tuple(layer.axes)
    if layer.crop_to_aspect_ratio or layer.pad_to_aspect_ratio:
        value = _with_ratio(use, layer)
    held = [value.shape[axis] for axis in axes]
    if held == list(wanted):
        return value
    if layer.interpolation == "nearest":
        return _nearest(use, value, axes, wanted)
    if layer.interpolation != "bilinear":
        raise _not(layer.interpolation)
    if layer.antialias and not all(
        isinstance(size, int) and size <= new for size, new in zip(held, wanted, strict=True)
    ):
        raise _not("antialias")
    return _bilinear(use, value, not layer.channels_first, held, wanted)


def _bilinear(use: Use, value: Value, moved: bool, held: Sequence[Size], wanted: Sequence[int]) -> Value:
    """Of sizes that are known by factors, else by the sizes behind those of images and channels.

    Sizes of some axes alone would do; ONNX Runtime 1.32 loses them where it moves a Transpose past a Resize.
    """
    graph, source, said = use.graph, value.name(moved), _BILINEAR
    known = [size for size in held if isinstance(size, int)]
    if len(known) == len(wanted):
        factors = [_factor(size, new) for size, new in zip(known, wanted, strict=True)]
        scales = graph.numbers([1, 1, *factors], "scales")
        return use.gives(graph.add("Resize", source, "", scales, **said), moved)
    kept = graph.add("Shape", source, start=0, end=2)
    sizes = graph.add("Concat", kept, graph.integers(wanted), axis=0)
    return use.gives(graph.add("Resize", source, "", "", sizes, **said), moved)


def _factor(size: int, wanted: int) -> float:
    """A 32-bit factor of which `size` times, rounded down, is the wanted size, in whatever precision."""
    found = np.float32(wanted / size)
    while float(found) * size < wanted:
        found = np.nextafter(found, np.float32(np.inf))
    return float(found)


def _nearest(use: Use, value: Value, axes: Sequence[int], wanted: Sequence[int]) -> Value:
    """The input under each output's centre, rounded as TensorFlow's 32-bit numbers round it."""
    name, graph = value.name(), use.graph
    for axis, new in zip(axes, wanted, strict=True):
        place, size = value.axis(axis, value.moved), value.shape[axis]
        if size != new:
            centres = np.arange(new, dtype=np.float32) + np.float32(0.5)
            chosen = _chosen(use, name, place, size, centres)
            name = graph.add("Gather", name, chosen, axis=place)
    return use.gives(name, value.moved)


def _chosen(use: Use, name: str, place: int, size: Size, centres: Any) -> str:
    """The places of an axis that are taken; where its size is open they are computed."""
    graph, count = use.graph, np.float32(len(centres))
    if isinstance(size, int):
        spots = np.floor(centres * (np.float32(size) / count)).astype(np.int64)
        return graph.integers(np.minimum(spots, size - 1).tolist())
    whole = graph.add("Shape", name, start=place, end=place + 1)
    scale = graph.add("Div", graph.add("Cast", whole, to=graph.onnx.TensorProto.FLOAT), graph.number(float(count)))
    spots_now = graph.add("Floor", graph.add("Mul", graph.numbers(centres, "centres"), scale))
    found = graph.add("Cast", spots_now, to=graph.onnx.TensorProto.INT64)
    return graph.add("Min", found, graph.add("Sub", whole, graph.integers([1])))


def _with_ratio(use: Use, layer: Resizing) -> Value:
    """The middle of a picture that has the wanted aspect ratio, or the picture with numbers around it."""
    value, graph = use.input, use.graph
    height, width = (value.shape[axis] for axis in layer.axes)
    if not isinstance(height, int) or not isinstance(width, int):
        raise Unwritable(OPEN)
    ends = cropped(height, width, layer.height, layer.width, layer.pad_to_aspect_ratio)
    shape = list(value.shape)
    for axis, (_, size) in zip(layer.axes, ends, strict=True):
        shape[axis] = size
    if tuple(shape) == value.shape:
        return value
    if layer.pad_to_aspect_ratio:
        around = {axis: (before, before) for axis, (before, _) in zip(layer.axes, ends, strict=True)}
        name = surrounded(value, [around.get(axis, (0, 0)) for axis in range(len(shape))], layer.fill_value)
    else:
        axes = [value.axis(axis, value.moved) for axis in layer.axes]
        starts, stops = [-before for before, _ in ends], [size - before for before, size in ends]
        name = graph.add("Slice", value.name(), *map(graph.integers, (starts, stops, axes)))
    return Value(graph, tuple(shape), name, value.moved)
