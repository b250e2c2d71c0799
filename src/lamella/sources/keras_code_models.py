"""Models while Keras code is read: a graph between tensors, or a chain of layers; each is called as a layer is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from lamella.design import Design, Shape
from lamella.errors import DesignError, Place, SourceError, problem
from lamella.layers import Input
from lamella.layers.base import Layer
from lamella.layers.core import InputLayer
from lamella.layers.symbolic import Call, SymbolicTensor, call, written
from lamella.layers.tracing import Tensors, listed, reachable, trace
from lamella.texts.languages import phrase
from lamella.units import shape as show_shape

MOST_CALLS: Final = 30_000
"""Calls of layers in models that are called, together: a model may call another twice, which calls a third twice."""


class Budget:
    """What is left of `MOST_CALLS`."""

    def __init__(self) -> None:
        self._left = MOST_CALLS

    def spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            what = phrase("calls layers in models very often", "모델 속의 레이어를 아주 많이 부릅니다")
            limit = phrase("{most} calls", "호출 {most}번", most=f"{MOST_CALLS:,}")
            raise SourceError(problem("too much", what=what, limit=limit, advice=""))


class Network:
    """A `keras.Model` between tensors. Raises `DesignError` where they are not connected."""

    def __init__(self, inputs: Tensors, outputs: Tensors, name: str, budget: Budget) -> None:
        self.inputs, self.outputs, self._budget = inputs, outputs, budget
        self.design: Design = trace(inputs, outputs, name)
        self.calls: list[Call] = reachable(listed(outputs, "outputs"))

    def again(self, given: Tensors) -> Any:
        """What the same layers give when they are called on other tensors."""
        self._budget.spend(1 + len(self.calls))
        sources, tensors = listed(self.inputs, "inputs"), listed(given, "inputs")
        _check_shapes(self.design.name or "Model", sources, tensors)
        made: dict[int, tuple[SymbolicTensor, ...]] = {
            each.call.order: (tensor,) for each, tensor in zip(sources, tensors, strict=True)
        }

        def result(tensor: SymbolicTensor) -> SymbolicTensor:
            return made[tensor.call.order][tensor.place]

        def said(value: object) -> object:
            if isinstance(value, tuple):
                return tuple(map(said, value))
            return result(value) if isinstance(value, SymbolicTensor) else value

        for each in self.calls:
            if each.order not in made:
                called = {name: said(value) for name, value in each.called.items()}
                found = call(each.layer, tuple(map(result, each.inputs)), called)
                made[each.order] = found if isinstance(found, tuple) else (found,)

        if isinstance(self.outputs, SymbolicTensor):
            return result(self.outputs)
        if isinstance(self.outputs, Mapping):
            return {key: result(each) for key, each in self.outputs.items()}
        return [result(each) for each in self.outputs]


class Chain:
    """A `keras.Sequential` as far as it is written; each layer with its place."""

    def __init__(self, name: str, shapes: Mapping[int, Mapping[str, Any]], budget: Budget, where: Place) -> None:
        self.name, self._budget, self._where = name, budget, where
        self.parts: list[tuple[Layer | Network | Chain, Place]] = []
        self.start: SymbolicTensor | None = None
        self._shapes = shapes
        """The arguments of an Input that stand in a first layer (input_shape), by the layer's identity."""
        self._made: Network | None = None

    def add(self, part: object, place: Place) -> None:
        """Puts a layer, a model or at the beginning an Input at the end. Raises `TypeError` for anything else."""
        self._made = None
        if isinstance(part, SymbolicTensor) and isinstance(part.call.layer, InputLayer) and self.is_empty:
            self.start = part
        elif isinstance(part, (Layer, Network, Chain)) and part is not self:
            self.parts.append((part, place))
        else:
            raise TypeError("a Sequential takes layers, and an Input at its beginning")

    def build(self, input_shape: Any) -> None:
        """Takes note of the input's shape, the number of images included, where it is not known yet."""
        self._made = None
        self.start = self.start or Input(batch_shape=input_shape)

    @property
    def is_empty(self) -> bool:
        return self.start is None and not self.parts

    def network(self) -> Network:
        """The chain as a graph. Raises `SourceError` where the input's shape is not written."""
        if self._made is None:
            start = self.start or self._first()
            if start is None:
                raise SourceError(problem("keras no shape", self._where, name=self.name or "sequential"))
            self._made = Network(start, self.again(start), self.name, self._budget)
        return self._made

    def again(self, given: Any) -> Any:
        """What the layers give one behind the other."""
        self._budget.spend(1 + len(self.parts))
        if self.start is not None:
            _check_shapes(self.name or "Sequential", [self.start], listed(given, "inputs"))
        for part, place in self.parts:
            token = written.set(place)
            try:
                given = part(given) if isinstance(part, Layer) else part.again(given)
            except DesignError as error:
                raise error.at(place) from None
            finally:
                written.reset(token)
        return given

    def _first(self) -> SymbolicTensor | None:
        """The input that the first layer or model tells of."""
        part = self.parts[0][0] if self.parts else None
        if isinstance(part, Chain):
            return part.start or part._first()
        if isinstance(part, Network):
            (like, *others) = listed(part.inputs, "inputs")
            return None if others else like
        shape = self._shapes.get(id(part))
        return None if shape is None else Input(**shape)


def _check_shapes(name: str, own: list[SymbolicTensor], given: list[SymbolicTensor]) -> None:
    """Raises `DesignError` where a model is called on tensors of other shapes than its inputs."""
    wanted, received = ([each.full_shape for each in several] for several in (own, given))
    fits = len(wanted) == len(received) and all(map(_fits, wanted, received))
    if not fits:
        shapes = " ".join(map(show_shape, wanted))
        expected = phrase("inputs of the shape {shapes}", "모양이 {shapes}인 입력", shapes=shapes)
        raise DesignError(
            problem("input count", type=name, expected=expected, received=" ".join(map(show_shape, received)))
        )


def _fits(one: Shape, other: Shape) -> bool:
    return len(one) == len(other) and all(None in pair or pair[0] == pair[1] for pair in zip(one, other, strict=True))


def inside(value: object) -> Iterator[object]:
    """All that a value holds and that code could change: lists, models, layers; itself first."""
    waiting, seen = [value], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) in seen or not isinstance(each, (Layer, Network, Chain, list, tuple, dict)):
            continue
        seen.add(id(each))
        yield each
        if isinstance(each, Network):
            waiting += [one.layer for one in each.calls]
        elif isinstance(each, Chain):
            waiting += [part for part, _ in each.parts]
        elif isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, Sequence):
            waiting += each
