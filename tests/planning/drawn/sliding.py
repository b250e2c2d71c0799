"""Convolution, pooling and what changes a picture's size."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from lamella.design import Shape
from planning.drawn.parts import ACTIVATION, border, chance, one_or_two


@st.composite
def convolution(draw: DrawFn, shape: Shape, data_format: str | None) -> dict[str, object]:
    """Arguments of a Conv2D, whose groups mostly divide the input's channels."""
    found: dict[str, object] = {"filters": draw(st.integers(1, 8)), "kernel_size": draw(one_or_two(1, 5))}
    channel = 1 if data_format == "channels_first" else 3
    channels = shape[channel] if channel < len(shape) else None
    if draw(chance(25)) and isinstance(channels, int):
        fitting = [each for each in range(1, channels + 1) if channels % each == 0]
        found["groups"] = draw(st.sampled_from(fitting)) if draw(chance(85)) else draw(st.integers(1, 4))
        found["filters"] = draw(st.integers(1, 3)) * (found["groups"] if draw(chance(90)) else 1)
    return found | draw(slid())


@st.composite
def transposed(draw: DrawFn) -> dict[str, object]:
    """Arguments of a Conv2DTranspose, with an output_padding that mostly stays below the stride."""
    found: dict[str, object] = {"filters": draw(st.integers(1, 6)), "kernel_size": draw(one_or_two(1, 5))}
    found |= draw(slid())
    if draw(chance(45)):
        strides = found.get("strides", 1)
        least = strides if isinstance(strides, int) else min(strides)
        found["output_padding"] = draw(one_or_two(0, least - 1 if draw(chance(85)) else 3))
    return found


@st.composite
def slid(draw: DrawFn) -> dict[str, object]:
    """What both convolutions have; strides and dilation are seldom drawn together, as Keras forbids it."""
    found: dict[str, object] = {"padding": draw(st.sampled_from(["valid", "same"]))}
    which = draw(st.integers(0, 99))
    if which < 45 or which > 96:
        found["strides"] = draw(one_or_two(1, 3))
    if which > 70:
        found["dilation_rate"] = draw(one_or_two(1, 3))
    if draw(chance(40)):
        found |= {"use_bias": draw(st.booleans()), "activation": draw(ACTIVATION)}
    return found


@st.composite
def pooling(draw: DrawFn) -> dict[str, object]:
    found: dict[str, object] = {
        "pool_size": draw(one_or_two(1, 4)),
        "padding": draw(st.sampled_from(["valid", "same"])),
    }
    return found | ({"strides": draw(one_or_two(1, 3))} if draw(chance(50)) else {})


ARGUMENTS = {
    "Conv2D": convolution,
    "Conv2DTranspose": lambda shape, data_format: transposed(),
    "MaxPooling2D": lambda shape, data_format: pooling(),
    "AveragePooling2D": lambda shape, data_format: pooling(),
    "GlobalAveragePooling2D": lambda shape, data_format: st.fixed_dictionaries(
        {}, optional={"keepdims": st.booleans()}
    ),
    "UpSampling2D": lambda shape, data_format: st.fixed_dictionaries({}, optional={"size": one_or_two(1, 3)}),
    "ZeroPadding2D": lambda shape, data_format: st.fixed_dictionaries({}, optional={"padding": border(3)}),
    "Cropping2D": lambda shape, data_format: st.fixed_dictionaries({"cropping": border(2)}),
}
