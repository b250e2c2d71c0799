"""Arguments of layers changed in the text of a design file: nothing else of it moves, comments stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from lamella.errors import SourceError, problem
from lamella.sources import yaml_file
from lamella.sources.yaml_writer import flow

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
    for start, end, new in sorted(cuts, reverse=True):
        text = text[:start] + new + text[end:]
    wanted = [replace(node, arguments={**node.arguments, **changes.get(node.name, {})}) for node in design.nodes]
    if yaml_file.read(text.encode(), design.name) != replace(design, nodes=tuple(wanted)):
        raise SourceError(problem("not edited", names=[*changes]))
    return text


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


def _line(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _filled(text: str, arguments: YamlNode, entry: str) -> tuple[int, int, str]:
    """Arguments where there were none: {} or nothing behind the colon."""
    start, end = arguments.start_mark.index, arguments.end_mark.index
    blank = "" if text[start - 1 : start] in (" ", "") else " "
    return start, end, f"{blank}{{{entry}}}"
