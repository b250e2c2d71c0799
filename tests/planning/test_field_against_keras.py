"""Receptive fields over sequences, pictures and volumes, against inputs moved one at a time through real Keras.

Weights are random and positive, so that nothing cancels: an output changes exactly where it sees the input.
"""

from __future__ import annotations

from collections import Counter
from itertools import product
from math import ceil, prod
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from lamella.design import BATCH, INPUT, Design, Node, Shape
from lamella.layers import REGISTRY
from lamella.layers.augmentation import Augmentation
from lamella.layers.base import ShapeError
from lamella.layers.recurrent import Recurrent
from lamella.layers.resizing import INTERPOLATIONS
from lamella.layers.spatial import Spatial
from lamella.planning.field import identity_field, through
from lamella.planning.plan import Plan
from lamella.planning.planner import plan
from oracles import keras_class
from planning.fields import Extent, check_real, check_unbounded

BRIEF = settings(max_examples=100, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
SEEN = 2e-6
"""A smaller change is one of rounding: a bilinear weight that should be 0."""


def made(layer_type: str, arguments: dict[str, object], random: np.random.Generator) -> Any:
    """Keras' layer or function; its weights are set once it is built."""
    if layer_type.startswith("ops."):
        return lambda x: getattr(keras.ops, layer_type.removeprefix("ops."))(x, **arguments)
    layer = keras_class(layer_type)(**arguments)

    def call(inputs: Any) -> Any:
        if not layer.built:
            layer(inputs)
            layer.set_weights([random.uniform(0.5, 1.5, each.shape) for each in layer.get_weights()])
            if getattr(layer, "use_bias", False):
                layer.bias.assign(np.zeros(layer.bias.shape))
        return layer(inputs, **afterwards)

    afterwards = {"training": False} if issubclass(REGISTRY[layer_type], Augmentation) else {}
    return call


def moved(shape: tuple[int, ...], axis: int) -> np.ndarray:
    """For each position along an axis (0 = first after the batch) an image of zeros with ones there."""
    images = np.zeros((shape[axis], *shape), "float32")
    np.moveaxis(images, axis + 1, 1)[np.arange(shape[axis]), np.arange(shape[axis])] = 1
    return images


def hits(changed: np.ndarray, axis: int) -> list[Extent]:
    """For each position of the output along an axis, the first and last image that changes it."""
    found = np.moveaxis(np.abs(changed) > SEEN, axis + 1, 1)
    seen = found.reshape(*found.shape[:2], -1).any(axis=2)
    return [(int(each[0]), int(each[-1])) if len(each := np.flatnonzero(unit)) else None for unit in seen.T]


EXTRA = [
    *(
        ("UpSampling2D", {"size": (2, 3), "interpolation": way}, size)
        for way, size in product(INTERPOLATIONS, ((4, 5, 1), (11, 7, 2), (1, 2, 1)))
    ),
    *(
        ("Resizing", {"height": 7, "width": 6, "interpolation": way, "antialias": smooth} | kept, size)
        for way, smooth, kept, size in product(
            INTERPOLATIONS,
            (False, True),
            ({}, {"crop_to_aspect_ratio": True}, {"pad_to_aspect_ratio": True}),
            ((12, 5, 1), (5, 9, 1), (7, 6, 1)),
        )
    ),
    *(("CenterCrop", {"height": 5, "width": 4}, size) for size in ((9, 8, 1), (4, 9, 1), (6, 3, 1), (5, 4, 1))),
    *(
        ("AdaptiveAveragePooling1D", {"output_size": wanted}, (size, 1))
        for wanted, size in product((1, 2, 3, 5, 7), (1, 2, 4, 7, 10))
    ),
]
ELSEWHERE = {
    "AutoContrast": "sees its smallest and its largest number whole",
    "ContrastLimitedAdaptiveHistogramEqualization": "what its tiles see is left open",
    "RandomCrop": "crops while training only",
}
"""Types that have no window to compare."""
EXAMPLES = [
    (name, dict(arguments), shape)
    for name, kind in REGISTRY.items()
    if issubclass(kind, Spatial) and not issubclass(kind, Recurrent) and name not in ELSEWHERE
    for arguments, (shape,) in kind.examples
]


@pytest.mark.parametrize(("layer_type", "arguments", "shape"), [*EXAMPLES, *EXTRA])
def test_every_output_of_every_layer(layer_type: str, arguments: dict[str, object], shape: tuple[int, ...]) -> None:
    """Position by position, along every axis that the layer follows."""
    arguments = {name: each for name, each in arguments.items() if name not in ("data_format", "activation")}
    kind = REGISTRY[layer_type]
    assert issubclass(kind, Spatial)
    if "data_format" in kind.examples[1][0]:
        shape = kind.examples[0][1][0]
        arguments = dict(kind.examples[0][0])
    layer, inputs = kind(**arguments), (BATCH, *shape)
    output = layer.output_shape(inputs)
    call, (seen,) = made(layer_type, arguments, np.random.default_rng(3)), layer.views((inputs,), output)
    for axis in range(1, layer.rank + 1):
        changed = np.array(call(moved(shape, axis - 1)))
        if axis not in [source for source, _ in seen.values()]:
            assert (np.abs(changed) > SEEN).all(), "seen whole"
            continue
        way = seen[axis][1]
        assert way is not None
        field = through(identity_field(shape[axis - 1]), way, output[axis])
        assert field is not None
        assert [field.seen(unit) for unit in range(output[axis])] == hits(changed, axis - 1)


@st.composite
def ranked_designs(draw: DrawFn, rank: int, size: int) -> Design:
    """A chain of windows of every kind, and branches that meet, over `rank` axes."""
    padding = st.sampled_from(["valid", "same"])

    def each(low: int, high: int) -> Any:
        return st.tuples(*[st.integers(low, high)] * rank)

    slid = st.one_of(
        st.fixed_dictionaries({"kernel_size": each(1, 3), "strides": st.integers(1, 2), "padding": padding}),
        st.fixed_dictionaries({"kernel_size": each(1, 3), "dilation_rate": each(1, 2), "padding": padding}),
    ).map(lambda drawn: drawn | {"use_bias": False})
    filters = slid.map(lambda drawn: drawn | {"filters": 1})
    back = st.fixed_dictionaries({"kernel_size": each(1, 4), "strides": each(1, 3), "padding": padding}).map(
        lambda drawn: drawn | {"filters": 1, "use_bias": False}
    )
    pooled = st.fixed_dictionaries({"pool_size": each(1, 3), "padding": padding})
    pair = st.tuples(st.integers(0, 2), st.integers(0, 2))
    ends = pair if rank == 1 else st.tuples(*[pair] * rank)
    factor = st.sampled_from([1, 2, 4])
    grown: dict[int, Any] = {
        1: st.fixed_dictionaries({"size": factor}),
        2: st.fixed_dictionaries(
            {"size": st.tuples(factor, factor), "interpolation": st.sampled_from(["nearest", "bilinear"])}
        ),
        3: st.fixed_dictionaries({"size": each(1, 2)}),
    }
    windows = {
        f"Conv{rank}D": filters,
        f"Conv{rank}DTranspose": back,
        f"MaxPooling{rank}D": pooled,
        f"AveragePooling{rank}D": pooled,
        f"UpSampling{rank}D": grown[rank],
        f"ZeroPadding{rank}D": st.fixed_dictionaries({"padding": ends}),
        f"Cropping{rank}D": st.fixed_dictionaries({"cropping": ends}),
    }
    if rank < 3:
        windows |= {f"DepthwiseConv{rank}D": slid, f"SeparableConv{rank}D": filters}
    shape: Shape = (BATCH, *[size] * rank, 1)
    nodes = [Node("x", INPUT, {"shape": shape[1:]})]
    largest = {1: 150, 2: 60, 3: 14}[rank]

    def add(name: str, arguments: dict[str, object], *sources: str) -> str:
        nonlocal shape
        try:
            found = REGISTRY[name](**arguments).output_shape(*[shape] * len(sources))
        except ShapeError:
            return sources[0]
        if max(found[1:-1]) > largest or min(found[1:-1]) < 1:
            return sources[0]
        shape = found
        nodes.append(Node(f"n{len(nodes)}", name, arguments, sources))
        return nodes[-1].name

    last = add(f"Conv{rank}D", {"filters": 1, "kernel_size": 2, "padding": "same", "use_bias": False}, "x")
    for _ in range(draw(st.integers(1, 4))):
        if draw(st.integers(0, 3)):
            name = draw(
                st.sampled_from([*windows, *[f"Conv{rank}DTranspose", f"UpSampling{rank}D"] * 2])
            )  # many are too large
            last = add(name, draw(windows[name]), last)
        else:
            kernels = draw(st.lists(each(1, 4), min_size=2, max_size=3))
            same = {"filters": 1, "padding": "same", "use_bias": False}
            last = add("Add", {}, *(add(f"Conv{rank}D", same | {"kernel_size": kernel}, last) for kernel in kernels))
    return Design("ranked", tuple(nodes), {"y": last})


def units(design: Design, axis: int) -> list[Extent]:
    """What the last node's positions see along an axis, from real Keras."""
    random = np.random.default_rng(5)
    results: dict[str, Any] = {"x": moved(design.nodes[0].arguments["shape"], axis)}  # type: ignore[arg-type]
    for node in design.nodes[1:]:
        given = [results[name] for name in node.inputs]
        results[node.name] = made(node.type, dict(node.arguments), random)(given if len(given) > 1 else given[0])
    return hits(np.array(results[design.outputs["y"]]), axis)


def period(known: Plan, axis: int) -> int:
    """After so many units every pattern has repeated: the product of all factors of growth."""
    found = []
    for row in known.rows:
        if row.node.type.endswith("Transpose"):
            found.append(row.layer.strides[axis])
        elif row.node.type.startswith("UpSampling"):
            found.append(row.layer.factors[axis])
    return prod(found)


def cropped(known: Plan, axis: int) -> int:
    """How many of the input's places cropping takes from an end: a layer after it has its end there."""
    total = 0
    for row in known.rows:
        if row.node.type.startswith("Cropping"):
            over, under = row.receptive_fields[0].stride[axis]
            total -= min(row.layer.ends[axis]) * ceil(over / under)
    return total


def away(extents: list[Extent], field: int, size: int) -> np.ndarray:
    """Units that no end reaches: what they see lies a whole field from it; in a hole, what its neighbours see."""
    found = [each is not None and field <= each[0] and each[1] < size - field for each in extents]
    for index, each in enumerate(extents):
        if each is None:
            before = [i for i in range(index) if extents[i] is not None]
            behind = [i for i in range(index, len(extents)) if extents[i] is not None]
            found[index] = bool(before and behind) and found[before[-1]] and found[behind[0]]
    return np.array(found)


@pytest.mark.slow
@pytest.mark.parametrize(("rank", "size"), [(1, 9), (1, 60), (2, 8), (2, 30), (3, 6)])
def test_random_designs_see_what_keras_sees(rank: int, size: int) -> None:
    """`seen` on the real axis everywhere; minimum, maximum, start and stride where units lie away from the ends."""
    count: Counter[str] = Counter()

    @BRIEF
    @given(ranked_designs(rank, size))
    def agree(design: Design) -> None:
        if count["designs"] % 20 == 0:
            keras.backend.clear_session()
        known = plan(design)
        assert not known.errors
        (field,) = known.row(design.outputs["y"]).receptive_fields
        axis = count["designs"] % rank
        count["designs"] += 1
        extents = units(design, axis)
        if not any(extents):
            return  # padding alone: each axis is followed on its own
        check_real(field, axis, extents)
        most = field.max[axis]
        assert most is not None
        count["unbounded"] += check_unbounded(
            field, axis, extents, away(extents, most + cropped(known, axis), size), period(known, axis)
        )

    agree()
    assert count["designs"] >= 60
    assert size < 30 or count["unbounded"] >= 20
