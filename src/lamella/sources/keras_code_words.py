"""Pieces of Python in words that people use."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Final

from lamella.texts.languages import Phrase, phrase

SIGNS: Final[Mapping[type[ast.AST], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.And: "and",
    ast.Or: "or",
    ast.Not: "not",
    ast.USub: "-",
    ast.UAdd: "+",
    ast.Invert: "~",
}
_KINDS: Final[Mapping[type[ast.AST], Phrase]] = {
    **dict.fromkeys((ast.For, ast.AsyncFor, ast.While), phrase("a loop", "반복문")),
    **dict.fromkeys((ast.If, ast.IfExp, ast.Match), phrase("a condition", "조건문")),
    **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda), phrase("a function", "함수")),
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp), phrase("a comprehension", "내포")),
    **dict.fromkeys((ast.Tuple, ast.List), phrase("a list of names", "이름의 목록")),
    **dict.fromkeys((ast.With, ast.AsyncWith), phrase("a with block", "with 블록")),
    **dict.fromkeys((ast.Yield, ast.YieldFrom, ast.Await), phrase("a pause (await, yield)", "await나 yield")),
    ast.ClassDef: phrase("a class", "클래스"),
    ast.Try: phrase("a try block", "try 블록"),
    ast.Raise: phrase("a raise", "raise 문"),
    ast.Assert: phrase("an assert", "assert 문"),
    ast.Delete: phrase("a del", "del 문"),
    ast.JoinedStr: phrase("an f-string", "f-문자열"),
    ast.Expr: phrase("a line that makes no layer (delete it)", "레이어를 만들지 않는 줄(지워 주세요)"),
    ast.Attribute: phrase("an attribute", "속성"),
    ast.Subscript: phrase("an assignment to a part ([...] = )", "일부에 넣는 대입([...] = )"),
    ast.Starred: phrase("a * before a value", "값 앞의 *"),
    ast.Set: phrase("a set", "집합"),
    ast.NamedExpr: phrase("an assignment inside an expression (:=)", "식 안의 대입(:=)"),
    ast.Constant: phrase("a literal of this kind", "이런 종류의 값"),
    ast.AnnAssign: phrase("an annotated assignment", "타입을 적은 대입"),
    ast.AugAssign: phrase("an assignment such as +=", "+= 같은 대입"),
    ast.ImportFrom: phrase("an import from the same folder", "같은 폴더에서의 import"),
    **dict.fromkeys((ast.Global, ast.Nonlocal), phrase("a global", "global 문")),
}


def kind(node: ast.AST) -> Phrase:
    """What a piece of code is."""
    match node:
        case ast.BinOp(op=sign) | ast.AugAssign(op=sign) | ast.BoolOp(op=sign) | ast.Compare(ops=[sign, *_]):
            return phrase("{sign} of such values", "이런 값들의 {sign}", sign=SIGNS[type(sign)])
        case ast.UnaryOp(op=sign):
            return phrase("{sign} of such a value", "이런 값의 {sign}", sign=SIGNS[type(sign)])
    return _KINDS.get(type(node)) or phrase("such a statement", "이런 문장")
