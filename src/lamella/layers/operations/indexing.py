"""A part of a tensor by its places: `x[:, 0]`, `x[..., 1:]`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lamella.design import BATCH, Shape, Size
from lamella.errors import problem
from lamella.layers.activations import Range
from lamella.layers.arguments import Kind, Wrong, argument, is_integer
from lamella.layers.base import AxisMap, ShapeError
from lamella.layers.operations.operation import Operation
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY, Map, Window

_ENDS = ("start", "stop", "step")


def _entry(value: object) -> object:
    """One entry as plain data: an integer, null for a new axis, "..." or {start, stop, step}."""
    if value is Ellipsis or value == "...":
        return "..."
    if value is None or is_integer(value):
        return value
    if isinstance(value, slice):
        value = {name: getattr(value, name) for name in _ENDS}
    if isinstance(value, Mapping) and set(value) <= set(_ENDS):
        ends = {name: value.get(name) for name in _ENDS}
        if all(each is None or is_integer(each) for each in ends.values()) and ends["step"] != 0:
            return ends
    raise Wrong


def _key(value: object) -> tuple[object, ...]:
    entries = value if isinstance(value, (list, tuple)) else (value,)
    found = tuple(map(_entry, entries))
    if not found or found.count("...") > 1:
        raise Wrong
    return found


_KEY = Kind(
    phrase(
        'a list of integers, {{start, stop, step}}, null for a new axis and at most one "..."',
        '정수, {{start, stop, step}}, 새 축은 null, 많아야 하나의 "..."로 된 목록',
    ),
    _key,
    (0,),
)


def python_key(key: Sequence[Any]) -> tuple[Any, ...]:
    """The key as Python writes it: `x[python_key(key)]`."""

    def entry(each: Any) -> Any:
        if isinstance(each, Mapping):
            return slice(*(each[name] for name in _ENDS))
        return Ellipsis if each == "..." else each

    return tuple(map(entry, _key(key)))


class GetItem(Operation, type_name="ops.get_item"):
    """A part of a tensor: `key` has an entry an axis, the batch first: (B, 9, 4) with x[:, 0] -> (B, 4)."""

    key: tuple[Any, ...] = argument(_KEY)

    sentence = Text("Takes a part of a tensor by its places.", "텐서에서 정해진 자리의 부분을 꺼냅니다.")
    source = "keras/src/ops/numpy.py, get_item"
    examples = (
        ({"key": ({"start": None, "stop": None, "step": None}, 0)}, ((9, 4),)),
        ({"key": ("...", {"start": 1, "stop": None, "step": 2})}, ((3, 7),)),
        ({"key": ({"start": None, "stop": None, "step": None}, None, "...")}, ((3, 7),)),
    )

    @classmethod
    def applied(cls, _: Any, inputs: Sequence[Any], arguments: Mapping[str, Any]) -> Any:
        return inputs[0][python_key(arguments["key"])]

    def _steps(self, shape: Shape) -> list[tuple[int | None, Any]]:
        """For each entry which input axis it takes (None: a new one), with "..." written out."""
        entries = list(self.key) if "..." in self.key else [*self.key, "..."]
        taken = sum(each is not None for each in entries) - 1
        if taken > len(shape):
            raise ShapeError(problem("too many indices", count=taken, shape=show_shape(shape)))
        found: list[tuple[int | None, Any]] = []
        axis = 0
        for each in entries:
            if each is None:
                found.append((None, None))
                continue
            many = len(shape) - taken if each == "..." else 1
            found += [(axis + more, dict.fromkeys(_ENDS) if each == "..." else each) for more in range(many)]
            axis += many
        return found

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        found: list[Size] = []
        for axis, entry in self._steps(shape):
            if axis is None:
                found.append(1)
            elif isinstance(entry, int):
                size = shape[axis]
                if isinstance(size, int) and not -size <= entry < size:
                    raise ShapeError(problem("index outside", type=self.type, index=entry, size=size))
            else:
                found.append(_length(shape[axis], entry))
        return tuple(found)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        def words(entry: Any) -> str:
            if not isinstance(entry, Mapping):
                return "newaxis" if entry is None else str(entry)
            start, stop, step = ("" if entry[name] is None else str(entry[name]) for name in _ENDS)
            return f"{start}:{stop}" + (f":{step}" if step else "")

        return (f"y = x[{', '.join(map(words, self.key))}]",)

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """A slice is a shifted window of one, its step the stride; an index sees one place, which is not said."""
        found: dict[int, tuple[int, Map | None]] = {}
        new = 0
        for axis, entry in self._steps(inputs[0]):
            if axis is None or not isinstance(entry, int):
                if axis is not None and inputs[0][axis] != BATCH:
                    found[new] = axis, _window(inputs[0][axis], entry)
                new += 1
            elif inputs[0][axis] not in (BATCH, 1):
                found[len(output) + axis] = axis, None  # no output axis has it, and yet it isn't seen whole
        return (found,)

    def output_range(self) -> Range:
        return "inputs"


def _length(size: Size, entry: Mapping[str, int | None]) -> Size:
    """How many numbers a slice takes; of the batch, and of an open size, only the whole is known."""
    if all(entry[name] is None for name in _ENDS):
        return size
    if isinstance(size, int):
        return len(range(*slice(*(entry[name] for name in _ENDS)).indices(size)))
    return None


def _window(size: Size, entry: Mapping[str, int | None]) -> Map | None:
    if all(entry[name] is None for name in _ENDS):
        return IDENTITY
    if not isinstance(size, int):
        return None
    start, _, step = slice(*(entry[name] for name in _ENDS)).indices(size)
    return Window(stride=step, before=-start) if step > 0 else None
