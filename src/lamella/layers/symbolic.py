"""Keras' own way of writing: a layer called on symbolic tensors gives symbolic tensors.

Nothing is computed and nothing allocated; each tensor knows its shape and the call that made it.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lamella.design import BATCH, Shape
from lamella.errors import DesignError, Place, problem
from lamella.texts.languages import phrase
from lamella.units import shape as show_shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from lamella.layers.base import Layer

    _Operator = Callable[["SymbolicTensor", object], "SymbolicTensor"]

_creation = itertools.count()

written: ContextVar[Place | None] = ContextVar("written", default=None)
"""Where the calls stand, when they are read from a file and not made by running Python."""


@dataclass(frozen=True, eq=False)
class Call:
    """One call of one layer."""

    layer: Layer
    inputs: tuple[SymbolicTensor, ...]
    order: int
    where: Place
    called: Mapping[str, object] = field(default_factory=dict)
    """What it says besides its inputs: flags, and tensors or tuples of them (None for none)."""

    @property
    def reads(self) -> tuple[SymbolicTensor, ...]:
        """Its inputs, then the tensors among `called`."""
        listed = (value if isinstance(value, tuple) else (value,) for value in self.called.values())
        others = (each for several in listed for each in several if isinstance(each, SymbolicTensor))
        return (*self.inputs, *others)


def _unary(name: str) -> Callable[[SymbolicTensor], SymbolicTensor]:
    def operator(tensor: SymbolicTensor) -> SymbolicTensor:
        made: SymbolicTensor = operate(f"ops.{name}", tensor)
        return made

    return operator


def _binary(name: str) -> tuple[_Operator, _Operator]:
    """An operator as a KerasTensor has it, and the one for a number on the left."""

    def operator(tensor: SymbolicTensor, other: object) -> SymbolicTensor:
        return _pair(name, tensor, other)

    def reflected(tensor: SymbolicTensor, other: object) -> SymbolicTensor:
        return _pair(name, other, tensor)

    return operator, reflected


def _pair(name: str, one: object, other: object) -> SymbolicTensor:
    made: SymbolicTensor = operate(f"ops.{name}", one, other)
    return made


@dataclass(frozen=True, eq=False)
class SymbolicTensor:
    """One result of one call of one layer: its only one, or the one at `place`.

    `shape` has None for the number of images, as in Keras, unless `Input` was given a batch_size.
    """

    call: Call
    place: int
    full_shape: Shape
    batch_size: int | None = None

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The shape, known at once."""
        sizes = (self.batch_size if size == BATCH else size for size in self.full_shape)
        return tuple(size if isinstance(size, int) else None for size in sizes)

    def __repr__(self) -> str:
        return f"<SymbolicTensor {self.shape} from {self.call.layer!r}>"

    def __iter__(self) -> Any:
        """Without this, Python would try `tensor[0]`, `tensor[1]`, ... without an end."""
        raise TypeError("a symbolic tensor can't be walked through; take parts of it with ops.split or [...].")

    def __getitem__(self, key: object) -> SymbolicTensor:
        tensor: SymbolicTensor = operate("ops.get_item", self, key=key)
        return tensor

    __neg__, __abs__, __invert__ = _unary("negative"), _unary("absolute"), _unary("logical_not")
    __add__, __radd__ = _binary("add")
    __sub__, __rsub__ = _binary("subtract")
    __mul__, __rmul__ = _binary("multiply")
    __truediv__, __rtruediv__ = _binary("true_divide")
    __floordiv__, __rfloordiv__ = _binary("floor_divide")
    __mod__, __rmod__ = _binary("mod")
    __pow__, __rpow__ = _binary("power")
    __matmul__, __rmatmul__ = _binary("matmul")
    __lt__, __gt__ = _binary("less")[0], _binary("greater")[0]
    __le__, __ge__ = _binary("less_equal")[0], _binary("greater_equal")[0]
    __and__, __rand__ = _binary("logical_and")
    __or__, __ror__ = _binary("logical_or")
    __xor__, __rxor__ = _binary("logical_xor")


def operate(type_name: str, *positional: Any, **named: Any) -> Any:
    """A function of `keras.ops` with Keras' parameters: those that are tensors become the inputs of its node.

    Raises `DesignError` where the values don't fit.
    """
    from lamella.layers.base import REGISTRY
    from lamella.layers.operations.operation import Operation

    kind = REGISTRY[type_name]
    assert issubclass(kind, Operation)
    values, tensors = kind.bound(positional, named)
    return kind(**values)(*tensors)


def call(
    layer: Layer, arguments: tuple[object, ...], called: Mapping[str, object]
) -> SymbolicTensor | tuple[SymbolicTensor, ...]:
    """One call of `layer` on tensors or lists of them, with its flags and masks.

    Raises `DesignError` where they don't fit it.
    """
    from lamella.layers.base import ShapeError
    from lamella.layers.calling import normal_call, wrong_call
    from lamella.layers.fixed_batch import fit

    listed = [each if isinstance(each, (list, tuple)) else [each] for each in arguments]
    given = [each for several in listed for each in several]
    tensors = [each for each in given if isinstance(each, SymbolicTensor)]
    where = Place(layer=layer.name, type=layer.type)
    if len(tensors) < len(given):
        expected = phrase("symbolic tensors, made by lamella.layers.Input", "lamella.layers.Input으로 만든 심볼릭 텐서")
        other = next(each for each in given if not isinstance(each, SymbolicTensor))
        raise DesignError(
            problem("input count", where, type=layer.type, expected=expected, received=type(other).__name__)
        )
    if counted := wrong_count(layer, len(tensors)):
        raise DesignError(problem("input count", where, **counted))
    said = normal_call(type(layer), called)
    if wrong := wrong_call(type(layer), said, SymbolicTensor):
        raise DesignError(each.at(where) for each in wrong)
    used = layer.called_with(said)
    shapes = tuple(each.full_shape for each in tensors)
    try:
        fitted = fit(used, shapes, [each.batch_size for each in tensors])
        used.weights(*fitted.inputs)
    except ShapeError as error:
        raise DesignError(error.problem.at(where)) from None
    batches = {each.batch_size for each in tensors if each.batch_size is not None}
    made = Call(layer, tuple(tensors), next(_creation), _caller(), said)
    size = min(batches, default=None)
    results = tuple(SymbolicTensor(made, place, shape, size) for place, shape in enumerate(fitted.outputs))
    return results[0] if len(results) == 1 and not layer.gives_list else results


def in_order(
    layer: Layer, inputs: tuple[object, ...], named: Mapping[str, object]
) -> tuple[tuple[object, ...], dict[str, object]]:
    """A call's inputs in the order of the layer's `call_names`, and what it says besides them.

    What is None is left out, as in Keras. Raises `DesignError` for a name that the call does not have, that is given
    twice, or whose forerunner is missing.
    """
    from lamella.layers.base import did_you_mean
    from lamella.layers.calling import TRAINING

    where = Place(layer=layer.name, type=layer.type)
    names, others = layer.call_names, [*layer.call_flags, *layer.call_tensors]
    places = len(names) or 1
    if not layer.call_tensors or (layer.input_count[0] > places and not isinstance(inputs[0], (list, tuple))):
        places = len(inputs)
    given, behind = list(inputs[:places]), dict(zip(layer.call_tensors, inputs[places:], strict=False))
    while given and given[-1] is None:
        given.pop()
    taken = (*names[: len(given)], *behind)
    for name in named:
        if name in taken:
            raise DesignError(problem("argument twice", where, argument=name))
        if name not in names and name not in others and name != TRAINING:
            near = did_you_mean(name, [*names, *others])
            raise DesignError(problem("argument unknown", where, type=layer.type, argument=name, suggestion=near))
    called = behind | {name: value for name, value in named.items() if name not in names}
    rest = [(name, named.get(name)) for name in names[len(given) :]]
    while rest and rest[-1][1] is None:
        rest.pop()
    for name, tensor in rest:
        if tensor is None:
            expected = phrase("{name} before {last}", "{last}보다 먼저 {name}", name=name, last=rest[-1][0])
            raise DesignError(problem("input count", where, type=layer.type, expected=expected, received=len(given)))
        given.append(tensor)
    return tuple(given), called


def source_tensor(layer: Layer, shape: Shape, batch_size: int | None) -> SymbolicTensor:
    """The tensor of an input."""
    return SymbolicTensor(Call(layer, (), next(_creation), _caller()), 0, shape, batch_size)


def wrong_count(layer: Layer, received: int) -> dict[str, object]:
    """The facts of a wrong number of inputs; empty where it is right."""
    least, most = layer.input_count
    if received >= least and (most is None or received <= most):
        return {}
    if most is None:
        expected = phrase("at least {least} inputs", "입력 {least}개 이상", least=least)
    elif least != most:
        expected = phrase("{least} to {most} inputs", "입력 {least}개에서 {most}개", least=least, most=most)
    elif least == 1:
        expected = phrase("{least} input", "입력 {least}개", least=least)
    else:
        expected = phrase("{least} inputs", "입력 {least}개", least=least)
    return {"type": layer.type, "expected": expected, "received": received}


def check_batch(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    """Raises `ShapeError` where a layer would take another axis for the images: no figure would be true."""
    from lamella.layers.base import ShapeError

    for shape in shapes:
        if layer.batch_first and shape[:1] != (BATCH,):
            words = phrase("which the batch (B) is the first axis", "첫 축이 batch(B)인 모양")
            fix = phrase("Move it there with ops.transpose.", "ops.transpose로 앞으로 옮기세요.")
            facts = {"expected": words, "received": show_shape(shape), "suggestion": fix}
            raise ShapeError(problem("rank", type=layer.type, **facts))


def _caller() -> Place:
    """The file (or a notebook's cell) and line outside of lamella's layers and functions that made the call."""
    if (place := written.get()) is not None:
        return place
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(
        ("lamella.layers", "lamella.ops")
    ):
        frame = frame.f_back
    return Place(_file(frame.f_code.co_filename), frame.f_lineno)


def _file(name: str) -> str:
    """A file by its name; of IPython's own, which hold a cell each, what stands beside the cell: "In[3]"."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    named = getattr(getattr(shell, "compile", None), "format_code_name", None)  # none before IPython 8
    label = None if named is None else named(name)
    return name if label is None else str(label[1])
