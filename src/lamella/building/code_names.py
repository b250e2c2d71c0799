"""Names in Python code of a design: which names of layers must be written, and what the variables are called."""

from __future__ import annotations

import builtins
import keyword
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from lamella.building.keras_names import keras_names
from lamella.design import INPUT, FreeNames, Node, origin, output_reference
from lamella.layers import REGISTRY
from lamella.layers.operations import keras_word
from lamella.layers.registry import snake_case
from lamella.layers.tracing import Names
from lamella.layers.wrapped import CELLS
from lamella.planning.plan import Plan, Row

_MADE_INSIDE: Final = {
    **dict.fromkeys(("MultiHeadAttention", "GroupQueryAttention"), ("softmax", "dropout")),
    "TextVectorization": ("string_lookup",),
}


def made_inside(type_name: str, arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """The words of the layers that Keras makes and names by itself inside one."""
    if type_name == "RandomColorJitter":
        words = ("brightness", "contrast", "saturation", "hue")
        return tuple(f"random_{word}" for word in words if arguments.get(f"{word}_factor") is not None)
    return _MADE_INSIDE.get(type_name, ())


CHAIN, UNREAD = "x", "_"
_TAKEN: Final = frozenset({"keras", "layers", "ops", "model", "inputs", "outputs", CHAIN, UNREAD})


def written_names(plan: Plan) -> dict[str, str | None]:
    """The name that the code gives each layer; None where Keras in a fresh session and lamella give it by themselves.

    Keras names operations itself and takes no name twice: a layer that is called like one gets another name.
    """
    nodes = [row.node for row in plan.rows]
    names = keras_names(plan.design)
    given = {node.name for node in nodes if node.type == INPUT}
    while True:
        theirs, operations = _names_of_keras(nodes, given)
        ours = _names_of_lamella(nodes, {names[each] for each in given})
        differing = {name for name in theirs if not theirs[name] == ours[name] == names[name]}
        if not differing:
            break
        given |= differing
    free = FreeNames((*names.values(), *operations))
    for name in sorted(given):
        if names[name] in operations:
            names[name] = _identifier(names[name], free)
    return {name: names[name] if name in given else None for name in names}


def _names_of_keras(nodes: Iterable[Node], given: set[str]) -> tuple[dict[str, str], set[str]]:
    """The automatic names of layers, by node, and those of operations.

    Source: keras/src/utils/naming.py: one count for each word, of all that is made without a name.
    """
    counts: Counter[str] = Counter()
    found: dict[str, str] = {}
    operations = set()

    def next_name(type_name: str) -> str:
        word = snake_case(type_name)
        counts[word] += 1
        return f"{word}_{counts[word] - 1}" if counts[word] > 1 else word

    for node in nodes:
        if node.type.startswith("ops."):
            operations.add(next_name(keras_word(node.type)))
            continue
        if node.shares is not None or node.type == INPUT:
            continue
        for inner in layers_in(node.type, node.arguments):
            next_name(inner)
        if node.name not in given:
            found[node.name] = next_name(node.type)
        counts.update(made_inside(node.type, node.arguments))
    return found, operations


def layers_in(type_name: str, arguments: Mapping[str, Any]) -> Iterator[str]:
    """The types of the layers that are arguments, each behind those inside it, as Python makes them."""
    kind = CELLS.get(type_name) or REGISTRY[type_name]
    for key, value in arguments.items():
        if kind.arguments[key].kind.layers and value is not None:
            for each in [value] if isinstance(value, Mapping) else value:
                ((inner, given),) = each.items()
                yield from layers_in(inner, given)
                yield inner


def _names_of_lamella(nodes: Iterable[Node], given: set[str]) -> dict[str, str]:
    """The automatic names when lamella reads the code: that of a node which has none of its own."""
    names = Names(given)
    return {node.name: names.automatic(node.type) for node in nodes if node.shares is None and node.name not in given}


class Variables(NamedTuple):
    """The variable of each tensor, by reference to it, and of each layer that is called more than once, by node."""

    tensors: dict[str, str]
    layers: dict[str, str]


def variables(plan: Plan) -> Variables:
    """Names for all that is not used on the spot.

    What goes from one line to the next is `x`; what is read later, after another `x`, is called after its layer.
    """
    design, rows = plan.design, plan.rows
    words = keras_names(design)
    free = FreeNames((*_TAKEN, *(row.node.type for row in rows)))
    uses = Counter(origin(row.node, design).name for row in rows if not row.node.type.startswith("ops."))
    layers = {name: _identifier(words[name], free) for name, count in uses.items() if count > 1}
    ends = {reference: place for place, row in enumerate(rows) for reference in row.node.reads}
    ends |= dict.fromkeys(design.outputs.values(), len(rows))
    chained = _chained(rows, ends)
    read = {reference for row in rows for reference in row.node.reads}
    known = dict.fromkeys(chained, CHAIN)
    if len(design.inputs) == 1:
        known[design.inputs[0].name] = "inputs"
    if len(design.outputs) == 1 and design.outputs.keys().isdisjoint(read):
        known = dict.fromkeys(design.outputs, "outputs") | known
    tensors: dict[str, str] = {}
    for row in rows:
        for place, reference in enumerate(results(row)):
            word = words[row.node.name] + (f"_{place}" if place else "")
            unread = UNREAD if row.more_shapes and reference not in ends else ""
            tensors[reference] = known.get(reference) or unread or _identifier(word, free)
    return Variables(tensors, layers)


def results(row: Row) -> list[str]:
    """The references to what a node gives."""
    return [output_reference(row.node.name, place) for place in range(1 + len(row.more_shapes))]


def _chained(rows: Sequence[Row], ends: Mapping[str, int]) -> set[str]:
    """As many tensors as can have one variable, by turns: each is read for the last time before the next is made."""
    spans = [
        (ends[reference], -start, reference)
        for start, row in enumerate(rows)
        if row.node.type != INPUT
        for reference in results(row)
        if start < ends.get(reference, start) < len(rows)
    ]
    found, free = set(), 0
    for end, start, reference in sorted(spans):
        if -start >= free:
            found.add(reference)
            free = end
    return found


def _identifier(word: str, free: FreeNames) -> str:
    """A variable after a word, and no other's."""
    plain = re.sub("[^a-z0-9_]+", "_", word.lower()).strip("_") or "layer"
    if plain[0].isdigit():
        plain = f"layer_{plain}"
    return free.take(plain, f"{plain}_" if keyword.iskeyword(plain) or hasattr(builtins, plain) else plain)
