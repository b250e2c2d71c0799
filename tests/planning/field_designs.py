"""Random designs whose receptive fields can be followed: windows of every kind along both axes, and branches."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from lamella.design import BATCH, INPUT, Design, Node, Shape
from lamella.layers import REGISTRY
from lamella.layers.base import ShapeError

PADDING = st.sampled_from(["valid", "same"])


def both(low: int, high: int) -> SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(low, high), st.integers(low, high))


def ends(high: int) -> SearchStrategy[tuple[tuple[int, int], tuple[int, int]]]:
    return st.tuples(both(0, high), both(0, high))


CONVOLUTION = st.one_of(
    st.fixed_dictionaries({"kernel_size": both(1, 4), "strides": both(1, 3), "padding": PADDING}),
    st.fixed_dictionaries({"kernel_size": both(1, 3), "dilation_rate": both(1, 3), "padding": PADDING}),
).map(lambda drawn: drawn | {"filters": 1})

WINDOWS: dict[str, SearchStrategy[dict[str, object]]] = {
    "Conv2D": CONVOLUTION,
    "Conv2DTranspose": CONVOLUTION,
    "MaxPooling2D": st.fixed_dictionaries({"pool_size": both(1, 3), "padding": PADDING}),
    "AveragePooling2D": st.fixed_dictionaries({"pool_size": both(1, 3), "strides": both(1, 2), "padding": PADDING}),
    "UpSampling2D": st.fixed_dictionaries({"size": both(1, 3)}),
    "ZeroPadding2D": st.fixed_dictionaries({"padding": ends(2)}),
    "Cropping2D": st.fixed_dictionaries({"cropping": ends(2)}),
}
LIKE: dict[str, SearchStrategy[dict[str, object]]] = {
    "Conv2D": st.fixed_dictionaries({"kernel_size": both(1, 4), "dilation_rate": both(1, 3)}).map(
        lambda drawn: drawn | {"filters": 1, "padding": "same"}
    ),
    "Conv2DTranspose": st.fixed_dictionaries({"kernel_size": both(1, 4)}).map(
        lambda drawn: drawn | {"filters": 1, "padding": "same"}
    ),
    "AveragePooling2D": st.fixed_dictionaries({"pool_size": both(1, 3)}).map(
        lambda drawn: drawn | {"strides": 1, "padding": "same"}
    ),
    "Activation": st.just({"activation": "relu"}),
    "Dense": st.just({"units": 1}),
}
"""Layers that keep the picture's size, for branches that can meet."""


class _Graph:
    """A design in the making; a layer that does not fit, or makes the picture too large, is left out."""

    def __init__(self, shape: Shape, largest: int) -> None:
        self.nodes = [Node("x", INPUT, {"shape": shape})]
        self.shapes: dict[str, Shape] = {"x": (BATCH, *shape)}
        self.largest = largest

    def add(self, type_name: str, arguments: dict[str, object], *inputs: str) -> str:
        """The name of the new node, or of its first input where it is left out."""
        try:
            shape = REGISTRY[type_name](**arguments).output_shape(*(self.shapes[name] for name in inputs))
        except ShapeError:
            return inputs[0]
        if max(shape[1:3]) > self.largest or min(shape[1:3]) < 1:
            return inputs[0]
        name = f"{type_name.lower()}_{len(self.nodes)}"
        self.nodes.append(Node(name, type_name, arguments, inputs))
        self.shapes[name] = shape
        return name


@st.composite
def field_designs(draw: DrawFn, size: SearchStrategy[int], largest: int, most: int = 5) -> Design:
    """A chain of up to `most` steps, each a window or two branches that meet; its output is the last node.

    The first layer moves along both axes, so that every field is given for both.
    """
    graph = _Graph((draw(size), draw(size), 1), largest)
    last = graph.add("Conv2D", {"filters": 1, "kernel_size": (2, 2), "padding": draw(PADDING)}, "x")
    for _ in range(draw(st.integers(1, most))):
        kind = draw(st.integers(0, 4))
        if kind == 4:
            last = _over(draw, graph, last)
            continue
        if kind:
            name = draw(st.sampled_from(list(WINDOWS)))
            last = graph.add(name, draw(WINDOWS[name]), last)
            continue
        meet = []
        for _ in range(draw(st.integers(2, 3))):
            end = last
            for _ in range(draw(st.integers(0, 2))):
                name = draw(st.sampled_from(list(LIKE)))
                end = graph.add(name, draw(LIKE[name]), end)
            meet.append(end)
        last = graph.add(draw(st.sampled_from(["Add", "Concatenate"])), {}, *meet)
    return Design("field", tuple(graph.nodes), {"y": last})


def _over(draw: DrawFn, graph: _Graph, last: str) -> str:
    """A skip connection over a smaller picture, as in a U-Net: they meet where the smaller one fits the larger."""
    times = draw(both(1, 3))
    window = {"kernel_size": draw(both(1, 4)), "strides": times, "padding": draw(PADDING), "filters": 1}
    down = [("Conv2D", window), ("MaxPooling2D", {"pool_size": times, "padding": draw(PADDING)})]
    up = [("UpSampling2D", {"size": times}), ("Conv2DTranspose", window | {"padding": "same"})]
    below = graph.add(*draw(st.sampled_from(down)), last)
    name = draw(st.sampled_from(list(LIKE)))
    above = graph.add(*draw(st.sampled_from(up)), graph.add(name, draw(LIKE[name]), below))
    return graph.add(draw(st.sampled_from(["Add", "Concatenate"])), {}, last, above)
