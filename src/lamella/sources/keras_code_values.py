"""What an expression of Keras code means to lamella: a literal, a layer, a tensor. Nothing of the code is run.

Each name of Keras is looked up in lamella's own tables; no attribute of any Python object is ever taken.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import partial
from typing import Any, Final

from lamella.errors import LamellaError, Place
from lamella.layers import ALIASES, REGISTRY, Input
from lamella.layers.activations import ACTIVATIONS
from lamella.layers.arguments import closest
from lamella.layers.base import Layer
from lamella.layers.operations import SAME
from lamella.layers.symbolic import SymbolicTensor, operate, written
from lamella.layers.weight_rules import DEFAULTS, made
from lamella.layers.wrapped import CELLS
from lamella.sources.keras_code_models import Budget, Chain, Network
from lamella.sources.keras_code_words import kind
from lamella.texts.languages import Phrase, phrase

_MOST_VALUES, _MOST_HELD = 30_000, 300_000
"""Values in a list, those of lists in it too; and values in all lists, each for itself."""

_LARGEST: Final = 2**128
"""Whole numbers from here on are not reckoned with: they would grow without an end."""

TENSORFLOW: Final = "tensorflow"
MODULES: Final = ("layers", "models", "ops", "activations", *DEFAULTS)
_OPERATORS: Final[dict[type[ast.AST], str]] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "true_divide",
    ast.Pow: "power",
    ast.FloorDiv: "floor_divide",
    ast.Mod: "mod",
    ast.MatMult: "matmul",
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
    ast.BitAnd: "logical_and",
    ast.BitOr: "logical_or",
    ast.BitXor: "logical_xor",
}
_ARITHMETIC: Final[dict[type[ast.AST], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_MOST_POWER: Final = 64

_MERGES: Final = {
    each.lower(): each
    for each in ("Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract")
}
"""Functions of keras.layers that make a layer and call it."""

_SHAPES: Final = {"input_shape": "shape", "batch_input_shape": "batch_shape", "input_dim": "shape"}
"""What a first layer may say of the input, and the argument of Input that says the same."""


def _refused(error: Exception) -> Phrase:
    return phrase("what Python refuses ({said})", "Python이 거절하는 것({said})", said=str(error))


class NotReadError(Exception):
    """What the code holds and lamella does not read, and where."""

    def __init__(self, what: Phrase, node: ast.AST) -> None:
        self.what, self.node = what, node


class MissingError(Exception):
    """A value that a line before failed to make: what is wrong has been said there."""


class Maker(Enum):
    """What makes a model."""

    MODEL = "Model"
    SEQUENTIAL = "Sequential"


_MODELS: Final = {each.value: each for each in Maker}


class Module:
    """Keras, or a module of it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def member(self, name: str) -> object:
        """What a name of the module means to lamella; raises `KeyError`."""
        match self.name:
            case "":
                return {"Input": Input, **_MODELS, **{each: Module(each) for each in MODULES}}[name]
            case "models":
                return {"Input": Input, **_MODELS}[name]
            case "tensorflow":
                return {"keras": Module("")}[name]
            case "layers":
                if name in _MERGES:
                    return partial(_merged, _MERGES[name])
                real = ALIASES.get(name, name)
                found = REGISTRY.get(real) or CELLS.get(real)
                if name == "Input" or found is None or not name.isidentifier():
                    return {"Input": Input, "InputLayer": Input}[name]
                return found
            case "ops" if name == "image":
                return Module("ops.image")
            case "ops" | "ops.image":
                return partial(operate, REGISTRY[f"{self.name}.{SAME.get(name, name)}"].type)
            case "activations":
                return {each: each for each in ACTIVATIONS}[name]
        return partial(made, self.name, {each: each for each in DEFAULTS[self.name]}[name])


def _merged(type_name: str, inputs: Any, **arguments: Any) -> Any:
    return REGISTRY[type_name](**arguments)(inputs)


class Values:
    """Values by name, as the lines make them."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.changed: dict[int, tuple[object, NotReadError]] = {}
        """What a piece of code that is not read may have changed, by identity."""
        self.called_models: set[int] = set()
        """The models that are called, or are in another: parts of it, by identity."""
        self._budget = Budget()
        self._given: dict[int, dict[str, Any]] = {}
        """What a layer was told of the input's shape, by the layer's identity."""
        self._told: list[Layer] = []
        self._sizes: dict[int, tuple[object, int]] = {}
        """How many values a list, tuple or mapping holds, those inside it too, by its identity."""
        self._held = 0

    def counted(self, made: object, items: Iterable[object], node: ast.expr) -> Any:
        """The same list, tuple or mapping, where it does not hold too much through the names of others."""
        sizes = [self._sizes.get(id(each), (None, 1))[1] for each in items]
        size = 1 + sum(sizes)
        self._held += len(sizes)
        if size > _MOST_VALUES or self._held > _MOST_HELD:
            raise NotReadError(phrase("a list of very many values", "값이 아주 많은 목록"), node)
        self._sizes[id(made)] = made, size
        return made

    def member(self, module: Module, name: str, node: ast.AST) -> object:
        try:
            return module.member(name)
        except KeyError:
            whole = ".".join(filter(None, ("" if module.name == TENSORFLOW else "keras", module.name, name)))
            near = closest(name, [*REGISTRY.loaded, *ALIASES]) if module.name == "layers" else None
            words = phrase("{name} (is it {near}?)", "{name}({near}인가요?)", name=whole, near=near)
            raise NotReadError(words if near else phrase("{name}", "{name}", name=whole), node) from None

    def value(self, node: ast.expr) -> Any:
        """What an expression gives: a literal, something of Keras', a layer, a tensor or several."""
        match node:
            case ast.Constant(value=int() as value) if value >= _LARGEST:
                raise NotReadError(phrase("a number of more than 38 digits", "38자리가 넘는 수"), node)
            case ast.Constant(value=None | bool() | int() | float() | str() as value):
                return value
            case ast.Constant(value=value) if value is ...:
                return value
            case ast.Tuple(elts=items):
                several = tuple(map(self.value, items))
                return self.counted(several, several, node)
            case ast.List(elts=items):
                listed = list(map(self.value, items))
                return self.counted(listed, listed, node)
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                mapped = {self.key(each, node): self.value(value) for each, value in pairs}
                return self.counted(mapped, mapped.values(), node)
            case ast.Slice(lower=lower, upper=upper, step=step):
                return slice(*(None if each is None else self.value(each) for each in (lower, upper, step)))
            case ast.Name(id=name) if name in self.values:
                return self.whole(self.values[name])
            case ast.Name(id=name):
                raise NotReadError(phrase("the name {name}", "이름 {name}", name=name), node)
            case ast.Attribute(value=inner, attr=name) if isinstance(module := self.value(inner), Module):
                return self.member(module, name, node)
            case ast.Call():
                return self.called(node)
            case ast.Subscript(value=inner, slice=key):
                return self.part(self.value(inner), self.value(key), node)
            case ast.UnaryOp(op=sign, operand=inner):
                return self.signed(sign, self.value(inner), node)
            case ast.BinOp(left=left, op=sign, right=right) | ast.Compare(left=left, ops=[sign], comparators=[right]):
                return self.joined(sign, self.value(left), self.value(right), node)
        raise NotReadError(kind(node), node)

    def whole(self, found: Any) -> Any:
        """The value, where it is known."""
        if found is MissingError:
            raise MissingError
        _, cause = self.changed.get(id(found), (None, found))
        if isinstance(cause, NotReadError):
            raise NotReadError(cause.what, cause.node)
        return found

    def key(self, node: ast.expr | None, whole: ast.expr) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        raise NotReadError(phrase("a key that is no text", "글이 아닌 키"), node or whole)

    def called(self, node: ast.Call) -> Any:
        match node:
            case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value="inf" | "-inf" | "nan" as number)]):
                return float(number)
            case ast.Call(func=ast.Attribute(value=ast.Name() as inner, attr="add" | "build" as verb)) if isinstance(
                chain := self.values.get(inner.id), Chain
            ):
                self.whole(chain)
                given, named = self.arguments(node)
                try:
                    if verb == "build":
                        chain.build(*given, **named)
                    else:
                        (part,) = (*given, *named.values())
                        self.add(chain, part, self.made_at(node))
                except (TypeError, ValueError, IndexError) as error:
                    raise NotReadError(_refused(error), node) from None
                return None
        function = self.value(node.func)
        of_layer = isinstance(function, type) and issubclass(function, Layer)
        if not of_layer and not isinstance(function, (Layer, Network, Chain, Maker, partial)) and function is not Input:
            raise NotReadError(phrase("a call of what is no layer", "레이어가 아닌 것의 호출"), node)
        arguments, named = self.arguments(node)
        where = self.made_at(node)
        token = written.set(where)
        try:
            return self.made(function, arguments, named, node)
        except (TypeError, ValueError) as error:  # of Python, where the names don't fit
            raise NotReadError(_refused(error), node) from None
        except LamellaError as error:
            raise error.at(where) from None
        finally:
            written.reset(token)

    def arguments(self, node: ast.Call) -> tuple[list[Any], dict[str, Any]]:
        """What a call is given, by place and by name."""
        if any(isinstance(each, ast.Starred) for each in node.args) or any(each.arg is None for each in node.keywords):
            raise NotReadError(phrase("a call with *", "*가 있는 호출"), node)
        named = {each.arg: self.value(each.value) for each in node.keywords if each.arg is not None}
        return [self.value(each) for each in node.args], named

    def made(self, function: Any, given: list[Any], named: dict[str, Any], node: ast.Call) -> Any:
        """What a call gives. Raises `DesignError`, and Python's own errors where the names don't fit."""
        if function is Maker.MODEL:
            return self._network(*given, **named)
        if function is Maker.SEQUENTIAL:
            return self._chain(node, *given, **named)
        if isinstance(function, (Network, Chain)):
            self.called_models.add(id(function))
            return _applied(function, *given, **named)
        if any(isinstance(each, (Network, Chain)) for each in (*given, *named.values())):
            raise NotReadError(phrase("a layer around a model", "모델을 감싸는 레이어"), node)
        told = {key: named.pop(key) for key in _SHAPES if key in named and key not in _arguments(function)}
        if function is Input:
            return Input(*given, **_input(told), **named)
        made = function(*given, **named)
        if told and isinstance(made, Layer):
            self._given[id(made)] = _input(told)
            self._told.append(made)
        return made

    def _network(self, inputs: Any, outputs: Any, name: str | None = None) -> Network:
        return Network(inputs, outputs, _title(name), self._budget)

    def _chain(self, node: ast.Call, layers: Any = (), name: str | None = None) -> Chain:
        chain = Chain(_title(name), self._given, self._budget, self.made_at(node))
        written = [each.value for each in node.keywords if each.arg == "layers"]
        listed = next(iter([*node.args, *written]), None)
        places = listed.elts if isinstance(listed, (ast.List, ast.Tuple)) else [node] * len(layers or ())
        for each, place in zip(layers or (), places, strict=True):
            self.add(chain, each, self.made_at(place))
        return chain

    def add(self, chain: Chain, part: object, place: Place) -> None:
        self.called_models.add(id(part))
        chain.add(part, place)

    def made_at(self, node: ast.AST) -> Place:
        """Where a piece of code stands."""
        raise NotImplementedError

    def part(self, whole: object, key: object, node: ast.expr) -> object:
        """Of several tensors one, of a tensor a part."""
        if isinstance(whole, SymbolicTensor):
            return whole[key]
        if isinstance(whole, (tuple, list)) and isinstance(key, int) and -len(whole) <= key < len(whole):
            return whole[key]
        raise NotReadError(phrase("an index", "인덱스"), node)

    def signed(self, sign: ast.unaryop, value: Any, node: ast.expr) -> Any:
        if isinstance(sign, ast.USub) and isinstance(value, (int, float)):
            return -value
        operations = {ast.USub: "negative", ast.Invert: "logical_not"}
        if isinstance(value, SymbolicTensor) and type(sign) in operations:
            return operate(f"ops.{operations[type(sign)]}", value)
        raise NotReadError(kind(node), node)

    def joined(self, sign: ast.AST, one: Any, other: Any, node: ast.expr) -> Any:
        """Two tensors, or a tensor and a number, by an operator; or plain arithmetic on two numbers."""
        if type(sign) in _OPERATORS and (isinstance(one, SymbolicTensor) or isinstance(other, SymbolicTensor)):
            return operate(f"ops.{_OPERATORS[type(sign)]}", one, other)
        numbers = all(isinstance(each, (int, float)) and abs(each) < _LARGEST for each in (one, other))
        small = type(sign) is not ast.Pow or (numbers and 0 <= other <= _MOST_POWER)
        if type(sign) in _ARITHMETIC and numbers and small:
            try:
                found = _ARITHMETIC[type(sign)](one, other)
            except (ArithmeticError, ValueError) as error:
                raise NotReadError(_refused(error), node) from None
            if isinstance(found, (int, float)):
                return found
        for several in (tuple, list):
            if type(sign) is ast.Add and isinstance(one, several) and isinstance(other, several):
                joined = several((*one, *other))
                return self.counted(joined, joined, node)
        raise NotReadError(kind(node), node)


def _applied(model: Network | Chain, inputs: Any) -> Any:
    return model.again(inputs)


def _title(name: object) -> str:
    if not isinstance(name, (str, type(None))):
        raise TypeError(f"name must be text, not {name!r}")
    return name or ""


def _arguments(function: Any) -> Mapping[str, object]:
    found: Mapping[str, object] = getattr(function, "arguments", {})
    return found


def _input(told: Mapping[str, Any]) -> dict[str, Any]:
    """What a layer says of the input's shape as arguments of Input."""
    return {_SHAPES[key]: (value,) if key == "input_dim" else value for key, value in told.items()}
