"""Where windows stand in ONNX: Keras' paddings as numbers, by ONNX' own rule, or computed while the model runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from lamella.building.onnx_values import Padded, Value
from lamella.window import same_padding

if TYPE_CHECKING:
    from lamella.building.onnx_graph import Graph
    from lamella.design import Size
    from lamella.layers.spatial import Spatial


class Axis(NamedTuple):
    """A window along one axis: the size of what it slides over and how it stands there."""

    size: Size
    kernel: int
    stride: int
    dilation: int
    padding: str

    @property
    def extent(self) -> int:
        """How many numbers lie from the window's first to its last, the first left out."""
        return self.dilation * (self.kernel - 1)

    @property
    def ends(self) -> tuple[int, int] | None:
        """The padding before and after; None where "same" makes it depend on an open size."""
        if self.padding == "valid":
            return 0, 0
        if self.padding == "causal":
            return self.extent, 0
        if isinstance(self.size, int):
            return same_padding(self.size, self.kernel, self.stride, self.dilation)
        if self.stride == 1:
            return self.extent // 2, self.extent - self.extent // 2
        if self.extent < 2:
            # Nothing ever stands before; a number too many behind is reached by a window only where it is needed.
            return 0, self.extent
        return None


def axes_of(
    layer: Spatial, value: Value, kernel: Sequence[int], strides: Sequence[int], dilation: Sequence[int], padding: str
) -> list[Axis]:
    """The windows of a layer, along each spatial axis of a value."""
    sizes = [value.shape[axis] for axis in layer.axes]
    return [Axis(*each, padding) for each in zip(sizes, kernel, strides, dilation, strict=True)]


def computed(axes: Sequence[Axis]) -> bool:
    """Whether the padding can only be computed while the model runs.

    ONNX Runtime's SAME_UPPER is TensorFlow's "same" where no window is shorter than its stride: shorter ones can
    end before the input does, and its paddings then fall below 0 (1.32 refuses them, 1.20 reads other numbers).
    """
    return any(axis.ends is None for axis in axes) and not _reach_on(axes)


def _reach_on(axes: Sequence[Axis]) -> bool:
    return all(axis.extent + 1 >= axis.stride for axis in axes)


def placed(value: Value, layer: Spatial, axes: Sequence[Axis], fill: float | None) -> tuple[str, dict[str, Any]]:
    """The tensor, channels first, that windows slide over, and what says where they stand.

    `fill` stands around the input where the padding is computed; None: zeros, which the window takes for numbers of
    the input, so that those that stand there already can go into its own padding.
    """
    moved, ends = not layer.channels_first, [axis.ends for axis in axes]
    known = [each for each in ends if each is not None]
    if fill is not None and isinstance(value, Padded) and (_reach_on(axes) or axes[0].padding == "valid"):
        # ONNX Runtime 1.20 puts zeros before a pooling into its paddings, which hold none, unless these go by a rule.
        return value.name(moved), {"auto_pad": "SAME_UPPER" if axes[0].padding == "same" else "VALID"}
    if len(known) == len(ends):
        source, more = value, [(0, 0)] * len(ends)
        if isinstance(value, Padded) and fill is None and value.only(layer.axes):
            source, more = value.inner, [value.ends[axis] for axis in layer.axes]
        pads = [[one[end] + other[end] for one, other in zip(known, more, strict=True)] for end in (0, 1)]
        return source.name(moved), {"pads": [*pads[0], *pads[1]]} if any(map(any, pads)) else {}
    if not computed(axes):
        return value.name(moved), {"auto_pad": "SAME_UPPER"}
    return widened(value.graph, value.name(moved), axes, fill or 0.0), {}


def widened(graph: Graph, source: str, axes: Sequence[Axis], fill: float) -> str:
    """A tensor with as much around it as TensorFlow's "same" asks for; see `lamella.window.same_padding`."""
    befores, afters = [], []
    for place, axis in enumerate(axes, 2):
        size = graph.add("Shape", source, start=place, end=place + 1)
        rest = graph.add("Mod", graph.add("Sub", size, graph.integers([1])), graph.integers([axis.stride]))
        missing = graph.add("Max", graph.add("Sub", graph.integers([axis.extent]), rest), graph.integers([0]))
        befores.append(graph.add("Div", missing, graph.integers([2])))
        afters.append(graph.add("Sub", missing, befores[-1]))
    none = graph.integers([0, 0])
    pads = graph.add("Concat", none, *befores, none, *afters, axis=0)
    return graph.add("Pad", source, pads, graph.number(fill))
