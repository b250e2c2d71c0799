"""A Keras model's config, as data, to a Design. No Keras is loaded and nothing in the config is executed.

Models inside models are written out: their nodes are called outer.inner. A layer or model that is called twice
gives nodes that share the first one's weights (layer@2, outer@2.inner).

Source: keras/src/models/functional.py and sequential.py (get_config, functional_from_config).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from lamella.design import Design, FreeNames, Node, output_reference
from lamella.errors import Place, Problem, SourceError, problem
from lamella.layers import REGISTRY, make
from lamella.layers.base import Layer
from lamella.layers.calling import TRAINING, normal_call
from lamella.sources.keras_calls import Call, Sizes, Tensor, broken, tensors
from lamella.sources.keras_graph import Graph, GraphLayer, graph_of
from lamella.sources.keras_operations import is_operation, operation_kind, operation_parameters
from lamella.sources.keras_values import NUMBER, Kind, TooDeep, is_object, layer_kind, numbers, type_name
from lamella.texts.languages import phrase

MOST_NODES: Final = 100_000
"""Calls, with what each reads, in all models inside models together, of a model that has fewer layers itself."""

FROZEN: Final = "frozen_weights"
"""Set in the config of a living model's layer whose weights all are frozen."""

_MOST_MODELS_DEEP: Final = 30

Identity = tuple[object, ...]
"""What tells layers apart: their way through the models, or the number by which Keras knows one that is in several."""


def design(data: object, file: str | None, outputs: Sequence[Sizes | None] = ()) -> Design:
    """The design of a serialized model; `outputs` has the shapes of its outputs where they are known.

    Raises `SourceError` where it holds no graph of layers, or one that leads nowhere.
    """
    try:
        if not is_object(data):
            raise broken("config")
        return _Flat(data, outputs, file).design()
    except SourceError as error:
        raise SourceError([each.at(Place(file)) for each in error.problems]) from None
    except (RecursionError, TooDeep):
        what = phrase("lists in lists in lists", "여러 겹의 목록")
        limit = phrase("64 levels", "64단계")
        raise SourceError(problem("keras too much", Place(file), what=what, limit=limit)) from None


def _layers(data: Mapping[str, object]) -> int:
    """How many layers the outermost model lists."""
    config = data["config"]
    listed = config.get("layers") if isinstance(config, Mapping) else None
    return len(listed) if isinstance(listed, list) else 0


class _Flat:
    """The nodes of a model and of the models in it, as they are found."""

    def __init__(self, data: Mapping[str, object], outputs: Sequence[Sizes | None], file: str | None) -> None:
        self.data, self.known_outputs, self.file = data, outputs, file
        self.nodes: list[Node] = []
        self.opaque: dict[str, int] = {}
        """Names of nodes of which only stored shapes are known, by place in `nodes`."""
        self.shapes: dict[str, Sizes] = {}
        """The stored shape of each output, by reference to it."""
        self.first: dict[Identity, tuple[str, Kind]] = {}
        self.uses: dict[Identity, int] = {}
        self.owners: dict[int, Identity] = {}
        """Which layer came first that is, or holds, a layer with Keras' number."""
        self.free = FreeNames()
        self.problems: list[Problem] = []
        self.most = self.left = max(MOST_NODES, 4 * _layers(data))

    def design(self) -> Design:
        graph = graph_of(self.data)
        if graph is None:
            raise SourceError(problem("keras no graph", type=self.data["class_name"]))
        results = self.expand(graph, "", (), None, None)
        references = list(tensors(graph.outputs))
        for reference, shape in zip(results, self.known_outputs, strict=False):
            if shape is not None:
                self.shapes[reference] = shape
        names = [name for name, _ in _named(graph.outputs, "")]
        outputs, free = dict[str, str](), FreeNames(sign="@")
        for name, reference in zip(names or [""] * len(references), results, strict=True):
            outputs[free.take(name or reference)] = reference
        self._give()
        nodes = self.nodes if graph.trainable else [_frozen(node) for node in self.nodes]
        return Design(clean(graph.name), tuple(nodes), outputs, problems=tuple(self.problems))

    def expand(
        self, graph: Graph, prefix: str, path: Identity, sources: Sequence[str] | None, training: object
    ) -> list[str]:
        """Adds the nodes of a model; gives the references to its outputs.

        `sources` are what it is called on, `training` what its call says of that, which holds for all layers in it.
        """
        if len(path) > _MOST_MODELS_DEEP:
            raise TooDeep
        made: dict[tuple[str, int], str | list[str]] = {}
        inputs = list(tensors(graph.inputs))
        if sources is None:
            if graph.has_no_shape():
                raise SourceError(problem("keras no shape", name=graph.name))
            for layer in graph.input_layers():
                made[layer.name, 0] = self._add(layer, None, prefix, path, (), {})
        elif len(sources) != len(inputs):
            facts = {"name": graph.name, "expected": len(inputs), "received": len(sources)}
            words = phrase(
                "{name} takes {expected} inputs, not {received}",
                "{name}: 입력 {expected}개가 필요한데 {received}개",
                **facts,
            )
            raise SourceError(problem("keras broken", reason=words))
        else:
            made |= {(tensor.layer, 0): [source] for tensor, source in zip(inputs, sources, strict=True)}
        for layer, index in graph.order():
            call = layer.calls[index]
            self._spend(1 + len(call.tensors()))
            if layer.model is not None:
                given = [self._reference(each, made) for each in _fed(layer.model, call)]
                made[layer.name, index] = self._model(layer, index, prefix, path, given, training)
                continue
            kind = None if is_operation(layer.data) else REGISTRY.get(type_name(layer.data))
            alone, said = call.split(kind)
            ordered = alone.in_order(_names(layer.data))
            read = tuple(self._reference(each, made) for each in (ordered or alone).tensors())
            said = {key: self._said(value, made) for key, value in said.items()}
            if training is not None and kind is not None:
                said[TRAINING] = training
            said = normal_call(kind, said)
            steps = None if said or ordered is None else self._in_steps(layer)
            if steps is not None:
                for each in steps:
                    read = (self._add(each, index, prefix, path, read, {}),)
                made[layer.name, index] = read[0]
                continue
            made[layer.name, index] = name = self._add(layer, index, prefix, path, read, said)
            if ordered is None:
                self.opaque[name] = len(self.nodes) - 1
        return [self._reference(each, made) for each in tensors(graph.outputs)]

    def _in_steps(self, layer: GraphLayer) -> list[GraphLayer] | None:
        """For a TimeDistributed around a chain of layers: one around each of them; None for any other layer."""
        inner = layer.data["config"].get("layer") if isinstance(layer.data["config"], Mapping) else None
        if type_name(layer.data) != "TimeDistributed" or not is_object(inner) or (inner.get(NUMBER),) in self.uses:
            return None
        model = graph_of(inner)
        steps = []
        for each in (model.chain() if model else None) or ():
            name = f"{layer.name}.{each.name}"
            data = {**layer.data, "config": {"layer": each.data}, NUMBER: None}
            steps.append(GraphLayer(name, data, layer.calls, layer.path, None))
            found = layer_kind(data)
            if found.opaque or not isinstance(make(Node(name, found.type, found.arguments)), Layer):
                return None
        self._spend(len(steps))
        return steps or None

    def _said(self, value: object, made: Mapping[tuple[str, int], str | list[str]]) -> object:
        """A value of a call, with references for its tensors."""
        if isinstance(value, Tensor):
            return self._reference(value, made)
        return tuple(self._said(each, made) for each in value) if isinstance(value, (list, tuple)) else value

    def _model(
        self, layer: GraphLayer, index: int, prefix: str, path: Identity, sources: Sequence[str], training: object
    ) -> list[str]:
        call, model = layer.calls[index], layer.model
        assert model is not None, "only models are written out"
        if training is None:
            training = call.named.get(TRAINING)
        if any(tensors(call.named.get("mask"))):
            self.problems.append(problem("model mask", Place(self.file, path=layer.path or None), name=layer.name))
        identity = layer.identity(path)
        self.uses[identity] = use = self.uses.get(identity, 0) + 1
        inner = f"{prefix}{clean(layer.name)}{f'@{use}' if use > 1 else ''}."
        return self.expand(model, inner, identity, sources, training)

    def _add(
        self,
        layer: GraphLayer,
        index: int | None,
        prefix: str,
        path: Identity,
        inputs: tuple[str, ...],
        called: Mapping[str, object],
    ) -> str:
        """Adds the node of one call of a layer; gives its name."""
        call = None if index is None else layer.calls[index]
        acts = call is not None and is_operation(layer.data)
        identity = (*layer.identity(path), index) if acts else layer.identity(path)
        first, kind = self.first.get(identity, (None, None))
        if kind is None:
            kind = operation_kind(layer.data, call) if acts and call else layer_kind(layer.data)
            owners = [self.owners.setdefault(number, identity) for number in numbers(layer.data)]
            if other := next((each for each in owners if each != identity and not kind.opaque), None):
                kind = Kind(kind.type, {}, True, f"weights of {self.first[other][0]}")
        name = self.free.take(f"{prefix}{clean(layer.name)}{f'@{index + 1}' if index else ''}")
        self.first.setdefault(identity, (name, kind))
        if kind.opaque:
            self.opaque[name] = len(self.nodes)
        arguments = kind.arguments if first is None else {}
        where = Place(self.file, path=layer.path or None)
        node = Node(name, kind.type, arguments, inputs, first, called=called, unknown=kind.argument, where=where)
        frozen = layer.data.get(FROZEN) is True and getattr(REGISTRY.get(kind.type), "inner_learn", False)
        self.nodes.append(replace(node, frozen=frozen and first is None))
        return name

    def _reference(self, tensor: Tensor, made: Mapping[tuple[str, int], str | list[str]]) -> str:
        found = made.get((tensor.layer, tensor.call))
        if found is None or (not isinstance(found, str) and tensor.place >= len(found)):
            raise missing(tensor)
        reference = output_reference(found, tensor.place) if isinstance(found, str) else found[tensor.place]
        if tensor.shape is not None:
            self.shapes.setdefault(reference, tensor.shape)
        return reference

    def _give(self) -> None:
        """Adds to the nodes that lamella does not know the shapes that were stored where they are read."""
        places: dict[str, dict[int, Sizes]] = {}
        for reference, shape in self.shapes.items():
            name, _, place = reference.rpartition(":") if reference not in self.opaque else (reference, "", "0")
            if name in self.opaque:
                places.setdefault(name, {})[int(place)] = shape
        for name, index in self.opaque.items():
            found = places.get(name, {})
            gives = tuple(found.get(place) for place in range(max(found) + 1 if found else 0))
            self.nodes[index] = replace(self.nodes[index], gives=gives)

    def _spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            what = phrase("models in models with very many layers", "모델 속의 모델에 아주 많은 레이어")
            limit = phrase("{most} nodes", "노드 {most}개", most=f"{self.most:,}")
            raise SourceError(problem("keras too much", what=what, limit=limit))


def _fed(model: Graph, call: Call) -> list[Tensor]:
    """What a model inside a model is called on, in the order of its inputs."""
    given = call.given[0] if call.given else call.named.get("inputs")
    inputs = list(tensors(model.inputs))
    if isinstance(given, Mapping) and not isinstance(model.inputs, Mapping):
        by_name = [given.get(each.layer) for each in inputs]
        if all(isinstance(each, Tensor) for each in by_name):
            return [each for each in by_name if isinstance(each, Tensor)]
    return list(tensors(given))


def _names(data: Mapping[str, object]) -> Sequence[str]:
    """The names that a call of this layer or operation may give its tensors, in order."""
    if is_operation(data):
        return operation_parameters(data)
    names: Sequence[str] = getattr(REGISTRY.get(type_name(data)), "call_names", ())
    return names


def _named(structure: object, name: str) -> Iterator[tuple[str, Tensor]]:
    """The output tensors in Keras' order, with the names that a mapping gives them."""
    if isinstance(structure, Tensor):
        yield name, structure
    elif isinstance(structure, Mapping):
        for key in sorted(structure, key=str):
            yield from _named(structure[key], f"{name}.{clean(str(key))}" if name else clean(str(key)))
    elif isinstance(structure, (list, tuple)):
        for place, each in enumerate(structure):
            yield from _named(each, f"{name}.{place}" if name else "")


def _frozen(node: Node) -> Node:
    """The node in a model that is not trainable as a whole."""
    kind = REGISTRY.get(node.type)
    if node.shares is not None or kind is None or "trainable" not in kind.arguments:
        return node
    return replace(node, arguments={**node.arguments, "trainable": False})


def clean(name: str) -> str:
    """A name as a design can hold it: without / and what does not print, and unlike a reference to an output.

    >>> clean("block1/conv"), clean("lstm:1")
    ('block1.conv', 'lstm_1')
    """
    printable = "".join(char if char.isprintable() else "_" for char in name.replace("/", ".")).strip()
    return re.sub(r":(?=\d+$)", "_", printable)


def missing(tensor: Tensor) -> SourceError:
    """The fault of a reference to what no layer gives."""
    facts = {"name": tensor.layer, "call": tensor.call, "place": tensor.place}
    reason = phrase(
        "nothing is output {place} of call {call} of '{name}'",
        "'{name}'의 {call}번 호출에 출력 {place}번이 없습니다",
        **facts,
    )
    return SourceError(problem("keras broken", reason=reason))
