"""From an encoder to a network that gives its input's shape back: every layer answered by one that undoes its shape."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Final, NamedTuple

from lamella.design import BATCH, Design, Node, Shape, node_of
from lamella.errors import DesignError, problem
from lamella.layers import REGISTRY, normal_form
from lamella.layers.convolution import Sliding
from lamella.layers.pooling import Pooling
from lamella.layers.spatial import Spatial
from lamella.layers.tracing import Names
from lamella.planning.plan import Plan, Row
from lamella.planning.planner import plan
from lamella.planning.undoing import Undo, cropped, enlarged, transposed
from lamella.texts.languages import Phrase, phrase
from lamella.units import shape as show_shape
from lamella.window import Window

WAYS: Final = ("upsampling", "transposed", "resize")
"""How a decoder makes pictures larger: by repeating, by transposed convolutions, by interpolation."""

Sizes = tuple[int, ...]


class Mirror(NamedTuple):
    """How the decoder is to be: its way of enlarging, with the encoder's tensors joined in or not, small or not."""

    way: str = "upsampling"
    skips: bool = False
    small: bool = False


def mirrored(encoder: Design, how: Mirror) -> Design:
    """Encoder and decoder as one design, whose output has exactly the input's shape.

    Raises `DesignError` with the encoder's own errors, or with the layer that can't be answered.
    """
    found = plan(replace(encoder, expect={}))
    if found.errors:
        raise DesignError(found.errors)
    if len(encoder.inputs) != 1 or len(encoder.outputs) != 1:
        counts = {"inputs": len(encoder.inputs), "outputs": len(encoder.outputs)}
        raise DesignError(problem("mirror ends", **counts))
    decoder = _Decoder(found, how)
    for row in decoder.path():
        decoder.undo(row)
    return decoder.design()


def decoder_alone(whole: Design, encoder: Design) -> Design:
    """The decoder of a mirrored design, on an input of the code's shape."""
    (code,) = encoder.outputs.values()
    shape = plan(replace(encoder, expect={})).shapes[code]
    inner = {node.name for node in encoder.nodes}
    names = Names(each.name for each in whole.nodes if each.name not in inner)
    first = Node(names.automatic("Input"), "Input", {"shape": tuple(shape[1:])})
    nodes = tuple(
        replace(node, inputs=tuple(first.name if name == code else name for name in node.inputs))
        for node in whole.nodes
        if node.name not in inner
    )
    return replace(whole, name=f"{whole.name} decoder".strip(), nodes=(first, *nodes))


class _Decoder:
    """The nodes of the decoder as they come, and the shape that they have reached."""

    def __init__(self, found: Plan, how: Mirror) -> None:
        self.plan, self.how = found, how
        self.names = Names(node.name for node in found.design.nodes)
        self.nodes: list[Node] = []
        (self.last,) = found.design.outputs.values()
        self.shape = found.shapes[self.last]
        self.channels_first = any(vars(row.layer).get("data_format") == "channels_first" for row in found.rows)
        self.normalizes = any(node.type == "BatchNormalization" for node in found.design.nodes)

    def path(self) -> list[Row]:
        """The rows from the output back to the input, through the first input of every layer."""
        rows = []
        row = self.plan.by_name[node_of(self.last, self.plan.by_name)]
        while row.node.inputs:
            rows.append(row)
            row = self.plan.by_name[node_of(row.node.inputs[0], self.plan.by_name)]
        return rows

    def design(self) -> Design:
        """Encoder and decoder, the last layer giving numbers from 0 to 1."""
        encoder = self.plan.design
        wanted = self.plan.row(encoder.inputs[0].name).output_shape
        assert wanted is not None, "the plan has no errors"
        self._finish(wanted)
        name = f"{encoder.name} and its mirror" if encoder.name else ""
        whole = Design(name, (*encoder.nodes, *self.nodes), {self.last: self.last}, where=encoder.where)
        result = plan(whole)
        if result.errors:
            raise DesignError(result.errors)
        assert result.row(self.last).output_shape == wanted, "each layer was undone exactly"
        return whole

    def _finish(self, wanted: Shape) -> None:
        """Makes the last layer with weights one that ends in a sigmoid, or adds one.

        Behind it only layers that put numbers elsewhere may follow: what they give is from 0 to 1 too.
        """
        index = len(self.nodes) - 1
        while index >= 0 and self.nodes[index].type.startswith(_MOVING):
            index -= 1
        last = self.nodes[index] if index >= 0 else None
        if last is not None and "activation" in REGISTRY[last.type].arguments and last.type != "Activation":
            ended = normal_form(last.type, {**last.arguments, "activation": "sigmoid"})
            self.nodes[index] = replace(last, arguments=ended)
        elif 3 <= len(wanted) <= 5:
            form = (
                {"filters": wanted[1], "data_format": "channels_first"}
                if self.channels_first
                else {"filters": wanted[-1]}
            )
            self._add(f"Conv{len(wanted) - 2}D", kernel_size=3, padding="same", activation="sigmoid", **form)
        else:
            self._add("Dense", units=wanted[-1], activation="sigmoid")

    def undo(self, row: Row) -> None:
        """Adds what brings back the shape that a layer was given."""
        inputs = self.plan.inputs_of(row)
        if inputs is None or not all(isinstance(size, int) or size == BATCH for each in inputs for size in each):
            raise _refused(row, phrase("its input's size is open", "입력 크기가 정해지지 않았습니다"))
        wanted, given = inputs[0], row.output_shape
        assert given is not None, "the plan has no errors"
        if len(wanted) < 2:
            raise _refused(row, phrase("its input has no axis", "입력에 축이 없습니다"))
        by_reshaping = row.node.type in _BY_RESHAPING
        undone = wanted != given or isinstance(row.layer, Sliding)
        if vars(row.layer).get("data_format") == "channels_first" and undone and not by_reshaping:
            raise _refused(row, _CHANNELS_FIRST, _CHANNELS_LAST)
        if not undone:
            return
        first = self.plan.row(self.plan.design.inputs[0].name)
        ends = row.node.inputs[0] == first.node.name
        if by_reshaping:
            self._reshape(row, wanted)
        elif len(wanted) == len(given) >= 3 and wanted[1:-1] != given[1:-1]:
            self._resize(row, wanted)
            if self.how.skips and not ends:
                self._join(row.node.inputs[0], wanted)
        elif len(wanted) == len(given):
            self._convolve(row, wanted, ends)
        else:
            self._reshape(row, wanted)
        if self.shape != wanted:
            raise _refused(
                row,
                phrase(
                    "no layer gives {shape} back", "되돌리는 레이어가 없는 모양: {shape}", shape=show_shape(wanted[1:])
                ),
            )

    def _add(self, kind: str, **arguments: object) -> None:
        node = Node(self.names.automatic(kind), kind, normal_form(kind, arguments), (self.last,))
        self.nodes.append(node)
        self.shape = REGISTRY[kind](**arguments).output_shape(self.shape)
        self.last = node.name

    def _learned(self, kind: str, channels: int, activation: object, **arguments: object) -> None:
        """A convolution, with normalization and activation as the encoder has them."""
        if "filters" in REGISTRY[kind].arguments:
            arguments = {"filters": channels, **arguments}
        if self.normalizes:
            self._add(kind, use_bias=False, **arguments)
            self._add("BatchNormalization")
            self._add("Activation", activation=activation)
        else:
            self._add(kind, activation=activation, **arguments)

    def _kind(self, row: Row, channels: int, rank: int) -> str:
        """The encoder's own kind of convolution where it gives these channels: a separable one is cheap both ways."""
        fits = "filters" in type(row.layer).arguments if row.layer is not None else False
        if isinstance(row.layer, Sliding) and (fits or self.shape[-1] == channels):
            return row.node.type
        return f"Conv{rank}D"

    def _convolve(self, row: Row, wanted: Shape, ends: bool) -> None:
        """The same places with other channels."""
        channels, settings = _known(wanted[-1]), vars(row.layer)
        if len(wanted) == 2 or row.node.type == "Dense":
            self._add("Dense", units=channels, activation=_activation(row))
            return
        if not (isinstance(row.layer, Spatial) and row.layer.rank == len(wanted) - 2) and len(row.node.inputs) < 2:
            raise _refused(row, phrase("it is no convolution, pooling or Dense", "합성곱, 풀링, Dense가 아닙니다"))
        kernel = settings.get("kernel_size", (1,) * (len(wanted) - 2))
        kernel = tuple(1 if self.how.small and not ends else each for each in kernel)
        kind = self._kind(row, channels, len(wanted) - 2)
        self._learned(kind, channels, _activation(row), kernel_size=kernel, padding="same")

    def _resize(self, row: Row, wanted: Shape) -> None:
        """Other places: made larger, or for what only padded or cropped, cut or padded again."""
        layer = row.layer
        if not isinstance(layer, Spatial) or layer.rank != len(wanted) - 2:
            raise _refused(row, _NOT_SPATIAL)
        sizes, now = _all_known(wanted[1:-1]), _all_known(self.shape[1:-1])
        channels = _known(wanted[-1])
        if self._only_places(row):
            self._lay(cropped(now, sizes))
            if channels != self.shape[-1]:
                self._convolve(row, wanted, False)
            return
        if any(after > before for after, before in zip(now, sizes, strict=True)):
            raise _refused(row, _ENLARGES)
        settings, way = vars(layer), self.how.way
        if isinstance(layer, (Sliding, Pooling)):
            strides = _all_known(settings["strides"] if settings.get("strides") is not None else settings["pool_size"])
            kernels = _all_known(settings.get("kernel_size") or settings["pool_size"])
        else:  # brought to a size that its arguments name
            strides = tuple(-(-before // after) for after, before in zip(now, sizes, strict=True))
            kernels, way = (3,) * len(sizes), "resize"
        gaps = _all_known(settings.get("dilation_rate") or (1,) * len(sizes))
        extents = tuple((kernel - 1) * gap + 1 for kernel, gap in zip(kernels, gaps, strict=True))
        if way == "transposed":
            found = transposed(now, sizes, extents, strides)
            if found is None:
                raise _refused(
                    row, phrase("no transposed convolution gives this size", "이 크기를 내는 전치 합성곱이 없습니다")
                )
            self._learned(f"Conv{len(sizes)}DTranspose", channels, _activation(row), **found)
            return
        self._lay(enlarged(now, sizes, strides, way))
        odd = tuple(max(3, extent + (extent % 2 == 0)) if not self.how.small else 3 for extent in extents)
        kind = self._kind(row, channels, len(sizes))
        self._learned(kind, channels, _activation(row), kernel_size=odd, padding="same")

    def _only_places(self, row: Row) -> bool:
        """Whether the layer only cuts off places or adds some, by its own rule of what an output sees."""
        inputs, output = self.plan.inputs_of(row), row.output_shape
        if isinstance(row.layer, (Sliding, Pooling)) or row.layer is None or inputs is None or output is None:
            return False
        ways = [way for _, way in row.layer.views(inputs, output)[0].values()]
        return all(isinstance(way, Window) and way.kernel == way.stride == 1 for way in ways)

    def _lay(self, steps: list[Undo]) -> None:
        for step in steps:
            self._add(step.type, **step.arguments)

    def _join(self, reference: str, wanted: Shape) -> None:
        """The encoder's own tensor beside what was made of it, as in a U-Net."""
        node = Node(self.names.automatic("Concatenate"), "Concatenate", {}, (self.last, reference))
        self.nodes.append(node)
        self.last, channels = node.name, _known(wanted[-1])
        self.shape = (*wanted[:-1], 2 * channels)
        kernel = 1 if self.how.small else 3
        self._learned(f"Conv{len(wanted) - 2}D", channels, "relu", kernel_size=kernel, padding="same")

    def _reshape(self, row: Row, wanted: Shape) -> None:
        """Another number of axes."""
        rank, channels = len(wanted) - 2, _known(wanted[-1])
        if row.node.type == "Permute":
            dims = vars(row.layer)["dims"]
            self._add("Permute", dims=tuple(dims.index(axis) + 1 for axis in range(1, len(dims) + 1)))
        elif row.node.type.startswith("Global") and 1 <= rank <= 3:
            sizes = _all_known(wanted[1:-1])
            self._add("Reshape", target_shape=(*[1] * rank, channels))
            self._lay(enlarged((1,) * rank, sizes, sizes, self.how.way))
        elif row.node.type in _BY_RESHAPING and prod(_all_known(wanted[1:])) == prod(_all_known(self.shape[1:])):
            self._add("Reshape", target_shape=_all_known(wanted[1:]))
        else:
            raise _refused(row, phrase("its shape can't be undone", "모양을 되돌릴 수 없습니다"))


_NOT_SPATIAL: Final = phrase("it is no layer over pictures alone", "이미지만 다루는 레이어가 아닙니다")
_CHANNELS_FIRST: Final = phrase("its channels come first", "채널이 맨 앞에 있습니다")
_CHANNELS_LAST: Final = phrase(
    "Write the encoder with the channels last: the sizes before the channels in input:, without data_format.",
    "채널을 맨 뒤에 두어 주세요: input:에는 크기 다음에 채널을 적고, data_format은 뺍니다.",
)
_ENLARGES: Final = phrase("it makes pictures larger, which a decoder does", "이미지를 키우는 것은 디코더의 일입니다")
_ELSEWHERE: Final = phrase(
    "Leave it out, or end the encoder before it.", "이 레이어를 빼거나 그 앞에서 인코더를 끝내 주세요."
)
_MOVING: Final = ("Reshape", "Permute", "Cropping")
_BY_RESHAPING: Final = ("Flatten", "Reshape", "Permute")


def _activation(row: Row) -> str:
    """What the encoder's layer ends in; ReLU where it ends in nothing."""
    found = vars(row.layer).get("activation")
    return found if isinstance(found, str) and found not in ("softmax", "sigmoid") else "relu"


def _known(size: object) -> int:
    assert isinstance(size, int), "open sizes are refused before"
    return size


def _all_known(sizes: object) -> Sizes:
    assert isinstance(sizes, tuple), "sizes of a shape"
    return tuple(map(_known, sizes))


def _refused(row: Row, reason: Phrase, fix: Phrase = _ELSEWHERE) -> DesignError:
    return DesignError(problem("not mirrored", row.node.place(), type=row.node.type, reason=reason, suggestion=fix))
