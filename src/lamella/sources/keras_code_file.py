"""Python code of Keras' functional and sequential API, read as data: the text is parsed, never run.

Straight-line code is read: imports of Keras, assignments of layers, their calls and literals, models. Each name of
Keras means lamella's own layer or operation; nothing else can be called. What is not read is passed over where the
model can't depend on it, and named where it may.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import IO, Final

from lamella.design import Design
from lamella.errors import DesignError, Place, Problem, SourceError, problem
from lamella.layers import REGISTRY
from lamella.layers.symbolic import written
from lamella.sources import text
from lamella.sources.keras_code_models import Chain, Network, inside
from lamella.sources.keras_code_reach import VERBS, is_import, reach
from lamella.sources.keras_code_values import MODULES, TENSORFLOW, MissingError, Module, NotReadError, Values
from lamella.sources.keras_code_words import kind
from lamella.texts.languages import Phrase, phrase

_MOST_PROBLEMS: Final = 50
"""Lines that are not read, after which the rest is not looked at: this is another kind of program."""

_LONG: Final = 10_000
"""Bytes before a place in its line."""

_SIGNS: Final = (b",", b"(", b"[", b"{", b"=", b"\n", b";", b":", b".", b"+", b"-", b"*", b"<", b">", b" ")
_MOST_SIGNS: Final = 150_000
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
    data = text(file, name)
    module = _parsed(data, name)
    try:
        return _Reader(name, data).design(module)
    except RecursionError:
        raise SourceError(problem("not python", Place(name), reason=_TOO_DEEP)) from None


_LOOPS: Final = phrase("Write repetitions as loops.", "되풀이는 반복문으로 써 주세요.")


def _parsed(data: bytes, file: str) -> ast.Module:
    from warnings import catch_warnings, simplefilter

    if sum(data.count(sign) for sign in _SIGNS) > _MOST_SIGNS:
        what = phrase("holds a very long program", "아주 긴 프로그램입니다")
        limit = phrase("{most} commas, brackets and lines", "쉼표와 괄호와 줄 {most}개", most=f"{_MOST_SIGNS:,}")
        raise SourceError(problem("too much", Place(file), what=what, limit=limit, advice=_LOOPS))
    try:
        with catch_warnings():
            simplefilter("ignore")  # of odd escapes in text
            return ast.parse(data, file)
    except SyntaxError as error:
        where = Place(file, error.lineno or None, error.offset if (error.offset or 0) > 0 else None)
        raise SourceError(problem("not python", where, reason=error.msg)) from None
    except (ValueError, RecursionError, MemoryError) as error:
        reason = str(error) if isinstance(error, ValueError) else _TOO_DEEP
        raise SourceError(problem("not python", Place(file), reason=reason)) from None


class _Reader(Values):
    """The lines one after the other. What is not read matters only where the model may depend on it."""

    def __init__(self, file: str, data: bytes) -> None:
        super().__init__()
        self.file = file
        self.lines = [(each.isascii(), each) for each in data.split(b"\n")]
        self.wrong: list[Problem] = []
        self.unread: list[NotReadError] = []
        self.blocking: list[NotReadError] = []
        """What is not read and stands, as far as can be told, where a model is made."""
        self.exposed: dict[str, NotReadError] = {}
        """Names that a function, which may be called at any time, may change the values of."""
        self.trained: set[int] = set()
        """The models that are compiled, by identity."""

    def design(self, module: ast.Module) -> Design:
        self.block(module.body)
        for name, cause in self.exposed.items():
            self.may_change(self.values.get(name), cause)
        made = {id(each): each for each in self.values.values() if isinstance(each, (Network, Chain))}
        found = [each for key, each in made.items() if key not in self.called_models] or list(made.values())
        chosen = [each for each in found if id(each) in self.trained] if len(found) > 1 else found
        if self.wrong:
            raise (
                SourceError([*map(self.said, self.blocking), *self.wrong]) if self.blocking else DesignError(self.wrong)
            )
        self.refuse(self.blocking or ([] if found else self.likely()))
        if len(chosen) != 1:
            raise SourceError(problem("code models", Place(self.file), count=len(found), suggestion=_fix(len(found))))
        (model,) = chosen
        network = self.graph(model)
        held = (id(each) for whole in (model, network) for each in inside(whole))
        self.refuse([self.changed[each][1] for each in held if each in self.changed])
        return network.design

    def graph(self, model: Network | Chain) -> Network:
        try:
            return model if isinstance(model, Network) else model.network()
        except DesignError as error:
            raise DesignError(each.at(Place(self.file)) for each in error.problems) from None
        except SourceError as error:
            raise SourceError(each.at(Place(self.file)) for each in error.problems) from None

    def likely(self) -> list[NotReadError]:
        """Of what is not read, that for which there may be no model."""
        some = [each for each in self.unread if not is_import(each.node)]
        return [each for each in some if not isinstance(each.node, ast.Expr)] or some or self.unread

    def refuse(self, causes: Sequence[NotReadError]) -> None:
        """Raises `SourceError` with what is not read, if anything."""
        several = {(id(each.node), str(each.what)): each for each in causes}
        if several:
            raise SourceError(self.said(each) for each in list(several.values())[:_MOST_PROBLEMS])

    def said(self, cause: NotReadError) -> Problem:
        return problem("code not read", self.place(cause.node), what=cause.what)

    def place(self, node: ast.AST) -> Place:
        """Line and column, which Python counts in bytes; none in a line so long that counting would take time."""
        line, byte = getattr(node, "lineno", None), getattr(node, "col_offset", 0)
        if line is None:
            return Place(self.file)
        plain, before = self.lines[line - 1] if line <= len(self.lines) else (True, b"")
        if plain:
            return Place(self.file, line, byte + 1)
        return Place(self.file, line, len(before[:byte].decode(errors="replace")) + 1 if byte < _LONG else None)

    def made_at(self, node: ast.AST) -> Place:
        return self.place(node)

    def block(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            if isinstance(statement, ast.If) and _is_main(statement):
                self.block(statement.body)
                continue
            token = written.set(self.place(statement))
            try:
                self.statement(statement)
            except NotReadError as cause:
                self.not_read(statement, NotReadError(cause.what, cause.node))  # without the frames of the one raised
            except DesignError as error:
                self.wrong += error.at(self.place(statement)).problems
                self.values.update(dict.fromkeys(reach(statement).gives, MissingError))
            except SourceError as error:
                raise SourceError(each.at(self.place(statement)) for each in error.problems) from None
            except MissingError:
                self.values.update(dict.fromkeys(reach(statement).gives, MissingError))
            finally:
                written.reset(token)

    def not_read(self, statement: ast.stmt, cause: NotReadError) -> None:
        """Takes note of everything that a statement which is not read may make or change."""
        self.unread.append(cause)
        found = reach(statement)
        defines = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        if found.makes_model and not defines:
            self.blocking.append(cause)
        for name in found.changes:
            if defines:
                self.exposed.setdefault(name, cause)
            else:
                self.may_change(self.values.get(name), cause)
        self.values.update(dict.fromkeys(found.gives, cause))

    def may_change(self, value: object, cause: NotReadError) -> None:
        if id(value) not in self.changed:
            for each in inside(value):
                self.changed.setdefault(id(each), (each, cause))

    def statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Import(names=names):
                for each in names:
                    self.imports(each, statement)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                for each in names if module != "__future__" else ():
                    try:
                        self.values[each.asname or each.name] = self.imported(module, each.name, statement)
                    except NotReadError as cause:
                        self.unread.append(cause)
                        self.values[each.asname or each.name] = cause
            case ast.Expr(value=ast.Constant(value=str())) | ast.Pass():
                pass
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="add" | "build"))) if (
                isinstance(self.values.get(name), Chain)
            ):
                self.value(statement.value)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=verb))) if verb in VERBS:
                self.verb(self.values.get(name), verb)
                raise NotReadError(kind(statement), statement)
            case ast.Assign(targets=targets, value=value):
                found = self.value(value)
                for target in targets:
                    self.bind(target, found)
            case ast.AnnAssign(target=target, value=value):
                if value is not None:
                    self.bind(target, self.value(value))
            case ast.AugAssign(target=ast.Name(id=name) as target, op=sign, value=value) if not isinstance(
                self.values.get(name), list
            ):
                old = self.value(ast.copy_location(ast.Name(name, ast.Load()), target))
                self.bind(target, self.joined(sign, old, self.value(value), value))
            case _:
                raise NotReadError(kind(statement), statement)

    def verb(self, model: object, verb: str) -> None:
        """Takes note of what is done with a model."""
        if verb == "compile" and isinstance(model, (Network, Chain)):
            self.trained.add(id(model))
        elif verb in ("compile", "summary") and isinstance(model, NotReadError) and not is_import(model.node):
            self.blocking.append(model)

    def imports(self, alias: ast.alias, statement: ast.stmt) -> None:
        """`import x`, `import x.y` (which gives x its name) and `import x.y as z`."""
        whole = alias.name if alias.asname else alias.name.partition(".")[0]
        keras = next((each for each in _KERAS if whole == each or whole.startswith(f"{each}.")), None)
        inside = whole[len(keras) + 1 :] if keras else ""
        if keras is not None and (not inside or inside in MODULES):
            self.values[alias.asname or whole] = Module(inside)
        elif whole == TENSORFLOW:
            self.values[alias.asname or whole] = Module(TENSORFLOW)
        else:
            cause = NotReadError(phrase("an import of {name}", "{name}의 import", name=alias.name), statement)
            self.unread.append(cause)
            self.values[alias.asname or whole] = cause

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


def _is_main(statement: ast.If) -> bool:
    """`if __name__ == "__main__":` without an else."""
    match statement:
        case ast.If(
            test=ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant("__main__")]),
            orelse=[],
        ):
            return True
    return False


def _fix(count: int) -> Phrase:
    if count:
        return phrase(
            "Compile the one that is meant, or leave one only.", "뜻하는 모델만 compile 하거나 하나만 남기세요."
        )
    return phrase(
        "End it with model = keras.Model(inputs, outputs).", "model = keras.Model(inputs, outputs) 로 끝내 주세요."
    )
