"""Bidirectional, TimeDistributed and SpectralNormalization: layers around another layer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from lamella.algebra import is_known
from lamella.design import Shape
from lamella.errors import Problem, problem
from lamella.layers.activations import Range
from lamella.layers.arguments import NOTHING, Kind, Wrong, argument, integer, optional, wrapped
from lamella.layers.base import AxisMap, Kept, Layer, ShapeError, Weight, Work
from lamella.layers.recurrent import Recurrent, check_states, open_ends
from lamella.layers.spatial import need_rank
from lamella.layers.wrapped import LAYER, Data, layer_of
from lamella.texts.languages import Text, phrase
from lamella.units import shape as show_shape
from lamella.window import IDENTITY, Map

_MERGES: Final = ("sum", "mul", "ave", "concat", None)


def _merge(value: object) -> object:
    if value in _MERGES:
        return value
    lower = value.lower() if isinstance(value, str) else None
    raise Wrong(lower if lower in _MERGES else "concat")


_MERGE: Final = Kind(phrase("concat, sum, ave, mul or null", "concat, sum, ave, mul 또는 null"), _merge, "concat")
_SHARED: Final = ("stateful", "return_sequences", "return_state")


class Bidirectional(Layer):
    """A recurrent layer and its like in the other direction: (B, steps, features) -> (B, 2 · units)."""

    layer: dict[str, Any] = argument(LAYER)
    merge_mode: str | None = argument(_MERGE, "concat")
    given_weights: None = argument(NOTHING, None, called="weights")
    backward_layer: dict[str, Any] | None = argument(optional(LAYER), None)

    input_count: ClassVar[tuple[int, int | None]] = (1, None)
    call_names = ("sequences", "initial_state")
    call_flags: ClassVar[Mapping[str, bool]] = {"training": False}
    call_tensors: ClassVar[tuple[str, ...]] = ("mask",)
    copies_inner = True
    sentence = Text(
        "Reads a sequence forwards and backwards and joins what both find.",
        "시퀀스를 앞에서 뒤로, 뒤에서 앞으로 읽어 둘을 합칩니다.",
    )
    source = "Schuster and Paliwal 1997; keras/src/layers/rnn/bidirectional.py"
    examples = (
        ({"layer": {"LSTM": {"units": 4}}}, ((5, 3),)),
        (
            {"layer": {"GRU": {"units": 2, "return_sequences": True, "return_state": True}}, "merge_mode": None},
            ((4, 3),),
        ),
        (
            {
                "layer": {"SimpleRNN": {"units": 3, "return_sequences": True}},
                "merge_mode": "sum",
                "backward_layer": {"GRU": {"units": 3, "return_sequences": True, "go_backwards": True}},
            },
            ((5, 2),),
        ),
        ({"layer": {"LSTM": {"units": 2}}}, ((4, 3), (2,), (2,), (2,), (2,))),
    )

    @classmethod
    def grouped(cls, inputs: Sequence[Any]) -> tuple[Any, ...]:
        return Recurrent.grouped(inputs)

    @property
    def ways(self) -> tuple[Recurrent, Recurrent]:
        """The layer in each direction."""
        ((type_name, arguments),) = self.layer.items()
        found = layer_of(self.layer), layer_of(self.backward_layer or {type_name: arguments | {"go_backwards": True}})
        assert isinstance(found[0], Recurrent)
        assert isinstance(found[1], Recurrent)
        return found[0], found[1]

    def conflicts(self) -> list[Problem]:
        for argument_name, data in (("layer", self.layer), ("backward_layer", self.backward_layer)):
            if data is not None and not isinstance(layer_of(data), Recurrent):
                reason = phrase("it is no recurrent layer", "순환 레이어가 아닙니다")
                fix = phrase("Give it a layer such as LSTM.", "LSTM 같은 레이어를 주세요.")
                return [cannot_wrap(self.type, argument_name, data, reason, fix)]
        forward, backward = self.ways
        facts: dict[str, object] = {"first": "layer", "second": "backward_layer"}
        if forward.go_backwards == backward.go_backwards:
            reason = phrase("both go in one direction", "둘이 같은 방향으로 갑니다")
            fix = phrase("Set go_backwards in the backward layer only.", "go_backwards를 뒤로 가는 쪽에만 켜 주세요.")
            received = f"go_backwards {forward.go_backwards}, {backward.go_backwards}"
            return [problem("arguments conflict", **facts, reason=reason, received=received, suggestion=fix)]
        for name in _SHARED:
            if vars(forward)[name] != vars(backward)[name]:
                reason = phrase("{name} must be the same in both", "같아야 하는 인자: {name}", name=name)
                received = f"{vars(forward)[name]}, {vars(backward)[name]}"
                return [problem("arguments conflict", **facts, reason=reason, received=received, suggestion="")]
        if forward.sizes_given != backward.sizes_given:
            return [_differ(forward.sizes_given[0], backward.sizes_given[0])]
        return []

    def output_shape(self, *inputs: Shape) -> Shape:
        sequence, *given = inputs
        with inside("layer", self.layer):
            states = [shape for way in self.ways for shape in way.state_shapes(sequence)]
            one, other = (way.output_shape(sequence) for way in self.ways)
        if one != other:
            raise ShapeError(_differ(show_shape(one), show_shape(other)))
        check_states(self.type, states, given)
        if self.merge_mode != "concat":
            return one
        return (*one[:-1], one[-1] * 2 if is_known(one[-1]) else None)

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        first = self.output_shape(*inputs)
        states = tuple(shape for way in self.ways if way.return_state for shape in way.state_shapes(inputs[0]))
        return (*((first,) if self.merge_mode is not None else (first, first)), *states)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        return tuple(
            each._replace(name=f"{name}/{each.name}")
            for name, way in zip(("forward", "backward"), self.ways, strict=True)
            for each in way.weights(inputs[0])
        )

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """That of both directions."""
        return tuple(
            each._replace(what=f"{name} {each.what}")
            for name, way in zip(("forward", "backward"), self.ways, strict=True)
            for each in way.work(inputs[:1], way.output_shape(inputs[0]))
        )

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        forth, back = (way.formulas(inputs[:1], way.output_shape(inputs[0])) for way in self.ways)
        h = "H" if any("H[t]" in line for line in forth) else "h"
        joined = {"concat": f"[{h}, {h}′]", "sum": f"{h} + {h}′", "mul": f"{h} · {h}′", "ave": f"({h} + {h}′) / 2"}
        others = (line for line in back if "[t" in line or line not in forth)
        return (*forth, *map(_of_the_way_back, others), f"y = {joined.get(self.merge_mode or '', f'{h}, {h}′')}")

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """Along an axis that both directions see in the same way; joined along places, neither's can be said."""
        (one,), (other,) = (way.views(inputs[:1], output) for way in self.ways)
        last = len(output) - 1
        joined = self.merge_mode == "concat"
        found = {
            axis: (source, way if other[axis][1] == way and not (joined and axis == last) else None)
            for axis, (source, way) in one.items()
        }
        return (found, *(open_ends(shape, output) for shape in inputs[1:]))

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        return None

    def needs_batch(self) -> bool:
        return self.ways[0].stateful

    def output_range(self) -> Range:
        return None


def _of_the_way_back(line: str) -> str:
    """A formula with what the way back has of its own marked: h′[t] = tanh(x[t] · W′ + h′[t+1] · U′ + b′)."""
    line = re.sub(r"\b([a-zCH])\[t", r"\1′[t", line).replace("x′[t", "x[t").replace("t−1", "t+1")
    return re.sub(r"(?<!\w)([WUbd])(?=_|\b)", r"\1′", line)


class TimeDistributed(Layer):
    """One layer applied to every step of a sequence: (B, steps, ...) -> (B, steps, ...)."""

    layer: dict[str, Any] = argument(LAYER)

    call_flags: ClassVar[Mapping[str, bool]] = {"training": False}
    call_tensors: ClassVar[tuple[str, ...]] = ("mask",)
    sentence = Text(
        "Applies the same layer to every step of a sequence.", "시퀀스의 모든 단계에 같은 레이어를 적용합니다."
    )
    source = "keras/src/layers/rnn/time_distributed.py"
    examples = (
        ({"layer": {"Dense": {"units": 4}}}, ((5, 3),)),
        ({"layer": {"Conv2D": {"filters": 2, "kernel_size": 3, "trainable": False}}}, ((3, 6, 5, 1),)),
        ({"layer": {"BatchNormalization": {}}}, ((4, 3),)),
        ({"layer": {"Bidirectional": {"layer": {"GRU": {"units": 2}}}}}, ((2, 4, 3),)),
        ({"layer": {"Flatten": {}}}, ((3, 6, 5, 2),)),
        ({"layer": {"Reshape": {"target_shape": (2, -1)}}}, ((3, 4, 5),)),
    )

    @property
    def inner(self) -> Layer:
        return layer_of(self.layer)

    def conflicts(self) -> list[Problem]:
        return takes_one(self.type, self.layer)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if len(shape) < 3:
            words = phrase("at least 3 axes (batch, steps, ...)", "축 3개 이상(batch, 단계, ...)")
            need_rank(self.type, shape, 3, words)
        with inside("layer", self.layer):
            found = self.inner.output_shapes(one_step(shape))
        if len(found) > 1:
            reason = phrase("it has several outputs", "출력이 여러 개입니다")
            raise ShapeError(cannot_wrap(self.type, "layer", self.layer, reason, ""))
        return (shape[0], shape[1], *found[0][1:])

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        with inside("layer", self.layer):
            return self.inner.weights(one_step(inputs[0]))

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """The inner layer's, in every step."""
        steps, inside = inputs[0][1], self.inner.work((one_step(inputs[0]),), one_step(output))
        return tuple(Work((steps, *each.factors), each.what) for each in inside)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"y[t] = {self.inner.type}(x[t])", *self.inner.formulas((one_step(inputs[0]),), one_step(output)))

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        """Each step sees itself, those before it where a state lasts, and of itself what the inner layer sees."""
        inside = one_view(self.inner, one_step(inputs[0]), one_step(output))
        found: dict[int, tuple[int, Map | None]] = {1: (1, None if self.inner.needs_batch() else IDENTITY)}
        return (found | {axis + 1: (source + 1, way) for axis, (source, way) in inside.items()},)

    def needs_batch(self) -> bool:
        return self.inner.needs_batch()

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        """Not known: it depends on how the steps are taken apart and put together."""
        return None

    def output_range(self) -> Range:
        return self.inner.output_range()


class SpectralNormalization(Layer):
    """A layer whose kernel is divided by its largest singular value while training; the shape is the layer's."""

    layer: dict[str, Any] = argument(LAYER)
    power_iterations: int = argument(integer(1), 1)

    call_flags: ClassVar[Mapping[str, bool]] = {"training": False}
    sentence = Text(
        "Holds a layer's kernel to a largest singular value of 1, so that it stretches nothing.",
        "레이어 커널의 가장 큰 특이값을 1로 맞추어, 무엇도 늘이지 않게 합니다.",
    )
    source = "Miyato et al. 2018; keras/src/layers/normalization/spectral_normalization.py"
    examples = (
        ({"layer": {"Dense": {"units": 4}}}, ((5, 3),)),
        ({"layer": {"Conv2D": {"filters": 2, "kernel_size": 3}}, "power_iterations": 3}, ((6, 5, 1),)),
        ({"layer": {"Conv2DTranspose": {"filters": 2, "kernel_size": 3, "use_bias": False}}}, ((4, 5, 3),)),
    )

    @property
    def inner(self) -> Layer:
        return layer_of(self.layer)

    def conflicts(self) -> list[Problem]:
        if isinstance(self.inner, (Recurrent, Bidirectional, TimeDistributed, SpectralNormalization)):
            return [self._no_kernel()]
        return takes_one(self.type, self.layer)

    def _no_kernel(self) -> Problem:
        reason = phrase("it has no kernel of its own", "자기 커널이 없습니다")
        fix = phrase("Wrap a layer such as Conv2D or Dense.", "Conv2D나 Dense 같은 레이어를 감싸 주세요.")
        return cannot_wrap(self.type, "layer", self.layer, reason, fix)

    def output_shape(self, *inputs: Shape) -> Shape:
        with inside("layer", self.layer):
            return self.inner.output_shape(*inputs)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """The inner layer's with one more: where the power iteration stands, in Keras' order behind the kernel."""
        with inside("layer", self.layer):
            found = self.inner.weights(*inputs)
        kernel = next((each for each in found if each.name in ("kernel", "embeddings")), None)
        if kernel is None:
            raise ShapeError(self._no_kernel())
        rest = [each for each in found if each is not kernel]
        return (kernel, Weight("vector_u", (1, kernel.shape[-1]), False), *rest)

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Work, ...]:
        """The inner layer's; the kernel is divided while training only, once for all images."""
        return self.inner.work(inputs, output)

    def formulas(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (*self.inner.formulas(inputs, output), "w ← w / σ(w)")

    def views(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[AxisMap, ...]:
        return self.inner.views(inputs, output)

    def kept(self, inputs: tuple[Shape, ...], output: Shape) -> Kept | None:
        """Not known: the layer's own and what the new kernel needs."""
        return None

    def output_range(self) -> Range:
        return self.inner.output_range()


def one_view(layer: Layer, shape: Shape, output: Shape) -> AxisMap:
    """How a layer inside another sees its input; what it scatters is left open."""
    (found,) = layer.views((shape,), output)
    if not layer.scatters:
        return found
    seen = {source for source, _ in found.values()}
    lost = (axis for axis in range(1, len(shape)) if axis not in seen)
    return {**found, **{place: (axis, None) for place, axis in enumerate(lost, len(output))}}


def one_step(shape: Shape) -> Shape:
    """The shape of one step of a sequence."""
    return (shape[0], *shape[2:])


def _differ(one: object, other: object) -> Problem:
    """Two directions whose outputs have different shapes: Keras takes both for the forward one's and runs otherwise."""
    reason = phrase(
        "their outputs have different sizes, of which Keras states one and gives another or fails when it runs",
        "출력의 크기가 다릅니다. Keras는 한쪽 크기를 말하지만 실행하면 다른 크기가 나오거나 실패합니다",
    )
    fix = phrase(
        "Give both the same sizes, or use two layers, one with go_backwards: true, and Concatenate.",
        "두 쪽의 크기를 같게 하거나, 레이어 둘(하나는 go_backwards: true)과 Concatenate를 쓰세요.",
    )
    facts = {"first": "layer", "second": "backward_layer", "reason": reason, "received": f"{one}, {other}"}
    return problem("arguments conflict", **facts, suggestion=fix)


def cannot_wrap(type_name: str, argument_name: str, data: Data, reason: object, fix: object) -> Problem:
    facts = {"argument": argument_name, "type": type_name, "inner": next(iter(data)), "reason": reason}
    return problem("wrapped type", **facts, suggestion=fix)


def takes_one(type_name: str, data: Data, argument_name: str = "layer") -> list[Problem]:
    """The problem of a wrapped layer that does not take exactly one input, where it is none."""
    least, _ = layer_of(data).input_count
    (name,) = data
    if least == 1 and layer_of(data).grouped([None]) == (None,) and not name.startswith("ops."):
        return []
    reason = phrase("it does not take one tensor", "텐서 하나를 받는 레이어가 아닙니다")
    return [cannot_wrap(type_name, argument_name, data, reason, "")]


class inside:  # noqa: N801  (reads as a word in a with statement)
    """Makes a wrapped layer's `ShapeError` one of the layer around it."""

    def __init__(self, argument_name: str, data: Data) -> None:
        self.argument, self.data = argument_name, data

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, ShapeError):
            raise ShapeError(wrapped(self.argument, next(iter(self.data)), error.problem)) from None
