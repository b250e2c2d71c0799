"""What a layer type is: its arguments and the facts that everything else is derived from.

Defining a subclass of `Layer` registers it: YAML, plan, the Keras builder, docs and contract tests follow.
A layer object is frozen; its facts are functions of the shapes that reach it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

from lamella.algebra import is_known
from lamella.design import BATCH, Shape, Size
from lamella.errors import DesignError, Place, Problem, problem
from lamella.layers.activations import UNIT_RANGE, Range
from lamella.layers.arguments import (
    FLAG,
    NAME,
    PLAIN,
    REQUIRED,
    TEXT,
    Argument,
    Wrong,
    argument,
    closest,
    optional,
    wrapped,
    wrong_value,
)
from lamella.layers.registry import OPERATIONS as OPERATIONS
from lamella.layers.registry import REGISTRY as REGISTRY
from lamella.layers.symbolic import call, in_order
from lamella.texts.languages import Phrase, Text, phrase
from lamella.window import IDENTITY, Map

if TYPE_CHECKING:
    from inspect import Signature
    from typing import Self


class Weight(NamedTuple):
    """One array of numbers that a layer owns: Keras' name and shape.

    A layer around others has each name behind the part that owns it: forward/kernel, backward/kernel.
    """

    name: str
    shape: tuple[int, ...]
    trainable: bool = True

    @property
    def keras_name(self) -> str:
        return self.name.rpartition("/")[2]


Engine = Literal["tensorflow", "torch", "jax"]
"""What runs a network, by Keras' names of its backends."""


class Kept(NamedTuple):
    """What an engine's backward pass needs of a layer, and what it needs only while it computes.

    For one image: `inner` counts numbers that only live inside the layer (a convolution's result before its
    activation), `mask` bytes (where a dropout let through); `fixed` counts numbers that do not grow with the batch.
    `copy` counts numbers that the gradients of the weights need instead of the inputs, or besides them.
    `forward` and `backward` count numbers that live only while the layer, or its gradient, is computed.
    `for_weights`: the inputs are needed for the gradients of the weights alone. `activated`: the output and what
    is inner are needed for the activation alone, whose gradient comes first; they go before the others' is made.
    """

    inputs: bool = False
    output: bool = False
    inner: int = 0
    mask: int = 0
    fixed: int = 0
    copy: int = 0
    forward: int = 0
    backward: int = 0
    for_weights: bool = False
    activated: bool = False


class Work(NamedTuple):
    """Multiply-adds of one image: the product of the factors, of which the first are the sizes of what is computed.

    `what` names the part where a layer has several, in the field's words ("depthwise", "pointwise").
    """

    factors: tuple[Size, ...]
    what: str = ""

    @property
    def macs(self) -> int | None:
        """The product; None where a factor is not known."""
        return product(self.factors)


AxisMap = Mapping[int, "tuple[int, Map | None]"]
"""For one input: output axis -> (input axis, how it is seen); None where that can't be said.

An axis of the input that no output axis names is seen whole; of one that is gone and yet was not seen whole
(x[:, 0]), that is said under an axis past the output's last.
"""


class ShapeError(Exception):
    """The inputs don't fit the layer. `shape` is what can be said of the output all the same."""

    def __init__(self, found: Problem, shape: Shape | None = None) -> None:
        super().__init__(found.text())
        self.problem, self.shape = found, shape


class _SignatureOfArguments:
    """Gives `help` and editors the argument list; built only when asked for."""

    def __get__(self, instance: object, owner: type[Layer]) -> Signature:
        from inspect import Parameter, Signature

        def parameter(name: str, declared: Argument) -> Parameter:
            kind = Parameter.KEYWORD_ONLY if declared.keyword_only else Parameter.POSITIONAL_OR_KEYWORD
            default = Parameter.empty if declared.default is REQUIRED else declared.default
            return Parameter(name, kind, default=default)

        return Signature([parameter(*item) for item in owner.arguments.items()])


class Layer(ABC):
    """One layer with its arguments in normal form. Raises `DesignError` with every wrong argument."""

    type: ClassVar[str]
    arguments: ClassVar[Mapping[str, Argument]]
    sentence: ClassVar[Text]
    source: ClassVar[str]
    home: ClassVar[str] = "keras.layers"
    """The module where Keras holds the class."""
    input_count: ClassVar[tuple[int, int | None]] = (1, 1)
    call_names: ClassVar[tuple[str, ...]] = ()
    """Keras' names for the tensors of a call, in order, where a call may name them."""
    call_flags: ClassVar[Mapping[str, bool]] = {}
    """Flags that a call may have, as Keras names them, with what they are where a call does not say."""
    call_tensors: ClassVar[tuple[str, ...]] = ()
    """Keras' names for what a call may read besides the inputs (masks), in Keras' order: it changes no shape."""
    gives_list: ClassVar[bool] = False
    """Whether Keras gives a list of outputs, even of a single one."""
    inner_learn: ClassVar[bool] = False
    """Whether `trainable` is handed on to none of the layers inside, which Keras trains all the same."""
    aliases: ClassVar[bool] = False
    """Whether the output is the input's own storage under another shape."""
    in_place: ClassVar[bool] = False
    """Whether each number can be written where the input's was, so that an input that is done with is used again."""
    hands_on: ClassVar[frozenset[Engine]] = frozenset()
    """The engines in which the gradient of the output is that of the inputs, without a copy."""
    scatters: ClassVar[bool] = False
    """Whether each number keeps what it sees but the axes lose their meaning (Flatten)."""
    one_rank: ClassVar[bool] = False
    """Whether Keras fixes the number of axes at the first use, so that a layer that shares it needs as many."""
    batch_first: ClassVar[bool] = True
    """Whether the layer takes its inputs' first axis for the images."""
    examples: ClassVar[tuple[tuple[Mapping[str, object], tuple[Shape, ...]], ...]]
    """Arguments and input shapes (without the batch) that work; docs and contract tests use them."""
    __signature__: ClassVar[Any] = _SignatureOfArguments()

    name: str | None = argument(optional(NAME), None, kw_only=True)
    dtype: str | None = argument(optional(TEXT), None, kw_only=True)
    trainable: bool = argument(FLAG, True, kw_only=True)
    activity_regularizer: object = argument(PLAIN, None, kw_only=True)

    def __init_subclass__(cls, *, type_name: str = "", abstract: bool = False, without: Sequence[str] = ()) -> None:
        """Registers the type; `without` names arguments of every layer that Keras does not take here."""
        declared: dict[str, Argument] = {}
        for base in reversed(cls.__mro__):
            found = [(name, value) for name, value in vars(base).items() if isinstance(value, Argument)]
            own = {value.called or name: value._replace(attribute=name) for name, value in found}
            declared = {name: value for name, value in declared.items() if name not in own} | own
        taken = [(name, value) for name, value in declared.items() if name not in without]
        ordered = sorted(taken, key=lambda item: item[1].keyword_only)
        cls.arguments = dict(ordered)
        if not abstract:
            cls.type = type_name or cls.__name__
            REGISTRY.add(cls)

    def __init__(self, *positional: object, **named: object) -> None:
        given, problems = self._bind(positional, named)
        misspelt = {closest(name, list(self.arguments)) for name in named if name not in self.arguments}
        values: dict[str, object] = {}
        for name, declared in self.arguments.items():
            if name not in given:
                values[name] = declared.default
                if declared.default is REQUIRED and name not in misspelt:
                    facts = {
                        "argument": name,
                        "expected": declared.kind.expected,
                        "example": declared.kind.example,
                    }
                    problems.append(problem("argument missing", **facts))
                continue
            try:
                values[name] = declared.kind.parse(given[name])
            except Wrong as wrong:
                inside = [wrapped(name, each.where.type or "?", each) for each in wrong.problems]
                problems += inside or [wrong_value(name, declared, given[name], wrong.suggestion)]
        if not problems:
            self.__dict__.update((self.arguments[name].attribute, value) for name, value in values.items())
            problems.extend(self.conflicts())
        if problems:
            raise DesignError(each.at(Place(type=self.type)) for each in problems)

    def _bind(
        self, positional: tuple[object, ...], named: dict[str, object]
    ) -> tuple[dict[str, object], list[Problem]]:
        """The arguments by name, and what is wrong with how they were given."""
        order = [name for name, declared in self.arguments.items() if not declared.keyword_only]
        given = dict(zip(order, positional, strict=False))
        problems = []
        if len(positional) > len(order):
            rest = [name for name in self.arguments if name not in order]
            facts = {"type": self.type, "limit": len(order), "received": len(positional), "known": rest}
            problems.append(problem("too many arguments", **facts))
        for name, value in named.items():
            if name in given:
                problems.append(problem("argument twice", argument=name))
            elif name not in self.arguments:
                facts = {"type": self.type, "argument": name}
                near = did_you_mean(name, list(self.arguments))
                problems.append(problem("argument unknown", **facts, suggestion=near))
            else:
                given[name] = value
        return given, problems

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{self.type} is frozen; make a new one with another {name}.")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.type, repr(self)))

    def __repr__(self) -> str:
        return f"{self.type}({', '.join(f'{name}={value!r}' for name, value in self.changed().items())})"

    def __call__(self, *inputs: Any, **named: Any) -> Any:
        """Applies the layer to symbolic tensors, as in Keras; a merging layer takes a list of them.

        Flags and masks go by name. Gives one symbolic tensor, or a tuple of several outputs.
        """
        given, called = in_order(self, inputs, named)
        return call(self, given, called)

    @property
    def called(self) -> Mapping[str, object]:
        """What this use of the layer says besides its inputs; nothing for a layer by itself."""
        found: Mapping[str, object] = vars(self).get("_called", {})
        return found

    def called_with(self, called: Mapping[str, object]) -> Self:
        """The layer in a use with these flags and tensors, which may decide what it gives."""
        if not called:
            return self
        found = copy(self)
        found.__dict__["_called"] = called
        return found

    def changed(self) -> dict[str, object]:
        """The arguments that differ from their defaults, in order, in normal form."""
        mine = vars(self)
        given = {name: (mine[each.attribute], each.default) for name, each in self.arguments.items()}
        return {name: value for name, (value, default) in given.items() if value != default}

    def conflicts(self) -> list[Problem]:
        """What is wrong with arguments that are each right on their own."""
        return []

    @abstractmethod
    def output_shape(self, *inputs: Shape) -> Shape:
        """The output's shape. Raises `ShapeError` where the inputs don't fit."""

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """The layer's own arrays. Raises `ShapeError` where a size that they depend on is not known."""
        return ()

    def fixed(self, *inputs: Shape) -> tuple[Weight, ...]:
        """The arrays whose shapes the first use decides, so that every further one must give the same."""
        return self.weights(*inputs)

    def other_rank(self, before: tuple[Shape, ...], now: tuple[Shape, ...]) -> tuple[int, int] | None:
        """How many axes an input had at the first use and has at a further one, where that can't be."""
        if not self.one_rank:
            return None
        ranks = ((len(old), len(new)) for old, new in zip(before, now, strict=False))
        return next((pair for pair in ranks if len({*pair}) > 1), None)

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        """The shapes of all outputs, of which `output_shape` is the first."""
        return (self.output_shape(*inputs),)

    def declared_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        """The outputs' shapes as Keras states them before anything runs; overridden where it states wrong ones."""
        return self.output_shapes(*inputs)

    def conditions(self, *inputs: Shape) -> tuple[tuple[Size, Size], ...]:
        """Pairs of sizes that must be equal for the inputs to fit, where open sizes leave that undecided."""
        return ()

    @classmethod
    def grouped(cls, inputs: Sequence[Any]) -> tuple[Any, ...]:
        """The inputs as the positional arguments of Keras' call: each by itself, or several in a list."""
        return tuple(inputs)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        """What the layer computes, in the field's signs with its own numbers; below it how its sizes come about."""
        return ()

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """The multiply-adds of one image in pure form; none for layers without products of weights."""
        return ()

    def macs(self, inputs: tuple[Shape, ...], output: Shape) -> int | None:
        """The multiply-adds of one image; None where a size that they depend on is not known."""
        total = 0
        for each in self.work(inputs, output):
            if each.macs is None:
                return None
            total += each.macs
        return total

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """For each input, how the output's axes see it; by default each number sees the one at its place."""
        return ({axis: (axis, IDENTITY) for axis in range(1, len(output))},) * len(inputs)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        """What TensorFlow's backward pass needs; by default nothing. None where it is not known."""
        return Kept()

    def gives_words(self) -> bool:
        """Whether the output holds words, whose bytes are not known."""
        return False

    def kept_by(self, engine: Engine, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        """What an engine needs; overridden where one differs from TensorFlow."""
        return self.kept(inputs, output)

    def adds_onto(self, engine: Engine) -> bool:
        """Whether its result is added to another tensor at once where the two are summed next."""
        return False

    def memory_known(self, engine: Engine, dtype: str) -> bool:
        """Whether it is known what an engine needs to compute the layer in numbers of this type."""
        return True

    def needs_batch(self) -> bool:
        """Whether Keras makes the layer for a fixed number of images only."""
        return False

    def output_range(self) -> Range:
        """Where the output's numbers can lie; by default where the activation leaves them."""
        return "unit" if vars(self).get("activation") in UNIT_RANGE else None


def did_you_mean(value: object, known: Sequence[str], otherwise: Phrase | None = None) -> Phrase | str:
    """ "Did you mean ...?" where one of the known names is near, else the names or where they are many, `otherwise`."""
    near = closest(value, known)
    if near is not None:
        return phrase("Did you mean {near}?", "혹시 {near}인가요?", near=near)
    if otherwise is not None:
        return otherwise
    return phrase("There is {known:list}.", "있는 것: {known:list}.", known=list(known)) if known else ""


def elements(shape: Shape | None) -> int | None:
    """How many numbers one image has in a tensor of this shape; None where that is not known, or images meet images."""
    return None if shape is None or shape.count(BATCH) > 1 else product(size for size in shape if size != BATCH)


def product(sizes: Iterable[Size]) -> int | None:
    """The sizes multiplied; None where one is not known."""
    total = 1
    for size in sizes:
        if not is_known(size):
            return None
        total *= size
    return total


def without_batch(shape: Shape) -> tuple[Size, ...]:
    """A shape as people write it, for one image."""
    return tuple(size for size in shape if size != BATCH)
