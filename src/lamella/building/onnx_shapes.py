"""Layers and operations in ONNX that only give the same numbers another shape or order."""

from __future__ import annotations

from typing import Any

import numpy as np

from lamella.building.onnx_values import Value, new_shape, together
from lamella.building.onnx_writers import NO_WRITER, OPEN, Unwritable, Use, writes
from lamella.layers.operations.operation import place, places


def reshaped(use: Use, value: Value) -> Value:
    """The same numbers in the design's order, in the output's shape."""
    target = new_shape(value.sizes(value.moved if value.same_order else False), use.shape)
    if target is None:
        raise Unwritable(OPEN)
    return use.gives(use.graph.add("Reshape", value.in_a_row(), use.graph.integers(target)))


@writes("Flatten", flags=True)
def flatten(use: Use) -> Value:
    """With channels first Keras puts them last before it flattens."""
    value = use.input
    if len(value.shape) == 2:
        return value
    source = value.in_a_row()
    if len(value.shape) > 2 and use.layer.data_format == "channels_first":
        order = [0, *range(2, len(value.shape)), 1]
        source = use.graph.add("Transpose", value.name(False), perm=order)
    return use.gives(use.graph.add("Flatten", source, axis=1))


@writes("Reshape", flags=True)
def reshape(use: Use) -> Value:
    return use.input if use.shape == use.input.shape else reshaped(use, use.input)


@writes("ops.reshape", "ops.ravel", flags=True)
def reshape_operation(use: Use) -> Value:
    """Keras' numbers are ONNX' own, -1 included, though what follows from it may have no name."""
    wanted = use.layer.newshape if use.layer.type == "ops.reshape" else (-1,)
    return use.gives(use.graph.add("Reshape", use.input.in_a_row(), use.graph.integers(wanted)))


@writes("RepeatVector")
def repeat_vector(use: Use) -> Value:
    graph = use.graph
    rows = graph.add("Unsqueeze", use.input.name(), graph.integers([1]))
    return use.gives(graph.add("Tile", rows, graph.integers([1, use.layer.n, 1])))


def ordered(use: Use, order: list[int]) -> Value:
    """The axes in another order: for each output axis, which input axis it is.

    Where the design asks for just what the other layout is, no number moves.
    """
    value, last = use.input, len(order) - 1
    if order == [*range(len(order))]:
        return value
    if last > 1 and order == [0, last, *range(1, last)]:
        return use.gives(value.name(True))
    if last > 1 and order == [0, *range(2, last + 1), 1] and value.has(False):
        return use.gives(value.name(False), True)
    return use.gives(use.graph.add("Transpose", value.name(False), perm=order))


@writes("Permute", flags=True)
def permute(use: Use) -> Value:
    return ordered(use, [0, *use.layer.dims])


@writes("ops.transpose", "ops.swapaxes", flags=True)
def transpose(use: Use) -> Value:
    return ordered(use, list(use.layer.order(use.input.shape)))


@writes("ops.moveaxis", flags=True)
def moveaxis(use: Use) -> Value:
    return ordered(use, list(use.layer.order(use.input.shape)))


@writes("ops.expand_dims", flags=True)
def expand_dims(use: Use) -> Value:
    new = places(use.layer.axis, use.input.shape, len(use.layer.axis))
    return use.gives(use.graph.add("Unsqueeze", use.input.name(False), use.graph.integers(sorted(new))))


@writes("ops.squeeze", flags=True)
def squeeze(use: Use) -> Value:
    shape, axis = use.input.shape, use.layer.axis
    gone = [at for at, size in enumerate(shape) if size == 1] if axis is None else sorted(places(axis, shape))
    if not gone:
        return use.input
    return use.gives(use.graph.add("Squeeze", use.input.name(False), use.graph.integers(gone)))


@writes("ops.repeat", flags=True)
def repeat(use: Use) -> Value:
    """Every place of the axis taken several times in a row."""
    value, layer = use.input, use.layer
    if layer.axis is None:
        raise Unwritable(NO_WRITER)
    at = place(layer.axis, value.shape)
    (size,) = use.known([value.shape[at]])
    spots = np.repeat(np.arange(size), layer.repeats).tolist()
    axis = value.axis(at, value.moved)
    return use.gives(use.graph.add("Gather", value.name(), use.graph.integers(spots), axis=axis), value.moved)


@writes("ops.tile", flags=True)
def tile(use: Use) -> Value:
    value, times, graph = use.input, use.layer.repeats, use.graph
    name, more = value.name(False), len(times) - len(value.shape)
    if more > 0:
        name = graph.add("Unsqueeze", name, graph.integers(range(more)))
    return use.gives(graph.add("Tile", name, graph.integers([1] * -more + list(times))))


@writes("ops.flip", "ops.flipud", "ops.fliplr", flags=True)
def flip(use: Use) -> Value:
    """Read backwards, from the last number to before the first."""
    value, graph = use.input, use.graph
    named: Any = {"ops.flipud": 0, "ops.fliplr": 1}.get(use.layer.type, vars(use.layer).get("axis"))
    chosen = range(len(value.shape)) if named is None else (named,) if isinstance(named, int) else named
    axes = [value.axis(each, value.moved) for each in places(chosen, value.shape)]
    ends = [[-1] * len(axes), [np.iinfo(np.int64).min] * len(axes), axes, [-1] * len(axes)]
    return use.gives(graph.add("Slice", value.name(), *map(graph.integers, ends)), value.moved)


@writes("ops.depth_to_space", "ops.space_to_depth")
def blocks(use: Use) -> Value:
    """Keras' channels of a block stand by row, column and channel, as in ONNX' DCR."""
    layer, moved = use.layer, not use.layer.channels_first
    operator = "DepthToSpace" if layer.type == "ops.depth_to_space" else "SpaceToDepth"
    return use.gives(use.graph.add(operator, use.input.name(moved), blocksize=layer.block_size), moved)


@writes("Concatenate", "ops.concatenate", flags=True)
def concatenate(use: Use) -> Value:
    if len(use.inputs) == 1:
        return use.input
    moved = together(use.inputs)
    axis = use.inputs[0].axis(place(use.layer.axis, use.inputs[0].shape), moved)
    found = use.graph.add("Concat", *(value.name(moved) for value in use.inputs), axis=axis)
    return use.gives(found, moved)


@writes("ops.stack", flags=True)
def stack(use: Use) -> Value:
    graph, at = use.graph, place(use.layer.axis, use.inputs[0].shape, 1)
    rows = [graph.add("Unsqueeze", value.name(False), graph.integers([at])) for value in use.inputs]
    return use.gives(graph.add("Concat", *rows, axis=at))
