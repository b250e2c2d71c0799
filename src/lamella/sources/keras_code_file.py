"""Python code of Keras' functional API, read as data: the text is parsed, never run.

Only straight-line code is read: imports of Keras, assignments of layers, their calls and literals, one `keras.Model`.
Each name of Keras means lamella's own layer or operation; nothing else can be called.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from functools import partial
from typing import IO, Any, Final

from lamella.design import Design
from lamella.errors import DesignError, Place, Problem, SourceError, problem
from lamella.layers import ALIASES, REGISTRY, Input
from lamella.layers.activations import ACTIVATIONS
from lamella.layers.base import Layer
from lamella.layers.operations import SAME
from lamella.layers.symbolic import SymbolicTensor, operate, written
from lamella.layers.tracing import trace
from lamella.layers.weight_rules import DEFAULTS, made
from lamella.layers.wrapped import CELLS
from lamella.sources import text
from lamella.texts.languages import Phrase, phrase

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
_MODULES: Final = ("layers", "ops", "activations", *DEFAULTS)
_KERAS: Final = ("keras", "tensorflow.keras", "tf_keras", "lamella")


def match(ending: str, start: bytes) -> bool:  # noqa: ARG001  (as every format)
    """Python by its ending."""
    return ending == ".py"


def load(file: IO[bytes], name: str) -> Design:
    """The design that the code's one `keras.Model` is.

    Raises `SourceError` with every line that is no such code, `DesignError` with every layer that is wrong.
    """
    return _Reader(name).design(_parsed(text(file, name), name))


def _parsed(data: bytes, file: str) -> ast.Module:
    from warnings import catch_warnings, simplefilter

    try:
        with catch_warnings():
            simplefilter("ignore")  # of odd escapes in text
            return ast.parse(data, file)
    except SyntaxError as error:
        where = Place(file, error.lineno, error.offset)
        raise SourceError(problem("not python", where, reason=error.msg)) from None
    except (ValueError, RecursionError, MemoryError) as error:
        deep = phrase("it is nested too deep", "너무 깊이 중첩되어 있습니다")
        reason = str(error) if isinstance(error, ValueError) else deep
        raise SourceError(problem("not python", Place(file), reason=reason)) from None


class _NotReadError(Exception):
    """What the code holds and lamella does not read, and where."""

    def __init__(self, what: Phrase, node: ast.AST) -> None:
        self.what, self.node = what, node


class _MissingError(Exception):
    """A value that a line before failed to make: what is wrong has been said there."""


class _Module:
    """Keras, or a module of it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def member(self, name: str) -> object:
        """What a name of the module means to lamella; raises `KeyError`."""
        match self.name:
            case "":
                return {"Input": Input, "Model": _model, **{each: _Module(each) for each in _MODULES}}[name]
            case "layers":
                real = ALIASES.get(name, name)
                found = REGISTRY.get(real) or CELLS.get(real)
                if name == "Input" or found is None or not name.isidentifier():
                    return {"Input": Input, "InputLayer": Input}[name]
                return found
            case "ops":
                return partial(operate, {each: each for each in REGISTRY}[f"ops.{SAME.get(name, name)}"])
            case "activations":
                return {each: each for each in ACTIVATIONS}[name]
        return partial(made, self.name, {each: each for each in DEFAULTS[self.name]}[name])


def _model(inputs: Any, outputs: Any, name: str | None = None) -> Design:
    if not isinstance(name, (str, type(None))):
        raise TypeError(f"name must be text, not {name!r}")
    return trace(inputs, outputs, name or "")


class _Reader:
    """Values by name, as the lines make them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.values: dict[str, object] = {}
        self.problems: list[Problem] = []
        self.wrong: list[Problem] = []

    def design(self, module: ast.Module) -> Design:
        for statement in module.body:
            try:
                token = written.set(self.place(statement))
                self.statement(statement)
            except _NotReadError as found:
                self.problems.append(problem("code not read", self.place(found.node), what=found.what))
                self.forget(statement)
            except DesignError as error:
                self.wrong += [each.at(self.place(statement)) for each in error.problems]
                self.forget(statement)
            except _MissingError:
                self.forget(statement)
            finally:
                written.reset(token)
        if self.problems:
            raise SourceError([*self.problems, *self.wrong])
        if self.wrong:
            raise DesignError(self.wrong)
        designs = {id(each): each for each in self.values.values() if isinstance(each, Design)}
        if len(designs) != 1:
            raise SourceError(problem("code models", Place(self.file), count=len(designs)))
        return next(iter(designs.values()))

    def place(self, node: ast.AST) -> Place:
        return Place(self.file, getattr(node, "lineno", None), getattr(node, "col_offset", 0) + 1)

    def forget(self, statement: ast.stmt) -> None:
        """Takes note that the names which the statement should have made have no value."""
        for each in ast.walk(statement):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                self.values[each.id] = _MissingError

    def statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Import(names=names):
                for each in names:
                    if each.name not in _KERAS:
                        raise _NotReadError(phrase("an import of {name}", "{name}의 import", name=each.name), statement)
                    self.values[each.asname or each.name] = _Module("")
            case ast.ImportFrom(module=str(module), names=names, level=0):
                for each in names if module != "__future__" else ():
                    self.values[each.asname or each.name] = self.imported(module, each.name, statement)
            case ast.Expr(value=ast.Constant(value=str())):
                pass
            case ast.Assign(targets=targets, value=value):
                found = self.value(value)
                for target in targets:
                    self.bind(target, found)
            case _:
                raise _NotReadError(_kind(statement), statement)

    def imported(self, module: str, name: str, statement: ast.stmt) -> object:
        whole = f"{module}.{name}"
        if whole in _KERAS:
            return _Module("")
        for keras in _KERAS:
            if module == keras or module.startswith(f"{keras}."):
                inside = module[len(keras) + 1 :]
                if not inside or inside in _MODULES:
                    return self.member(_Module(inside), name, statement)
        raise _NotReadError(phrase("an import of {name}", "{name}의 import", name=whole), statement)

    def member(self, module: _Module, name: str, node: ast.AST) -> object:
        try:
            return module.member(name)
        except KeyError:
            whole = ".".join(filter(None, ("keras", module.name, name)))
            raise _NotReadError(phrase("{name}", "{name}", name=whole), node) from None

    def bind(self, target: ast.expr, value: object) -> None:
        match target:
            case ast.Name(id=name):
                self.values[name] = value
            case ast.Tuple(elts=targets) | ast.List(elts=targets) if isinstance(value, (tuple, list)):
                if len(targets) != len(value):
                    facts = {"names": len(targets), "values": len(value)}
                    words = phrase("{names} names for {values} values", "값 {values}개에 이름 {names}개", **facts)
                    raise _NotReadError(words, target)
                for each, part in zip(targets, value, strict=True):
                    self.bind(each, part)
            case _:
                raise _NotReadError(_kind(target), target)

    def value(self, node: ast.expr) -> Any:
        """What an expression gives: a literal, something of Keras', a layer, a tensor or several."""
        match node:
            case ast.Constant(value=None | bool() | int() | float() | str() as value):
                return value
            case ast.Constant(value=value) if value is ...:
                return value
            case ast.Tuple(elts=items):
                return tuple(map(self.value, items))
            case ast.List(elts=items):
                return list(map(self.value, items))
            case ast.Dict(keys=keys, values=values):
                return {self.key(each, node): self.value(value) for each, value in zip(keys, values, strict=True)}
            case ast.Slice(lower=lower, upper=upper, step=step):
                return slice(*(None if each is None else self.value(each) for each in (lower, upper, step)))
            case ast.Name(id=name) if name in self.values:
                if self.values[name] is _MissingError:
                    raise _MissingError
                return self.values[name]
            case ast.Name(id=name):
                raise _NotReadError(phrase("the name {name}", "이름 {name}", name=name), node)
            case ast.Attribute(value=inner, attr=name) if isinstance(module := self.value(inner), _Module):
                return self.member(module, name, node)
            case ast.Call():
                return self.called(node)
            case ast.Subscript(value=inner, slice=key):
                return self.part(self.value(inner), self.value(key), node)
            case ast.UnaryOp(op=sign, operand=inner):
                return self.signed(sign, self.value(inner), node)
            case ast.BinOp(left=left, op=sign, right=right) | ast.Compare(left=left, ops=[sign], comparators=[right]):
                return self.joined(sign, self.value(left), self.value(right), node)
        raise _NotReadError(_kind(node), node)

    def key(self, node: ast.expr | None, whole: ast.expr) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        raise _NotReadError(phrase("a key that is no text", "글이 아닌 키"), node or whole)

    def called(self, node: ast.Call) -> Any:
        match node:
            case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value="inf" | "-inf" | "nan" as number)]):
                return float(number)
        function = self.value(node.func)
        layer = isinstance(function, (Layer, partial)) or function in (Input, _model)
        if not layer and not (isinstance(function, type) and issubclass(function, Layer)):
            raise _NotReadError(phrase("a call of what is no layer", "레이어가 아닌 것의 호출"), node)
        if any(isinstance(each, ast.Starred) for each in node.args) or any(each.arg is None for each in node.keywords):
            raise _NotReadError(phrase("a call with *", "*가 있는 호출"), node)
        arguments = [self.value(each) for each in node.args]
        named = {each.arg: self.value(each.value) for each in node.keywords if each.arg is not None}
        try:
            return function(*arguments, **named)
        except (TypeError, ValueError) as error:  # of Python, where the names don't fit
            raise _NotReadError(phrase("{said}", "{said}", said=str(error)), node) from None

    def part(self, whole: object, key: object, node: ast.expr) -> object:
        """Of several tensors one, of a tensor a part."""
        if isinstance(whole, SymbolicTensor):
            return whole[key]
        if isinstance(whole, (tuple, list)) and isinstance(key, int) and -len(whole) <= key < len(whole):
            return whole[key]
        raise _NotReadError(phrase("an index", "인덱스"), node)

    def signed(self, sign: ast.unaryop, value: Any, node: ast.expr) -> Any:
        if isinstance(sign, ast.USub) and isinstance(value, (int, float)):
            return -value
        operations = {ast.USub: "negative", ast.Invert: "logical_not"}
        if isinstance(value, SymbolicTensor) and type(sign) in operations:
            return operate(f"ops.{operations[type(sign)]}", value)
        raise _NotReadError(_kind(node), node)

    def joined(self, sign: ast.AST, one: Any, other: Any, node: ast.expr) -> Any:
        """Two tensors, or a tensor and a number, by an operator; or plain arithmetic on two numbers."""
        if type(sign) in _OPERATORS and (isinstance(one, SymbolicTensor) or isinstance(other, SymbolicTensor)):
            return operate(f"ops.{_OPERATORS[type(sign)]}", one, other)
        if type(sign) in _ARITHMETIC and isinstance(one, (int, float)) and isinstance(other, (int, float)):
            try:
                return _ARITHMETIC[type(sign)](one, other)
            except (ArithmeticError, ValueError) as error:
                raise _NotReadError(phrase("{said}", "{said}", said=str(error)), node) from None
        raise _NotReadError(_kind(node), node)


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
    ast.ClassDef: phrase("a class", "클래스"),
    ast.JoinedStr: phrase("an f-string", "f-문자열"),
    ast.Expr: phrase("a line that makes nothing", "아무것도 만들지 않는 줄"),
    ast.Attribute: phrase("an attribute", "속성"),
}


def _kind(node: ast.AST) -> Phrase:
    """What a piece of code is, in a word that people use."""
    return _KINDS.get(type(node)) or phrase("{name}", "{name}", name=type(node).__name__)
