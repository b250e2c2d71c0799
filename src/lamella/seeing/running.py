"""What single layers of a design give for images: run by ONNX Runtime as designed, without Keras or rewrites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from lamella.algebra import number
from lamella.building.engines import load, processors
from lamella.building.onnx_model import onnx_model
from lamella.errors import DesignError, problem
from lamella.layers.base import elements
from lamella.planning.plan import Plan
from lamella.planning.planner import plan as plan_design
from lamella.texts.languages import phrase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lamella.design import Design

NUMBERS_AT_ONCE: Final = 1 << 26
"""Outputs that are held together, 256 MiB of them; more are run in parts."""


def outputs(
    plan: Plan, weights: Mapping[str, NDArray[Any]], images: NDArray[np.float32], names: Sequence[str]
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The output of each named layer (its first, where it has several) for images (n, height, width, channels).

    They come in the order of `names`, and no more are held than `NUMBERS_AT_ONCE`, or those of one layer. Raises
    `DesignError` where a layer gives what is not finite, and what `onnx_model` raises.
    """
    import numpy as np

    for part in _parts(plan, names, len(images)):
        for name, found in zip(part, _run(plan.design, weights, images, part), strict=True):
            if not np.isfinite(found).all():
                count = int(found.size - np.isfinite(found).sum())
                raise DesignError(problem("output not finite", plan.row(name).node.place(), count=count))
            yield name, found


def output(design: Design, weights: Mapping[str, NDArray[Any]], images: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a design of one output makes of images."""
    (last,) = design.outputs.values()
    ((_, found),) = outputs(plan_design(design), weights, images, [last])
    return found


def _parts(plan: Plan, names: Sequence[str], images: int) -> Iterator[list[str]]:
    part: list[str] = []
    held = 0
    for name in names:
        size = images * (number(elements(plan.row(name).output_shape)) or 0)
        if part and held + size > NUMBERS_AT_ONCE:
            yield part
            part, held = [], 0
        part.append(name)
        held += size
    if part:
        yield part


def _run(
    design: Design, weights: Mapping[str, NDArray[Any]], images: NDArray[np.float32], names: Sequence[str]
) -> Sequence[NDArray[np.float32]]:
    runtime = load("onnxruntime", phrase("seeing", "들여다보기"), "restore")
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = processors(), 1
    options.log_severity_level = 3
    model = onnx_model(replace(design, outputs={name: name for name in names}, expect={}), weights)
    session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    (given,) = (each.name for each in session.get_inputs())
    found: Sequence[NDArray[np.float32]] = session.run(None, {given: images})
    return found
