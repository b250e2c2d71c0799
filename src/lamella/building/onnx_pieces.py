"""Parts of tensors in ONNX: what a key picks out, what an axis is cut into, and what is put around or beside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from lamella.building.onnx_resizing import resized
from lamella.building.onnx_values import Padded, Value, surrounded, together
from lamella.building.onnx_writers import NO_WRITER, Unwritable, Use, writes
from lamella.layers.operations.indexing import python_key
from lamella.layers.operations.operation import place
from lamella.layers.resizing import Resizing
from lamella.texts.languages import phrase

_TO_THE_END: Final = np.iinfo(np.int64).max
_TO_THE_START: Final = np.iinfo(np.int64).min


@writes("ops.get_item", flags=True)
def get_item(use: Use) -> Value:
    """One Slice for all axes, then the axes that an index takes away and those that null adds."""
    graph, key = use.graph, list(python_key(use.layer.key))
    entries = key if Ellipsis in key else [*key, Ellipsis]
    taken = sum(each is not None and each is not Ellipsis for each in entries)
    parts: dict[int, slice] = {}
    gone, new, axis, left = [], [], 0, 0
    for each in entries:
        if each is None:
            new.append(left)
            left += 1
        elif each is Ellipsis:
            more = len(use.input.shape) - taken
            axis, left = axis + more, left + more
        else:
            if isinstance(each, int):
                parts[axis] = slice(each, each + 1 if each != -1 else None)
                gone.append(axis)
            elif each != slice(None):
                parts[axis] = each
            axis, left = axis + 1, left + (not isinstance(each, int))
    name = sliced(use, parts)
    name = graph.add("Squeeze", name, graph.integers(gone)) if gone else name
    return use.gives(graph.add("Unsqueeze", name, graph.integers(new)) if new else name)


def sliced(use: Use, parts: dict[int, slice]) -> str:
    """The parts of axes, counted in the design's shape, as Python's slices name them."""
    name, graph = use.input.name(False), use.graph
    if not parts:
        return name
    steps = [part.step or 1 for part in parts.values()]
    ends = list(zip(parts.values(), steps, strict=True))
    starts = [_or(part.start, 0 if step > 0 else _TO_THE_END) for part, step in ends]
    stops = [_or(part.stop, _TO_THE_END if step > 0 else _TO_THE_START) for part, step in ends]
    return graph.add("Slice", name, *map(graph.integers, (starts, stops, list(parts), steps)))


def _or(given: int | None, otherwise: int) -> int:
    return otherwise if given is None else given


@writes("ops.slice", flags=True)
def slice_operation(use: Use) -> Value:
    layer = use.layer
    pairs = enumerate(zip(layer.start_indices, layer.shape, strict=True))
    parts = {axis: slice(start, None if size == -1 else start + size) for axis, (start, size) in pairs}
    return use.gives(sliced(use, {axis: part for axis, part in parts.items() if part != slice(0, None)}))


_CUT: Final = {"ops.vsplit": 0, "ops.hsplit": 1, "ops.dsplit": 2}
_JOINED: Final = {"ops.vstack": 0, "ops.hstack": 1, "ops.dstack": 2}


@writes("ops.split", "ops.array_split", *_CUT)
def split(use: Use) -> Sequence[Value]:
    """The parts' sizes are those of the plan."""
    value, graph = use.input, use.graph
    named = _CUT.get(use.layer.type, vars(use.layer).get("axis"))
    assert isinstance(named, int)
    at = place(named, value.shape)
    sizes = use.known([shape[at] for shape in use.shapes])
    axis, count = value.axis(at, value.moved), len(sizes)
    if count == 1:
        return [value]
    names = graph.add_several("Split", count, value.name(), graph.integers(sizes), axis=axis)
    return [Value(graph, shape, name, value.moved) for shape, name in zip(use.shapes, names, strict=True)]


@writes(*_JOINED)
def stacked(use: Use) -> Value:
    """Of as many axes as it takes without adding some."""
    at = _JOINED[use.layer.type]
    if any(len(value.shape) < max(2, at + 1) for value in use.inputs):
        raise Unwritable(NO_WRITER)
    if len(use.inputs) == 1:
        return use.input
    moved = together(use.inputs)
    axis = use.inputs[0].axis(at, moved)
    return use.gives(use.graph.add("Concat", *(value.name(moved) for value in use.inputs), axis=axis), moved)


@writes("ops.pad")
def pad(use: Use) -> Value:
    """Zeros as those of ZeroPadding; other numbers, or the picture mirrored at its border, by a Pad."""
    layer, value = use.layer, use.input
    ends = layer.pad_width if len(layer.pad_width) == len(value.shape) else layer.pad_width * len(value.shape)
    if layer.mode == "symmetric":
        raise Unwritable(NO_WRITER)
    fill = layer.constant_values or 0.0
    if layer.mode == "constant" and not fill:
        return Padded(value, use.shape, ends, lambda: use.gives(surrounded(value, ends, 0.0), value.moved))
    return use.gives(surrounded(value, ends, fill, layer.mode), value.moved)


@writes("CenterCrop")
def center_crop(use: Use) -> Value:
    """The middle of a picture; of one that is too small, its middle of the wanted aspect ratio, resized."""
    layer = use.layer
    sizes = use.known([use.input.shape[axis] for axis in layer.axes])
    wanted = (layer.height, layer.width)
    if any(size < new for size, new in zip(sizes, wanted, strict=True)):
        return resized(use, Resizing(*wanted, crop_to_aspect_ratio=True, data_format=layer.data_format))
    starts = [(size - new) // 2 for size, new in zip(sizes, wanted, strict=True)]
    each = zip(layer.axes, starts, wanted, strict=True)
    return use.gives(sliced(use, {axis: slice(start, start + new) for axis, start, new in each}))


@writes("Embedding")
def embedding(use: Use) -> Value:
    """A row of the table for each whole number."""
    if use.layer.mask_zero:
        raise Unwritable(phrase("it marks steps that later layers skip", "뒤의 레이어가 건너뛸 단계를 표시합니다"))
    places = use.graph.add("Cast", use.input.name(False), to=use.graph.onnx.TensorProto.INT64)
    return use.gives(use.graph.add("Gather", use.weight("embeddings"), places, axis=0))
