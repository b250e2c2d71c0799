"""All checks on one plan: its errors with repairs, or where it has none, what every check finds."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from lamella.checks.check import CHECKS
from lamella.checks.repairs import repairs
from lamella.design import INPUT, Node
from lamella.errors import Problem
from lamella.planning.plan import Plan
from lamella.planning.trial import walked
from lamella.texts.languages import Phrase, Text, phrase
from lamella.texts.problems import PROBLEMS

_OF_SIZES: Final = ("merge shapes", "window too large", "output empty", "reshape", "products", "blocks", "no size fits")
"""Errors that other sizes can mend."""

_OFTEN: Final = 224
"""A size of pictures, halved five times without rest."""

_EXPECTED: Final = ("expect not met", "expect not known", "expect unknown")
"""Errors of expectations: the design itself is whole, and can be asked."""

_TRIED: Final = (*_OF_SIZES, *_EXPECTED)


def findings(plan: Plan, select: Collection[str] = (), ignore: Collection[str] = ()) -> tuple[Problem, ...]:
    """What is wrong or doubtful, in the order of the file. Codes may be beginnings: LAM3 stands for LAM301 to LAM399.

    Errors are always told. With `select` only these codes are asked of the checks, and never those in `ignore`.
    """
    found = [*_repaired(plan)]
    if all(each.key in _EXPECTED for each in plan.errors):
        for code, kind in sorted(CHECKS.items()):
            if (not select or code.startswith(tuple(select))) and not code.startswith(tuple(ignore) or ("-",)):
                found += kind().find(plan)
    wanted = [
        each
        for each in found
        if each.severity == "error"
        or ((not select or each.code.startswith(tuple(select))) and not each.code.startswith(tuple(ignore) or ("-",)))
    ]
    return tuple(sorted(wanted, key=lambda each: (each.where.line or 0, each.where.column or 0)))


def _repaired(plan: Plan) -> Iterator[Problem]:
    """The plan's own findings; the first error of sizes with what mends it."""
    mended = False
    for each in plan.findings:
        if mended or each.key not in _OF_SIZES or any(other.key not in _TRIED for other in plan.errors):
            yield each
            continue
        mended = True
        words = each.words
        both = Text(f"{words.fix.en} {{repair}}".strip(), f"{words.fix.ko} {{repair}}".strip())
        repair = _broken_at(plan) if each.key == "no size fits" else repairs(plan, returning=False)
        facts = {**each.facts, "repair": repair}
        yield each if repair is None else replace(each, facts=facts, own=words._replace(fix=both))


def _broken_at(plan: Plan) -> Phrase | None:
    """The layer where a design that no open size fits breaks for a size that pictures often have."""
    nodes = tuple(_fixed(node) if node.type == INPUT else node for node in plan.design.nodes)
    wrong = [each for each in walked(replace(plan.design, nodes=nodes, expect={})).findings if each.key in _OF_SIZES]
    if not wrong:
        return None
    facts = {"size": _OFTEN, "name": wrong[0].where.layer, **wrong[0].parts()}
    return phrase(
        "With {size} it breaks at '{name}': {said}", "크기 {size}에서 어긋나는 곳은 '{name}'입니다. {said}", **facts
    )


def _fixed(node: Node) -> Node:
    shape = node.arguments.get("shape")
    if not isinstance(shape, tuple):
        return node
    sizes = (*(_OFTEN if size is None else size for size in shape[:-1]), *shape[-1:])
    return replace(node, arguments={**node.arguments, "shape": sizes})


def changes(found: Collection[Problem]) -> dict[str, dict[str, object]]:
    """What mends findings without changing what the design can compute: layer -> argument -> value."""
    mended: dict[str, dict[str, object]] = {}
    for each in found:
        kind = CHECKS.get(each.code)
        if kind is not None and each.where.layer is not None and (change := kind().change(each)):
            mended.setdefault(each.where.layer, {}).update(change)
    return mended


def known_codes() -> list[str]:
    """All codes that a design can be found to have: of errors, warnings and checks."""
    return sorted({*(each.code for each in PROBLEMS.values() if each.code.startswith("LAM0")), *CHECKS})
