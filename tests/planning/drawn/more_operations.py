"""The functions of `keras.ops` that pick, move, cut and turn, and those that do what a layer does."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from lamella.design import Shape
from planning.drawn.operations import Drawn, axes, axis, split
from planning.drawn.parts import chance


def size_of(shape: Shape, at: int, otherwise: int = 4) -> int:
    """The size along an axis, where it is known."""
    size = shape[at] if -len(shape) <= at < len(shape) else None
    return size if isinstance(size, int) else otherwise


@st.composite
def take(draw: DrawFn, shape: Shape) -> dict[str, object]:
    at = draw(axis(shape))
    size = size_of(shape, at)
    index = st.integers(-size, size - (1 if draw(chance(95)) else 0))
    row = st.lists(index, min_size=1, max_size=3).map(tuple)
    found = draw(st.one_of(index, row, row, st.tuples(row).map(tuple)))
    return {"indices": found, "axis": at}


@st.composite
def pad(draw: DrawFn, shape: Shape) -> dict[str, object]:
    mode = draw(st.sampled_from(["constant", "constant", "reflect", "symmetric"]))
    widths = []
    for size in shape[1:]:
        most = 3 if mode == "constant" or not isinstance(size, int) else size - (mode == "reflect")
        side = st.integers(0, max(min(most, 3) + draw(chance(4)), 0))
        widths.append((draw(side), draw(side)) if draw(chance(70)) else (0, 0))
    found: dict[str, object] = {"pad_width": ((0, 0), *widths), "mode": mode}
    return found if mode != "constant" or draw(chance(70)) else {**found, "constant_values": 0.5}


@st.composite
def roll(draw: DrawFn, shape: Shape) -> dict[str, object]:
    at = draw(axes(shape))
    step = st.integers(-3, 3)
    return {"shift": tuple(draw(step) for _ in at) if isinstance(at, tuple) else draw(step), "axis": at}


@st.composite
def moved(draw: DrawFn, shape: Shape) -> dict[str, object]:
    first = draw(axes(shape))
    count = len(first) if isinstance(first, tuple) else 1
    several = st.lists(axis(shape), min_size=count, max_size=count).map(tuple)
    return {"source": first, "destination": draw(several if isinstance(first, tuple) else axis(shape))}


@st.composite
def turned(draw: DrawFn, shape: Shape) -> dict[str, object]:
    pair = draw(st.lists(axis(shape), min_size=2, max_size=2, unique_by=lambda each: each % max(len(shape), 1)))
    return {"k": draw(st.integers(-1, 3)), "axes": tuple(pair)}


@st.composite
def cut(draw: DrawFn, shape: Shape, at: int) -> dict[str, object]:
    found = draw(split(shape[: at + 1] if len(shape) > at else shape))
    return {"indices_or_sections": found["indices_or_sections"]}


@st.composite
def edges(draw: DrawFn, shape: Shape, what: str) -> dict[str, object]:
    """Two of the three that say what is put around a picture, or cut off."""
    found: dict[str, object] = {}
    for at, (before, after, wanted) in enumerate([("top", "bottom", "height"), ("left", "right", "width")], 1):
        size = size_of(shape, at)
        more = 3 if what == "padding" else max(size // 3, 0)
        one, other = draw(st.integers(0, more)), draw(st.integers(0, more))
        target = size + (one + other) * (1 if what == "padding" else -1) - draw(chance(4))
        said = {f"{before}_{what}": one, f"{after}_{what}": other, f"target_{wanted}": max(target, 0)}
        del said[draw(st.sampled_from([*said]))]
        found |= said
    return found


def pooled(shape: Shape) -> Drawn:
    return st.fixed_dictionaries(
        {"pool_size": st.integers(1, 3)},
        optional={"strides": st.integers(1, 3), "padding": st.sampled_from(["valid", "same"])},
    )


def patches(shape: Shape) -> Drawn:
    each = st.integers(1, 3)
    size = st.tuples(each, each, each) if len(shape) == 5 else st.one_of(each, st.tuples(each, each))
    return st.fixed_dictionaries({"size": size}, optional={"padding": st.sampled_from(["valid", "same"])})


@st.composite
def block(draw: DrawFn, shape: Shape) -> dict[str, object]:
    starts, sizes = [0], [-1]
    for size in shape[1:]:
        most = size if isinstance(size, int) else 3
        starts.append(draw(st.integers(0, most - 1)))
        sizes.append(draw(st.sampled_from([-1, 1, most - starts[-1] + draw(chance(3))])))
    return {"start_indices": tuple(starts), "shape": tuple(sizes)}


@st.composite
def diagonals(draw: DrawFn, shape: Shape) -> dict[str, object]:
    pair = draw(st.lists(axis(shape), min_size=2, max_size=2))
    return {"axis1": pair[0], "axis2": pair[1], "offset": draw(st.sampled_from([0, 0, 1, -1]))}


ARGUMENTS = {
    "ops.slice": lambda shape, data_format: block(shape),
    "ops.diagonal": lambda shape, data_format: diagonals(shape),
    "ops.trace": lambda shape, data_format: diagonals(shape),
    "ops.extract_sequences": lambda shape, data_format: st.fixed_dictionaries(
        {"sequence_length": st.integers(1, 3), "sequence_stride": st.integers(1, 3)}
    ),
    "ops.take": lambda shape, data_format: take(shape),
    "ops.pad": lambda shape, data_format: pad(shape),
    "ops.roll": lambda shape, data_format: roll(shape),
    "ops.flip": lambda shape, data_format: st.fixed_dictionaries({}, optional={"axis": axes(shape)}),
    "ops.moveaxis": lambda shape, data_format: moved(shape),
    "ops.rot90": lambda shape, data_format: turned(shape),
    "ops.diff": lambda shape, data_format: st.fixed_dictionaries(
        {"axis": axis(shape)}, optional={"n": st.integers(0, 2)}
    ),
    "ops.normalize": lambda shape, data_format: st.fixed_dictionaries({"axis": axes(shape)}),
    "ops.norm": lambda shape, data_format: st.fixed_dictionaries(
        {"axis": axes(shape)}, optional={"keepdims": st.booleans(), "ord": st.sampled_from([None, None, 1, 2])}
    ),
    "ops.glu": lambda shape, data_format: st.fixed_dictionaries({"axis": axis(shape)}),
    "ops.moments": lambda shape, data_format: st.fixed_dictionaries(
        {"axes": axes(shape)}, optional={"keepdims": st.booleans()}
    ),
    "ops.layer_normalization": lambda shape, data_format: st.fixed_dictionaries({"axis": axes(shape)}),
    "ops.rms_normalization": lambda shape, data_format: st.fixed_dictionaries({"axis": axes(shape)}),
    "ops.unstack": lambda shape, data_format: axis(shape).map(lambda at: {"axis": at}),
    "ops.array_split": lambda shape, data_format: st.fixed_dictionaries(
        {"indices_or_sections": st.integers(1, 3), "axis": axis(shape)}
    ),
    "ops.hsplit": lambda shape, data_format: cut(shape, 1),
    "ops.dsplit": lambda shape, data_format: cut(shape, 2),
    "ops.max_pool": lambda shape, data_format: pooled(shape),
    "ops.average_pool": lambda shape, data_format: pooled(shape),
    "ops.image.pad_images": lambda shape, data_format: edges(shape, "padding"),
    "ops.image.crop_images": lambda shape, data_format: edges(shape, "cropping"),
    "ops.image.extract_patches": lambda shape, data_format: patches(shape),
}
