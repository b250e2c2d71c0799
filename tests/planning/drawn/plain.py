"""Dense, activations, normalization, reshaping, merging."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from lamella.design import Shape
from planning.drawn.parts import ACTIVATION, chance


@st.composite
def reshape(draw: DrawFn, shape: Shape) -> dict[str, object]:
    """A target that mostly holds as many numbers as the input: an axis split, two joined, or one left open."""
    sizes = [size if isinstance(size, int) else 3 for size in shape[1:]]
    if sizes and draw(chance(70)):
        at = draw(st.integers(0, len(sizes) - 1))
        factors = [each for each in range(1, sizes[at] + 1) if sizes[at] % each == 0]
        factor = draw(st.sampled_from(factors))
        sizes[at : at + 1] = [sizes[at] // factor, factor]
    if len(sizes) > 1 and draw(chance(60)):
        at = draw(st.integers(0, len(sizes) - 2))
        sizes[at : at + 2] = [sizes[at] * sizes[at + 1]]
    if sizes and draw(chance(40)):
        sizes[draw(st.integers(0, len(sizes) - 1))] = -1
    elif sizes and draw(chance(20)):
        sizes[0] = draw(st.sampled_from([1, sizes[0] + 1]))
    return {"target_shape": tuple(sizes)}


@st.composite
def squeeze(draw: DrawFn, shape: Shape) -> dict[str, object]:
    ones = [axis for axis, size in enumerate(shape) if size == 1]
    if draw(chance(30)):
        return {}
    if ones and draw(chance(85)):
        return {"axis": tuple(draw(st.lists(st.sampled_from(ones), min_size=1, unique=True)))}
    return {"axis": draw(st.integers(-len(shape) - 1, len(shape)))}


def normalization(shape: Shape) -> SearchStrategy[dict[str, object]]:
    optional = {
        "axis": st.integers(-len(shape), -1),
        "center": st.booleans(),
        "scale": st.booleans(),
        "renorm": chance(20),
    }
    return st.fixed_dictionaries({}, optional=optional)


ARGUMENTS = {
    "Dense": lambda shape, data_format: st.fixed_dictionaries(
        {"units": st.integers(1, 9)}, optional={"use_bias": st.booleans()}
    ),
    "Activation": lambda shape, data_format: ACTIVATION.filter(bool).map(lambda name: {"activation": name}),
    "BatchNormalization": lambda shape, data_format: normalization(shape),
    "Concatenate": lambda shape, data_format: st.fixed_dictionaries(
        {}, optional={"axis": st.integers(-len(shape), -1)}
    ),
    "Reshape": lambda shape, data_format: reshape(shape),
    "ops.squeeze": lambda shape, data_format: squeeze(shape),
}
