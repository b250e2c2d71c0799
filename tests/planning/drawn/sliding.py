"""Convolution, pooling and what changes the size of sequences, pictures and volumes."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from lamella.design import Shape
from lamella.layers.resizing import INTERPOLATIONS
from planning.drawn.parts import ACTIVATION, chance

RANKS = (1, 2, 3)
FIRST = "channels_first"
Arguments = SearchStrategy[dict[str, object]]


def each_axis(rank: int, low: int, high: int) -> SearchStrategy[object]:
    """One integer, or one for each axis."""
    number = st.integers(low, high)
    return st.one_of(number, st.tuples(*[number] * rank))


def border(rank: int, high: int) -> SearchStrategy[object]:
    number = st.integers(0, high)
    pair = st.tuples(number, number)
    if rank == 1:
        return st.one_of(number, pair)
    return st.one_of(number, st.tuples(*[number] * rank), st.tuples(*[pair] * rank))


def most(rank: int, size: int) -> int:
    """Smaller windows where there are more axes: a volume takes the time of many pictures."""
    return size if rank < 3 else min(size, 3)


@st.composite
def convolution(draw: DrawFn, rank: int, shape: Shape, data_format: str | None) -> dict[str, object]:
    """Arguments of a convolution, whose groups mostly divide the input's channels."""
    found: dict[str, object] = {
        "filters": draw(st.integers(1, 8)),
        "kernel_size": draw(each_axis(rank, 1, most(rank, 5))),
    }
    channel = 1 if data_format == "channels_first" else rank + 1
    channels = shape[channel] if channel < len(shape) else None
    if draw(chance(25)) and isinstance(channels, int):
        fitting = [each for each in range(1, channels + 1) if channels % each == 0]
        found["groups"] = draw(st.sampled_from(fitting)) if draw(chance(85)) else draw(st.integers(1, 4))
        found["filters"] = draw(st.integers(1, 3)) * (found["groups"] if draw(chance(90)) else 1)
    found |= draw(slid(rank))
    if rank == 1 and draw(chance(30)):
        found["padding"] = "causal"
    return found


@st.composite
def transposed(draw: DrawFn, rank: int) -> dict[str, object]:
    """Arguments of a transposed convolution, with an output_padding that mostly stays below the stride."""
    found: dict[str, object] = {
        "filters": draw(st.integers(1, 6)),
        "kernel_size": draw(each_axis(rank, 1, most(rank, 5))),
    }
    found |= draw(slid(rank))
    if draw(chance(45)):
        strides = found.get("strides", 1)
        least = strides if isinstance(strides, int) else min(strides)
        found["output_padding"] = draw(each_axis(rank, 0, least - 1 if draw(chance(85)) else 3))
    return found


@st.composite
def by_channel(draw: DrawFn, rank: int, filters: bool) -> dict[str, object]:
    """Arguments of a depthwise or separable convolution, its strides mostly equal along both axes."""
    found: dict[str, object] = {"kernel_size": draw(each_axis(rank, 1, 4)), "padding": draw(PADDING)}
    if filters:
        found["filters"] = draw(st.integers(1, 6))
    if draw(chance(50)):
        found["strides"] = draw(each_axis(rank, 1, 3) if draw(chance(15)) else st.integers(1, 3))
    if draw(chance(30)):
        found["dilation_rate"] = draw(each_axis(rank, 1, 3))
    if draw(chance(40)):
        found["depth_multiplier"] = draw(st.integers(1, 3))
    if draw(chance(40)):
        found |= {"use_bias": draw(st.booleans()), "activation": draw(ACTIVATION)}
    return found


PADDING = st.sampled_from(["valid", "same"])


@st.composite
def slid(draw: DrawFn, rank: int) -> dict[str, object]:
    """What both convolutions have; strides and dilation are seldom drawn together, as Keras forbids it."""
    found: dict[str, object] = {"padding": draw(PADDING)}
    which = draw(st.integers(0, 99))
    if which < 45 or which > 96:
        found["strides"] = draw(each_axis(rank, 1, 3))
    if which > 70:
        found["dilation_rate"] = draw(each_axis(rank, 1, 3))
    if draw(chance(40)):
        found |= {"use_bias": draw(st.booleans()), "activation": draw(ACTIVATION)}
    return found


@st.composite
def pooling(draw: DrawFn, rank: int) -> dict[str, object]:
    found: dict[str, object] = {"pool_size": draw(each_axis(rank, 1, 4)), "padding": draw(PADDING)}
    return found | ({"strides": draw(each_axis(rank, 1, 3))} if draw(chance(50)) else {})


def resized() -> Arguments:
    ways = st.sampled_from([{}, {}, {"crop_to_aspect_ratio": True}, {"pad_to_aspect_ratio": True}])
    plain = st.fixed_dictionaries(
        {"height": st.integers(1, 20), "width": st.integers(1, 20)},
        optional={"interpolation": st.sampled_from(INTERPOLATIONS), "antialias": st.booleans()},
    )
    return st.tuples(plain, ways).map(lambda both: both[0] | both[1])


def blocks(sizes: tuple[object, ...], power: int) -> Arguments:
    """A block that mostly fits: its size, to the power, divides the sizes."""
    known = [size for size in sizes if isinstance(size, int)]
    fitting = [each for each in (2, 3) if all(size % each**power == 0 for size in known)]
    return st.fixed_dictionaries({"block_size": st.sampled_from(fitting or [2, 3])})


def upsampling(rank: int) -> Arguments:
    if rank == 1:
        return st.fixed_dictionaries({}, optional={"size": st.integers(1, 3)})
    ways = {"interpolation": st.sampled_from(INTERPOLATIONS)} if rank == 2 else {}
    return st.fixed_dictionaries({}, optional={"size": each_axis(rank, 1, 3)} | ways)


KEEPDIMS = st.fixed_dictionaries({}, optional={"keepdims": st.booleans()})


def of_each_rank(rank: int) -> dict[str, Callable[[Shape, str | None], Arguments]]:
    found: dict[str, Callable[[Shape, str | None], Arguments]] = {
        f"Conv{rank}D": lambda shape, data_format: convolution(rank, shape, data_format),
        f"Conv{rank}DTranspose": lambda shape, data_format: transposed(rank),
        f"UpSampling{rank}D": lambda shape, data_format: upsampling(rank),
        f"ZeroPadding{rank}D": lambda shape, data_format: st.fixed_dictionaries(
            {}, optional={"padding": border(rank, 3)}
        ),
        f"Cropping{rank}D": lambda shape, data_format: st.fixed_dictionaries({"cropping": border(rank, 2)}),
    }
    for name in ("Max", "Average"):
        found[f"{name}Pooling{rank}D"] = lambda shape, data_format: pooling(rank)
        found[f"Global{name}Pooling{rank}D"] = lambda shape, data_format: KEEPDIMS
        found[f"Adaptive{name}Pooling{rank}D"] = lambda shape, data_format: st.fixed_dictionaries(
            {"output_size": each_axis(rank, 1, 6)}
        )
    if rank < 3:
        found[f"DepthwiseConv{rank}D"] = lambda shape, data_format: by_channel(rank, False)
        found[f"SeparableConv{rank}D"] = lambda shape, data_format: by_channel(rank, True)
    return found


ARGUMENTS = {name: drawn for rank in RANKS for name, drawn in of_each_rank(rank).items()} | {
    "Resizing": lambda shape, data_format: resized(),
    "CenterCrop": lambda shape, data_format: st.fixed_dictionaries(
        {"height": st.integers(1, 12), "width": st.integers(1, 12)}
    ),
    "ops.depth_to_space": lambda shape, data_format: blocks(shape[1:2] if data_format == FIRST else shape[-1:], 2),
    "ops.space_to_depth": lambda shape, data_format: blocks(shape[2:4] if data_format == FIRST else shape[1:3], 1),
}
