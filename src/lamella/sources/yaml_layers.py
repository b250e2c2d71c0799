"""The entries under `layers:` of a design file: what stands behind one -, and what was meant where it is wrong."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field, replace

from lamella.design import Gives
from lamella.errors import DesignError, Place, Problem, problem
from lamella.layers import ALIASES
from lamella.layers.arguments import NAME, REQUIRED, Wrong, is_integer
from lamella.layers.base import REGISTRY, Layer
from lamella.sources.yaml_values import Value, scalar
from lamella.sources.yaml_writer import flow
from lamella.texts.languages import Phrase, phrase

_OWN = ("name", "from", "shares", "call", "frozen", "gives")
_ROUND = re.compile(r"\([-0-9_,. ]+\)")
NAMES = {
    "from": phrase("a layer's name or a list of them", "레이어 이름 또는 그 목록"),
    "outputs": phrase("a layer's name, a list of them, or a mapping", "레이어 이름, 그 목록 또는 매핑"),
}
_LAYER = phrase("one layer type with its arguments", "레이어 종류 하나와 그 인자")
LAYER_FIX = phrase(
    "Write - Conv2D: {{filters: 16, kernel_size: 3}}.", "이렇게 적어 주세요: - Conv2D: {{filters: 16, kernel_size: 3}}."
)
NO_TYPE = "?"
"""The type that stands in a plan for an entry that names none."""


@dataclass
class Written:
    """A layer as it stands in the file, before automatic names are given."""

    type: str
    where: Place
    name: str | None = None
    arguments: dict[str, object] = field(default_factory=dict)
    inputs: list[str] | None = None
    shares: str | None = None
    gives: Gives | None = None
    frozen: bool = False
    called: dict[str, object] = field(default_factory=dict)
    marks: dict[str, tuple[int, int]] = field(default_factory=dict)
    unread: bool = False


@dataclass
class Entries:
    """What is read of a file so far, and what is wrong in it."""

    file: str
    problems: list[Problem] = field(default_factory=list, init=False)

    def item(self, item: Value, path: str) -> Written:
        """One layer. What is no layer stays in its place, unread: what follows is not known."""
        where = Place(self.file, item.line, item.column, path)
        if isinstance(item.data, str) and item.data:
            return Written(ALIASES.get(item.data, item.data), where)
        mapping = item.mapping()
        if not mapping or "" in mapping:
            self.wrong(item, path, _LAYER, LAYER_FIX)
            return Written(NO_TYPE, where, unread=True)
        if len(mapping) > 1:
            return self._beside(item, mapping, path)
        ((written, arguments),) = mapping.items()
        type_name, where = ALIASES.get(written, written), Place(self.file, *item.keys[written], path)
        if arguments.data is None:
            return Written(type_name, where)
        if arguments.mapping() is None:
            return self._unnamed(type_name, arguments, where)
        return self.layer(type_name, arguments, where)

    def _unnamed(self, type_name: str, value: Value, where: Place) -> Written:
        """A layer with arguments that have no names: `- Dense: 10`. The plan goes on with what Python would take."""
        kind = REGISTRY.get(type_name)
        if kind is None:
            return Written(type_name, where)  # that there is no such layer is all there is to say
        listed = rounded(value)
        plain = value.plain() if listed is None else listed
        found = _by_position(kind, plain)
        shown = {name: flow(each) for name, each in found.items()} if found else _needed(kind, plain)
        fix = phrase(
            "Write - {type}: {{{arguments}}}.",
            "이렇게 적어 주세요: - {type}: {{{arguments}}}.",
            type=type_name,
            arguments=", ".join(f"{name}: {each}" for name, each in shown.items()),
        )
        spot = Value(value.data, where.line or 1, where.column or 1)
        self.wrong(spot, type_name, phrase("arguments with their names", "이름을 붙인 인자들"), fix)
        return Written(type_name, where, arguments=found, unread=not found)

    def _beside(self, item: Value, mapping: dict[str, Value], path: str) -> Written:
        """Several keys behind one -: mostly a layer whose arguments are not indented."""
        (type_name, first), *rest = mapping.items()
        where = Place(self.file, *item.keys[type_name], path)
        type_name = ALIASES.get(type_name, type_name)
        kind = REGISTRY.get(type_name)
        if first.data is not None or kind is None or not all(key in _OWN or key in kind.arguments for key, _ in rest):
            several = all(is_layer(key) for key in mapping)
            apart = phrase("Put each layer behind a - of its own.", "레이어마다 - 를 따로 적어 주세요.")
            self.wrong(item, path, _LAYER, apart if several else LAYER_FIX)
            return Written(NO_TYPE, where, unread=True)
        fix = phrase("Indent the arguments further than {type}.", "인자를 {type}보다 더 들여 쓰세요.", type=type_name)
        self.wrong(item, path, _LAYER, fix)
        return self.layer(type_name, Value(dict(rest), item.line, item.column, item.keys), where)

    def layer(self, type_name: str, value: Value, where: Place) -> Written:
        given = self._without_round(value.mapping() or {})
        marks = {key: (each.line, each.column) for key, each in given.items()}
        known = {*_OWN, *getattr(REGISTRY.get(type_name), "arguments", given)}
        unknown = [key for key in given if key not in known]
        marks |= {key: value.keys[key] for key in unknown}
        written = Written(type_name, where, marks=marks)
        written.arguments = {key: each.plain() for key, each in given.items() if key not in _OWN}
        if "name" in given:
            written.name = self.name(given["name"], "name")
        before = len(self.problems)
        if "shares" in given:
            written.shares = self.name(given["shares"], "shares")
        if "frozen" in given:
            written.frozen = given["frozen"].data is True
            if not written.frozen:
                self.wrong(given["frozen"], "frozen", phrase("true, or nothing at all", "true 또는 생략"))
        if "gives" in given:
            written.gives = self._shapes(self.square("gives", given["gives"]))
        if "call" in given:
            self._call(given["call"], written)
        if "from" in given:
            listed = given["from"].sequence()
            names = [self.name(each, "from") for each in (listed if listed is not None else [given["from"]])]
            written.inputs = [each for each in names if each is not None]
        if len(self.problems) > before:
            written.inputs, written.shares, written.gives, written.unread = [], None, None, True
        return written

    def _call(self, value: Value, written: Written) -> None:
        """What a call says besides its inputs: flags, and the names of masks."""
        said = value.mapping()
        if said is None:
            expected = phrase("a mapping such as {{use_causal_mask: true}}", "{{use_causal_mask: true}} 같은 매핑")
            self.wrong(value, "call", expected)
            return
        written.called = {key: each.plain() for key, each in said.items()}
        written.marks |= {key: mark for key, mark in value.keys.items() if key not in written.marks}

    def _shapes(self, value: Value) -> Gives | None:
        """The output shape of a layer that lamella does not know, or a list with one for each output."""
        plain = value.plain()
        several = isinstance(plain, list) and (not plain or any(isinstance(each, list) for each in plain))
        listed = plain if isinstance(plain, list) and several else [plain]
        found: list[tuple[int | None, ...] | None] = []
        for each in listed:
            sizes = [] if each is None else each
            if not isinstance(sizes, list) or not all(size is None or _is_size(size) for size in sizes):
                expected = phrase(
                    "a shape such as [14, 14, 32], or a list of shapes", "[14, 14, 32] 같은 모양 또는 그 목록"
                )
                self.wrong(value, "gives", expected)
                return None
            found.append(None if each is None else tuple(sizes))
        return tuple(found)

    def _without_round(self, given: dict[str, Value]) -> dict[str, Value]:
        """The arguments, with (3, 3) put together again: inside braces YAML takes it for "(3" and a key "3)"."""
        found: dict[str, Value] = {}
        opened = None
        for key, each in given.items():
            if opened is not None and each.data is None:
                found[opened] = replace(found[opened], data=f"{found[opened].data}, {key}")
                opened = None if key.endswith(")") else opened
                continue
            opened = key if isinstance(each.data, str) and each.data.startswith("(") else None
            found[key] = each
        return {key: each if key in _OWN else self.square(key, each) for key, each in found.items()}

    def square(self, what: str, value: Value) -> Value:
        """The value; where it is (3, 3), the list that is meant, with the problem that it needs other brackets."""
        items = rounded(value)
        if items is None:
            return value
        fix = phrase("Write {list}.", "이렇게 적어 주세요: {list}.", list=flow(items))
        self.wrong(value, what, phrase("a list in square brackets", "대괄호로 적은 목록"), fix)
        return replace(value, data=[Value(each, value.line, value.column) for each in items])

    def name(self, value: Value, what: str, known: Container[str] | None = None) -> str | None:
        """A layer's name; where it is none, the one that is probably meant, if it is among those known."""
        try:
            return str(NAME.parse(value.data))
        except Wrong as wrong:
            fix: Phrase | str = ""
            if wrong.suggestion is not None:
                fix = phrase("Try '{name}'.", "이렇게 적어 보세요: '{name}'.", name=wrong.suggestion)
            self.wrong(value, what, NAMES.get(what, NAME.expected), fix)
            meant = None if wrong.suggestion is None else str(wrong.suggestion)
            return meant if known is None or meant in known else None

    def wrong(self, value: Value, what: str, expected: Phrase, fix: Phrase | str = "") -> None:
        where = Place(self.file, value.line, value.column)
        facts = {"what": what, "expected": expected, "received": kind_of(value), "suggestion": fix}
        self.problems.append(problem("entry", where, **facts))


def is_layer(name: str) -> bool:
    """Whether a word is a layer type."""
    return ALIASES.get(name, name) in REGISTRY


def rounded(value: Value) -> list[object] | None:
    """What stands in round brackets, which are no list in YAML; None for anything else."""
    if not isinstance(value.data, str) or not _ROUND.fullmatch(value.data):
        return None
    return [scalar(each.strip()) for each in value.data[1:-1].split(",") if each.strip()]


def _by_position(kind: type[Layer], value: object) -> dict[str, object]:
    """The arguments that a value, or a list of values, is in Keras' order; empty where they make no layer."""
    names = [name for name, declared in kind.arguments.items() if not declared.keyword_only]
    for values in ([value], value if isinstance(value, list) else []):
        found: dict[str, object] = dict(zip(names, values, strict=False))
        if not values or len(values) > len(names):
            continue
        try:
            kind(**found)
        except DesignError:
            continue
        return found
    return {}


def _needed(kind: type[Layer], value: object) -> dict[str, str]:
    """The arguments that a layer can't be without, or its first one, with dots for what is not known of them."""
    required = [name for name, declared in kind.arguments.items() if declared.default is REQUIRED]
    names = required or [next(iter(kind.arguments))]
    known = value if isinstance(value, list) else [value]
    return dict.fromkeys(names, "...") | {
        name: flow(each)
        for name, each in zip(names, known, strict=False)
        if name in required and _takes(kind, name, each)
    }


def _takes(kind: type[Layer], name: str, value: object) -> bool:
    try:
        kind.arguments[name].kind.parse(value)
    except Wrong:
        return False
    return True


def _is_size(value: object) -> bool:
    return is_integer(value) and isinstance(value, int) and value >= 0


def kind_of(value: Value) -> Phrase:
    if value.sequence() is not None:
        return phrase("a list", "목록") if value.data else phrase("an empty list", "빈 목록")
    if value.data == {}:
        return phrase("an empty mapping", "빈 매핑")
    if value.mapping() is not None:
        return phrase(
            "a mapping with {keys:list}",
            "{keys:list} 항목이 있는 매핑",
            keys=[key or '""' for key in value.mapping() or {}][:6],
        )
    return phrase("{value:value}", "{value:value}", value=value.data)
