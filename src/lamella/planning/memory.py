"""What a design needs in memory, for inference and for one training step.

The figures are a model of TensorFlow running layer by layer: a compiler may fuse and recompute. Training:
parameters + gradients + the optimizer's arrays + what is kept for the backward pass + the largest pair of
gradients alive at once + the batch, each storage counted once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lamella.layers.base import Kept

DTYPE_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2, "float64": 8}

OPTIMIZER_ARRAYS = {"sgd": 0, "momentum": 1, "rmsprop": 1, "adam": 2, "adamw": 2, "amsgrad": 3}
"""Arrays of the size of the trainable parameters that each optimizer keeps. Source: Keras' optimizers."""


class Memory(NamedTuple):
    """Bytes for a whole batch; None where a size on the way is not known."""

    parameters_bytes: int | None
    gradients_bytes: int | None
    optimizer_bytes: int | None
    saved_bytes: int | None
    live_gradients_bytes: int | None
    batch_bytes: int | None
    inference_peak_bytes: int | None
    training_peak_bytes: int | None


class Step(NamedTuple):
    """What memory needs to know of one node: its storage, its size and what it reads and keeps.

    `numbers` is the output's size for one image. `storage` names where the output lies: itself, or the input
    whose storage it is under another shape.
    """

    name: str
    storage: str
    inputs: tuple[str, ...]
    numbers: int | None
    kept: Kept
    is_input: bool = False


@dataclass
class SavedStorages:
    """Adds up what is kept for the backward pass, each storage at the first layer that keeps it."""

    sizes: Mapping[str, int | None]
    seen: set[str] = field(default_factory=set)

    def keep(self, step: Step, number_bytes: int) -> tuple[int | None, int]:
        """Bytes for one image and bytes that do not grow with the batch that this step adds."""
        wanted = list(step.inputs) if step.kept.inputs else []
        wanted += [step.storage] if step.kept.output else []
        total: int | None = 0
        for storage in wanted:
            if storage not in self.seen:
                self.seen.add(storage)
                total = plus(total, times(self.sizes[storage], number_bytes))
        total = plus(total, step.kept.inner * number_bytes + step.kept.mask)
        return total, step.kept.fixed * number_bytes


def inference_peak(steps: Sequence[Step], outputs: set[str]) -> int | None:
    """Numbers of one image alive at once, at most: each tensor from its making to its last use."""
    last_use = {storage: index for index, step in enumerate(steps) for storage in (*step.inputs, step.storage)}
    ending: dict[int, list[str]] = {}
    for storage, index in last_use.items():
        ending.setdefault(len(steps) if storage in outputs else index, []).append(storage)
    sizes = {step.storage: step.numbers for step in steps if step.storage == step.name}
    alive = peak = 0
    for index, step in enumerate(steps):
        if step.storage == step.name:
            if step.numbers is None:
                return None
            alive += step.numbers
        peak = max(peak, alive)
        alive -= sum(sizes[storage] or 0 for storage in ending.get(index, ()))
    return peak


def largest_gradients(steps: Sequence[Step]) -> int | None:
    """Numbers of one image in the largest set of gradients that one layer's backward step holds at once.

    The gradient of its output and those of its inputs; data need none.
    """
    sizes = {step.name: step.numbers for step in steps}
    data = {step.name for step in steps if step.is_input}
    largest = 0
    for step in steps:
        if step.is_input:
            continue
        total: int | None = 0
        for storage in {step.storage, *step.inputs} - data:
            total = plus(total, sizes[storage])
        if total is None:
            return None
        largest = max(largest, total)
    return largest


def plus(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def times(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one * other
