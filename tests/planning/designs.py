"""Random designs over every registered layer: chains, branches, merges, shared layers, several inputs and outputs.

Most fit together and some don't: the tests compare both with Keras. The shapes that guide the drawing are
lamella's own; what a drawn design means is decided by the oracles.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from lamella.design import BATCH, INPUT, Design, Node, Shape
from lamella.errors import DesignError
from lamella.layers import REGISTRY
from lamella.layers.activations import ACTIVATIONS
from lamella.layers.base import ShapeError

MOST_NUMBERS = 60_000
"""Tensors larger than this are not built on: running them would take the time of many small ones."""

ACTIVATION = st.sampled_from([None, *ACTIVATIONS])


def chance(percent: int) -> SearchStrategy[bool]:
    return st.integers(0, 99).map(lambda drawn: drawn < percent)


def one_or_two(low: int, high: int) -> SearchStrategy[object]:
    number = st.integers(low, high)
    return st.one_of(number, st.tuples(number, number))


def border(high: int) -> SearchStrategy[object]:
    number = st.integers(0, high)
    return st.one_of(number, st.tuples(number, number), st.tuples(*[st.tuples(number, number)] * 2))


@st.composite
def convolution(draw: DrawFn, shape: Shape, channel: int) -> dict[str, object]:
    """Arguments of a Conv2D, whose groups mostly divide the input's channels."""
    found: dict[str, object] = {"filters": draw(st.integers(1, 8)), "kernel_size": draw(one_or_two(1, 5))}
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


def arguments_of(type_name: str, shape: Shape, data_format: str | None) -> SearchStrategy[dict[str, object]]:
    """Arguments of one layer type; of a type that is new here, those of its examples."""
    channel = 1 if data_format == "channels_first" else 3
    known = {
        "Conv2D": convolution(shape, channel),
        "Conv2DTranspose": transposed(),
        "Dense": st.fixed_dictionaries({"units": st.integers(1, 9)}, optional={"use_bias": st.booleans()}),
        "Activation": ACTIVATION.filter(bool).map(lambda name: {"activation": name}),
        "BatchNormalization": normalization(shape),
        "Concatenate": st.fixed_dictionaries({}, optional={"axis": st.integers(-len(shape), -1)}),
        "MaxPooling2D": pooling(),
        "AveragePooling2D": pooling(),
        "GlobalAveragePooling2D": st.fixed_dictionaries({}, optional={"keepdims": st.booleans()}),
        "Reshape": reshape(shape),
        "ops.squeeze": squeeze(shape),
        "UpSampling2D": st.fixed_dictionaries({}, optional={"size": one_or_two(1, 3)}),
        "ZeroPadding2D": st.fixed_dictionaries({}, optional={"padding": border(3)}),
        "Cropping2D": st.fixed_dictionaries({"cropping": border(2)}),
    }
    return known.get(type_name, st.sampled_from([dict(each) for each, _ in REGISTRY[type_name].examples]))


def picture_type(type_name: str) -> bool:
    """Whether the type slides over pictures: all that have a data format, but for Flatten."""
    return "data_format" in REGISTRY[type_name].arguments and type_name != "Flatten"


def repeats(one: Shape, other: Shape) -> bool:
    """Whether an Add can join the shapes: sizes of 1, and axes that are missing in front, are repeated."""
    pairs = zip(reversed(one[1:]), reversed(other[1:]), strict=False)
    return all(left == right or 1 in (left, right) for left, right in pairs)


@st.composite
def sources(draw: DrawFn, type_name: str, shapes: dict[str, Shape]) -> list[str]:
    """Nodes for a layer to read: mostly of a rank that it can take, and for a merge mostly of one shape."""
    names = list(shapes)
    if picture_type(type_name) and draw(chance(95)):
        names = [name for name in names if len(shapes[name]) == 4] or names
    first = draw(st.sampled_from(names[-3:] if draw(chance(80)) else names))
    if REGISTRY[type_name].input_count != (1, None):
        return [first]
    like = [name for name in names if shapes[name] == shapes[first]]
    near = [name for name in names if len(shapes[name]) == len(shapes[first])]
    wide = [name for name in names if repeats(shapes[name], shapes[first])]
    pool = like if draw(chance(40)) else wide if draw(chance(70)) else near if draw(chance(80)) else list(shapes)
    return [first, *draw(st.lists(st.sampled_from(pool), max_size=3))]


def image_shapes() -> SearchStrategy[tuple[int | None, ...]]:
    size = st.one_of(st.integers(1, 12), st.integers(1, 64))
    picture = st.tuples(size, size, st.integers(1, 6))
    open_picture = st.tuples(st.none(), st.one_of(st.none(), size), st.integers(1, 3))
    return st.one_of(*[picture] * 9, open_picture, st.tuples(st.integers(1, 64)), st.tuples(size, st.integers(1, 6)))


@st.composite
def designs(draw: DrawFn, most: int = 9) -> Design:
    """A graph of up to `most` layers over one to three inputs."""
    data_format = draw(st.sampled_from([None, None, None, None, "channels_last", "channels_first"]))
    images = draw(st.lists(image_shapes(), min_size=1, max_size=3))
    if draw(chance(40)):
        images.insert(draw(st.integers(0, 1)), tuple(size if draw(chance(60)) else 1 for size in images[0]))
    nodes = [Node(f"input_{n}", INPUT, {"shape": shape}) for n, shape in enumerate(images)]
    shapes: dict[str, Shape] = {node.name: (BATCH, *images[n]) for n, node in enumerate(nodes)}
    types = [name for name in REGISTRY if name != INPUT]
    for n in range(draw(st.integers(1, most))):
        name, type_name = f"layer_{n}", draw(st.sampled_from(types))
        first = draw(st.sampled_from(nodes)) if draw(chance(15)) else None
        if first is not None and first.type != INPUT and first.shares is None:
            node = Node(name, first.type, {}, tuple(draw(sources(first.type, shapes))), first.name)
            made = dict(first.arguments)
        else:
            inputs = draw(sources(type_name, shapes))
            made = draw(arguments_of(type_name, shapes[inputs[0]], data_format))
            if data_format and "data_format" in REGISTRY[type_name].arguments:
                made["data_format"] = data_format
            if "trainable" in REGISTRY[type_name].arguments and draw(chance(8)):
                made["trainable"] = False
            node = Node(name, type_name, made, tuple(inputs))
        nodes.append(node)
        shape = _guessed(node.type, made, [shapes[each] for each in node.inputs])
        if shape is not None:
            shapes[name] = shape
    outputs = draw(st.lists(st.sampled_from(list(shapes)), min_size=1, max_size=3, unique=True))
    return Design("random", tuple(nodes), {name: name for name in outputs})


def _guessed(type_name: str, arguments: dict[str, object], inputs: list[Shape]) -> Shape | None:
    """The shape to go on from, or None where nothing should read this node."""
    try:
        shape = REGISTRY[type_name](**arguments).output_shape(*inputs)
    except (DesignError, ShapeError):
        return None
    numbers = 1
    for size in shape[1:]:
        numbers *= size if isinstance(size, int) else 16
    return shape if 0 < numbers <= MOST_NUMBERS else None
