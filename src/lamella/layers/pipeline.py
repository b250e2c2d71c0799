"""Pipeline: layers one behind the other, as one layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from lamella.algebra import number
from lamella.design import Shape
from lamella.errors import Problem
from lamella.layers.activations import Range
from lamella.layers.arguments import argument
from lamella.layers.base import AxisMap, Kept, Layer, ShapeError, Weight, Work
from lamella.layers.wrapped import SEVERAL_LAYERS, layer_of
from lamella.layers.wrappers import cannot_wrap, inside, one_view, takes_one
from lamella.texts.languages import Text, phrase
from lamella.window import IDENTITY, Chain, Map


class Pipeline(Layer, without=("dtype", "trainable", "activity_regularizer")):
    """Layers one behind the other, each of one input and one output: the shape is the last one's."""

    layers: tuple[dict[str, Any], ...] = argument(SEVERAL_LAYERS)

    call_flags: ClassVar[Mapping[str, bool]] = {"training": True}
    call_tensors: ClassVar[tuple[str, ...]] = ("mask",)
    sentence = Text(
        "Applies several layers one behind the other, as for preparing pictures.",
        "이미지를 준비할 때처럼 여러 레이어를 차례로 적용합니다.",
    )
    source = "keras/src/layers/preprocessing/pipeline.py"
    examples = (
        ({"layers": [{"RandomFlip": {}}, {"Rescaling": {"scale": 0.5}}]}, ((8, 9, 3),)),
        ({"layers": [{"Conv2D": {"filters": 2, "kernel_size": 3}}, {"MaxPooling2D": {}}]}, ((8, 9, 1),)),
        ({"layers": [{"MaxPooling2D": {}}, {"Flatten": {}}, {"Dense": {"units": 3}}]}, ((6, 4, 2),)),
        ({"layers": [{"Dense": {"units": 4}}, {"BatchNormalization": {}}, {"Dense": {"units": 2}}]}, ((5,),)),
    )

    @property
    def inner(self) -> tuple[Layer, ...]:
        return tuple(layer_of(each) for each in self.layers)

    def conflicts(self) -> list[Problem]:
        return [each for data in self.layers for each in takes_one(self.type, data, "layers")]

    def shapes(self, shape: Shape) -> tuple[Shape, ...]:
        """What goes into each layer, and last what comes out. Raises `ShapeError`."""
        found = [shape]
        for each, data in zip(self.inner, self.layers, strict=True):
            with inside("layers", data):
                outputs = each.output_shapes(found[-1])
            if len(outputs) > 1:
                reason = phrase("it has several outputs", "출력이 여러 개입니다")
                raise ShapeError(cannot_wrap(self.type, "layers", data, reason, ""))
            found.append(outputs[0])
        return tuple(found)

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.shapes(inputs[0])[-1]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        found: list[Weight] = []
        steps = zip(self.inner, self.layers, self.shapes(inputs[0]), strict=False)
        for place, (each, data, shape) in enumerate(steps):
            with inside("layers", data):
                found += (one._replace(name=f"{place}/{one.name}") for one in each.weights(shape))
        return tuple(found)

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """That of each layer."""
        shapes = self.shapes(inputs[0])
        return tuple(
            one._replace(what=f"{place} {one.what}".strip())
            for place, each in enumerate(self.inner)
            for one in each.work((shapes[place],), shapes[place + 1])
        )

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        shapes, chain = self.shapes(inputs[0]), "x"
        for each in self.inner:
            chain = f"{each.type}({chain})"
        lines = (
            f"{place}: {line}"
            for place, each in enumerate(self.inner)
            for line in each.formulas((shapes[place],), shapes[place + 1])
        )
        return (f"y = {chain}", *lines)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        shapes = self.shapes(inputs[0])
        seen: AxisMap = {axis: (axis, IDENTITY) for axis in range(1, len(shapes[0]))}
        for place, each in enumerate(self.inner):
            behind = one_view(each, shapes[place], shapes[place + 1])
            seen = _behind(seen, behind, shapes[place], shapes[place + 1])
        return ({axis: way for axis, way in seen.items() if axis < len(output) or way[1] is None},)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        """Not known: the layers' own, and what lies between them."""
        return None

    def needs_batch(self) -> bool:
        return any(each.needs_batch() for each in self.inner)

    def output_range(self) -> Range:
        ranges = [each.output_range() for each in self.inner]
        while ranges and ranges[-1] == "inputs":
            ranges.pop()
        return ranges[-1] if ranges else "inputs"


def _behind(first: AxisMap, then: AxisMap, middle: Shape, output: Shape) -> AxisMap:
    """One layer's axes seen through those of the layer before.

    Of an axis that ends in the middle not all may have been seen before: that is left open, past the last axis.
    """
    found: dict[int, tuple[int, Map | None]] = {}
    ends = {source: axis for axis, (source, _) in then.items()}
    past = max([len(output), *(axis + 1 for axis in (*first, *then))])
    for axis, (source, way) in first.items():
        if axis in ends:
            place = ends[axis]
            found[place] = (source, _one_map(way, then[place][1], number(middle[axis])))
        elif axis >= len(middle) or way is not IDENTITY:
            found[past] = (source, None)
            past += 1
    return found


def _one_map(first: Map | None, then: Map | None, size: int | None) -> Map | None:
    if first is None or then is None:
        return None
    if first is IDENTITY:
        return then
    if then is IDENTITY:
        return first
    return None if size is None else Chain(first, size, then)
