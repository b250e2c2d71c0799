"""What a call of a layer says besides its inputs: flags such as use_causal_mask, and tensors such as masks.

A layer type declares them as `call_flags` and `call_tensors`; a design's node has those that were given as `called`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lamella.errors import Problem, problem
from lamella.layers.arguments import FLAG
from lamella.texts.languages import phrase

if TYPE_CHECKING:
    from lamella.layers.base import Layer

TRAINING = "training"
"""Every Keras layer takes this flag; where the layer does the same either way it says nothing."""


def normal_call(kind: type[Layer] | None, given: Mapping[str, object]) -> dict[str, object]:
    """The same without what says nothing, in the order of the type's names; what is wrong is left as it is."""
    if kind is None:
        return dict(given)
    kept = {name: value for name, value in given.items() if not _says_nothing(kind, name, value)}
    known = [name for name in (*kind.call_flags, *kind.call_tensors) if name in kept]
    ordered = {name: kept[name] for name in known} | kept
    return {name: tuple(value) if isinstance(value, list) else value for name, value in ordered.items()}


def _says_nothing(kind: type[Layer], name: str, value: object) -> bool:
    if value is None or (isinstance(value, (list, tuple)) and all(each is None for each in value)):
        return True
    if name in kind.call_flags:
        return value is kind.call_flags[name]
    return name == TRAINING and isinstance(value, bool)


def wrong_call(kind: type[Layer], called: Mapping[str, object], tensor: type = str) -> list[Problem]:
    """What is wrong with it: a name that the type's call does not have, or no such value; `tensor` is what one is."""
    from lamella.layers.base import did_you_mean

    found = []
    for name, value in called.items():
        if name not in (*kind.call_flags, *kind.call_tensors):
            near = did_you_mean(name, [*kind.call_flags, *kind.call_tensors])
            found.append(problem("argument unknown", type=kind.type, argument=name, suggestion=near))
        elif name in kind.call_flags and not isinstance(value, bool):
            found.append(_wrong_value(name, FLAG.expected, value))
        elif name in kind.call_tensors and not _is_tensor(kind, value, tensor):
            several = phrase("a list of tensors, one for each input", "입력마다 하나씩 텐서의 목록")
            expected = several if _one_each(kind) else phrase("a tensor", "텐서 하나")
            found.append(_wrong_value(name, expected, value))
    return found


def _one_each(kind: type[Layer]) -> bool:
    """Whether a call takes its inputs as one list, and so their masks as another."""
    return kind.input_count[0] > 1 and not kind.call_names


def _is_tensor(kind: type[Layer], value: object, tensor: type) -> bool:
    if _one_each(kind):
        return isinstance(value, tuple) and all(each is None or isinstance(each, tensor) for each in value)
    return isinstance(value, tensor)


def _wrong_value(name: str, expected: object, value: object) -> Problem:
    received = value if isinstance(value, (bool, int, float, str)) else type(value).__name__
    return problem("argument value", argument=name, expected=expected, received=received, suggestion="")
