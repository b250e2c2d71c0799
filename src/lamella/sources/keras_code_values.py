"""What an expression of Keras code means to lamella: a literal, a layer, a tensor. Nothing of the code is run.

Each name of Keras is looked up in lamella's own tables; no attribute of any Python object is ever taken.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from lamella.design import Design
from lamella.layers import ALIASES, REGISTRY, Input
from lamella.layers.activations import ACTIVATIONS
from lamella.layers.base import Layer
from lamella.layers.operations import SAME
from lamella.layers.symbolic import SymbolicTensor, operate
from lamella.layers.tracing import trace
from lamella.layers.weight_rules import DEFAULTS, made
from lamella.layers.wrapped import CELLS
from lamella.texts.languages import Phrase, phrase

_MOST_VALUES: Final = 30_000
_LARGEST: Final = 2**64
"""Whole numbers from here on are not reckoned with: they would grow without an end."""

MODULES: Final = ("layers", "ops", "activations", *DEFAULTS)
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
}
_KINDS: Final[Mapping[type[ast.AST], Phrase]] = {
    **dict.fromkeys((ast.For, ast.While), phrase("a loop", "반복문")),
    **dict.fromkeys((ast.If, ast.IfExp, ast.Match), phrase("a condition", "조건문")),
    **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda), phrase("a function", "함수")),
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp), phrase("a comprehension", "내포")),
    **dict.fromkeys((ast.Tuple, ast.List, ast.Starred), phrase("a list of names", "이름의 목록")),
    ast.ClassDef: phrase("a class", "클래스"),
    ast.JoinedStr: phrase("an f-string", "f-문자열"),
    ast.Expr: phrase("a line that makes nothing", "아무것도 만들지 않는 줄"),
    ast.Attribute: phrase("an attribute", "속성"),
}


def _refused(error: Exception) -> Phrase:
    return phrase("what Python refuses ({said})", "Python이 거절하는 것({said})", said=str(error))


def kind(node: ast.AST) -> Phrase:
    """What a piece of code is, in a word that people use."""
    return _KINDS.get(type(node)) or phrase("{name}", "{name}", name=type(node).__name__)


class NotReadError(Exception):
    """What the code holds and lamella does not read, and where."""

    def __init__(self, what: Phrase, node: ast.AST) -> None:
        self.what, self.node = what, node


class MissingError(Exception):
    """A value that a line before failed to make: what is wrong has been said there."""


class Module:
    """Keras, or a module of it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def member(self, name: str) -> object:
        """What a name of the module means to lamella; raises `KeyError`."""
        match self.name:
            case "":
                return {"Input": Input, "Model": _model, **{each: Module(each) for each in MODULES}}[name]
            case "layers":
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


def _model(inputs: Any, outputs: Any, name: str | None = None) -> Design:
    if not isinstance(name, (str, type(None))):
        raise TypeError(f"name must be text, not {name!r}")
    return trace(inputs, outputs, name or "")


class Values:
    """Values by name, as the lines make them."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self._sizes: dict[int, tuple[object, int]] = {}
        """How many values a list, tuple or mapping holds, those inside it too, by its identity."""

    def counted(self, made: object, items: Iterable[object], node: ast.expr) -> Any:
        """The same list, tuple or mapping, where it does not hold too much through the names of others."""
        size = 1 + sum(self._sizes.get(id(each), (None, 1))[1] for each in items)
        if size > _MOST_VALUES:
            raise NotReadError(phrase("a list of very many values", "값이 아주 많은 목록"), node)
        self._sizes[id(made)] = made, size
        return made

    def member(self, module: Module, name: str, node: ast.AST) -> object:
        try:
            return module.member(name)
        except KeyError:
            whole = ".".join(filter(None, ("keras", module.name, name)))
            raise NotReadError(phrase("{name}", "{name}", name=whole), node) from None

    def value(self, node: ast.expr) -> Any:
        """What an expression gives: a literal, something of Keras', a layer, a tensor or several."""
        match node:
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
                if self.values[name] is MissingError:
                    raise MissingError
                return self.values[name]
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

    def key(self, node: ast.expr | None, whole: ast.expr) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        raise NotReadError(phrase("a key that is no text", "글이 아닌 키"), node or whole)

    def called(self, node: ast.Call) -> Any:
        match node:
            case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value="inf" | "-inf" | "nan" as number)]):
                return float(number)
        function = self.value(node.func)
        layer = isinstance(function, (Layer, partial)) or function in (Input, _model)
        if not layer and not (isinstance(function, type) and issubclass(function, Layer)):
            raise NotReadError(phrase("a call of what is no layer", "레이어가 아닌 것의 호출"), node)
        if any(isinstance(each, ast.Starred) for each in node.args) or any(each.arg is None for each in node.keywords):
            raise NotReadError(phrase("a call with *", "*가 있는 호출"), node)
        arguments = [self.value(each) for each in node.args]
        named = {each.arg: self.value(each.value) for each in node.keywords if each.arg is not None}
        try:
            return function(*arguments, **named)
        except (TypeError, ValueError) as error:  # of Python, where the names don't fit
            raise NotReadError(_refused(error), node) from None

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
        if type(sign) in _ARITHMETIC and numbers:
            try:
                return _ARITHMETIC[type(sign)](one, other)
            except (ArithmeticError, ValueError) as error:
                raise NotReadError(_refused(error), node) from None
        raise NotReadError(kind(node), node)
