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


def group_normalization(shape: Shape) -> SearchStrategy[dict[str, object]]:
    """Groups that mostly divide the channels."""
    size = shape[-1] if isinstance(shape[-1], int) else 4
    divisors = [each for each in range(1, size + 1) if size % each == 0]
    optional = {"axis": st.integers(-len(shape), -1), "center": st.booleans(), "scale": st.booleans()}
    groups = st.one_of(st.sampled_from(divisors), st.sampled_from([-1, 1, 2]))
    return st.fixed_dictionaries({"groups": groups}, optional=optional)


def axes(shape: Shape, first: int = 1) -> SearchStrategy[object]:
    """One axis or several, counted from either end; rarely one that the shape does not have."""
    inside = st.integers(first, max(len(shape) - 1, first))
    one = st.one_of(inside, inside.map(lambda axis: axis - len(shape)), st.integers(-len(shape), len(shape)))
    return st.one_of(one, st.lists(inside, min_size=1, max_size=3, unique=True).map(tuple))


def noise(name: str) -> SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({name: st.sampled_from([0, 0.25, 0.9, 1])}, optional={"seed": st.integers(0, 9)})


@st.composite
def permute(draw: DrawFn, shape: Shape) -> dict[str, object]:
    rank = len(shape) - 1 if draw(chance(90)) else draw(st.integers(1, 4))
    return {"dims": tuple(draw(st.permutations(range(1, max(rank, 1) + 1))))}


@st.composite
def scaling(draw: DrawFn, shape: Shape) -> dict[str, object]:
    """One number, or mostly one for each place along the last axis."""
    size = shape[-1] if isinstance(shape[-1], int) and draw(chance(90)) else 3
    number = st.sampled_from([-1, 0.5, 2])
    several = st.lists(number, min_size=size, max_size=size).map(tuple)
    return {"scale": draw(st.one_of(number, several)), "offset": draw(st.one_of(number, several))}


@st.composite
def measured(draw: DrawFn, shape: Shape) -> dict[str, object]:
    """Axes of a Normalization, or figures that are given for the last axis."""
    if draw(chance(60)):
        return {"axis": draw(st.one_of(st.none(), axes(shape)))}
    size = shape[-1] if isinstance(shape[-1], int) and draw(chance(90)) else 3
    figures = draw(st.one_of(st.just(2), st.just((1,) * size)))
    return {"mean": figures, "variance": figures, "invert": draw(st.booleans())}


@st.composite
def dot(draw: DrawFn, shape: Shape) -> dict[str, object]:
    axis = st.integers(1, max(len(shape) - 1, 1)) if draw(chance(80)) else st.integers(-len(shape), len(shape))
    axes = draw(st.one_of(axis, st.just(-1), st.tuples(axis, axis)))
    return {"axes": axes, "normalize": draw(chance(20))}


def plain(**optional: SearchStrategy[object]) -> SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({}, optional=optional)


SLOPE = st.sampled_from([0, 0.1, 1.0, 2])

ARGUMENTS = {
    "ELU": lambda shape, data_format: plain(alpha=SLOPE),
    "LeakyReLU": lambda shape, data_format: plain(negative_slope=SLOPE),
    "PReLU": lambda shape, data_format: plain(shared_axes=axes(shape)),
    "Softmax": lambda shape, data_format: plain(axis=axes(shape)),
    "LayerNormalization": lambda shape, data_format: plain(axis=axes(shape), center=st.booleans(), scale=st.booleans()),
    "RMSNormalization": lambda shape, data_format: plain(axis=axes(shape)),
    "UnitNormalization": lambda shape, data_format: plain(axis=axes(shape)),
    "GroupNormalization": lambda shape, data_format: group_normalization(shape),
    "Normalization": lambda shape, data_format: measured(shape),
    "Rescaling": lambda shape, data_format: scaling(shape),
    "LayerScale": lambda shape, data_format: st.fixed_dictionaries(
        {"init_values": st.just(0.5), "projection_dim": st.sampled_from([shape[-1] or 3, shape[-1] or 3, 2])}
    ),
    "GaussianNoise": lambda shape, data_format: noise("stddev"),
    "GaussianDropout": lambda shape, data_format: noise("rate"),
    "AlphaDropout": lambda shape, data_format: noise("rate"),
    "SpatialDropout1D": lambda shape, data_format: noise("rate"),
    "SpatialDropout2D": lambda shape, data_format: noise("rate"),
    "SpatialDropout3D": lambda shape, data_format: noise("rate"),
    "RepeatVector": lambda shape, data_format: st.integers(1, 5).map(lambda n: {"n": n}),
    "Permute": lambda shape, data_format: permute(shape),
    "Dot": lambda shape, data_format: dot(shape),
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
