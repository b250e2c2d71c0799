"""What a piece of code that is not read may make or change: names, and never more than these can tell."""

from __future__ import annotations

import ast
from typing import Final, NamedTuple

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

_MAKES: Final = frozenset({"Model", "Sequential"})


class Reach(NamedTuple):
    """What a statement may do: change the values of names, give names other values, make a model."""

    changes: set[str]
    gives: set[str]
    makes_model: bool


def reach(statement: ast.stmt) -> Reach:
    """What a statement may do, by the names in it; of a function, what it may do when it is called."""
    changes, gives, outside, makes = set[str](), set[str](), set[str](), False
    waiting: list[ast.AST] = [statement]
    while waiting:
        each = waiting.pop()
        match each:
            case ast.expr_context():
                continue
            case ast.Name(id=name, ctx=ast.Load()):
                changes.add(name)
                continue
            case ast.Name(id=name) | ast.alias(asname=str(name)) | ast.arg(arg=name):
                gives.add(name)
            case ast.alias(name=name):
                gives.add(name.partition(".")[0])
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                gives.add(name)
            case ast.Global(names=names):
                outside.update(names)
            case ast.AugAssign(target=ast.Name(id=name)):
                changes.add(name)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                makes = makes or name in _MAKES
                if name in _LOOKS or (name in VERBS and isinstance(each.func, ast.Attribute)):
                    if not isinstance(getattr(each.func, "value", each.func), ast.Name):
                        waiting.append(each.func)
                    given = (*each.args, *(one.value for one in each.keywords))
                    waiting += [one for one in given if not isinstance(one, ast.Name)]
                    continue
        waiting += ast.iter_child_nodes(each)
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        changes = changes - gives | outside
    return Reach(changes, gives, makes)


def is_import(node: ast.AST) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom))
