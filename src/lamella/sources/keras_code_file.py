"""Python code of Keras' functional API, read as data: the text is parsed, never run.

Only straight-line code is read: imports of Keras, assignments of layers, their calls and literals, one `keras.Model`.
Each name of Keras means lamella's own layer or operation; nothing else can be called.
"""

from __future__ import annotations

import ast
import re
from typing import IO, Final

from lamella.design import Design
from lamella.errors import DesignError, Place, Problem, SourceError, problem
from lamella.layers import REGISTRY
from lamella.layers.symbolic import written
from lamella.sources import text
from lamella.sources.keras_code_values import MODULES, MissingError, Module, NotReadError, Values, kind
from lamella.texts.languages import phrase

_MOST_PROBLEMS: Final = 50
"""Lines that are not read, after which the rest is not looked at: this is another kind of program."""

_SIGNS: Final = (b",", b"(", b"[", b"{", b"=", b"\n", b";", b":", b".", b"+", b"-", b"*", b"<", b">", b" ")
_MOST_SIGNS: Final = 300_000
"""Each may begin a part of the program, for which Python takes half a kilobyte; NASNetMobile has 16,000."""

_KERAS: Final = ("keras", "tensorflow.keras", "tf_keras", "lamella")


_IMPORT: Final = re.compile(rb"^(\xef\xbb\xbf)?(import|from)[ \t]+[A-Za-z_]", re.MULTILINE)
_TOO_DEEP: Final = phrase("it is nested too deep", "너무 깊이 중첩되어 있습니다")


def match(ending: str, start: bytes) -> bool:
    """Python by its ending; text without one by a line that imports something, which no design file has."""
    return ending == ".py" or (not ending and b"\0" not in start and _IMPORT.search(start) is not None)


def load(file: IO[bytes], name: str) -> Design:
    """The design that the code's one `keras.Model` is.

    Raises `SourceError` with every line that is no such code, `DesignError` with every layer that is wrong.
    """
    module = _parsed(text(file, name), name)
    try:
        return _Reader(name).design(module)
    except RecursionError:
        raise SourceError(problem("not python", Place(name), reason=_TOO_DEEP)) from None


def _parsed(data: bytes, file: str) -> ast.Module:
    from warnings import catch_warnings, simplefilter

    if sum(data.count(sign) for sign in _SIGNS) > _MOST_SIGNS:
        what = phrase("holds a very long program", "아주 긴 프로그램입니다")
        limit = phrase("{most} commas, brackets and lines", "쉼표와 괄호와 줄 {most}개", most=f"{_MOST_SIGNS:,}")
        raise SourceError(problem("too much", Place(file), what=what, limit=limit))
    try:
        with catch_warnings():
            simplefilter("ignore")  # of odd escapes in text
            return ast.parse(data, file)
    except SyntaxError as error:
        where = Place(file, error.lineno, error.offset)
        raise SourceError(problem("not python", where, reason=error.msg)) from None
    except (ValueError, RecursionError, MemoryError) as error:
        reason = str(error) if isinstance(error, ValueError) else _TOO_DEEP
        raise SourceError(problem("not python", Place(file), reason=reason)) from None


class _Reader(Values):
    """The lines one after the other, with everything that is wrong in them."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.problems: list[Problem] = []
        self.wrong: list[Problem] = []

    def design(self, module: ast.Module) -> Design:
        for statement in module.body:
            token = written.set(self.place(statement))
            try:
                self.statement(statement)
            except NotReadError as found:
                self.problems.append(problem("code not read", self.place(found.node), what=found.what))
                self.forget(statement)
                if len(self.problems) == _MOST_PROBLEMS:
                    break
            except DesignError as error:
                self.wrong += [each.at(self.place(statement)) for each in error.problems]
                self.forget(statement)
            except MissingError:
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
                self.values[each.id] = MissingError
            elif isinstance(each, ast.alias):
                self.values[each.asname or each.name] = MissingError

    def statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Import(names=names):
                for each in names:
                    if each.name not in _KERAS:
                        raise NotReadError(phrase("an import of {name}", "{name}의 import", name=each.name), statement)
                    self.values[each.asname or each.name] = Module("")
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
                raise NotReadError(kind(statement), statement)

    def imported(self, module: str, name: str, statement: ast.stmt) -> object:
        whole = f"{module}.{name}"
        if whole in _KERAS:
            return Module("")
        own = REGISTRY.get(name)
        if own is not None and own.home == module:
            return own
        for keras in _KERAS:
            if module == keras or module.startswith(f"{keras}."):
                inside = module[len(keras) + 1 :]
                if not inside or inside in MODULES:
                    return self.member(Module(inside), name, statement)
        raise NotReadError(phrase("an import of {name}", "{name}의 import", name=whole), statement)

    def bind(self, target: ast.expr, value: object) -> None:
        match target:
            case ast.Name(id=name):
                self.values[name] = value
            case ast.Tuple(elts=targets) | ast.List(elts=targets) if isinstance(value, (tuple, list)):
                if len(targets) != len(value):
                    facts = {"names": len(targets), "values": len(value)}
                    words = phrase("{names} names for {values} values", "값 {values}개에 이름 {names}개", **facts)
                    raise NotReadError(words, target)
                for each, part in zip(targets, value, strict=True):
                    self.bind(each, part)
            case _:
                raise NotReadError(kind(target), target)
