"""What a design needs in memory, for inference and for one training step, by an engine's rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Final, NamedTuple, get_args

from lamella.algebra import number
from lamella.design import BATCH, Shape
from lamella.layers.base import Engine, Weight, elements
from lamella.planning.arrays import PARTS
from lamella.planning.liveness import Peak, Phase, Setting, Step, Walk, Weights
from lamella.planning.optimizers import slot_bytes, updating

ENGINES: Final[tuple[Engine, ...]] = get_args(Engine)


class NumberBytes(NamedTuple):
    """Bytes of a number, of activations and of weights."""

    activation: int
    weight: int


DTYPES: Final[dict[str, NumberBytes]] = {
    "float32": NumberBytes(4, 4),
    "bfloat16": NumberBytes(2, 2),
    "float16": NumberBytes(2, 2),
    "float64": NumberBytes(8, 8),
    "mixed_bfloat16": NumberBytes(2, 4),
    "mixed_float16": NumberBytes(2, 4),
}
"""By Keras' names of its policies; mixed ones compute in 16 bits and keep weights in 32."""


class Memory(NamedTuple):
    """Bytes for a whole batch; None where a size on the way is not known.

    The parts are those of the largest moment of a training step and sum to `training_peak_bytes`. When that is:
    while a layer is computed ("forward"), the loss, a layer's gradient ("backward"), or the optimizer's "update".
    """

    engine: Engine
    parameters_bytes: int | None
    optimizer_bytes: int | None
    gradients_bytes: int | None
    saved_bytes: int | None
    live_bytes: int | None
    workspace_bytes: int | None
    batch_bytes: int | None
    pool_bytes: int | None
    inference_peak_bytes: int | None
    training_peak_bytes: int | None
    inference_peak_layer: str | None = None
    training_peak_layer: str | None = None
    training_peak_phase: Phase | None = None
    unknown_layers: tuple[str, ...] = ()
    """Layers because of which nothing is known of the peaks, but for those whose sizes are only open."""
    unkept_layers: tuple[str, ...] = ()
    """Layers of which it is not known what they keep for the backward pass, because of which training is not known."""


class Figures(NamedTuple):
    """The memory of a design, and by node name the bytes of a batch alive at once while it is computed."""

    memory: Memory
    inference: Mapping[str, int]
    training: Mapping[str, int]


def memory_of(
    steps: Sequence[Step] | None,
    outputs: Sequence[str],
    parameters: int | None,
    optimizing: int | None,
    setting: Setting,
    unknown: tuple[str, ...] = (),
    unkept: tuple[str, ...] = (),
) -> Figures:
    """The figures from the steps of a design; `steps` is None where a size or a weight is not known.

    `unknown` and `unkept` are `unknown_layers` and `unkept_layers` of the memory.
    """
    inference = _peak(steps, outputs, setting._replace(training=False))
    training = _peak(steps, outputs, setting._replace(training=True)) if not unkept else None
    parts: dict[str, int | None] = {f"{part}_bytes": training.parts[part] if training else None for part in PARTS}
    parts |= {"parameters_bytes": parameters, "optimizer_bytes": optimizing}  # these depend on no open size
    memory = Memory(
        setting.engine,
        **parts,
        inference_peak_bytes=inference.total if inference else None,
        training_peak_bytes=training.total if training else None,
        inference_peak_layer=inference.at if inference else None,
        training_peak_layer=training.at if training else None,
        training_peak_phase=training.phase if training else None,
        unknown_layers=unknown,
        unkept_layers=unkept,
    )
    return Figures(memory, inference.layers if inference else {}, training.layers if training else {})


def _peak(steps: Sequence[Step] | None, outputs: Sequence[str], setting: Setting) -> Peak | None:
    return None if steps is None else Walk(steps, outputs, setting).run()


def weights_of(layer: str, weights: Sequence[Weight], dtype: NumberBytes, optimizer: str, engine: Engine) -> Weights:
    """The bytes of a layer's weights, and of what training them needs."""
    sizes = [(each, prod(each.shape) * dtype.weight) for each in weights]
    trained = [(each, size) for each, size in sizes if each.trainable]
    numbers = sum(size for _, size in sizes) // dtype.weight
    largest = max((size for _, size in trained), default=0)
    return Weights(
        held=sum(size for _, size in sizes),
        cast=numbers * dtype.activation if dtype.activation < dtype.weight else 0,
        trained=sum(size for _, size in trained),
        largest=largest,
        updating=largest * updating(optimizer, engine),
        slots=sum(slot_bytes(optimizer, f"{layer}/{each.name}", each.shape, dtype.weight) for each, _ in trained),
    )


def times(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one * other


def of_one_image(shape: Shape | None) -> int | None:
    """How many numbers an image has in a tensor; not known where the images are no axis of it."""
    return number(elements(shape)) if shape is not None and shape.count(BATCH) == 1 else None
