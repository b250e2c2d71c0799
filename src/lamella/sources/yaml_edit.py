"""Arguments of layers changed in the text of a design file: nothing else of it moves, comments stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from lamella.design import INPUT
from lamella.errors import SourceError, problem
from lamella.layers import normal_form
from lamella.sources import yaml_file
from lamella.sources.yaml_writer import flow, write

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node as YamlNode

    from lamella.design import Design

_LAYER: Final = re.compile(r"layers\[([0-9]+)\]")


def edited(text: str, design: Design, changes: Mapping[str, Mapping[str, object]]) -> str:
    """The text of a design file with arguments set: layer -> argument -> value. `design` is what was read from it.

    An argument that is written already gets its new value where it stands; another one is put in front. Raises
    `SourceError` where the text, read again, would not be the design with these arguments and nothing else.
    """
    from ruamel.yaml import YAML

    root: Any = YAML(typ="safe", pure=True).compose(text)
    layers: list[Any] = next((value.value for key, value in root.value if key.value == "layers"), [])
    cuts: list[tuple[int, int, str]] = []
    for node in design.nodes:
        place = _LAYER.fullmatch(node.where.path or "")
        for name, value in changes.get(node.name, {}).items():
            if place is not None and int(place[1]) < len(layers):
                cuts.append(_cut(text, layers[int(place[1])], name, flow(value)))
            elif node.type == INPUT and name == "shape":
                cuts += _input_cut(root, node.where.path or "", flow(value))
    for start, end, new in sorted({*cuts}, reverse=True):  # entries that share an anchor are one text
        text = text[:start] + new + text[end:]
    wanted = [
        replace(node, arguments=normal_form(node.type, {**node.arguments, **changes[node.name]}))
        if changes.get(node.name)
        else node
        for node in design.nodes
    ]
    try:
        read = yaml_file.read(text.encode(), design.name)
    except SourceError:
        read = None
    if read != replace(design, nodes=tuple(wanted)):
        raise SourceError(problem("not edited", names=[*changes]))
    return text


def extended(text: str, design: Design) -> str | None:
    """The text of a design file with the layers that `design` has besides, behind its own; comments stay.

    Its expectations and outputs are the whole design's. None where the text can't be grown so.
    """
    from ruamel.yaml import YAML

    root: Any = YAML(typ="safe", pure=True).compose(text)
    entries = {key.value: (key, value) for key, value in root.value}
    layers = entries["layers"][1]
    if layers.flow_style or root.flow_style or not layers.value:
        return None
    written = [line for line in write(design).splitlines() if line.startswith("  - ")]
    dash = text.rindex("-", 0, layers.value[0].start_mark.index)
    margin = " " * (dash - text.rfind("\n", 0, dash) - 1)
    line = _line(text)
    end = _line_end(text, _last_mark(layers.value[-1]))
    more = "".join(f"{line}{margin}{each.strip()}" for each in written[len(layers.value) :])
    cuts = [(end, end, more)]
    for name in ("outputs", "expect", "name"):
        if name in entries:
            key, value = entries[name]
            stop = _line_end(text, _last_mark(value))
            new = f"name: {flow(design.name)}" if name == "name" else ""
            cuts.append((key.start_mark.index, stop, new))
    for start, stop, new in sorted(cuts, reverse=True):
        text = text[:start] + new + text[stop:]
    try:
        read = yaml_file.read(text.encode(), design.name)
    except SourceError:
        return None
    return text if read == design else None


def _last_mark(node: Any) -> int:
    """Where the last character of a value stands: comments behind it belong to nobody."""
    if not isinstance(node.value, list) or not node.value or node.flow_style:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _last_mark(last[1] if isinstance(last, tuple) else last)


def _line_end(text: str, index: int) -> int:
    found = text.find("\n", index)
    end = len(text) if found < 0 else found
    return end - 1 if text[end - 1 : end] == "\r" else end


def _cut(text: str, layer: Any, name: str, value: str) -> tuple[int, int, str]:
    """From where to where the text of one layer's entry changes, and to what."""
    entry = f"{name}: {value}"
    if not isinstance(layer.value, list):  # - BatchNormalization
        end = layer.end_mark.index
        return end, end, f": {{{entry}}}"
    ((_, arguments),) = layer.value
    if not isinstance(arguments.value, list) or not arguments.value:
        return _filled(text, arguments, entry)
    for key, old in arguments.value:
        if key.value == name:
            return old.start_mark.index, old.end_mark.index, value
    first = arguments.value[0][0].start_mark
    return first.index, first.index, entry + (", " if arguments.flow_style else _line(text) + " " * first.column)


def _input_cut(root: Any, path: str, shape: str) -> list[tuple[int, int, str]]:
    """From where to where an input's shape stands; nothing where it is not found."""
    value = root
    for name in path.split("."):
        value = _entry(value, name)
    inner = _entry(value, "shape")
    value = value if inner is None else inner
    return [] if value is None else [(value.start_mark.index, value.end_mark.index, shape)]


def _entry(mapping: Any, name: str) -> Any:
    """The value of an entry; None where there is none."""
    entries = mapping.value if mapping is not None and isinstance(mapping.value, list) else ()
    return next((pair[1] for pair in entries if isinstance(pair, tuple) and pair[0].value == name), None)


def _line(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _filled(text: str, arguments: YamlNode, entry: str) -> tuple[int, int, str]:
    """Arguments where there were none: {} or nothing behind the colon."""
    start, end = arguments.start_mark.index, arguments.end_mark.index
    blank = "" if text[start - 1 : start] in (" ", "") else " "
    return start, end, f"{blank}{{{entry}}}"
