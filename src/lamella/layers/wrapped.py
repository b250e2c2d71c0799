"""Layers as arguments of other layers: plain data in a design, {"LSTM": {"units": 4}}, and a frozen layer when asked.

This is the one place where data becomes a layer and a layer data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from lamella.errors import DesignError, Place, Problem, problem
from lamella.layers.arguments import Kind, Wrong
from lamella.layers.base import REGISTRY, Layer, did_you_mean
from lamella.layers.registry import NAMED_BY, Registry
from lamella.texts.languages import phrase

CELLS: Final[dict[str, type[Layer]]] = {}
"""Every type of recurrent cell by its name; a cell stands in a layer, never by itself in a design."""

Data = Mapping[str, Mapping[str, object]]
"""One type with its arguments in normal form, defaults left out."""


DEEPEST: Final = 30
"""Layers around layers around layers."""

_MOST: Final = 1_000
"""Layers inside one: a list may hold the same one twice, which may do so itself, and so on."""


class LayerData(dict[str, dict[str, object]]):
    """A layer as data that remembers the layer: made anew, one around others would be made again for each of them."""

    layer: Layer
    deep: int
    """How many layers stand around each other here."""
    count: int
    """How many layers these are, itself among them."""


def layer_of(data: Data) -> Layer:
    """The frozen layer or cell of its data. Raises `DesignError` with everything that is wrong."""
    if isinstance(data, LayerData):
        return data.layer
    ((type_name, arguments),) = data.items()
    kind = CELLS.get(type_name) or REGISTRY[type_name]
    return kind(**arguments)


def data_of(layer: Layer) -> LayerData:
    """A layer as data. Raises `Wrong` where too many stand around each other."""
    data = LayerData({layer.type: layer.changed()})
    data.layer, data.deep, data.count = layer, 1, 1
    for each in _inside(layer):
        data.deep, data.count = max(data.deep, 1 + each.deep), data.count + each.count
    if data.deep > DEEPEST or data.count > _MOST:
        raise Wrong(problems=[_too_many(layer.type)])
    return data


def _too_many(type_name: str) -> Problem:
    facts = {"deep": DEEPEST, "most": f"{_MOST:,}"}
    reason = phrase(
        "more than {deep} layers stand around each other, or {most} inside it",
        "레이어가 {deep}겹을 넘거나 안에 {most}개가 넘습니다",
        **facts,
    )
    fix = phrase("Write them one behind the other.", "레이어를 차례로 이어서 쓰세요.")
    return problem(
        "wrapped type", Place(type=type_name), type=type_name, inner=type_name, reason=reason, suggestion=fix
    )


def _inside(layer: Layer) -> Iterator[LayerData]:
    """The layers that are a layer's arguments."""
    for each in layer.arguments.values():
        value = vars(layer)[each.attribute] if each.kind.layers else None
        yield from (one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, LayerData))


def within(layer: Layer) -> Iterator[Layer]:
    """The layers in a layer, and those in them, that are the very ones it was given."""
    for data in () if layer.copies_inner else _inside(layer):
        yield data.layer
        yield from within(data.layer)


def _parser(known: Mapping[str, type[Layer]]) -> Callable[[object], LayerData]:
    def parse(value: object) -> LayerData:
        if isinstance(value, Layer):
            value = data_of(value)
        if isinstance(value, LayerData) and next(iter(value)) in known:
            return value
        if isinstance(value, str):
            value = {value: {}}
        if not isinstance(value, Mapping) or len(value) != 1:
            raise Wrong
        ((type_name, arguments),) = value.items()
        if not isinstance(arguments, (Mapping, type(None))) or not all(isinstance(key, str) for key in arguments or ()):
            raise Wrong
        if type_name not in known:
            if isinstance(known, Registry):
                near = did_you_mean(type_name, known.loaded, NAMED_BY)
            else:
                near = did_you_mean(type_name, list(known))
            where = Place(type=str(type_name))
            raise Wrong(problems=[problem("layer unknown", where, received=type_name, suggestion=near)])
        try:
            return data_of(known[type_name](**(arguments or {})))
        except DesignError as error:
            raise Wrong(problems=error.problems) from None
        except RecursionError:  # of data that is nested hundreds of times
            raise Wrong(problems=[_too_many(type_name)]) from None

    return parse


def _several(value: object, one: Kind) -> tuple[LayerData, ...]:
    if isinstance(value, (str, Mapping)) or not isinstance(value, Sequence) or not value:
        raise Wrong
    return tuple(one.parse(each) for each in value)  # type: ignore[misc]


def _cells(value: object) -> tuple[LayerData, ...]:
    return _several(value, CELL)


def _cell_or_several(value: object) -> object:
    """Several cells are a stack of them, as in Keras."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return CELL.parse({"StackedRNNCells": {"cells": _cells(value)}})
    return CELL.parse(value)


LAYER: Final = Kind(
    phrase("a layer such as {{LSTM: {{units: 4}}}}", "{{LSTM: {{units: 4}}}} 같은 레이어"),
    _parser(REGISTRY),
    {"LSTM": {"units": 4}},
    True,
)
CELL: Final = Kind(
    phrase("a cell such as {{LSTMCell: {{units: 4}}}}", "{{LSTMCell: {{units: 4}}}} 같은 셀"),
    _parser(CELLS),
    {"LSTMCell": {"units": 4}},
    True,
)
SEVERAL_LAYERS: Final = Kind(
    phrase("a list of layers such as {{RandomFlip: {{}}}}", "{{RandomFlip: {{}}}} 같은 레이어의 목록"),
    lambda value: _several(value, LAYER),
    [{"RandomFlip": {}}],
    True,
)
SEVERAL_CELLS: Final = Kind(
    phrase("a list of cells such as {{LSTMCell: {{units: 4}}}}", "{{LSTMCell: {{units: 4}}}} 같은 셀의 목록"),
    _cells,
    [{"LSTMCell": {"units": 4}}],
    True,
)
CELL_OR_CELLS: Final = Kind(
    phrase(
        "a cell such as {{LSTMCell: {{units: 4}}}}, or a list of them",
        "{{LSTMCell: {{units: 4}}}} 같은 셀 또는 그 목록",
    ),
    _cell_or_several,
    {"LSTMCell": {"units": 4}},
    True,
)
