"""The design file: YAML to a Design."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import IO

from lamella.design import INPUT, Design, Gives, Node
from lamella.errors import Place, Problem, SourceError, problem
from lamella.layers import ALIASES, normal_form
from lamella.layers.arguments import NAME, Wrong, is_integer
from lamella.layers.base import REGISTRY, did_you_mean
from lamella.layers.calling import normal_call
from lamella.layers.tracing import Names
from lamella.sources import text
from lamella.sources.yaml_values import Value, parse, scalar
from lamella.texts.languages import Phrase, phrase, show

KEYS = ("name", "input", "inputs", "layers", "outputs", "expect")
_OWN = ("name", "from", "shares", "call", "gives")
_ROUND = re.compile(r"\([-0-9_,. ]+\)")
_NAMES = {
    "from": phrase("a layer's name or a list of them", "레이어 이름 또는 그 목록"),
    "outputs": phrase("a layer's name, a list of them, or a mapping", "레이어 이름, 그 목록 또는 매핑"),
}
_LAYER = phrase("one layer type with its arguments", "레이어 종류 하나와 그 인자")
_LAYER_FIX = phrase(
    "Write - Conv2D: {{filters: 16, kernel_size: 3}}.", "이렇게 적어 주세요: - Conv2D: {{filters: 16, kernel_size: 3}}."
)


def match(ending: str, start: bytes) -> bool:
    """YAML by its ending; text without one (standard input) is taken for YAML too."""
    return ending in (".yaml", ".yml") or (not ending and b"\0" not in start)


def load(file: IO[bytes], name: str) -> Design:
    """The design in an open YAML file. Raises `SourceError`."""
    return read(text(file, name), name)


def read(data: bytes, file: str) -> Design:
    """The design in a YAML text. Raises `SourceError` where the text is no mapping of plain data.

    What is wrong inside (an entry of the wrong form, an unknown key) is kept in `Design.problems`.
    """
    root = parse(data, file)
    entries = root.mapping()
    if entries is None:
        expected = phrase("entries such as input: and layers:", "input: 과 layers: 같은 항목")
        what = phrase("A design file", "설계 파일")
        where = Place(file, root.line, root.column)
        raise SourceError(problem("entry", where, what=what, expected=expected, received=_kind(root), suggestion=""))
    return _Reading(file, root, entries).design()


@dataclass
class _Written:
    """A layer as it stands in the file, before automatic names are given."""

    type: str
    where: Place
    name: str | None = None
    arguments: dict[str, object] = field(default_factory=dict)
    inputs: list[str] | None = None
    shares: str | None = None
    gives: Gives | None = None
    called: dict[str, object] = field(default_factory=dict)
    marks: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass
class _Reading:
    file: str
    root: Value
    entries: dict[str, Value]
    problems: list[Problem] = field(default_factory=list)

    def design(self) -> Design:
        for key, mark in self.root.keys.items():
            if key not in KEYS:
                near = did_you_mean(key, KEYS)
                self.problems.append(problem("key unknown", Place(self.file, *mark), name=key, suggestion=near))
        written = [*self._inputs(), *self._layers()]
        names = Names(each.name for each in written if each.name is not None)
        nodes: list[Node] = []
        sources = next((index for index, each in enumerate(written) if each.type != INPUT), len(written))
        for each in written:
            name = each.name or (names.repeated(each.shares) if each.shares else names.automatic(each.type))
            inputs = each.inputs
            if inputs is None:
                first = each.type == INPUT or not nodes or (len(nodes) == sources > 1)
                inputs = [] if first else [nodes[-1].name]
            arguments = normal_form(each.type, each.arguments)
            called = normal_call(REGISTRY.get(each.type), each.called)
            nodes.append(
                Node(name, each.type, arguments, tuple(inputs), each.shares, each.gives, called, each.where, each.marks)
            )
        title = self._text("name") or ""
        expect = self._mapping("expect")
        outputs = self._outputs(nodes)
        return Design(title, tuple(nodes), outputs, expect, self._places(outputs), tuple(self.problems))

    def _places(self, outputs: dict[str, str]) -> dict[str, Place]:
        """Where outputs and expectations stand."""
        found = {"": Place(self.file, self.root.line, self.root.column)}
        if (value := self.entries.get("outputs")) is not None:
            listed = value.sequence() if value.sequence() is not None else [value]
            each = value.mapping() or {str(name.data): name for name in listed or ()}
            found |= {
                f"outputs.{key}": Place(self.file, at.line, at.column) for key, at in each.items() if key in outputs
            }
        if (expect := self.entries.get("expect")) is not None:
            found |= {f"expect.{key}": Place(self.file, *mark) for key, mark in expect.keys.items()}
        return found

    def _text(self, key: str) -> str | None:
        value = self.entries.get(key)
        if value is None or isinstance(value.data, str):
            return None if value is None else str(value.data)
        self._wrong(value, key, phrase("text", "글"))
        return None

    def _mapping(self, key: str) -> dict[str, object]:
        value = self.entries.get(key)
        if value is None or value.data is None:
            return {}
        if value.mapping() is None:
            self._wrong(
                value, key, phrase("a mapping such as {{params: '<= 1000'}}", "{{params: '<= 1000'}} 같은 매핑")
            )
            return {}
        plain = value.plain()
        return plain if isinstance(plain, dict) else {}

    def _inputs(self) -> list[_Written]:
        found = []
        if "input" in self.entries:
            found.append(self._input(None, self.entries["input"], "input"))
        several = self.entries.get("inputs")
        if several is not None:
            mapping = several.mapping()
            if mapping is None:
                self._wrong(
                    several,
                    "inputs",
                    phrase("names with shapes: {{image: [28, 28, 1]}}", "이름과 모양: {{image: [28, 28, 1]}}"),
                )
                listed = several.sequence() or []
                shapes = listed if any(each.sequence() is not None for each in listed) else [several]
                return [*found, *(self._input(None, each, f"inputs[{i}]") for i, each in enumerate(shapes))]
            for key, value in mapping.items():
                name = self._name(Value(key, *several.keys[key]), "inputs") or key
                found.append(self._input(name, value, f"inputs.{key}"))
        return found

    def _input(self, name: str | None, value: Value, path: str) -> _Written:
        where = Place(self.file, value.line, value.column, path)
        mapping = value.mapping()
        if mapping is None:
            return _Written(INPUT, where, name, {"shape": self._square(path, value).plain()})
        written = self._layer(INPUT, value, where)
        written.name, written.inputs, written.shares, written.gives = name or written.name, None, None, None
        return written

    def _layers(self) -> list[_Written]:
        value = self.entries.get("layers")
        if value is None or value.data is None:
            return []
        items = value.sequence()
        if items is None:
            self._wrong(value, "layers", phrase("a list of layers, each behind a -", "- 로 시작하는 레이어의 목록"))
            items = [
                Value({key: each}, *value.keys[key], {key: value.keys[key]})
                for key, each in (value.mapping() or {}).items()
            ] or [value]
        return [self._item(each, f"layers[{index}]") for index, each in enumerate(items)]

    def _item(self, item: Value, path: str) -> _Written:
        """One layer. What is no layer stays in its place as one of an unknown type: what follows is not known."""
        where = Place(self.file, item.line, item.column, path)
        if isinstance(item.data, str):
            return _Written(ALIASES.get(item.data, item.data), where)
        mapping = item.mapping()
        if not mapping:
            self._wrong(item, path, _LAYER, _LAYER_FIX)
            return _Written("?", where)
        if len(mapping) > 1:
            return self._beside(item, mapping, path)
        ((written, arguments),) = mapping.items()
        type_name, where = ALIASES.get(written, written), Place(self.file, *item.keys[written], path)
        if arguments.data is None:
            return _Written(type_name, where)
        if arguments.mapping() is None:
            kind = REGISTRY.get(type_name)
            example = next(iter(kind.arguments), "name") if kind else "name"
            fix = phrase(
                "Write - {type}: {{{argument}: ...}}.",
                "이렇게 적어 주세요: - {type}: {{{argument}: ...}}.",
                type=type_name,
                argument=example,
            )
            spot = Value(arguments.data, *item.keys[written])
            self._wrong(spot, written, phrase("arguments with their names", "이름을 붙인 인자들"), fix)
            return _Written(type_name, where)
        return self._layer(type_name, arguments, where)

    def _beside(self, item: Value, mapping: dict[str, Value], path: str) -> _Written:
        """Several keys behind one -: mostly a layer whose arguments are not indented."""
        (type_name, first), *rest = mapping.items()
        where = Place(self.file, *item.keys[type_name], path)
        type_name = ALIASES.get(type_name, type_name)
        kind = REGISTRY.get(type_name)
        if first.data is not None or kind is None or not all(key in _OWN or key in kind.arguments for key, _ in rest):
            self._wrong(item, path, _LAYER, _LAYER_FIX)
            return _Written("?", where)
        fix = phrase("Indent the arguments further than {type}.", "인자를 {type}보다 더 들여 쓰세요.", type=type_name)
        self._wrong(item, path, _LAYER, fix)
        return self._layer(type_name, Value(dict(rest), item.line, item.column, item.keys), where)

    def _layer(self, type_name: str, value: Value, where: Place) -> _Written:
        given = self._without_round(value.mapping() or {})
        marks = {key: (each.line, each.column) for key, each in given.items()}
        known = {*_OWN, *getattr(REGISTRY.get(type_name), "arguments", given)}
        unknown = [key for key in given if key not in known]
        marks |= {key: value.keys[key] for key in unknown}
        written = _Written(type_name, where, marks=marks)
        written.arguments = {key: each.plain() for key, each in given.items() if key not in _OWN}
        if "name" in given:
            written.name = self._name(given["name"], "name")
        if "shares" in given:
            written.shares = self._name(given["shares"], "shares")
        if "gives" in given:
            written.gives = self._shapes(given["gives"])
        if "call" in given:
            self._call(given["call"], written)
        if "from" in given:
            listed = given["from"].sequence()
            names = listed if listed is not None else [given["from"]]
            written.inputs = [self._name(each, "from") or show(each.plain()) for each in names]
        return written

    def _call(self, value: Value, written: _Written) -> None:
        """What a call says besides its inputs: flags, and the names of masks."""
        said = value.mapping()
        if said is None:
            expected = phrase("a mapping such as {{use_causal_mask: true}}", "{{use_causal_mask: true}} 같은 매핑")
            self._wrong(value, "call", expected)
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
                self._wrong(value, "gives", expected)
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
        return {key: each if key in _OWN else self._square(key, each) for key, each in found.items()}

    def _square(self, what: str, value: Value) -> Value:
        """The value; where it is (3, 3), the list that is meant, with the problem that it needs other brackets."""
        if not isinstance(value.data, str) or not _ROUND.fullmatch(value.data):
            return value
        items = [each.strip() for each in value.data[1:-1].split(",") if each.strip()]
        fix = phrase("Write {list}.", "{list} 로 적어 주세요.", list=f"[{', '.join(items)}]")
        self._wrong(value, what, phrase("a list in square brackets", "대괄호로 적은 목록"), fix)
        return replace(value, data=[Value(scalar(each), value.line, value.column) for each in items])

    def _name(self, value: Value, what: str) -> str | None:
        try:
            return str(NAME.parse(value.data))
        except Wrong as wrong:
            fix = (
                phrase("Try '{name}'.", "이렇게 적어 보세요: '{name}'.", name=wrong.suggestion)
                if wrong.suggestion
                else ""
            )
            self._wrong(value, what, _NAMES.get(what, NAME.expected), fix)
            return None if wrong.suggestion is None else str(wrong.suggestion)

    def _outputs(self, nodes: list[Node]) -> dict[str, str]:
        value = self.entries.get("outputs")
        if value is None:
            return {nodes[-1].name: nodes[-1].name} if nodes else {}
        if (mapping := value.mapping()) is not None:
            named = {key: self._name(each, f"outputs.{key}") for key, each in mapping.items()}
            return {key: name for key, name in named.items() if name is not None}
        listed = value.sequence()
        names = [self._name(each, "outputs") for each in (listed if listed is not None else [value])]
        return {name: name for name in names if name is not None}

    def _wrong(self, value: Value, what: str, expected: Phrase, fix: Phrase | str = "") -> None:
        where = Place(self.file, value.line, value.column)
        facts = {"what": what, "expected": expected, "received": _kind(value), "suggestion": fix}
        self.problems.append(problem("entry", where, **facts))


def _is_size(value: object) -> bool:
    return is_integer(value) and isinstance(value, int) and value >= 0


def _kind(value: Value) -> Phrase:
    if value.sequence() is not None:
        return phrase("a list", "목록")
    if value.data == {}:
        return phrase("an empty mapping", "빈 매핑")
    if value.mapping() is not None:
        return phrase(
            "a mapping with {keys:list}", "{keys:list} 항목이 있는 매핑", keys=list(value.mapping() or {})[:6]
        )
    return phrase("{value:value}", "{value:value}", value=value.data)
