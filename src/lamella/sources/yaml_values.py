"""YAML text to plain values that know their line and column.

The text is only composed, never constructed: no tag makes an object. Scalars follow YAML 1.2 as a person
reads it: 010 is ten, 1e-3 a number, yes a word.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lamella.errors import Place, Problem, SourceError, problem
from lamella.texts.languages import Phrase, phrase

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.nodes import MappingNode
    from ruamel.yaml.nodes import Node as YamlNode

MOST_VALUES, DEEPEST = 30_000, 64
_STANDARD = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq")}
_STANDARD |= {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value"}  # how YAML 1.1 takes a date and =: text
_MERGE = "tag:yaml.org,2002:merge"
_INTEGER = re.compile(r"[-+]?[0-9]+(_[0-9]+)*")
_FORBIDDEN = "[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""What YAML does not allow; compiled only where there may be some, since that alone takes milliseconds."""
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(_[0-9]+)*(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, object] = {"": None, "~": None, "null": None, "true": True, "false": False}
_WORDS |= {".inf": math.inf, "+.inf": math.inf, "-.inf": -math.inf, ".nan": math.nan}


@dataclass(frozen=True)
class Value:
    """A scalar, a list of values or a mapping of text to values, with line and column (from 1)."""

    data: object
    line: int
    column: int
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Line and column of each key of a mapping."""

    def plain(self) -> object:
        """The same without places."""
        if isinstance(self.data, list):
            return [each.plain() for each in self.data]
        if isinstance(self.data, dict):
            return {key: each.plain() for key, each in self.data.items()}
        return self.data

    def mapping(self) -> dict[str, Value] | None:
        return self.data if isinstance(self.data, dict) else None

    def sequence(self) -> list[Value] | None:
        return self.data if isinstance(self.data, list) else None


def parse(data: bytes, file: str) -> Value:
    """The file's one value. Raises `SourceError` with everything that keeps it from being plain data."""
    text = _decoded(data, file)
    root = _composed(text, file)
    if root is None:
        raise SourceError(problem("file empty", Place(file)))
    reader = _Reader(file)
    value = reader.value(root, 0)
    if reader.problems:
        raise SourceError(reader.problems)
    if value.data is None:
        raise SourceError(problem("file empty", Place(file)))
    return value


def _decoded(data: bytes, file: str) -> str:
    """The file as text without what YAML forbids, so that no part of it reaches the parser."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = Place(file, data[: error.start].count(b"\n") + 1)
        reason = phrase(
            "byte {position} is not UTF-8", "{position}번째 바이트가 UTF-8이 아닙니다", position=error.start + 1
        )
        fix = phrase("Save the file as text in UTF-8.", "파일을 UTF-8 텍스트로 저장하세요.")
        raise SourceError(problem("not yaml", where, reason=reason, suggestion=fix)) from None
    ordinary = text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable()
    if not ordinary and (found := re.search(_FORBIDDEN, text)):
        before = text[: found.start()]
        where = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        code = f"U+{ord(found[0]):04X}"
        reason = phrase("the character {code} can't stand in it", "쓸 수 없는 문자 {code}", code=code)
        fix = phrase("Save the file as text in UTF-8.", "파일을 UTF-8 텍스트로 저장하세요.")
        raise SourceError(problem("not yaml", where, reason=reason, suggestion=fix))
    return text


def _composed(text: str, file: str) -> YamlNode | None:
    """The text's one node, before anything is made of it."""
    from ruamel.yaml import YAML
    from ruamel.yaml.composer import Composer
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    class Shallow(Composer):
        """Stops where nesting is too deep, before Python does, and where there are too many values."""

        level = count = 0

        def compose_node(self, parent: object, index: object) -> object:
            if self.level > DEEPEST or self.count > MOST_VALUES:
                mark = self.parser.peek_event().start_mark
                stop = _too_deep if self.level > DEEPEST else _too_many
                raise SourceError(stop(Place(file, mark.line + 1, mark.column + 1)))
            self.level += 1
            self.count += 1
            node = super().compose_node(parent, index)
            self.level -= 1
            return node

    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = Shallow
    try:
        root: YamlNode | None = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise SourceError(problem("not yaml", where, **_said(error))) from None
    except (YAMLError, ValueError) as error:
        said = str(error).strip().splitlines()[0]
        raise SourceError(problem("not yaml", Place(file), reason=said, suggestion="")) from None
    return root


@dataclass
class _Reader:
    file: str
    count: int = 0
    problems: list[Problem] = field(default_factory=list)

    def value(self, node: YamlNode, depth: int) -> Value:
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        self.count += 1
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        where = Place(self.file, line, column)
        if self.count > MOST_VALUES:
            raise SourceError([*self.problems, _too_many(where)])
        if depth > DEEPEST:
            raise SourceError([*self.problems, _too_deep(where)])
        tag = str(node.tag)
        if tag not in _STANDARD:
            name = "<<" if tag == _MERGE else tag.replace("tag:yaml.org,2002:", "!!")
            self.problems.append(problem("tag", where, name=name))
            return Value(None, line, column)
        if isinstance(node, MappingNode):
            return self._mapping(node, line, column, depth)
        if isinstance(node, SequenceNode):
            return Value([self.value(each, depth + 1) for each in node.value], line, column)
        return Value(scalar(node.value) if getattr(node, "style", None) is None else node.value, line, column)

    def _mapping(self, node: MappingNode, line: int, column: int, depth: int) -> Value:
        found: dict[str, Value] = {}
        keys: dict[str, tuple[int, int]] = {}
        for key_node, value_node in node.value:
            key_value = self.value(key_node, depth + 1)
            place = key_value.line, key_value.column
            if isinstance(key_value.data, (list, dict)):
                facts = {"what": phrase("A key", "키"), "expected": phrase("one word", "낱말 하나")}
                kind = phrase("a list", "목록") if isinstance(key_value.data, list) else phrase("a mapping", "매핑")
                self.problems.append(problem("entry", Place(self.file, *place), **facts, received=kind, suggestion=""))
                continue
            key = key_value.data if isinstance(key_value.data, str) else str(key_node.value)
            if key in found:
                self.problems.append(problem("key twice", Place(self.file, *place), name=key, line=keys[key][0]))
                continue
            keys[key] = place
            found[key] = self.value(value_node, depth + 1)
        return Value(found, line, column, keys)


def scalar(text: str) -> object:
    """What a word without quotes means."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text) and len(text) <= 40:
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _too_many(where: Place) -> Problem:
    most = _LIMITS["most"]
    what = phrase("holds more than {most} values, aliases written out", "값이 별칭까지 {most}개가 넘습니다", most=most)
    limit = phrase("{most} values, about {layers} layers", "값 {most}개, 레이어 약 {layers}개", **_LIMITS)
    advice = phrase(
        "Write fewer layers; a longer network can be given as Keras code (.py), with its repetitions as loops.",
        "레이어를 줄이세요. 더 긴 네트워크는 되풀이를 반복문으로 쓴 Keras 코드(.py)로 줄 수 있습니다.",
    )
    return problem("too much", where, what=what, limit=limit, advice=advice)


_LIMITS: Final = {"most": f"{MOST_VALUES:,}", "layers": f"{MOST_VALUES // 10:,}"}
"""A layer with its name and three arguments has ten values, an entry of a mapping being two."""


def _too_deep(where: Place) -> Problem:
    what = phrase(
        "is nested more than {deepest} levels deep", "{deepest}단계보다 깊이 중첩되어 있습니다", deepest=DEEPEST
    )
    limit = phrase("{deepest} levels", "{deepest}단계", deepest=DEEPEST)
    advice = phrase("Write the layers out, without nesting or aliases.", "중첩이나 별칭 없이 레이어를 풀어 써 주세요.")
    return problem("too much", where, what=what, limit=limit, advice=advice)


def _said(error: MarkedYAMLError) -> dict[str, object]:
    """The parser's words, or plainer ones for what happens most."""
    said, opened = error.problem or error.context or "", error.context_mark
    fix: Phrase | str = ""
    reason: Phrase | str = said
    if "\\t" in said:
        reason = phrase("a tab stands where spaces are needed", "공백이 있어야 할 곳에 탭이 있습니다")
        fix = phrase("Indent with spaces.", "공백으로 들여 쓰세요.")
    elif "mapping values are not allowed" in said:
        reason = phrase("a colon stands where none can", "쌍점이 올 수 없는 곳에 있습니다")
        fix = phrase(
            "Check the indentation and whether the line before lacks a colon, or put the text in quotes.",
            "들여쓰기와 앞줄에 쌍점이 빠졌는지 확인하거나, 글자를 따옴표로 감싸세요.",
        )
    elif "another document" in said:
        reason = phrase("a second document begins here", "여기서 두 번째 문서가 시작됩니다")
        fix = phrase("Keep one design in a file.", "파일 하나에 설계 하나만 담으세요.")
    elif "flow" in (error.context or "") and opened is not None:
        reason = phrase(
            "the bracket opened in line {line}, column {column} is not closed before this",
            "{line}번째 줄 {column}번째 칸에서 연 괄호가 여기까지 닫히지 않았습니다",
            line=opened.line + 1,
            column=opened.column + 1,
        )
        fix = phrase("Close it, or separate its entries with commas.", "괄호를 닫거나 항목을 쉼표로 나누세요.")
    return {"reason": reason, "suggestion": fix}
