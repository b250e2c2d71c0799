"""How layers are called in a Keras config: which tensors each call reads, in Keras 3's form and in Keras 2's.

Source: keras/src/models/functional.py (serialize_node, deserialize_node); keras/src/ops/symbolic_arguments.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from lamella.design import MOST_OUTPUTS
from lamella.errors import SourceError, problem
from lamella.layers.arguments import is_integer
from lamella.layers.calling import TRAINING
from lamella.sources.keras_values import DEEPEST, TooDeep
from lamella.texts.languages import phrase

if TYPE_CHECKING:
    from lamella.layers.base import Layer

Sizes = tuple[int | None, ...]


class Tensor(NamedTuple):
    """One output of one call of a layer; `shape` is without the batch, where the config has it."""

    layer: str
    call: int
    place: int
    shape: Sizes | None = None


class Call(NamedTuple):
    """One call: what was given by place and by name; tensors are `Tensor`, all else is as it was serialized."""

    given: tuple[object, ...]
    named: Mapping[str, object]

    def tensors(self) -> list[Tensor]:
        """The tensors that the call reads: those given by place, then those by name in the order of the names."""
        return [*tensors(self.given), *(each for name in self.read() for each in tensors(self.named[name]))]

    def at(self, place: int, name: str) -> object:
        """What was given at a place, or by this name; by "inputs" the first of all, whatever it is called."""
        if place < len(self.given):
            return self.given[place]
        first = next(iter(self.named.values()), None) if name == "inputs" else None
        return self.named.get(name, first)

    def read(self) -> list[str]:
        """The names under which tensors were given."""
        return [name for name, value in self.named.items() if any(tensors(value))]

    def split(self, kind: type[Layer] | None) -> tuple[Call, dict[str, object]]:
        """The call with the inputs of a layer of this type alone, and what it says besides them."""
        if kind is None:
            return self, {}
        places = (len(kind.call_names) or 1) if kind.call_tensors else len(self.given)
        said = dict(zip(kind.call_tensors, self.given[places:], strict=False))
        others = {*kind.call_flags, *kind.call_tensors, TRAINING}
        said |= {name: value for name, value in self.named.items() if name in others}
        return Call(self.given[:places], {name: self.named[name] for name in self.named if name not in others}), said

    def in_order(self, names: Sequence[str]) -> Call | None:
        """The same call with what was given by name in the order of these names; None where they don't tell it."""
        read = self.read()
        taken = len(self.given)
        if not read:
            return self
        wanted = [name for name in names[taken:] if name in read]
        if len(wanted) < len(read):
            return None
        return Call(self.given, {name: self.named[name] for name in wanted})


def tensors(value: object) -> Iterator[Tensor]:
    """The tensors in a value, in Keras' order: of a mapping by its sorted names."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from tensors(each)
    elif isinstance(value, dict):
        for key in sorted(value, key=str):
            yield from tensors(value[key])


def calls(layer: Mapping[str, object]) -> list[Call]:
    """The calls of a serialized layer. Raises `SourceError`."""
    listed = layer.get("inbound_nodes") or []
    if not isinstance(listed, (list, tuple)):
        raise broken("inbound_nodes")
    return [_call(each) for each in listed]


def _call(data: object) -> Call:
    if isinstance(data, Mapping):
        given, named = _value(data.get("args", [])), _value(data.get("kwargs", {}))
        if isinstance(given, list) and isinstance(named, dict):
            return Call(tuple(given), named)
    if isinstance(data, (list, tuple)):
        return _former([data] if data and isinstance(data[0], str) else data)
    raise broken("inbound_nodes")


def _value(value: object, deepest: int = DEEPEST) -> object:
    if deepest < 1:
        raise TooDeep
    if isinstance(value, (list, tuple)):
        return [_value(each, deepest - 1) for each in value]
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            return _tensor(value.get("config"))
        return {key: _value(each, deepest - 1) for key, each in value.items()}
    return value


def _tensor(config: object) -> Tensor:
    if isinstance(config, Mapping):
        found = reference(config.get("keras_history"), sizes(config.get("shape")))
        if found is not None:
            return found
    raise broken("keras_history")


def sizes(shape: object) -> Sizes | None:
    """A serialized shape without the batch; None where there is none, or no batch in it."""
    if not isinstance(shape, (list, tuple)) or not shape:
        return None
    rest = tuple(shape[1:])
    return rest if all(each is None or is_count(each) for each in rest) else None


def is_count(value: object) -> bool:
    """Whether this is an integer >= 0."""
    return is_integer(value) and isinstance(value, int) and value >= 0


def _former(listed: list[object] | tuple[object, ...]) -> Call:
    """Keras 2's form: [[layer, call, place, {what was given by name}], ...]."""
    given = [reference(each) for each in listed]
    first = listed[0] if listed else None
    named = first[3] if isinstance(first, (list, tuple)) and len(first) > 3 else {}
    if not given or None in given or not isinstance(named, Mapping):
        raise broken("inbound_nodes")
    return Call((given[0] if len(given) == 1 else given,), {key: _former_value(each) for key, each in named.items()})


def _former_value(value: object) -> object:
    if not isinstance(value, (list, tuple)):
        return value
    found = reference(value) if len(value) == 3 else None
    return found or [_former_value(each) for each in value]


def reference(value: object, shape: Sizes | None = None) -> Tensor | None:
    """The tensor that [layer, call, place, ...] means; None where the value is none."""
    match value:
        case [str(layer), int(call), int(place), *_] if is_count(call) and is_count(place) and place < MOST_OUTPUTS:
            return Tensor(layer, call, place, shape)
    return None


def broken(what: str) -> SourceError:
    """The fault of an entry that no Keras would write."""
    reason = phrase("{what} is not as Keras writes it", "{what}: Keras가 쓰는 형식이 아닙니다", what=what)
    return SourceError(problem("keras broken", reason=reason))
