"""Written Keras code run by real Keras and by lamella, and what two designs must have in common to be one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import keras

from lamella.design import INPUT, Design, node_of, origin
from lamella.layers import normal_form


def run_by_keras(text: str) -> Any:
    """The `keras.Model` that the code makes in a fresh session."""
    keras.backend.clear_session(free_memory=False)
    return _run(text)


def run_by_lamella(text: str) -> Design:
    """The design that the same code makes after a change of its imports."""
    changed = re.sub("^import keras$", "import lamella as keras", text, flags=re.MULTILINE)
    changed = re.sub("^from keras.src.* import", "from lamella.layers import", changed, flags=re.MULTILINE)
    design: Design = _run(re.sub("^from keras import", "from lamella import", changed, flags=re.MULTILINE)).design
    return design


def _run(text: str) -> Any:
    space: dict[str, Any] = {}
    exec(compile(text, "model.py", "exec"), space)  # noqa: S102  (our own text)
    return space["model"]


def whole(design: Design, names: Mapping[str, str] | None = None) -> dict[str, object]:
    """All that a design says, whatever the order of its lines and the names that code can't carry.

    Operations and second uses are known by what they are and read, layers by `names`, else their own.
    """
    known = {node.name: node for node in design.nodes}
    keys: dict[str, str] = {}

    def key(reference: str) -> str:
        name = node_of(reference, known)
        if name not in keys:
            node, first = known[name], origin(known[name], design)
            operation = node.type.startswith("ops.")
            own = None if operation or node.shares else (names or {}).get(name, name)
            layer = key(first.name) if first is not node and not operation else own
            given = normal_form(node.type, dict(first.arguments))
            if given.get("data_format") == "channels_last":  # as where nothing is said
                del given["data_format"]
            arguments = in_order(given)
            inputs = [key(each) for each in node.inputs]
            text = repr((node.type, layer, arguments, inputs, node.gives))
            keys[name] = f"{node.type} {own} {sha256(text.encode()).hexdigest()}"
        return keys[name] + reference.removeprefix(name)

    nodes = Counter(key(node.name) for node in design.nodes)
    listed = all(name == reference for name, reference in design.outputs.items())
    outputs = {name: key(reference) for name, reference in design.outputs.items()}
    inputs = [key(node.name) for node in design.nodes if node.type == INPUT]
    return {"nodes": nodes, "inputs": inputs, "outputs": [*outputs.values()] if listed else outputs}


def in_order(value: Any) -> Any:
    """A value with the entries of its mappings in the order of their keys."""
    if isinstance(value, Mapping):
        return [(key, in_order(value[key])) for key in sorted(value)]
    return [in_order(each) for each in value] if isinstance(value, (list, tuple)) else value
