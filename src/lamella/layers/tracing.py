"""From symbolic tensors to a Design, and the automatic names that both ways of writing share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from lamella.design import INPUT, Design, Node, output_reference
from lamella.errors import DesignError, problem
from lamella.layers.registry import snake_case
from lamella.layers.symbolic import Call, SymbolicTensor
from lamella.layers.wrapped import within
from lamella.texts.languages import phrase

Tensors = SymbolicTensor | Sequence[SymbolicTensor] | Mapping[str, SymbolicTensor]


class Names:
    """Automatic names as Keras gives them (conv2d, conv2d_1, ...), never one that was given by hand.

    A second use of a layer is named after the first: edges@2, edges@3.
    """

    def __init__(self, given: Iterable[str]) -> None:
        self._taken = set(given)
        self._counts: dict[str, int] = {}

    def automatic(self, type_name: str) -> str:
        base = "input" if type_name == INPUT else snake_case(type_name)
        return self._free(base, lambda count: f"{base}_{count}" if count else base)

    def repeated(self, first: str) -> str:
        return self._free(f"{first}@", lambda count: f"{first}@{count + 2}")

    def _free(self, key: str, make: Callable[[int], str]) -> str:
        while True:
            count = self._counts.get(key, 0)
            self._counts[key] = count + 1
            if (name := make(count)) not in self._taken:
                self._taken.add(name)
                return name


def trace(inputs: Tensors, outputs: Tensors, name: str) -> Design:
    """The design between symbolic inputs and outputs. Raises `DesignError` where they are not connected."""
    sources, results = listed(inputs, "inputs"), listed(outputs, "outputs")
    given = [each.call for each in sources]
    made, known = reachable(results), set(given)
    for call in made:
        if call.layer.type == INPUT and call not in known:
            facts = {"name": call.layer.name or "input"}
            fix = phrase("Add it to the model's inputs.", "모델의 inputs에 넣어 주세요.")
            raise DesignError(problem("name dangling", **facts, suggestion=fix))
    calls = [*given, *(call for call in made if call.layer.type != INPUT)]
    names = Names(call.layer.name for call in calls if call.layer.name is not None)
    first_use: dict[int, str] = {}
    names_of: dict[int, str] = {}

    def reference(tensor: SymbolicTensor) -> str:
        return output_reference(names_of[tensor.call.order], tensor.place)

    def said(value: object) -> object:
        if isinstance(value, tuple):
            return tuple(said(each) for each in value)
        return reference(value) if isinstance(value, SymbolicTensor) else value

    nodes = []
    for call in calls:
        layer = call.layer
        shares = first_use.get(id(layer))
        if shares is not None:
            own_name = names.repeated(shares)
        else:
            own_name = layer.name or names.automatic(layer.type)
            first_use[id(layer)] = own_name
        names_of[call.order] = own_name
        arguments = {} if shares else {key: value for key, value in layer.changed().items() if key != "name"}
        read = tuple(reference(each) for each in call.inputs)
        called = {key: said(value) for key, value in call.called.items()}
        nodes.append(Node(own_name, layer.type, arguments, read, shares, called=called, where=call.where))
    _check_wrapped(calls)
    if isinstance(outputs, Mapping):
        return Design(name, tuple(nodes), {key: reference(value) for key, value in outputs.items()})
    return Design(name, tuple(nodes), {reference(each): reference(each) for each in results})


def _check_wrapped(calls: Sequence[Call]) -> None:
    """Raises `DesignError` for a layer inside another that is used elsewhere too: a design holds a copy of it."""
    layers = {id(call.layer): call for call in calls}
    inside = {number: [*within(call.layer)] for number, call in layers.items()}
    uses = Counter([*layers, *(id(each) for several in inside.values() for each in several)])
    for number, several in inside.items():
        for each in several:
            if uses[id(each)] > 1:
                reason = phrase(
                    "the same layer is used elsewhere too, and its weights would be counted twice",
                    "같은 레이어를 다른 곳에서도 써서 가중치를 두 번 세게 됩니다",
                )
                fix = phrase("Give it a layer of its own.", "따로 만든 레이어를 주세요.")
                facts = {"type": layers[number].layer.type, "inner": each.type, "reason": reason}
                raise DesignError(problem("wrapped type", layers[number].where, **facts, suggestion=fix))


def reachable(results: Sequence[SymbolicTensor]) -> list[Call]:
    """All calls that the results come from, in their order."""
    found: dict[int, Call] = {}
    waiting = [each.call for each in results]
    while waiting:
        call = waiting.pop()
        if call.order not in found:
            found[call.order] = call
            waiting.extend(each.call for each in call.reads)
    return [found[order] for order in sorted(found)]


def listed(tensors: Tensors, what: str) -> list[SymbolicTensor]:
    if isinstance(tensors, SymbolicTensor):
        return [tensors]
    values = list(tensors.values()) if isinstance(tensors, Mapping) else tensors
    if not isinstance(values, (list, tuple)) or not values or not all(isinstance(t, SymbolicTensor) for t in values):
        expected = phrase("one or more symbolic tensors as its {what}", "{what}: 심볼릭 텐서 하나 이상", what=what)
        raise DesignError(problem("input count", type="Model", expected=expected, received=type(tensors).__name__))
    return list(values)
