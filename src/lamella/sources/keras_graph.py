"""The graph in a Keras model's config: layers by name, each with its calls; a model among them is a graph itself.

A `Graph` counts calls from 0 everywhere. Keras counts those of a Functional model in a model from 1 where the outputs
are named, and so did Keras 2 everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lamella.design import INPUT, Design, Node, in_order
from lamella.errors import SourceError, problem
from lamella.sources.keras_calls import Call, Sizes, Tensor, broken, calls, reference, sizes, tensors
from lamella.sources.keras_masks import without_passed_on
from lamella.sources.keras_operations import is_operation
from lamella.sources.keras_values import NUMBER, TooDeep, is_object, type_name
from lamella.texts.languages import phrase

DEEPEST = 30
"""Models inside models inside models."""

CHAIN_INPUT = "input"
"""The name of the input of a chain that has no input layer."""

_INPUT_SHAPES = ("batch_shape", "batch_input_shape")


class GraphLayer(NamedTuple):
    """A layer, operation or model with its calls; `path` is where it stands in the config."""

    name: str
    data: Mapping[str, object]
    calls: list[Call]
    path: str
    model: Graph | None

    def identity(self, path: tuple[object, ...]) -> tuple[object, ...]:
        """What tells this layer apart from all others in a model that was reached by `path`."""
        number = self.data.get(NUMBER)
        return (number,) if isinstance(number, int) else (*path, self.name)


class Graph(NamedTuple):
    """A model; `inputs` and `outputs` are tensors in lists and mappings as the model takes and gives them."""

    name: str
    layers: dict[str, GraphLayer]
    inputs: object
    outputs: object
    trainable: bool

    def input_layers(self) -> list[GraphLayer]:
        """The inputs: in the order in which the model takes them, then those that it does not name."""
        first = [self.layers[each.layer] for each in tensors(self.inputs) if each.layer in self.layers]
        named = {each.name for each in first}
        return [*first, *(each for each in self.layers.values() if is_input(each.data) and each.name not in named)]

    def has_no_shape(self) -> bool:
        """Whether this is a chain of which the input's shape is not known."""
        found = self.layers.get(CHAIN_INPUT)
        return found is not None and found.data["config"] == {}

    def chain(self) -> list[GraphLayer] | None:
        """The layers where each is called once, on what the one before gives, the first on the input; else None."""
        ends = [*tensors(self.inputs), *tensors(self.outputs)]
        readers: dict[str, list[GraphLayer]] = {}
        for layer in self.layers.values():
            for call in layer.calls:
                for tensor in call.tensors():
                    readers.setdefault(tensor.layer, []).append(layer)
        found, last = list[GraphLayer](), ends[0].layer if ends else ""
        while following := readers.pop(last, []):
            layer = following[0]
            said = any(value not in (None, False) for value in layer.calls[0].named.values())
            if len(following) > 1 or len(layer.calls) > 1 or layer.model is not None or said:
                return None
            found.append(layer)
            last = layer.name
        whole = len(ends) == 2 and ends[1].layer == last and len(found) == len(self.layers) - 1
        return found if whole and found else None

    def order(self) -> list[tuple[GraphLayer, int]]:
        """Every call so that it follows those that it reads. Raises `SourceError` where calls wait for each other.

        Operations that only make masks are left out.
        """
        wanted = self._needed()
        found = {
            f"{place}.{index}": (layer, index)
            for place, layer in enumerate(self.layers.values())
            if not is_input(layer.data)
            for index in range(len(layer.calls))
            if not is_operation(layer.data) or (layer.name, index) in wanted
        }
        places = {name: place for place, name in enumerate(self.layers)}
        nodes = tuple(
            Node(name, "", inputs=tuple(f"{places.get(t.layer)}.{t.call}" for t in layer.calls[index].tensors()))
            for name, (layer, index) in found.items()
        )
        ordered, circular = in_order(Design("", nodes, {}))
        if circular:
            names = list(dict.fromkeys(found[node.name][0].name for node in circular))
            reason = phrase(
                "layers wait for each other: {names:list}", "레이어가 서로를 기다립니다: {names:list}", names=names[:8]
            )
            raise SourceError(problem("keras broken", reason=reason))
        return [found[node.name] for node in ordered]

    def _needed(self) -> set[tuple[str, int]]:
        """The calls that the outputs come from."""
        needed, waiting = set[tuple[str, int]](), [(each.layer, each.call) for each in tensors(self.outputs)]
        while waiting:
            name, call = waiting.pop()
            layer = self.layers.get(name)
            if (name, call) not in needed and layer is not None and call < len(layer.calls):
                needed.add((name, call))
                waiting += [(each.layer, each.call) for each in layer.calls[call].tensors()]
        return needed


def is_input(data: Mapping[str, object]) -> bool:
    """Whether a serialized layer is an InputLayer."""
    return type_name(data) == INPUT


def graph_of(data: Mapping[str, object], path: str = "", deepest: int = DEEPEST) -> Graph | None:
    """The graph of a serialized model; None where it has none. Raises `SourceError` where it is broken."""
    config = data["config"]
    if isinstance(config, (list, tuple)) and data["class_name"] == "Sequential":
        config = {"layers": config}
    if not isinstance(config, Mapping) or not isinstance(config.get("layers"), (list, tuple)):
        return None
    if deepest < 1:
        raise TooDeep
    listed = [_layer(each, f"{path}layers[{place}]", deepest) for place, each in enumerate(config["layers"])]
    name = config.get("name")
    title = name if isinstance(name, str) else ""
    if "input_layers" in config and "output_layers" in config:
        return _functional(title, config, listed)
    return _sequential(title, config, listed) if data["class_name"] == "Sequential" else None


def _layer(data: object, path: str, deepest: int) -> GraphLayer:
    if not is_object(data):
        raise broken(path)
    config = data["config"]
    name = data.get("name", config.get("name") if isinstance(config, Mapping) else None)
    if name is None and data["class_name"] == "Sequential":
        name = "sequential"
    if not isinstance(name, str) or not name.strip():
        raise broken(f"{path}.name")
    return GraphLayer(name, data, calls(data), path, graph_of(data, f"{path}.", deepest - 1))


def _functional(name: str, config: Mapping[str, object], listed: list[GraphLayer]) -> Graph:
    layers: dict[str, GraphLayer] = {}
    for layer in listed:
        if layer.name in layers:
            reason = phrase("two layers are named '{name}'", "두 레이어의 이름이 '{name}'입니다", name=layer.name)
            raise SourceError(problem("keras broken", reason=reason))
        layers[layer.name] = layer
    former = {each.name for each in listed if _starts_at_one(each, True)}
    ending = {each.name for each in listed if _starts_at_one(each, False)}
    for layer in listed:
        written = layer.data.get("inbound_nodes") or []
        assert isinstance(written, (list, tuple)), "calls() has read it"
        for index, each in enumerate(written):
            if former and not isinstance(each, Mapping):
                given, named = layer.calls[index]
                first = tuple(_from_zero(part, former) for part in given)
                layer.calls[index] = Call(first, {key: _from_zero(part, former) for key, part in named.items()})
    without_passed_on(layers)
    inputs, outputs = _tensors(config["input_layers"]), _tensors(config["output_layers"])
    graph = Graph(name, layers, inputs, _from_zero(outputs, ending), config.get("trainable") is not False)
    for layer in listed:
        for call in layer.calls:
            for tensor in call.tensors():
                if tensor.layer not in layers:
                    raise _no_layer(tensor.layer, layer.name)
    for tensor in (*tensors(inputs), *tensors(outputs)):
        if tensor.layer not in layers:
            raise _no_layer(tensor.layer, name)
    return graph


def _starts_at_one(layer: GraphLayer, former: bool) -> bool:
    """Whether Keras counts the calls of this model from 1: a Functional one, for Keras 2 any with an input."""
    if layer.model is None:
        return False
    chain = layer.data["class_name"] == "Sequential"
    return not chain or (former and CHAIN_INPUT not in layer.model.layers)


def _from_zero(value: object, models: set[str]) -> object:
    """The value with the calls of these models counted from 0."""
    if isinstance(value, Tensor):
        return value._replace(call=max(value.call - 1, 0)) if value.layer in models else value
    if isinstance(value, (list, tuple)):
        return type(value)([_from_zero(each, models) for each in value])
    if isinstance(value, Mapping):
        return {key: _from_zero(each, models) for key, each in value.items()}
    return value


def _tensors(value: object) -> object:
    """[layer, call, place], in lists and mappings, as tensors."""
    if (found := reference(value)) is not None:
        return found
    if isinstance(value, (list, tuple)):
        return [_tensors(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): _tensors(each) for key, each in value.items()}
    raise broken("output_layers")


def _no_layer(name: str, reader: str) -> SourceError:
    words = phrase(
        "'{reader}' reads '{name}', which is not there",
        "'{reader}' 레이어가 읽는 '{name}' 레이어가 없습니다",
        reader=reader,
        name=name,
    )
    return SourceError(problem("keras broken", reason=words))


def _sequential(name: str, config: Mapping[str, object], listed: list[GraphLayer]) -> Graph:
    """Layers one behind the other. Without an input layer the first layer may tell the input's shape."""
    layers: dict[str, GraphLayer] = {}
    if not listed or not is_input(listed[0].data):
        first = listed[0].data["config"] if listed else {}
        shape = _first_shape(config, first if isinstance(first, Mapping) else {}, listed[0].model if listed else None)
        data = {"class_name": "InputLayer", "config": {} if shape is None else {"batch_shape": list(shape)}}
        layers[CHAIN_INPUT] = GraphLayer(CHAIN_INPUT, data, [], "", None)
    else:
        layers[listed[0].name] = listed[0]
        listed = listed[1:]
    start = last = Tensor(next(iter(layers)), 0, 0)
    for layer in listed:
        if is_input(layer.data):
            raise broken(layer.path)
        known = layers.get(layer.name)
        if known is not None and known.data["class_name"] != layer.data["class_name"]:
            layer = layer._replace(name=f"{layer.name}@{layer.path}")
            known = None
        found = layers.setdefault(layer.name, known or layer._replace(calls=[]))
        found.calls.append(Call((last._replace(shape=_built_for(layer.data)),), {}))
        last = Tensor(layer.name, len(found.calls) - 1, 0)
    return Graph(name, layers, start, last, True)


def _first_shape(
    config: Mapping[str, object], first: Mapping[str, object], model: Graph | None
) -> tuple[object, ...] | None:
    inner = [each.data["config"] for each in model.input_layers()] if model else []
    given = [each.get(key) for each in (first, *inner) if isinstance(each, Mapping) for key in _INPUT_SHAPES]
    for shape in (*given, config.get("build_input_shape")):
        if isinstance(shape, (list, tuple)) and shape:
            return tuple(shape)
    numbers = first.get("input_dim")
    return (None, numbers) if isinstance(numbers, int) and first.get("input_length") is None else None


def _built_for(data: Mapping[str, object]) -> Sizes | None:
    """The shape that a layer was built for: what the one before it gives, which a chain stores nowhere else."""
    built = data.get("build_config")
    return sizes(built.get("input_shape")) if isinstance(built, Mapping) else None
