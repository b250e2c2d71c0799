"""Kinds of arguments: what each accepts, its normal form, and what it suggests for a wrong value.

A kind's `parse` returns the normal form (a pair for `kernel_size: 3`, lower case for `padding: SAME`) or raises
`Wrong`, optionally with a suggestion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from lamella.errors import Problem, problem
from lamella.layers.activations import ACTIVATIONS
from lamella.texts.languages import Phrase, phrase, plain, show


class Wrong(Exception):
    """The value does not fit; `suggestion` would. `problems` are those inside the value, where it is a layer."""

    def __init__(self, suggestion: object = None, problems: Sequence[Problem] = ()) -> None:
        self.suggestion, self.problems = suggestion, problems


class Kind(NamedTuple):
    """What an argument accepts, in words and as a function."""

    expected: Phrase
    parse: Callable[[object], object]
    example: object = None
    layers: bool = False
    """Whether the normal form is layers as data (see `layers.wrapped`), of which a framework makes its own."""
    spread: bool = False
    """Whether one integer may stand for the sequence, for Keras too."""


REQUIRED: Final = object()


class Argument(NamedTuple):
    """One argument of a layer: its kind and its default in normal form.

    `called` is Keras' name where a method of every layer has it; `attribute` is the layer's name for its value.
    `after` is the argument that it stands behind in Keras' order ("" for none, so that it is the first), where
    that is not the order of the classes.
    """

    kind: Kind
    default: object = REQUIRED
    keyword_only: bool = False
    called: str = ""
    attribute: str = ""
    after: str | None = None


def argument(
    kind: Kind, default: object = REQUIRED, *, kw_only: bool = False, called: str = "", after: str | None = None
) -> Any:
    """Declares an argument in the body of a layer class, in Keras' positional order."""
    return Argument(kind, default, kw_only, called, after=after)


class OfRank(NamedTuple):
    """An argument of a family of layers whose kind follows from the number of spatial axes."""

    kind: Callable[[int], Kind]
    default: object = REQUIRED

    def argument(self, rank: int) -> Argument:
        """The argument of the type over so many axes, its default in normal form."""
        kind = self.kind(rank)
        return Argument(kind, REQUIRED if self.default is REQUIRED else kind.parse(self.default))


_Declared = TypeVar("_Declared", bound="Argument | OfRank")


def in_place(declared: Mapping[str, _Declared]) -> dict[str, _Declared]:
    """The arguments of a class in order, each that says so behind the one that it names."""
    order = list(declared)
    for name, each in declared.items():
        after = each.after if isinstance(each, Argument) else None
        if after in declared or after == "":
            order.remove(name)
            order.insert(order.index(after) + 1 if after else 0, name)
    return {name: declared[name] for name in order}


def of_rank(kind: Callable[[int], Kind], default: object = REQUIRED) -> Any:
    """Declares such an argument in the body of a family's class; `default` as one writes it."""
    return OfRank(kind, default)


def each_axis(least: int, example: object = 3) -> Callable[[int], Kind]:
    """One integer for each spatial axis."""
    return lambda rank: several(rank, least, example)


def is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _integer(value: object, least: int) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= least:
        return value
    raise Wrong(_nearest_integer(value, least))


def _nearest_integer(value: object, least: int) -> int | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > 1e9 or value != value:
        return None
    return max(least, round(value))


def integer(least: int, example: int = 1) -> Kind:
    expected = phrase("an integer >= {least}", "{least} 이상의 정수", least=least)
    return Kind(expected, lambda value: _integer(value, least), example)


def several(count: int, least: int, example: object = 3) -> Kind:
    """So many integers, one for each spatial axis; one integer stands for all of them."""

    def parse(value: object) -> tuple[int, ...]:
        if is_integer(value) or not isinstance(value, Sequence) or isinstance(value, str):
            return (_integer(value, least),) * count
        if len(value) != count:
            first = value[:count]
            raise Wrong(tuple(first) if len(value) > count and all(map(is_integer, first)) else None)
        try:
            return tuple(_integer(each, least) for each in value)
        except Wrong:
            good = [each for each in value if isinstance(each, int) and is_integer(each) and each >= least]
            best = [_nearest_integer(each, good[0] if good else least) for each in value]
            raise Wrong(None if None in best else tuple(best)) from None

    words = phrase("{count} integers >= {least}", "{least} 이상의 정수 {count}개", count=count, least=least)
    return Kind(integer(least).expected if count == 1 else words, parse, example, spread=True)


_BORDERS: Final = {
    2: phrase("((top, bottom), (left, right))", "((위, 아래), (왼쪽, 오른쪽))"),
    3: phrase("((front, back), (top, bottom), (left, right))", "((앞, 뒤), (위, 아래), (왼쪽, 오른쪽))"),
}


def border(axes: int, example: object = 1) -> Kind:
    """Sizes at the border: one integer, one for each axis, or two for each, before and after.

    Of a single axis Keras takes one integer or the two at its ends.
    """
    if axes == 1:
        return several(2, 0, example)

    def parse(value: object) -> tuple[tuple[int, int], ...]:
        if is_integer(value):
            value = (value,) * axes
        if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != axes:
            raise Wrong(example)
        sides = [side if isinstance(side, Sequence) else (side, side) for side in value]
        if any(isinstance(side, str) or len(side) != 2 for side in sides):
            raise Wrong(example)
        try:
            return tuple((_integer(before, 0), _integer(after, 0)) for before, after in sides)
        except Wrong:
            raise Wrong(example) from None

    words = phrase(
        "an integer >= 0, {axes} of them, or {sides}",
        "0 이상의 정수 하나, {axes}개, 또는 {sides}",
        axes=axes,
        sides=_BORDERS[axes],
    )
    return Kind(words, parse, example, spread=True)


def sizes(least: int, *, unknown: bool = False) -> Kind:
    """Any number of sizes; with `unknown`, null stands for a size that is not fixed."""

    def parse(value: object) -> tuple[int | None, ...]:
        if isinstance(value, str):
            parts = value.split(",")
            raise Wrong(tuple(map(int, parts)) if all(part.strip().isdecimal() for part in parts) else None)
        if not isinstance(value, Sequence):
            raise Wrong((value,) if is_integer(value) else None)
        found = tuple(value)
        if not all((unknown and each is None) or (is_integer(each) and (each >= least)) for each in found):
            # The number of images is left out; Keras users write it as None.
            rest = found[1:] if found and found[0] in ("None", "B") else ()
            raise Wrong(rest if rest and all(map(is_integer, rest)) else None)
        return found

    words = phrase("a list of integers >= {least}", "{least} 이상인 정수의 목록", least=least)
    if unknown:
        words = phrase(
            "a list of integers >= {least} (null where a size is open)",
            "{least} 이상인 정수의 목록(정해지지 않은 크기는 null)",
            least=least,
        )
    return Kind(words, parse, (28, 28, 1))


def one_or_more(least: int | None, example: tuple[int, ...]) -> Kind:
    """Integers, at least one; one integer stands for a list of it."""

    def parse(value: object) -> tuple[int, ...]:
        several = (value,) if is_integer(value) else value
        if not isinstance(several, Sequence) or isinstance(several, str) or not several:
            raise Wrong(example)
        if not all(is_integer(each) and (least is None or each >= least) for each in several):
            raise Wrong(example)
        return tuple(several)

    if least is None:
        return Kind(phrase("an integer or a list of them", "정수 또는 정수의 목록"), parse, example, spread=True)
    words = phrase("an integer >= {least} or a list of them", "{least} 이상의 정수 또는 그 목록", least=least)
    return Kind(words, parse, example, spread=True)


def target_shape() -> Kind:
    """Integers >= 1, at most one of which is -1."""

    def parse(value: object) -> tuple[int, ...]:
        single = (value,) if is_integer(value) else value
        if not isinstance(single, Sequence) or isinstance(single, str):
            raise Wrong
        if not all(is_integer(each) and (each >= 1 or each == -1) for each in single) or list(single).count(-1) > 1:
            raise Wrong
        return tuple(single)

    return Kind(
        phrase("integers >= 1, at most one of them -1", "1 이상의 정수(그중 하나는 -1 가능)"),
        parse,
        (4, 4, 1),
    )


def choice(*options: str) -> Kind:
    """One of some words, in any case."""

    def parse(value: object) -> str:
        if isinstance(value, str) and value.lower() in options:
            return value.lower()
        raise Wrong(closest(value, options))

    return Kind(phrase("one of {options:list}", "다음 중 하나({options:list})", options=options), parse, options[0])


def closest(value: object, options: Sequence[str]) -> str | None:
    """The option that looks most like the value, if one does at all."""
    if not isinstance(value, str):
        return None
    from difflib import get_close_matches  # loaded only where something is wrong

    folded = {option.lower(): option for option in reversed(options)}
    found = get_close_matches(value.lower(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {
        "yes": True,
        "on": True,
        "y": True,
        "true": True,
        "no": False,
        "off": False,
        "n": False,
        "false": False,
    }
    raise Wrong(words.get(value.lower()) if isinstance(value, str) else None)


def _number(low: float | None, high: float | None) -> Callable[[object], float]:
    def parse(value: object) -> float:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            number = float(value)
            if number == number and (low is None or number >= low) and (high is None or number <= high):
                return number
        raise Wrong

    return parse


def number(low: float | None = None, high: float | None = None) -> Kind:
    if high is not None:
        words = phrase("a number from {low} to {high}", "{low}에서 {high} 사이의 수", low=low, high=high)
    elif low is not None:
        words = phrase("a number >= {low}", "{low} 이상의 수", low=low)
    else:
        words = phrase("a number", "수")
    return Kind(words, _number(low, high), 0.5)


def optional(kind: Kind) -> Kind:
    """The same, or null."""
    expected = phrase("{kind}, or null", "{kind} 또는 null", kind=kind.expected)
    return kind._replace(expected=expected, parse=lambda value: None if value is None else kind.parse(value))


def _activation(value: object) -> str | None:
    if value is None or (isinstance(value, str) and value in ACTIVATIONS):
        return value
    raise Wrong(closest(value, list(ACTIVATIONS)))


def _text(value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise Wrong(str(value) if is_integer(value) else None)


def _name(value: object) -> str:
    if isinstance(value, str) and value and "/" not in value and value.isprintable() and value == value.strip():
        return value
    raise Wrong(str(value) if is_integer(value) else None)


def _plain(value: object) -> object:
    """Data that a file can hold: a name such as "he_normal", or a mapping that Keras understands."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [_plain(each) for each in value]
    raise Wrong


def _nothing(value: object) -> None:
    if value is not None:
        raise Wrong


FLAG = Kind(phrase("true or false", "true 또는 false"), _flag, True)
ACTIVATION = Kind(phrase("the name of an activation, or null", "활성화 함수의 이름 또는 null"), _activation, "relu")
ACTIVATION_NAME = Kind(phrase("the name of an activation", "활성화 함수의 이름"), _activation, "relu")
TEXT = Kind(phrase("a word", "단어"), _text, "float32")
NAME = Kind(phrase("a name without / or line breaks", "/ 나 줄바꿈이 없는 이름"), _name, "edges")
PLAIN = Kind(phrase("a name or plain data", "이름 또는 일반 데이터"), _plain, "he_normal")
NOTHING = Kind(phrase("left out (lamella does not count it yet)", "비워 두는 값(lamella가 아직 세지 않음)"), _nothing)
DATA_FORMAT = optional(choice("channels_last", "channels_first"))
"""null means channels_last, lamella's default whatever Keras' own configuration says."""


def wrong_value(name: str, declared: Argument, value: object, suggestion: object) -> Problem:
    hint: object = ""
    if suggestion is not None:
        hint = phrase("Try {value}.", "이렇게 적어 보세요: {value}.", value=show(suggestion))
    facts = {"argument": name, "expected": declared.kind.expected, "received": value, "suggestion": hint}
    return problem("argument value", **facts)


def wrapped(argument: str, inner: str, found: Problem) -> Problem:
    """A problem of a layer that is itself the value of an argument, as one of the layer around it.

    Of layers in layers in layers the outermost argument is named and the innermost layer.
    """
    if found.key == "left open":
        found = problem("choice inside", found.where, **found.facts)
    facts = found.facts if found.key == "wrapped layer" else {"inner": plain(inner, 40), **found.parts()}
    return problem("wrapped layer", **{**facts, "argument": argument})
