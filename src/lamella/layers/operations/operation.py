"""What the functions of `keras.ops` have in common as layer types: "ops.mean", "ops.add", ..."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, ClassVar

from lamella.design import BATCH, MOST_OUTPUTS, Shape, Size
from lamella.errors import DesignError, problem
from lamella.layers.arguments import Argument, Kind, Wrong, is_integer, optional
from lamella.layers.axes import AXES as AXES
from lamella.layers.axes import axis_fault, axis_words, same_places, sizes_differ
from lamella.layers.base import AxisMap, Layer, ShapeError, elements
from lamella.layers.symbolic import SymbolicTensor
from lamella.texts.languages import phrase
from lamella.units import shape as show_shape

_KERAS_LAYERS_ONLY = ("dtype", "trainable", "activity_regularizer")


class Operation(Layer, abstract=True, without=_KERAS_LAYERS_ONLY):
    """A function of `keras.ops`.

    `parameters` are Keras' parameters in their order, by which positional values are named. Those in `tensors`
    take tensors: a node's inputs are these, in that order, and what is no tensor is an argument by its Keras
    name. So `x - 2` is "ops.subtract" of the input x with the arguments {x2: 2}, and `2 - x` with {x1: 2}.
    Where `listed`, the one parameter takes a list of all inputs.
    """

    tensors: ClassVar[tuple[str, ...]] = ("x",)
    listed: ClassVar[bool] = False
    batch_first = False
    parameters: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls, *, type_name: str = "", abstract: bool = False, without: Sequence[str] = ()) -> None:
        above = cls.__mro__[: cls.__mro__.index(Operation)]
        mine = {name for each in above for name, value in vars(each).items() if isinstance(value, Argument)}
        own = [name for name in _KERAS_LAYERS_ONLY if name not in mine]
        super().__init_subclass__(type_name=type_name, abstract=abstract, without=own)
        rest = (name for name, each in cls.arguments.items() if not each.keyword_only and name not in cls.tensors)
        cls.parameters = (*cls.tensors, *rest)

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        needed = sum(vars(self).get(name) is None for name in self.tensors)
        if not self.listed and len(inputs) != needed:
            expected = phrase("{count} input", "입력 {count}개", count=needed)
            raise ShapeError(problem("input count", type=self.type, expected=expected, received=len(inputs)))
        return super().output_shapes(*inputs)

    @classmethod
    def grouped(cls, inputs: Sequence[Any]) -> tuple[Any, ...]:
        return (list(inputs),) if cls.listed else tuple(inputs)

    @classmethod
    def bound(cls, positional: Sequence[Any], named: Mapping[str, Any]) -> tuple[dict[str, Any], list[Any]]:
        """A call's values as arguments by name and tensors in order."""
        if len(positional) > len(cls.parameters):
            facts = {"type": cls.type, "limit": len(cls.parameters), "received": len(positional), "known": []}
            raise DesignError(problem("too many arguments", **facts))
        values = dict(zip(cls.parameters, positional, strict=False))
        if twice := next((name for name in named if name in values), None):
            raise DesignError(problem("argument twice", argument=twice))
        values |= named
        tensors = [values.pop(name) for name in cls.tensors if _is_tensor(cls, name, values)]
        return values, tensors

    @classmethod
    def applied(cls, function: Any, inputs: Sequence[Any], arguments: Mapping[str, Any]) -> Any:
        """What Keras' `function` gives: its tensors are the inputs, its other parameters the node's arguments."""
        if cls.listed:
            return function(list(inputs), **arguments)
        free = [name for name in cls.tensors if arguments.get(name) is None]
        return function(**dict(zip(free, inputs, strict=True)), **arguments)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return tuple(same_places(shape, output) for shape in inputs)


def _is_tensor(kind: type[Operation], name: str, values: Mapping[str, Any]) -> bool:
    """Whether a parameter's value is a tensor; one that can be nothing else is taken for one, to be complained of."""
    return name in values and (isinstance(values[name], SymbolicTensor) or name not in kind.arguments)


def raveled(shape: Shape) -> Shape:
    """All numbers of all images in one row; where an image has several, their number has no name."""
    held = elements(shape)
    if BATCH not in shape:
        return (held,)
    return (BATCH if held == 1 and shape.count(BATCH) == 1 else None,)


def unsaid(shape: Shape) -> AxisMap:
    """Of no axis it can be said what is seen."""
    return {axis: (axis, None) for axis, size in enumerate(shape) if size != BATCH}


def place(axis: int, shape: Shape, more: int = 0) -> int:
    """An axis counted from 0. Raises `ShapeError` where the shape, with `more` axes, has no such axis."""
    rank = len(shape) + more
    if not -rank <= axis < rank:
        raise axis_fault(axis, shape)
    return axis % rank


def places(axes: Iterable[int], shape: Shape, more: int = 0) -> tuple[int, ...]:
    """Several axes, each another one."""
    found = tuple(place(axis, shape, more) for axis in axes)
    if len(set(found)) < len(found):
        raise ShapeError(problem("axes twice", axes=tuple(axes), rank=len(shape) + more))
    return found


def _axis(value: object) -> int:
    if isinstance(value, int) and is_integer(value):
        return value
    raise Wrong


def _one_or_each(least: int | None) -> Callable[[object], int | tuple[int, ...]]:
    def fits(value: object) -> bool:
        return isinstance(value, int) and is_integer(value) and (least is None or value >= least)

    def parse(value: object) -> int | tuple[int, ...]:
        if isinstance(value, int) and fits(value):
            return value
        if isinstance(value, (list, tuple)) and value and all(map(fits, value)):
            return tuple(value)
        raise Wrong

    return parse


def one_or_each(least: int | None = None, example: int = 2) -> Kind:
    """One integer, or one for each axis, as they were given."""
    words = AXES.expected
    if least is not None:
        words = phrase("an integer >= {least} or several", "{least} 이상의 정수 하나 또는 여럿", least=least)
    return Kind(words, _one_or_each(least), example)


AXIS = Kind(phrase("an integer", "정수"), _axis, -1)
OPTIONAL_AXES = optional(AXES)


def _number_or_array(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    match value:
        case {"shape": list() | tuple() as sizes, **rest} if not rest and all(is_integer(each) for each in sizes):
            if all(each >= 0 for each in sizes):
                return {"shape": tuple(sizes)}
    raise Wrong


NUMBER_FOR_TENSOR = Kind(
    phrase(
        "a number in place of a tensor, or {{shape: [4, 3]}} for an array of constants",
        "텐서 대신 쓰는 수, 또는 상수 배열을 뜻하는 {{shape: [4, 3]}}",
    ),
    _number_or_array,
    2,
)
"""null means that the parameter is a tensor, one of the node's inputs. Of an array only the shape is held."""


def array_shape(value: object) -> Shape | None:
    """The shape of the array that stands in place of a tensor; None where none does."""
    return tuple(value["shape"]) if isinstance(value, Mapping) else None


def broadcast(type_name: str, inputs: Sequence[Shape]) -> Shape:
    """The shape of tensors that are joined number by number; axes of size 1 are repeated, missing ones in front.

    Where one size is not known, Keras takes the other one's. Raises `ShapeError` where they don't fit.
    """
    merged: list[Size] = list(inputs[0])
    for shape in inputs[1:]:
        rank = max(len(merged), len(shape))
        both = [(*[1] * (rank - len(each)), *each) for each in (merged, shape)]
        pairs = list(enumerate(zip(*both, strict=True)))
        merged = [_joined(type_name, inputs, axis, *pair) for axis, pair in pairs]
        differing = [(axis_words(axis), pair) for axis, pair in pairs if _differ(*pair)]
        if differing:
            raise sizes_differ(type_name, shown(inputs), differing, phrase("Make them equal.", "같게 맞춰 주세요."))
    return tuple(merged)


def _differ(one: Size, other: Size) -> bool:
    return isinstance(one, int) and isinstance(other, int) and one != other and 1 not in (one, other)


def _joined(type_name: str, inputs: Sequence[Shape], axis: int, one: Size, other: Size) -> Size:
    if one == 1 or one == other:
        return other
    if other == 1:
        return one
    if BATCH in (one, other):
        raise ShapeError(problem("batch meets", type=type_name, shapes=shown(inputs), axis=axis))
    if one is None or other is None:
        return one if other is None else other
    return one if isinstance(one, int) else other


def open_pairs(inputs: Sequence[Shape]) -> tuple[tuple[Size, Size], ...]:
    """The sizes that must be equal for the shapes to be joined, where open sizes leave that undecided."""
    found = []
    for first, shape in pairwise(inputs):
        for one, other in zip(reversed(first), reversed(shape), strict=False):
            if one != other and 1 not in (one, other) and None not in (one, other) and BATCH not in (one, other):
                found.append((one, other))
    return tuple(found)


def need_few(type_name: str, count: int) -> None:
    """Raises `ShapeError` where a function would give more outputs than there is room for."""
    if count > MOST_OUTPUTS:
        raise ShapeError(problem("too many outputs", type=type_name, count=f"{count:,}", most=f"{MOST_OUTPUTS:,}"))


def shown(inputs: Sequence[Shape]) -> list[str]:
    """The shapes as a person writes them, with the batch."""
    return [show_shape(shape) for shape in inputs]
