"""Random designs over every registered layer: chains, branches, merges, shared layers, several inputs and outputs.

Most fit together and some don't: the tests compare both with Keras. The shapes that guide the drawing are
lamella's own; what a drawn design means is decided by the oracles.
"""

from __future__ import annotations

import re

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from lamella.design import BATCH, INPUT, Design, Node, Shape
from lamella.errors import DesignError
from lamella.layers import REGISTRY
from lamella.layers.augmentation import Augmentation
from lamella.layers.base import ShapeError
from lamella.layers.operations.operation import Operation
from lamella.layers.recurrent import Recurrent
from lamella.layers.spatial import Spatial
from planning.drawn import arguments_of
from planning.drawn.parts import chance

MOST_NUMBERS = 60_000
"""Tensors larger than this are not built on: running them would take the time of many small ones."""


def wanted_rank(type_name: str) -> int | None:
    """The number of axes that a type over sequences, pictures or volumes takes; None where any will do."""
    kind = REGISTRY[type_name]
    if issubclass(kind, Spatial):
        return kind.rank + 2 + issubclass(kind, Recurrent)
    if type_name.startswith("ops.image."):
        return 4
    if type_name in ("RepeatVector", "CategoryEncoding", "HashedCrossing", "MelSpectrogram", "TextVectorization"):
        return 2
    if type_name == "STFTSpectrogram":
        return 3
    if kind.call_names[:1] == ("sequences",) or type_name == "TimeDistributed":
        return 3
    found = re.search("([123])D", type_name)
    return int(found[1]) + 2 if found else None


def family(type_name: str) -> str:
    """Types that differ in a formula only are drawn as one, so that the others are drawn often enough."""
    kind = REGISTRY[type_name]
    one_of_many = issubclass(kind, (Augmentation, Operation)) and "output_shape" not in vars(kind)
    return kind.__mro__[1].__name__ if one_of_many else type_name


def multiply(one: Shape, other: Shape) -> bool:
    """Whether the shapes fit as matrices."""
    return len(one) > 2 and len(other) == len(one) and one[:-2] == other[:-2] and one[-1] == other[-2]


def repeats(one: Shape, other: Shape) -> bool:
    """Whether an Add can join the shapes: sizes of 1, and axes that are missing in front, are repeated."""
    pairs = zip(reversed(one[1:]), reversed(other[1:]), strict=False)
    return all(left == right or 1 in (left, right) for left, right in pairs)


@st.composite
def sources(draw: DrawFn, type_name: str, shapes: dict[str, Shape]) -> list[str]:
    """Nodes for a layer to read: mostly of a rank that it can take, and for a merge mostly of one shape."""
    names = list(shapes)
    rank = wanted_rank(type_name)
    if rank is not None and draw(chance(95)):
        names = [name for name in names if len(shapes[name]) == rank] or names
    first = draw(st.sampled_from(names[-3:] if draw(chance(80)) else names))
    least, most = REGISTRY[type_name].input_count
    states = REGISTRY[type_name].call_names[:1] == ("sequences",)
    if most == 1 or (states and draw(chance(80))):
        return [first]
    like = [name for name in names if shapes[name] == shapes[first]]
    near = [name for name in names if len(shapes[name]) == len(shapes[first])]
    wide = [name for name in names if repeats(shapes[name], shapes[first])]
    pool = like if draw(chance(40)) else wide if draw(chance(70)) else near if draw(chance(80)) else list(shapes)
    further = st.lists(st.sampled_from(pool), min_size=least - 1, max_size=3 if most is None else most - 1)
    return [first, *draw(further)]


def image_shapes() -> SearchStrategy[tuple[int | None, ...]]:
    size = st.one_of(st.integers(1, 12), st.integers(1, 64))
    picture = st.tuples(size, size, st.one_of(st.integers(1, 6), st.sampled_from([4, 8, 9])))
    open_picture = st.tuples(st.none(), st.one_of(st.none(), size), st.integers(1, 3))
    sequence = st.tuples(size, st.integers(1, 6))
    volume = st.tuples(*[st.integers(1, 9)] * 3, st.integers(1, 4))
    return st.one_of(*[picture] * 3, open_picture, volume, st.tuples(st.integers(1, 64)), sequence, sequence, volume)


@st.composite
def designs(draw: DrawFn, most: int = 9, often: str | None = None) -> Design:
    """A graph of up to `most` layers over one to three inputs, every second one of the family `often`."""
    data_format = draw(st.sampled_from([None, None, None, None, "channels_last", "channels_first"]))
    images = draw(st.lists(image_shapes(), min_size=1, max_size=3))
    if draw(chance(40)):
        images.insert(draw(st.integers(0, 1)), tuple(size if draw(chance(60)) else 1 for size in images[0]))
    rank = next((wanted_rank(name) for name in REGISTRY if family(name) == often), None)
    if rank is not None and all(len(image) + 1 != rank for image in images):
        images.append(draw(st.tuples(*[st.sampled_from([1, 1, 2, 5])] * (rank - 1))))
    nodes = [Node(f"input_{n}", INPUT, {"shape": shape}) for n, shape in enumerate(images)]
    shapes: dict[str, Shape] = {node.name: (BATCH, *images[n]) for n, node in enumerate(nodes)}
    names = [name for name in REGISTRY if name != INPUT]
    families = [[name for name in names if family(name) == each] for each in dict.fromkeys(map(family, names))]
    for n in range(draw(st.integers(1, most))):
        ranks = {None, *map(len, shapes.values())}
        fitting = [kept for each in families if (kept := [one for one in each if wanted_rank(one) in ranks])]
        wanted = [each for each in fitting if often in map(family, each)]
        of_these = wanted if wanted and draw(chance(50)) else fitting if draw(chance(96)) else families
        type_name = draw(st.sampled_from(draw(st.sampled_from(of_these))))
        name = f"layer_{n}"
        first = draw(st.sampled_from(nodes)) if draw(chance(15)) else None
        if first is not None and first.type != INPUT and first.shares is None:
            node = Node(name, first.type, {}, tuple(draw(sources(first.type, shapes))), first.name)
            made = dict(first.arguments)
        else:
            inputs = draw(sources(type_name, shapes))
            made = draw(arguments_of(type_name, shapes[inputs[0]], data_format))
            kind = REGISTRY[type_name]
            if type_name == "ops.einsum" and draw(chance(80)):
                inputs = [inputs[0]] * (str(made["subscripts"]).count(",") + 1)
            if type_name == "ops.matmul" and draw(chance(90)):
                fitting = [(one, two) for one in shapes for two in shapes if multiply(shapes[one], shapes[two])]
                inputs = list(draw(st.sampled_from(fitting))) if fitting else inputs
            if issubclass(kind, Operation) and not kind.listed and draw(chance(95)):
                free = sum(made.get(name) is None for name in kind.tensors)
                inputs = [*inputs, *[inputs[0]] * free][:free]
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
    return shape if shape and 0 < numbers <= MOST_NUMBERS else None
