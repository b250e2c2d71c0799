"""Shapes where the number of images is fixed: there it is a size like any other, and so Keras takes it.

`Input((4, 6), batch_size=3)` lets ops.reshape(x, (3, -1)) keep the images and ops.reshape(x, (6, 12)) mix them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from lamella.design import BATCH, Shape, Size
from lamella.errors import problem
from lamella.layers.base import ShapeError
from lamella.layers.symbolic import check_batch
from lamella.units import shape as show_shape

if TYPE_CHECKING:
    from lamella.layers.base import Layer


class Fit(NamedTuple):
    """A layer's outputs. `whole`: it takes all images together, so that of its facts only `weights(*inputs)` hold."""

    outputs: tuple[Shape, ...]
    inputs: tuple[Shape, ...]
    whole: bool = False


def fit(layer: Layer, inputs: tuple[Shape, ...], batches: Sequence[int | None]) -> Fit:
    """What a layer gives for inputs of so many images (None where any number will do). Raises `ShapeError`."""
    fixed = {each for each in batches if each is not None}
    if not fixed:
        check_batch(layer, inputs)
        return Fit(layer.output_shapes(*inputs), inputs)
    images = min(fixed)
    numbered = tuple(
        _numbered(shape, images if each is None else each) for shape, each in zip(inputs, batches, strict=True)
    )
    if layer.batch_first:
        return _of_layer(layer, inputs, numbered, images)
    given = layer.output_shapes(*numbered)
    try:
        found = layer.output_shapes(*inputs)
    except ShapeError:
        found = ()
    if tuple(_numbered(shape, images) for shape in found) == given:
        return Fit(found if images > 1 else _named(found, images), inputs)
    named = _named(given, images)
    in_order = layer.aliases and all(shape[:1] == (BATCH,) for shape in (*inputs, *named))
    return Fit(named, inputs if in_order else numbered, not in_order)


def _of_layer(layer: Layer, inputs: tuple[Shape, ...], numbered: tuple[Shape, ...], images: int) -> Fit:
    """What a layer gives that takes its inputs' first axis for the images, whatever lies along it."""
    first = {shape[0] if shape else None for shape in numbered}
    if len(first) > 1:
        shapes = [show_shape(shape) for shape in numbered]
        raise ShapeError(problem("batch meets", type=layer.type, shapes=shapes, axis=0))
    (count,) = first or {images}
    if not isinstance(count, int) or all(BATCH not in shape[1:] and shape[0] == BATCH for shape in inputs):
        check_batch(layer, inputs)
        return Fit(layer.output_shapes(*inputs), inputs)
    asked = tuple((BATCH, *shape[1:]) for shape in numbered)
    made = layer.output_shapes(*asked)
    return Fit(made if count == images else tuple(_numbered(shape, count) for shape in made), asked, whole=True)


def _numbered(shape: Shape, images: int) -> Shape:
    return tuple(images if size == BATCH else size for size in shape)


def _named(shapes: tuple[Shape, ...], images: int) -> tuple[Shape, ...]:
    """The shapes with the first axis as the batch where it is as long: figures for each part are those of an image."""
    first: Size = images
    return tuple((BATCH, *shape[1:]) if shape[:1] == (first,) and BATCH not in shape else shape for shape in shapes)
