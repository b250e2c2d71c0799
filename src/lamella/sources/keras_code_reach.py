"""What a piece of code that is not read may make or change: names, and never more than these can tell."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

VERBS: Final = frozenset(
    {
        "compile",
        "count_params",
        "evaluate",
        "export",
        "fit",
        "load_weights",
        "predict",
        "save",
        "save_weights",
        "summary",
    }
)
"""Methods of a model that change no layer."""

_LOOKS: Final = frozenset({"print", "plot_model"})
"""Functions that only look at what they are given."""

_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def stored(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement makes or takes away."""
    for each in ast.walk(statement):
        if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load):
            yield each.id
        elif isinstance(each, ast.alias):
            yield each.asname or each.name.partition(".")[0]
        elif isinstance(each, _FUNCTIONS):
            yield each.name


def touched(statement: ast.stmt) -> set[str]:
    """The names of which a statement may change the values."""
    found: set[str] = set()
    waiting: list[ast.AST] = [statement]
    while waiting:
        each = waiting.pop()
        match each:
            case ast.Call(func=ast.Attribute(value=ast.Name(), attr=verb)) if verb in VERBS:
                waiting += _given(each)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _LOOKS:
                waiting += _given(each)
            case ast.AugAssign(target=ast.Name(id=name)):
                found.add(name)
                waiting.append(each.value)
            case ast.Name(id=name, ctx=ast.Load()):
                found.add(name)
            case _:
                waiting += ast.iter_child_nodes(each)
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return found - set(stored(statement)) - {each.arg for each in ast.walk(statement) if isinstance(each, ast.arg)}
    return found


def _given(call: ast.Call) -> list[ast.expr]:
    values = (*call.args, *(each.value for each in call.keywords))
    return [each for each in values if not isinstance(each, ast.Name)]


def makes_model(statement: ast.stmt) -> bool:
    """Whether a model may be made here, by the names of what is called."""
    for each in ast.walk(statement):
        match each:
            case ast.Call(func=ast.Name(id="Model" | "Sequential") | ast.Attribute(attr="Model" | "Sequential")):
                return True
    return False


def is_import(node: ast.AST) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom))
