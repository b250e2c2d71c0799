"""A Design as a design file, which reads back equal."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lamella.design import INPUT, Design, Node
from lamella.layers.tracing import Names

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.@-]*( [A-Za-z0-9_.@-]+)*")
_NOT_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "any"}


def write(design: Design) -> str:
    """The design as YAML text. Automatic names are left out where reading gives them again."""
    lines = [f"name: {flow(design.name)}"] if design.name else []
    leading = next((index for index, node in enumerate(design.nodes) if node.type != INPUT), len(design.nodes))
    inputs, layers = design.nodes[:leading], design.nodes[leading:]
    named = _names_to_write(design)
    if len(inputs) == 1 and inputs[0].name not in named:
        lines.append(f"input: {_input(inputs[0])}")
    elif inputs:
        lines += ["inputs:", *(f"  {flow(node.name)}: {_input(node)}" for node in inputs)]
    lines.append("layers:")
    previous = inputs[0].name if len(inputs) == 1 else None
    for node in layers:
        entries: dict[str, object] = {"name": node.name} if node.name in named else {}
        if node.shares is not None:
            entries["shares"] = node.shares
        entries |= node.arguments
        if node.called:
            entries["call"] = dict(node.called)
        if node.frozen:
            entries["frozen"] = True
        if node.gives is not None:
            one = len(node.gives) == 1 and bool(node.gives[0])
            entries["gives"] = node.gives[0] if one else node.gives
        if node.inputs != ((previous,) if previous is not None and node.type != INPUT else ()):
            entries["from"] = node.inputs[0] if len(node.inputs) == 1 else list(node.inputs)
        lines.append(f"  - {flow(node.type)}: {flow(entries)}" if entries else f"  - {flow(node.type)}")
        previous = node.name
    last = design.nodes[-1].name if design.nodes else ""
    if dict(design.outputs) != {last: last}:
        plain = all(name == node for name, node in design.outputs.items())
        lines.append(f"outputs: {flow(list(design.outputs) if plain else design.outputs)}")
    if design.expect:
        lines.append(f"expect: {flow(design.expect)}")
    return "\n".join(lines) + "\n"


def _names_to_write(design: Design) -> set[str]:
    """The names that reading would not give by itself; all of them where only some could be left out."""
    every = {node.name for node in design.nodes}
    given = every - _automatic(design, set())
    return given if _automatic(design, given) >= every - given else every


def _automatic(design: Design, given: set[str]) -> set[str]:
    names = Names(given)
    found = set()
    for node in design.nodes:
        if node.name in given:
            continue
        expected = names.repeated(node.shares) if node.shares else names.automatic(node.type)
        if expected == node.name:
            found.add(node.name)
    return found


def _input(node: Node) -> str:
    arguments = node.arguments
    return flow(arguments["shape"] if set(arguments) == {"shape"} else arguments)


def flow(value: object) -> str:
    """A value on one line."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return (
                value
                if _PLAIN.fullmatch(value) and value.lower() not in _NOT_WORDS
                else f'"{"".join(map(_character, value))}"'
            )
        case float():
            return {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}.get(repr(value), repr(value))
        case Mapping():
            return "{" + ", ".join(f"{flow(key)}: {flow(each)}" for key, each in value.items()) + "}"
        case tuple() | list():
            return "[" + ", ".join(map(flow, value)) + "]"
    return str(value)


def _character(character: str) -> str:
    """A character inside double quotes; what does not print, or would be folded as a line break, is escaped."""
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"
