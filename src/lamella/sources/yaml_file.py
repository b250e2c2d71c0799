"""The design file: YAML to a Design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from lamella.design import INPUT, Design, Node
from lamella.errors import Place, SourceError, problem
from lamella.layers import normal_form
from lamella.layers.arguments import closest
from lamella.layers.base import REGISTRY, did_you_mean
from lamella.layers.calling import normal_call
from lamella.layers.tracing import Names
from lamella.sources import text
from lamella.sources.yaml_layers import LAYER_FIX, NO_TYPE, Entries, Written, is_layer, kind_of
from lamella.sources.yaml_values import Value, parse
from lamella.texts.languages import phrase

KEYS = ("name", "input", "inputs", "layers", "outputs", "expect")
_INPUTS = phrase("names with shapes: {{image: [28, 28, 1]}}", "이름과 모양: {{image: [28, 28, 1]}}")


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
        raise SourceError(problem("entry", where, what=what, expected=expected, received=kind_of(root), suggestion=""))
    if not entries:
        raise SourceError(problem("file empty", Place(file)))
    return _Reading(file, root, entries).design()


@dataclass
class _Reading(Entries):
    root: Value
    entries: dict[str, Value]

    def design(self) -> Design:
        for key, mark in self.root.keys.items():
            if key not in KEYS:
                near, meant = did_you_mean(key, KEYS), closest(key, KEYS)
                self.problems.append(problem("key unknown", Place(self.file, *mark), name=key, suggestion=near))
                if meant is not None:
                    self.entries.setdefault(meant, self.entries[key])
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
                Node(
                    name,
                    each.type,
                    arguments,
                    tuple(inputs),
                    each.shares,
                    each.gives,
                    called,
                    each.unread,
                    each.frozen,
                    each.where,
                    each.marks,
                )
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
        plain = isinstance(value.data, (int, float)) and not isinstance(value.data, bool)
        fix = phrase("Try '{text}'.", "이렇게 적어 보세요: '{text}'.", text=value.data) if plain else ""
        self.wrong(value, key, phrase("text", "글"), fix)
        return None

    def _mapping(self, key: str) -> dict[str, object]:
        value = self.entries.get(key)
        if value is None or value.data is None:
            return {}
        if value.mapping() is None:
            self.wrong(value, key, phrase("a mapping such as {{params: '<= 1000'}}", "{{params: '<= 1000'}} 같은 매핑"))
            return {}
        plain = value.plain()
        return plain if isinstance(plain, dict) else {}

    def _inputs(self) -> list[Written]:
        found = []
        one, several = self.entries.get("input"), self.entries.get("inputs")
        if one is not None and _names_shapes(one):
            fix = phrase("Put inputs with names under inputs:.", "이름 있는 입력은 inputs: 아래에 적어 주세요.")
            expected = phrase("one shape such as [28, 28, 1]", "[28, 28, 1] 같은 모양 하나")
            self.wrong(one, "input", expected, fix)
            found += self._named(one)
        elif one is not None:
            found.append(self._input(None, one, "input"))
        if several is not None and several.mapping() is not None:
            found += self._named(several)
        elif several is not None:
            self.wrong(several, "inputs", _INPUTS)
            sizes = several.sequence()
            if sizes is not None and all(each.sequence() is None for each in sizes):
                found.append(self._input(None, several, "inputs"))
            else:
                found.append(Written(INPUT, Place(self.file, several.line, several.column, "inputs"), unread=True))
        return found

    def _named(self, several: Value) -> list[Written]:
        found = []
        for key, value in (several.mapping() or {}).items():
            name = self.name(Value(key, *several.keys[key]), "inputs") or key
            found.append(self._input(name, value, f"inputs.{key}"))
        return found

    def _input(self, name: str | None, value: Value, path: str) -> Written:
        where = Place(self.file, value.line, value.column, path)
        mapping = value.mapping()
        if mapping is None:
            return Written(INPUT, where, name, {"shape": self.square(path, value).plain()})
        written = self.layer(INPUT, value, where)
        written.name, written.inputs, written.shares, written.gives = name or written.name, None, None, None
        return written

    def _layers(self) -> list[Written]:
        value = self.entries.get("layers")
        if value is None or value.data in (None, {}):
            return []
        items = value.sequence()
        if items is None:
            self.wrong(
                value, "layers", phrase("a list of layers, each behind a -", "- 로 시작하는 레이어의 목록"), LAYER_FIX
            )
            mapping = value.mapping() or {}
            if not mapping or not all(is_layer(key) for key in mapping):
                return [Written(NO_TYPE, Place(self.file, value.line, value.column, "layers"), unread=True)]
            items = [Value({key: each}, *value.keys[key], {key: value.keys[key]}) for key, each in mapping.items()]
        return [self.item(each, f"layers[{index}]") for index, each in enumerate(items)]

    def _outputs(self, nodes: list[Node]) -> dict[str, str]:
        value = self.entries.get("outputs")
        if value is None:
            return {nodes[-1].name: nodes[-1].name} if nodes else {}
        known = {node.name for node in nodes}
        if (mapping := value.mapping()) is not None:
            named = {key: self.name(each, f"outputs.{key}", known) for key, each in mapping.items()}
            return {key: name for key, name in named.items() if name is not None}
        listed = value.sequence()
        names = [self.name(each, "outputs", known) for each in (listed if listed is not None else [value])]
        return {name: name for name in names if name is not None}


def _names_shapes(value: Value) -> bool:
    """Whether it is a mapping of names to shapes, none of them an argument of an input or nearly one."""
    mapping, arguments = value.mapping(), list(REGISTRY[INPUT].arguments)
    return bool(mapping) and all(
        each.sequence() is not None and closest(key, arguments) is None for key, each in (mapping or {}).items()
    )
