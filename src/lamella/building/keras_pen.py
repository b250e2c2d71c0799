"""Keras' calls written down in place of being made: `Pen` stands for `keras` while a design becomes Python code.

What a call gives is `Code`, a piece of code that knows where its brackets are, so that a long line can be
broken as a person would. Every name and value from a design goes through `literal`: none leaves its quotes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from lamella.layers import REGISTRY
from lamella.layers.arguments import REQUIRED, Argument
from lamella.layers.base import Layer
from lamella.layers.operations.operation import Operation
from lamella.layers.weight_rules import rule
from lamella.layers.wrapped import CELLS

WIDTH: Final = 88
_INDENT: Final = "    "


class Unwritable(Exception):
    """A value that no plain code gives; the words are the value's class."""


class Group(tuple["Code", ...]):
    """What stands between a pair of brackets; `signs` is the pair, with a comma where one item alone needs it."""

    signs: str

    def __new__(cls, signs: str, items: Sequence[Code]) -> Group:
        made = super().__new__(cls, items)
        made.signs = signs
        return made


class Code:
    """Code as words and groups one behind the other."""

    def __init__(self, *parts: str | Group) -> None:
        self.parts = parts

    def __str__(self) -> str:
        return "".join(map(_flat, self.parts))

    def __getitem__(self, key: object) -> Code:
        entries = key if isinstance(key, tuple) else (key,)
        return Code(*self.parts, Group("[],", [Code(_place(each)) for each in entries]))

    def after(self, words: str) -> Code:
        """The same behind some words."""
        return Code(words, *self.parts)

    def lines(self, room: int = WIDTH, indent: str = "") -> str:
        """The code as ruff breaks it: where it has no room, inside the last brackets that begin in their line."""
        whole = str(self)
        places = [at for at, each in enumerate(self.parts) if isinstance(each, Group) and each]
        if len(indent) + len(whole) <= room or not places:
            return whole
        heads = {at: "".join(map(_flat, self.parts[:at])) for at in places}
        at = next((each for each in reversed(places) if len(indent) + len(heads[each]) < room), places[0])
        group, after = self.parts[at], "".join(map(_flat, self.parts[at + 1 :]))
        assert isinstance(group, Group)
        inner, inside = f"{indent}{_INDENT}", ", ".join(map(str, group))
        if len(inner) + len(inside) > room or group.signs != "()":
            inside = f"\n{inner}".join(f"{each.lines(room - 1, inner)}," for each in group)
        return f"{heads[at]}{group.signs[0]}\n{inner}{inside}\n{indent}{group.signs[1]}{after}"


def _flat(part: str | Group) -> str:
    if isinstance(part, str):
        return part
    comma = "," if len(part) == 1 and len(part.signs) > 2 else ""
    return f"{part.signs[0]}{', '.join(map(str, part))}{comma}{part.signs[1]}"


def _place(entry: object) -> str:
    """An entry of an index as it stands between the brackets."""
    if isinstance(entry, slice):
        ends = ["" if each is None else str(each) for each in (entry.start, entry.stop, entry.step)]
        return ":".join(ends if ends[2] else ends[:2])
    return "..." if entry is ... else str(entry)


class MadeLayer:
    """A layer: the code that makes it, or its variable."""

    def __init__(self, made: Code) -> None:
        self.made = made

    def __call__(self, *inputs: object, **named: object) -> Code:
        said = [literal(value).after(f"{key}=") for key, value in named.items()]
        return Code(*self.made.parts, Group("()", [*(literal(each) for each in inputs), *said]))


class Pen:
    """What the builder takes for `keras`; `used` are the names that the code imports, by their module."""

    def __init__(self) -> None:
        self.used: dict[str, set[str]] = {}
        self.src = _Inside("keras.src", self._class)
        pictures = _Space(lambda name, named, *given: self._operation(f"image.{name}", named, *given))
        self.layers, self.ops = _Space(self._layer), _Space(self._operation, pictures)

    def Input(self, **named: object) -> Code:  # noqa: N802  (Keras' name)
        return _call("keras.Input", REGISTRY["Input"].arguments, (), named)

    def _layer(self, type_name: str, named: Mapping[str, object]) -> MadeLayer:
        self._use("keras", "layers")
        return _made(f"layers.{type_name}", CELLS.get(type_name) or REGISTRY[type_name], named)

    def _class(self, module: str, type_name: str, named: Mapping[str, object]) -> MadeLayer:
        self._use(module, type_name)
        return _made(type_name, REGISTRY[type_name], named)

    def _use(self, module: str, name: str) -> None:
        self.used.setdefault(module, set()).add(name)

    def _operation(self, name: str, named: Mapping[str, object], *positional: object) -> Code:
        self._use("keras", "ops")
        kind = REGISTRY[f"ops.{name}"]
        assert issubclass(kind, Operation)
        declared = {each: None if each in kind.tensors else kind.arguments[each] for each in kind.parameters}
        return _call(f"ops.{name}", declared, positional, _without_default_format(named))


class _Space:
    """A module of Keras: what is called in it by name is written down."""

    def __init__(self, write: Callable[..., Any], image: _Space | None = None) -> None:
        self._write, self._image = write, image

    def __getattr__(self, name: str) -> Any:
        if name == "image" and self._image is not None:
            return self._image
        return lambda *positional, **named: self._write(name, named, *positional)


class _Inside:
    """A module inside Keras by its path, where a network of keras.applications holds layers of its own."""

    def __init__(self, path: str, write: Callable[..., MadeLayer]) -> None:
        self._path, self._write = path, write

    def __getattr__(self, name: str) -> Any:
        if name in REGISTRY:
            return lambda **named: self._write(self._path, name, named)
        return _Inside(f"{self._path}.{name}", self._write)


def _made(callee: str, kind: type[Layer], named: Mapping[str, object]) -> MadeLayer:
    return MadeLayer(_call(callee, kind.arguments, (), _without_default_format(named)))


def _without_default_format(named: Mapping[str, object]) -> Mapping[str, object]:
    return {key: value for key, value in named.items() if (key, value) != ("data_format", "channels_last")}


def _call(
    callee: str, declared: Mapping[str, Argument | None], positional: Sequence[object], named: Mapping[str, object]
) -> Code:
    """A call with what it needs by place and what it may have by name, in Keras' order; the name comes last."""
    items = [literal(each) for each in positional]
    leading = not positional
    for key in sorted(named, key=_order(declared)):
        argument, value = declared.get(key), named[key]
        if value is None and argument is not None and argument.default is None:
            continue
        needed = argument is None or argument.default is REQUIRED or isinstance(value, Code)
        leading = leading and needed and list(declared).index(key) == len(items)
        written = literal(value if callee.startswith("ops.") and _several(value) else _short(argument, value))
        items.append(written if leading else written.after(f"{key}="))
    return Code(callee, Group("()", items))


def _order(declared: Mapping[str, object]) -> Callable[[str], tuple[bool, int]]:
    places = {name: place for place, name in enumerate(declared)}
    return lambda name: (name == "name", places.get(name, len(places)))


def _several(value: object) -> bool:
    """Whether one integer can't stand for the value in a function: only layers repeat theirs."""
    return isinstance(value, tuple) and len(value) > 1


def _short(argument: Argument | None, value: object) -> object:
    """One integer where it stands for the whole sequence: 3 for (3, 3)."""
    inner = value
    while isinstance(inner, tuple) and inner and argument is not None and argument.kind.spread:
        inner = inner[0]
        if isinstance(inner, int) and argument.kind.parse(inner) == value:
            return inner
    return value


def literal(value: object) -> Code:
    """A value of a design as code that gives it. Raises `Unwritable`."""
    match value:
        case Code():
            return value
        case MadeLayer():
            return value.made
        case float():
            plain = repr(value)
            return Code(plain if plain[-1] not in "fn" else f'float("{plain}")')
        case None | bool() | int():
            return Code(repr(value))
        case str():
            return Code(quoted(value))
        case tuple():
            return Code(Group("(),", [literal(each) for each in value]))
        case list():
            return Code(Group("[]", [literal(each) for each in value]))
        case Mapping():
            return _mapping(value)
    raise Unwritable(type(value).__name__)


def _mapping(value: Mapping[Any, object]) -> Code:
    """A mapping; one that is Keras' data of an initializer, regularizer or constraint as the call that makes it."""
    known = rule(value)
    if known is not None:
        items = [literal(each).after(f"{key}=") for key, each in known.changed.items()]
        return Code(f"keras.{known.module}.{known.class_name}", Group("()", items))
    if "class_name" in value:
        raise Unwritable(str(value["class_name"]))
    return Code(Group("{}", [literal(each).after(f"{quoted(key)}: ") for key, each in value.items()]))


def quoted(text: str) -> str:
    """Text as a literal: in double quotes, but where it holds more of them than of single ones."""
    found = repr(text)
    if found[0] == '"' or text.count('"') > text.count("'"):
        return found
    inside = found[1:-1].replace("\\'", "'").replace('"', '\\"')
    return f'"{inside}"'
